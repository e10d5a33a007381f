/**
 * SECPKG_ATTR_* numbers (sspi.h, schannel.h, minschannel.h) and the one of our own.
 */
import type { SECPKG_ATTR, SECPKG_CRED_ATTR } from "./kinds.ts";

/**
 * Context, query: the sizes of signatures and tokens in bytes, as SecPkgContext_Sizes. Of message packages;
 * SEC_E_UNSUPPORTED_FUNCTION of Schannel, which has SECPKG_ATTR_STREAM_SIZES.
 */
export const SECPKG_ATTR_SIZES: SECPKG_ATTR.SIZES = 0;
/**
 * Context, query: the subject of the peer's certificate as text, as SecPkgContext_Names. SEC_E_NO_CREDENTIALS if it
 * showed none.
 */
export const SECPKG_ATTR_NAMES: SECPKG_ATTR.NAMES = 1;
/** Context, query: how long the peer's certificate, or else our own, is valid, as SecPkgContext_Lifespan. */
export const SECPKG_ATTR_LIFESPAN: SECPKG_ATTR.LIFESPAN = 2;
/** Context, query: the client for DCE, as SecPkgContext_DceInfo. SEC_E_UNSUPPORTED_FUNCTION of Schannel. */
export const SECPKG_ATTR_DCE_INFO: SECPKG_ATTR.DCE_INFO = 3;
/**
 * Context, query: the sizes of a record's header, data and trailer in bytes, as SecPkgContext_StreamSizes. Known
 * before the handshake is finished, as 5, 0 and 1; ask again afterwards.
 */
export const SECPKG_ATTR_STREAM_SIZES: SECPKG_ATTR.STREAM_SIZES = 4;
/** The same number as SECPKG_ATTR_STREAM_SIZES, for DTLS, which is not built. */
export const SECPKG_ATTR_DATAGRAM_SIZES: SECPKG_ATTR.STREAM_SIZES = 4;
/**
 * Context, query: the names and ALG_IDs of signature and cipher, and the bits of the cipher's key, as
 * SecPkgContext_KeyInfo.
 */
export const SECPKG_ATTR_KEY_INFO: SECPKG_ATTR.KEY_INFO = 5;
/**
 * Context, query: the issuer of the peer's certificate as text, as SecPkgContext_Authority. SEC_E_NO_CREDENTIALS if
 * it showed none.
 */
export const SECPKG_ATTR_AUTHORITY: SECPKG_ATTR.AUTHORITY = 6;
/** The protocol's name and version. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_CONNECTION_INFO. */
export const SECPKG_ATTR_PROTO_INFO: SECPKG_ATTR.PROTO_INFO = 7;
/**
 * Context, query: the session's key, a secret, as SecPkgContext_SessionKey. Of message packages;
 * SEC_E_UNSUPPORTED_FUNCTION of Schannel, which has SECPKG_ATTR_KEYING_MATERIAL.
 */
export const SECPKG_ATTR_SESSION_KEY: SECPKG_ATTR.SESSION_KEY = 9;
/** Context, query: the package's description, as SecPkgContext_PackageInfo. */
export const SECPKG_ATTR_PACKAGE_INFO: SECPKG_ATTR.PACKAGE_INFO = 10;
/**
 * Context, query: the package that was chosen, as SecPkgContext_NegotiationInfo. Of Negotiate and what it can choose;
 * SEC_E_UNSUPPORTED_FUNCTION of Schannel.
 */
export const SECPKG_ATTR_NEGOTIATION_INFO: SECPKG_ATTR.NEGOTIATION_INFO = 12;
/**
 * Context, query: the names of client and server, as SecPkgContext_NativeNames. Of message packages;
 * SEC_E_UNSUPPORTED_FUNCTION of Schannel.
 */
export const SECPKG_ATTR_NATIVE_NAMES: SECPKG_ATTR.NATIVE_NAMES = 13;
/** Context, query: the ISC_RET_* or ASC_RET_* flags of the last handshake call, as SecPkgContext_Flags. */
export const SECPKG_ATTR_FLAGS: SECPKG_ATTR.FLAGS = 14;
/**
 * Context, query: what the server's token reports of the server, as SecPkgContext_TargetInformation. Of NTLM;
 * SEC_E_UNSUPPORTED_FUNCTION of Schannel.
 */
