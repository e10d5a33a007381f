/**
 * supported_groups (RFC 8446 §4.2.7, RFC 7919 §3, RFC 8422 §5.1.1).
 *   named_group_list <2: NamedGroup (2)>
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";
import { u16Numbers } from "./number-lists.ts";

export interface SupportedGroupsValues {
  readonly supportedGroups: readonly number[];
}

const groups: Content<SupportedGroupsValues> = {
  member: "supportedGroups",
  codec: u16Numbers("named_group_list", "groups"),
};

export const supportedGroups: Extension<SupportedGroupsValues> = {
  type: ExtensionType.SupportedGroups,
  versions: "both",
  required: "always",
  places: {
    clientHello: groups,
    // DEVIATION: RFC 8422 §5.2 has no such answer, but some TLS 1.2 servers send it; OpenSSL and BoringSSL let it pass,
    // too.
    serverHello: groups,
    encryptedExtensions: groups,
  },
};
