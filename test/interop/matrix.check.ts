/**
 * The interoperability matrix: every cell against every peer, both roles, 64 KiB each way. Each cell is one test. The run
 * writes docs/interop.md. With INTEROP_PEER=node (or another name below) it runs one peer only and writes nothing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import { namedGroupName } from "../../src/protocol/named-group.ts";
import { type ProtocolVersion, TLS12, TLS13, versionName } from "../../src/protocol/version.ts";
import { ROOT } from "../support/data.ts";
import { type Cell, combinations, featuresOf, selected, suiteLabel } from "./cells.ts";
import { gnutlsPeer } from "./gnutls-peer.ts";
import { bouncyCastlePeer, jssePeer } from "./java-peer.ts";
import type { MatrixPeer } from "./matrix-peer.ts";
import { opensslPeer } from "./openssl-peer.ts";
import { stopAll } from "./processes.ts";
import { boringsslPeer, goPeer, nodePeer, nssPeer, rustlsPeer } from "./programs.ts";
import { type Block, report } from "./report.ts";
import { runCell } from "./run-cell.ts";

/** Cells that run at the same time. */
const WORKERS = 3;

const MAKERS: Readonly<Record<string, () => Promise<MatrixPeer>>> = {
  go: goPeer,
  node: nodePeer,
  openssl: opensslPeer,
  gnutls: gnutlsPeer,
  rustls: rustlsPeer,
  jsse: jssePeer,
  bouncycastle: bouncyCastlePeer,
  boringssl: boringsslPeer,
  nss: nssPeer,
};

enablePostQuantum();

const only = process.env["INTEROP_PEER"];
const wanted = Object.keys(MAKERS).filter((name) => only === undefined || name === only);

interface Planned extends Block {
  readonly peer: MatrixPeer;
}

function plan(peer: MatrixPeer, role: Cell["role"], version: ProtocolVersion): Planned {
  const cells: Cell[] = [];
  const impossible: { cell: Cell; reasons: readonly string[] }[] = [];
  for (const feature of featuresOf(version)) {
    const possible: Cell[] = [];
    for (const cell of combinations(role, version, feature)) {
      const reasons = peer.cannot(cell);
      if (reasons.length === 0) possible.push(cell);
      else impossible.push({ cell, reasons });
    }
    cells.push(...selected(possible));
  }
  return { peer, role, version, cells, impossible };
}

/** Runs the cells in order, several at a time; a promise for each. */
function runAll(blocks: readonly Planned[]): Map<Cell, Promise<void>> {
  const results = new Map<Cell, Promise<void>>();
  const queue = blocks.flatMap(({ peer, cells }) =>
    cells.map((cell) => {
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const result = begun.then(() => runCell(peer, cell));
      // Its test looks at it later.
      result.catch(() => {});
      results.set(cell, result);
      return { begin, result };
    }),
  );
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      next.begin();
      await next.result.catch(() => {});
    }
  };
  for (let i = 0; i < WORKERS; i++) void work();
  return results;
}

const title = (cell: Cell): string =>
  [
    cell.feature,
    suiteLabel(cell),
    ...(cell.group === null ? [] : [namedGroupName(cell.group.code)]),
    ...(cell.scheme === null ? [] : [cell.scheme.name]),
  ].join(", ");

const peers = await Promise.all(wanted.map((name) => MAKERS[name]?.()));
const blocks = peers.flatMap((peer) =>
  peer === undefined
    ? []
    : (["client", "server"] as const).flatMap((role) =>
        [TLS13, TLS12].map((version) => plan(peer, role, version)),
      ),
);
const results = runAll(blocks);
let failed = 0;

for (const { peer, role, version, cells } of blocks) {
  const tests = suite(`we are the ${role}, ${versionName(version)}, ${peer.name}`);
  for (const cell of cells)
    tests(title(cell), async () => {
      failed++;
      await results.get(cell);
      failed--;
    });
  tests.run();
}

const end = suite("interop table");
end("is written", async () => {
  await Promise.allSettled(results.values());
  for (const peer of peers) await peer?.stop();
  if (failed > 0) throw new Error(`${failed} cells failed; docs/interop.md stays as it was`);
  if (only === undefined) writeFileSync(join(ROOT, "docs/interop.md"), report(blocks));
});
end.after(stopAll);
end.run();
