/**
 * The keys of an onlooker: from the key log and the two hellos to what opens records, for both versions (RFC 8446 §7.3,
 * RFC 5246 §6.3). What the key log does not tell stays closed.
 */
import { fromHex, toHex } from "../bytes/text.ts";
import { keyBlock } from "../crypto/key-schedule-12.ts";
import { nextTrafficSecret, trafficKeys } from "../crypto/key-schedule-13.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import {
  type CipherSuite,
  cipherSuite,
  cipherSuiteName,
  HASHES,
} from "../protocol/cipher-suite.ts";
import { TLS12, TLS13, versionName } from "../protocol/version.ts";
import { createOpener } from "../record/protection.ts";
import type { Opener } from "../record/protector.ts";
import type { ServerHello } from "../wire/server-hello.ts";

export type Side = "client" | "server";

/** Under which keys: none, those of early data, of the handshake, of the application (RFC 8446 §2). */
export type Protection = "none" | "early" | "handshake" | "application";

/** Keys of one direction, with the number of the next record under them. */
export interface WireKeys {
  readonly protection: Protection;
  readonly opener: Opener;
  /** Traffic secret of TLS 1.3, for key updates. */
  readonly secret: Uint8Array | null;
  sequence: number;
}

type KeyKind = Exclude<Protection, "none">;

/** Labels of the key log (the NSS form), by side and keys. The server sends no early data. */
const SECRETS: Readonly<Record<Side, Readonly<Record<KeyKind, string>>>> = {
  client: {
    early: "CLIENT_EARLY_TRAFFIC_SECRET",
    handshake: "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    application: "CLIENT_TRAFFIC_SECRET_0",
  },
  server: {
    early: "",
    handshake: "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    application: "SERVER_TRAFFIC_SECRET_0",
  },
};
const MASTER_SECRET = "CLIENT_RANDOM";

/** Lines of a key log, for any number of sessions. */
export class KeyLog {
  /** Secrets by label, by the client random in hex. */
  readonly #sessions = new Map<string, Map<string, Uint8Array>>();

  /** Takes a line; false if it is none: a comment, or anything else. */
  add(line: string): boolean {
    const [, label, random, secret] =
      /^([A-Z0-9_]+) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2})+)\s*$/.exec(line) ?? [];
    if (label === undefined || random === undefined || secret === undefined) return false;
    const name = random.toLowerCase();
    let session = this.#sessions.get(name);
    if (session === undefined) {
      session = new Map();
      this.#sessions.set(name, session);
    }
    session.set(label, fromHex(secret));
    return true;
  }

  /** Sessions that it has secrets of. */
  get size(): number {
    return this.#sessions.size;
  }

  has(random: Uint8Array): boolean {
    return this.#sessions.has(toHex(random));
  }

  secret(label: string, random: Uint8Array): Uint8Array | null {
    return this.#sessions.get(toHex(random))?.get(label) ?? null;
  }
}

export class KeyRing {
  readonly #provider: CryptoProvider;
  readonly #log: KeyLog;
  #clientRandom: Uint8Array = new Uint8Array(0);
  #offered: readonly number[] = [];
  #server: ServerHello | null = null;

  constructor(provider: CryptoProvider, log: KeyLog) {
    this.#provider = provider;
    this.#log = log;
  }

  /** Why a record stays closed, for people. */
  get lacks(): string {
    const { suite, version } = this;
    if (this.#server === null)
      return "its hellos were not captured, so nothing in it can be opened";
    if (version !== null && version < TLS12) return `${versionName(version)} is not opened`;
    if (suite === null) return `${cipherSuiteName(this.#server.cipherSuite)} is not opened`;
    if (this.#log.size === 0) return "there is no key log: give one with --keylog FILE";
    if (this.#log.has(this.#clientRandom))
      return "no key that the key log has of this session opens it";
    return `the key log has no secret of this session (client random ${toHex(this.#clientRandom)})`;
  }

  /** The 32 bytes that name the session in a key log; empty before the ClientHello. */
  get clientRandom(): Uint8Array {
    return this.#clientRandom;
  }

  /** The suite of the ServerHello, or null if there was none, or it names one that is not built. */
  get suite(): CipherSuite | null {
    return this.#server === null ? null : (cipherSuite(this.#server.cipherSuite) ?? null);
  }

  /** The version of the ServerHello, or null. */
  get version(): number | null {
    const server = this.#server;
    return server === null ? null : (server.extensions.selectedVersion ?? server.legacyVersion);
  }

  /** @param random 32 bytes, which name the session in the key log; @param suites those offered */
  clientHello(random: Uint8Array, suites: readonly number[]): void {
    this.#clientRandom = random;
    this.#offered = suites;
  }

  serverHello(hello: ServerHello): void {
    this.#server = hello;
  }

  /** Keys of TLS 1.3; none if the key log does not tell them. */
  keys13(side: Side, protection: "handshake" | "application"): WireKeys[] {
    const secret = this.#secret(SECRETS[side][protection]);
    return secret === null ? [] : this.#fromSecret(protection, this.suite, secret);
  }

  /** Keys that may protect early data: the suite is that of the session before, which nobody names. */
  earlyKeys(): WireKeys[] {
    const secret = this.#secret(SECRETS.client.early);
    if (secret === null) return [];
    return this.#offered.flatMap((code) => {
      const suite = cipherSuite(code);
      return suite?.version === TLS13 && HASHES[suite.hash].length === secret.length
        ? this.#fromSecret("early", suite, secret)
        : [];
    });
  }

  /** Keys after a KeyUpdate (RFC 8446 §7.2). */
  updated(keys: WireKeys | undefined): WireKeys[] {
    const suite = this.suite;
    if (keys?.secret === undefined || keys.secret === null || suite === null) return [];
    const secret = nextTrafficSecret(this.#provider, suite.hash, keys.secret);
    return this.#fromSecret(keys.protection, suite, secret);
  }

  /** Keys of TLS 1.2, from the master secret and the randoms of both hellos. */
  keys12(side: Side): WireKeys[] {
    const secret = this.#secret(MASTER_SECRET);
    const suite = this.suite;
    const server = this.#server;
    if (secret === null || server === null || suite === null || suite.version === TLS13) return [];
    const encryptThenMac = server.extensions.encryptThenMac === true;
    const block = keyBlock(
      this.#provider,
      suite,
      secret,
      this.#clientRandom,
      server.random,
      encryptThenMac,
    );
    const opener = createOpener(this.#provider, block[side]);
    return [{ protection: "application", opener, secret: null, sequence: 0 }];
  }

  #fromSecret(protection: Protection, suite: CipherSuite | null, secret: Uint8Array): WireKeys[] {
    if (suite === null) return [];
    const opener = createOpener(this.#provider, trafficKeys(this.#provider, suite, secret));
    return [{ protection, opener, secret, sequence: 0 }];
  }

  #secret(label: string): Uint8Array | null {
    return this.#log.secret(label, this.#clientRandom);
  }
}
