/**
 * Context requirement and result flags (sspi.h). ISC_RET_x has the value of ISC_REQ_x, ASC_RET_x that of ASC_REQ_x.
 * Flags are numbers, also above 32 bits: test them with `hasFlag`, not with `&`.
 */
import type { ASC_REQ, ASC_RET, ISC_REQ, ISC_RET } from "./kinds.ts";

/**
 * `contextReq` of initializeSecurityContext: lets the server act in the client's name on other hosts. Refused with
 * SEC_E_UNSUPPORTED_FUNCTION, as by Schannel.
 */
export const ISC_REQ_DELEGATE: ISC_REQ = 0x00000001;
/**
 * `contextReq` of initializeSecurityContext: the server proves its identity. Ignored: the server's certificate is
 * checked unless the credential disables the check.
 */
export const ISC_REQ_MUTUAL_AUTH: ISC_REQ = 0x00000002;
/**
 * `contextReq` of initializeSecurityContext: detects messages that are replayed. Records always have it: reported on
 * every call, asked for or not.
 */
export const ISC_REQ_REPLAY_DETECT: ISC_REQ = 0x00000004;
/**
 * `contextReq` of initializeSecurityContext: detects messages out of order. Records always have it: reported on every
 * call, asked for or not.
 */
export const ISC_REQ_SEQUENCE_DETECT: ISC_REQ = 0x00000008;
/**
 * `contextReq` of initializeSecurityContext: encrypts messages. Records always have it: reported on every call, asked
 * for or not.
 */
export const ISC_REQ_CONFIDENTIALITY: ISC_REQ = 0x00000010;
/** `contextReq` of initializeSecurityContext: a new session key. Ignored. */
export const ISC_REQ_USE_SESSION_KEY: ISC_REQ = 0x00000020;
/**
 * `contextReq` of initializeSecurityContext: asks the user for credentials. Refused with SEC_E_UNSUPPORTED_FUNCTION,
 * as by Schannel.
 */
export const ISC_REQ_PROMPT_FOR_CREDS: ISC_REQ = 0x00000040;
/**
 * `contextReq` of initializeSecurityContext: the credential alone counts: without a certificate an empty Certificate
 * is sent at once, instead of SEC_I_INCOMPLETE_CREDENTIALS. Honoured and reported.
 */
export const ISC_REQ_USE_SUPPLIED_CREDS: ISC_REQ = 0x00000080;
/**
 * `contextReq` of initializeSecurityContext: output is in new memory, which replaces what the output buffer held.
 * Honoured and reported.
 */
export const ISC_REQ_ALLOCATE_MEMORY: ISC_REQ = 0x00000100;
/**
 * `contextReq` of initializeSecurityContext: the form of DCE/RPC. Message packages sign and encrypt with it; ignored by
 * Schannel.
 */
export const ISC_REQ_USE_DCE_STYLE: ISC_REQ = 0x00000200;
/**
 * `contextReq` of initializeSecurityContext: datagrams, DTLS. Reported as on Windows, without effect: DTLS is not
 * built.
 */
export const ISC_REQ_DATAGRAM: ISC_REQ = 0x00000400;
/** `contextReq` of initializeSecurityContext: a connection rather than a stream. Ignored. */
export const ISC_REQ_CONNECTION: ISC_REQ = 0x00000800;
/**
 * `contextReq` of initializeSecurityContext: a failing call gives the alert for the peer, in ALERT or TOKEN. Honoured
 * and reported.
 */
export const ISC_REQ_EXTENDED_ERROR: ISC_REQ = 0x00004000;
/** `contextReq` of initializeSecurityContext: a stream. TLS is one: reported on every call, asked for or not. */
export const ISC_REQ_STREAM: ISC_REQ = 0x00008000;
/** `contextReq` of initializeSecurityContext: signs messages. Ignored: records are always protected. */
export const ISC_REQ_INTEGRITY: ISC_REQ = 0x00010000;
/**
 * `contextReq` of initializeSecurityContext: the server may learn who the client is, and not act in its name. Ignored
 * by Schannel.
 */
export const ISC_REQ_IDENTIFY: ISC_REQ = 0x00020000;
/** `contextReq` of initializeSecurityContext: an anonymous logon (NTLM). Ignored by Schannel. */
export const ISC_REQ_NULL_SESSION: ISC_REQ = 0x00040000;
/**
 * `contextReq` of initializeSecurityContext: the caller checks the server's certificate itself, see
 * SECPKG_ATTR_REMOTE_CERT_CONTEXT. Honoured and reported.
 */
