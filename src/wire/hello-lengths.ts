/**
 * Lengths that ClientHello and ServerHello share, in bytes (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).
 */
export const RANDOM_LENGTH = 32;
export const MAX_SESSION_ID_LENGTH = 32;
