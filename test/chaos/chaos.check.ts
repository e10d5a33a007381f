/**
 * Ten thousand sessions over bad transports: data intact, or exactly one clear error at each end; nothing unhandled, no
 * handle and no listener left.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Result, Task } from "./worker.ts";

const SESSIONS = 10_000;
const AT_ONCE = 24;

const chaos = suite("chaos: sessions");

function work(task: Task): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: task });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
  });
}

chaos(`${SESSIONS} seeds`, async () => {
  const workers = Math.min(availableParallelism(), 4);
  const share = Math.ceil(SESSIONS / workers);
  const tasks = Array.from({ length: workers }, (_, i) => ({
    first: 1000 + i * share,
    last: 999 + Math.min((i + 1) * share, SESSIONS),
    atOnce: AT_ONCE,
  }));
  const results = await Promise.all(tasks.map(work));
  const sum = (count: (result: Result) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const [sessions, whole, struck] = [
    sum((result) => result.sessions),
    sum((result) => result.whole),
    sum((result) => result.struck),
  ];
  console.log(`${sessions} sessions, ${struck} met with something, ${whole} came through whole`);
  assert.equal(
    results.flatMap((result) => result.faults),
    [],
  );
  assert.equal(
    results.flatMap((result) => result.handles),
    [],
  );
  assert.is(sessions, SESSIONS);
  assert.ok(struck > SESSIONS / 3);
  assert.ok(whole > SESSIONS / 3);
});

chaos.run();
