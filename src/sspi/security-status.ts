/**
 * SECURITY_STATUS values by the SDK's names (winerror.h), those of other facilities that a TLS package answers with
 * included. Unsigned 32-bit numbers; the high bit means failure.
 */
import type * as kinds from "./kinds.ts";

/**
 * A SECURITY_STATUS of the SDK: an unsigned 32-bit number, SEC_E_OK or another of SEC_E_*, SEC_I_*, CRYPT_E_*,
 * TRUST_E_* and CERT_E_*; see `statusName`.
 * Any number is accepted; a constant of another kind is not.
 */
export type SECURITY_STATUS = kinds.SECURITY_STATUS;

/** 0x00000000: the call succeeded. From a handshake function: the context is established; send what is in TOKEN. */
export const SEC_E_OK: SECURITY_STATUS = 0x00000000;
/** 0x00090312: the handshake goes on. Send what is in TOKEN, receive, and call the handshake function again. */
export const SEC_I_CONTINUE_NEEDED: SECURITY_STATUS = 0x00090312;
/** 0x00090313: CompleteAuthToken has to be called. Not returned here. Schannel does not use it. */
export const SEC_I_COMPLETE_NEEDED: SECURITY_STATUS = 0x00090313;
/**
 * 0x00090314: CompleteAuthToken has to be called, then the handshake goes on. Not returned here. Schannel does not
 * use it.
 */
export const SEC_I_COMPLETE_AND_CONTINUE: SECURITY_STATUS = 0x00090314;
/** 0x00090315: the logon was completed on this computer, without the network. Not returned here. */
export const SEC_I_LOCAL_LOGON: SECURITY_STATUS = 0x00090315;
/** 0x00090316: an extension that was subscribed to was received. Not returned here. Raw extensions are not built. */
export const SEC_I_GENERIC_EXTENSION_RECEIVED: SECURITY_STATUS = 0x00090316;
/**
 * 0x00090317: the peer has sent close_notify (from decryptMessage). Our own direction stays open until it is closed.
 */
export const SEC_I_CONTEXT_EXPIRED: SECURITY_STATUS = 0x00090317;
/**
 * 0x00090320: the server asks for a certificate and the credential has none that fits. It is answered once, and
 * nothing was consumed: call again with the same input, and with another credential or none.
 */
export const SEC_I_INCOMPLETE_CREDENTIALS: SECURITY_STATUS = 0x00090320;
/**
 * 0x00090321: a handshake message has to be answered (from decryptMessage): a ticket or a key update of TLS 1.3, or a
 * HelloRequest of TLS 1.2. Give the bytes of EXTRA to the handshake function. It is not an error.
 */
export const SEC_I_RENEGOTIATE: SECURITY_STATUS = 0x00090321;
/** 0x00090323: there is no context on the side of the local security authority. Not returned here. */
export const SEC_I_NO_LSA_CONTEXT: SECURITY_STATUS = 0x00090323;
/** 0x0009035C: a signature has to be made outside of the package. Not returned here. */
export const SEC_I_SIGNATURE_NEEDED: SECURITY_STATUS = 0x0009035c;
/** 0x00090360: the peer does not renegotiate. Not returned here. */
export const SEC_I_NO_RENEGOTIATION: SECURITY_STATUS = 0x00090360;
/** 0x00090364: the token is a fragment of a flight; send it and call again. Not returned here. DTLS is not built. */
export const SEC_I_MESSAGE_FRAGMENT: SECURITY_STATUS = 0x00090364;
/** 0x00090366: the handshake goes on, and messages can be protected already. Not returned here. */
export const SEC_I_CONTINUE_NEEDED_MESSAGE_OK: SECURITY_STATUS = 0x00090366;
/**
 * 0x00090368: a key, a callback or a store answers with a promise. Nothing is lost; go on with
 * initializeSecurityContextAsync or acceptSecurityContextAsync.
 */
export const SEC_I_ASYNC_CALL_PENDING: SECURITY_STATUS = 0x00090368;
/**
 * 0x80090300: the output does not fit into the buffer. Nothing was consumed; call again with more room, or with
 * ALLOCATE_MEMORY.
 */
