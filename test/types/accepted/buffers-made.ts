/** Buffers are made of constants, with attribute bits too. */
import {
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_READONLY,
  SECBUFFER_TOKEN,
  SecBuffer,
  SecBufferDesc,
} from "sealwire";

export const message = new SecBufferDesc([
  new SecBuffer(SECBUFFER_TOKEN, new Uint8Array(4), 2),
  new SecBuffer(SECBUFFER_DATA | SECBUFFER_READONLY, new Uint8Array(4)),
  new SecBuffer(SECBUFFER_EMPTY),
  new SecBuffer(0, null),
]);
