/**
 * Replies of SMTP (RFC 5321 §4.2.1) and FTP (RFC 959 §4.2): three digits and text, on one line or on several, whose
 * last one has a space after the same digits.
 */
import { line, type Part, quote, refuse } from "./dialogue.ts";

export interface Reply {
  readonly code: string;
  /** The text of each line, without the digits where a line has them. At least one. */
  readonly lines: readonly [string, ...string[]];
}

/** Reads one reply. @param what for messages, e.g. "FTP greeting" */
export function* reply(what: string): Part<Reply> {
  const first = yield* line(what);
  const [, code, mark, text = ""] = /^(\d{3})([ -]?)(.*)$/.exec(first) ?? [];
  if (code === undefined) refuse("UnexpectedAnswer", `${what}: ${quote(first)} is not a reply`);
  const lines: [string, ...string[]] = [text];
  if (mark !== "-") return { code, lines };
  for (;;) {
    const next = yield* line(what);
    const isNumbered = next.startsWith(code) && /^[ -]?/.test(next.slice(code.length));
    lines.push(isNumbered ? next.slice(code.length + 1) : next);
    if (next.startsWith(`${code} `) || next === code) return { code, lines };
  }
}
