/**
 * Numbers and names of schannel.h and wincrypt.h, by the SDK's names.
 */

import { AlertDescription, AlertLevel } from "../protocol/alert.ts";
import type {
  ALG_ID,
  SCH_CRED_FLAG,
  SCHANNEL_TOKEN,
  SP_PROT,
  TLS1_ALERT,
  TLS1_ALERT_LEVEL,
} from "../sspi/kinds.ts";

/** `package` of acquireCredentialsHandle: the name of the Schannel package. */
export const UNISP_NAME = "Microsoft Unified Security Protocol Provider";
/** Another name of the Schannel package. */
export const SCHANNEL_NAME = "Schannel";
/** Another name of the Schannel package. */
export const DEFAULT_TLS_SSP_NAME = "Default TLS SSP";
/** An old name of the Schannel package. It does not switch SSL 2.0 on. */
export const SSL2SP_NAME = "Microsoft SSL 2.0";
/** An old name of the Schannel package. It does not switch SSL 3.0 on. */
export const SSL3SP_NAME = "Microsoft SSL 3.0";
/** An old name of the Schannel package. It does not limit the versions to TLS 1.0. */
export const TLS1SP_NAME = "Microsoft TLS 1.0";
/** An old name of the Schannel package. It does not switch PCT 1.0 on. */
export const PCT1SP_NAME = "Microsoft PCT 1.0";
/** `wRPCID` of the Schannel package. */
export const UNISP_RPC_ID = 14;

/** Protocol bit: PCT 1.0 as server. Not built: the bit switches nothing on. */
export const SP_PROT_PCT1_SERVER: SP_PROT = 0x00000001;
/** Protocol bit: PCT 1.0 as client. Not built: the bit switches nothing on. */
export const SP_PROT_PCT1_CLIENT: SP_PROT = 0x00000002;
/** Protocol bit: SSL 2.0 as server. Not built: the bit switches nothing on. */
export const SP_PROT_SSL2_SERVER: SP_PROT = 0x00000004;
/** Protocol bit: SSL 2.0 as client. Not built: the bit switches nothing on. */
export const SP_PROT_SSL2_CLIENT: SP_PROT = 0x00000008;
/** Protocol bit: SSL 3.0 as server. Not built: the bit switches nothing on. */
export const SP_PROT_SSL3_SERVER: SP_PROT = 0x00000010;
/** Protocol bit: SSL 3.0 as client. Not built: the bit switches nothing on. */
export const SP_PROT_SSL3_CLIENT: SP_PROT = 0x00000020;
/** Protocol bit: TLS 1.0 as server. Not built: the bit switches nothing on. */
export const SP_PROT_TLS1_0_SERVER: SP_PROT = 0x00000040;
/** Protocol bit: TLS 1.0 as client. Not built: the bit switches nothing on. */
export const SP_PROT_TLS1_0_CLIENT: SP_PROT = 0x00000080;
/** Protocol bit: TLS 1.1 as server. Not built: the bit switches nothing on. */
export const SP_PROT_TLS1_1_SERVER: SP_PROT = 0x00000100;
/** Protocol bit: TLS 1.1 as client. Not built: the bit switches nothing on. */
export const SP_PROT_TLS1_1_CLIENT: SP_PROT = 0x00000200;
/** Protocol bit: TLS 1.2 as server. */
export const SP_PROT_TLS1_2_SERVER: SP_PROT = 0x00000400;
/** Protocol bit: TLS 1.2 as client. */
export const SP_PROT_TLS1_2_CLIENT: SP_PROT = 0x00000800;
/**
 * Protocol bit: TLS 1.3 as server. With SCHANNEL_CRED it takes effect only if `sealwire.cipherSuites` names a suite
 * of TLS 1.3.
 */
export const SP_PROT_TLS1_3_SERVER: SP_PROT = 0x00001000;
/**
 * Protocol bit: TLS 1.3 as client. With SCHANNEL_CRED it takes effect only if `sealwire.cipherSuites` names a suite
 * of TLS 1.3.
 */
