/**
 * SecBuffer.BufferType values and attribute bits (sspi.h). Types are compared after masking the attribute bits off.
 */
import type { SECBUFFER_ATTRIBUTE, SECBUFFER_TYPE } from "./kinds.ts";

/** `ulVersion` of a SecBufferDesc. Another value is SEC_E_INVALID_TOKEN. */
export const SECBUFFER_VERSION = 0;

/** A placeholder, which a function may turn into MISSING, EXTRA, DATA, STREAM_TRAILER or TOKEN. */
export const SECBUFFER_EMPTY: SECBUFFER_TYPE = 0;
/** Plaintext of encryptMessage, ciphertext of decryptMessage; afterwards what became of it, in the same memory. */
export const SECBUFFER_DATA: SECBUFFER_TYPE = 1;
/**
 * Bytes of a handshake, in or out, or a control token. Also header and trailer of encryptMessage, as WinInet gives
 * them.
 */
export const SECBUFFER_TOKEN: SECBUFFER_TYPE = 2;
/** Parameters of a package. Not used by Schannel. */
export const SECBUFFER_PKG_PARAMS: SECBUFFER_TYPE = 3;
/** Output only, with SEC_E_INCOMPLETE_MESSAGE: `cbBuffer` is how many bytes are still wanted, at least. */
export const SECBUFFER_MISSING: SECBUFFER_TYPE = 4;
/** Output only: `cbBuffer` bytes at the end of the input were not used. They belong to the next call. */
export const SECBUFFER_EXTRA: SECBUFFER_TYPE = 5;
/** The bytes of a record behind its data. encryptMessage sets `cbBuffer` to those that it wrote. */
export const SECBUFFER_STREAM_TRAILER: SECBUFFER_TYPE = 6;
/** The bytes of a record before its data. */
export const SECBUFFER_STREAM_HEADER: SECBUFFER_TYPE = 7;
/** Information of Negotiate. Not used by Schannel. */
export const SECBUFFER_NEGOTIATION_INFO: SECBUFFER_TYPE = 8;
/** Padding of a message. Not used by Schannel. */
export const SECBUFFER_PADDING: SECBUFFER_TYPE = 9;
/** A whole protected message. Not used by Schannel. */
export const SECBUFFER_STREAM: SECBUFFER_TYPE = 10;
/** A list of mechanisms, of Negotiate. Not used by Schannel. */
export const SECBUFFER_MECHLIST: SECBUFFER_TYPE = 11;
/** The signature of such a list. Not used by Schannel. */
export const SECBUFFER_MECHLIST_SIGNATURE: SECBUFFER_TYPE = 12;
/** The target of a message. Not used by Schannel. */
export const SECBUFFER_TARGET: SECBUFFER_TYPE = 13;
/** Channel bindings, for packages that run inside of TLS. Not used by Schannel. */
export const SECBUFFER_CHANNEL_BINDINGS: SECBUFFER_TYPE = 14;
/** The answer of a change of password. Not used by Schannel. */
export const SECBUFFER_CHANGE_PASS_RESPONSE: SECBUFFER_TYPE = 15;
/** The name of the target host. Not used by Schannel. */
export const SECBUFFER_TARGET_HOST: SECBUFFER_TYPE = 16;
/** Output of the handshake functions: the alert record of a failure, under EXTENDED_ERROR; TOKEN is then empty. */
export const SECBUFFER_ALERT: SECBUFFER_TYPE = 17;
/** Input of the first handshake call: the ALPN protocols (RFC 7301). Make one with applicationProtocolsBuffer. */
export const SECBUFFER_APPLICATION_PROTOCOLS: SECBUFFER_TYPE = 18;
/** Profiles of DTLS-SRTP. As input of the first handshake call refused with SEC_E_UNSUPPORTED_FUNCTION: not built. */
export const SECBUFFER_SRTP_PROTECTION_PROFILES: SECBUFFER_TYPE = 19;
/** The master key identifier of DTLS-SRTP. Ignored: DTLS is not built. */
export const SECBUFFER_SRTP_MASTER_KEY_IDENTIFIER: SECBUFFER_TYPE = 20;
/** Parameters of token binding (RFC 8472). Ignored. */
export const SECBUFFER_TOKEN_BINDING: SECBUFFER_TYPE = 21;
/**
 * An external PSK. As input of the first handshake call refused with SEC_E_UNSUPPORTED_FUNCTION: not built. Use
 * `sealwire.preSharedKey`.
 */
export const SECBUFFER_PRESHARED_KEY: SECBUFFER_TYPE = 22;
/**
 * The identity of an external PSK. As input of the first handshake call refused with SEC_E_UNSUPPORTED_FUNCTION: not
 * built. Use `sealwire.preSharedKey`.
 */
export const SECBUFFER_PRESHARED_KEY_IDENTITY: SECBUFFER_TYPE = 23;
/** The MTU of DTLS. Ignored: DTLS is not built. */
export const SECBUFFER_DTLS_MTU: SECBUFFER_TYPE = 24;
/**
 * A TLS extension to send. As input of the first handshake call refused with SEC_E_UNSUPPORTED_FUNCTION: not built.
 */
export const SECBUFFER_SEND_GENERIC_TLS_EXTENSION: SECBUFFER_TYPE = 25;
/**
 * Numbers of TLS extensions to be shown. As input of the first handshake call refused with
 * SEC_E_UNSUPPORTED_FUNCTION: not built.
 */
export const SECBUFFER_SUBSCRIBE_GENERIC_TLS_EXTENSION: SECBUFFER_TYPE = 26;
/** Flags of the message mode (QUIC). Ignored: the message mode is not built. */
export const SECBUFFER_FLAGS: SECBUFFER_TYPE = 27;
/**
 * Traffic secrets of the message mode (QUIC). As input of the first handshake call refused with
 * SEC_E_UNSUPPORTED_FUNCTION: not built.
 */
export const SECBUFFER_TRAFFIC_SECRETS: SECBUFFER_TYPE = 28;

/** The bits of a BufferType that are attributes. Types are compared without them, see bufferType. */
export const SECBUFFER_ATTRMASK: SECBUFFER_ATTRIBUTE = 0xf0000000;
/** Attribute bit: the buffer must not be written. Such a buffer does not count as DATA or as output. */
export const SECBUFFER_READONLY: SECBUFFER_ATTRIBUTE = 0x80000000;
/** Attribute bit: the buffer must not be written, and counts in a checksum. Treated as SECBUFFER_READONLY. */
export const SECBUFFER_READONLY_WITH_CHECKSUM: SECBUFFER_ATTRIBUTE = 0x10000000;
/** Attribute bits that are reserved. */
export const SECBUFFER_RESERVED: SECBUFFER_ATTRIBUTE = 0x60000000;

/** What is left of a BufferType when the attribute bits are masked off. */
const TYPE_MASK = 0x0fffffff;

/**
 * Gives the type of a buffer without its attribute bits.
 * @param type - a BufferType
 * @returns SECBUFFER_*
 */
export function bufferType(type: SECBUFFER_TYPE): SECBUFFER_TYPE {
  return type & TYPE_MASK;
}

/**
 * True if the package must not write into a buffer of this type.
 * @param type - a BufferType
 */
export function isReadOnly(type: SECBUFFER_TYPE): boolean {
  return (type & SECBUFFER_READONLY) !== 0 || (type & SECBUFFER_READONLY_WITH_CHECKSUM) !== 0;
}
