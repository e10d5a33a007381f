/**
 * A hundred thousand messages each way for each layer of DIGEST-MD5, in buffers of every form; and a million random calls.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  clientOf,
  contextsOf,
  type Form,
  login,
  open,
  seal,
  serverOf,
  sspi,
} from "../digest/kit.ts";
import { numbers, pick, randomBytes } from "../support/random.ts";

const MESSAGES = 100_000;
const CALLS = 1_000_000;
const LARGEST = 100_000;
const FORMS: readonly Form[] = ["padding", "second data", "several data", "stream", "one data"];
const LAYERS = ["auth-int", "3des", "rc4", "des", "rc4-56", "rc4-40"] as const;
const checks = suite("messages: many of Digest");

function pair(layer: (typeof LAYERS)[number]): readonly [ContextHandle, ContextHandle] {
  const digest: DigestOptions = {
    maxbuf: 0xffffff,
    ...(layer === "auth-int" ? { qop: ["auth-int"] } : { ciphers: [layer], qop: ["auth-conf"] }),
  };
  return contextsOf(login({ credential: clientOf(digest) }, { credential: serverOf(digest) }));
}

for (const layer of LAYERS) {
  checks(`${layer}: ${MESSAGES} messages each way of 0 to ${LARGEST} bytes`, () => {
    const next = numbers(100_000);
    const pool = randomBytes(next, 2 * LARGEST);
    const [one, other] = pair(layer);
    for (let count = 0; count < MESSAGES; count++) {
      const length = next(64) === 0 ? next(LARGEST + 1) : next(600);
      const start = next(LARGEST);
      const data = pool.subarray(start, start + length);
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        const form = pick(next, FORMS);
        const opened = open(to, seal(from, data, form), form);
        assert.is(opened.status, status.SEC_E_OK);
        if (Buffer.compare(opened.data, data) !== 0) assert.equal(opened.data, data);
      }
    }
  });
}

checks(`${CALLS} random calls answer known statuses, and none is an exception of ours`, () => {
  const next = numbers(1_000_000);
  const known = new Set(Object.values(status).filter((value) => typeof value === "number"));
  const kinds = [0, 1, 1, 1, 2, 3, 9, 10, 14, 0x80000001, 0x10000001, 0x80000009, 0x8000000a];
  const pairs = LAYERS.map(pair);
  const packets: Uint8Array[] = [];
  for (let count = 0; count < CALLS; count++) {
    const contexts = pick(next, pairs);
    const context = pick(next, contexts);
    const buffers = Array.from({ length: next(5) }, () => {
      const old = packets.length > 0 && next(4) === 0 ? pick(next, packets).slice() : null;
      return new SecBuffer(pick(next, kinds), old ?? new Uint8Array(next(48)));
    });
    const message = next(50) === 0 ? null : new SecBufferDesc(buffers);
    const quality = next(20) === 0 ? next(3) : 0;
    const number = next(20) === 0 ? next(3) : 0;
    const answer = pick(next, [
      () => sspi.encryptMessage(context, quality, message, number),
      () => sspi.decryptMessage(context, message, number),
      () => sspi.makeSignature(context, quality, message, number),
      () => sspi.verifySignature(context, message, number),
    ])();
    assert.ok(known.has(answer) && answer !== status.SEC_E_INTERNAL_ERROR, String(answer));
    if (answer === status.SEC_E_OK && packets.length < 100) {
      packets.push(Buffer.concat(buffers.map(({ bytes }) => bytes)));
    }
  }
});

checks.run();