export const SP_PROT_TLS1_3_CLIENT: SP_PROT = 0x00002000;
/** Protocol bit: DTLS 1.0 as server. Not built: the bit switches nothing on. */
export const SP_PROT_DTLS1_0_SERVER: SP_PROT = 0x00010000;
/** Protocol bit: DTLS 1.0 as client. Not built: the bit switches nothing on. */
export const SP_PROT_DTLS1_0_CLIENT: SP_PROT = 0x00020000;
/** Protocol bit: DTLS 1.2 as server. Not built: the bit switches nothing on. */
export const SP_PROT_DTLS1_2_SERVER: SP_PROT = 0x00040000;
/** Protocol bit: DTLS 1.2 as client. Not built: the bit switches nothing on. */
export const SP_PROT_DTLS1_2_CLIENT: SP_PROT = 0x00080000;
/** Protocol bit: the unified protocol as server. It switches nothing on. */
export const SP_PROT_UNI_SERVER: SP_PROT = 0x40000000;
/** Protocol bit: the unified protocol as client. It switches nothing on. */
export const SP_PROT_UNI_CLIENT: SP_PROT = 0x80000000;

/** An old `dwVersion` of SCHANNEL_CRED. Refused with SEC_E_UNKNOWN_CREDENTIALS. */
export const SCH_CRED_V1 = 1;
/** An old `dwVersion` of SCHANNEL_CRED. Refused with SEC_E_UNKNOWN_CREDENTIALS. */
export const SCH_CRED_V2 = 2;
/** An old `dwVersion` of SCHANNEL_CRED. Refused with SEC_E_UNKNOWN_CREDENTIALS. */
export const SCH_CRED_V3 = 3;
/** `dwVersion` of SCHANNEL_CRED. */
export const SCHANNEL_CRED_VERSION: 4 = 4;
/** `dwVersion` of SCH_CREDENTIALS. */
export const SCH_CREDENTIALS_VERSION: 5 = 5;

/** `dwCredFormat`: `paCred` holds CertContexts. The only one that is accepted. */
export const SCH_CRED_FORMAT_CERT_CONTEXT = 0;
/** `dwCredFormat`: hashes of certificates, in the kernel of Windows. Refused with SEC_E_UNKNOWN_CREDENTIALS. */
export const SCH_CRED_FORMAT_CERT_HASH = 1;
/** `dwCredFormat`: hashes and stores, in the kernel of Windows. Refused with SEC_E_UNKNOWN_CREDENTIALS. */
export const SCH_CRED_FORMAT_CERT_HASH_STORE = 2;

/**
 * `dwFlags`: client certificates are not mapped to accounts. Accepted without effect: there are no accounts of
 * Windows.
 */
export const SCH_CRED_NO_SYSTEM_MAPPER: SCH_CRED_FLAG = 0x00000002;
/**
 * `dwFlags`: the name in the server's certificate is not checked. Honoured; the chain is still validated. Anybody
 * with a valid certificate can then be the server.
 */
export const SCH_CRED_NO_SERVERNAME_CHECK: SCH_CRED_FLAG = 0x00000004;
/**
 * `dwFlags`: the peer's certificate is not validated: the caller does it, see SECPKG_ATTR_REMOTE_CERT_CONTEXT.
 * Honoured on both sides.
 */
export const SCH_CRED_MANUAL_CRED_VALIDATION: SCH_CRED_FLAG = 0x00000008;
/** `dwFlags`: no certificate is taken from a store. Accepted without effect: there is no store. */
export const SCH_CRED_NO_DEFAULT_CREDS: SCH_CRED_FLAG = 0x00000010;
/** `dwFlags`: the server's certificate is validated. The default. */
export const SCH_CRED_AUTO_CRED_VALIDATION: SCH_CRED_FLAG = 0x00000020;
/** `dwFlags`: a certificate is taken from a store. Accepted without effect: there is no store. */
export const SCH_CRED_USE_DEFAULT_CREDS: SCH_CRED_FLAG = 0x00000040;
/**
 * `dwFlags`: server: sessions cannot be resumed, unless a SCHANNEL_SESSION token allows it during the handshake.
 * Honoured.
 */
export const SCH_CRED_DISABLE_RECONNECTS: SCH_CRED_FLAG = 0x00000080;
/**
 * `dwFlags`: revocation is checked for the leaf. Honoured, with what `sealwire.revocation` and OCSP stapling give. At
 * most one of the three flags.
 */
