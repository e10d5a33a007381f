/**
 * Numbers and names of schannel.h and wincrypt.h, by the SDK's names.
 */
import { AlertDescription, AlertLevel } from "../protocol/alert.ts";

export const UNISP_NAME = "Microsoft Unified Security Protocol Provider";
export const SCHANNEL_NAME = "Schannel";
export const DEFAULT_TLS_SSP_NAME = "Default TLS SSP";
export const SSL2SP_NAME = "Microsoft SSL 2.0";
export const SSL3SP_NAME = "Microsoft SSL 3.0";
export const TLS1SP_NAME = "Microsoft TLS 1.0";
export const PCT1SP_NAME = "Microsoft PCT 1.0";
export const UNISP_RPC_ID = 14;

export const SP_PROT_PCT1_SERVER = 0x00000001;
export const SP_PROT_PCT1_CLIENT = 0x00000002;
export const SP_PROT_SSL2_SERVER = 0x00000004;
export const SP_PROT_SSL2_CLIENT = 0x00000008;
export const SP_PROT_SSL3_SERVER = 0x00000010;
export const SP_PROT_SSL3_CLIENT = 0x00000020;
export const SP_PROT_TLS1_0_SERVER = 0x00000040;
export const SP_PROT_TLS1_0_CLIENT = 0x00000080;
export const SP_PROT_TLS1_1_SERVER = 0x00000100;
export const SP_PROT_TLS1_1_CLIENT = 0x00000200;
export const SP_PROT_TLS1_2_SERVER = 0x00000400;
export const SP_PROT_TLS1_2_CLIENT = 0x00000800;
export const SP_PROT_TLS1_3_SERVER = 0x00001000;
export const SP_PROT_TLS1_3_CLIENT = 0x00002000;
export const SP_PROT_DTLS1_0_SERVER = 0x00010000;
export const SP_PROT_DTLS1_0_CLIENT = 0x00020000;
export const SP_PROT_DTLS1_2_SERVER = 0x00040000;
export const SP_PROT_DTLS1_2_CLIENT = 0x00080000;
export const SP_PROT_UNI_SERVER = 0x40000000;
export const SP_PROT_UNI_CLIENT = 0x80000000;

export const SCH_CRED_V1 = 1;
export const SCH_CRED_V2 = 2;
export const SCH_CRED_V3 = 3;
export const SCHANNEL_CRED_VERSION = 4;
export const SCH_CREDENTIALS_VERSION = 5;

export const SCH_CRED_FORMAT_CERT_CONTEXT = 0;
export const SCH_CRED_FORMAT_CERT_HASH = 1;
export const SCH_CRED_FORMAT_CERT_HASH_STORE = 2;

export const SCH_CRED_NO_SYSTEM_MAPPER = 0x00000002;
export const SCH_CRED_NO_SERVERNAME_CHECK = 0x00000004;
export const SCH_CRED_MANUAL_CRED_VALIDATION = 0x00000008;
export const SCH_CRED_NO_DEFAULT_CREDS = 0x00000010;
export const SCH_CRED_AUTO_CRED_VALIDATION = 0x00000020;
export const SCH_CRED_USE_DEFAULT_CREDS = 0x00000040;
export const SCH_CRED_DISABLE_RECONNECTS = 0x00000080;
export const SCH_CRED_REVOCATION_CHECK_END_CERT = 0x00000100;
export const SCH_CRED_REVOCATION_CHECK_CHAIN = 0x00000200;
export const SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT = 0x00000400;
export const SCH_CRED_IGNORE_NO_REVOCATION_CHECK = 0x00000800;
export const SCH_CRED_IGNORE_REVOCATION_OFFLINE = 0x00001000;
export const SCH_CRED_RESTRICTED_ROOTS = 0x00002000;
export const SCH_CRED_REVOCATION_CHECK_CACHE_ONLY = 0x00004000;
export const SCH_CRED_CACHE_ONLY_URL_RETRIEVAL = 0x00008000;
export const SCH_CRED_MEMORY_STORE_CERT = 0x00010000;
export const SCH_CRED_CACHE_ONLY_URL_RETRIEVAL_ON_CREATE = 0x00020000;
export const SCH_SEND_ROOT_CERT = 0x00040000;
export const SCH_CRED_SNI_CREDENTIAL = 0x00080000;
export const SCH_CRED_SNI_ENABLE_OCSP = 0x00100000;
export const SCH_SEND_AUX_RECORD = 0x00200000;
export const SCH_USE_STRONG_CRYPTO = 0x00400000;
export const SCH_USE_PRESHAREDKEY_ONLY = 0x00800000;
export const SCH_USE_DTLS_ONLY = 0x01000000;
export const SCH_ALLOW_NULL_ENCRYPTION = 0x02000000;
export const SCH_CRED_DEFERRED_CRED_VALIDATION = 0x04000000;

export const SCH_CRED_MAX_SUPPORTED_PARAMETERS = 16;
export const SCH_CRED_MAX_SUPPORTED_ALPN_IDS = 16;
export const SCH_CRED_MAX_SUPPORTED_CRYPTO_SETTINGS = 16;
export const SCH_CRED_MAX_SUPPORTED_CHAINING_MODES = 16;
export const SCH_CRED_MAX_SUPPORTED_ALGS = 256;
export const SCH_CRED_MAX_SUPPORTED_CERTS = 100;
export const SCH_MAX_EXT_SUBSCRIPTIONS = 2;
export const TLS_PARAMS_OPTIONAL = 1;

