/**
 * OpenSSL's command line in the matrix: `s_server -rev` processes that serve many cells each, one connection at a time,
 * and an `s_client` per connection. Where the peer is to update its keys both run with their letter commands.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { versionName } from "../../src/protocol/version.ts";
import { type Cell, kindOf } from "./cells.ts";
import { testAuthority } from "./certificates.ts";
import { dhParametersFile } from "./dh-parameters.ts";
import {
  connectionsOf,
  LENGTH,
  type MatrixPeer,
  type MatrixServer,
  PEERS_PROTOCOLS,
  type Seen,
} from "./matrix-peer.ts";
import {
  groupOptions,
  type OpensslServer,
  opensslClient,
  opensslServer,
  opensslSuite,
  suiteOptions,
  trustingOptions,
} from "./openssl.ts";
import { type Program, temporaryFiles, versionLine } from "./processes.ts";
import { cannotOpenssl } from "./reasons.ts";
import { offeredGroups } from "./run-cell.ts";
import { linesOf, reversedLines } from "./test-peer.ts";

/** A server of several cells, and when the cell before is done with it. */
interface Shared {
  readonly server: Promise<OpensslServer>;
  free: Promise<void>;
}

const shared = new Map<string, Shared>();
const newFile = temporaryFiles("openssl");

export async function opensslPeer(): Promise<MatrixPeer> {
  return {
    name: "OpenSSL",
    version: versionLine("openssl", "version").split(" ")[1] ?? "",
    cannot: cannotOpenssl,
    serve: (cell) => (cell.feature === "key update by the peer" ? commanded(cell) : reverser(cell)),
    dial,
    async stop() {
      for (const { server } of shared.values()) await (await server).stop();
    },
  };
}

function serverOptions(cell: Cell): string[] {
  const { feature, group } = cell;
  const { file, ocspFile, server } = testAuthority();
  return [
    ...(feature === "session id" ? ["-no_ticket"] : []),
    ...(feature === "retry" && group !== null ? groupOptions([group.code]) : []),
    ...(feature === "client certificate"
      ? ["-Verify", "1", "-verify_return_error", "-CAfile", file]
      : []),
    ...(feature === "alpn" ? ["-alpn", PEERS_PROTOCOLS.join(",")] : []),
    ...(feature === "ocsp staple" ? ["-status_file", ocspFile(server(kindOf(cell)))] : []),
    ...(group?.kind === "finite-field" ? ["-dhparam", dhParametersFile(group.name)] : []),
  ];
}

async function reverser(cell: Cell): Promise<MatrixServer> {
  const options = ["-rev", ...serverOptions(cell)];
  const key = [kindOf(cell), ...options].join(" ");
  const entry = shared.get(key) ?? {
    server: opensslServer([testAuthority().server(kindOf(cell))], ...options),
    free: Promise.resolve(),
  };
  shared.set(key, entry);
  const before = entry.free;
  let release = (): void => {};
  entry.free = new Promise((resolve) => {
    release = resolve;
  });
  await before;
  const server = await entry.server;
  let mark = server.output().length;
  return {
    port: server.port,
    data: () => linesOf(randomBytes(LENGTH)),
    answer: reversedLines,
    async seen() {
      const seen = await summary(server, cell, mark);
      mark = server.output().length;
      return seen;
    },
    done: async () => release(),
  };
}

/** What the summary of a connection says that was printed after `mark`. */
async function summary(program: Program, cell: Cell, mark: number): Promise<Seen> {
  const [, version, suite] = await program.until(
    /Protocol version: (\S+)\n[\s\S]*Ciphersuite: (\S+)\n/,
    undefined,
    mark,
  );
  const own = opensslSuite(cell.suite.code);
  return {
    versionName: version ?? "",
    suiteName: suite === own ? cell.suite.name : (suite ?? ""),
  };
}

/** Data that is neither a letter command nor part of what OpenSSL prints beside it. */
const highBytes = (): Uint8Array => Uint8Array.from(randomBytes(LENGTH), (byte) => byte | 0x80);

/** Calls `take` with what of the output is data of that kind. */
function onHighBytes(program: Program, take: (bytes: Uint8Array) => void): void {
  program.child.stdout?.on("data", (bytes: Buffer) => {
    const data = bytes.filter((byte) => byte >= 0x80);
    if (data.length > 0) take(data);
  });
}

