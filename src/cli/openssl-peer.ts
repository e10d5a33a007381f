/**
 * OpenSSL's command line as the demo's peer: `openssl s_server` that sends back what it decrypted, and `openssl
 * s_client`. What OpenSSL itself saw is read from its message log.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { CliError } from "./cli-error.ts";

export interface OpensslProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Alerts that OpenSSL says it received, in order: "fatal handshake_failure". */
  alertsReceived(): readonly string[];
  /** Resolves when the process has gone. */
  readonly ended: Promise<void>;
  stop(): void;
}

export interface ServerFiles {
  readonly certificate: string;
  readonly key: string;
}

/** "OpenSSL 3.0.19", or null where there is no openssl. */
export function opensslVersion(): string | null {
  try {
    const text = execFileSync("openssl", ["version"], { encoding: "utf8", stdio: "pipe" });
    return text.split(" ").slice(0, 2).join(" ").trim();
  } catch {
    return null;
  }
}

/** OpenSSL with a folder of its own for certificates and logs. */
export class Openssl {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "sealwire-demo-"));
  readonly #children = new Set<ChildProcess>();
  #logs = 0;

  /** Starts a server that sends everything back; it listens soon after. */
  serve(port: number, version: string, files: ServerFiles): OpensslProcess {
    const peer = this.#start([
      ...["s_server", "-quiet", "-accept", `127.0.0.1:${port}`, versionFlag(version)],
      ...["-cert", this.#file("server.pem", files.certificate)],
      ...["-key", this.#file("server.key", files.key)],
    ]);
    peer.stdout.pipe(peer.stdin);
    return peer;
  }

  /**
   * Starts a client; what is written to its stdin goes to the server, what the server says comes out of stdout. It
   * resumes the session of the one before.
   */
  connect(port: number, version: string, name: string, authority: string): OpensslProcess {
    const session = join(this.#folder, `session-${port}`);
    return this.#start([
      ...["s_client", "-quiet", "-connect", `127.0.0.1:${port}`, versionFlag(version)],
      ...["-servername", name, "-verify_return_error", "-CAfile", this.#file("ca.pem", authority)],
      ...["-sess_out", session, ...(existsSync(session) ? ["-sess_in", session] : [])],
    ]);
  }

  /** Ends what still runs and removes the folder. */
  dispose(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  #start(parameters: readonly string[]): OpensslProcess {
    const log = join(this.#folder, `messages-${this.#logs++}`);
    const child = spawn("openssl", [...parameters, "-msg", "-msgfile", log], { stdio: "pipe" });
    this.#children.add(child);
    // Bytes for a peer that has gone are lost; the missing answer tells.
    child.stdin.on("error", () => {});
    child.stderr.resume();
    const ended = new Promise<void>((resolve) => {
      const gone = (): void => {
        this.#children.delete(child);
        resolve();
      };
      child.once("close", gone);
      child.once("error", gone);
    });
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      ended,
      alertsReceived: () => readAlerts(log),
      stop: () => child.kill("SIGKILL"),
    };
  }
}

function versionFlag(version: string): string {
  const flag = { "TLS 1.2": "-tls1_2", "TLS 1.3": "-tls1_3" }[version];
  if (flag === undefined) throw new CliError(`openssl is not asked for ${version}`);
  return flag;
}

/** Lines such as "<<< TLS 1.3, Alert [length 0002], fatal handshake_failure". */
function readAlerts(file: string): string[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.flatMap((line) => /^<<< .*Alert \[.*\], (.+)$/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}
