/**
 * The texts of Digest (RFC 2831 §7.1, RFC 7616 §3): directives `name=value`, separated by commas. Values are quoted or bare, as
 * peers differ in what they quote. One character of a text stands for one byte.
 */
import { fromLatin1, latin1 } from "../bytes/text.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_INVALID_PARAMETER, SEC_E_INVALID_TOKEN } from "../sspi/security-status.ts";

/** Bytes of a token, at most (RFC 2831 §2.1.2 for responses). */
export const MAX_TOKEN = 4096;
/** The name of the scheme before the directives, as HTTP has it; it may be there or not. */
const SCHEME = /^digest[ \t]+/i;
const SPACE = " \t\r\n";
/** Those of a name beside letters and digits (RFC 7230 §3.2.6). */
const NAME_MARKS = "!#$%&'*+-.^_`|~";
/** Printable, but not in a bare value; URIs are sometimes left bare. */
const NOT_BARE = '",\\';

const isSpace = (character: string): boolean => SPACE.includes(character);
const isName = (character: string): boolean =>
  /[0-9A-Za-z]/.test(character) || NAME_MARKS.includes(character);
const isBare = (character: string): boolean =>
  /[!-~]/.test(character) && !NOT_BARE.includes(character);

/** The directives of one token; names are in lower case. */
export class Directives {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** All values of a directive that may be there more than once. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** @returns undefined: it is not there. @throws Refusal SEC_E_INVALID_TOKEN: it is there twice */
  optional(name: string): string | undefined {
    const [value, second] = this.all(name);
    return second === undefined ? value : malformed(`${name} is there more than once`);
  }

  /** @throws Refusal SEC_E_INVALID_TOKEN: it is not there, or there twice */
  one(name: string): string {
    return this.optional(name) ?? malformed(`${name} is missing`);
  }

  /** The words of a list in one value, in lower case. Undefined: the directive is not there. */
  words(name: string): readonly string[] | undefined {
    return this.optional(name)
      ?.split(",")
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word !== "");
  }
}

/** @throws Refusal SEC_E_INVALID_TOKEN: it is too long, or not a list of directives */
export function readDirectives(token: Uint8Array): Directives {
  if (token.length > MAX_TOKEN) {
    return malformed(`the token has ${token.length} bytes, and ${MAX_TOKEN} are allowed`);
  }
  const text = new TextReader(fromLatin1(token).replace(SCHEME, ""));
  const values = new Map<string, string[]>();
  for (text.run(isSpace); !text.atEnd; text.run(isSpace)) {
    if (text.take(",")) continue;
    const name = text.needed(isName, "a name").toLowerCase();
    text.run(isSpace);
    if (!text.take("=")) return malformed(`"=" is expected at byte ${text.at}`);
    text.run(isSpace);
    const value = text.take('"') ? text.quoted() : text.needed(isBare, "a value");
    text.run(isSpace);
    if (!text.atEnd && !text.take(",")) return malformed(`"," is expected at byte ${text.at}`);
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return new Directives(values);
}

class TextReader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** The characters from here on of one kind. */
  run(isOfKind: (character: string) => boolean): string {
    const start = this.at;
    while (!this.atEnd && isOfKind(this.#text[this.at] ?? "")) this.at++;
    return this.#text.slice(start, this.at);
  }

  needed(isOfKind: (character: string) => boolean, what: string): string {
    return this.run(isOfKind) || malformed(`${what} is expected at byte ${this.at}`);
  }

  take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** What is up to the closing quotation mark. */
  quoted(): string {
    let value = "";
    while (!this.take('"')) {
      this.take("\\");
      if (this.atEnd) return malformed("a quoted value does not end");
      value += this.#text[this.at++] ?? "";
    }
    return value;
  }
}

/** A directive to be written; null: it is left out. */
export type Written = readonly [name: string, value: string, form: "quoted" | "bare"] | null;

/**
 * @returns the token in new memory
 * @throws Refusal SEC_E_INVALID_PARAMETER: it would be longer than peers accept, or a value has control characters
 */
export function writeDirectives(directives: readonly Written[], most: number): Uint8Array {
  const parts: string[] = [];
  for (const directive of directives) {
    if (directive === null) continue;
    const [name, value, form] = directive;
    if (hasControl(value)) cannotWrite(`${name} has a control character`);
    parts.push(
      form === "bare" ? `${name}=${value}` : `${name}="${value.replace(/["\\]/g, "\\$&")}"`,
    );
  }
  const text = parts.join(",");
  return text.length > most
    ? cannotWrite(`the token would have ${text.length} bytes, and peers accept ${most}`)
    : latin1(text);
}

/** Refuses a token of the peer. */
export function malformed(what: string): never {
  return refuse(SEC_E_INVALID_TOKEN, "MalformedToken", `the token of Digest: ${what}`);
}

function cannotWrite(what: string): never {
  return refuse(SEC_E_INVALID_PARAMETER, "CannotWrite", `Digest cannot write its token: ${what}`);
}

/** True for control characters of ASCII. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
