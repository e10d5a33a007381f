/**
 * NTLMSSP_MESSAGE_SIGNATURE ([MS-NLMP] 2.2.2.9): 16 bytes, whose last four are the number of the message.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { LittleEndianView, u32le } from "../bytes/little-endian.ts";
import type { MessageBuffers, MessageFunction } from "../message/buffers.ts";
import { refuse } from "../sspi/refusal.ts";
import type { SecBuffer } from "../sspi/sec-buffer.ts";
import { SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE } from "../sspi/security-status.ts";

export const SIGNATURE_LENGTH = 16;
const NUMBER_OFFSET = 12;
const VERSION = 1;

/** What is signed without a key: ALWAYS_SIGN alone was negotiated. */
export const CONSTANT_SIGNATURE: Uint8Array = /* @__PURE__ */ constantSignature();

function constantSignature(): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_LENGTH);
  signature[0] = VERSION;
  return signature;
}

/** Version, eight bytes, number. */
export function signature(checksum: Uint8Array, number: Uint8Array): Uint8Array {
  return concat(u32le(VERSION), checksum, number);
}

/** The signature that came, and the part of the message that it is for. */
export interface Received {
  readonly token: Uint8Array;
  /** Encrypted data, to be decrypted in place. */
  readonly sealed: readonly Uint8Array[];
  /** What the signature covers, in order. */
  readonly signed: readonly Uint8Array[];
}

/**
 * TOKEN and DATA, or STREAM, of a message.
 * @param coversReadOnly with extended session security plain READONLY buffers are signed too
 */
export function received(message: MessageBuffers, coversReadOnly: boolean): Received {
  const { stream, data } = message;
  if (stream !== null && message.token === null) {
    const { bytes } = stream;
    if (bytes.length < SIGNATURE_LENGTH) altered(message.call, "the stream is too short");
    const body = bytes.subarray(SIGNATURE_LENGTH);
    return { token: bytes.subarray(0, SIGNATURE_LENGTH), sealed: [body], signed: [body] };
  }
  const { bytes: token } = message.neededToken();
  if (data.length === 0) message.neededData();
  if (token.length !== SIGNATURE_LENGTH) {
    altered(message.call, `the signature has ${token.length} bytes, not ${SIGNATURE_LENGTH}`);
  }
  return { token, ...parts(message, coversReadOnly) };
}

/** DATA buffers that are encrypted, and those that are signed. */
export function parts(
  { data }: MessageBuffers,
  coversReadOnly: boolean,
): Pick<Received, "sealed" | "signed"> {
  return {
    sealed: data.filter(({ writable }) => writable).map(({ bytes }) => bytes),
    signed: data.filter(({ checked }) => checked || coversReadOnly).map(({ bytes }) => bytes),
  };
}

/** TOKEN with room for a signature. */
export function tokenFor(message: MessageBuffers): SecBuffer {
  const token = message.neededToken();
  message.neededData();
  message.reserve(token, SIGNATURE_LENGTH, "TOKEN");
  return token;
}

/**
 * Refuses a version or a number that is not the next one.
 * @throws Refusal SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE
 */
export function checkNumber(call: MessageFunction, token: Uint8Array, number: number): void {
  const view = new LittleEndianView(token, "the signature");
  if (view.u32(0) !== VERSION) altered(call, `the version of the signature is ${view.u32(0)}`);
  const found = view.u32(NUMBER_OFFSET);
  if (found !== number) outOfSequence(call, found, number);
}

/** Refuses a number. */
export function outOfSequence(call: MessageFunction, found: number, number: number): never {
  return refuse(
    SEC_E_OUT_OF_SEQUENCE,
    "OutOfSequence",
    `${call}: message ${found} came, and message ${number} was next: one was lost, repeated or moved`,
  );
}

/** Refuses a message that someone changed. */
export function altered(call: MessageFunction, what = "the signature is wrong"): never {
  return refuse(SEC_E_MESSAGE_ALTERED, "MessageAltered", `${call}: ${what}`);
}
