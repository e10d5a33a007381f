/**
 * Other people's programs over sealwire/node: their packages from this folder, a certificate in files, node:tls's
 * `connect` swapped for ours in programs that offer no other way.
 */

import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as ours from "../../src/node.ts";
import { OWN, type VERSIONS } from "../node/kit.ts";

const load = createRequire(resolve("test/programs/package.json"));

/** A package of this folder's lock file. */
export function program<Shape>(name: string): Shape {
  try {
    return load(name) as Shape;
  } catch (cause) {
    throw new Error(`${name} is not installed: npm ci --prefix test/programs`, { cause });
  }
}

/** Only one version, for both sides. */
export const inVersion = (
  version: (typeof VERSIONS)[number],
): { minVersion: typeof version; maxVersion: typeof version } => ({
  minVersion: version,
  maxVersion: version,
});

let folder: string | null = null;

/** A folder for this run, removed at its end. */
export function temporary(): string {
  if (folder === null) {
    const made = mkdtempSync(join(tmpdir(), "sealwire-programs-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    writeFileSync(join(made, "cert.pem"), OWN.cert);
    writeFileSync(join(made, "key.pem"), OWN.key);
    folder = made;
  }
  return folder;
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/**
 * Runs `use` with node:tls's `connect` swapped for ours, for packages that call it by themselves.
 * @returns sockets of ours that were made
 */
export async function swapped(use: () => Promise<void>): Promise<ours.SecureSocket[]> {
  const tls = load("node:tls") as { connect: unknown };
  const { connect } = tls;
  const made: ours.SecureSocket[] = [];
  tls.connect = (...given: Parameters<typeof ours.connect>) => {
    const socket = ours.connect(...given);
    made.push(socket);
    return socket;
  };
  try {
    await use();
  } finally {
    tls.connect = connect;
  }
  return made;
}

/** The folder of PostgreSQL's programs, the newest version. */
export function postgresFolder(): string {
  const root = "/usr/lib/postgresql";
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return join(root, newest ?? "", "bin");
}
