/**
 * `contextReq` of initializeSecurityContext: lets the server act in the client's name on other hosts. Refused with
 * SEC_E_UNSUPPORTED_FUNCTION, as by Schannel.
 */
export const ISC_REQ_DELEGATE = 0x00000001;
/**
 * `contextReq` of initializeSecurityContext: the server proves its identity. Ignored: the server's certificate is
 * checked unless the credential says otherwise.
 */
export const ISC_REQ_MUTUAL_AUTH = 0x00000002;
/**
 * `contextReq` of initializeSecurityContext: detects messages that are replayed. Records always have it: reported on
 * every call, asked for or not.
 */
export const ISC_REQ_REPLAY_DETECT = 0x00000004;
/**
 * `contextReq` of initializeSecurityContext: detects messages out of order. Records always have it: reported on every
 * call, asked for or not.
 */
export const ISC_REQ_SEQUENCE_DETECT = 0x00000008;
/**
 * `contextReq` of initializeSecurityContext: encrypts messages. Records always have it: reported on every call, asked
 * for or not.
 */
export const ISC_REQ_CONFIDENTIALITY = 0x00000010;
/** `contextReq` of initializeSecurityContext: a new session key. Ignored. */
export const ISC_REQ_USE_SESSION_KEY = 0x00000020;
/**
 * `contextReq` of initializeSecurityContext: asks the user for credentials. Refused with SEC_E_UNSUPPORTED_FUNCTION,
 * as by Schannel.
 */
export const ISC_REQ_PROMPT_FOR_CREDS = 0x00000040;
/**
 * `contextReq` of initializeSecurityContext: the credential alone counts: without a certificate an empty Certificate
 * is sent at once, instead of SEC_I_INCOMPLETE_CREDENTIALS. Honoured and reported.
 */
export const ISC_REQ_USE_SUPPLIED_CREDS = 0x00000080;
/**
 * `contextReq` of initializeSecurityContext: output is in new memory, which replaces what the output buffer held.
 * Honoured and reported.
 */
export const ISC_REQ_ALLOCATE_MEMORY = 0x00000100;
/**
 * `contextReq` of initializeSecurityContext: datagrams, DTLS. Reported as on Windows, without effect: DTLS is not
 * built.
 */
export const ISC_REQ_DATAGRAM = 0x00000400;
/** `contextReq` of initializeSecurityContext: a connection rather than a stream. Ignored. */
export const ISC_REQ_CONNECTION = 0x00000800;
/**
 * `contextReq` of initializeSecurityContext: a failing call gives the alert for the peer, in ALERT or TOKEN. Honoured
 * and reported.
 */
export const ISC_REQ_EXTENDED_ERROR = 0x00004000;
/** `contextReq` of initializeSecurityContext: a stream. TLS is one: reported on every call, asked for or not. */
export const ISC_REQ_STREAM = 0x00008000;
/** `contextReq` of initializeSecurityContext: signs messages. Ignored: records are always protected. */
export const ISC_REQ_INTEGRITY = 0x00010000;
/**
 * `contextReq` of initializeSecurityContext: the caller checks the server's certificate itself, see
 * SECPKG_ATTR_REMOTE_CERT_CONTEXT. Honoured and reported.
 */
export const ISC_REQ_MANUAL_CRED_VALIDATION = 0x00080000;
/** `contextReq` of initializeSecurityContext: tokens in fragments that fit the buffer. Ignored. */
export const ISC_REQ_FRAGMENT_TO_FIT = 0x00200000;
/** `contextReq` of initializeSecurityContext: the target name comes from an untrusted source. Ignored. */
export const ISC_REQ_UNVERIFIED_TARGET_NAME = 0x20000000;
/**
 * `contextReq` of initializeSecurityContext: handshake messages without records (QUIC). Refused with
 * SEC_E_UNSUPPORTED_FUNCTION: not built. Above 32 bits; test it with hasFlag.
 */
export const ISC_REQ_MESSAGES = 0x0000000100000000;

