/**
 * Command line arguments by a table of options, read by `util.parseArgs`: `--name value`, `--name=value`, `--flag`; `--` ends the
 * options. Nothing is ignored: what is not in the table, has a value too many or too few, or is given twice is refused.
 */
import { parseArgs } from "node:util";
import { nearestName } from "../sspi/nearest-name.ts";
import { UsageError } from "./cli-error.ts";

export interface OptionRow {
  readonly name: string;
  /** One character, e.g. "k" for -k. */
  readonly short?: string;
  /** What the value is, in capitals, for the help; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times. */
  readonly multiple?: boolean;
}

export interface Arguments {
  readonly positional: readonly string[];
  /** True if the flag or option was given. */
  has(name: string): boolean;
  /** Value of an option, or null. */
  value(name: string): string | null;
  /** All values of an option. */
  values(name: string): readonly string[];
  /** Value of an option as a whole number of at least `minimum`, or null. */
  number(name: string, minimum: number): number | null;
}

/**
 * Reads arguments.
 * @throws UsageError an option that is not in the table, a value too many or too few, an option that is given twice
 */
export function parseArguments(list: readonly string[], options: readonly OptionRow[]): Arguments {
  const { tokens, positionals } = parseArgs({
    args: list.map((item) => longName(item, options)),
    options: Object.fromEntries(
      options.map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? ("boolean" as const) : ("string" as const),
          ...(short === undefined ? {} : { short }),
          multiple: true,
        },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const row = options.find(({ name }) => name === token.name);
    if (row === undefined) throw unknownOption(token.rawName, options);
    const before = given.get(row.name) ?? [];
    if (given.has(row.name) && row.value !== undefined && row.multiple !== true)
      throw new UsageError(`--${row.name} is given twice; give it once`);
    given.set(row.name, [...before, givenValue(row, token.value)]);
  }
  const value = (name: string): string | null =>
    options.find((row) => row.name === name)?.value === undefined
      ? null
      : (given.get(name)?.at(-1) ?? null);
  return {
    positional: positionals,
    has: (name) => given.has(name),
    value,
    values: (name) => given.get(name) ?? [],
    number: (name, minimum) => {
      const text = value(name);
      if (text === null) return null;
      const number = /^\d{1,15}$/.test(text) ? Number(text) : -1;
      if (number < minimum)
        throw new UsageError(
          `--${name} wants a whole number of at least ${minimum}, not "${text}"`,
        );
      return number;
    },
  };
}

/** "-alpn" is taken for "--alpn", as openssl writes it. */
function longName(item: string, options: readonly OptionRow[]): string {
  const [, name] = /^-([a-z0-9][^=]+)/i.exec(item) ?? [];
  return name !== undefined && options.some((row) => row.name === name) ? `-${item}` : item;
}

function givenValue(row: OptionRow, value: string | undefined): string {
  if (row.value === undefined) {
    if (value !== undefined)
      throw new UsageError(`--${row.name} takes no value, "${value}" was given`);
    return "";
  }
  if (value === undefined) throw new UsageError(`--${row.name} wants a value: ${row.value}`);
  return value;
}

function unknownOption(given: string, options: readonly OptionRow[]): UsageError {
  const names = options.map(({ name }) => `--${name}`);
  const found = nearestName(given.replace(/^-(?=[^-])/, "--"), names);
  const hint = found === null ? "" : `; did you mean ${found}?`;
  return new UsageError(`there is no option ${given}${hint} (all of them: ${names.join(" ")})`);
}