export const SCH_CRED_REVOCATION_CHECK_END_CERT: SCH_CRED_FLAG = 0x00000100;
/**
 * `dwFlags`: revocation is checked for the whole chain. Honoured, with what `sealwire.revocation` and OCSP stapling
 * give. At most one of the three flags.
 */
export const SCH_CRED_REVOCATION_CHECK_CHAIN: SCH_CRED_FLAG = 0x00000200;
/**
 * `dwFlags`: revocation is checked for the chain without its root. Honoured, with what `sealwire.revocation` and OCSP
 * stapling give. At most one of the three flags.
 */
export const SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT: SCH_CRED_FLAG = 0x00000400;
/** `dwFlags`: CRYPT_E_NO_REVOCATION_CHECK is not a failure. Honoured. */
export const SCH_CRED_IGNORE_NO_REVOCATION_CHECK: SCH_CRED_FLAG = 0x00000800;
/** `dwFlags`: CRYPT_E_REVOCATION_OFFLINE is not a failure. Honoured. */
export const SCH_CRED_IGNORE_REVOCATION_OFFLINE: SCH_CRED_FLAG = 0x00001000;
/** `dwFlags`: only roots of a certain store count. Accepted without effect: `hRootStore` alone counts. */
export const SCH_CRED_RESTRICTED_ROOTS: SCH_CRED_FLAG = 0x00002000;
/**
 * `dwFlags`: revocation is looked up in the cache only. Accepted without effect: nothing is fetched but by
 * `sealwire.revocation.fetch`.
 */
export const SCH_CRED_REVOCATION_CHECK_CACHE_ONLY: SCH_CRED_FLAG = 0x00004000;
/** `dwFlags`: chains are built without the network. Accepted without effect: they always are. */
export const SCH_CRED_CACHE_ONLY_URL_RETRIEVAL: SCH_CRED_FLAG = 0x00008000;
/** `dwFlags`: the certificate is in a store in memory. Accepted without effect. */
export const SCH_CRED_MEMORY_STORE_CERT: SCH_CRED_FLAG = 0x00010000;
/** `dwFlags`: the credential is made without the network. Accepted without effect: it always is. */
export const SCH_CRED_CACHE_ONLY_URL_RETRIEVAL_ON_CREATE: SCH_CRED_FLAG = 0x00020000;
/** `dwFlags`: the root is sent with our chain. Honoured; by default it is left out. */
export const SCH_SEND_ROOT_CERT: SCH_CRED_FLAG = 0x00040000;
/**
 * `dwFlags`: server: the credential is for a name of SNI. Accepted without effect: `sealwire.selectCredential`
 * chooses.
 */
export const SCH_CRED_SNI_CREDENTIAL: SCH_CRED_FLAG = 0x00080000;
/** `dwFlags`: server: OCSP for such a credential. Accepted without effect: a CertContext has its `ocspResponse`. */
export const SCH_CRED_SNI_ENABLE_OCSP: SCH_CRED_FLAG = 0x00100000;
/** `dwFlags`: records of CBC before TLS 1.1 are split. Accepted without effect: those versions are not built. */
export const SCH_SEND_AUX_RECORD: SCH_CRED_FLAG = 0x00200000;
/** `dwFlags`: weak algorithms are off. Accepted without effect: they are not built. */
export const SCH_USE_STRONG_CRYPTO: SCH_CRED_FLAG = 0x00400000;
/** `dwFlags`: only cipher suites with an external PSK. Honoured; SEC_E_ALGORITHM_MISMATCH without a key. */
export const SCH_USE_PRESHAREDKEY_ONLY: SCH_CRED_FLAG = 0x00800000;
/** `dwFlags`: DTLS only. Refused with SEC_E_ALGORITHM_MISMATCH: DTLS is not built. */
export const SCH_USE_DTLS_ONLY: SCH_CRED_FLAG = 0x01000000;
/** `dwFlags`: NULL ciphers are allowed. Accepted without effect: they are not built. */
export const SCH_ALLOW_NULL_ENCRYPTION: SCH_CRED_FLAG = 0x02000000;
/**
 * `dwFlags`: the server's certificate is validated, and a fault does not end the handshake; see
 * SECPKG_ATTR_CERT_CHECK_RESULT. Honoured.
 */
