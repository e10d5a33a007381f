/**
 * Protocol versions by their wire values (RFC 8446 §4.2.1, RFC 5246 §A.1).
 */

/** Versions that this engine speaks. */
export type ProtocolVersion = 0x0303 | 0x0304;

export const TLS10 = 0x0301;
export const TLS12: ProtocolVersion = 0x0303;
export const TLS13: ProtocolVersion = 0x0304;

/** SSL 3.0 and older. A hello with such a version is refused, whatever else it contains (RFC 8446 §D.5). */
export const isSsl = (version: number): boolean => version < TLS10;

/** Text of a wire version, for messages: "TLS 1.3". */
export function versionName(version: number): string {
  if (version >= 0x0301 && version <= 0x0304) return `TLS 1.${version - 0x0301}`;
  if (version === 0x0300) return "SSL 3.0";
  return `version 0x${version.toString(16).padStart(4, "0")}`;
}

/** True for values that RFC 8701 reserves: 0x0a0a, 0x1a1a … 0xfafa. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}