export const ISC_REQ_MANUAL_CRED_VALIDATION: ISC_REQ = 0x00080000;
/** `contextReq` of initializeSecurityContext: tokens in fragments that fit the buffer. Ignored. */
export const ISC_REQ_FRAGMENT_TO_FIT: ISC_REQ = 0x00200000;
/** `contextReq` of initializeSecurityContext: no signatures, for a channel that is protected. Ignored by Schannel. */
export const ISC_REQ_NO_INTEGRITY: ISC_REQ = 0x00800000;
/** `contextReq` of initializeSecurityContext: the tokens of HTTP (Digest). Ignored by Schannel. */
export const ISC_REQ_HTTP: ISC_REQ = 0x10000000;
/**
 * `contextReq` of initializeSecurityContext: the target name comes from an untrusted source. NTLM reports it to the
 * server; ignored by Schannel.
 */
export const ISC_REQ_UNVERIFIED_TARGET_NAME: ISC_REQ = 0x20000000;
/**
 * `contextReq` of initializeSecurityContext: handshake messages without records (QUIC). Refused with
 * SEC_E_UNSUPPORTED_FUNCTION: not built. Above 32 bits; test it with hasFlag.
 */
export const ISC_REQ_MESSAGES: ISC_REQ = 0x0000000100000000;

/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_DELEGATE. Never set here. */
export const ISC_RET_DELEGATE: ISC_RET = ISC_REQ_DELEGATE as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_MUTUAL_AUTH. Never set here. */
export const ISC_RET_MUTUAL_AUTH: ISC_RET = ISC_REQ_MUTUAL_AUTH as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_REPLAY_DETECT. Always set. */
export const ISC_RET_REPLAY_DETECT: ISC_RET = ISC_REQ_REPLAY_DETECT as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_SEQUENCE_DETECT. Always set. */
export const ISC_RET_SEQUENCE_DETECT: ISC_RET = ISC_REQ_SEQUENCE_DETECT as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_CONFIDENTIALITY. Always set. */
export const ISC_RET_CONFIDENTIALITY: ISC_RET = ISC_REQ_CONFIDENTIALITY as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_USE_SESSION_KEY. Never set here. */
export const ISC_RET_USE_SESSION_KEY: ISC_RET = ISC_REQ_USE_SESSION_KEY as number;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_USE_SUPPLIED_CREDS. Set if
 * ISC_REQ_USE_SUPPLIED_CREDS was given.
 */
export const ISC_RET_USED_SUPPLIED_CREDS: ISC_RET = ISC_REQ_USE_SUPPLIED_CREDS as number;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_ALLOCATE_MEMORY. Set if ISC_REQ_ALLOCATE_MEMORY
 * was given.
 */
export const ISC_RET_ALLOCATED_MEMORY: ISC_RET = ISC_REQ_ALLOCATE_MEMORY as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_USE_DCE_STYLE. Never set by Schannel. */
export const ISC_RET_USED_DCE_STYLE: ISC_RET = ISC_REQ_USE_DCE_STYLE as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_DATAGRAM. Set if ISC_REQ_DATAGRAM was given. */
export const ISC_RET_DATAGRAM: ISC_RET = ISC_REQ_DATAGRAM as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_CONNECTION. Never set here. */
export const ISC_RET_CONNECTION: ISC_RET = ISC_REQ_CONNECTION as number;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_EXTENDED_ERROR. Set if ISC_REQ_EXTENDED_ERROR was
 * given.
 */
export const ISC_RET_EXTENDED_ERROR: ISC_RET = ISC_REQ_EXTENDED_ERROR as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_STREAM. Always set. */
export const ISC_RET_STREAM: ISC_RET = ISC_REQ_STREAM as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_INTEGRITY. Never set here. */
export const ISC_RET_INTEGRITY: ISC_RET = ISC_REQ_INTEGRITY as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_IDENTIFY. Never set by Schannel. */
export const ISC_RET_IDENTIFY: ISC_RET = ISC_REQ_IDENTIFY as number;
/** `contextAttr` of initializeSecurityContext: the logon is anonymous. Never set by Schannel. */
export const ISC_RET_NULL_SESSION: ISC_RET = ISC_REQ_NULL_SESSION as number;
/**
 * `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_MANUAL_CRED_VALIDATION. Set if
 * ISC_REQ_MANUAL_CRED_VALIDATION was given.
 */
