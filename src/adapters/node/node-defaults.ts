/**
 * What the user of a program says to Node about TLS: flags, NODE_OPTIONS, the environment, and assignments to the defaults of
 * node:tls. Whoever says it relies on it, so it holds for these sockets as well.
 */
import { constants } from "node:crypto";
import nodeTls from "node:tls";

/**
 * The value of an option of Node that has no other place to be read from, by Node's rules: NODE_OPTIONS before the command line,
 * the last one wins, and `--tls_keylog` is `--tls-keylog`. Null: it was not given.
 */
export function nodeOption(name: string): string | null {
  const { NODE_OPTIONS = "" } = process.env;
  const given = [...optionWords(NODE_OPTIONS), ...process.execArgv];
  let value: string | null = null;
  for (const [i, word] of given.entries()) {
    const equals = word.indexOf("=");
    const end = equals === -1 ? word.length : equals;
    if (!word.startsWith("--") || word.slice(0, end).replaceAll("_", "-") !== name) continue;
    // A value of its own that begins with "-" is written with a backslash before it.
    value = equals === -1 ? (given[i + 1]?.replace(/^\\(?=-)/, "") ?? null) : word.slice(end + 1);
  }
  return value;
}

/** The words of NODE_OPTIONS: apart by blanks, which quotes hold together; a backslash inside quotes takes the next character as it is. */
function optionWords(text: string): readonly string[] {
  const words: string[] = [];
  let isQuoted = false;
  let isBetween = true;
  for (let at = 0; at < text.length; at++) {
    let character = text.charAt(at);
    if (character === "\\" && isQuoted) character = text.charAt(++at);
    else if (character === '"') {
      isQuoted = !isQuoted;
      continue;
    } else if (character === " " && !isQuoted) {
      isBetween = true;
      continue;
    }
    if (isBetween) words.push(character);
    else words[words.length - 1] += character;
    isBetween = false;
  }
  return words;
}

/** Node's list where nobody changed it. Other runtimes have constants that say nothing of their lists. */
const UNCHANGED_CIPHERS: unknown =
  "bun" in process.versions || "deno" in process.versions
    ? nodeTls.DEFAULT_CIPHERS
    : (constants as { readonly defaultCoreCipherList?: unknown }).defaultCoreCipherList;

/** What a program assigned to the defaults of our default export. */
const assigned: {
  DEFAULT_MIN_VERSION?: string;
  DEFAULT_MAX_VERSION?: string;
  DEFAULT_CIPHERS?: string;
  DEFAULT_ECDH_CURVE?: string;
} = {};

/** A copy of `names`, as CommonJS modules are, to whose defaults a program can assign as to those of node:tls. */
export function withDefaults<Names extends Readonly<Record<keyof typeof assigned, unknown>>>(
  names: Names,
): Names {
  const copy = { ...names };
  const current = {
    DEFAULT_MIN_VERSION: () => defaultVersions().min,
    DEFAULT_MAX_VERSION: () => defaultVersions().max,
    DEFAULT_CIPHERS: () => defaultCiphers() ?? names.DEFAULT_CIPHERS,
    DEFAULT_ECDH_CURVE: () => defaultCurve() ?? names.DEFAULT_ECDH_CURVE,
  };
  for (const [name, get] of Object.entries(current)) {
    const set = (value: string): void => {
      assigned[name as keyof typeof assigned] = value;
    };
    Object.defineProperty(copy, name, { get, set, enumerable: true });
  }
  // As in node, that list alone cannot be replaced.
  if ("rootCertificates" in copy)
    Object.defineProperty(copy, "rootCertificates", { writable: false });
  return copy;
}

/** `ecdhCurve` where the program gives none; null: ours. */
export function defaultCurve(): string | null {
  const curve = assigned.DEFAULT_ECDH_CURVE ?? nodeTls.DEFAULT_ECDH_CURVE;
  return curve === undefined || curve === "auto" ? null : curve;
}

/** `minVersion` and `maxVersion` where the program gives none: `--tls-min-v1.3` and its kind, or an assignment. */
export function defaultVersions(): { readonly min: string; readonly max: string } {
  const { DEFAULT_MIN_VERSION: min, DEFAULT_MAX_VERSION: max } = { ...nodeTls, ...assigned };
  return { min, max };
}

/** `ciphers` where the program gives none: `--tls-cipher-list`, or an assignment; null: Node's own list, in whose place ours is. */
export function defaultCiphers(): string | null {
  if (assigned.DEFAULT_CIPHERS !== undefined) return assigned.DEFAULT_CIPHERS;
  const { DEFAULT_CIPHERS } = nodeTls;
  return DEFAULT_CIPHERS === UNCHANGED_CIPHERS ? null : DEFAULT_CIPHERS;
}

let warned = false;

/** Does a client refuse who is not trusted? NODE_TLS_REJECT_UNAUTHORIZED=0 speaks where the program gives no option. */
export function refusesStrangers(option: boolean | undefined, isServer: boolean): boolean {
  const { NODE_TLS_REJECT_UNAUTHORIZED: word } = process.env;
  const allows = word === "0" && !isServer;
  if (allows && !warned) {
    warned = true;
    process.emitWarning(
      "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS requests insecure by disabling certificate verification.",
    );
  }
  return option === undefined ? !allows : option !== false;
}