export const SECPKG_ATTR_TARGET_INFORMATION: SECPKG_ATTR.TARGET_INFORMATION = 17;
/** The access token of the peer. SEC_E_UNSUPPORTED_FUNCTION here: there are no accounts of Windows. */
export const SECPKG_ATTR_ACCESS_TOKEN: SECPKG_ATTR.ACCESS_TOKEN = 18;
/**
 * Context, query: the channel bindings tls-unique (RFC 5929 §3), as SecPkgContext_Bindings. TLS 1.2 only;
 * SEC_E_UNSUPPORTED_FUNCTION in TLS 1.3.
 */
export const SECPKG_ATTR_UNIQUE_BINDINGS: SECPKG_ATTR.UNIQUE_BINDINGS = 25;
/**
 * Context, query: the channel bindings tls-server-end-point (RFC 5929 §4), as SecPkgContext_Bindings.
 * SEC_E_UNSUPPORTED_FUNCTION for signatures without a hash of their own (Ed25519).
 */
export const SECPKG_ATTR_ENDPOINT_BINDINGS: SECPKG_ATTR.ENDPOINT_BINDINGS = 26;
/**
 * Context, query: the name of the target that the client gave, as SecPkgContext_ClientSpecifiedTarget. Of message
 * packages; SEC_E_UNSUPPORTED_FUNCTION of Schannel.
 */
export const SECPKG_ATTR_CLIENT_SPECIFIED_TARGET: SECPKG_ATTR.CLIENT_SPECIFIED_TARGET = 27;
/** Set: the MTU of DTLS. SEC_E_UNSUPPORTED_FUNCTION here: DTLS is not built. */
export const SECPKG_ATTR_DTLS_MTU: SECPKG_ATTR.DTLS_MTU = 34;
/**
 * Context, query: the negotiated ALPN protocol (RFC 7301), as SecPkgContext_ApplicationProtocol.
 * applicationProtocolName gives its name.
 */
export const SECPKG_ATTR_APPLICATION_PROTOCOL: SECPKG_ATTR.APPLICATION_PROTOCOL = 35;
/**
 * Context, query: the numbers of the extensions in the server's answer, as SecPkgContext_NegotiatedTlsExtensions. A
 * server's own context has none.
 */
export const SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS: SECPKG_ATTR.NEGOTIATED_TLS_EXTENSIONS = 36;
/** Names of issuers, in an obsolete form. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_ISSUER_LIST_EX. */
export const SECPKG_ATTR_ISSUER_LIST: SECPKG_ATTR.ISSUER_LIST = 0x50;
/**
 * The peer's credential, in an obsolete form. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_REMOTE_CERT_CONTEXT.
 */
export const SECPKG_ATTR_REMOTE_CRED: SECPKG_ATTR.REMOTE_CRED = 0x51;
/** Our credential, in an obsolete form. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_LOCAL_CERT_CONTEXT. */
export const SECPKG_ATTR_LOCAL_CRED: SECPKG_ATTR.LOCAL_CRED = 0x52;
/**
 * Context, query: the peer's certificate and all that came with it, DER, leaf first, as CERT_CONTEXT.
 * SEC_E_NO_CREDENTIALS if it showed none.
 */
export const SECPKG_ATTR_REMOTE_CERT_CONTEXT: SECPKG_ATTR.REMOTE_CERT_CONTEXT = 0x53;
/**
 * Context, query: our certificate and its chain, if it was sent, as CERT_CONTEXT. SEC_E_NO_CREDENTIALS if it was not.
 */
export const SECPKG_ATTR_LOCAL_CERT_CONTEXT: SECPKG_ATTR.LOCAL_CERT_CONTEXT = 0x54;
/** Context, query: the certificates of `hRootStore`, DER, as SecPkgContext_RootStore. */
export const SECPKG_ATTR_ROOT_STORE: SECPKG_ATTR.ROOT_STORE = 0x55;
/** Credential, query: the ALG_IDs (CALG_*) that the credential can use, as SecPkgCred_SupportedAlgs. */
export const SECPKG_ATTR_SUPPORTED_ALGS: SECPKG_ATTR.SUPPORTED_ALGS = 0x56;
/** Credential, query: the fewest and the most bits of its ciphers' keys, as SecPkgCred_CipherStrengths. */
export const SECPKG_ATTR_CIPHER_STRENGTHS: SECPKG_ATTR.CIPHER_STRENGTHS = 0x57;
/** Credential, query: the SP_PROT_* bits that it can use, as SecPkgCred_SupportedProtocols. */
export const SECPKG_ATTR_SUPPORTED_PROTOCOLS: SECPKG_ATTR.SUPPORTED_PROTOCOLS = 0x58;
/**
 * Context, query: the DER Names of authorities that the peer's request for a certificate named, as
 * SecPkgContext_IssuerListInfoEx. Useful at SEC_I_INCOMPLETE_CREDENTIALS.
 */
