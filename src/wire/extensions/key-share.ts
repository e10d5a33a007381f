/**
 * key_share (RFC 8446 §4.2.8): shares in ClientHello, one share in ServerHello, a group in HelloRetryRequest.
 *   KeyShareEntry: group (2) | key_exchange <2>
 *   ClientHello: client_shares <2: KeyShareEntry>;  ServerHello: KeyShareEntry;  HelloRetryRequest: selected_group (2)
 */
import type { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteWriter } from "../../bytes/byte-writer.ts";
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Codec, Extension } from "./extension.ts";

export interface KeyShareEntry {
  /** NamedGroup number. */
  readonly group: number;
  /** 1 to 65535 bytes. */
  readonly keyExchange: Uint8Array;
}

export interface KeyShareValues {
  readonly keyShare: readonly KeyShareEntry[];
  readonly serverShare: KeyShareEntry;
  readonly selectedGroup: number;
}

const readEntry = (reader: ByteReader): KeyShareEntry => ({
  group: reader.u16("group"),
  keyExchange: reader.vector(2, "key_exchange", 1),
});

const writeEntry = (writer: ByteWriter, { group, keyExchange }: KeyShareEntry): void => {
  writer.u16(group).vector(2, keyExchange);
};

const clientShares: Codec<readonly KeyShareEntry[]> = {
  shows: "shares",
  read(reader) {
    const list = reader.nested(2, "client_shares");
    const entries: KeyShareEntry[] = [];
    while (list.remaining > 0) entries.push(readEntry(list));
    return entries;
  },
  write(writer, entries) {
    writer.vector(2, () => {
      for (const entry of entries) writeEntry(writer, entry);
    });
  },
};

const selectedGroup: Codec<number> = {
  shows: "group",
  read: (reader) => reader.u16("selected_group"),
  write(writer, group) {
    writer.u16(group);
  },
};

export const keyShare: Extension<KeyShareValues> = {
  type: ExtensionType.KeyShare,
  versions: "TLS 1.3",
  required: "always",
  places: {
    clientHello: { member: "keyShare", codec: clientShares },
    serverHello: {
      member: "serverShare",
      codec: { shows: "share", read: readEntry, write: writeEntry },
    },
    helloRetryRequest: { member: "selectedGroup", codec: selectedGroup },
  },
};
