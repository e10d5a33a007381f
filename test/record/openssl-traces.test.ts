/**
 * Recorded connections of OpenSSL: every record opens with the key log, every message parses, signatures, Finished and
 * exporter are right, on both providers.
 */
import { X509Certificate } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, fromLatin1, latin1, toHex } from "../../src/bytes/text.ts";
import {
  exportKeyingMaterial12,
  finishedVerifyData12,
  VERIFY_DATA_LENGTH,
} from "../../src/crypto/key-schedule-12.ts";
import { exportKeyingMaterial13, finishedVerifyData } from "../../src/crypto/key-schedule-13.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import {
  certificateVerifyContent,
  serverKeyExchangeContent,
} from "../../src/crypto/signed-content.ts";
import { type CipherSuite, HASHES } from "../../src/protocol/cipher-suite.ts";
import { HandshakeType, handshakeTypeName } from "../../src/protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { signatureScheme } from "../../src/protocol/signature-scheme.ts";
import { decodeCertificate12, decodeCertificate13 } from "../../src/wire/certificate.ts";
import {
  decodeCertificateRequest12,
  decodeCertificateRequest13,
} from "../../src/wire/certificate-request.ts";
import {
  type CertificateVerify,
  decodeCertificateVerify,
} from "../../src/wire/certificate-verify.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { decodeEmptyMessage } from "../../src/wire/empty-messages.ts";
import { decodeEncryptedExtensions } from "../../src/wire/encrypted-extensions.ts";
import { decodeFinished } from "../../src/wire/finished.ts";
import {
  decodeClientKeyExchange,
  decodeServerKeyExchange,
  readEcdheParameters,
} from "../../src/wire/key-exchange-12.ts";
import { decodeKeyUpdate } from "../../src/wire/key-update.ts";
import {
  decodeNewSessionTicket12,
  decodeNewSessionTicket13,
} from "../../src/wire/new-session-ticket.ts";
import { decodeServerHello } from "../../src/wire/server-hello.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import {
  keyLog,
  type RecordedConnection,
  SCENARIOS,
  type Sender,
  TraceReader,
} from "../support/openssl-traces.ts";

/** Checks the messages of one connection as they come. */
class Checker {
  readonly seen: string[] = [];
  readonly #provider: CryptoProvider;
  readonly #reader: TraceReader;
  readonly #tls13: boolean;
  readonly #log: ReadonlyMap<string, Uint8Array>;
  readonly #leaves: Partial<Record<Sender, Uint8Array>> = {};
  #messages: Uint8Array[] = [];

  constructor(
    provider: CryptoProvider,
    reader: TraceReader,
    tls13: boolean,
    log: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#provider = provider;
    this.#reader = reader;
    this.#tls13 = tls13;
    this.#log = log;
  }

  get suite(): CipherSuite {
    if (this.#reader.suite === null) throw new Error("no suite yet");
    return this.#reader.suite;
  }

  message(from: Sender, bytes: Uint8Array): void {
    const type = bytes[0] as number;
    this.seen.push(`${from} ${handshakeTypeName(type)}`);
    const body = bytes.subarray(HANDSHAKE_HEADER_LENGTH);
    const decode = this.#decoders[type];
    assert.ok(decode, `no decoder for ${handshakeTypeName(type)}`);
    decode?.(from, body);
    this.#remember(type, bytes, body);
  }

  /** The transcript; a HelloRetryRequest makes the hash of what was before take its place. */
  #remember(type: number, bytes: Uint8Array, body: Uint8Array): void {
    const outside =
      type === HandshakeType.KeyUpdate || (this.#tls13 && type === HandshakeType.NewSessionTicket);
    if (outside) return;
    if (type === HandshakeType.ServerHello && decodeServerHello(body).isRetry) {
      const { hash } = suiteOfHello(body);
      const digest = this.#provider.digest(hash, concat(...this.#messages));
      this.#messages = [concat(Uint8Array.of(254, 0, 0, digest.length), digest)];
    }
    this.#messages.push(bytes.slice());
  }

  #transcriptHash(): Uint8Array {
    return this.#provider.digest(this.suite.hash, concat(...this.#messages));
  }

