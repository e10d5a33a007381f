/**
 * Command line arguments by a table of options. `--name value`, `--name=value`, `--flag`; `--` ends the options.
 */
import { UsageError } from "./cli-error.ts";

export interface OptionRow {
  readonly name: string;
  /** What the value is, in capitals, for the help; absent for a flag. */
  readonly value?: string;
  readonly help: string;
}

export interface Arguments {
  readonly positional: readonly string[];
  /** True if the flag or option was given. */
  has(name: string): boolean;
  /** Value of an option, or null. */
  value(name: string): string | null;
  /** Value of an option as a whole number of at least `minimum`, or null. */
  number(name: string, minimum: number): number | null;
}

/**
 * Reads arguments.
 * @throws UsageError an option that is not in the table, or a value too many or too few
 */
export function parseArguments(list: readonly string[], options: readonly OptionRow[]): Arguments {
  const given = new Map<string, string | true>();
  const positional: string[] = [];
  const rest = [...list];
  for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
    if (item === "--") {
      positional.push(...rest.splice(0));
    } else if (item.startsWith("-") && item !== "-") {
      readOption(item, rest, options, given);
    } else {
      positional.push(item);
    }
  }
  const value = (name: string): string | null => {
    const found = given.get(name);
    return typeof found === "string" ? found : null;
  };
  return {
    positional,
    has: (name) => given.has(name),
    value,
    number: (name, minimum) => {
      const text = value(name);
      if (text === null) return null;
      const number = Number(text);
      if (!Number.isSafeInteger(number) || number < minimum)
        throw new UsageError(
          `--${name} wants a whole number of at least ${minimum}, not "${text}"`,
        );
      return number;
    },
  };
}

function readOption(
  item: string,
  rest: string[],
  options: readonly OptionRow[],
  given: Map<string, string | true>,
): void {
  const [, name = "", inline] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(item) ?? [];
  const option = options.find((row) => row.name === name);
  if (option === undefined) throw new UsageError(`there is no option ${item.split("=")[0]}`);
  if (option.value === undefined) {
    if (inline !== undefined) throw new UsageError(`--${name} takes no value`);
    given.set(name, true);
    return;
  }
  const value = inline ?? rest.shift();
  if (value === undefined) throw new UsageError(`--${name} wants a value: ${option.value}`);
  given.set(name, value);
}
