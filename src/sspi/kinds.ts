/**
 * Kinds of numbers, for the compiler: a constant of one kind is refused where another kind is expected, while plain
 * numbers and what `|` makes of constants are accepted everywhere, as C does. Nothing of this exists at run time.
 */

/**
 * A SECURITY_STATUS of the SDK: an unsigned 32-bit number, SEC_E_OK or another of SEC_E_*, SEC_I_*, CRYPT_E_*,
 * TRUST_E_* and CERT_E_*; see `statusName`.
 * Any number is accepted; a constant of another kind is not.
 */
export declare enum SECURITY_STATUS {
  value,
}

/**
 * A type of buffer, SECBUFFER_*, with or without attribute bits. Any number is accepted; a constant of another kind is
 * not.
 */
export declare enum SECBUFFER_TYPE {
  value,
}

/**
 * Attribute bits of a type of buffer: SECBUFFER_READONLY and its kind. Any number is accepted; a constant of another
 * kind is not.
 */
export declare enum SECBUFFER_ATTRIBUTE {
  value,
}

/** Requirements of a client, ISC_REQ_*. Any number is accepted; a constant of another kind is not. */
export declare enum ISC_REQ {
  value,
}

/**
 * Requirements of either role, joined by `|`. Any number is accepted, so that one loop can serve both roles.
 */
export declare enum CONTEXT_REQ {
  value,
}

/** Results of a client's handshake call, ISC_RET_*. Any number is accepted; a constant of another kind is not. */
export declare enum ISC_RET {
  value,
}

/** Requirements of a server, ASC_REQ_*. Any number is accepted; a constant of another kind is not. */
export declare enum ASC_REQ {
  value,
}

/** Results of a server's handshake call, ASC_RET_*. Any number is accepted; a constant of another kind is not. */
export declare enum ASC_RET {
  value,
}

/** A quality of protection, SECQOP_*; 0 is the usual one. Any number is accepted; a constant of another kind is not. */
export declare enum SECQOP {
  value,
}

/** Capabilities of a package, SECPKG_FLAG_*. Any number is accepted; a constant of another kind is not. */
export declare enum SECPKG_FLAG {
  value,
}

/** Versions of protocols, SP_PROT_*. Any number is accepted; a constant of another kind is not. */
export declare enum SP_PROT {
  value,
}

/**
 * Flags of a credential, SCH_CRED_*, SCH_SEND_*, SCH_USE_* and SCH_ALLOW_*. Any number is accepted; a constant of
 * another kind is not.
 */
export declare enum SCH_CRED_FLAG {
  value,
}

/** The first number of a control token, SCHANNEL_*. Any number is accepted; a constant of another kind is not. */
export declare enum SCHANNEL_TOKEN {
  value,
}

/** The number of an alert, TLS1_ALERT_* (RFC 8446 §6). Any number is accepted; a constant of another kind is not. */
export declare enum TLS1_ALERT {
  value,
}

/**
 * The level of an alert, TLS1_ALERT_WARNING or TLS1_ALERT_FATAL. Any number is accepted; a constant of another kind is
 * not.
 */
export declare enum TLS1_ALERT_LEVEL {
  value,
}

/** An ALG_ID of the SDK, CALG_*. Any number is accepted; a constant of another kind is not. */
export declare enum ALG_ID {
  value,
}

/** What a credential is for, SECPKG_CRED_*. */
export declare enum SECPKG_CRED {
  INBOUND = 1,
  OUTBOUND = 2,
  BOTH = 3,
  DEFAULT = 4,
}

/** An attribute of a context, SECPKG_ATTR_* and SEALWIRE_ATTR_*. Some are attributes of credentials as well. */
export declare enum SECPKG_ATTR {
  SIZES = 0,
  NAMES = 1,
  LIFESPAN = 2,
  DCE_INFO = 3,
  STREAM_SIZES = 4,
  KEY_INFO = 5,
  AUTHORITY = 6,
  PROTO_INFO = 7,
  SESSION_KEY = 9,
  PACKAGE_INFO = 10,
  NEGOTIATION_INFO = 12,
  NATIVE_NAMES = 13,
  FLAGS = 14,
  TARGET_INFORMATION = 17,
  ACCESS_TOKEN = 18,
  UNIQUE_BINDINGS = 25,
  ENDPOINT_BINDINGS = 26,
  CLIENT_SPECIFIED_TARGET = 27,
  DTLS_MTU = 34,
  APPLICATION_PROTOCOL = 35,
  NEGOTIATED_TLS_EXTENSIONS = 36,
  ISSUER_LIST = 0x50,
  REMOTE_CRED = 0x51,
  LOCAL_CRED = 0x52,
  REMOTE_CERT_CONTEXT = 0x53,
  LOCAL_CERT_CONTEXT = 0x54,
  ROOT_STORE = 0x55,
  SUPPORTED_ALGS = 0x56,
  CIPHER_STRENGTHS = 0x57,
  SUPPORTED_PROTOCOLS = 0x58,
  ISSUER_LIST_EX = 0x59,
  CONNECTION_INFO = 0x5a,
  EAP_KEY_BLOCK = 0x5b,
  MAPPED_CRED_ATTR = 0x5c,
  SESSION_INFO = 0x5d,
  APP_DATA = 0x5e,
  REMOTE_CERTIFICATES = 0x5f,
  CLIENT_CERT_POLICY = 0x60,
  CC_POLICY_RESULT = 0x61,
  USE_NCRYPT = 0x62,
  LOCAL_CERT_INFO = 0x63,
  CIPHER_INFO = 0x64,
  EAP_PRF_INFO = 0x65,
  SUPPORTED_SIGNATURES = 0x66,
  REMOTE_CERT_CHAIN = 0x67,
  UI_INFO = 0x68,
  EARLY_START = 0x69,
  KEYING_MATERIAL_INFO = 0x6a,
  KEYING_MATERIAL = 0x6b,
  SRTP_PARAMETERS = 0x6c,
  TOKEN_BINDING = 0x6d,
  CONNECTION_INFO_EX = 0x6e,
  KEYING_MATERIAL_TOKEN_BINDING = 0x6f,
  KEYING_MATERIAL_INPROC = 0x70,
  CERT_CHECK_RESULT = 0x71,
  CERT_CHECK_RESULT_INPROC = 0x72,
  SESSION_TICKET_KEYS = 0x73,
  SERIALIZED_REMOTE_CERT_CONTEXT_INPROC = 0x74,
  SERIALIZED_REMOTE_CERT_CONTEXT = 0x75,
  CONNECTION = 0x5ea10001,
  AUTHENTICATION = 0x5ea10007,
}

/** An attribute that only credentials have, SECPKG_CRED_ATTR_*. */
export declare enum SECPKG_CRED_ATTR {
  NAMES = 1,
}
