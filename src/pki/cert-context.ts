/**
 * A certificate chain with its private key, as a caller gives it and as the loaders make it.
 */
import type { PrivateKeySource } from "./files/private-key.ts";

type Optional<T> = T | null | undefined;

/** A certificate chain with its private key. */
export interface CertContext {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** PKCS#8 or legacy PEM or DER, a runtime's key object, a CryptoKey, or an object with `sign(scheme, data)`. */
  readonly privateKey?: Optional<PrivateKeySource>;
  /** DER OCSPResponse to staple. */
  readonly ocspResponse?: Optional<Uint8Array>;
}
