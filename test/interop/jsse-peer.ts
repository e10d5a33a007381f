/**
 * Java's own TLS in the matrix. A process of it has one list of groups, and its TLS 1.3 client sends a share for the first
 * Montgomery curve and for the first Weierstrass curve of the list; so there are several, and a cell takes one that fits.
 */
import { type GroupName, NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import type { Cell } from "./cells.ts";
import type { MatrixPeer } from "./matrix-peer.ts";
import { temporaryFolder } from "./processes.ts";
import { programPeer } from "./program-peer.ts";
import { build } from "./programs.ts";
import { cannotJsse } from "./reasons.ts";
import { retryGroup } from "./run-cell.ts";

/** Each curve is among the first of one list and not of another. The first list is for whatever does not care. */
const LISTS: readonly (readonly GroupName[])[] = [
  NAMED_GROUPS.map(({ name }) => name),
  ["x448", "secp384r1", "secp521r1", "x25519"],
  ["secp521r1", "secp384r1", "secp256r1", "x448"],
];

export async function jssePeer(): Promise<MatrixPeer> {
  const classes = temporaryFolder("jsse");
  await build(["javac", "-d", classes, "Peer.java"], "jsse");
  const processes = await Promise.all(
    LISTS.map(async (names) => {
      const groups = `-Djdk.tls.namedGroups=${names.join(",")}`;
      const command = ["java", "-XX:+UseSerialGC", groups, "-cp", classes, "Peer"] as const;
      const words = ({ suite }: Cell) => ({ suiteNames: suite.name });
      return { names, peer: await programPeer("JSSE", command, cannotJsse, words) };
    }),
  );
  const fitting = (cell: Cell): MatrixPeer => {
    const found = processes.find(({ names }) => fits(names, cell));
    if (found === undefined) throw new Error(`no list of groups is for ${cell.group?.name}`);
    return found.peer;
  };
  return {
    name: "JSSE",
    version: processes[0]?.peer.version ?? "",
    cannot: cannotJsse,
    serve: (cell) => fitting(cell).serve(cell),
    dial: (cell, port) => fitting(cell).dial(cell, port),
    async stop() {
      await Promise.all(processes.map(({ peer }) => peer.stop()));
    },
  };
}

function fits(names: readonly GroupName[], { role, version, feature, group }: Cell): boolean {
  if (group === null || version === TLS12) return true;
  if (!names.includes(group.name)) return false;
  const isRetry = feature === "retry";
  // Its server has to do without what our first share is for.
  if (role === "client") return !isRetry || !names.includes(retryGroup(group).name);
  const first = (kind: NamedGroup["kind"]): GroupName | undefined =>
    names.find((name) => NAMED_GROUPS.some((one) => one.name === name && one.kind === kind));
  return (first(group.kind) === group.name) !== isRetry;
}
