/**
 * NewSessionTicket:
 *   TLS 1.3 (RFC 8446 §4.6.1): lifetime (4) | age_add (4) | nonce <1> | ticket <2> | extensions <2>
 *   TLS 1.2 (RFC 5077 §3.3): lifetime_hint (4) | ticket <2>
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { fail } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { readExtensions, writeExtensions } from "./extensions/registry.ts";
import { handshakeMessage } from "./handshake-header.ts";

/** Seven days in seconds: no ticket lives longer (RFC 8446 §4.6.1). */
export const MAX_TICKET_LIFETIME = 604800;

export interface NewSessionTicket13 {
  /** Seconds. */
  readonly lifetime: number;
  /** Milliseconds, modulo 2^32, added to the age that the client reports. */
  readonly ageAdd: number;
  /** 0 to 255 bytes. */
  readonly nonce: Uint8Array;
  /** 1 to 65535 bytes. */
  readonly ticket: Uint8Array;
}

/**
 * Decodes NewSessionTicket of TLS 1.3.
 * @param body the message without its header; byte arrays of the result are views of it
 * @throws DecodeError, TlsFailure ForbiddenValue for a lifetime over seven days (RFC 8446 §4.6.1)
 */
export function decodeNewSessionTicket13(body: Uint8Array): NewSessionTicket13 {
  const reader = new ByteReader(body, "NewSessionTicket");
  const lifetime = reader.u32("ticket_lifetime");
  const ageAdd = reader.u32("ticket_age_add");
  const nonce = reader.vector(1, "ticket_nonce");
  const ticket = reader.vector(2, "ticket", 1);
  readExtensions(reader, "newSessionTicket", 0, 0xfffe);
  reader.end();
  if (lifetime > MAX_TICKET_LIFETIME) {
    fail("ForbiddenValue", `ticket_lifetime of ${lifetime} s is over seven days`);
  }
  return { lifetime, ageAdd, nonce, ticket };
}

/** Encodes NewSessionTicket of TLS 1.3 with its header, without extensions. */
export function encodeNewSessionTicket13(ticket: NewSessionTicket13): Uint8Array {
  return handshakeMessage(HandshakeType.NewSessionTicket, (writer) => {
    writer.u32(ticket.lifetime).u32(ticket.ageAdd);
    writer.vector(1, ticket.nonce).vector(2, ticket.ticket);
    writeExtensions(writer, "newSessionTicket", {});
  });
}

export interface NewSessionTicket12 {
  /** Seconds; 0: unspecified. */
  readonly lifetimeHint: number;
  /** Empty: the server changed its mind. */
  readonly ticket: Uint8Array;
}

/**
 * Decodes NewSessionTicket of TLS 1.2.
 * @param body the message without its header; the ticket is a view of it
 * @throws DecodeError
 */
export function decodeNewSessionTicket12(body: Uint8Array): NewSessionTicket12 {
  const reader = new ByteReader(body, "NewSessionTicket");
  const lifetimeHint = reader.u32("ticket_lifetime_hint");
  const ticket = reader.vector(2, "ticket");
  reader.end();
  return { lifetimeHint, ticket };
}

/** Encodes NewSessionTicket of TLS 1.2 with its header. */
export function encodeNewSessionTicket12({ lifetimeHint, ticket }: NewSessionTicket12): Uint8Array {
  return handshakeMessage(HandshakeType.NewSessionTicket, (writer) => {
    writer.u32(lifetimeHint).vector(2, ticket);
  });
}
