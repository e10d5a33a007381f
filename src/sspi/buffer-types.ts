/**
 * SecBuffer.BufferType values and attribute bits (sspi.h). Types are compared after masking the attribute bits off.
 */
export const SECBUFFER_VERSION = 0;

export const SECBUFFER_EMPTY = 0;
export const SECBUFFER_DATA = 1;
export const SECBUFFER_TOKEN = 2;
export const SECBUFFER_PKG_PARAMS = 3;
export const SECBUFFER_MISSING = 4;
export const SECBUFFER_EXTRA = 5;
export const SECBUFFER_STREAM_TRAILER = 6;
export const SECBUFFER_STREAM_HEADER = 7;
export const SECBUFFER_NEGOTIATION_INFO = 8;
export const SECBUFFER_PADDING = 9;
export const SECBUFFER_STREAM = 10;
export const SECBUFFER_MECHLIST = 11;
export const SECBUFFER_MECHLIST_SIGNATURE = 12;
export const SECBUFFER_TARGET = 13;
export const SECBUFFER_CHANNEL_BINDINGS = 14;
export const SECBUFFER_CHANGE_PASS_RESPONSE = 15;
export const SECBUFFER_TARGET_HOST = 16;
export const SECBUFFER_ALERT = 17;
export const SECBUFFER_APPLICATION_PROTOCOLS = 18;
export const SECBUFFER_SRTP_PROTECTION_PROFILES = 19;
export const SECBUFFER_SRTP_MASTER_KEY_IDENTIFIER = 20;
export const SECBUFFER_TOKEN_BINDING = 21;
export const SECBUFFER_PRESHARED_KEY = 22;
export const SECBUFFER_PRESHARED_KEY_IDENTITY = 23;
export const SECBUFFER_DTLS_MTU = 24;
export const SECBUFFER_SEND_GENERIC_TLS_EXTENSION = 25;
export const SECBUFFER_SUBSCRIBE_GENERIC_TLS_EXTENSION = 26;
export const SECBUFFER_FLAGS = 27;
export const SECBUFFER_TRAFFIC_SECRETS = 28;

export const SECBUFFER_ATTRMASK = 0xf0000000;
export const SECBUFFER_READONLY = 0x80000000;
export const SECBUFFER_READONLY_WITH_CHECKSUM = 0x10000000;
export const SECBUFFER_RESERVED = 0x60000000;

/** What is left of a BufferType when the attribute bits are masked off. */
const TYPE_MASK = 0x0fffffff;

/** The type of a buffer without its attribute bits. */
export function bufferType(type: number): number {
  return type & TYPE_MASK;
}

/** True if the package must not write into the buffer. */
export function isReadOnly(type: number): boolean {
  return (type & SECBUFFER_READONLY) !== 0 || (type & SECBUFFER_READONLY_WITH_CHECKSUM) !== 0;
}
