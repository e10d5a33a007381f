/**
 * The anchors that the caller trusts: certificates, keys (pins), or both, with their purposes.
 */
import { toHex } from "../bytes/text.ts";
import { wrongOption } from "../sspi/option-shape.ts";
import { certificatesIn, type GivenFile } from "./files/given-file.ts";
import { asTlsError } from "./files/loader-errors.ts";
import { PROFILES, type ProfileName } from "./path/profile.ts";
import { readConstraints, type TrustConstraints } from "./path/trust-constraints.ts";

/** Anchors: the certificates that chains have to end at, and what they are trusted for. */
export class TrustStore {
  /** The default rules for chains to these anchors. */
  readonly profile: ProfileName;
  /** What the trust is limited to. */
  readonly constraints: TrustConstraints;
  #source: () => readonly Uint8Array[];
  #anchors: readonly Uint8Array[] | null = null;
  #known: Set<string> | null = null;
  #generation = 0;

  /**
   * Makes a store.
   * @param anchors - certificates, DER, which are copied; or a function that is asked for them when the first chain is
   *   verified
   * @param profile - what chains are held to; default: "basic"
   * @param constraints - what the trust is limited to; default: nothing
   * @throws TlsError an argument cannot be used
   */
  constructor(
    anchors: readonly Uint8Array[] | (() => readonly Uint8Array[]),
    profile: ProfileName = "basic",
    constraints: TrustConstraints = {},
  ) {
    if (!PROFILES.includes(profile)) {
      const known = PROFILES.map((name) => JSON.stringify(name)).join(", ");
      wrongOption("TrustStore(): profile", `one of ${known}`, profile);
    }
    this.profile = profile;
    this.constraints = readConstraints(constraints);
    if (typeof anchors === "function") this.#source = anchors;
    else {
      const isDer = (der: unknown): boolean => der instanceof Uint8Array;
      if (!Array.isArray(anchors) || !anchors.every(isDer)) {
        const words = "an array of certificates (DER as Uint8Array), or a function that gives one";
        wrongOption("TrustStore(): anchors", words, anchors);
      }
      const own = anchors.map((der) => der.slice());
      this.#source = () => own;
    }
  }

  /** The certificates, DER. */
  get anchors(): readonly Uint8Array[] {
    this.#anchors ??= this.#source();
    return this.#anchors;
  }

  /** Changes whenever the anchors do: verdicts of another generation are not used again. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * True if a certificate is among the anchors.
   * @param der - the certificate
   */
  has(der: Uint8Array): boolean {
    this.#known ??= new Set(this.anchors.map(toHex));
    return this.#known.has(toHex(der));
  }

  /**
   * Trusts a further certificate from the next verification on.
   * @param der - the certificate; it is copied
   */
  add(der: Uint8Array): void {
    if (!this.has(der)) this.#replace([...this.anchors, der.slice()]);
  }

  /**
   * Removes a certificate; it is not trusted from the next verification on.
   * @param der - the certificate
   */
  remove(der: Uint8Array): void {
    const hex = toHex(der);
    if (this.has(der)) this.#replace(this.anchors.filter((anchor) => toHex(anchor) !== hex));
  }

  #replace(anchors: readonly Uint8Array[]): void {
    this.#source = () => anchors;
    this.#anchors = anchors;
    this.#known = null;
    this.#generation++;
  }
}

/**
 * Makes a trust store of all certificates of a file, or of several: PEM as text or bytes (UTF-8 or UTF-16), DER,
 * PKCS#7.
 * @param pem - the files' contents, not their paths. An empty list makes an empty store
 * @param profile - what chains are held to; default: "basic"
 * @param constraints - what the trust is limited to; default: nothing
 * @throws TlsError MalformedCertificate: a file without a certificate, with what was found instead; MalformedPem
 */
export function trustStoreFromPem(
  pem: GivenFile | readonly GivenFile[],
  profile: ProfileName = "basic",
  constraints: TrustConstraints = {},
): TrustStore {
  return new TrustStore(pemCertificates(pem), profile, constraints);
}

/**
 * DER certificates of files.
 * @throws TlsError MalformedCertificate, MalformedPem
 */
export function pemCertificates(pem: GivenFile | readonly GivenFile[]): Uint8Array[] {
  const files: readonly GivenFile[] = Array.isArray(pem) ? pem : [pem];
  return asTlsError(() => files.flatMap((file) => certificatesIn(file, "the trust anchors given")));
}

/**
 * A store of keys instead of certificates: a certificate of the peer's chain whose key is pinned is an anchor,
 * regardless of who issued it. Name, time and usage are checked as usual.
 * @param pins - SHA-256 of SubjectPublicKeyInfo in base64, with or without "sha256/" before it
 * @param constraints - what else the trust is limited to; default: nothing
 */
export function trustStoreFromPins(
  pins: readonly string[],
  constraints: Omit<TrustConstraints, "pins"> = {},
): TrustStore {
  return new TrustStore([], "basic", { ...constraints, pins });
}
