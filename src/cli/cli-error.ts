/**
 * How a command fails: one clear line on stderr and an exit status (0 done, 1 TLS or transport failure, 2 usage).
 */

/** Exit statuses of every command. */
export const ExitCode = { Done: 0, Failure: 1, Usage: 2 } as const;

/** A failure whose message is for the person at the terminal: what failed, and what to do about it. */
export class CliError extends Error {
  override readonly name: string = "CliError";
  readonly exitCode: number = ExitCode.Failure;
}

/** The command was called wrongly. */
export class UsageError extends CliError {
  override readonly name = "UsageError";
  override readonly exitCode: number = ExitCode.Usage;
}

/** What to do about the system errors that people meet most. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; check host and port",
  ENOTFOUND: "the name does not resolve; check its spelling",
  EAI_AGAIN: "the name server does not answer; check the network",
  ETIMEDOUT: "the host does not answer; check host, port and firewall",
  ECONNRESET: "the peer cut the connection; does it speak TLS on this port?",
  EADDRINUSE: "another program listens there; choose another port",
  EACCES: "permission denied; choose a port above 1023 or a file that you may read",
  ENOENT: "there is no such file",
  EISDIR: "that is a folder, a file is wanted",
};

/** What to do about a system error, if we know. */
export function adviceFor(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? ADVICE[code] : undefined;
}

/** One line for any exception. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = adviceFor(error);
  const text = error.message.split("\n")[0] ?? "";
  return advice === undefined ? text : `${text}: ${advice}`;
}
