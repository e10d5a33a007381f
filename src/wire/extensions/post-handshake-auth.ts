/**
 * post_handshake_auth (RFC 8446 §4.2.6): no content.
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import { type Extension, FLAG } from "./extension.ts";

export interface PostHandshakeAuthValues {
  readonly postHandshakeAuth: true;
}

export const postHandshakeAuth: Extension<PostHandshakeAuthValues> = {
  type: ExtensionType.PostHandshakeAuth,
  versions: "TLS 1.3",
  places: { clientHello: { member: "postHandshakeAuth", codec: FLAG } },
};
