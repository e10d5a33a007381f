/**
 * Extensions that are bytes: cookie (RFC 8446 §4.2.2), session_ticket (RFC 5077 §3.2), renegotiation_info (RFC 5746 §3.2),
 * ec_point_formats (RFC 8422 §5.1.2), psk_key_exchange_modes (RFC 8446 §4.2.9).
 */
import type { Codec } from "./extension.ts";

export const cookie: Codec<Uint8Array> = {
  read: (reader) => reader.vector(2, "cookie", 1),
  write: (writer, bytes) => void writer.vector(2, bytes),
};

/** The ticket is the whole content; empty: the wish for one, or the promise of one. */
export const sessionTicket: Codec<Uint8Array> = {
  read: (reader) => reader.rest(),
  write: (writer, ticket) => void writer.bytes(ticket),
};

export const renegotiationInfo: Codec<Uint8Array> = {
  read: (reader) => reader.vector(1, "renegotiated_connection"),
  write: (writer, verifyData) => void writer.vector(1, verifyData),
};

const smallNumbers = (field: string): Codec<readonly number[]> => ({
  read: (reader) => Array.from(reader.vector(1, field, 1)),
  write: (writer, numbers) => void writer.vector(1, Uint8Array.from(numbers)),
});

export const ecPointFormats: Codec<readonly number[]> = smallNumbers("ec_point_format_list");
export const pskKeyExchangeModes: Codec<readonly number[]> = smallNumbers("ke_modes");
