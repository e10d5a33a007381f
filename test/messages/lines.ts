/**
 * A program that is talked to in lines.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const LIMIT_MS = 20_000;

export interface Lines {
  send(line: string): void;
  /** The next line of the program that matches; others are left out. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  end(): void;
}

export function program(
  command: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Lines {
  const child = spawn(command, parameters, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const seen: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => seen.push(text));
  child.stdin.on("error", () => seen.push("(its input is closed)"));
  const reader = createInterface({ input: child.stdout });
  const lines = reader[Symbol.asyncIterator]();
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  return {
    send: (line) => void child.stdin.write(`${line}\n`),
    async until(pattern) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) {
          throw new Error(`${command} has ended before ${pattern}: ${seen.join("\n")}`);
        }
        seen.push(value);
        const found = pattern.exec(value);
        if (found !== null) return found;
      }
    },
    end() {
      clearTimeout(timer);
      reader.close();
      child.kill("SIGKILL");
    },
  };
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** A packet behind its length, four bytes, as SASL frames it. */
export function framed(packet: Uint8Array): Uint8Array {
  const whole = new Uint8Array(4 + packet.length);
  new DataView(whole.buffer).setUint32(0, packet.length);
  whole.set(packet, 4);
  return whole;
}

export function unframed(whole: Uint8Array): Uint8Array {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  if (length !== whole.length - 4)
    throw new Error(`a length of ${length} before ${whole.length - 4} bytes`);
  return whole.subarray(4);
}
