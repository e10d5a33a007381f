/**
 * Trust anchors: certificates that are believed because the caller says so.
 */
import { toHex } from "../bytes/text.ts";
import { pemBlocks } from "./pem.ts";
import type { ProfileName } from "./profile.ts";

export class TrustStore {
  /** DER. */
  readonly anchors: readonly Uint8Array[];
  /** What chains to these anchors are held to, where the caller does not say. */
  readonly profile: ProfileName;
  readonly #known: ReadonlySet<string>;

  constructor(anchors: readonly Uint8Array[], profile: ProfileName = "basic") {
    this.profile = profile;
    this.anchors = anchors.map((der) => der.slice());
    this.#known = new Set(this.anchors.map(toHex));
  }

  has(der: Uint8Array): boolean {
    return this.#known.has(toHex(der));
  }
}

/** All certificates of a PEM text, or of several. */
export function trustStoreFromPem(
  pem: string | readonly string[],
  profile: ProfileName = "basic",
): TrustStore {
  const texts = typeof pem === "string" ? [pem] : pem;
  return new TrustStore(
    texts.flatMap((text) =>
      pemBlocks(text)
        .filter((block) => block.label === "CERTIFICATE")
        .map((block) => block.der),
    ),
    profile,
  );
}