export const SCH_CRED_DEFERRED_CRED_VALIDATION: SCH_CRED_FLAG = 0x04000000;

/** Most TLS_PARAMETERS of an SCH_CREDENTIALS. */
export const SCH_CRED_MAX_SUPPORTED_PARAMETERS = 16;
/** Most ALPN ids of a TLS_PARAMETERS. */
export const SCH_CRED_MAX_SUPPORTED_ALPN_IDS = 16;
/** Most CRYPTO_SETTINGS of a TLS_PARAMETERS. */
export const SCH_CRED_MAX_SUPPORTED_CRYPTO_SETTINGS = 16;
/** Most chaining modes of a CRYPTO_SETTINGS. */
export const SCH_CRED_MAX_SUPPORTED_CHAINING_MODES = 16;
/** Most ALG_IDs of a SCHANNEL_CRED. */
export const SCH_CRED_MAX_SUPPORTED_ALGS = 256;
/** Most certificates of a credential (`paCred`). */
export const SCH_CRED_MAX_SUPPORTED_CERTS = 100;
/** Most subscriptions to raw extensions, which are not built. */
export const SCH_MAX_EXT_SUBSCRIPTIONS = 2;
/** `dwFlags` of TLS_PARAMETERS: the set counts only if it leaves algorithms and versions to negotiate. */
export const TLS_PARAMS_OPTIONAL = 1;

/** `eAlgorithmUsage` of CRYPTO_SETTINGS: denies a key exchange or a group. */
export const TlsParametersCngAlgUsageKeyExchange = 0;
/** `eAlgorithmUsage` of CRYPTO_SETTINGS: denies signatures of handshakes. */
export const TlsParametersCngAlgUsageSignature = 1;
/** `eAlgorithmUsage` of CRYPTO_SETTINGS: denies a cipher. */
export const TlsParametersCngAlgUsageCipher = 2;
/** `eAlgorithmUsage` of CRYPTO_SETTINGS: denies a hash. */
export const TlsParametersCngAlgUsageDigest = 3;
/** `eAlgorithmUsage` of CRYPTO_SETTINGS: denies signatures of certificates. */
export const TlsParametersCngAlgUsageCertSig = 4;
/** Chaining mode of CRYPTO_SETTINGS: RSA signatures with PSS padding. */
export const SCH_RSA_PSS_PAD = "SCH_RSA_PSS_PAD";
/** Chaining mode of CRYPTO_SETTINGS: RSA signatures with PKCS #1 v1.5 padding. */
export const SCH_RSA_PKCS_PAD = "SCH_RSA_PKCS_PAD";

/**
 * Control token: renegotiate. SEC_E_UNSUPPORTED_FUNCTION, as on Windows; call the handshake function with the context
 * instead.
 */
export const SCHANNEL_RENEGOTIATE: SCHANNEL_TOKEN = 0;
/** Control token, 4 bytes: the next handshake call sends close_notify. */
export const SCHANNEL_SHUTDOWN: SCHANNEL_TOKEN = 1;
/**
 * Control token, 12 bytes: the next handshake call sends an alert. Behind it stand its level and its number, each a
 * little-endian u32.
 */
export const SCHANNEL_ALERT: SCHANNEL_TOKEN = 2;
/** Control token, 8 bytes: SSL_SESSION_* flags, a little-endian u32, set whether the session may be resumed. */
export const SCHANNEL_SESSION: SCHANNEL_TOKEN = 3;
/** Flag of a SCHANNEL_SESSION token: the session may be resumed. */
export const SSL_SESSION_ENABLE_RECONNECTS = 1;
/** Flag of a SCHANNEL_SESSION token: the session may not be resumed. */
export const SSL_SESSION_DISABLE_RECONNECTS = 2;
/** `dwFlags` of SecPkgContext_SessionInfo: the session was resumed. */
export const SSL_SESSION_RECONNECT = 1;