export const SECPKG_ATTR_ISSUER_LIST_EX: SECPKG_ATTR.ISSUER_LIST_EX = 0x59;
/**
 * Context, query: protocol (SP_PROT_*), cipher, hash and key exchange as ALG_IDs with their bits, as
 * SecPkgContext_ConnectionInfo.
 */
export const SECPKG_ATTR_CONNECTION_INFO: SECPKG_ATTR.CONNECTION_INFO = 0x5a;
/**
 * Context, query: the keys of EAP-TLS (RFC 5216 §2.3), as SecPkgContext_EapKeyBlock. TLS 1.2 only; for TLS 1.3 use
 * SECPKG_ATTR_KEYING_MATERIAL (RFC 9190).
 */
export const SECPKG_ATTR_EAP_KEY_BLOCK: SECPKG_ATTR.EAP_KEY_BLOCK = 0x5b;
/**
 * An attribute of the account that a client certificate maps to. SEC_E_UNSUPPORTED_FUNCTION here: there are no
 * accounts of Windows.
 */
export const SECPKG_ATTR_MAPPED_CRED_ATTR: SECPKG_ATTR.MAPPED_CRED_ATTR = 0x5c;
/** Context, query: whether the session was resumed, and its id, as SecPkgContext_SessionInfo. */
export const SECPKG_ATTR_SESSION_INFO: SECPKG_ATTR.SESSION_INFO = 0x5d;
/**
 * Context, query and set: bytes of the application that stay with the session and are there when it is resumed, as
 * SecPkgContext_SessionAppData.
 */
export const SECPKG_ATTR_APP_DATA: SECPKG_ATTR.APP_DATA = 0x5e;
/**
 * Context, query: the peer's certificates as one blob of lengths and DER, as SecPkgContext_Certificates.
 * SEC_E_NO_CREDENTIALS if it showed none.
 */
export const SECPKG_ATTR_REMOTE_CERTIFICATES: SECPKG_ATTR.REMOTE_CERTIFICATES = 0x5f;
/**
 * Set: how client certificates are judged. SEC_E_UNSUPPORTED_FUNCTION here: it names stores of Windows; use
 * `sealwire.verifyPeer` and `sealwire.certificateAuthorities`.
 */
export const SECPKG_ATTR_CLIENT_CERT_POLICY: SECPKG_ATTR.CLIENT_CERT_POLICY = 0x60;
/** The result of that policy. SEC_E_UNSUPPORTED_FUNCTION here: there is no such policy. */
export const SECPKG_ATTR_CC_POLICY_RESULT: SECPKG_ATTR.CC_POLICY_RESULT = 0x61;
/** Context, set: accepted without effect. */
export const SECPKG_ATTR_USE_NCRYPT: SECPKG_ATTR.USE_NCRYPT = 0x62;
/** What is known of our certificate. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_LOCAL_CERT_CONTEXT. */
export const SECPKG_ATTR_LOCAL_CERT_INFO: SECPKG_ATTR.LOCAL_CERT_INFO = 0x63;
/** Context, query: the cipher suite: its IANA number and name, and its parts, as SecPkgContext_CipherInfo. */
export const SECPKG_ATTR_CIPHER_INFO: SECPKG_ATTR.CIPHER_INFO = 0x64;
/**
 * Set: the data of EAP's PRF. SEC_E_UNSUPPORTED_FUNCTION here: its content is not documented; use
 * SECPKG_ATTR_KEYING_MATERIAL_INFO.
 */
export const SECPKG_ATTR_EAP_PRF_INFO: SECPKG_ATTR.EAP_PRF_INFO = 0x65;
/** Context, query: the signature algorithms that the peer accepts, as SecPkgContext_SupportedSignatures. */
export const SECPKG_ATTR_SUPPORTED_SIGNATURES: SECPKG_ATTR.SUPPORTED_SIGNATURES = 0x66;
/**
 * Context, query: the path that was validated, leaf first, or what the peer sent if nothing was validated, as
 * CERT_CONTEXT. SEC_E_NO_CREDENTIALS if it showed none.
 */
export const SECPKG_ATTR_REMOTE_CERT_CHAIN: SECPKG_ATTR.REMOTE_CERT_CHAIN = 0x67;
/** Context, set: accepted without effect. */
export const SECPKG_ATTR_UI_INFO: SECPKG_ATTR.UI_INFO = 0x68;
/** Context, set: accepted without effect. */
export const SECPKG_ATTR_EARLY_START: SECPKG_ATTR.EARLY_START = 0x69;
/**
 * Context, set: label, context and length in bytes of an export (RFC 5705, RFC 8446 §7.5), as
 * SecPkgContext_KeyingMaterialInfo. Then query SECPKG_ATTR_KEYING_MATERIAL.
 */
