/**
 * Trust anchors: certificates that are believed because the caller says so.
 */
import { toHex } from "../bytes/text.ts";
import { pemBlocks } from "./pem.ts";

export class TrustStore {
  /** DER. */
  readonly anchors: readonly Uint8Array[];
  readonly #known: ReadonlySet<string>;

  constructor(anchors: readonly Uint8Array[]) {
    this.anchors = anchors.map((der) => der.slice());
    this.#known = new Set(this.anchors.map(toHex));
  }

  has(der: Uint8Array): boolean {
    return this.#known.has(toHex(der));
  }
}

/** All certificates of a PEM text, or of several. */
export function trustStoreFromPem(pem: string | readonly string[]): TrustStore {
  const texts = typeof pem === "string" ? [pem] : pem;
  return new TrustStore(
    texts.flatMap((text) =>
      pemBlocks(text)
        .filter((block) => block.label === "CERTIFICATE")
        .map((block) => block.der),
    ),
  );
}