/** Alert level 1 (RFC 8446 §6). It has no meaning in TLS 1.3. */
export const TLS1_ALERT_WARNING: TLS1_ALERT_LEVEL = AlertLevel.Warning as number;
/** Alert level 2 (RFC 8446 §6): the connection ends. */
export const TLS1_ALERT_FATAL: TLS1_ALERT_LEVEL = AlertLevel.Fatal as number;
/** Alert 0, close_notify: the sender sends nothing more. */
export const TLS1_ALERT_CLOSE_NOTIFY: TLS1_ALERT = AlertDescription.close_notify as number;
/** Alert 10, unexpected_message: a message at the wrong time. */
export const TLS1_ALERT_UNEXPECTED_MESSAGE: TLS1_ALERT =
  AlertDescription.unexpected_message as number;
/** Alert 20, bad_record_mac: a record with a wrong authentication tag. */
export const TLS1_ALERT_BAD_RECORD_MAC: TLS1_ALERT = AlertDescription.bad_record_mac as number;
/** Alert 21, decryption_failed: reserved; must not be sent. */
export const TLS1_ALERT_DECRYPTION_FAILED: TLS1_ALERT =
  AlertDescription.decryption_failed as number;
/** Alert 22, record_overflow: a record that is too long. */
export const TLS1_ALERT_RECORD_OVERFLOW: TLS1_ALERT = AlertDescription.record_overflow as number;
/** Alert 30, decompression_failure: reserved in TLS 1.3. */
export const TLS1_ALERT_DECOMPRESSION_FAIL: TLS1_ALERT =
  AlertDescription.decompression_failure as number;
/** Alert 40, handshake_failure: there is nothing in common. */
export const TLS1_ALERT_HANDSHAKE_FAILURE: TLS1_ALERT =
  AlertDescription.handshake_failure as number;
/** Alert 42, bad_certificate: a certificate is malformed or signed wrongly. */
export const TLS1_ALERT_BAD_CERTIFICATE: TLS1_ALERT = AlertDescription.bad_certificate as number;
/** Alert 43, unsupported_certificate: a certificate of a kind that is not supported. */
export const TLS1_ALERT_UNSUPPORTED_CERT: TLS1_ALERT =
  AlertDescription.unsupported_certificate as number;
/** Alert 44, certificate_revoked: a certificate was revoked. */
export const TLS1_ALERT_CERTIFICATE_REVOKED: TLS1_ALERT =
  AlertDescription.certificate_revoked as number;
/** Alert 45, certificate_expired: a certificate is not valid at this time. */
export const TLS1_ALERT_CERTIFICATE_EXPIRED: TLS1_ALERT =
  AlertDescription.certificate_expired as number;
/** Alert 46, certificate_unknown: a certificate is refused for another reason. */
export const TLS1_ALERT_CERTIFICATE_UNKNOWN: TLS1_ALERT =
  AlertDescription.certificate_unknown as number;
/** Alert 47, illegal_parameter: a value that is not allowed. */
export const TLS1_ALERT_ILLEGAL_PARAMETER: TLS1_ALERT =
  AlertDescription.illegal_parameter as number;
/** Alert 48, unknown_ca: the chain does not end at a trusted root. */
export const TLS1_ALERT_UNKNOWN_CA: TLS1_ALERT = AlertDescription.unknown_ca as number;
/** Alert 49, access_denied: the certificate is valid, and access was denied. */
export const TLS1_ALERT_ACCESS_DENIED: TLS1_ALERT = AlertDescription.access_denied as number;
/** Alert 50, decode_error: a message that cannot be decoded. */
export const TLS1_ALERT_DECODE_ERROR: TLS1_ALERT = AlertDescription.decode_error as number;
/** Alert 51, decrypt_error: a signature, a Finished or a binder is wrong. */
export const TLS1_ALERT_DECRYPT_ERROR: TLS1_ALERT = AlertDescription.decrypt_error as number;
/** Alert 60, export_restriction: reserved; must not be sent. */
export const TLS1_ALERT_EXPORT_RESTRICTION: TLS1_ALERT =
  AlertDescription.export_restriction as number;
/** Alert 70, protocol_version: there is no common version. */
export const TLS1_ALERT_PROTOCOL_VERSION: TLS1_ALERT = AlertDescription.protocol_version as number;
/** Alert 71, insufficient_security: what is offered is too weak. The SDK spells the name so. */
export const TLS1_ALERT_INSUFFIENT_SECURITY: TLS1_ALERT =
  AlertDescription.insufficient_security as number;
