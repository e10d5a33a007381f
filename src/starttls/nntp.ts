/**
 * STARTTLS of NNTP, client side (RFC 4642 §2.2). It takes the server's word from CAPABILITIES (RFC 3977 §5.2).
 */
import {
  line,
  negotiator,
  type Part,
  quote,
  refuse,
  type Script,
  type StartTls,
  send,
} from "./dialogue.ts";

/** NNTP: greeting, CAPABILITIES, STARTTLS. */
export function startTlsNntp(): StartTls {
  return negotiator(nntp());
}

function* nntp(): Script {
  const greeting = yield* line("NNTP greeting");
  // 200: posting is allowed; 201: it is not.
  if (!/^20[01]\b/.test(greeting))
    refuse("UnexpectedAnswer", `NNTP greeting: ${quote(greeting)} instead of 200 or 201`);
  yield* send("CAPABILITIES\r\n");
  const offers = yield* capabilities();
  if (!offers.some((text) => /^STARTTLS\s*$/i.test(text)))
    refuse("NotOffered", "the NNTP server does not offer STARTTLS");
  yield* send("STARTTLS\r\n");
  const answer = yield* line("NNTP answer to STARTTLS");
  if (/^382\b/.test(answer)) return;
  if (!/^\d{3}\b/.test(answer))
    refuse("UnexpectedAnswer", `NNTP answer to STARTTLS: ${quote(answer)} is not a reply`);
  refuse("Refused", `the NNTP server refuses STARTTLS: ${quote(answer)}`);
}

/**
 * The lines of the list, which ends with a line of a period. A server that does not know the command offers nothing.
 */
function* capabilities(): Part<readonly string[]> {
  const what = "NNTP answer to CAPABILITIES";
  const first = yield* line(what);
  if (/^5\d\d\b/.test(first)) return [];
  if (!/^101\b/.test(first)) refuse("UnexpectedAnswer", `${what}: ${quote(first)} instead of 101`);
  const lines: string[] = [];
  for (let next = yield* line(what); next !== "."; next = yield* line(what)) lines.push(next);
  return lines;
}