export const SEC_E_INSUFFICIENT_MEMORY: SECURITY_STATUS = 0x80090300;
/** 0x80090301: the handle is not a handle, was deleted, or does not fit the call. */
export const SEC_E_INVALID_HANDLE: SECURITY_STATUS = 0x80090301;
/**
 * 0x80090302: the function, attribute, flag or token is not supported here. As a failure of a handshake: there is no
 * common protocol version, or the peer sent protocol_version.
 */
export const SEC_E_UNSUPPORTED_FUNCTION: SECURITY_STATUS = 0x80090302;
/** 0x80090303: the target name cannot be used: it is not ASCII and cannot be mapped to A-labels. */
export const SEC_E_TARGET_UNKNOWN: SECURITY_STATUS = 0x80090303;
/**
 * 0x80090304: a fault of this library, or the peer sent internal_error; also ApplyControlToken without a descriptor,
 * as on Windows. lastError has the text.
 */
export const SEC_E_INTERNAL_ERROR: SECURITY_STATUS = 0x80090304;
/** 0x80090305: there is no security package of that name. */
export const SEC_E_SECPKG_NOT_FOUND: SECURITY_STATUS = 0x80090305;
/** 0x80090306: the caller does not own the credential. Not returned here. */
export const SEC_E_NOT_OWNER: SECURITY_STATUS = 0x80090306;
/** 0x80090307: the package could not be initialized. Not returned here. */
export const SEC_E_CANNOT_INSTALL: SECURITY_STATUS = 0x80090307;
/**
 * 0x80090308: the buffers do not have the form that the function takes, a token is malformed, or the first bytes of
 * the peer are not TLS.
 */
export const SEC_E_INVALID_TOKEN: SECURITY_STATUS = 0x80090308;
/** 0x80090309: a record does not fit into the MTU. Not returned here. DTLS is not built. */
export const SEC_E_CANNOT_PACK: SECURITY_STATUS = 0x80090309;
/** 0x8009030A: encryptMessage: `fQOP` is neither 0 nor SECQOP_WRAP_OOB_DATA. */
export const SEC_E_QOP_NOT_SUPPORTED: SECURITY_STATUS = 0x8009030a;
/** 0x8009030B: the context does not allow impersonation. Not returned here. */
export const SEC_E_NO_IMPERSONATION: SECURITY_STATUS = 0x8009030b;
/** 0x8009030C: the peer sent the alert access_denied. */
export const SEC_E_LOGON_DENIED: SECURITY_STATUS = 0x8009030c;
/**
 * 0x8009030D: the structure of the credentials cannot be used: its version, a count above the limits, or a
 * certificate that cannot be read.
 */
export const SEC_E_UNKNOWN_CREDENTIALS: SECURITY_STATUS = 0x8009030d;
/**
 * 0x8009030E: there is no credential or certificate for what was asked: no `authData`, a certificate without a
 * private key, a server without a certificate, or a peer that showed none.
 */
export const SEC_E_NO_CREDENTIALS: SECURITY_STATUS = 0x8009030e;
/** 0x8009030F: the authentication tag of a record is wrong, or the stream was cut short (endOfInput). */
export const SEC_E_MESSAGE_ALTERED: SECURITY_STATUS = 0x8009030f;
/**
 * 0x80090310: it is too early: the handshake, or an exchange after it, is not finished, or the value is not known
 * yet.
 */
export const SEC_E_OUT_OF_SEQUENCE: SECURITY_STATUS = 0x80090310;
/** 0x80090311: no authority could be reached for authentication. Not returned here. */
export const SEC_E_NO_AUTHENTICATING_AUTHORITY: SECURITY_STATUS = 0x80090311;
/** 0x80090317: the context is closed or has failed before, or SEC_I_RENEGOTIATE is unanswered. */
export const SEC_E_CONTEXT_EXPIRED: SECURITY_STATUS = 0x80090317;
/**
 * 0x80090318: a whole record has not arrived. Nothing was consumed; call again with the old bytes and new ones.
 * MISSING contains the number of missing bytes. It is not a failure of the context.
 */
