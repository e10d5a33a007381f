/**
 * The table of the matrix as Markdown: for each peer, role and version a row for every suite, group and signature, a
 * column for every feature, in each place the number of cells that were run with both, or the reason why none can be.
 */
import type { ProtocolVersion } from "../../src/protocol/version.ts";
import { versionName } from "../../src/protocol/version.ts";
import {
  type AxisValue,
  type Cell,
  combinations,
  type Feature,
  featuresOf,
  keyOf,
  valuesOf,
} from "./cells.ts";
import type { MatrixPeer } from "./matrix-peer.ts";

export interface Block {
  readonly peer: MatrixPeer;
  readonly role: Cell["role"];
  readonly version: ProtocolVersion;
  /** What was run; every one succeeded. */
  readonly cells: readonly Cell[];
  readonly impossible: readonly { readonly cell: Cell; readonly reasons: readonly string[] }[];
}

const HEAD = `# Interoperability

Written by \`npm run interop\`, which runs every cell below against real peers on loopback sockets: 64 KiB each way, compared
byte for byte; version, suite, group, signature, resumption, HelloRetryRequest, protocol and staple checked on our side, and on
the peer's as far as it reports them. The table is written only if every cell succeeded.

Which combinations are run: for a full handshake every pair of suite and group, of suite and signature, and of group and
signature that the protocol allows and the peer can do; for every other feature each single suite, group and signature. A
number is how many cells of a feature had the suite, group or signature of the row. A letter is a reason, given below its
table, why there is none.
`;

/** The whole file. */
export function report(blocks: readonly Block[]): string {
  const peers = [...new Set(blocks.map(({ peer }) => peer))];
  const total = blocks.reduce((sum, { cells }) => sum + cells.length, 0);
  const overview = peers.map((peer) => {
    const own = blocks.filter((block) => block.peer === peer);
    const count = (role: Cell["role"]): number =>
      own.filter((block) => block.role === role).reduce((sum, { cells }) => sum + cells.length, 0);
    return `| ${peer.name} | ${peer.version} | ${count("client")} | ${count("server")} |`;
  });
  return [
    HEAD,
    "| peer | version | cells, we are the client | cells, we are the server |",
    "|---|---|---:|---:|",
    ...overview,
    "",
    `${total} cells in all.`,
    ...blocks.map(section),
    "",
  ].join("\n");
}

function section(block: Block): string {
  const { peer, role, version } = block;
  const features = featuresOf(version);
  const reasons: string[] = [];
  const rows = rowsOf(version, role).map((value) => {
    const places = features.map((feature) => place(block, value, feature, reasons));
    return `| ${value.axis} | ${value.name} | ${places.join(" | ")} |`;
  });
  return [
    "",
    `## ${peer.name}, ${versionName(version)}, we are the ${role}`,
    "",
    `| | | ${features.join(" | ")} |`,
    `|---|---|${features.map(() => "---:").join("|")}|`,
    ...rows,
    ...(reasons.length === 0
      ? []
      : ["", ...reasons.map((reason, index) => `- ${letter(index)}: ${reason}`)]),
  ].join("\n");
}

function rowsOf(version: ProtocolVersion, role: Cell["role"]): AxisValue[] {
  const rows = new Map<string, AxisValue>();
  const all = combinations(role, version, "full").flatMap(valuesOf);
  for (const axis of ["suite", "group", "signature"])
    for (const value of all) if (value.axis === axis) rows.set(keyOf(value), value);
  return [...rows.values()];
}

/** A number, or the letter of a reason that leaves nothing; of several, where none of them does alone. */
function place(block: Block, value: AxisValue, feature: Feature, reasons: string[]): string {
  const key = keyOf(value);
  const has = (cell: Cell): boolean =>
    cell.feature === feature && valuesOf(cell).some((one) => keyOf(one) === key);
  const count = block.cells.filter(has).length;
  if (count > 0) return String(count);
  const why = block.impossible.filter(({ cell }) => has(cell)).map((one) => one.reasons);
  const common = why[0]?.find((reason) => why.every((one) => one.includes(reason)));
  const named = common === undefined ? [...new Set(why.flat())] : [common];
  for (const reason of named) if (!reasons.includes(reason)) reasons.push(reason);
  return named
    .map((reason) => letter(reasons.indexOf(reason)))
    .sort()
    .join(", ");
}

const letter = (index: number): string => String.fromCharCode("a".charCodeAt(0) + index);
