/**
 * Contract of an extension (RFC 8446 §4.2): its number, and per message it may stand in how its content is read and
 * written. A message that has no codec here is one where the extension is misplaced.
 */
import type { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteWriter } from "../../bytes/byte-writer.ts";

/** Kinds of message that hold extensions. ServerHello of TLS 1.2 and 1.3 share a kind: their extensions do not meet. */
export type ExtensionPlace =
  | "clientHello"
  | "serverHello"
  | "helloRetryRequest"
  | "encryptedExtensions"
  | "certificateRequest"
  | "certificate"
  | "newSessionTicket";

/** How a value of type T is read from and written as `extension_data`. */
export interface Codec<T> {
  /** Reads the content; leftovers are refused by the caller. */
  read(reader: ByteReader): T;
  write(writer: ByteWriter, value: T): void;
}

/** An extension without content: present or not. */
export const FLAG: Codec<true> = {
  read: () => true,
  write: () => {},
};