export const SEC_E_INCOMPLETE_MESSAGE: SECURITY_STATUS = 0x80090318;
/** 0x80090320: the credentials do not suffice. Not returned here. See SEC_I_INCOMPLETE_CREDENTIALS. */
export const SEC_E_INCOMPLETE_CREDENTIALS: SECURITY_STATUS = 0x80090320;
/** 0x80090321: encryptMessage: the header or the trailer buffer is shorter than this record needs. */
export const SEC_E_BUFFER_TOO_SMALL: SECURITY_STATUS = 0x80090321;
/** 0x80090322: the certificate is not for the target name. */
export const SEC_E_WRONG_PRINCIPAL: SECURITY_STATUS = 0x80090322;
/** 0x80090324: the clocks differ too much. Not returned here. */
export const SEC_E_TIME_SKEW: SECURITY_STATUS = 0x80090324;
/** 0x80090325: the chain does not end at an anchor of `hRootStore`, or the peer sent unknown_ca. */
export const SEC_E_UNTRUSTED_ROOT: SECURITY_STATUS = 0x80090325;
/** 0x80090326: the peer broke the protocol, or sent one of several alerts. lastError reports which. */
export const SEC_E_ILLEGAL_MESSAGE: SECURITY_STATUS = 0x80090326;
/**
 * 0x80090327: a certificate is malformed, is signed wrongly, or is refused for another reason; or the peer sent such
 * an alert.
 */
export const SEC_E_CERT_UNKNOWN: SECURITY_STATUS = 0x80090327;
/** 0x80090328: a certificate is not valid yet or no longer, or the peer sent certificate_expired. */
export const SEC_E_CERT_EXPIRED: SECURITY_STATUS = 0x80090328;
/**
 * 0x80090329: encryptMessage: DATA is longer than cbMaximumMessage, or the key has protected as many records as it
 * may.
 */
export const SEC_E_ENCRYPT_FAILURE: SECURITY_STATUS = 0x80090329;
/**
 * 0x80090330: a signature, a Finished or a binder is wrong, a record cannot belong to this connection, or the peer
 * sent decrypt_error.
 */
export const SEC_E_DECRYPT_FAILURE: SECURITY_STATUS = 0x80090330;
/**
 * 0x80090331: there is no common cipher suite, group, signature scheme or usable certificate; or the settings of the
 * credential leave nothing.
 */
export const SEC_E_ALGORITHM_MISMATCH: SECURITY_STATUS = 0x80090331;
/** 0x80090332: the quality of service that was asked for cannot be had. Not returned here. */
export const SEC_E_SECURITY_QOS_FAILED: SECURITY_STATUS = 0x80090332;
/** 0x80090333: the peer gave up the handshake with the alert user_canceled. */
export const SEC_E_UNFINISHED_CONTEXT_DELETED: SECURITY_STATUS = 0x80090333;
/** 0x80090336: the context belongs to another credential. Not returned here. */
export const SEC_E_WRONG_CREDENTIAL_HANDLE: SECURITY_STATUS = 0x80090336;
/** 0x80090337: the cipher or hash is not available. Not returned here. */
export const SEC_E_CRYPTO_SYSTEM_INVALID: SECURITY_STATUS = 0x80090337;
/**
 * 0x80090346: the channel bindings do not match. Not returned here. Schannel makes bindings and does not check them.
 */
export const SEC_E_BAD_BINDINGS: SECURITY_STATUS = 0x80090346;
/** 0x80090349: a certificate may not be used for this purpose (key usage or extended key usage). */
export const SEC_E_CERT_WRONG_USAGE: SECURITY_STATUS = 0x80090349;
/**
 * 0x80090350: ServerHello.random signals that the server supports a newer version (RFC 8446 §4.1.3): an attacker may
 * have interfered.
 */
export const SEC_E_DOWNGRADE_DETECTED: SECURITY_STATUS = 0x80090350;
/**
 * 0x8009035D: an argument, a member or an option has a wrong name, type or value; or a function of the caller's
 * failed (reason HelperFailed).
 */