/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_DELEGATE. Never set here. */
export const ISC_RET_DELEGATE: number = ISC_REQ_DELEGATE;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_MUTUAL_AUTH. Never set here. */
export const ISC_RET_MUTUAL_AUTH: number = ISC_REQ_MUTUAL_AUTH;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_REPLAY_DETECT. Always set. */
export const ISC_RET_REPLAY_DETECT: number = ISC_REQ_REPLAY_DETECT;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_SEQUENCE_DETECT. Always set. */
export const ISC_RET_SEQUENCE_DETECT: number = ISC_REQ_SEQUENCE_DETECT;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_CONFIDENTIALITY. Always set. */
export const ISC_RET_CONFIDENTIALITY: number = ISC_REQ_CONFIDENTIALITY;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_USE_SESSION_KEY. Never set here. */
export const ISC_RET_USE_SESSION_KEY: number = ISC_REQ_USE_SESSION_KEY;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_USE_SUPPLIED_CREDS. Set if
 * ISC_REQ_USE_SUPPLIED_CREDS was given.
 */
export const ISC_RET_USED_SUPPLIED_CREDS: number = ISC_REQ_USE_SUPPLIED_CREDS;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_ALLOCATE_MEMORY. Set if ISC_REQ_ALLOCATE_MEMORY
 * was given.
 */
export const ISC_RET_ALLOCATED_MEMORY: number = ISC_REQ_ALLOCATE_MEMORY;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_DATAGRAM. Set if ISC_REQ_DATAGRAM was given. */
export const ISC_RET_DATAGRAM: number = ISC_REQ_DATAGRAM;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_CONNECTION. Never set here. */
export const ISC_RET_CONNECTION: number = ISC_REQ_CONNECTION;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_EXTENDED_ERROR. Set if ISC_REQ_EXTENDED_ERROR was
 * given.
 */
export const ISC_RET_EXTENDED_ERROR: number = ISC_REQ_EXTENDED_ERROR;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_STREAM. Always set. */
export const ISC_RET_STREAM: number = ISC_REQ_STREAM;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_INTEGRITY. Never set here. */
export const ISC_RET_INTEGRITY: number = ISC_REQ_INTEGRITY;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_MANUAL_CRED_VALIDATION. Set if
 * ISC_REQ_MANUAL_CRED_VALIDATION was given.
 */
export const ISC_RET_MANUAL_CRED_VALIDATION: number = ISC_REQ_MANUAL_CRED_VALIDATION;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_FRAGMENT_TO_FIT. Never set here. */
export const ISC_RET_FRAGMENT_ONLY: number = ISC_REQ_FRAGMENT_TO_FIT;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_MESSAGES. Never set here. */
export const ISC_RET_MESSAGES: number = ISC_REQ_MESSAGES;

/** `contextReq` of acceptSecurityContext: lets the server act in the client's name on other hosts. Ignored. */
export const ASC_REQ_DELEGATE = 0x00000001;
/**
 * `contextReq` of acceptSecurityContext: asks the client for a certificate; a client without one is still accepted,
 * see `sealwire.requireClientCertificate`. Honoured, and not reported.
 */
export const ASC_REQ_MUTUAL_AUTH = 0x00000002;
/**
 * `contextReq` of acceptSecurityContext: detects messages that are replayed. Records always have it: reported on
 * every call, asked for or not.
 */
export const ASC_REQ_REPLAY_DETECT = 0x00000004;
/**
 * `contextReq` of acceptSecurityContext: detects messages out of order. Records always have it: reported on every
 * call, asked for or not.
 */
export const ASC_REQ_SEQUENCE_DETECT = 0x00000008;
/**
 * `contextReq` of acceptSecurityContext: encrypts messages. Records always have it: reported on every call, asked for
 * or not.
 */
export const ASC_REQ_CONFIDENTIALITY = 0x00000010;
/** `contextReq` of acceptSecurityContext: a new session key. Ignored. */
export const ASC_REQ_USE_SESSION_KEY = 0x00000020;
/**
 * `contextReq` of acceptSecurityContext: session tickets. Ignored: `sealwire.ticketCount` says how many are given.
 */
export const ASC_REQ_SESSION_TICKET = 0x00000040;
/**
 * `contextReq` of acceptSecurityContext: output is in new memory, which replaces what the output buffer held.
 * Honoured and reported.
 */
