/**
 * Every bound on length and count, with the section that sets it. Values are bytes unless a comment gives another unit.
 */

/** Largest plaintext of a record (RFC 8446 §5.1). */
export const MAX_PLAINTEXT = 16384;
/** Largest record body in TLS 1.3: plaintext + 256 (RFC 8446 §5.2). */
export const MAX_CIPHERTEXT_13: number = MAX_PLAINTEXT + 256;
/** Largest record body in TLS 1.2: plaintext + 2048 (RFC 5246 §6.2.3). */
export const MAX_CIPHERTEXT_12: number = MAX_PLAINTEXT + 2048;
/** Record header: type, version, length (RFC 8446 §5.1). */
export const RECORD_HEADER_LENGTH = 5;
/** Handshake header: type and length (RFC 8446 §4). */
export const HANDSHAKE_HEADER_LENGTH = 4;

/** Bounds that a credential may set (`sealwire.limits`). */
export interface Limits {
  /**
   * Largest handshake message taken from the peer; Schannel: client 0x8000, server 0x4000, with client authentication
   * 0x8000.
   */
  readonly handshakeMessage: number;
  /** Certificates in the peer's chain (count). */
  readonly certificateChain: number;
  /** Records without content in a row (count). */
  readonly emptyRecords: number;
  /** Warning alerts in a row (count). */
  readonly warningAlerts: number;
  /** KeyUpdate messages in a row without application data between them (count). */
  readonly keyUpdates: number;
  /** Renegotiations of one connection (count). */
  readonly renegotiations: number;
  /** Renegotiation requests of the peer that are refused before the connection ends (count). */
  readonly refusedRenegotiations: number;
  /**
   * Client, TLS 1.3: requests for a certificate after the handshake of one connection (count); each may cost a
   * signature.
   */
  readonly certificateRequests: number;
  /** Fewest bytes of an external PSK (RFC 9257 §6: at least 128 bits of entropy). */
  readonly shortestPreSharedKey: number;
}

export const DEFAULT_CLIENT_LIMITS: Limits = {
  handshakeMessage: 0x8000,
  certificateChain: 16,
  emptyRecords: 32,
  warningAlerts: 4,
  keyUpdates: 32,
  renegotiations: 3,
  refusedRenegotiations: 16,
  certificateRequests: 32,
  shortestPreSharedKey: 16,
};

/**
 * Largest handshake message that servers of the adapters accept: a ClientHello of 64 KiB. The SSPI functions keep
 * Schannel's number.
 */
export const MAX_FACE_SERVER_MESSAGE = 0x10000;
/** Largest handshake message where the adapters ask the peer for a certificate: a chain of 128 KiB. */
export const MAX_FACE_CHAIN_MESSAGE = 0x20000;
/** Certificates of the peer that the adapters accept. */
export const MAX_FACE_CHAIN = 100;

/** Limits of the adapters that differ from those of the SSPI functions, which are Schannel's. */
export function adapterLimits(
  isServer: boolean,
  asksForCertificate: boolean,
): Pick<Limits, "handshakeMessage" | "certificateChain"> {
  return {
    handshakeMessage:
      isServer && !asksForCertificate ? MAX_FACE_SERVER_MESSAGE : MAX_FACE_CHAIN_MESSAGE,
    certificateChain: MAX_FACE_CHAIN,
  };
}

export const DEFAULT_SERVER_LIMITS: Limits = { ...DEFAULT_CLIENT_LIMITS, handshakeMessage: 0x4000 };
export const DEFAULT_MUTUAL_SERVER_LIMITS: Limits = DEFAULT_CLIENT_LIMITS;