/** eTlsAlgorithmUsage. */
export const TlsParametersCngAlgUsageKeyExchange = 0;
export const TlsParametersCngAlgUsageSignature = 1;
export const TlsParametersCngAlgUsageCipher = 2;
export const TlsParametersCngAlgUsageDigest = 3;
export const TlsParametersCngAlgUsageCertSig = 4;
export const SCH_RSA_PSS_PAD = "SCH_RSA_PSS_PAD";
export const SCH_RSA_PKCS_PAD = "SCH_RSA_PKCS_PAD";

export const SCHANNEL_RENEGOTIATE = 0;
export const SCHANNEL_SHUTDOWN = 1;
export const SCHANNEL_ALERT = 2;
export const SCHANNEL_SESSION = 3;
export const SSL_SESSION_ENABLE_RECONNECTS = 1;
export const SSL_SESSION_DISABLE_RECONNECTS = 2;
export const SSL_SESSION_RECONNECT = 1;

export const TLS1_ALERT_WARNING: number = AlertLevel.Warning;
export const TLS1_ALERT_FATAL: number = AlertLevel.Fatal;
export const TLS1_ALERT_CLOSE_NOTIFY: number = AlertDescription.close_notify;
export const TLS1_ALERT_UNEXPECTED_MESSAGE: number = AlertDescription.unexpected_message;
export const TLS1_ALERT_BAD_RECORD_MAC: number = AlertDescription.bad_record_mac;
export const TLS1_ALERT_DECRYPTION_FAILED: number = AlertDescription.decryption_failed;
export const TLS1_ALERT_RECORD_OVERFLOW: number = AlertDescription.record_overflow;
export const TLS1_ALERT_DECOMPRESSION_FAIL: number = AlertDescription.decompression_failure;
export const TLS1_ALERT_HANDSHAKE_FAILURE: number = AlertDescription.handshake_failure;
export const TLS1_ALERT_BAD_CERTIFICATE: number = AlertDescription.bad_certificate;
export const TLS1_ALERT_UNSUPPORTED_CERT: number = AlertDescription.unsupported_certificate;
export const TLS1_ALERT_CERTIFICATE_REVOKED: number = AlertDescription.certificate_revoked;
export const TLS1_ALERT_CERTIFICATE_EXPIRED: number = AlertDescription.certificate_expired;
export const TLS1_ALERT_CERTIFICATE_UNKNOWN: number = AlertDescription.certificate_unknown;
export const TLS1_ALERT_ILLEGAL_PARAMETER: number = AlertDescription.illegal_parameter;
export const TLS1_ALERT_UNKNOWN_CA: number = AlertDescription.unknown_ca;
export const TLS1_ALERT_ACCESS_DENIED: number = AlertDescription.access_denied;
export const TLS1_ALERT_DECODE_ERROR: number = AlertDescription.decode_error;
export const TLS1_ALERT_DECRYPT_ERROR: number = AlertDescription.decrypt_error;
export const TLS1_ALERT_EXPORT_RESTRICTION: number = AlertDescription.export_restriction;
export const TLS1_ALERT_PROTOCOL_VERSION: number = AlertDescription.protocol_version;
export const TLS1_ALERT_INSUFFIENT_SECURITY: number = AlertDescription.insufficient_security;
export const TLS1_ALERT_INTERNAL_ERROR: number = AlertDescription.internal_error;
export const TLS1_ALERT_USER_CANCELED: number = AlertDescription.user_canceled;
export const TLS1_ALERT_NO_RENEGOTIATION: number = AlertDescription.no_renegotiation;
export const TLS1_ALERT_UNSUPPORTED_EXT: number = AlertDescription.unsupported_extension;
export const TLS1_ALERT_UNKNOWN_PSK_IDENTITY: number = AlertDescription.unknown_psk_identity;
export const TLS1_ALERT_NO_APP_PROTOCOL: number = AlertDescription.no_application_protocol;

export const SZ_ALG_MAX_SIZE = 64;
export const SECPKGCONTEXT_CIPHERINFO_V1 = 1;
export const SECPKGCONTEXT_CONNECTION_INFO_EX_V1 = 1;
export const SESSION_TICKET_INFO_V0 = 0;
export const X509_ASN_ENCODING = 1;

export const CALG_DES = 0x6601;
export const CALG_3DES = 0x6603;
export const CALG_AES_128 = 0x660e;
export const CALG_AES_192 = 0x660f;
export const CALG_AES_256 = 0x6610;
export const CALG_RC4 = 0x6801;
export const CALG_MD5 = 0x8003;
export const CALG_SHA1 = 0x8004;
export const CALG_SHA_256 = 0x800c;
export const CALG_SHA_384 = 0x800d;
export const CALG_SHA_512 = 0x800e;
export const CALG_ECDSA = 0x2203;
export const CALG_RSA_SIGN = 0x2400;
export const CALG_RSA_KEYX = 0xa400;
export const CALG_DH_EPHEM = 0xaa02;
export const CALG_ECDH = 0xaa05;
export const CALG_ECDH_EPHEM = 0xae06;
