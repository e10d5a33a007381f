/**
 * The SSPI functions with every call reported to an observer: what was taken from the peer and what was made for it. What the command
 * line draws as a ladder.
 */
import * as sspi from "../api/node.ts";
import type { SessionFunctions } from "../session/handshake-calls.ts";

/** One call of an SSPI function. */
export interface Call {
  /** The SDK's name, e.g. "InitializeSecurityContext". */
  readonly name: string;
  readonly status: sspi.SECURITY_STATUS;
  /** Bytes that the call took from the peer, as they came. */
  readonly received: Uint8Array;
  /** Bytes that the call made for the peer. */
  readonly sent: Uint8Array;
}

type Buffers = sspi.SecBufferDesc | null | undefined;

const NO_BYTES = new Uint8Array(0);
const RECORD_HEADER = 5;

/** The functions of the entry; calls that have to be repeated (more bytes, a promise) are not told. */
export function observedFunctions(observe: (call: Call) => void): SessionFunctions {
  const tell = (
    name: string,
    status: sspi.SECURITY_STATUS,
    received: Uint8Array,
    sent: Uint8Array,
  ): void => observe({ name, status, received, sent });
  /** Copies the token first: its records are opened in place. */
  const told = (name: string, call: sspi.HandshakeArguments) => {
    const token = bufferOf(call.input, sspi.SECBUFFER_TOKEN)?.bytes.slice() ?? NO_BYTES;
    return (answer: sspi.EstablishResult): sspi.EstablishResult => {
      const { status } = answer;
      if (status === sspi.SEC_E_INCOMPLETE_MESSAGE || status === sspi.SEC_I_ASYNC_CALL_PENDING)
        return answer;
      const sent = bufferOf(call.output, sspi.SECBUFFER_TOKEN)?.bytes.slice() ?? NO_BYTES;
      tell(name, status, token.subarray(0, token.length - extraOf(call.input)), sent);
      return answer;
    };
  };
  const isc = "InitializeSecurityContext";
  const asc = "AcceptSecurityContext";
  return {
    ...sspi,
    initializeSecurityContext: (call) => told(isc, call)(sspi.initializeSecurityContext(call)),
    acceptSecurityContext: (call) => told(asc, call)(sspi.acceptSecurityContext(call)),
    initializeSecurityContextAsync: async (call) =>
      told(isc, call)(await sspi.initializeSecurityContextAsync(call)),
    acceptSecurityContextAsync: async (call) =>
      told(asc, call)(await sspi.acceptSecurityContextAsync(call)),
    encryptMessage(context, qop, message) {
      const status = sspi.encryptMessage(context, qop, message);
      const parts = status === sspi.SEC_E_OK ? (message?.pBuffers ?? []) : [];
      const sent = Buffer.concat(parts.map((buffer) => buffer.bytes));
      tell("EncryptMessage", status, NO_BYTES, sent);
      return status;
    },
    decryptMessage(context, message) {
      const record = firstRecord(bufferOf(message, sspi.SECBUFFER_DATA)?.bytes ?? NO_BYTES);
      const status = sspi.decryptMessage(context, message);
      if (status === sspi.SEC_E_INCOMPLETE_MESSAGE) return status;
      // A message for the handshake function: its call takes the bytes.
      tell(
        "DecryptMessage",
        status,
        status === sspi.SEC_I_RENEGOTIATE ? NO_BYTES : record,
        NO_BYTES,
      );
      return status;
    },
    applyControlToken(context, input) {
      const status = sspi.applyControlToken(context, input);
      tell("ApplyControlToken", status, NO_BYTES, NO_BYTES);
      return status;
    },
  };
}

function bufferOf(buffers: Buffers, type: number): sspi.SecBuffer | undefined {
  return buffers?.pBuffers.find(({ BufferType }) => BufferType === type);
}

function extraOf(buffers: Buffers): number {
  return bufferOf(buffers, sspi.SECBUFFER_EXTRA)?.cbBuffer ?? 0;
}

/** A copy of the record at the start of `bytes`, before it is opened in place. */
function firstRecord(bytes: Uint8Array): Uint8Array {
  const [, , , high = 0, low = 0] = bytes;
  return bytes.slice(0, RECORD_HEADER + high * 0x100 + low);
}
