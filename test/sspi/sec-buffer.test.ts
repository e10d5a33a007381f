/**
 * SecBuffer: what its members tell of memory that it was given whole, or in part without a view.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SECBUFFER_DATA } from "../../src/sspi/buffer-types.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";

const buffers = suite("sspi: SecBuffer");

const MEMORY = Uint8Array.from({ length: 20 }, (_, i) => i);

/** What `locate` tells. */
function located(buffer: SecBuffer): { memory: Uint8Array; start: number; length: number } {
  const found = { memory: new Uint8Array(1), start: 9, length: 9 };
  buffer.locate(found);
  return found;
}

buffers(
  "whole memory is the memory itself; cbBuffer counts all of it unless said otherwise",
  () => {
    const whole = new SecBuffer(SECBUFFER_DATA, MEMORY);
    assert.is(whole.pvBuffer, MEMORY);
    assert.is(whole.cbBuffer, 20);
    const less = new SecBuffer(SECBUFFER_DATA, MEMORY, 3);
    assert.is(less.pvBuffer, MEMORY);
    assert.equal([...less.bytes], [0, 1, 2]);
    assert.equal(located(less), { memory: MEMORY, start: 0, length: 20 });
  },
);

buffers("a part is seen as a view that is made once, and told without one", () => {
  const part = new SecBuffer(SECBUFFER_DATA);
  part.show(MEMORY, 4, 6);
  assert.equal(located(part), { memory: MEMORY, start: 4, length: 6 });
  assert.is(part.cbBuffer, 6);
  const view = part.pvBuffer;
  assert.equal([...(view ?? [])], [4, 5, 6, 7, 8, 9]);
  assert.is(view?.buffer, MEMORY.buffer);
  assert.is(part.pvBuffer, view);
  part.cbBuffer = 2;
  assert.equal([...part.bytes], [4, 5]);
  assert.is(located(part).length, 6, "the memory is what it was");
});

buffers("memory that is set later replaces a part; none is empty", () => {
  const part = new SecBuffer(SECBUFFER_DATA);
  part.show(MEMORY, 4, 6);
  const other = new Uint8Array(2);
  part.pvBuffer = other;
  assert.is(part.pvBuffer, other);
  assert.equal(located(part), { memory: other, start: 0, length: 2 });
  part.pvBuffer = null;
  assert.is(part.pvBuffer, null);
  assert.is(part.bytes.length, 0);
  assert.is(located(part).length, 0);
});

buffers.run();
