/**
 * `pskCallback` of node:tls in both roles, for TLS 1.3: what it answers becomes `preSharedKey` and `selectPreSharedKey` of
 * the face. Identities are UTF-8, as in node.
 */
import type { SealwireOptions } from "../../wiring/names.ts";
import { invalidOption } from "./secure-context.ts";

/** A client's key for this connection. */
export interface PskAnswer {
  /** At least 16 bytes. */
  readonly psk: NodeJS.ArrayBufferView;
  readonly identity: string;
}

/** Client. `hint` is null: hints are of TLS 1.2. Null answers: no key is offered, certificates count. */
export type ClientPskCallback = (hint: null) => PskAnswer | null | undefined;
/** Server. Null answers: the identity is not known; the next one is asked for, then certificates count. */
export type ServerPskCallback<Socket> = (
  socket: Socket,
  identity: string,
) => NodeJS.ArrayBufferView | null | undefined;

/** @throws TlsError if the answer is none */
export function offeredKey(callback: ClientPskCallback): SealwireOptions["preSharedKey"] {
  const answer = callback(null);
  if (answer == null) return null;
  if (typeof answer.identity !== "string") {
    invalidOption("pskCallback must answer with an identity that is a string");
  }
  return { identity: Buffer.from(answer.identity), key: bytesOf(answer.psk) };
}

/** @param failed told what the callback throws, before the handshake fails */
export function keyOfIdentity<Socket>(
  callback: ServerPskCallback<Socket>,
  socket: Socket,
  failed: (error: Error) => void,
): SealwireOptions["selectPreSharedKey"] {
  return (identity) => {
    try {
      const psk = callback(socket, Buffer.from(identity).toString());
      return psk == null ? null : { key: bytesOf(psk) };
    } catch (error) {
      failed(error as Error);
      throw error;
    }
  };
}

function bytesOf(view: NodeJS.ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(view)) {
    invalidOption("pskCallback must answer with a key that is a Buffer, TypedArray or DataView");
  }
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
