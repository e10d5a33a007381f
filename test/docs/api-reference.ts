/**
 * The names of an entry with their texts, as Markdown.
 */
import ts from "@typescript/typescript6";
import { type Declared, type EntryNames, writtenValue } from "./api-names.ts";
import type { PublicApi, ShownName } from "./public-api.ts";

/** The text of docs/api/NAME.md. */
export function referenceOf(api: PublicApi, { entry, own, shared }: EntryNames): string {
  const isCallable = ({ symbol }: Declared): boolean => api.signatures(symbol).length > 0;
  const rest = new Set(own);
  const take = (wanted: (declared: Declared) => boolean): Declared[] => {
    const taken = [...rest].filter(wanted);
    for (const one of taken) rest.delete(one);
    return taken;
  };
  const classes = take(({ symbol }) => (symbol.flags & ts.SymbolFlags.Class) !== 0);
  const functions = take(isCallable);
  const types = take(({ symbol }) => (symbol.flags & ts.SymbolFlags.Type) !== 0);
  const constants = [...rest];
  return [
    `# ${entry.name}`,
    ...described("Functions", functions, api),
    ...described("Classes", classes, api),
    ...described("Types", types, api, textsOf(functions, api)),
    ...constantTable(constants, api),
    ...shared.map(({ from, names, butFor }) => {
      const list = (all: readonly string[]): string => all.map((name) => `\`${name}\``).join(", ");
      const but = butFor?.length ? `, but for ${list(butFor)}` : "";
      return `## As in ${from}\n\n${butFor === null ? list(names) : `All names${but}.`}`;
    }),
  ]
    .join("\n\n")
    .concat("\n");
}

/** The texts of functions by their names. */
function textsOf(functions: readonly Declared[], api: PublicApi): ReadonlyMap<string, string> {
  return new Map(
    functions.map(({ name, symbol }) => [name, api.shown(name, symbol)[0]?.text ?? ""]),
  );
}

function described(
  title: string,
  all: readonly Declared[],
  api: PublicApi,
  functions: ReadonlyMap<string, string> = new Map(),
): string[] {
  if (all.length === 0) return [];
  return [`## ${title}`, ...all.flatMap((declared) => sectionOf(declared, api, functions))];
}

function sectionOf(
  { name, symbol, text }: Declared,
  api: PublicApi,
  functions: ReadonlyMap<string, string>,
): string[] {
  const [shown, ...members] = api.shown(name, symbol);
  if (shown === undefined) return [];
  const hasMembers = members.length > 0;
  return [
    `### ${name}`,
    ...(hasMembers ? [] : [`\`\`\`ts\n${text}\n\`\`\``]),
    ...textOf(shown),
    ...(hasMembers ? [memberList(name, members, functions)] : []),
  ];
}

function textOf(shown: ShownName): string[] {
  const parameters = shown.parameters.map(
    ({ name, text }) => `- \`${name}\`: ${inOneLine(text.replace(/^- /, ""))}`,
  );
  const tags = shown.tags.map(({ name, text }) => `- ${name}: ${inOneLine(text)}`);
  const list = [...parameters, ...tags].join("\n");
  return [linked(shown.text), ...(list === "" ? [] : [list])];
}

function memberList(
  owner: string,
  members: readonly ShownName[],
  functions: ReadonlyMap<string, string>,
): string {
  return members
    .map((member) => {
      const word = member.name.slice(owner.length + 1);
      // A type that has the functions of the entry as members does not describe them again.
      if (functions.get(word) === member.text) return `- \`${word}\`: the function of this name.`;
      const parameters = member.parameters.map(({ name }) => name).join(", ");
      const call = member.parameters.length > 0 ? `(${parameters})` : "";
      const details = [
        ...member.parameters.map(
          ({ name, text }) => `  - \`${name}\`: ${inOneLine(text.replace(/^- /, ""))}`,
        ),
        ...member.tags.map(({ name, text }) => `  - ${name}: ${inOneLine(text)}`),
      ];
      return [`- \`${word}${call}\`: ${inOneLine(member.text)}`, ...details].join("\n");
    })
    .join("\n");
}

function constantTable(all: readonly Declared[], api: PublicApi): string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, symbol }) => {
    const [shown] = api.shown(name, symbol);
    const value = writtenValue(name);
    return `| \`${name}\` | ${value === null ? "" : `\`${value}\``} | ${inOneLine(shown?.text ?? "").replaceAll("|", "\\|")} |`;
  });
  return [`## Constants`, ["| name | value | what |", "| --- | --- | --- |", ...rows].join("\n")];
}

const linked = (text: string): string => text.replace(/\{@link (\w+)\}/g, "`$1`");
const inOneLine = (text: string): string => linked(text).replace(/\s*\n\s*/g, " ");