  #verify(from: Sender, { scheme, signature }: CertificateVerify, content: Uint8Array): void {
    const leaf = this.#leaves[from];
    const row = signatureScheme(scheme);
    if (leaf === undefined || row === undefined) throw new Error(`cannot verify scheme ${scheme}`);
    const spki = new X509Certificate(leaf).publicKey.export({ type: "spki", format: "der" });
    const key = this.#provider.importPublicKey(new Uint8Array(spki));
    assert.ok(key?.verify(row.algorithm, content, signature), `${row.name} of the ${from}`);
  }

  #finished(from: Sender, body: Uint8Array): void {
    const { hash } = this.suite;
    const transcript = this.#transcriptHash();
    const length = this.#tls13 ? HASHES[hash].length : VERIFY_DATA_LENGTH;
    const base = this.#log.get(
      this.#tls13 ? `${from.toUpperCase()}_HANDSHAKE_TRAFFIC_SECRET` : "CLIENT_RANDOM",
    );
    if (base === undefined) throw new Error("the key log lacks a secret");
    const expected = this.#tls13
      ? finishedVerifyData(this.#provider, hash, base, transcript)
      : finishedVerifyData12(this.#provider, hash, base, from, transcript);
    assert.is(toHex(decodeFinished(body, length)), toHex(expected), `Finished of the ${from}`);
  }

  readonly #decoders: Readonly<Record<number, (from: Sender, body: Uint8Array) => void>> = {
    [HandshakeType.ClientHello]: (_, body) => {
      assert.ok(decodeClientHello(body).cipherSuites.length > 0);
    },
    [HandshakeType.ServerHello]: (_, body) => {
      assert.ok(decodeServerHello(body).random.length === 32);
    },
    [HandshakeType.EncryptedExtensions]: (_, body) => {
      decodeEncryptedExtensions(body);
    },
    [HandshakeType.CertificateRequest]: (_, body) => {
      if (this.#tls13) assert.ok(decodeCertificateRequest13(body).extensions.signatureAlgorithms);
      else assert.ok(decodeCertificateRequest12(body).signatureAlgorithms.length > 0);
    },
    [HandshakeType.Certificate]: (from, body) => {
      const leaf = this.#tls13
        ? decodeCertificate13(body).entries[0]?.certificate
        : decodeCertificate12(body)[0];
      assert.ok(leaf);
      if (leaf !== undefined) this.#leaves[from] = leaf.slice();
    },
    [HandshakeType.CertificateVerify]: (from, body) => {
      const content = this.#tls13
        ? certificateVerifyContent(from, this.#transcriptHash())
        : concat(...this.#messages);
      this.#verify(from, decodeCertificateVerify(body), content);
    },
    [HandshakeType.ServerKeyExchange]: (from, body) => {
      const { signature, signedBytes } = decodeServerKeyExchange(body, readEcdheParameters);
      const { clientRandom, serverHello } = this.#reader;
      const server = serverHello?.random ?? new Uint8Array(0);
      this.#verify(from, signature, serverKeyExchangeContent(clientRandom, server, signedBytes));
    },
    [HandshakeType.ServerHelloDone]: (_, body) => {
      decodeEmptyMessage(HandshakeType.ServerHelloDone, body);
    },
    [HandshakeType.ClientKeyExchange]: (_, body) => {
      assert.ok(decodeClientKeyExchange("ecdhe", false, body).share.length > 0);
    },
    [HandshakeType.NewSessionTicket]: (_, body) => {
      const { ticket } = this.#tls13
        ? decodeNewSessionTicket13(body)
        : decodeNewSessionTicket12(body);
      assert.ok(ticket.length > 0);
    },
    [HandshakeType.EndOfEarlyData]: (_, body) => {
      decodeEmptyMessage(HandshakeType.EndOfEarlyData, body);
    },
    [HandshakeType.KeyUpdate]: (_, body) => {
      decodeKeyUpdate(body);
    },
    [HandshakeType.Finished]: (from, body) => this.#finished(from, body),
  };
}

function suiteOfHello(body: Uint8Array): { readonly hash: "sha256" | "sha384" } {
  // TLS_AES_256_GCM_SHA384 is the one suite of TLS 1.3 with another hash.
  return { hash: decodeServerHello(body).cipherSuite === 0x1302 ? "sha384" : "sha256" };
}

function exported(
  provider: CryptoProvider,
  reader: TraceReader,
  connection: RecordedConnection,
): Uint8Array {
  const { label, length } = connection.exporter;
  const log = keyLog(connection);
  const { suite: row, serverHello, clientRandom } = reader;
  if (row === null || serverHello === null) throw new Error("no ServerHello");
  const secret13 = log.get("EXPORTER_SECRET");
  if (secret13 !== undefined) {
    return exportKeyingMaterial13(provider, row.hash, secret13, latin1(label), null, length);
  }
  const master = log.get("CLIENT_RANDOM") ?? new Uint8Array(0);
  const { random } = serverHello;
  return exportKeyingMaterial12(
    provider,
    row.hash,
    master,
    clientRandom,
    random,
    latin1(label),
    null,
    length,
  );
}

let total = 0;

for (const provider of PROVIDERS) {
  const tests = suite(`record: connections of OpenSSL, ${provider.name}`);

  for (const scenario of SCENARIOS) {
    for (const [index, connection] of scenario.connections.entries()) {
      tests(`${scenario.id} ${index}`, () => {
        const tls13 = scenario.version === "TLS 1.3";
        const log = keyLog(connection);
        const reader = new TraceReader(provider, tls13, log);
        const checker = new Checker(provider, reader, tls13, log);
        const data: Record<Sender, string> = { client: "", server: "" };
        const closed = new Set<Sender>();
        for (const { from, record } of connection.records) {
          for (const found of reader.read(from, fromHex(record))) {
            if (found.kind === "message") checker.message(from, found.bytes);
            else if (found.kind === "data") data[from] += fromLatin1(found.bytes);
            else if (found.kind === "alert") {
              assert.is(toHex(found.bytes), "0100");
              closed.add(from);
            } else assert.is(toHex(found.bytes), "01");
          }
        }
        assert.ok(reader.complete);
        total += reader.protectedRecords;
        const finished = checker.seen.filter((name) => name.endsWith("Finished")).sort();
        assert.equal(finished, ["client Finished", "server Finished"]);
        assert.ok(closed.has("client"), "the client's close_notify");
        assert.ok(
          data.client.startsWith("hello") || scenario.id === "tls13-early-data",
          data.client,
        );
        assert.is(toHex(exported(provider, reader, connection)), connection.exporter.value);
      });
    }
  }

  tests("all protected records were opened", () => {
    assert.is(total, 247);
    total = 0;
  });

  tests.run();
}
