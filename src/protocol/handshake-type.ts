/**
 * Handshake message types (RFC 8446 §4 and §B.3; RFC 5246 §7.4; RFC 6066 §8).
 */
export const HandshakeType = {
  HelloRequest: 0,
  ClientHello: 1,
  ServerHello: 2,
  NewSessionTicket: 4,
  EndOfEarlyData: 5,
  EncryptedExtensions: 8,
  Certificate: 11,
  ServerKeyExchange: 12,
  CertificateRequest: 13,
  ServerHelloDone: 14,
  CertificateVerify: 15,
  ClientKeyExchange: 16,
  Finished: 20,
  CertificateStatus: 22,
  KeyUpdate: 24,
  /** Only in the transcript, in the place of the first ClientHello (RFC 8446 §4.4.1). */
  MessageHash: 254,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(HandshakeType).map(([name, value]) => [value, name]),
);

/** The RFC's name of a handshake type, for messages. */
export function handshakeTypeName(type: number): string {
  return NAMES.get(type) ?? `handshake message type ${type}`;
}
