/**
 * What is signed: under CertificateVerify in TLS 1.3 (RFC 8446 §4.4.3), under ServerKeyExchange in TLS 1.2 (RFC 5246
 * §7.4.3).
 */
import { concat } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";

const context = (role: "server" | "client"): Uint8Array =>
  concat(
    new Uint8Array(64).fill(0x20),
    latin1(`TLS 1.3, ${role} CertificateVerify`),
    Uint8Array.of(0),
  );

const CONTEXTS = { server: context("server"), client: context("client") };

/** @param signer whose signature it is */
export function certificateVerifyContent(
  signer: "server" | "client",
  transcriptHash: Uint8Array,
): Uint8Array {
  return concat(CONTEXTS[signer], transcriptHash);
}

/** @param parameters the ServerECDHParams or ServerDHParams as on the wire */
export function serverKeyExchangeContent(
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  parameters: Uint8Array,
): Uint8Array {
  return concat(clientRandom, serverRandom, parameters);
}
