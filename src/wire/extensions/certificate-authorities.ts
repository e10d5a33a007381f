/**
 * certificate_authorities (RFC 8446 §4.2.4): DER Names of the issuers a peer trusts.
 *   authorities <2: DistinguishedName <2>>
 */
import type { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteWriter } from "../../bytes/byte-writer.ts";
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";

/** One Name of one byte with its length: the shortest list of TLS 1.3. */
const MIN_AUTHORITIES = 3;

export interface CertificateAuthoritiesValues {
  readonly certificateAuthorities: readonly Uint8Array[];
}

/**
 * Reads the list; TLS 1.2's CertificateRequest has it too (RFC 5246 §7.4.4), where it may be empty.
 * @param min smallest legal length of the list in bytes
 * @returns DER Names, views
 */
export function readDistinguishedNames(reader: ByteReader, min: number): Uint8Array[] {
  const list = reader.nested(2, "authorities", min);
  const names: Uint8Array[] = [];
  while (list.remaining > 0) names.push(list.vector(2, "distinguished_name", 1));
  return names;
}

/** Writes the list. */
export function writeDistinguishedNames(writer: ByteWriter, names: readonly Uint8Array[]): void {
  writer.vector(2, () => {
    for (const name of names) writer.vector(2, name);
  });
}

const authorities: Content<CertificateAuthoritiesValues> = {
  member: "certificateAuthorities",
  codec: {
    shows: "distinguishedNames",
    read: (reader) => readDistinguishedNames(reader, MIN_AUTHORITIES),
    write: writeDistinguishedNames,
  },
};

export const certificateAuthorities: Extension<CertificateAuthoritiesValues> = {
  type: ExtensionType.CertificateAuthorities,
  versions: "TLS 1.3",
  places: { clientHello: authorities, certificateRequest: authorities },
};
