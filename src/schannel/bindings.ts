/**
 * Channel bindings (RFC 5929) as SEC_CHANNEL_BINDINGS: eight little-endian u32, of which the last two are length and
 * offset of the application data, then that data.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import type { CryptoProvider, DigestName } from "../crypto/provider.ts";
import type { SecPkgContext_Bindings } from "../sspi/attribute-values.ts";

const HEADER_LENGTH = 32;
const LENGTH_OFFSET = 24;
const DATA_OFFSET = 28;

/** tls-unique (RFC 5929 §3): the first Finished of the handshake. */
export function uniqueBindings(firstFinished: Uint8Array): SecPkgContext_Bindings {
  return bindings("tls-unique:", firstFinished);
}

/**
 * tls-server-end-point (RFC 5929 §4.1): the hash of the server's certificate by the hash of its signature, SHA-256 in
 * place of SHA-1 (and of MD5, which the reader of certificates replaces).
 */
export function endPointBindings(
  provider: CryptoProvider,
  certificate: Uint8Array,
  signatureHash: DigestName,
): SecPkgContext_Bindings {
  const hash = signatureHash === "sha1" ? "sha256" : signatureHash;
  return bindings("tls-server-end-point:", provider.digest(hash, certificate));
}

function bindings(prefix: string, value: Uint8Array): SecPkgContext_Bindings {
  const data = concat(latin1(prefix), value);
  const header = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(header.buffer);
  view.setUint32(LENGTH_OFFSET, data.length, true);
  view.setUint32(DATA_OFFSET, HEADER_LENGTH, true);
  const whole = concat(header, data);
  return { BindingsLength: whole.length, Bindings: whole };
}
