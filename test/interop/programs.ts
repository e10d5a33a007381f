/**
 * The programs that are peers: how each is built and started, and a cell's suite and groups in its words.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { HYBRID_GROUPS } from "../../src/protocol/hybrid-group.ts";
import type { HybridGroupName, NamedGroup } from "../../src/protocol/named-group.ts";
import { ROOT } from "../support/data.ts";
import type { Cell } from "./cells.ts";
import { dhParameters } from "./dh-parameters.ts";
import type { MatrixPeer } from "./matrix-peer.ts";
import { opensslGroup, opensslSuite } from "./openssl.ts";
import { temporaryFolder } from "./processes.ts";
import { type Command, programPeer, type Question } from "./program-peer.ts";
import { cannotBoringssl, cannotGo, cannotNode, cannotNss, cannotRustls } from "./reasons.ts";
import { offeredGroups } from "./run-cell.ts";

const PEERS = join(ROOT, "test/interop/peers");
const NODE_PROGRAM = join(ROOT, "build/test/interop/peers/node.js");

/** Runs a compiler in the folder of a peer's source. @throws what it has to say if it fails */
export async function build(
  [command, ...parameters]: Command,
  source: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  // The peers that are there already go on meanwhile.
  await promisify(execFile)(command, parameters, {
    cwd: join(PEERS, source),
    env: { ...process.env, ...environment },
  });
}

export function nodePeer(): Promise<MatrixPeer> {
  return programPeer("node:tls", [process.execPath, NODE_PROGRAM], cannotNode, opensslWords);
}

/** The same program under Bun, whose node:tls is over BoringSSL. */
export function boringsslPeer(): Promise<MatrixPeer> {
  const bun = join(PEERS, "bun/node_modules/@oven/bun-linux-x64/bin/bun");
  return programPeer("BoringSSL", [bun, NODE_PROGRAM], cannotBoringssl, opensslWords);
}

export async function goPeer(): Promise<MatrixPeer> {
  const program = join(temporaryFolder("go"), "peer");
  await build(["go", "build", "-o", program, "."], "go", {
    ...{ GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod", GOWORK: "off" },
  });
  const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"]);
  const release = Number(/^go1\.(\d+)/.exec(stdout)?.[1]);
  const hybrids = (Object.keys(HYBRID_GROUPS) as HybridGroupName[]).filter(
    (name) => release >= (name === "X25519MLKEM768" ? 24 : 26),
  );
  // Off by default in a module that is open to old versions of Go.
  const on = "GODEBUG=tlsmlkem=1,tlssecpmlkem=1";
  return programPeer("Go crypto/tls", ["env", on, program], cannotGo(hybrids), numbers);
}

/** What Cargo builds stays in a folder that a later run finds again: its cryptography takes a minute or two. */
export async function rustlsPeer(): Promise<MatrixPeer> {
  const target = join(ROOT, "build/peers/rustls");
  const options = ["--quiet", "--release", "--locked", "--target-dir", target];
  // A C compiler is all that its cryptography needs then.
  await build(["cargo", "build", ...options], "rustls", { AWS_LC_SYS_CMAKE_BUILDER: "0" });
  const program = join(target, "release/sealwire-test-peer");
  return programPeer("rustls", [program], cannotRustls, numbers);
}

/** The flags are what `pkg-config nss` says on Debian. */
export async function nssPeer(): Promise<MatrixPeer> {
  const program = join(temporaryFolder("nss"), "peer");
  const libraries = ["-lssl3", "-lnss3", "-lnspr4", "-lpthread"];
  const headers = ["-I/usr/include/nss", "-I/usr/include/nspr"];
  await build(["cc", "-O1", "-o", program, "peer.c", ...headers, ...libraries], "nss");
  return programPeer("NSS", [program], cannotNss, (cell) =>
    cell.role === "client" && cell.feature === "retry"
      ? numbers(cell)
      : numbersOf(cell, offeredGroups(cell)),
  );
}

/** IANA's numbers. A server gets the cell's group only: those of Go prefer what they like among the client's. */
const numbers = (cell: Cell): Partial<Question> => {
  const own = cell.group === null ? [] : [cell.group];
  return numbersOf(cell, cell.role === "client" ? own : offeredGroups(cell));
};

const numbersOf = ({ suite }: Cell, groups: readonly NamedGroup[]): Partial<Question> => ({
  cipherSuites: [suite.code],
  ...(groups.length === 0 ? {} : { groups: groups.map(({ code }) => code) }),
});

/** OpenSSL's names, and parameters for finite fields. */
const opensslWords = (cell: Cell): Partial<Question> => {
  const { role, feature, suite, group } = cell;
  const groups = role === "client" && feature === "retry" ? [group] : offeredGroups(cell);
  const names = groups.flatMap((one) => (one === null || one.kind === "finite-field" ? [] : one));
  return {
    suiteNames: opensslSuite(suite.code),
    ...(names.length === 0
      ? {}
      : { groupNames: names.map((one) => opensslGroup(one.code)).join(":") }),
    ...(role === "client" && group?.kind === "finite-field"
      ? { dhparam: dhParameters(group.name) }
      : {}),
  };
};
