/**
 * Other people's programs over sealwire/node: their packages from this folder, a certificate in files, the names of
 * node:tls swapped for ours in programs that offer no other way.
 */

import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { OWN, VERSIONS } from "../node/kit.ts";

const load = createRequire(resolve("test/programs/package.json"));

/** A package of this folder's lock file. */
export function program<Shape>(name: string): Shape {
  try {
    return load(name) as Shape;
  } catch (cause) {
    throw new Error(`${name} is not installed: npm ci --prefix test/programs`, { cause });
  }
}

/** A package of this folder's lock file that is an ES module. */
export async function esModule<Shape>(name: string): Promise<Shape> {
  return (await import(pathToFileURL(load.resolve(name)).href)) as Shape;
}

/** Only one version, for both sides. */
export const inVersion = (version: Version): { minVersion: Version; maxVersion: Version } => ({
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

let made: ours.SecureSocket[] = [];

/** Our `connect`, which also keeps the sockets. One function for all: some packages keep it. */
const recorded = ((...given: Parameters<Connect>) => {
  const socket = ours.connect(...given);
  made.push(socket);
  return socket;
}) as Connect;

/** The sockets that `recorded` makes while `use` runs. */
async function madeBy(use: () => Promise<void>): Promise<ours.SecureSocket[]> {
  const mine: ours.SecureSocket[] = [];
  made = mine;
  await use();
  return mine;
}

export type SwappedName =
  | "connect"
  | "createSecureContext"
  | "createServer"
  | "SecureContext"
  | "Server"
  | "TLSSocket";
/** What is swapped of node:tls. Its defaults and its roots stay: ours ask node:tls for them. */
const SWAPPED: Readonly<Record<SwappedName, unknown>> = {
  connect: recorded,
  createSecureContext: ours.createSecureContext,
  createServer: ours.createServer,
  SecureContext: ours.SecureContext,
  Server: ours.Server,
  TLSSocket: ours.TLSSocket,
};

/**
 * Runs `use` with the names of node:tls swapped for ours, for packages that use them by themselves. Packages that copy
 * the names when they are loaded have to be loaded in `use`.
 * @param names those that are swapped. Default: all
 * @returns sockets of ours that `connect` made
 */
export async function swapped(
  use: () => Promise<void>,
  names: readonly SwappedName[] = Object.keys(SWAPPED) as SwappedName[],
): Promise<ours.SecureSocket[]> {
  const tls = load("node:tls") as Record<string, unknown>;
  const before = names.map((name) => [name, tls[name]] as const);
  for (const name of names) tls[name] = SWAPPED[name];
  // ES modules see the names by themselves.
  syncBuiltinESMExports();
  try {
    return await madeBy(use);
  } finally {
    for (const [name, value] of before) tls[name] = value;
    syncBuiltinESMExports();
  }
}

/** What a program is told about TLS. */
export interface Trust {
  /** The authority of the server, or nothing: then the server is not trusted. */
  readonly ca?: string;
  readonly minVersion: Version;
  readonly maxVersion: Version;
}
export type Version = (typeof VERSIONS)[number];
/** Our `connect`, for a hook that makes the socket. */
export type Connect = typeof ours.connect;

/** One way in which a program comes to its TLS socket. */
export interface Way {
  /** What the titles call it. */
  readonly name: string;
  /** All versions, unless the program's protocol says otherwise. */
  readonly versions?: readonly Version[];
  /** For each connection over TLS that one use makes: true if it resumes a session. Default: one that does not. */
  readonly resumed?: readonly boolean[];
  /** The program has a hook of its own: `use` is given our `connect` and node:tls stays as it is. */
  readonly byHook?: boolean;
  /** The names that are swapped. Default: all. */
  readonly names?: readonly SwappedName[];
  /** Connects, does its work, checks it, and leaves nothing open. Rejects when the connection fails. */
  use(trust: Trust, connect: Connect): Promise<void>;
}

/**
 * One test suite: each way works over sockets of ours in each version, and refuses a server that it does not trust.
 * @param start starts the servers; what it returns ends them
 */
export function overSealwire(
  name: string,
  start: () => Promise<() => Promise<void>>,
  ways: readonly Way[],
): { run(): void } {
  const tests = suite(`programs: ${name}`);
  // Kept and not awaited in `before`: of an error there nothing would be said.
  let started: Promise<() => Promise<void>> | null = null;
  tests.before(() => {
    started = start();
    started.catch(() => undefined);
  });
  tests.before.each(async () => {
    await started;
  });
  tests.after(async () => {
    await (await started)?.();
  });
  for (const way of ways) {
    const run = (use: Way["use"], trust: Trust): Promise<ours.SecureSocket[]> =>
      way.byHook
        ? madeBy(() => use(trust, recorded))
        : swapped(() => use(trust, recorded), way.names);
    for (const version of way.versions ?? VERSIONS) {
      tests(`${way.name}, ${version}: it does its work`, async () => {
        const made = await run(way.use, { ca: OWN.cert, ...inVersion(version) });
        const facts = made.map((socket) => ({
          version: socket.getProtocol(),
          resumed: socket.isSessionReused(),
          authorized: socket.authorized,
        }));
        assert.equal(
          facts,
          (way.resumed ?? [false]).map((resumed) => ({ version, resumed, authorized: true })),
        );
      });
      tests(`${way.name}, ${version}: a server that is not trusted is refused`, async () => {
        const made = await run(async (...given) => {
          const answer = await way.use(...given).then(
            () => "it was accepted",
            (error: unknown) => inspect(error, { depth: 8 }),
          );
          assert.match(answer, /leads to no trusted authority|DEPTH_ZERO_SELF_SIGNED_CERT/, answer);
        }, inVersion(version));
        assert.ok(made.length > 0);
        assert.ok(made.every((socket) => !socket.authorized && socket.destroyed));
      });
    }
  }
  return tests;
}

/** The folder of PostgreSQL's programs, the newest version. */
export function postgresFolder(): string {
  const root = "/usr/lib/postgresql";
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return join(root, newest ?? "", "bin");
}
