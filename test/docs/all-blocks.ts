/**
 * Every block of documentation that is made from the code.
 */

import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import { LAYERS } from "../architecture/layer-table.ts";
import * as nodeTls from "../node/node-tls-table.ts";
import { PROGRAMS } from "../programs/program-table.ts";
import { type Blocks, read, table } from "./blocks.ts";
import { LIMIT_BLOCKS } from "./limit-blocks.ts";
import { SCHANNEL_BLOCKS } from "./schannel-blocks.ts";

const hex = (code: number): string => `\`0x${code.toString(16).padStart(4, "0")}\``;
const byDefault = (on: boolean): string => (on ? "on" : "off");
const memberTable = (rows: readonly nodeTls.Row[]): string =>
  table(
    ["node:tls", "here", "remark"],
    rows.map(([name, verdict, remark]) => [
      name
        .split(", ")
        .map((word) => (word === "…" ? word : `\`${word}\``))
        .join(", "),
      verdict,
      remark ?? "",
    ]),
  );

/** A program of `examples/` as a user writes it, who imports the package. */
function program(path: string): string {
  const text = read(path)
    .replace(/^\/\*\*[\s\S]*?\*\/\n/, "")
    .replace("../src/entries/sspi-node.ts", "sealwire")
    .replace("../src/entries/node.ts", "sealwire/node");
  return `\`\`\`ts\n${text}\`\`\``;
}

/** Every package that the checks of `test/programs` run, and no other. */
function programTable(): string {
  const { dependencies } = JSON.parse(read("test/programs/package.json")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const names = PROGRAMS.map(([name]) => name);
  if (names.join() !== Object.keys(dependencies).sort().join())
    throw new Error("test/programs/program-table.ts does not name the packages of package.json");
  return table(
    ["package", "version", "against", "how"],
    PROGRAMS.map(([name, peer, ways]) => [`\`${name}\``, dependencies[name] ?? "", peer, ways]),
  );
}

export const ALL_BLOCKS: Blocks = {
  "first-program": () => program("examples/in-memory.ts"),
  ...SCHANNEL_BLOCKS,
  ...LIMIT_BLOCKS,
  "cipher-suites": () =>
    table(
      ["suite", "number", "version", "default"],
      CIPHER_SUITES.map((row) => [
        `\`${row.name}\``,
        hex(row.code),
        row.version === TLS13 ? "TLS 1.3" : "TLS 1.2",
        row.authentication === "psk" ? "off, needs a PSK" : byDefault(row.enabledByDefault),
      ]),
    ),
  groups: () =>
    table(
      ["group", "number", "versions", "default"],
      NAMED_GROUPS.map((row) => [
        `\`${row.name}\``,
        hex(row.code),
        row.tls13 ? (row.tls12 ? "TLS 1.3 and 1.2" : "TLS 1.3") : "TLS 1.2 (DHE)",
        byDefault(row.enabledByDefault),
      ]),
    ),
  signatures: () =>
    table(
      ["scheme", "number", "signs", "default"],
      SIGNATURE_SCHEMES.map((row) => [
        `\`${row.name}\``,
        hex(row.code),
        row.tls13 ? "handshakes of both versions" : "TLS 1.2 handshakes, certificates",
        byDefault(row.enabledByDefault),
      ]),
    ),
  layers: () =>
    table(
      ["layer", "what it is for", "may import", "third parties"],
      LAYERS.map(({ name, purpose, imports, packages = [] }) => [
        `\`${name}\``,
        purpose,
        imports.map((other) => `\`${other}\``).join(", ") || "nothing",
        packages.map((other) => `\`${other}${/[:/]$/.test(other) ? "*" : ""}\``).join(", "),
      ]),
    ),
  "node-tls-exports": () => memberTable(nodeTls.EXPORTS),
  "node-tls-context-options": () => memberTable(nodeTls.CONTEXT_OPTIONS),
  "node-tls-socket-options": () => memberTable(nodeTls.SOCKET_OPTIONS),
  "node-tls-socket-members": () => memberTable(nodeTls.SOCKET_MEMBERS),
  "node-tls-server-members": () => memberTable(nodeTls.SERVER_MEMBERS),
  "node-tls-events": () => memberTable(nodeTls.EVENTS),
  programs: programTable,
  "node-tls-differences": () =>
    table(
      ["scenario", "here"],
      nodeTls.DIFFERENCES.map(([name, remark, since]) => [
        name,
        since === undefined ? remark : `${remark} (from Node ${since})`,
      ]),
    ),
  "node-tls-arguments": () =>
    table(
      ["argument", "a wrong value is", "remark"],
      nodeTls.ARGUMENT_DIFFERENCES.map(({ name, kind, remark, since, until }) => [
        `\`${name}\``,
        kind,
        remark +
          (since === undefined ? "" : ` (from Node ${since})`) +
          (until === undefined ? "" : ` (to Node ${until})`),
      ]),
    ),
};
