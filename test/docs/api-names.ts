/**
 * What the files of `docs/api/` are made of: the names of an entry, and the values of constants.
 */
import type ts from "@typescript/typescript6";
import * as client from "../../src/entries/client.ts";
import * as node from "../../src/entries/node.ts";
import * as sspi from "../../src/entries/sspi-node.ts";
import * as web from "../../src/entries/streams.ts";
import type { Entry } from "./public-api.ts";

/** An exported name, or one that the declaration of an exported name mentions. */
export interface Declared {
  readonly name: string;
  readonly symbol: ts.Symbol;
  /** The declaration without comments. */
  readonly text: string;
}

/** Names that an entry before has as well. */
export interface Shared {
  /** "sealwire" */
  readonly from: string;
  readonly names: readonly string[];
  /** What that entry has beside them, if it is little; null: it is much. */
  readonly butFor: readonly string[] | null;
}

/** What the files of an entry are made of. */
export interface EntryNames {
  readonly entry: Entry;
  /** Names that no entry before exports with the same declaration. */
  readonly own: readonly Declared[];
  /** The others, by the entry that they are described with. */
  readonly shared: readonly Shared[];
  /** Not exported, but mentioned. */
  readonly mentioned: readonly Declared[];
}

/** Every exported value. A branded number does not show its value in its type. */
const VALUES: ReadonlyMap<string, unknown> = new Map(
  [client, node, web, sspi].flatMap((module) => Object.entries(module)),
);

/** The value of an exported number or text, as it is written in code; null: it is something else. */
export function writtenValue(name: string): string | null {
  const value = VALUES.get(name);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "number") return null;
  return value < FIRST_IN_HEX || !Number.isFinite(value)
    ? String(value)
    : `0x${value.toString(16).toUpperCase()}`;
}

/** Numbers below are written in decimal. */
const FIRST_IN_HEX = 10;
