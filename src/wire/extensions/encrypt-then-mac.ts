/**
 * encrypt_then_mac of TLS 1.2 (RFC 7366 §2): no content.
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import { type Extension, FLAG } from "./extension.ts";

export interface EncryptThenMacValues {
  readonly encryptThenMac: true;
}

export const encryptThenMac: Extension<EncryptThenMacValues> = {
  type: ExtensionType.EncryptThenMac,
  versions: "TLS 1.2",
  places: {
    clientHello: { member: "encryptThenMac", codec: FLAG },
    serverHello: { member: "encryptThenMac", codec: FLAG },
  },
};
