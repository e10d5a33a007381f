/** A control token is made of numbers. */
import {
  applyControlToken,
  type ContextHandle,
  SCHANNEL_SHUTDOWN,
  SECBUFFER_TOKEN,
  type SECURITY_STATUS,
  SecBuffer,
  SecBufferDesc,
} from "sealwire";

export function shutdown(context: ContextHandle): SECURITY_STATUS {
  const token = new Uint8Array(4);
  new DataView(token.buffer).setUint32(0, SCHANNEL_SHUTDOWN, true);
  return applyControlToken(context, new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN, token)]));
}
