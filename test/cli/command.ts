/**
 * The command line as a child process, as people start it: what it wrote, and its exit status.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, start } from "../interop/processes.ts";
import { ROOT } from "../support/data.ts";

const MAIN = join(ROOT, "build/src/cli/main.js");
const LIMIT_MS = 30_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** Written to stdin, which then ends; absent: stdin ends at once. */
  readonly input?: string | Uint8Array;
  /** Variables of the environment beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. */
export function sealwire(
  parameters: readonly string[],
  { input, environment }: Surroundings = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...parameters], {
      stdio: "pipe",
      env: { PATH: process.env["PATH"] ?? "", ...environment },
    });
    running.add(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`sealwire ${parameters.join(" ")} did not end\n${Buffer.concat(stderr)}`));
    }, LIMIT_MS);
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
    // A command that ends early does not read what is left.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(timer);
      running.delete(child);
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ status, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

export interface ServeProgram extends Program {
  readonly port: number;
}

/** Starts `sealwire serve 0` and waits until it listens. */
export async function serve(...parameters: readonly string[]): Promise<ServeProgram> {
  const program = start(process.execPath, [MAIN, "serve", "0", ...parameters]);
  const [, port] = await program.until(/listening on 127\.0\.0\.1:(\d+)|"port":(\d+)/);
  const [, alternative] = /"port":(\d+)/.exec(program.output()) ?? [];
  return { ...program, port: Number(port ?? alternative) };
}

/** A folder for the files of a test file; removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-cli-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
