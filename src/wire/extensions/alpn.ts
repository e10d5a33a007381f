/**
 * application_layer_protocol_negotiation (RFC 7301 §3.1): the client's protocols, or the server's choice as a list of
 * one (how many there are in an answer is for the handshake to check). Names are 1 to 255 bytes, one character per
 * byte.
 *   protocol_name_list <2: ProtocolName <1>>
 */
import { fromLatin1, latin1 } from "../../bytes/text.ts";
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";

export interface AlpnValues {
  readonly alpn: readonly string[];
}

const protocols: Content<AlpnValues> = {
  member: "alpn",
  codec: {
    shows: "names",
    read(reader) {
      const list = reader.nested(2, "protocol_name_list", 2);
      const names: string[] = [];
      while (list.remaining > 0) names.push(fromLatin1(list.vector(1, "protocol_name", 1)));
      return names;
    },
    write(writer, names) {
      writer.vector(2, () => {
        for (const name of names) writer.vector(1, latin1(name));
      });
    },
  },
};

export const alpn: Extension<AlpnValues> = {
  type: ExtensionType.Alpn,
  versions: "both",
  places: { clientHello: protocols, serverHello: protocols, encryptedExtensions: protocols },
};
