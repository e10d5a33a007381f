/**
 * Random buffer arrays, right ones and wrong ones, and what a call did to them.
 */
import * as assert from "uvu/assert";
import * as buffer from "../../src/sspi/buffer-types.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import { type Numbers, pick, randomBytes } from "./random.ts";

const TYPES: readonly number[] = [
  ...[buffer.SECBUFFER_EMPTY, buffer.SECBUFFER_EMPTY, buffer.SECBUFFER_EMPTY],
  ...[buffer.SECBUFFER_DATA, buffer.SECBUFFER_DATA, buffer.SECBUFFER_TOKEN, buffer.SECBUFFER_TOKEN],
  ...[buffer.SECBUFFER_STREAM_HEADER, buffer.SECBUFFER_STREAM_TRAILER, buffer.SECBUFFER_ALERT],
  ...[buffer.SECBUFFER_MISSING, buffer.SECBUFFER_EXTRA, buffer.SECBUFFER_APPLICATION_PROTOCOLS],
  ...[buffer.SECBUFFER_PKG_PARAMS, buffer.SECBUFFER_PRESHARED_KEY, 99, 0x0fffffff],
];
const ATTRIBUTES = [
  buffer.SECBUFFER_READONLY,
  buffer.SECBUFFER_READONLY_WITH_CHECKSUM,
  buffer.SECBUFFER_RESERVED,
];
const BAD_COUNTS = [-1, Number.NaN, 2.5, 1e9, Number.POSITIVE_INFINITY, 3, 7];

/** Up to seven buffers of any type, memory and count; `content` is what some of them hold. */
export function randomBuffers(next: Numbers, content: Uint8Array): SecBuffer[] {
  return Array.from({ length: next(8) }, () => {
    const type = pick(next, TYPES) + (next(10) === 0 ? pick(next, ATTRIBUTES) : 0);
    const memory =
      next(4) === 0
        ? null
        : next(3) === 0
          ? content.slice()
          : randomBytes(next, pick(next, [0, 2, 4, 5, 13, 16, 17, 40]));
    return next(6) === 0
      ? new SecBuffer(type, memory, pick(next, BAD_COUNTS))
      : new SecBuffer(type, memory);
  });
}

/** A descriptor, seldom of another version, or none at all. */
export function described(next: Numbers, buffers: SecBuffer[]): SecBufferDesc | null {
  if (next(40) === 0) return null;
  const descriptor = new SecBufferDesc(buffers);
  if (next(40) === 0) descriptor.ulVersion = 1 + next(3);
  return descriptor;
}

export interface Snapshot {
  readonly type: number;
  readonly count: number;
  readonly memory: Uint8Array | null;
  readonly bytes: Uint8Array | null;
}

export const snapshot = (buffers: readonly SecBuffer[]): Snapshot[] =>
  buffers.map(({ BufferType, cbBuffer, pvBuffer }) => ({
    type: BufferType,
    count: cbBuffer,
    memory: pvBuffer,
    bytes: pvBuffer?.slice() ?? null,
  }));

const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);

/** Refuses if a call changed a buffer, or only its memory. */
export function assertUntouched(
  buffers: readonly SecBuffer[],
  before: readonly Snapshot[],
  what: string,
  memoryOnly = false,
): void {
  for (const [i, { type, count, memory, bytes }] of before.entries()) {
    const now = buffers[i] as SecBuffer;
    if (!memoryOnly) {
      assert.is(now.BufferType, type, `${what}: type of buffer ${i}`);
      assert.ok(Object.is(now.cbBuffer, count), `${what}: count of buffer ${i}`);
      assert.ok(now.pvBuffer === memory, `${what}: memory of buffer ${i}`);
    }
    assert.ok(same(memory, bytes), `${what}: bytes of buffer ${i}`);
  }
}
