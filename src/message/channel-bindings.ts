/**
 * SEC_CHANNEL_BINDINGS as callers give it, and the hash that travels: MD5 over the structure of GSS-API (RFC 2744 §3.11),
 * which NTLM and Kerberos share.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_INVALID_TOKEN } from "../sspi/security-status.ts";
import type { LegacyCrypto } from "./legacy-crypto.ts";

const HEADER = 32;

/** What the parts of SEC_CHANNEL_BINDINGS hold; views of the caller's memory. */
export interface ChannelBindings {
  readonly initiatorType: number;
  readonly initiator: Uint8Array;
  readonly acceptorType: number;
  readonly acceptor: Uint8Array;
  /** For TLS: the prefix and the value of RFC 5929. */
  readonly application: Uint8Array;
}

/** @throws Refusal SEC_E_INVALID_TOKEN: lengths and offsets do not fit the buffer */
export function readChannelBindings(bytes: Uint8Array): ChannelBindings {
  if (bytes.length < HEADER) return malformed(bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const part = (at: number): Uint8Array => {
    const length = view.getUint32(at, true);
    const offset = view.getUint32(at + 4, true);
    if (length === 0) return bytes.subarray(0, 0);
    if (offset < HEADER || offset + length > bytes.length) return malformed(bytes.length);
    return bytes.subarray(offset, offset + length);
  };
  return {
    initiatorType: view.getUint32(0, true),
    initiator: part(4),
    acceptorType: view.getUint32(12, true),
    acceptor: part(16),
    application: part(24),
  };
}

function malformed(length: number): never {
  return refuse(
    SEC_E_INVALID_TOKEN,
    "BadBindings",
    `the CHANNEL_BINDINGS buffer of ${length} bytes is not a SEC_CHANNEL_BINDINGS with what follows it; SECPKG_ATTR_ENDPOINT_BINDINGS has one`,
  );
}

/** The hash of bindings: 16 bytes. Offsets do not enter it. */
export function hashOfBindings(crypto: LegacyCrypto, bindings: ChannelBindings): Uint8Array {
  const { initiatorType, initiator, acceptorType, acceptor, application } = bindings;
  const forInitiator = concat(u32(initiatorType), u32(initiator.length), initiator);
  const forAcceptor = concat(u32(acceptorType), u32(acceptor.length), acceptor);
  return crypto.md5(forInitiator, forAcceptor, u32(application.length), application);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