export const SEC_E_INVALID_PARAMETER: SECURITY_STATUS = 0x8009035d;
/** 0x80090361: there is no context. Not returned here. See SEC_E_INVALID_HANDLE. */
export const SEC_E_NO_CONTEXT: SECURITY_STATUS = 0x80090361;
/** 0x80090363: mutual authentication failed. Not returned here. */
export const SEC_E_MUTUAL_AUTH_FAILED: SECURITY_STATUS = 0x80090363;
/** 0x80090367: there is no common ALPN protocol, or the peer sent no_application_protocol (RFC 7301 §3.2). */
export const SEC_E_APPLICATION_PROTOCOL_MISMATCH: SECURITY_STATUS = 0x80090367;
/** 0x8009036A: a buffer for an extension is too small. Not returned here. Raw extensions are not built. */
export const SEC_E_EXT_BUFFER_TOO_SMALL: SECURITY_STATUS = 0x8009036a;
/** 0x8009036B: not enough buffers were given. Not returned here. */
export const SEC_E_INSUFFICIENT_BUFFERS: SECURITY_STATUS = 0x8009036b;
/** 0x80092010: a certificate was revoked, or the peer sent certificate_revoked. */
export const CRYPT_E_REVOKED: SECURITY_STATUS = 0x80092010;
/** 0x80092012: a certificate has no information on where its revocation could be looked up. */
export const CRYPT_E_NO_REVOCATION_CHECK: SECURITY_STATUS = 0x80092012;
/**
 * 0x80092013: it could not be found out whether a certificate was revoked: no current CRL or OCSP response was at
 * hand.
 */
export const CRYPT_E_REVOCATION_OFFLINE: SECURITY_STATUS = 0x80092013;
/** 0x80096004: a signature in the chain is wrong. Only as `hrVerifyChainStatus` of deferred validation. */
export const TRUST_E_CERT_SIGNATURE: SECURITY_STATUS = 0x80096004;
/** 0x800B0101: a certificate is not valid yet or no longer. Only as `hrVerifyChainStatus` of deferred validation. */
export const CERT_E_EXPIRED: SECURITY_STATUS = 0x800b0101;
/** 0x800B0109: the chain does not end at an anchor. Only as `hrVerifyChainStatus` of deferred validation. */
export const CERT_E_UNTRUSTEDROOT: SECURITY_STATUS = 0x800b0109;
/** 0x800B010A: the chain breaks a rule of RFC 5280. Only as `hrVerifyChainStatus` of deferred validation. */
export const CERT_E_CHAINING: SECURITY_STATUS = 0x800b010a;
/** 0x800B010F: the certificate is not for the target name. Only as `hrVerifyChainStatus` of deferred validation. */
export const CERT_E_CN_NO_MATCH: SECURITY_STATUS = 0x800b010f;
/**
 * 0x800B0110: a certificate may not be used for this purpose. Only as `hrVerifyChainStatus` of deferred validation.
 */
export const CERT_E_WRONG_USAGE: SECURITY_STATUS = 0x800b0110;

