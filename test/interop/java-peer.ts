/**
 * The JDK's TLS in the matrix, and that of Bouncy Castle, which is behind the same interface. A process has one list of
 * groups, which says what the client's first shares are for; so there are several, and a cell takes one that fits.
 */
import { type GroupName, NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import type { Cell } from "./cells.ts";
import type { MatrixPeer } from "./matrix-peer.ts";
import { temporaryFolder } from "./processes.ts";
import { type Command, programPeer } from "./program-peer.ts";
import { build } from "./programs.ts";
import { cannotBouncyCastle, cannotJsse } from "./reasons.ts";
import { retryGroup } from "./run-cell.ts";

type List = readonly GroupName[];

interface Stack {
  readonly name: string;
  readonly cannot: MatrixPeer["cannot"];
  /** For each curve one where it gets a share and one where it does not, if there can be. The first is for what does not care. */
  readonly lists: readonly List[];
  /** What a client that has a list sends its first shares for. */
  shares(list: List): readonly GroupName[];
  readonly jars: readonly string[];
  readonly providers: readonly string[];
}

const EVERY_GROUP: List = [
  ...(["x25519", "secp256r1", "secp384r1", "secp521r1", "x448"] as const),
  ...(["ffdhe2048", "ffdhe3072", "ffdhe4096"] as const),
];

const first = (kind: NamedGroup["kind"], list: List): List =>
  list
    .filter((name) => NAMED_GROUPS.some((one) => one.name === name && one.kind === kind))
    .slice(0, 1);

export const jssePeer = (): Promise<MatrixPeer> =>
  javaPeer({
    name: "JSSE",
    cannot: cannotJsse,
    lists: [
      EVERY_GROUP,
      ["x448", "secp384r1", "secp521r1", "x25519"],
      ["secp521r1", "secp384r1", "secp256r1", "x448"],
    ],
    shares: (list) => [...first("montgomery", list), ...first("weierstrass", list)],
    jars: [],
    providers: [],
  });

/** It takes no certificate over a curve that is not in the list, so P-256, which is the issuer's, is in each. */
export const bouncyCastlePeer = (): Promise<MatrixPeer> =>
  javaPeer({
    name: "Bouncy Castle",
    cannot: cannotBouncyCastle,
    lists: [EVERY_GROUP, ["secp256r1", "secp384r1", "secp521r1", "x448"]],
    shares: (list) => (list.includes("x25519") ? ["x25519"] : ["secp256r1"]),
    // Where Debian has it.
    jars: ["bctls", "bcprov", "bcutil"].map((name) => `/usr/share/java/${name}.jar`),
    providers: [
      "org.bouncycastle.jsse.provider.BouncyCastleJsseProvider",
      "org.bouncycastle.jce.provider.BouncyCastleProvider",
    ],
  });

async function javaPeer(stack: Stack): Promise<MatrixPeer> {
  const { name, cannot, lists, jars, providers } = stack;
  const classes = temporaryFolder("java");
  await build(["javac", "-d", classes, "Peer.java"], "java");
  const processes = await Promise.all(
    lists.map(async (list) => {
      const groups = `-Djdk.tls.namedGroups=${list.join(",")}`;
      const options = ["-XX:+UseSerialGC", "-Xmx128m", groups, "-cp", [classes, ...jars].join(":")];
      const command: Command = ["java", ...options, "Peer", ...providers];
      const words = ({ suite }: Cell) => ({ suiteNames: suite.name });
      return { list, peer: await programPeer(name, command, cannot, words) };
    }),
  );
  const fitting = (cell: Cell): MatrixPeer => {
    const found = processes.find(({ list }) => fits(stack, list, cell));
    if (found === undefined) throw new Error(`no list of groups is for ${cell.group?.name}`);
    return found.peer;
  };
  return {
    name,
    version: processes[0]?.peer.version ?? "",
    cannot,
    serve: (cell) => fitting(cell).serve(cell),
    dial: (cell, port) => fitting(cell).dial(cell, port),
    async stop() {
      await Promise.all(processes.map(({ peer }) => peer.stop()));
    },
  };
}

function fits(stack: Stack, list: List, { role, version, feature, group }: Cell): boolean {
  if (group === null || version === TLS12) return true;
  if (!list.includes(group.name)) return false;
  const isRetry = feature === "retry";
  // Its server has to do without what our first share is for.
  if (role === "client") return !isRetry || !list.includes(retryGroup(group).name);
  return stack.shares(list).includes(group.name) !== isRetry;
}
