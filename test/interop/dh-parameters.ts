/**
 * The groups of RFC 7919 as PEM of Diffie-Hellman parameters, for peers whose TLS 1.2 servers take them so.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made = new Map<string, string>();
let folder: string | null = null;

/** PEM of "ffdhe2048" and its kin. */
export function dhParameters(group: string): string {
  const found =
    made.get(group) ??
    execFileSync(
      "openssl",
      ["genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", `group:${group}`],
      { encoding: "utf8", stdio: "pipe" },
    );
  made.set(group, found);
  return found;
}

/** Path of a file that holds `dhParameters(group)`. */
export function dhParametersFile(group: string): string {
  if (folder === null) {
    const own = mkdtempSync(join(tmpdir(), "sealwire-dh-"));
    process.on("exit", () => rmSync(own, { recursive: true, force: true }));
    folder = own;
  }
  const path = join(folder, `${group}.pem`);
  writeFileSync(path, dhParameters(group));
  return path;
}
