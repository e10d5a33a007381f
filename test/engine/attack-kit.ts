/**
 * The words that attacks are made of: configurations, parts of messages, what goes on after a handshake, checks.
 */
import { createHash } from "node:crypto";
import { ByteReader } from "../../src/bytes/byte-reader.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { refusalFor } from "../../src/handshake/peer-identity.ts";
import { CIPHER_SUITES, type CipherSuite } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { type Changes, groupNamed } from "../support/configurations.ts";
import { change, changeContents, only } from "../support/edits.ts";
import {
  type AttackRun,
  type Edit,
  type Item,
  plainRecord,
  record,
} from "../support/malicious-peer.ts";

export const NONE: Uint8Array = new Uint8Array(0);
/** A type of extension that nobody knows. */
export const UNKNOWN_EXTENSION = 0x1234;

export const zeros = (length: number): number[] => new Array<number>(length).fill(0);
export const nines = (length: number): number[] => new Array<number>(length).fill(9);

export const tls12: Changes = { versions: [TLS12] };
export const tls13: Changes = { versions: [TLS13] };
/** For those who speak both in a table of one version. */
export const either: Changes = { versions: [TLS13, TLS12] };
/** Server: asks for a certificate and demands one. */
export const mutual: Changes = { requestClientCertificate: true, requireClientCertificate: true };
/** Client: has one. */
export const own: Changes = { identities: ["p256-other"] };
export const rsa: Changes = { identities: ["rsa"] };
export const renegotiable: Changes = { ...tls12, allowRenegotiation: true };
/** Server: no share of the client's is for its group. */
export const retrying: Changes = { groups: [groupNamed("secp256r1")] };
/** Trusts nobody. */
export const nobody: Changes = {
  verifier: {
    verify: () => refusalFor({ reason: "UnknownIssuer", message: "nobody knows it" }),
  },
};

export const suites12 = (wanted: (row: CipherSuite) => boolean): readonly CipherSuite[] =>
  CIPHER_SUITES.filter((row) => row.version === TLS12 && wanted(row));
export const suite = (code: number): readonly CipherSuite[] =>
  CIPHER_SUITES.filter((row) => row.code === code);
export const cbc: Changes = {
  ...tls12,
  cipherSuites: suites12(({ mac, authentication }) => mac !== null && authentication === "ecdsa"),
};

/** The random of a HelloRetryRequest (RFC 8446 §4.1.3). */
export const HELLO_RETRY_RANDOM: Uint8Array = createHash("sha256")
  .update("HelloRetryRequest")
  .digest();

type Change = (bytes: Uint8Array) => Uint8Array;

/** Changes the first ClientHello, or another one; null: all. */
export const clientHello = (how: Change, nth: number | null = 0): Edit =>
  nthOf(nth, change(HandshakeType.ClientHello, how));
/** Changes the first ServerHello, or another one; null: all. A HelloRetryRequest is one. */
export const serverHello = (how: Change, nth: number | null = 0): Edit =>
  nthOf(nth, change(HandshakeType.ServerHello, how));

const nthOf = (nth: number | null, edit: Edit): Edit => (nth === null ? edit : only(nth, edit));

export const CCS: Item = record(ContentType.ChangeCipherSpec, 1);
/** ChangeCipherSpec as TLS 1.3 sends it, protected or not. */
export const plainCcs = (...bytes: number[]): Item =>
  plainRecord(ContentType.ChangeCipherSpec, Uint8Array.from(bytes));
/** A Finished of TLS 1.2 that nothing was computed for. */
export const FINISHED_12: Uint8Array = Uint8Array.of(20, 0, 0, 12, ...zeros(12));
export const alert = (level: number, description: number): Item =>
  record(ContentType.Alert, level, description);
export const data = (...bytes: number[]): Item => record(ContentType.ApplicationData, ...bytes);

/** Sends the same items many times, until the connection has had enough. */
export const flood =
  (times: number, ...items: readonly Item[]) =>
  ({ impostor }: AttackRun): void => {
    for (let count = 0; count < times; count++) impostor.send(...items);
  };

/** The client's wish to renegotiate, some times; the client is one or the other. */
export const renegotiate =
  (times: number) =>
  (encounter: AttackRun): void => {
    const { victim, impostor } = encounter;
    const { driver } = impostor;
    for (let count = 0; count < times && driver.state !== null; count++) {
      if (victim.role === "client") victim.renegotiate();
      else driver.run((flight) => driver.state?.renegotiate?.(flight) ?? unable("renegotiate"));
      encounter.pump();
    }
  };

export function unable(what: string): never {
  throw new Error(`the attacker cannot ${what} in this state`);
}

/** So many bytes of data came. */
export const received =
  (length: number) =>
  (encounter: AttackRun): void => {
    if (encounter.data.length !== length)
      throw new Error(`${encounter.data.length} bytes came, not ${length}`);
  };

export const resumed = ({ victim }: AttackRun): void => {
  if (!victim.facts.resumed) throw new Error("the session was not resumed");
};
export const notResumed = ({ victim }: AttackRun): void => {
  if (victim.facts.resumed) throw new Error("the session was resumed");
};
export const retried = ({ victim }: AttackRun): void => {
  if (!victim.facts.helloRetryRequest) throw new Error("there was no HelloRetryRequest");
};
/** The last alert that came is a warning: no_renegotiation. */
export const refusedToRenegotiate = ({ impostor }: AttackRun): void => {
  const [level, description] = impostor.alerts.at(-1) ?? [];
  if (level !== 1 || description !== 100) throw new Error(`alert ${level}, ${description}`);
};

/** Puts identities that nobody knows before the only one, and binders for them. */
export const withPskBehind = (hello: Uint8Array, count: number): Uint8Array =>
  changeContents(hello, ExtensionType.PreSharedKey, (psk) => pskBehind(psk, count));

function pskBehind(psk: Uint8Array, count: number): Uint8Array {
  const reader = new ByteReader(psk, "pre_shared_key");
  const identities = reader.vector(2, "identities");
  const binders = reader.vector(2, "binders");
  const writer = new ByteWriter();
  writer.vector(2, () => {
    for (let i = 0; i < count; i++) writer.vector(2, new Uint8Array(100).fill(i)).u32(i);
    writer.bytes(identities);
  });
  writer.vector(2, () => {
    for (let i = 0; i < count; i++) writer.vector(1, new Uint8Array(32));
    writer.bytes(binders);
  });
  return writer.finish();
}
