/**
 * STARTTLS of ManageSieve, client side (RFC 5804 §2.2). The server greets with the list of what it can do.
 */

import { fromLatin1 } from "../bytes/text.ts";
import {
  exactly,
  line,
  negotiator,
  type Part,
  quote,
  refuse,
  type Script,
  type StartTls,
  send,
} from "./dialogue.ts";

/** ManageSieve: greeting with capabilities, STARTTLS. */
export function startTlsSieve(): StartTls {
  return negotiator(sieve());
}

function* sieve(): Script {
  const greeting = yield* response("Sieve greeting");
  if (greeting.word !== "OK")
    refuse("Refused", `the Sieve server turns us away: ${quote(greeting.text)}`);
  if (!greeting.capabilities.some((text) => /^"STARTTLS"/i.test(text)))
    refuse("NotOffered", "the Sieve server does not offer STARTTLS");
  yield* send("STARTTLS\r\n");
  const answer = yield* response("Sieve answer to STARTTLS");
  if (answer.word !== "OK")
    refuse("Refused", `the Sieve server refuses STARTTLS: ${quote(answer.text)}`);
}

interface Response {
  readonly word: string;
  readonly text: string;
  /** The lines before it. */
  readonly capabilities: readonly string[];
}

/** Lines that begin with a string, up to the one that begins with OK, NO or BYE. */
function* response(what: string): Part<Response> {
  const capabilities: string[] = [];
  for (;;) {
    const text = yield* lineWithLiterals(what);
    const [, word] = /^(OK|NO|BYE)(?![A-Z])/i.exec(text) ?? [];
    if (word !== undefined) return { word: word.toUpperCase(), text, capabilities };
    if (!text.startsWith('"'))
      refuse("UnexpectedAnswer", `${what}: ${quote(text)} is not a line of ManageSieve`);
    capabilities.push(text);
  }
}

/** A line; a string may be a literal, which its length precedes: {12} and the end of a line. */
function* lineWithLiterals(what: string): Part<string> {
  let text = yield* line(what);
  for (;;) {
    const [mark, length] = /\{(\d{1,6})\+?\}$/.exec(text) ?? [];
    if (mark === undefined) return text;
    const literal = fromLatin1(yield* exactly(Number(length), what));
    text = `${text.slice(0, -mark.length)}"${literal}"${yield* line(what)}`;
  }
}
