/**
 * server_name (RFC 6066 §3): one host name, ASCII. The answer is empty.
 */

import { fromLatin1, latin1 } from "../../bytes/text.ts";
import { fail } from "../../protocol/failure.ts";
import type { Codec } from "./extension.ts";

const HOST_NAME = 0;

export const serverName: Codec<string> = {
  read(reader) {
    const list = reader.nested(2, "server_name_list", 1);
    const type = list.u8("name_type");
    const bytes = list.vector(2, "host_name", 1);
    list.end();
    if (type !== HOST_NAME) fail("ForbiddenValue", `server_name of type ${type} is not defined`);
    // A name goes into logs and look-ups: only what a host name can be made of, as A-labels (RFC 6066 §3).
    if (bytes.length > 255 || bytes.some((byte) => byte <= 0x20 || byte >= 0x7f)) {
      fail("ForbiddenValue", "server_name is not a host name in ASCII");
    }
    return fromLatin1(bytes).toLowerCase().replace(/\.$/, "");
  },
  write(writer, name) {
    writer.vector(2, () => writer.u8(HOST_NAME).vector(2, latin1(name)));
  },
};
