/**
 * supported_versions (RFC 8446 §4.2.1): a list in ClientHello, the choice in the answers.
 */
import type { Codec } from "./extension.ts";

export const supportedVersions: Codec<readonly number[]> = {
  read: (reader) => reader.u16List(1, "versions", 2, 254),
  write(writer, versions) {
    writer.vector(1, () => {
      for (const version of versions) writer.u16(version);
    });
  },
};

export const selectedVersion: Codec<number> = {
  read: (reader) => reader.u16("selected_version"),
  write: (writer, version) => void writer.u16(version),
};
