/**
 * Blocks of PKCS#1 v1.5 (RFC 8017 §7.2) as a client makes them for the RSA key exchange of TLS 1.2.
 */

/** 00 02 | padding without zeros | 00 | premaster secret that begins with a version. */
export function premasterBlock(size: number, premasterLength: number, version: number): Uint8Array {
  const block = new Uint8Array(size).fill(0x5a);
  block.set([0, 2], 0);
  block.set([0, version >> 8, version & 0xff], size - premasterLength - 1);
  return block;
}