export const ISC_RET_MANUAL_CRED_VALIDATION: ISC_RET = ISC_REQ_MANUAL_CRED_VALIDATION as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_FRAGMENT_TO_FIT. Never set here. */
export const ISC_RET_FRAGMENT_ONLY: ISC_RET = ISC_REQ_FRAGMENT_TO_FIT as number;
/** `contextAttr` of initializeSecurityContext: the answer to ISC_REQ_MESSAGES. Never set here. */
export const ISC_RET_MESSAGES: ISC_RET = ISC_REQ_MESSAGES as number;

/** `contextReq` of acceptSecurityContext: lets the server act in the client's name on other hosts. Ignored. */
export const ASC_REQ_DELEGATE: ASC_REQ = 0x00000001;
/**
 * `contextReq` of acceptSecurityContext: asks the client for a certificate; a client without one is still accepted,
 * see `sealwire.requireClientCertificate`. Honoured, and not reported.
 */
export const ASC_REQ_MUTUAL_AUTH: ASC_REQ = 0x00000002;
/**
 * `contextReq` of acceptSecurityContext: detects messages that are replayed. Records always have it: reported on
 * every call, asked for or not.
 */
export const ASC_REQ_REPLAY_DETECT: ASC_REQ = 0x00000004;
/**
 * `contextReq` of acceptSecurityContext: detects messages out of order. Records always have it: reported on every
 * call, asked for or not.
 */
export const ASC_REQ_SEQUENCE_DETECT: ASC_REQ = 0x00000008;
/**
 * `contextReq` of acceptSecurityContext: encrypts messages. Records always have it: reported on every call, asked for
 * or not.
 */
export const ASC_REQ_CONFIDENTIALITY: ASC_REQ = 0x00000010;
/** `contextReq` of acceptSecurityContext: a new session key. Ignored. */
export const ASC_REQ_USE_SESSION_KEY: ASC_REQ = 0x00000020;
/**
 * `contextReq` of acceptSecurityContext: session tickets. Ignored: `sealwire.ticketCount` sets their number.
 */
export const ASC_REQ_SESSION_TICKET: ASC_REQ = 0x00000040;
/**
 * `contextReq` of acceptSecurityContext: output is in new memory, which replaces what the output buffer held.
 * Honoured and reported.
 */
export const ASC_REQ_ALLOCATE_MEMORY: ASC_REQ = 0x00000100;
/** `contextReq` of acceptSecurityContext: the form of DCE/RPC. Ignored by Schannel. */
export const ASC_REQ_USE_DCE_STYLE: ASC_REQ = 0x00000200;
/**
 * `contextReq` of acceptSecurityContext: datagrams, DTLS. Reported as on Windows, without effect: DTLS is not built.
 */
export const ASC_REQ_DATAGRAM: ASC_REQ = 0x00000400;
/** `contextReq` of acceptSecurityContext: a connection rather than a stream. Ignored. */
export const ASC_REQ_CONNECTION: ASC_REQ = 0x00000800;
/**
 * `contextReq` of acceptSecurityContext: a failing call gives the alert for the peer, in ALERT or TOKEN. Honoured and
 * reported.
 */
export const ASC_REQ_EXTENDED_ERROR: ASC_REQ = 0x00008000;
/** `contextReq` of acceptSecurityContext: a stream. TLS is one: reported on every call, asked for or not. */
export const ASC_REQ_STREAM: ASC_REQ = 0x00010000;
/** `contextReq` of acceptSecurityContext: signs messages. Ignored: records are always protected. */
export const ASC_REQ_INTEGRITY: ASC_REQ = 0x00020000;
/** `contextReq` of acceptSecurityContext: the client's identity is enough. Ignored by Schannel. */
export const ASC_REQ_IDENTIFY: ASC_REQ = 0x00080000;
/** `contextReq` of acceptSecurityContext: anonymous clients are accepted (NTLM). Ignored by Schannel. */
export const ASC_REQ_ALLOW_NULL_SESSION: ASC_REQ = 0x00100000;
/** `contextReq` of acceptSecurityContext: channel bindings of a proxy are accepted. Ignored. */
export const ASC_REQ_PROXY_BINDINGS: ASC_REQ = 0x04000000;
/**
 * `contextReq` of acceptSecurityContext: clients that cannot send channel bindings are accepted though the caller gives
 * bindings. Ignored by Schannel.
 */
export const ASC_REQ_ALLOW_MISSING_BINDINGS: ASC_REQ = 0x10000000;
/**
 * `contextReq` of acceptSecurityContext: the tokens of HTTP (Digest). The same number as
 * ASC_REQ_ALLOW_MISSING_BINDINGS, as in the SDK. Ignored by Schannel.
 */
