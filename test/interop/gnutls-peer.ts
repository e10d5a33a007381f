/**
 * GnuTLS's command line in the matrix: `gnutls-serv --echo` processes that serve many cells each, and a `gnutls-cli` per
 * connection. Both echo lines, so the data is text.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import type { CipherSuite } from "../../src/protocol/cipher-suite.ts";
import type { NamedGroup } from "../../src/protocol/named-group.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import { type Cell, kindOf } from "./cells.ts";
import { SERVER_NAME, testAuthority } from "./certificates.ts";
import {
  connectionsOf,
  LENGTH,
  type MatrixPeer,
  type MatrixServer,
  PEERS_PROTOCOLS,
  type Seen,
} from "./matrix-peer.ts";
import { freePort, type Program, start, temporaryFiles, versionLine } from "./processes.ts";
import { cannotGnutls } from "./reasons.ts";
import { offeredGroups } from "./run-cell.ts";

interface Listening {
  readonly program: Program;
  readonly port: number;
}

const servers = new Map<string, Promise<Listening>>();
const newFile = temporaryFiles("gnutls");

export async function gnutlsPeer(): Promise<MatrixPeer> {
  return {
    name: "GnuTLS",
    version: versionLine("gnutls-cli", "--version").split(" ")[1] ?? "",
    cannot: cannotGnutls,
    serve,
    dial,
    async stop() {
      for (const server of servers.values()) await (await server).program.stop();
    },
  };
}

/** Everything that the cells may ask for, on top of GnuTLS's default. */
const EVERYTHING =
  "NORMAL:+RSA:+DHE-RSA:+SHA256:+SHA384:+GROUP-X448:+GROUP-ALL:+SIGN-ALL:+SIGN-EDDSA-ED448";

const GROUPS: Readonly<Record<string, string>> = { x25519: "X25519", x448: "X448" };
const groupName = ({ name }: NamedGroup): string => `GROUP-${GROUPS[name] ?? name.toUpperCase()}`;

async function serve(cell: Cell): Promise<MatrixServer> {
  const { feature, group } = cell;
  const { file, ocspFile, server } = testAuthority();
  const own = server(kindOf(cell));
  const groups = feature === "retry" && group !== null ? `:-GROUP-ALL:+${groupName(group)}` : "";
  const parameters = [
    ...["--echo", "--x509certfile", own.certificateFile, "--x509keyfile", own.keyFile],
    ...["--priority", EVERYTHING + groups],
    ...(feature === "client certificate"
      ? ["--require-client-cert", "--verify-client-cert", "--x509cafile", file]
      : ["--disable-client-cert"]),
    ...(feature === "session id" ? ["--noticket"] : []),
    ...(feature === "ocsp staple" ? [`--ocsp-response=${ocspFile(own)}`] : []),
    ...(feature === "alpn" ? PEERS_PROTOCOLS.map((protocol) => `--alpn=${protocol}`) : []),
  ];
  const key = parameters.join(" ");
  const listening = servers.get(key) ?? listen(parameters);
  servers.set(key, listening);
  const { port } = await listening;
  return { port, data: textLines, answer: (data) => data, done: async () => {} };
}

async function listen(parameters: readonly string[]): Promise<Listening> {
  const port = await freePort();
  const program = start("gnutls-serv", ["--port", String(port), ...parameters]);
  await program.until(/listening on IPv4 .*done/);
  return { program, port };
}

const LINE_LENGTH = 1024;

/** LENGTH bytes of text in lines. */
function textLines(): Uint8Array {
  const text = randomBytes(LENGTH).toString("base64").slice(0, LENGTH);
  const lines = new Uint8Array(Buffer.from(text, "latin1"));
  for (let at = LINE_LENGTH - 1; at < LENGTH; at += LINE_LENGTH) lines[at] = 0x0a;
  return lines;
}

