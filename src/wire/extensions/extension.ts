/**
 * Contract of an extension (RFC 8446 §4.2), which one file describes whole: its number; when a client offers it; what
 * a server of TLS 1.3 requires; and for each message that may contain it the member of `Extensions` that holds its
 * content, how that content is read and written, and as what it is shown. In a message without an entry it is
 * misplaced, and an answer to an extension that was not offered is refused.
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

/** The kinds of content that people are shown, with their values. `sealwire inspect` has the words for each. */
export interface ShownValues {
  readonly flag: true;
  readonly bytes: Uint8Array;
  readonly name: string | null;
  readonly names: readonly string[];
  readonly distinguishedNames: readonly Uint8Array[];
  readonly size: number;
  readonly index: number;
  readonly group: number;
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  readonly version: number;
  readonly versions: readonly number[];
  readonly pointFormats: readonly number[];
  readonly pskModes: readonly number[];
  readonly share: { readonly group: number; readonly keyExchange: Uint8Array };
  readonly shares: readonly { readonly group: number; readonly keyExchange: Uint8Array }[];
  readonly psks: {
    readonly identities: readonly {
      readonly identity: Uint8Array;
      readonly obfuscatedTicketAge: number;
    }[];
    readonly binders: readonly Uint8Array[];
  };
  readonly statusType: { readonly type: number };
}

/** The kinds as which a value of type T can be shown. */
type ShownAs<T> = {
  [Kind in keyof ShownValues]: [T] extends [ShownValues[Kind]]
    ? [ShownValues[Kind]] extends [T]
      ? Kind
      : never
    : never;
}[keyof ShownValues];

/** How a value of type T is read from and written as `extension_data`. */
export interface Codec<T> {
  /** As what people are shown it. */
  readonly shows: ShownAs<T>;
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
  /** The versions that it belongs to: a client that offers none of them leaves it out. */
  readonly versions: "both" | "TLS 1.2" | "TLS 1.3";
  /** A ClientHello of TLS 1.3 without it is refused (RFC 8446 §9.2), always or where it has no pre_shared_key. */
  readonly required?: "always" | "without PSK";
  /** A ClientHello of TLS 1.3 that has it and lacks the extension of this number is refused. */
  readonly requires?: number;
  readonly places: { readonly [Place in ExtensionPlace]?: AnyContent };
}

/** An extension without content: present or not. */
export const FLAG: Codec<true> = {
  shows: "flag",
  read: () => true,
  write: () => {},
};
