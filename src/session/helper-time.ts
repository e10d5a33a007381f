/**
 * The time limit of what a caller's function or store promised. The SSPI functions have no clock and never wait; the
 * adapters that stand on them have this one.
 */
import type { SealwireOptions } from "../schannel/credential-types.ts";
import { runtime } from "./runtime.ts";

/** Milliseconds for an answer that is needed, unless the caller sets another limit: a person may be asked. */
export const MAX_HELPER_TIME = 120_000;
/** Milliseconds at most for what can be done without; never more than half of the limit. */
const MAX_OPTIONAL_TIME = 10_000;

/**
 * @param timeout milliseconds; 0: no limit
 * @param names the adapter's name of a helper, where that is another name
 */
export function patienceOf(
  timeout: number,
  names: Readonly<Record<string, string>> = {},
): NonNullable<SealwireOptions["patience"]> {
  return (answer, helper, optional) => {
    if (timeout === 0) return answer;
    const limit = optional ? Math.min(timeout / 2, MAX_OPTIONAL_TIME) : timeout;
    const from = names[helper] === undefined ? "" : ` from ${names[helper]}`;
    return new Promise((resolve, reject) => {
      const timer = runtime.setTimeout(
        () => reject(new Error(`no answer came${from} within ${limit} ms (helperTimeout)`)),
        limit,
      );
      // In Node what is waited for keeps the process, not the clock.
      (timer as { unref?: () => void }).unref?.();
      answer.then(resolve, reject).finally(() => runtime.clearTimeout(timer));
    });
  };
}
