/**
 * Buffer arrays of the two handshake functions: which buffer holds the input, which ones take TOKEN, ALERT, MISSING and
 * EXTRA (reference 2.2). Buffers are found by type, and nothing is written before a call may succeed.
 */
import { toUint8Array } from "../bytes/byte-arrays.ts";
import type { Engine } from "../engine/engine.ts";
import {
  bufferType,
  isReadOnly,
  SECBUFFER_ALERT,
  SECBUFFER_APPLICATION_PROTOCOLS,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_MISSING,
  SECBUFFER_PRESHARED_KEY,
  SECBUFFER_PRESHARED_KEY_IDENTITY,
  SECBUFFER_SEND_GENERIC_TLS_EXTENSION,
  SECBUFFER_SRTP_PROTECTION_PROFILES,
  SECBUFFER_SUBSCRIBE_GENERIC_TLS_EXTENSION,
  SECBUFFER_TOKEN,
  SECBUFFER_TRAFFIC_SECRETS,
  SECBUFFER_VERSION,
} from "../sspi/buffer-types.ts";
import { refuse } from "../sspi/refusal.ts";
import type { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import {
  SEC_E_INSUFFICIENT_MEMORY,
  SEC_E_INVALID_TOKEN,
  SEC_E_UNSUPPORTED_FUNCTION,
} from "../sspi/security-status.ts";
import { parseApplicationProtocols } from "./application-protocols.ts";

const NO_BYTES = new Uint8Array(0);

/** Options that must not be ignored silently. */
const UNSUPPORTED_OPTIONS: readonly number[] = [
  SECBUFFER_PRESHARED_KEY,
  SECBUFFER_PRESHARED_KEY_IDENTITY,
  SECBUFFER_SEND_GENERIC_TLS_EXTENSION,
  SECBUFFER_SUBSCRIBE_GENERIC_TLS_EXTENSION,
  SECBUFFER_SRTP_PROTECTION_PROFILES,
  SECBUFFER_TRAFFIC_SECRETS,
];

/** The bytes that count of a buffer, as a view; null if `cbBuffer` does not fit its memory. */
export function checkedBytes(buffer: SecBuffer): Uint8Array | null {
  const { cbBuffer } = buffer;
  const length = buffer.pvBuffer?.length ?? 0;
  const fits = Number.isInteger(cbBuffer) && cbBuffer >= 0 && cbBuffer <= length;
  return fits ? toUint8Array(buffer.bytes) : null;
}

export interface HandshakeInput {
  /** Content of TOKEN; empty if there is none. */
  readonly bytes: Uint8Array;
  /** First EMPTY, for MISSING or EXTRA. */
  readonly spare: SecBuffer | null;
}

/** Input of a handshake call. Refuses an EMPTY buffer with a size, and memory that is too short. */
export function handshakeInput(input: SecBufferDesc | null): HandshakeInput {
  if (input === null) return { bytes: NO_BYTES, spare: null };
  checkVersion(input, "input");
  let bytes: Uint8Array | null = null;
  let spare: SecBuffer | null = null;
  for (const buffer of input.pBuffers) {
    const type = bufferType(buffer.BufferType);
    if (type === SECBUFFER_TOKEN && bytes === null) {
      bytes = checkedBytes(buffer);
      if (bytes === null) badBuffer(`the input TOKEN cannot be used: ${buffer.fault}`);
    } else if (type === SECBUFFER_EMPTY) {
      if (buffer.cbBuffer !== 0) badBuffer("an EMPTY input buffer has a size");
      if (!isReadOnly(buffer.BufferType)) spare ??= buffer;
    }
  }
  return { bytes: bytes ?? NO_BYTES, spare };
}

/** ALPN protocols of the first call, and a refusal of options that are not built. */
export function firstCallProtocols(input: SecBufferDesc | null): readonly string[] {
  let protocols: readonly string[] | null = null;
  for (const buffer of input?.pBuffers ?? []) {
    const type = bufferType(buffer.BufferType);
    if (UNSUPPORTED_OPTIONS.includes(type)) {
      refuse(
        SEC_E_UNSUPPORTED_FUNCTION,
        "NotBuilt",
        `input buffers of type ${type} (PSK, raw extensions, SRTP, QUIC) are not built; sealwire.preSharedKey takes an external PSK`,
      );
    }
    if (type === SECBUFFER_APPLICATION_PROTOCOLS && protocols === null) {
      const bytes = checkedBytes(buffer);
      if (bytes === null)
        badBuffer(`SECBUFFER_APPLICATION_PROTOCOLS cannot be used: ${buffer.fault}`);
      protocols = parseApplicationProtocols(bytes);
    }
  }
  return protocols ?? [];
}

/** The first EMPTY buffer receives the number of missing bytes. */
export function reportMissing(spare: SecBuffer | null, missing: number): void {
  if (spare === null) return;
  spare.BufferType = SECBUFFER_MISSING;
  spare.cbBuffer = missing;
}

/** The first EMPTY shows the tail of the input that was not taken; no copy. */
export function reportExtra(spare: SecBuffer, bytes: Uint8Array, consumed: number): void {
  spare.BufferType = SECBUFFER_EXTRA;
  spare.pvBuffer = bytes.subarray(consumed);
  spare.cbBuffer = bytes.length - consumed;
}

/** Where the output of a handshake call goes. */
export class HandshakeOutput {
  readonly token: SecBuffer;
  readonly alert: SecBuffer | null;
  readonly #allocate: boolean;

  /** Refuses arrays that cannot take a TOKEN. */
  constructor(output: SecBufferDesc | null, allocate: boolean) {
    if (output === null || output.pBuffers.length === 0) badBuffer("there is no output buffer");
    checkVersion(output, "output");
    let token: SecBuffer | null = null;
    let alert: SecBuffer | null = null;
    let empty: SecBuffer | null = null;
    for (const buffer of output.pBuffers) {
      if (isReadOnly(buffer.BufferType)) continue;
      const type = bufferType(buffer.BufferType);
      if (type === SECBUFFER_TOKEN) token ??= buffer;
      else if (type === SECBUFFER_ALERT) alert ??= buffer;
      else if (type === SECBUFFER_EMPTY && allocate) empty ??= buffer;
    }
    token ??= empty;
    if (token === null) {
      badBuffer("the output has no TOKEN buffer, and no EMPTY one that may become one");
    }
    for (const buffer of [token, alert]) {
      if (!allocate && buffer?.hasMemoryOrNone === false) {
        badBuffer(`an output buffer cannot be used: ${buffer.fault}`);
      }
    }
    if (!allocate && (token.cbBuffer === 0 || alert?.cbBuffer === 0)) {
      refuse(
        SEC_E_INSUFFICIENT_MEMORY,
        "NoRoom",
        "an output TOKEN or ALERT buffer has no room; give memory, or ask for ALLOCATE_MEMORY",
      );
    }
    this.token = token;
    this.alert = alert;
    this.#allocate = allocate;
  }

  /** True if `length` bytes fit the buffer, or memory is allocated for it. */
  fits(buffer: SecBuffer, length: number): boolean {
    if (this.#allocate || buffer.pvBuffer === null) return true;
    return length <= Math.min(buffer.cbBuffer, buffer.pvBuffer.length);
  }

  /** Moves all output of the engine into `buffer` (TOKEN or ALERT); the other one is emptied. */
  write(buffer: SecBuffer, engine: Engine): void {
    const length = engine.outputLength;
    if (this.#allocate || buffer.pvBuffer === null) {
      buffer.pvBuffer = length === 0 ? null : new Uint8Array(length);
    }
    if (buffer.pvBuffer !== null && length > 0) engine.takeOutput(buffer.pvBuffer);
    buffer.cbBuffer = length;
    if (buffer === this.token) buffer.BufferType = SECBUFFER_TOKEN;
    this.#clear(buffer === this.token ? this.alert : this.token);
  }

  /** Reports that nothing is to be sent. */
  nothing(): void {
    this.#clear(this.token);
    this.#clear(this.alert);
  }

  #clear(buffer: SecBuffer | null): void {
    if (buffer === null) return;
    buffer.cbBuffer = 0;
    if (buffer === this.token) buffer.BufferType = SECBUFFER_TOKEN;
    if (this.#allocate) buffer.pvBuffer = null;
  }
}

function checkVersion(descriptor: SecBufferDesc, which: string): void {
  if (descriptor.ulVersion !== SECBUFFER_VERSION) badBuffer(`ulVersion of the ${which} is not 0`);
}

function badBuffer(what: string): never {
  return refuse(SEC_E_INVALID_TOKEN, "BadBuffers", what);
}
