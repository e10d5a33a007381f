/**
 * Buffers of the handshake functions for message packages: TOKEN, CHANNEL_BINDINGS, TARGET_HOST and PKG_PARAMS as input, TOKEN
 * as output. A token is whole: there is neither MISSING nor EXTRA.
 */

import { toUint8Array } from "../bytes/byte-arrays.ts";
import * as types from "../sspi/buffer-types.ts";
import { isReadOnly, SECBUFFER_VERSION } from "../sspi/buffer-types.ts";
import { buffersInWords } from "../sspi/buffer-words.ts";
import { refuse } from "../sspi/refusal.ts";
import type { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import { SEC_E_INSUFFICIENT_MEMORY, SEC_E_INVALID_TOKEN } from "../sspi/security-status.ts";
import { type ChannelBindings, readChannelBindings } from "./channel-bindings.ts";

const NO_BYTES = new Uint8Array(0);

/** What a handshake call is given. Views of the caller's memory, which are not kept. */
export interface EstablishInput {
  /** The peer's token; empty: none. */
  readonly token: Uint8Array;
  readonly bindings: ChannelBindings | null;
  /** The target that a caller names apart from `targetName`; empty: none. */
  readonly targetHost: string;
  /** PKG_PARAMS in their order: HTTP method, URL and body of Digest. */
  readonly parameters: readonly Uint8Array[];
}

const NOTHING: EstablishInput = {
  token: NO_BYTES,
  bindings: null,
  targetHost: "",
  parameters: [],
};

/** @throws Refusal SEC_E_INVALID_TOKEN: a buffer cannot be used, or is there twice */
export function readEstablishInput(input: SecBufferDesc | null): EstablishInput {
  if (input === null) return NOTHING;
  checkBuffers(input, "input");
  return {
    token: bytesOf(input, types.SECBUFFER_TOKEN, "TOKEN") ?? NO_BYTES,
    bindings: bindingsOf(bytesOf(input, types.SECBUFFER_CHANNEL_BINDINGS, "CHANNEL_BINDINGS")),
    targetHost: wideText(bytesOf(input, types.SECBUFFER_TARGET_HOST, "TARGET_HOST") ?? NO_BYTES),
    parameters: input.pBuffers
      .filter(hasType(types.SECBUFFER_PKG_PARAMS))
      .map(({ bytes }) => toUint8Array(bytes)),
  };
}

const hasType =
  (type: number) =>
  ({ BufferType }: SecBuffer): boolean =>
    types.bufferType(BufferType) === type;

function bytesOf({ pBuffers }: SecBufferDesc, type: number, name: string): Uint8Array | null {
  const [first, second] = pBuffers.filter(hasType(type));
  if (second !== undefined) badBuffers(`the input has more than one ${name} buffer`);
  // The `slice` of Node's Buffer is a view: what a package keeps or fills would be the caller's memory.
  return first === undefined ? null : toUint8Array(first.bytes);
}

function bindingsOf(bytes: Uint8Array | null): ChannelBindings | null {
  return bytes === null || bytes.length === 0 ? null : readChannelBindings(bytes);
}

/** UTF-16LE, to a NUL or to the end. */
function wideText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const unit = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

/** Where the token of a handshake call goes. */
export class TokenOutput {
  readonly #token: SecBuffer | null;
  readonly #allocate: boolean;

  /** @throws Refusal SEC_E_INVALID_TOKEN: a buffer cannot be used */
  constructor(output: SecBufferDesc | null, allocate: boolean) {
    this.#allocate = allocate;
    if (output === null) {
      this.#token = null;
      return;
    }
    if (output.ulVersion !== SECBUFFER_VERSION) badBuffers("ulVersion of the output is not 0");
    const writable = output.pBuffers.filter(({ BufferType }) => !isReadOnly(BufferType));
    this.#token =
      writable.find(hasType(types.SECBUFFER_TOKEN)) ??
      (allocate ? writable.find(hasType(types.SECBUFFER_EMPTY)) : undefined) ??
      null;
    const fault = this.#token?.hasMemoryOrNone === false ? this.#token.fault : null;
    if (fault !== null && !allocate) badBuffers(`the output TOKEN cannot be used: ${fault}`);
  }

  /**
   * Writes a token; null: there is nothing to send.
   * @throws Refusal SEC_E_INVALID_TOKEN: there is no output TOKEN; SEC_E_INSUFFICIENT_MEMORY: it is too short. Nothing is
   *   changed then
   */
  write(token: Uint8Array | null): void {
    const buffer = this.#token;
    if (buffer === null) {
      if (token === null) return;
      badBuffers(
        "there is a token to send, and the output has no TOKEN buffer that can be written",
      );
    }
    const length = token?.length ?? 0;
    if (this.#allocate || buffer.pvBuffer === null) {
      buffer.pvBuffer = token === null ? null : token.slice();
    } else {
      const room = Math.min(buffer.cbBuffer, buffer.pvBuffer.length);
      if (length > room) {
        refuse(
          SEC_E_INSUFFICIENT_MEMORY,
          "NoRoom",
          `the output TOKEN has room for ${room} bytes, and the token has ${length}; give more, or ask for ALLOCATE_MEMORY`,
        );
      }
      if (token !== null) buffer.pvBuffer.set(token);
    }
    buffer.BufferType = types.SECBUFFER_TOKEN;
    buffer.cbBuffer = length;
  }
}

function checkBuffers(input: SecBufferDesc, which: string): void {
  if (input.ulVersion !== SECBUFFER_VERSION) badBuffers(`ulVersion of the ${which} is not 0`);
  if (input.pBuffers.some(({ fault }) => fault !== null)) {
    badBuffers(`the ${which} cannot be used: ${buffersInWords(input)}`);
  }
}

function badBuffers(what: string): never {
  return refuse(SEC_E_INVALID_TOKEN, "BadBuffers", what);
}
