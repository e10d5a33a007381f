/**
 * cookie (RFC 8446 §4.2.2): from HelloRetryRequest, echoed in the second ClientHello.
 *   cookie <2>, at least one byte
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";

export interface CookieValues {
  readonly cookie: Uint8Array;
}

const content: Content<CookieValues> = {
  member: "cookie",
  codec: {
    shows: "bytes",
    read: (reader) => reader.vector(2, "cookie", 1),
    write(writer, bytes) {
      writer.vector(2, bytes);
    },
  },
};

export const cookie: Extension<CookieValues> = {
  type: ExtensionType.Cookie,
  versions: "TLS 1.3",
  places: { clientHello: content, helloRetryRequest: content },
};
