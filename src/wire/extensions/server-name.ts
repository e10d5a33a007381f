/**
 * server_name (RFC 6066 §3): one host name in ClientHello; empty in the answer of a server that used it.
 *   server_name_list <2: name_type (1) | name <2>, one or more; host_name is type 0>
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
  /** Lower case, without a trailing dot; null: the list holds no host name, only names of other types. */
  readonly serverName: string | null;
  readonly serverNameAccepted: true;
}

/**
 * A name of an unknown type is skipped by its length, which every future type has (RFC 6066 §3); of host_name there is
 * exactly one. A name goes into logs, look-ups and comparisons: printable ASCII only (A-labels), so NUL, blanks and
 * UTF-8 are refused. IP literals and underscores, which RFC 6066 or DNS forbid but clients send, are let through, and
 * the dot of an absolute name is dropped.
 */
const hostName: Codec<string | null> = {
  shows: "name",
  read(reader) {
    const list = reader.nested(2, "server_name_list", 1);
    let bytes: Uint8Array | null = null;
    while (list.remaining > 0) {
      if (list.u8("name_type") !== HOST_NAME) list.vector(2, "server_name");
      else if (bytes === null) bytes = list.vector(2, "host_name", 1);
      else throw new DecodeError("server_name holds two host names (RFC 6066 §3 allows one)");
    }
    if (bytes === null) return null;
    if (bytes.length > MAX_NAME || bytes.some((byte) => byte <= 0x20 || byte >= 0x7f)) {
      fail("ForbiddenValue", "server_name is not a host name in ASCII");
    }
    const name = fromLatin1(bytes).toLowerCase().replace(/\.$/, "");
    if (name === "") fail("ForbiddenValue", "server_name is the root of the name space");
    return name;
  },
  write(writer, name) {
    writer.vector(2, () => writer.u8(HOST_NAME).vector(2, latin1(name ?? "")));
  },
};

export const serverName: Extension<ServerNameValues> = {
  type: ExtensionType.ServerName,
  versions: "both",
  places: {
    clientHello: { member: "serverName", codec: hostName },
    serverHello: { member: "serverNameAccepted", codec: FLAG },
    encryptedExtensions: { member: "serverNameAccepted", codec: FLAG },
  },
};