const KEY_EXCHANGES: Readonly<Record<CipherSuite["keyExchange"], string>> = {
  ecdhe: "ECDHE-",
  dhe: "DHE-",
  psk: "",
  rsa: "",
  tls13: "",
};

/** Exactly what the cell says, as a priority string. */
function priority(cell: Cell): string {
  const { suite, version, encryptThenMac } = cell;
  const { cipher, keyExchange, authentication, mac } = suite;
  const exchange = `${KEY_EXCHANGES[keyExchange]}${authentication.toUpperCase()}`;
  const exactly = (kind: string, names: readonly string[]): string[] => [
    `-${kind}-ALL`,
    ...names.map((name) => `+${name}`),
  ];
  return [
    "NORMAL",
    ...exactly("VERS", [version === TLS13 ? "VERS-TLS1.3" : "VERS-TLS1.2"]),
    ...exactly("CIPHER", [cipher.name.toUpperCase()]),
    ...exactly("MAC", [mac === null ? "AEAD" : mac.toUpperCase()]),
    ...(version === TLS13 ? [] : exactly("KX", [exchange])),
    ...exactly("GROUP", offeredGroups(cell).map(groupName)),
    "+SIGN-ALL",
    "+SIGN-EDDSA-ED448",
    ...(encryptThenMac ? [] : ["%NO_ETM"]),
  ].join(":");
}

async function dial(cell: Cell, port: number): Promise<Seen> {
  const { feature, version } = cell;
  const own = testAuthority().client(kindOf(cell));
  const [log, staple] = [newFile(), newFile()];
  const client = start("gnutls-cli", [
    ...["--port", String(port), "--priority", priority(cell), "--logfile", log],
    ...["--x509cafile", testAuthority().file, "--verify-hostname", SERVER_NAME],
    ...["--sni-hostname", SERVER_NAME, "--save-ocsp", staple],
    ...(feature === "retry" ? ["--single-key-share"] : []),
    ...(feature === "session id" ? ["--noticket"] : []),
    ...(connectionsOf(cell) === 2 ? ["--resume"] : []),
    ...(feature === "psk" ? ["--waitresumption"] : []),
    ...(feature === "alpn" ? PEERS_PROTOCOLS.map((protocol) => `--alpn=${protocol}`) : []),
    ...(feature === "key update by the peer" ? ["--inline-commands"] : []),
    ...(feature === "client certificate"
      ? ["--x509certfile", own.certificateFile, "--x509keyfile", own.keyFile]
      : []),
    "127.0.0.1",
  ]);
  const data = textLines();
  const half = LENGTH / 2;
  for (let from = 0; from < LENGTH; from += half) {
    if (from > 0 && feature === "key update by the peer") client.child.stdin?.write("^rekey^\n");
    const part = data.subarray(from, from + half);
    client.child.stdin?.write(part);
    if (!equalBytes(await client.read(half), part)) throw new Error("the bytes came back changed");
  }
  await client.ended();
  const seen = told(readFileSync(log, "latin1"), cell);
  const came = existsSync(staple) ? readFileSync(staple).toString("base64") : "";
  return { ...seen, ...(feature === "ocsp staple" ? { ocsp: came } : {}), ...{ version } };
}

/** What the log tells of the last connection. */
function told(log: string, cell: Cell): Seen {
  const descriptions = [...log.matchAll(/^- Description: \(TLS(1\.\d)-X\.509\)-(.*)$/gm)];
  const [, version, algorithms] = descriptions.at(-1) ?? [];
  if (version === undefined || algorithms === undefined)
    throw new Error(`no description in the log:\n${log}`);
  const cipher = cell.suite.cipher.name.toUpperCase();
  const named = algorithms.includes(`(${cipher})`);
  return {
    versionName: `TLSv${version}`,
    suiteName: named ? cell.suite.name : algorithms,
    resumed: /^\*\*\* This is a resumed session/m.test(log),
  };
}
