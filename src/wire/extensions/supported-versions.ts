/**
 * supported_versions (RFC 8446 §4.2.1): a list in ClientHello, the choice in ServerHello and HelloRetryRequest.
 *   ClientHello: versions <1: ProtocolVersion (2)>
 *   else: selected_version (2)
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Codec, Extension } from "./extension.ts";

export interface SupportedVersionsValues {
  readonly supportedVersions: readonly number[];
  readonly selectedVersion: number;
}

const versions: Codec<readonly number[]> = {
  shows: "versions",
  read: (reader) => reader.u16List(1, "versions", 2, 254),
  write(writer, list) {
    writer.vector(1, () => {
      for (const version of list) writer.u16(version);
    });
  },
};

const selected: Codec<number> = {
  shows: "version",
  read: (reader) => reader.u16("selected_version"),
  write(writer, version) {
    writer.u16(version);
  },
};

export const supportedVersions: Extension<SupportedVersionsValues> = {
  type: ExtensionType.SupportedVersions,
  versions: "TLS 1.3",
  places: {
    clientHello: { member: "supportedVersions", codec: versions },
    serverHello: { member: "selectedVersion", codec: selected },
    helloRetryRequest: { member: "selectedVersion", codec: selected },
  },
};