/** Alert 80, internal_error: a fault of the sender's own. */
export const TLS1_ALERT_INTERNAL_ERROR: TLS1_ALERT = AlertDescription.internal_error as number;
/** Alert 90, user_canceled: the handshake was given up. */
export const TLS1_ALERT_USER_CANCELED: TLS1_ALERT = AlertDescription.user_canceled as number;
/** Alert 100, no_renegotiation: a request to renegotiate is refused (TLS 1.2). */
export const TLS1_ALERT_NO_RENEGOTIATION: TLS1_ALERT = AlertDescription.no_renegotiation as number;
/** Alert 110, unsupported_extension: an extension that was not asked for. */
export const TLS1_ALERT_UNSUPPORTED_EXT: TLS1_ALERT =
  AlertDescription.unsupported_extension as number;
/** Alert 115, unknown_psk_identity: the identity of a PSK is not known. */
export const TLS1_ALERT_UNKNOWN_PSK_IDENTITY: TLS1_ALERT =
  AlertDescription.unknown_psk_identity as number;
/** Alert 120, no_application_protocol: there is no common ALPN protocol (RFC 7301). */
export const TLS1_ALERT_NO_APP_PROTOCOL: TLS1_ALERT =
  AlertDescription.no_application_protocol as number;

/** Characters of the longest name of an algorithm in the SDK's structures. */
export const SZ_ALG_MAX_SIZE = 64;
/** `dwVersion` of SecPkgContext_CipherInfo. */
export const SECPKGCONTEXT_CIPHERINFO_V1 = 1;
/** `dwVersion` of SecPkgContext_ConnectionInfoEx. */
export const SECPKGCONTEXT_CONNECTION_INFO_EX_V1 = 1;
/** `TicketInfoVersion` of SecPkgCred_SessionTicketKey. */
export const SESSION_TICKET_INFO_V0 = 0;
/** `dwCertEncodingType` of CERT_CONTEXT: DER. */
export const X509_ASN_ENCODING = 1;

/** ALG_ID: DES. Not built. */
export const CALG_DES: ALG_ID = 0x6601;
/** ALG_ID: Triple DES. Not built. */
export const CALG_3DES: ALG_ID = 0x6603;
/** ALG_ID: AES with a key of 128 bits. */
export const CALG_AES_128: ALG_ID = 0x660e;
/** ALG_ID: AES with a key of 192 bits. No cipher suite has it. */
export const CALG_AES_192: ALG_ID = 0x660f;
/** ALG_ID: AES with a key of 256 bits. */
export const CALG_AES_256: ALG_ID = 0x6610;
/** ALG_ID: RC4. Not built. */
export const CALG_RC4: ALG_ID = 0x6801;
/** ALG_ID: MD5. Not built. */
export const CALG_MD5: ALG_ID = 0x8003;
/** ALG_ID: SHA-1. */
export const CALG_SHA1: ALG_ID = 0x8004;
/** ALG_ID: SHA-256. */
export const CALG_SHA_256: ALG_ID = 0x800c;
/** ALG_ID: SHA-384. */
export const CALG_SHA_384: ALG_ID = 0x800d;
/** ALG_ID: SHA-512. */
export const CALG_SHA_512: ALG_ID = 0x800e;
/** ALG_ID: signatures by ECDSA. */
export const CALG_ECDSA: ALG_ID = 0x2203;
/** ALG_ID: signatures by RSA. */
export const CALG_RSA_SIGN: ALG_ID = 0x2400;
/** ALG_ID: key exchange by RSA (static; off by default). */
export const CALG_RSA_KEYX: ALG_ID = 0xa400;
/** ALG_ID: ephemeral Diffie-Hellman (DHE; off by default). */
export const CALG_DH_EPHEM: ALG_ID = 0xaa02;
/** ALG_ID: elliptic-curve Diffie-Hellman. */
export const CALG_ECDH: ALG_ID = 0xaa05;
/** ALG_ID: ephemeral elliptic-curve Diffie-Hellman (ECDHE). */
export const CALG_ECDH_EPHEM: ALG_ID = 0xae06;
