/**
 * key_share (RFC 8446 §4.2.8): shares in ClientHello, one share in ServerHello, a group in HelloRetryRequest.
 */
import type { ByteReader } from "../../bytes/byte-reader.ts";
import type { Codec } from "./extension.ts";

export interface KeyShareEntry {
  /** NamedGroup number. */
  readonly group: number;
  readonly keyExchange: Uint8Array;
}

const readEntry = (reader: ByteReader): KeyShareEntry => ({
  group: reader.u16("group"),
  keyExchange: reader.vector(2, "key_exchange", 1),
});

export const keyShare: Codec<readonly KeyShareEntry[]> = {
  read(reader) {
    const list = reader.nested(2, "client_shares");
    const entries: KeyShareEntry[] = [];
    while (list.remaining > 0) entries.push(readEntry(list));
    return entries;
  },
  write(writer, entries) {
    writer.vector(2, () => {
      for (const { group, keyExchange } of entries) writer.u16(group).vector(2, keyExchange);
    });
  },
};

export const serverShare: Codec<KeyShareEntry> = {
  read: readEntry,
  write: (writer, { group, keyExchange }) => void writer.u16(group).vector(2, keyExchange),
};

export const selectedGroup: Codec<number> = {
  read: (reader) => reader.u16("selected_group"),
  write: (writer, group) => void writer.u16(group),
};