const NAMED: Readonly<Record<string, SECURITY_STATUS>> = {
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_COMPLETE_NEEDED,
  SEC_I_COMPLETE_AND_CONTINUE,
  SEC_I_LOCAL_LOGON,
  SEC_I_GENERIC_EXTENSION_RECEIVED,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_INCOMPLETE_CREDENTIALS,
  SEC_I_RENEGOTIATE,
  SEC_I_NO_LSA_CONTEXT,
  SEC_I_SIGNATURE_NEEDED,
  SEC_I_NO_RENEGOTIATION,
  SEC_I_MESSAGE_FRAGMENT,
  SEC_I_CONTINUE_NEEDED_MESSAGE_OK,
  SEC_I_ASYNC_CALL_PENDING,
  SEC_E_INSUFFICIENT_MEMORY,
  SEC_E_INVALID_HANDLE,
  SEC_E_UNSUPPORTED_FUNCTION,
  SEC_E_TARGET_UNKNOWN,
  SEC_E_INTERNAL_ERROR,
  SEC_E_SECPKG_NOT_FOUND,
  SEC_E_NOT_OWNER,
  SEC_E_CANNOT_INSTALL,
  SEC_E_INVALID_TOKEN,
  SEC_E_CANNOT_PACK,
  SEC_E_QOP_NOT_SUPPORTED,
  SEC_E_NO_IMPERSONATION,
  SEC_E_LOGON_DENIED,
  SEC_E_UNKNOWN_CREDENTIALS,
  SEC_E_NO_CREDENTIALS,
  SEC_E_MESSAGE_ALTERED,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_NO_AUTHENTICATING_AUTHORITY,
  SEC_E_CONTEXT_EXPIRED,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_INCOMPLETE_CREDENTIALS,
  SEC_E_BUFFER_TOO_SMALL,
  SEC_E_WRONG_PRINCIPAL,
  SEC_E_TIME_SKEW,
  SEC_E_UNTRUSTED_ROOT,
  SEC_E_ILLEGAL_MESSAGE,
  SEC_E_CERT_UNKNOWN,
  SEC_E_CERT_EXPIRED,
  SEC_E_ENCRYPT_FAILURE,
  SEC_E_DECRYPT_FAILURE,
  SEC_E_ALGORITHM_MISMATCH,
  SEC_E_SECURITY_QOS_FAILED,
  SEC_E_UNFINISHED_CONTEXT_DELETED,
  SEC_E_WRONG_CREDENTIAL_HANDLE,
  SEC_E_CRYPTO_SYSTEM_INVALID,
  SEC_E_BAD_BINDINGS,
  SEC_E_CERT_WRONG_USAGE,
  SEC_E_DOWNGRADE_DETECTED,
  SEC_E_INVALID_PARAMETER,
  SEC_E_NO_CONTEXT,
  SEC_E_MUTUAL_AUTH_FAILED,
  SEC_E_APPLICATION_PROTOCOL_MISMATCH,
  SEC_E_EXT_BUFFER_TOO_SMALL,
  SEC_E_INSUFFICIENT_BUFFERS,
  CRYPT_E_REVOKED,
  CRYPT_E_NO_REVOCATION_CHECK,
  CRYPT_E_REVOCATION_OFFLINE,
  TRUST_E_CERT_SIGNATURE,
  CERT_E_EXPIRED,
  CERT_E_UNTRUSTEDROOT,
  CERT_E_CHAINING,
  CERT_E_CN_NO_MATCH,
  CERT_E_WRONG_USAGE,
};

const NAMES: ReadonlyMap<SECURITY_STATUS, string> = /* @__PURE__ */ namesByStatus();

function namesByStatus(): ReadonlyMap<SECURITY_STATUS, string> {
  return new Map(Object.entries(NAMED).map(([name, value]) => [value, name]));
}

/**
 * The SDK's name of a status, for example "SEC_E_INCOMPLETE_MESSAGE"; eight hexadecimal digits if it has no name here.
 * @param status a 32-bit number, unsigned as all statuses of this library, or signed as C code has them
 * @throws TypeError the value is not a 32-bit whole number, as `undefined` from a misspelled member
 */
export function statusName(status: SECURITY_STATUS): string {
  checkStatus("statusName", status);
  return (
    NAMES.get(status >>> 0) ?? `0x${(status >>> 0).toString(16).padStart(8, "0").toUpperCase()}`
  );
}

/**
 * True for failures (SEC_E_*, the high bit is set); false for SEC_E_OK and for what has to go on (SEC_I_*).
 * @param status a 32-bit number, unsigned or signed
 * @throws TypeError the value is not a 32-bit whole number
 */
export function isFailure(status: SECURITY_STATUS): boolean {
  checkStatus("isFailure", status);
  return status >>> 0 >= 0x80000000;
}

function checkStatus(name: string, status: unknown): void {
  if (Number.isInteger(status) && Number(status) >= -0x80000000 && Number(status) <= 0xffffffff)
    return;
  const given = typeof status === "number" ? status : `a value of type ${typeof status}`;
  throw new TypeError(`${name}() takes a SECURITY_STATUS, a 32-bit whole number, not ${given}`);
}
