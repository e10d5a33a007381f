/** Buffers are found by their types. */
import { bufferType, SECBUFFER_DATA, SECBUFFER_EXTRA, type SecBufferDesc } from "sealwire";

export function extra(message: SecBufferDesc): Uint8Array | undefined {
  for (const buffer of message.pBuffers) {
    switch (bufferType(buffer.BufferType)) {
      case SECBUFFER_EXTRA:
        return buffer.bytes;
      default:
    }
  }
  return message.pBuffers.find((buffer) => buffer.BufferType === SECBUFFER_DATA)?.bytes;
}