/** Tells OpenSSL to update its keys and to ask for ours; nothing else may be on the way to its input. */
const COMMAND_KEY_UPDATE = "K\n";

async function commanded(cell: Cell): Promise<MatrixServer> {
  const server = await opensslServer(
    [testAuthority().server(kindOf(cell))],
    ...serverOptions(cell),
  );
  onHighBytes(server, (bytes) => server.child.stdin?.write(bytes));
  return {
    port: server.port,
    data: highBytes,
    answer: (data) => data,
    // It looks at its input before the network, so the command is not read together with data that comes later.
    updateKeys: async () => {
      server.child.stdin?.write(COMMAND_KEY_UPDATE);
    },
    done: () => server.stop(),
  };
}

async function dial(cell: Cell, port: number): Promise<Seen> {
  const { feature } = cell;
  const groups = offeredGroups(cell).map(({ code }) => code);
  const own = testAuthority().client(kindOf(cell));
  const options = [
    ...suiteOptions(cell.suite.code),
    ...(groups.length === 0 ? [] : groupOptions(groups)),
    ...trustingOptions(),
    ...(feature === "session id" ? ["-no_ticket"] : []),
    ...(feature === "client certificate"
      ? ["-cert", own.certificateFile, "-key", own.keyFile]
      : []),
    ...(feature === "alpn" ? ["-alpn", PEERS_PROTOCOLS.join(",")] : []),
  ];
  if (feature === "key update by the peer") return dialCommanded(port, options);
  if (feature === "ocsp staple") return dialForStaple(cell, port, options);
  if (connectionsOf(cell) === 1) return dialOnce(cell, port, options);
  const session = newFile();
  await dialOnce(cell, port, [...options, "-sess_out", session]);
  const messages = newFile();
  const watching = ["-msg", "-msgfile", messages];
  const seen = await dialOnce(cell, port, [...options, "-sess_in", session, ...watching]);
  // A server that resumes sends no certificate.
  return { ...seen, resumed: !/<<< .*, Certificate$/m.test(readFileSync(messages, "latin1")) };
}

async function dialOnce(cell: Cell, port: number, options: readonly string[]): Promise<Seen> {
  const client = opensslClient(port, "-brief", "-ign_eof", "-nocommands", ...options);
  const data = randomBytes(LENGTH);
  const half = LENGTH / 2;
  for (let from = 0; from < LENGTH; from += half) {
    const part = data.subarray(from, from + half);
    client.child.stdin?.write(part);
    if (!equalBytes(await client.read(half), part)) throw new Error("the bytes came back changed");
  }
  await client.ended();
  return summary(client, cell, 0);
}

/** OpenSSL shows a staple among the messages only, as hexadecimal. */
async function dialForStaple(cell: Cell, port: number, options: readonly string[]): Promise<Seen> {
  const messages = newFile();
  const seen = await dialOnce(cell, port, [
    ...options,
    ...["-status", "-msg", "-msgfile", messages],
  ]);
  const hex = readFileSync(messages, "latin1").replace(/[^0-9a-f]/g, "");
  const staple = Buffer.from(testAuthority().ocspResponse(testAuthority().server(kindOf(cell))));
  const came = hex.includes(staple.toString("hex"));
  return { ...seen, ocsp: came ? staple.toString("base64") : "" };
}

async function dialCommanded(port: number, options: readonly string[]): Promise<Seen> {
  const client = opensslClient(port, ...options);
  const data = highBytes();
  const half = LENGTH / 2;
  const parts: Uint8Array[] = [];
  let have = 0;
  let wake = (): void => {};
  onHighBytes(client, (bytes) => {
    parts.push(bytes);
    have += bytes.length;
    wake();
  });
  const answered = async (length: number): Promise<void> => {
    while (have < length)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  await client.until(/---\n/);
  client.child.stdin?.write(data.subarray(0, half));
  await answered(half);
  client.child.stdin?.write(COMMAND_KEY_UPDATE);
  await client.until(/KEYUPDATE/);
  client.child.stdin?.write(data.subarray(half));
  await answered(LENGTH);
  await client.stop();
  if (!equalBytes(Buffer.concat(parts), data)) throw new Error("the bytes came back changed");
  return { versionName: versionName(0x0304).replace(" ", "v") };
}
