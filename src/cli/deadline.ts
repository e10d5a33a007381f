/**
 * Time limits: nothing that waits for a peer waits for ever.
 */
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError } from "./cli-error.ts";

const DEFAULT_SECONDS = 10;

export const TIMEOUT_OPTION: OptionRow = {
  name: "timeout",
  value: "SECONDS",
  help: `longest wait for connecting, for STARTTLS and for the handshake (default ${DEFAULT_SECONDS}; 0: no limit)`,
};

/** The limit of --timeout in milliseconds; null: none. */
export function timeoutOf(given: Arguments): number | null {
  const seconds = given.number(TIMEOUT_OPTION.name, 0) ?? DEFAULT_SECONDS;
  return seconds === 0 ? null : 1000 * seconds;
}

/** "10 s" */
export const inSeconds = (ms: number): string => `${ms / 1000} s`;

/**
 * The result of `work`, or a failure when it takes longer.
 * @param late what is said then; called at that time
 */
export async function within<T>(
  ms: number | null,
  work: Promise<T>,
  late: () => string,
): Promise<T> {
  if (ms === null) return work;
  // Whoever gave up does not hear of what happens later.
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CliError(late(), { reason: "Timeout" })), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
