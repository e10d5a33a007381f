/**
 * How a command fails: one clear line on stderr and an exit status (0 done, 1 TLS or transport failure, 2 usage).
 */
import { printable } from "./terminal.ts";

/** Exit statuses of every command. */
export const ExitCode = { Done: 0, Failure: 1, Usage: 2 } as const;

/** A failure whose message is for the person at the terminal: what failed, and what to do about it. */
export class CliError extends Error {
  override readonly name: string = "CliError";
  readonly exitCode: number = ExitCode.Failure;
  /** What machines may want to know beside the message: members of the JSON form. */
  readonly members: Readonly<Record<string, string | null>>;

  constructor(message: string, members: Readonly<Record<string, string | null>> = {}) {
    super(message);
    this.members = members;
  }
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
  ENOTDIR: "a part of its path is a file, not a folder",
  EISDIR: "that is a folder, a file is expected",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EHOSTUNREACH: "there is no way to that host; check the address and the network",
  ENETUNREACH: "there is no way to that network; check the address, or -4 and -6",
  EADDRNOTAVAIL: "this machine has no such address",
  EPIPE: "the peer closed the connection while we were writing",
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
  // Several addresses were tried, each with a failure of its own.
  const { errors } = error as { readonly errors?: readonly Error[] };
  const said =
    error.message === "" && errors !== undefined
      ? errors.map(({ message }) => message).join(", ")
      : error.message;
  const text = printable(said.split("\n")[0] ?? "");
  return advice === undefined ? text : `${text}: ${advice}`;
}
