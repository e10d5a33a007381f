/**
 * How long a backtracking engine may look for a match of a regular expression, by the length of the text: an automaton of
 * the expression is looked at for texts that it can read in several ways. Exponential: a state is reached from itself by two
 * ways with one text. Polynomial: one text leads from a first state to itself, from it to a second, and from that to itself.
 */
import { CharSet, JS, NFA } from "refa";
import { analyse } from "scslre";

export type Growth = "linear" | "polynomial" | "exponential";

/** Larger numbers of repetitions are as many as one likes: an automaton of each of them would be too large to look at. */
const MAX_COUNT = 4;

/** The expression with small numbers of repetitions. */
const withFewCounts = (source: string): string =>
  source.replace(/\{(\d+)(?:,(\d*))?\}/g, (all: string, least: string, most?: string) => {
    if (most === undefined) return Number(least) > MAX_COUNT ? `{${MAX_COUNT}}` : all;
    if (most !== "" && Number(most) <= MAX_COUNT) return all;
    return least === "0" ? "*" : "+";
  });

type Edge = readonly [to: number, on: CharSet];

/** Edges by state. A search that may begin anywhere has a state of its own, the last one. */
function edgesOf(source: string, flags: string): Edge[][] {
  const parser = JS.Parser.fromLiteral({ source: withFewCounts(source), flags });
  const { expression, maxCharacter } = parser.parse({ assertions: "ignore" });
  const automaton = NFA.fromRegex(expression, { maxCharacter }, { assertions: "ignore" });
  const numbers = new Map([...automaton.nodes()].map((node, index) => [node, index]));
  const number = (node: NFA.Node): number => numbers.get(node) ?? -1;
  // Where the end of the text is not asked for, the first final state is a match: nothing after it can fail.
  const toTheEnd = source.includes("$");
  const edges = [...automaton.nodes()].map((node): Edge[] =>
    !toTheEnd && automaton.finals.has(node)
      ? []
      : [...node.out].map(([to, on]) => [number(to), on]),
  );
  const anchored = source.startsWith("^") && !/^\^[^([]*\|/.test(source);
  if (!anchored)
    edges.push([
      [edges.length, CharSet.all(maxCharacter)],
      ...(edges[number(automaton.initial)] ?? []),
    ]);
  return edges;
}

/** States that several walkers can be in after the same text, from the given ones; at least one character is read. */
function reachable(edges: readonly (readonly Edge[])[], ...from: readonly number[]): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let states = open.pop(); states !== undefined; states = open.pop()) {
    let ways: (readonly [readonly number[], CharSet | null])[] = [[[], null]];
    for (const state of states)
      ways = ways.flatMap(([path, before]) =>
        (edges[state] ?? []).flatMap(([to, on]) => {
          const common = before === null ? on : before.intersect(on);
          return common.isEmpty ? [] : [[[...path, to], common] as const];
        }),
      );
    for (const [path] of ways) {
      const key = path.join(" ");
      if (found.has(key)) continue;
      found.add(key);
      open.push([...path]);
    }
  }
  return found;
}

/** How the time for a text grows with it, at worst. */
export function growthOf(source: string, flags: string): Growth {
  // Stars of stars, which an automaton does not show.
  const nested = analyse({ source: withFewCounts(source), flags: flags.replace("g", "") });
  if (nested.reports.some((report) => report.exponential)) return "exponential";
  const edges = edgesOf(source, flags);
  const loops = edges.flatMap((_, state) =>
    reachable(edges, state).has(`${state}`) ? [state] : [],
  );
  for (const state of loops)
    for (const pair of reachable(edges, state, state)) {
      const [one = 0, other = 0] = pair.split(" ").map(Number);
      if (one < other && reachable(edges, one, other).has(`${state} ${state}`))
        return "exponential";
    }
  for (const first of loops)
    for (const second of loops) {
      if (first === second) continue;
      if (reachable(edges, first, first, second).has(`${first} ${second} ${second}`))
        return "polynomial";
    }
  return "linear";
}
