/** Types of buffers are numbers in a list. */
import { SECBUFFER_DATA, SecBuffer, SecBufferDesc } from "sealwire";

export const message = new SecBufferDesc(
  [SECBUFFER_DATA, 0, 0, 0].map((type) => new SecBuffer(type)),
);
