/**
 * RSASSA-PSS-params (RFC 4055 §3.1), of keys and of signatures, and the object identifiers of hashes.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import type { DerReader } from "../bytes/der.ts";
import { HASHES, type HashName } from "../protocol/cipher-suite.ts";
import {
  OID_MGF1,
  OID_SHA1,
  OID_SHA256,
  OID_SHA384,
  OID_SHA512,
} from "../protocol/object-identifiers.ts";

export const HASH_OIDS: Readonly<Record<HashName, string>> = {
  sha1: OID_SHA1,
  sha256: OID_SHA256,
  sha384: OID_SHA384,
  sha512: OID_SHA512,
};

const HASH_NAMES: ReadonlyMap<string, HashName> = new Map(
  (Object.keys(HASH_OIDS) as HashName[]).map((name) => [HASH_OIDS[name], name]),
);

/**
 * Reads RSASSA-PSS-params (RFC 4055 §3.1) to the end of the reader; null if they are absent.
 * `hash`: "none" for hashes that are not built and for MGF1 with another hash, which does not count in `digest`.
 * `salt`: bytes.
 * @throws DecodeError
 */
export function readPssParameters(reader: DerReader): {
  readonly hash: HashName | "none";
  readonly digest: HashName | "none";
  readonly salt: number;
} | null {
  if (reader.peek() === null) return null;
  const parameters = reader.sequence();
  reader.end();
  const explicitHash = parameters.optional(0);
  const hash = explicitHash === null ? "sha1" : readHash(explicitHash);
  const explicitMask = parameters.optional(1);
  const mask = explicitMask === null ? "sha1" : readMask(explicitMask);
  const explicitSalt = parameters.optional(2);
  const salt = explicitSalt === null ? HASHES.sha1.length : saltLength(explicitSalt.unsigned());
  explicitSalt?.end();
  const trailer = parameters.optional(3);
  if (trailer !== null && trailer.smallInteger() !== 1) throw new DecodeError("PSS: bad trailer");
  parameters.end();
  return { hash: mask === hash ? hash : "none", digest: hash, salt };
}

/** OpenSSL by default takes all the room there is: 222 bytes beside SHA-256 under 2048 bits. */
function saltLength(magnitude: Uint8Array): number {
  if (magnitude.length > 2) throw new DecodeError("PSS: a salt longer than any key");
  return magnitude.reduce((sum, byte) => sum * 256 + byte, 0);
}

function readHash(wrapped: DerReader): HashName | "none" {
  const algorithm = wrapped.sequence();
  wrapped.end();
  const hash = HASH_NAMES.get(algorithm.objectIdentifier()) ?? "none";
  if (algorithm.peek() !== null) algorithm.null();
  algorithm.end();
  return hash;
}

function readMask(wrapped: DerReader): HashName | "none" {
  const algorithm = wrapped.sequence();
  wrapped.end();
  if (algorithm.objectIdentifier() !== OID_MGF1) return "none";
  return readHash(algorithm);
}
