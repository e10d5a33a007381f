/**
 * ec_point_formats of TLS 1.2 (RFC 8422 §5.1.2, §5.2).
 *   ec_point_format_list <1: ECPointFormat (1)>
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";
import { u8Numbers } from "./number-lists.ts";

export interface EcPointFormatsValues {
  readonly ecPointFormats: readonly number[];
}

const formats: Content<EcPointFormatsValues> = {
  member: "ecPointFormats",
  codec: u8Numbers("ec_point_format_list", "pointFormats"),
};

export const ecPointFormats: Extension<EcPointFormatsValues> = {
  type: ExtensionType.EcPointFormats,
  versions: "TLS 1.2",
  places: { clientHello: formats, serverHello: formats },
};
