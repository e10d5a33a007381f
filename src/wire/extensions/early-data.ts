/**
 * early_data (RFC 8446 §4.2.10): no content in ClientHello and EncryptedExtensions, a size in NewSessionTicket.
 * Recognised only: early data is neither sent nor taken.
 *   NewSessionTicket: max_early_data_size (4)
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import { type Extension, FLAG } from "./extension.ts";

export interface EarlyDataValues {
  readonly earlyData: true;
  /** Bytes. */
  readonly maxEarlyDataSize: number;
}

export const earlyData: Extension<EarlyDataValues> = {
  type: ExtensionType.EarlyData,
  versions: "TLS 1.3",
  places: {
    clientHello: { member: "earlyData", codec: FLAG },
    encryptedExtensions: { member: "earlyData", codec: FLAG },
    newSessionTicket: {
      member: "maxEarlyDataSize",
      codec: {
        shows: "size",
        read: (reader) => reader.u32("max_early_data_size"),
        write(writer, size) {
          writer.u32(size);
        },
      },
    },
  },
};
