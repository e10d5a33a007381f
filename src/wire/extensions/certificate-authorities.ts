/**
 * certificate_authorities (RFC 8446 §4.2.4): DER Names of the issuers a peer trusts.
 */
import type { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteWriter } from "../../bytes/byte-writer.ts";
import type { Codec } from "./extension.ts";

/** The list as TLS 1.2's CertificateRequest has it too (RFC 5246 §7.4.4), where it may be empty. */
export function readDistinguishedNames(reader: ByteReader, min: number): Uint8Array[] {
  const list = reader.nested(2, "authorities", min);
  const names: Uint8Array[] = [];
  while (list.remaining > 0) names.push(list.vector(2, "distinguished_name", 1));
  return names;
}

export function writeDistinguishedNames(writer: ByteWriter, names: readonly Uint8Array[]): void {
  writer.vector(2, () => {
    for (const name of names) writer.vector(2, name);
  });
}

export const certificateAuthorities: Codec<readonly Uint8Array[]> = {
  read: (reader) => readDistinguishedNames(reader, 3),
  write: writeDistinguishedNames,
};
