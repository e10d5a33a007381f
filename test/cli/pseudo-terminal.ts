/**
 * Commands in a terminal of tmux, so many columns wide: what stands on its screen when they are over.
 */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** A server of its own: nobody's sessions are touched, and nobody's settings hold. */
const SERVER = `sealwire-test-${process.pid}`;
const ROWS = "400";
const LIMIT_MS = 60_000;
const LOOK_MS = 50;

let begun: Promise<unknown> | null = null;
let count = 0;

/** @throws Error if there is no tmux: see PEERS in `.ci/run` */
async function tmux(...parameters: readonly string[]): Promise<{ readonly stdout: string }> {
  if (begun === null) {
    // The server ends with its last session; this one stays.
    begun = command("new-session", "-d", "-s", "keeper", "exec sleep 3600");
    process.on("exit", () => {
      try {
        execFileSync("tmux", ["-L", SERVER, "kill-server"], { stdio: "ignore" });
      } catch {
        // There is none.
      }
    });
  }
  await begun;
  return command(...parameters);
}

function command(...parameters: readonly string[]): Promise<{ readonly stdout: string }> {
  const environment: NodeJS.ProcessEnv = { PATH: process.env["PATH"], LANG: "C.UTF-8" };
  return run("tmux", ["-u", "-L", SERVER, "-f", "/dev/null", ...parameters], { env: environment });
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export interface TerminalCommand {
  readonly columns: number;
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A file of the folder that stdin is; null: it ends at once. */
  readonly stdin: string | null;
  /** What is typed when a text is seen. */
  readonly typing: { readonly after: string; readonly keys: string } | null;
  /** Called over and over with what is seen, until the command is over. */
  readonly watch: ((screen: string) => void) | null;
}

export interface Screen {
  readonly text: string;
  readonly status: number;
  /** Lines that were longer than the terminal, which broke them. */
  readonly broken: readonly string[];
}

/** Runs a command to its end. */
export async function inTerminal(command: TerminalCommand): Promise<Screen> {
  const { columns, words, folder, environment, stdin, typing, watch } = command;
  const session = `s${++count}`;
  const line = `${words.map(quoted).join(" ")} <${stdin === null ? "/dev/null" : quoted(stdin)}`;
  const given = Object.entries({ ...environment, LANG: "C.UTF-8" }).flatMap(([name, value]) => [
    ...["-e", `${name}=${value}`],
  ]);
  const place = ["-x", String(columns), "-y", ROWS, "-c", folder];
  const over = 'printf "\\nexit status %s\\n" "$?"; exec sleep 600';
  await tmux("new-session", "-d", "-s", session, ...place, ...given, `${line}; ${over}`);
  try {
    const capture = async (...more: string[]): Promise<string> =>
      (await tmux("capture-pane", "-p", "-S", "-", "-t", `${session}:`, ...more)).stdout;
    const end = Date.now() + LIMIT_MS;
    let isTyped = typing === null;
    for (;;) {
      const screen = await capture();
      watch?.(screen);
      if (!isTyped && screen.includes(typing?.after ?? "")) {
        isTyped = true;
        await tmux("send-keys", "-t", `${session}:`, "-l", typing?.keys ?? "");
        await tmux("send-keys", "-t", `${session}:`, "Enter");
      }
      const [, status] = /^exit status (\d+)$/m.exec(screen) ?? [];
      if (status !== undefined) {
        const whole = trimmed(await capture("-J"));
        const text = trimmed(screen);
        const shown = new Set(text.split("\n"));
        return {
          text: `${text}\n`,
          status: Number(status),
          broken: whole.split("\n").filter((one) => !shown.has(one)),
        };
      }
      if (Date.now() > end) throw new Error(`${words.join(" ")} did not end:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } finally {
    await tmux("kill-session", "-t", session);
  }
}

/** Without blanks at the ends of lines, and with no more than one empty line before the status. */
function trimmed(screen: string): string {
  const lines = screen.split("\n").map((line) => line.trimEnd());
  return lines
    .join("\n")
    .replace(/\n+(?=exit status \d+\n*$)/, "\n")
    .trim();
}
