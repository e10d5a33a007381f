/**
 * extended_master_secret of TLS 1.2 (RFC 7627 §5.1): no content.
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import { type Extension, FLAG } from "./extension.ts";

export interface ExtendedMasterSecretValues {
  readonly extendedMasterSecret: true;
}

export const extendedMasterSecret: Extension<ExtendedMasterSecretValues> = {
  type: ExtensionType.ExtendedMasterSecret,
  versions: "TLS 1.2",
  places: {
    clientHello: { member: "extendedMasterSecret", codec: FLAG },
    serverHello: { member: "extendedMasterSecret", codec: FLAG },
  },
};
