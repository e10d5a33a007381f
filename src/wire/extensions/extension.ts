/**
 * Contract of an extension (RFC 8446 §4.2): its number, and for each message that may contain it the member of
 * `Extensions` that holds its content and how that content is read and written. In a message without an entry it is
 * misplaced.
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
  /** Reads the content; leftovers are refused by the caller. Byte arrays are views. */
  read(reader: ByteReader): T;
  write(writer: ByteWriter, value: T): void;
}

/** A member of `Extensions` and the codec of what it holds. */
interface Slot<Member, T> {
  readonly member: Member;
  readonly codec: Codec<T>;
}

/** One of the members of `Values`, with its codec. */
export type Content<Values> = { [M in keyof Values]: Slot<M, Values[M]> }[keyof Values];

/** An extension whose contents go to the members of `Values`. */
export type Extension<Values> = Contract<Content<Values>>;

interface Contract<AnyContent> {
  /** ExtensionType number. */
  readonly type: number;
  readonly places: { readonly [Place in ExtensionPlace]?: AnyContent };
}

/** An extension without content: present or not. */
export const FLAG: Codec<true> = {
  read: () => true,
  write: () => {},
};
