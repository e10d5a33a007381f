/**
 * Beyond Windows: any amount of data as the records that it takes. EncryptMessage refuses what exceeds cbMaximumMessage,
 * and a caller that sends cbTrailer bytes instead of the size that came back damages its stream; this is the loop that
 * does neither.
 */
import { SECPKG_ATTR_STREAM_SIZES } from "./attributes.ts";
import {
  SECBUFFER_DATA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
} from "./buffer-types.ts";
import type { EncryptAllResult, Face } from "./face-types.ts";
import type { ContextHandle } from "./handles.ts";
import { SecBuffer, SecBufferDesc } from "./sec-buffer.ts";
import { SEC_E_OK } from "./security-status.ts";

const NO_BYTES = new Uint8Array(0);

type EncryptingFace = Pick<Face, "queryContextAttributes" | "encryptMessage">;

/** `encryptAll` by the functions of a face. */
export function encryptAllBy(face: EncryptingFace): Face["encryptAll"] {
  return (context, data) => encryptAll(face, context, data);
}

/**
 * Records of all of `data`, which is not changed, in one piece of new memory; no record for no data. If a record is
 * refused, `records` holds those before it, which must be sent, and `consumed` says how many bytes of data are in them.
 */
function encryptAll(
  face: EncryptingFace,
  context: ContextHandle | null | undefined,
  data: Uint8Array,
): EncryptAllResult {
  const { status, value: sizes } = face.queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
  if (sizes === undefined) return { status, records: NO_BYTES, consumed: 0 };
  const { cbHeader, cbTrailer, cbMaximumMessage } = sizes;
  const count = Math.ceil(data.length / cbMaximumMessage);
  const memory = new Uint8Array(data.length + count * (cbHeader + cbTrailer));
  let end = 0;
  for (let consumed = 0; consumed < data.length; ) {
    const part = data.subarray(consumed, consumed + cbMaximumMessage);
    const dataStart = end + cbHeader;
    const dataEnd = dataStart + part.length;
    memory.set(part, dataStart);
    const header = new SecBuffer(SECBUFFER_STREAM_HEADER, memory.subarray(end, dataStart));
    const body = new SecBuffer(SECBUFFER_DATA, memory.subarray(dataStart, dataEnd));
    const trailer = new SecBuffer(
      SECBUFFER_STREAM_TRAILER,
      memory.subarray(dataEnd, dataEnd + cbTrailer),
    );
    const code = face.encryptMessage(context, 0, new SecBufferDesc([header, body, trailer]));
    if (code !== SEC_E_OK) return { status: code, records: memory.subarray(0, end), consumed };
    end = dataEnd + trailer.cbBuffer;
    consumed += part.length;
  }
  return { status: SEC_E_OK, records: memory.subarray(0, end), consumed: data.length };
}