export const SECPKG_ATTR_KEYING_MATERIAL_INFO: SECPKG_ATTR.KEYING_MATERIAL_INFO = 0x6a;
/**
 * Context, query: the export that SECPKG_ATTR_KEYING_MATERIAL_INFO described, as SecPkgContext_KeyingMaterial.
 * SEC_E_OUT_OF_SEQUENCE before that, or before the keys exist.
 */
export const SECPKG_ATTR_KEYING_MATERIAL: SECPKG_ATTR.KEYING_MATERIAL = 0x6b;
/** Profile and key identifier of DTLS-SRTP. SEC_E_UNSUPPORTED_FUNCTION here: DTLS is not built. */
export const SECPKG_ATTR_SRTP_PARAMETERS: SECPKG_ATTR.SRTP_PARAMETERS = 0x6c;
/** Parameters of token binding (RFC 8472). SEC_E_UNSUPPORTED_FUNCTION here: not built. */
export const SECPKG_ATTR_TOKEN_BINDING: SECPKG_ATTR.TOKEN_BINDING = 0x6d;
/**
 * Context, query: protocol, cipher, hash and key exchange as names with their bits, as
 * SecPkgContext_ConnectionInfoEx.
 */
export const SECPKG_ATTR_CONNECTION_INFO_EX: SECPKG_ATTR.CONNECTION_INFO_EX = 0x6e;
/** The export of token binding. SEC_E_UNSUPPORTED_FUNCTION here: not built. */
export const SECPKG_ATTR_KEYING_MATERIAL_TOKEN_BINDING: SECPKG_ATTR.KEYING_MATERIAL_TOKEN_BINDING = 0x6f;
/** Context, query: the export, with the label and context that were set, as SecPkgContext_KeyingMaterial_Inproc. */
export const SECPKG_ATTR_KEYING_MATERIAL_INPROC: SECPKG_ATTR.KEYING_MATERIAL_INPROC = 0x70;
/**
 * Context, query: what deferred validation (SCH_CRED_DEFERRED_CRED_VALIDATION) found, as
 * SecPkgContext_CertificateValidationResult. SEC_E_NO_CREDENTIALS if the peer showed no certificate.
 */
export const SECPKG_ATTR_CERT_CHECK_RESULT: SECPKG_ATTR.CERT_CHECK_RESULT = 0x71;
/** The same as SECPKG_ATTR_CERT_CHECK_RESULT. */
export const SECPKG_ATTR_CERT_CHECK_RESULT_INPROC: SECPKG_ATTR.CERT_CHECK_RESULT_INPROC = 0x72;
/** Credential, set: the keys of a server's session tickets, as SecPkgCred_SessionTicketKeys. */
export const SECPKG_ATTR_SESSION_TICKET_KEYS: SECPKG_ATTR.SESSION_TICKET_KEYS = 0x73;
/**
 * The peer's certificate in a form of Windows. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_REMOTE_CERT_CONTEXT.
 */
export const SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT_INPROC: SECPKG_ATTR.SERIALIZED_REMOTE_CERT_CONTEXT_INPROC = 0x74;
/**
 * The peer's certificate in a form of Windows. SEC_E_UNSUPPORTED_FUNCTION here: use SECPKG_ATTR_REMOTE_CERT_CONTEXT.
 */
export const SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT: SECPKG_ATTR.SERIALIZED_REMOTE_CERT_CONTEXT = 0x75;

/** Credential, query: the name of the principal. SEC_E_NO_CREDENTIALS: certificates have none, as on Windows. */
export const SECPKG_CRED_ATTR_NAMES: SECPKG_CRED_ATTR.NAMES = 1;

/**
 * Context, query, beyond Windows: what is known of the connection in IANA numbers, from the first flight on, as
 * SealwireConnection.
 */
export const SEALWIRE_ATTR_CONNECTION: SECPKG_ATTR.CONNECTION = 0x5ea10001;
/**
 * Context, query, beyond Windows: who was authenticated, and how, as SealwireAuthentication. Of message packages;
 * SEC_E_UNSUPPORTED_FUNCTION of Schannel.
 */
export const SEALWIRE_ATTR_AUTHENTICATION: SECPKG_ATTR.AUTHENTICATION = 0x5ea10007;
