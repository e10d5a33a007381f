/**
 * `npm run bench [-- --quick] [--json FILE] [--only WORDS]`: every row beside its peer, in the same run, as ratios.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chainRows } from "./chain.ts";
import { cipherRows } from "./ciphers.ts";
import { handshakeRows } from "./handshakes.ts";
import { javascriptRows } from "./javascript-peers.ts";
import { limitRows } from "./limits.ts";
import { recordRows } from "./records.ts";
import { type BenchResult, type BenchRow, measure, type Pace } from "./row.ts";
import { socketRows } from "./sockets.ts";
import { webHandshakeRows } from "./web-handshakes.ts";

const PACES: Readonly<Record<"quick" | "full", Pace>> = {
  quick: { rounds: 3, turn: 40 },
  full: { rounds: 7, turn: 200 },
};

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    only: { type: "string" },
  },
});

const rows: readonly BenchRow[] = [
  ...recordRows,
  ...limitRows,
  ...cipherRows,
  ...handshakeRows,
  ...webHandshakeRows,
  ...socketRows,
  ...chainRows,
  ...javascriptRows,
].filter((row) => (values.only ?? "").split(" ").every((word) => row.name.includes(word)));
const width = Math.max(0, ...rows.map((row) => row.name.length));
const results: BenchResult[] = [];
let short = 0;

for (const row of rows) {
  const result = await measure(row, values.quick ? PACES.quick : PACES.full);
  results.push(result);
  const wanted = row.wanted === undefined ? "" : `  wanted ${row.wanted}`;
  const missed = row.wanted !== undefined && result.ratio < row.wanted;
  if (missed) short++;
  console.log(
    `${row.name.padEnd(width)}  ${rate(result.sealwire, row.unit)}  ${rate(result.peer, row.unit)} ${row.peerName.padEnd(18)} ratio ${result.ratio.toFixed(2)}${wanted}${missed ? "  (missed)" : ""}`,
  );
}
console.log(
  `\n${results.length} rows, ratio = sealwire / peer, above 1 we are faster; ${short} below what is wanted`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);

function rate(value: number, unit: string): string {
  const text =
    unit === "bytes" ? `${(value / 1e6).toFixed(1)} MB/s` : `${value.toFixed(0)} ${unit}/s`;
  return text.padStart(18);
}
