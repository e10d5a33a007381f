/**
 * The other validators: `openssl verify` (one process for all leaves of a world) and Go's crypto/x509 (one process for all).
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toPem } from "../../src/pki/files/pem.ts";
import { ROOT } from "../support/data.ts";
import { NOON } from "./certificate-maker.ts";
import { HOST, type World } from "./chain-generator.ts";

/** Null: accepted; else why not. */
export type Answer = string | null;

const SECONDS = Math.floor(NOON.getTime() / 1000);
const pem = (ders: readonly Uint8Array[], label = "CERTIFICATE"): string =>
  ders.map((der) => toPem(label, der)).join("");

/** Answers of crypto/x509, for each leaf of each world. */
export function goAnswers(worlds: readonly World[]): Answer[][] {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-go-"));
  try {
    const program = join(folder, "judge");
    const sources = join(ROOT, "test/pki/peers/go");
    execFileSync("go", ["build", "-o", program, "."], { cwd: sources, stdio: "pipe" });
    const base64 = (ders: readonly Uint8Array[]): string[] =>
      ders.map((der) => Buffer.from(der).toString("base64"));
    const input = worlds.flatMap(({ roots, intermediates, leaves, name = HOST }) =>
      leaves.map(({ der }) =>
        JSON.stringify({
          Roots: base64(roots),
          Chain: base64([der, ...intermediates]),
          Name: name,
          Time: SECONDS,
        }),
      ),
    );
    const { stdout, status, stderr } = spawnSync(program, {
      input: `${input.join("\n")}\n`,
      maxBuffer: 2 ** 28,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the Go judge failed: ${stderr}`);
    const lines = stdout.trimEnd().split("\n");
    if (lines.length !== input.length) throw new Error("the Go judge did not answer everything");
    const answers = lines.map((line) => (line === "ok" ? null : line));
    return worlds.map(({ leaves }) => answers.splice(0, leaves.length));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers of `openssl verify`, two processes at a time. */
export async function opensslAnswers(worlds: readonly World[]): Promise<Answer[][]> {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-openssl-"));
  try {
    const answers: Answer[][] = [];
    const next = worlds.entries();
    const worker = async (name: string): Promise<void> => {
      for (const [index, world] of next) answers[index] = await opensslWorld(folder, name, world);
    };
    await Promise.all([worker("a"), worker("b")]);
    return answers;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function opensslWorld(folder: string, name: string, world: World): Promise<Answer[]> {
  const file = (what: string, ders: readonly Uint8Array[], label?: string): string => {
    const path = join(folder, `${name}-${what}.pem`);
    writeFileSync(path, pem(ders, label));
    return path;
  };
  const { crls = [], name: hostName = HOST } = world;
  const roots = file("roots", world.roots);
  const untrusted = file("untrusted", world.intermediates);
  const leaves = world.leaves.map(({ der }, index) => file(`leaf${index}`, [der]));
  const parameters = [
    ...["verify", "-CAfile", roots, "-no-CApath", "-no-CAstore", "-attime", String(SECONDS)],
    ...(world.intermediates.length > 0 ? ["-untrusted", untrusted] : []),
    ...(crls.length > 0 ? ["-crl_check_all", "-CRLfile", file("crls", crls, "X509 CRL")] : []),
    ...["-purpose", "sslserver", "-policy_check"],
    ...[isIP(hostName) > 0 ? "-verify_ip" : "-verify_hostname", hostName],
    ...leaves,
  ];
  const { stdout, stderr } = await run("openssl", parameters);
  let text = stderr;
  return leaves.map((leaf) => {
    if (stdout.includes(`${leaf}: OK`)) return null;
    const end = `error ${leaf}: verification failed`;
    const at = text.indexOf(end);
    const own = at < 0 ? stderr : text.slice(0, at);
    if (at >= 0) text = text.slice(at + end.length);
    return own.match(/error \d+ at .*/g)?.join("; ") ?? own.trim();
  });
}

function run(
  command: string,
  parameters: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(command, parameters, (error, stdout, stderr) => {
      // A refusal is status 2; anything that is no number did not run.
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ stdout, stderr });
    });
  });
}