export const ASC_REQ_HTTP: ASC_REQ = ASC_REQ_ALLOW_MISSING_BINDINGS as number;
/** `contextReq` of acceptSecurityContext: tokens in fragments that fit the buffer. Ignored. */
export const ASC_REQ_FRAGMENT_TO_FIT: ASC_REQ = 0x00800000;
/**
 * `contextReq` of acceptSecurityContext: handshake messages without records (QUIC). Refused with
 * SEC_E_UNSUPPORTED_FUNCTION: not built. Above 32 bits; test it with hasFlag.
 */
export const ASC_REQ_MESSAGES: ASC_REQ = 0x0000000100000000;

/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_DELEGATE. Never set here. */
export const ASC_RET_DELEGATE: ASC_RET = ASC_REQ_DELEGATE as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_MUTUAL_AUTH. Never set here. */
export const ASC_RET_MUTUAL_AUTH: ASC_RET = ASC_REQ_MUTUAL_AUTH as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_REPLAY_DETECT. Always set. */
export const ASC_RET_REPLAY_DETECT: ASC_RET = ASC_REQ_REPLAY_DETECT as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_SEQUENCE_DETECT. Always set. */
export const ASC_RET_SEQUENCE_DETECT: ASC_RET = ASC_REQ_SEQUENCE_DETECT as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_CONFIDENTIALITY. Always set. */
export const ASC_RET_CONFIDENTIALITY: ASC_RET = ASC_REQ_CONFIDENTIALITY as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_USE_SESSION_KEY. Never set here. */
export const ASC_RET_USE_SESSION_KEY: ASC_RET = ASC_REQ_USE_SESSION_KEY as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_SESSION_TICKET. Never set here. */
export const ASC_RET_SESSION_TICKET: ASC_RET = ASC_REQ_SESSION_TICKET as number;
/**
 * `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_ALLOCATE_MEMORY. Set if ASC_REQ_ALLOCATE_MEMORY was
 * given.
 */
export const ASC_RET_ALLOCATED_MEMORY: ASC_RET = ASC_REQ_ALLOCATE_MEMORY as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_USE_DCE_STYLE. Never set by Schannel. */
export const ASC_RET_USED_DCE_STYLE: ASC_RET = ASC_REQ_USE_DCE_STYLE as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_DATAGRAM. Set if ASC_REQ_DATAGRAM was given. */
export const ASC_RET_DATAGRAM: ASC_RET = ASC_REQ_DATAGRAM as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_CONNECTION. Never set here. */
export const ASC_RET_CONNECTION: ASC_RET = ASC_REQ_CONNECTION as number;
/**
 * `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_EXTENDED_ERROR. Set if ASC_REQ_EXTENDED_ERROR was
 * given.
 */
export const ASC_RET_EXTENDED_ERROR: ASC_RET = ASC_REQ_EXTENDED_ERROR as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_STREAM. Always set. */
export const ASC_RET_STREAM: ASC_RET = ASC_REQ_STREAM as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_INTEGRITY. Never set here. */
export const ASC_RET_INTEGRITY: ASC_RET = ASC_REQ_INTEGRITY as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_IDENTIFY. Never set by Schannel. */
export const ASC_RET_IDENTIFY: ASC_RET = ASC_REQ_IDENTIFY as number;
/** `contextAttr` of acceptSecurityContext: the client is anonymous. Never set by Schannel. */
export const ASC_RET_NULL_SESSION: ASC_RET = ASC_REQ_ALLOW_NULL_SESSION as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_FRAGMENT_TO_FIT. Never set here. */
export const ASC_RET_FRAGMENT_ONLY: ASC_RET = ASC_REQ_FRAGMENT_TO_FIT as number;
/** `contextAttr` of acceptSecurityContext: the answer to ASC_REQ_MESSAGES. Never set here. */
export const ASC_RET_MESSAGES: ASC_RET = ASC_REQ_MESSAGES as number;

const WORD = 0x100000000;

/**
 * True if a flag is set, also above 32 bits, where `&` does not work.
 * @param flags - `contextReq` or `contextAttr`
 * @param flag - one bit
 */
export function hasFlag<Flags extends number>(flags: Flags, flag: NoInfer<Flags>): boolean {
  return flag < WORD ? ((flags % WORD) & flag) !== 0 : Math.floor(flags / flag) % 2 === 1;
}
