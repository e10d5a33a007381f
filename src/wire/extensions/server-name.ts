/**
 * server_name (RFC 6066 §3): one host name in ClientHello; empty in the answer of a server that used it.
 *   server_name_list <2: name_type (1) = host_name | HostName <2>>
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import { fromLatin1, latin1 } from "../../bytes/text.ts";
import { ExtensionType } from "../../protocol/extension-type.ts";
import { fail } from "../../protocol/failure.ts";
import { type Codec, type Extension, FLAG } from "./extension.ts";

const HOST_NAME = 0;
/** Longest domain name in text form, with room for the trailing dot (RFC 1035 §2.3.4). */
const MAX_NAME = 255;

export interface ServerNameValues {
  /** Lower case, without a trailing dot. */
  readonly serverName: string;
  readonly serverNameAccepted: true;
}

/**
 * The list was meant to be extended, but its items cannot be skipped: like everybody we take exactly one host_name.
 * A name goes into logs, look-ups and comparisons: printable ASCII only (A-labels), so NUL, blanks and UTF-8 are
 * refused. IP literals and underscores, which RFC 6066 or DNS forbid but clients send, are let through, and the dot of
 * an absolute name is dropped.
 */
const hostName: Codec<string> = {
  read(reader) {
    const list = reader.nested(2, "server_name_list", 1);
    const type = list.u8("name_type");
    if (type !== HOST_NAME) throw new DecodeError(`server_name of type ${type} is not defined`);
    const bytes = list.vector(2, "host_name", 1);
    list.end();
    if (bytes.length > MAX_NAME || bytes.some((byte) => byte <= 0x20 || byte >= 0x7f)) {
      fail("ForbiddenValue", "server_name is not a host name in ASCII");
    }
    const name = fromLatin1(bytes).toLowerCase().replace(/\.$/, "");
    if (name === "") fail("ForbiddenValue", "server_name is the root of the name space");
    return name;
  },
  write(writer, name) {
    writer.vector(2, () => writer.u8(HOST_NAME).vector(2, latin1(name)));
  },
};

export const serverName: Extension<ServerNameValues> = {
  type: ExtensionType.ServerName,
  places: {
    clientHello: { member: "serverName", codec: hostName },
    serverHello: { member: "serverNameAccepted", codec: FLAG },
    encryptedExtensions: { member: "serverNameAccepted", codec: FLAG },
  },
};
