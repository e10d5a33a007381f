/**
 * renegotiation_info of TLS 1.2 (RFC 5746 §3.2): empty in a first handshake; in a renegotiation the client's last
 * verify_data, and in the answer client's and server's.
 *   renegotiated_connection <1>
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";

export interface RenegotiationInfoValues {
  readonly renegotiationInfo: Uint8Array;
}

const connection: Content<RenegotiationInfoValues> = {
  member: "renegotiationInfo",
  codec: {
    shows: "bytes",
    read: (reader) => reader.vector(1, "renegotiated_connection"),
    write(writer, verifyData) {
      writer.vector(1, verifyData);
    },
  },
};

export const renegotiationInfo: Extension<RenegotiationInfoValues> = {
  type: ExtensionType.RenegotiationInfo,
  versions: "TLS 1.2",
  places: { clientHello: connection, serverHello: connection },
};
