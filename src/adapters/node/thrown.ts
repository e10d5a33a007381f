/**
 * What callbacks throw, and promises where an answer is wanted at once.
 */
import { isPromise } from "node:util/types";

/** Whether the answer is a promise: nobody waits for it, so its failure is nobody's either. */
export function isPromised(answer: unknown): boolean {
  if (!isPromise(answer)) return false;
  answer.catch(() => {});
  return true;
}

/** What was thrown, or given as an error, as one. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "something that is not an Error was thrown";
  }
}
