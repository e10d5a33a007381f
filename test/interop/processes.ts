/**
 * Programs of others as child processes: started on free loopback ports, watched until they are ready, ended by their
 * own id when the test run ends, whatever happens.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_LIMIT_MS = 15_000;
const RUN_LIMIT_MS = 60_000;

const running = new Set<ChildProcess>();

/** Kills what still runs: a test that failed leaves its programs, and they would keep the run alive. */
export function stopAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

const folders: string[] = [];

process.on("exit", () => {
  stopAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export interface Program {
  readonly child: ChildProcess;
  /** Everything that was written to stdout and stderr so far. */
  output(): string;
  /** The next `length` bytes of stdout, as soon as they are there. */
  read(length: number, limitMs?: number): Promise<Buffer>;
  /** Resolves with the match as soon as the output behind `from` matches; refuses when the program ends or time is up. */
  until(pattern: RegExp, limitMs?: number, from?: number): Promise<RegExpExecArray>;
  /** Resolves with the exit status. */
  ended(limitMs?: number): Promise<number | null>;
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>;
}

/** A new folder that is gone when the test run ends. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sealwire-${purpose}-`));
  folders.push(folder);
  return folder;
}

/** Names for new files in such a folder. */
export function temporaryFiles(purpose: string): () => string {
  const folder = temporaryFolder(purpose);
  let files = 0;
  return () => join(folder, String(files++));
}

/** True if a command can be run on this machine. In CI a peer that is missing is an error. */
export function hasCommand(command: string, ...parameters: string[]): boolean {
  try {
    execFileSync(command, parameters, { stdio: "ignore", timeout: START_LIMIT_MS });
    return true;
  } catch (error) {
    if (process.env["CI"]) throw new Error(`${command} is missing: ${String(error)}`);
    return false;
  }
}

/** First line of what a command prints about itself. */
export function versionLine(command: string, ...parameters: string[]): string {
  const text = execFileSync(command, parameters, { encoding: "utf8", timeout: START_LIMIT_MS });
  return text.split("\n")[0]?.trim() ?? "";
}

/** Starts a program; its output is kept as text, one character per byte. `environment` is added to ours. */
export function start(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const env = { ...process.env, ...environment };
  const child = spawn(command, parameters, { stdio: "pipe", env });
  running.add(child);
  let text = "";
  let over: string | null = null;
  const watchers = new Set<() => void>();
  const notify = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const collect = (bytes: Buffer): void => {
    text += bytes.toString("latin1");
    notify();
  };
  let unread: Buffer[] = [];
  let unreadLength = 0;
  child.stdout.on("data", (bytes: Buffer) => {
    unread.push(bytes);
    unreadLength += bytes.length;
    collect(bytes);
  });
  child.stderr.on("data", collect);
  // A peer that has gone away is found out by what it did not say.
  child.stdin.on("error", () => {});
  child.on("error", (error) => {
    over = error.message;
    running.delete(child);
    notify();
  });
  child.on("close", (code, signal) => {
    over = `ended with ${code ?? signal}`;
    running.delete(child);
    notify();
  });

  const wait = <T>(what: string, limitMs: number, look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        watchers.delete(watcher);
      };
      const refuse = (why: string): void => {
        finish();
        reject(new Error(`${command}: ${what}: ${why}\n${text.slice(-2000)}`));
      };
      const watcher = (): void => {
        const found = look();
        if (found !== undefined) {
          finish();
          resolve(found);
        } else if (over !== null) refuse(over);
      };
      const timer = setTimeout(() => refuse(`nothing within ${limitMs} ms`), limitMs);
      watchers.add(watcher);
      watcher();
    });

  return {
    child,
    output: () => text,
    until: (pattern, limitMs = START_LIMIT_MS, from = 0) =>
      wait(`waiting for ${pattern}`, limitMs, () => pattern.exec(text.slice(from)) ?? undefined),
    read: (length, limitMs = RUN_LIMIT_MS) =>
      wait(`waiting for ${length} bytes`, limitMs, () => {
        if (unreadLength < length) return undefined;
        const all = Buffer.concat(unread);
        unread = [all.subarray(length)];
        unreadLength -= length;
        return all.subarray(0, length);
      }),
    ended: (limitMs = RUN_LIMIT_MS) =>
      wait("waiting for its end", limitMs, () =>
        over === null ? undefined : { code: child.exitCode },
      ).then(({ code }) => code),
    stop: async () => {
      if (over !== null) return;
      child.kill("SIGKILL");
      await wait("stopping", START_LIMIT_MS, () => (over === null ? undefined : true));
    },
  };
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}
