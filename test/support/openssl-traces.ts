/**
 * Recorded connections of OpenSSL, opened with their key logs by our record protection: what each record held, in order,
 * with the keys of a direction changing where the messages say so.
 */
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex } from "../../src/bytes/text.ts";
import { keyBlock } from "../../src/crypto/key-schedule-12.ts";
import { nextTrafficSecret, trafficKeys } from "../../src/crypto/key-schedule-13.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { CipherSuite } from "../../src/protocol/cipher-suite.ts";
import { cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { Joiner } from "../../src/record/joiner.ts";
import { createOpener } from "../../src/record/protection.ts";
import { emptyRecord, type Opener } from "../../src/record/protector.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { decodeServerHello, type ServerHello } from "../../src/wire/server-hello.ts";
import { fixture } from "./data.ts";

export type Sender = "client" | "server";

export interface RecordedConnection {
  readonly reused: boolean;
  readonly cipher: string;
  readonly exporter: { readonly label: string; readonly length: number; readonly value: string };
  readonly keylog: readonly string[];
  readonly records: readonly { readonly from: Sender; readonly record: string }[];
}

export interface Scenario {
  readonly id: string;
  readonly version: "TLS 1.2" | "TLS 1.3";
  readonly server_credential: string | null;
  readonly connections: readonly RecordedConnection[];
}

interface File {
  readonly credentials: Readonly<Record<string, { readonly cert: string; readonly key: string }>>;
  readonly traces: readonly Scenario[];
}

const file = fixture<File>("openssl-traces/traces.json.gz");

export const SCENARIOS: readonly Scenario[] = file.traces;
export const CREDENTIALS: File["credentials"] = file.credentials;

/** What came, in order. `message`: with its header; `bytes` of the others: the content. */
export type Found =
  | { readonly kind: "message"; readonly from: Sender; readonly bytes: Uint8Array }
  | { readonly kind: "data" | "alert"; readonly from: Sender; readonly bytes: Uint8Array }
  | { readonly kind: "change-cipher-spec"; readonly from: Sender; readonly bytes: Uint8Array };

/** Secrets by their label in the key log. */
export function keyLog(connection: RecordedConnection): ReadonlyMap<string, Uint8Array> {
  return new Map(
    connection.keylog.map((line) => {
      const [label = "", , secret = ""] = line.split(" ");
      return [label, fromHex(secret)];
    }),
  );
}

/** One direction: what opens its next record, and what comes after. */
interface Direction {
  opener: Opener | null;
  sequence: number;
  secret: Uint8Array | null;
  readonly joiner: Joiner;
}

export class TraceReader {
  /** Records that were protected. */
  protectedRecords = 0;
  suite: CipherSuite | null = null;
  serverHello: ServerHello | null = null;
  clientRandom: Uint8Array = new Uint8Array(0);
  readonly #provider: CryptoProvider;
  readonly #tls13: boolean;
  readonly #log: ReadonlyMap<string, Uint8Array>;
  readonly #directions: Readonly<Record<Sender, Direction>> = {
    client: { opener: null, sequence: 0, secret: null, joiner: new Joiner(0x10000) },
    server: { opener: null, sequence: 0, secret: null, joiner: new Joiner(0x10000) },
  };

  constructor(provider: CryptoProvider, tls13: boolean, log: ReadonlyMap<string, Uint8Array>) {
    this.#provider = provider;
    this.#tls13 = tls13;
    this.#log = log;
  }

  /** Opens one record and returns what it completes. */
  *read(from: Sender, record: Uint8Array): Generator<Found> {
    const direction = this.#directions[from];
    const compatibility = this.#tls13 && record[0] === ContentType.ChangeCipherSpec;
    let type = record[0] as number;
    let content = record.subarray(RECORD_HEADER_LENGTH);
    if (direction.opener !== null && !compatibility) {
      const found = emptyRecord();
      direction.opener.open(direction.sequence++, record, found);
      this.protectedRecords++;
      type = found.type;
      content = record.subarray(found.start, found.start + found.length);
    }
    if (type === ContentType.Handshake) {
      direction.joiner.push(content);
      for (let next = direction.joiner.next(); next !== null; next = direction.joiner.next()) {
        yield { kind: "message", from, bytes: next.bytes };
        this.#after(from, next.type, next.body);
      }
    } else if (type === ContentType.ChangeCipherSpec) {
      yield { kind: "change-cipher-spec", from, bytes: content };
      if (!this.#tls13) this.#install12(from);
    } else if (type === ContentType.Alert) yield { kind: "alert", from, bytes: content };
    else yield { kind: "data", from, bytes: content };
  }

  /** Both directions stand between messages. */
  get complete(): boolean {
    return !this.#directions.client.joiner.pending && !this.#directions.server.joiner.pending;
  }

  #after(from: Sender, type: number, body: Uint8Array): void {
    if (type === HandshakeType.ClientHello) {
      this.clientRandom = decodeClientHello(body).random;
      const early = this.#log.get("CLIENT_EARLY_TRAFFIC_SECRET");
      // The suite of the ticket, which the server takes again.
      if (early !== undefined) this.#install13("client", early, this.suite ?? suiteOf(early));
    } else if (type === HandshakeType.ServerHello) this.#serverHello(decodeServerHello(body));
    if (!this.#tls13) return;
    if (type === HandshakeType.EndOfEarlyData) this.#handshakeKeys("client");
    if (type === HandshakeType.Finished) this.#logged(from, "TRAFFIC_SECRET_0");
    if (type === HandshakeType.KeyUpdate) {
      const { secret } = this.#directions[from];
      if (secret === null || this.suite === null) throw new Error("KeyUpdate before its time");
      const next = nextTrafficSecret(this.#provider, this.suite.hash, secret);
      const logged = this.#log.get(`${from.toUpperCase()}_TRAFFIC_SECRET_N`);
      if (logged === undefined || !equalBytes(next, logged)) throw new Error("wrong next secret");
      this.#install13(from, next);
    }
  }

  #serverHello(hello: ServerHello): void {
    this.serverHello = hello;
    this.suite = cipherSuite(hello.cipherSuite) ?? null;
    if (!this.#tls13 || hello.isRetry) return;
    this.#logged("server", "HANDSHAKE_TRAFFIC_SECRET");
    if (!this.#log.has("CLIENT_EARLY_TRAFFIC_SECRET")) this.#handshakeKeys("client");
  }

  #handshakeKeys(from: Sender): void {
    this.#logged(from, "HANDSHAKE_TRAFFIC_SECRET");
  }

  #logged(from: Sender, name: string): void {
    const secret = this.#log.get(`${from.toUpperCase()}_${name}`);
    if (secret === undefined) throw new Error(`the key log lacks ${name} of the ${from}`);
    this.#install13(from, secret);
  }

  #install13(from: Sender, secret: Uint8Array, suite: CipherSuite | null = this.suite): void {
    if (suite === null) throw new Error("no suite yet");
    const direction = this.#directions[from];
    direction.secret = secret;
    direction.opener = createOpener(this.#provider, trafficKeys(this.#provider, suite, secret));
    direction.sequence = 0;
  }

  #install12(from: Sender): void {
    const { suite, serverHello } = this;
    const master = this.#log.get("CLIENT_RANDOM");
    if (suite === null || serverHello === null || master === undefined) throw new Error("no keys");
    const keys = keyBlock(
      this.#provider,
      suite,
      master,
      this.clientRandom,
      serverHello.random,
      serverHello.extensions.encryptThenMac === true,
    );
    const direction = this.#directions[from];
    direction.opener = createOpener(this.#provider, keys[from]);
    direction.sequence = 0;
  }
}

/** The default suite with secrets of that length; early data comes before ServerHello names one. */
function suiteOf(secret: Uint8Array): CipherSuite {
  const suite = cipherSuite(secret.length === 48 ? 0x1302 : 0x1301);
  if (suite === undefined) throw new Error("a suite of TLS 1.3 is missing");
  return suite;
}