export const ASC_REQ_ALLOCATE_MEMORY = 0x00000100;
/**
 * `contextReq` of acceptSecurityContext: datagrams, DTLS. Reported as on Windows, without effect: DTLS is not built.
 */
export const ASC_REQ_DATAGRAM = 0x00000400;
/** `contextReq` of acceptSecurityContext: a connection rather than a stream. Ignored. */
export const ASC_REQ_CONNECTION = 0x00000800;
/**
 * `contextReq` of acceptSecurityContext: a failing call gives the alert for the peer, in ALERT or TOKEN. Honoured and
 * reported.
 */
export const ASC_REQ_EXTENDED_ERROR = 0x00008000;
/** `contextReq` of acceptSecurityContext: a stream. TLS is one: reported on every call, asked for or not. */
export const ASC_REQ_STREAM = 0x00010000;
/** `contextReq` of acceptSecurityContext: signs messages. Ignored: records are always protected. */
export const ASC_REQ_INTEGRITY = 0x00020000;
/** `contextReq` of acceptSecurityContext: tokens in fragments that fit the buffer. Ignored. */
export const ASC_REQ_FRAGMENT_TO_FIT = 0x00800000;
/**
 * `contextReq` of acceptSecurityContext: handshake messages without records (QUIC). Refused with
 * SEC_E_UNSUPPORTED_FUNCTION: not built. Above 32 bits; test it with hasFlag.
 */
export const ASC_REQ_MESSAGES = 0x0000000100000000;

/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_DELEGATE. Never set here. */
export const ASC_RET_DELEGATE: number = ASC_REQ_DELEGATE;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_MUTUAL_AUTH. Never set here. */
export const ASC_RET_MUTUAL_AUTH: number = ASC_REQ_MUTUAL_AUTH;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_REPLAY_DETECT. Always set. */
export const ASC_RET_REPLAY_DETECT: number = ASC_REQ_REPLAY_DETECT;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_SEQUENCE_DETECT. Always set. */
export const ASC_RET_SEQUENCE_DETECT: number = ASC_REQ_SEQUENCE_DETECT;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_CONFIDENTIALITY. Always set. */
export const ASC_RET_CONFIDENTIALITY: number = ASC_REQ_CONFIDENTIALITY;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_USE_SESSION_KEY. Never set here. */
export const ASC_RET_USE_SESSION_KEY: number = ASC_REQ_USE_SESSION_KEY;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_SESSION_TICKET. Never set here. */
export const ASC_RET_SESSION_TICKET: number = ASC_REQ_SESSION_TICKET;
/**
 * `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_ALLOCATE_MEMORY. Set if ASC_REQ_ALLOCATE_MEMORY was
 * given.
 */
export const ASC_RET_ALLOCATED_MEMORY: number = ASC_REQ_ALLOCATE_MEMORY;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_DATAGRAM. Set if ASC_REQ_DATAGRAM was given. */
export const ASC_RET_DATAGRAM: number = ASC_REQ_DATAGRAM;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_CONNECTION. Never set here. */
export const ASC_RET_CONNECTION: number = ASC_REQ_CONNECTION;
/**
 * `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_EXTENDED_ERROR. Set if ASC_REQ_EXTENDED_ERROR was
 * given.
 */
export const ASC_RET_EXTENDED_ERROR: number = ASC_REQ_EXTENDED_ERROR;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_STREAM. Always set. */
export const ASC_RET_STREAM: number = ASC_REQ_STREAM;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_INTEGRITY. Never set here. */
export const ASC_RET_INTEGRITY: number = ASC_REQ_INTEGRITY;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_FRAGMENT_TO_FIT. Never set here. */
export const ASC_RET_FRAGMENT_ONLY: number = ASC_REQ_FRAGMENT_TO_FIT;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_MESSAGES. Never set here. */
export const ASC_RET_MESSAGES: number = ASC_REQ_MESSAGES;

const WORD = 0x100000000;

/**
 * True if a flag is set, also above 32 bits, where `&` does not work.
 * @param flags - `contextReq` or `contextAttr`
 * @param flag - one bit
 */
export function hasFlag(flags: number, flag: number): boolean {
  return flag < WORD ? ((flags % WORD) & flag) !== 0 : Math.floor(flags / flag) % 2 === 1;
}
