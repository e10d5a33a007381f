/**
 * Runs seeds in a worker thread and reports what was not well; also whatever nobody caught.
 */
import { parentPort, workerData } from "node:worker_threads";
import { chaoticSession } from "./session.ts";

export interface Task {
  readonly first: number;
  readonly last: number;
  readonly atOnce: number;
}

export interface Result {
  readonly faults: string[];
  whole: number;
  struck: number;
  sessions: number;
  /** Open handles that keep the process alive, when all is done. */
  handles: string[];
}

async function run({ first, last, atOnce }: Task): Promise<Result> {
  const result: Result = { faults: [], whole: 0, struck: 0, sessions: 0, handles: [] };
  process.on("unhandledRejection", (reason) => result.faults.push(`unhandled: ${String(reason)}`));
  process.on("uncaughtException", (error) => result.faults.push(`uncaught: ${String(error)}`));
  let seed = first;
  const lane = async (): Promise<void> => {
    while (seed <= last) {
      const mine = seed++;
      const report = await chaoticSession(mine);
      result.sessions++;
      if (report.whole) result.whole++;
      if (report.struck) result.struck++;
      result.faults.push(...report.faults.map((fault) => `seed ${mine}: ${fault}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  // Timers of pipes that were stalled run out by themselves within milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 50));
  result.handles = process.getActiveResourcesInfo().filter((name) => name !== "MessagePort");
  return result;
}

parentPort?.postMessage(await run(workerData as Task));
