/**
 * What was negotiated, in the words of the adapters and of `sealwire/session`.
 */
import {
  SECPKG_ATTR_CIPHER_INFO,
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  type SealwireConnection,
} from "../api/common.ts";
import type { Version } from "./option-types.ts";
import { VERSION_NAMES } from "./options.ts";
import type { TlsSession } from "./tls-session.ts";

/** What was negotiated, as far as it is proven. */
export interface SecureInfo extends Omit<SealwireConnection, "version" | "cipherSuite"> {
  /** The word that the option `versions` takes. */
  readonly version: Version;
  /** IANA number. */
  readonly cipherSuite: number;
  /** IANA name, e.g. "TLS_AES_128_GCM_SHA256". */
  readonly cipherSuiteName: string;
  /** DER, leaf first; empty if the peer showed none. */
  readonly peerCertificates: readonly Uint8Array[];
}

/** Null while the handshake goes on. */
export function infoOf(tls: TlsSession): SecureInfo | null {
  const { connection } = tls;
  const { version, cipherSuite } = connection ?? {};
  if (connection === null || version == null || cipherSuite == null) return null;
  return {
    ...connection,
    version: VERSION_NAMES[version] as Version,
    cipherSuite,
    cipherSuiteName: tls.query(SECPKG_ATTR_CIPHER_INFO)?.szCipherSuite ?? "",
    peerCertificates: tls.query(SECPKG_ATTR_REMOTE_CERT_CONTEXT)?.hCertStore ?? [],
  };
}
