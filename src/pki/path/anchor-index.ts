/**
 * The certificates of a trust store, parsed once and found by name. An unreadable one is not an anchor: it is left
 * out and named in explanations.
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import { TlsFailure } from "../../protocol/failure.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import type { DistinguishedName } from "../distinguished-name.ts";

export class AnchorIndex {
  /** Why certificates of the store are of no use. */
  readonly notes: readonly string[];
  readonly #bySubject = new Map<string, ParsedCertificate[]>();

  constructor(parser: CertificateParser, anchors: readonly Uint8Array[]) {
    const notes: string[] = [];
    for (const [index, der] of anchors.entries()) {
      try {
        this.#add(parser.parse(der));
      } catch (error) {
        if (!(error instanceof TlsFailure)) throw error;
        notes.push(`certificate ${index + 1} of the trust store is of no use: ${error.message}`);
      }
    }
    this.notes = notes;
  }

  /** Anchors with that subject. */
  named(name: DistinguishedName): readonly ParsedCertificate[] {
    return this.#bySubject.get(keyOf(name)) ?? [];
  }

  has(certificate: ParsedCertificate): boolean {
    return this.named(certificate.subjectName).some((anchor) =>
      equalBytes(anchor.der, certificate.der),
    );
  }

  #add(anchor: ParsedCertificate): void {
    const key = keyOf(anchor.subjectName);
    const list = this.#bySubject.get(key);
    if (list === undefined) this.#bySubject.set(key, [anchor]);
    else list.push(anchor);
  }
}

function keyOf(name: DistinguishedName): string {
  return name.keys.join("\u0000");
}
