/**
 * application_layer_protocol_negotiation (RFC 7301 §3.1): names of 1 to 255 bytes, one character per byte.
 */
import { fromLatin1, latin1 } from "../../bytes/text.ts";
import type { Codec } from "./extension.ts";

export const alpn: Codec<readonly string[]> = {
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
};
