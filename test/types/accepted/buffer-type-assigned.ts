/** The type of a buffer is assigned. */
import { SECBUFFER_EMPTY, type SecBuffer } from "sealwire";

export function reset(buffer: SecBuffer): void {
  buffer.BufferType = SECBUFFER_EMPTY;
  buffer.cbBuffer = 0;
}
