/**
 * session_ticket of TLS 1.2 (RFC 5077 §3.2). The ticket is the whole content: an empty one is the client's request for
 * a ticket, and the server's promise of one is always empty.
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Codec, Extension } from "./extension.ts";

export interface SessionTicketValues {
  readonly sessionTicket: Uint8Array;
}

const ticket: Codec<Uint8Array> = {
  shows: "bytes",
  read: (reader) => reader.rest(),
  write(writer, bytes) {
    writer.bytes(bytes);
  },
};

const promise: Codec<Uint8Array> = {
  shows: "bytes",
  read: (reader) => reader.bytes(0, "ticket"),
  write: () => {},
};

export const sessionTicket: Extension<SessionTicketValues> = {
  type: ExtensionType.SessionTicket,
  versions: "TLS 1.2",
  places: {
    clientHello: { member: "sessionTicket", codec: ticket },
    serverHello: { member: "sessionTicket", codec: promise },
  },
};
