/**
 * The tables of docs/limits.md: what the constants of the code say, and the options that change them.
 */
import ts from "@typescript/typescript6";
import {
  DEFAULT_CLIENT_LIMITS,
  DEFAULT_MUTUAL_SERVER_LIMITS,
  DEFAULT_SERVER_LIMITS,
  type Limits,
} from "../../src/protocol/limits.ts";
import { sourceFiles } from "../architecture/sources.ts";
import { MEMORY_BOUNDS } from "../cost/memory-bounds.ts";
import { type Blocks, table } from "./blocks.ts";
import {
  LIMIT_ROWS,
  type LimitConstant,
  limitConstants,
  quantity,
  type Row,
} from "./limit-table.ts";

const constants = new Map(limitConstants().map((constant) => [constant.place, constant]));

function limitOf(path: string, name: string): number {
  const value = constants.get(`${path} ${name}`)?.value;
  if (value === undefined) throw new Error(`${path} has no constant ${name}`);
  return value;
}

const rowsTable = (rows: readonly Row[]): string =>
  table(
    ["what", "limit", "constant"],
    rows.map(([what, unit, path, name]) => [
      what,
      quantity(limitOf(path, name), unit),
      `\`${name}\`, ${path.replace(/^src\//, "")}`,
    ]),
  );

const WITH_ROWS = new Set(
  Object.values(LIMIT_ROWS).flatMap((rows) => rows.map(([, , path, name]) => `${path} ${name}`)),
);

/** Constants that no row names: bounds of our own doing, of formats, and new ones. */
export const OTHERS: readonly LimitConstant[] = [...constants.values()].filter(
  ({ place }) => !WITH_ROWS.has(place),
);

/** The words of each member of `Limits`, from its comment. */
export function limitWords(): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  const file = sourceFiles("src/protocol").find(({ path }) => path.endsWith("/limits.ts"));
  for (const statement of file?.tree.statements ?? []) {
    if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== "Limits") continue;
    for (const member of statement.members) {
      const [comment] = ts.getJSDocCommentsAndTags(member);
      const text = (comment?.getText() ?? "").replace(/^\/\*\*|\*\/$/g, "").trim();
      words.set(member.name?.getText() ?? "", text.replace(/\n\s*\*/g, " ").replace(/\.$/, ""));
    }
  }
  return words;
}

const unitOf = (name: string): "bytes" | "" =>
  name === "handshakeMessage" || name === "shortestPreSharedKey" ? "bytes" : "";

export const LIMIT_BLOCKS: Blocks = {
  "limits-options": () =>
    table(
      ["`sealwire.limits`", "what", "client", "server", "server that asks for a certificate"],
      [...limitWords()].map(([name, words]) => [
        `\`${name}\``,
        words,
        ...[DEFAULT_CLIENT_LIMITS, DEFAULT_SERVER_LIMITS, DEFAULT_MUTUAL_SERVER_LIMITS].map(
          (limits) => quantity(limits[name as keyof Limits], unitOf(name)),
        ),
      ]),
    ),
  ...Object.fromEntries(
    Object.entries(LIMIT_ROWS).map(([name, rows]) => [name, () => rowsTable(rows)]),
  ),
  "limits-others": () =>
    table(
      ["constant", "value", "comment"],
      OTHERS.map(({ name, path, value, comment }) => [
        `\`${name}\`, ${path.replace(/^src\//, "")}`,
        value.toLocaleString("en-US"),
        comment.replaceAll("|", "\\|"),
      ]),
    ),
  "limits-floods": () =>
    table(
      ["what a stranger does", "memory that stays, at most"],
      Object.entries(MEMORY_BOUNDS).map(([what, bytes]) => [what, quantity(bytes, "bytes")]),
    ),
};
