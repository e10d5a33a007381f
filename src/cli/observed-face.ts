/**
 * The face with every call told to an observer: what was taken from the peer and what was made for it. What the command
 * line draws as a ladder.
 */
import * as face from "../node-index.ts";
import type { PumpFace } from "../transports/handshake-calls.ts";

/** One call of the face. */
export interface Call {
  /** The SDK's name, e.g. "InitializeSecurityContext". */
  readonly name: string;
  readonly status: face.SECURITY_STATUS;
  /** Bytes that the call took from the peer, as they came. */
  readonly received: Uint8Array;
  /** Bytes that the call made for the peer. */
  readonly sent: Uint8Array;
}

type Buffers = face.SecBufferDesc | null | undefined;

const NO_BYTES = new Uint8Array(0);
const RECORD_HEADER = 5;

/** The functions of the entry; calls that have to be repeated (more bytes, a promise) are not told. */
export function observedFace(observe: (call: Call) => void): PumpFace {
  const tell = (
    name: string,
    status: face.SECURITY_STATUS,
    received: Uint8Array,
    sent: Uint8Array,
  ): void => observe({ name, status, received, sent });
  /** Copies the token first: its records are opened in place. */
  const told = (name: string, call: face.HandshakeArguments) => {
    const token = bufferOf(call.input, face.SECBUFFER_TOKEN)?.bytes.slice() ?? NO_BYTES;
    return (answer: face.EstablishResult): face.EstablishResult => {
      const { status } = answer;
      if (status === face.SEC_E_INCOMPLETE_MESSAGE || status === face.SEC_I_ASYNC_CALL_PENDING)
        return answer;
      const sent = bufferOf(call.output, face.SECBUFFER_TOKEN)?.bytes.slice() ?? NO_BYTES;
      tell(name, status, token.subarray(0, token.length - extraOf(call.input)), sent);
      return answer;
    };
  };
  const isc = "InitializeSecurityContext";
  const asc = "AcceptSecurityContext";
  return {
    ...face,
    initializeSecurityContext: (call) => told(isc, call)(face.initializeSecurityContext(call)),
    acceptSecurityContext: (call) => told(asc, call)(face.acceptSecurityContext(call)),
    initializeSecurityContextAsync: async (call) =>
      told(isc, call)(await face.initializeSecurityContextAsync(call)),
    acceptSecurityContextAsync: async (call) =>
      told(asc, call)(await face.acceptSecurityContextAsync(call)),
    encryptMessage(context, qop, message) {
      const status = face.encryptMessage(context, qop, message);
      const parts = status === face.SEC_E_OK ? (message?.pBuffers ?? []) : [];
      const sent = Buffer.concat(parts.map((buffer) => buffer.bytes));
      tell("EncryptMessage", status, NO_BYTES, sent);
      return status;
    },
    decryptMessage(context, message) {
      const record = firstRecord(bufferOf(message, face.SECBUFFER_DATA)?.bytes ?? NO_BYTES);
      const status = face.decryptMessage(context, message);
      if (status === face.SEC_E_INCOMPLETE_MESSAGE) return status;
      // A message for the handshake function: its call takes the bytes.
      tell(
        "DecryptMessage",
        status,
        status === face.SEC_I_RENEGOTIATE ? NO_BYTES : record,
        NO_BYTES,
      );
      return status;
    },
    applyControlToken(context, input) {
      const status = face.applyControlToken(context, input);
      tell("ApplyControlToken", status, NO_BYTES, NO_BYTES);
      return status;
    },
  };
}

function bufferOf(buffers: Buffers, type: number): face.SecBuffer | undefined {
  return buffers?.pBuffers.find(({ BufferType }) => BufferType === type);
}

function extraOf(buffers: Buffers): number {
  return bufferOf(buffers, face.SECBUFFER_EXTRA)?.cbBuffer ?? 0;
}

/** A copy of the record at the start of `bytes`, before it is opened in place. */
function firstRecord(bytes: Uint8Array): Uint8Array {
  const [, , , high = 0, low = 0] = bytes;
  return bytes.slice(0, RECORD_HEADER + high * 0x100 + low);
}
