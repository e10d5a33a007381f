/**
 * STARTTLS of the mail protocols, client side: SMTP (RFC 3207), LMTP (RFC 2033), IMAP (RFC 9051 §6.2.1), POP3 (RFC 2595
 * §4).
 */
import { asciiHost } from "../protocol/host-name.ts";
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
import { reply } from "./reply.ts";

/** Names itself to the server in EHLO if the caller gives no name: a host that has no name of its own. */
const ANONYMOUS = "localhost";
/** Tag of our only IMAP command. */
const TAG = "sealwire";

/**
 * SMTP: greeting, EHLO, STARTTLS.
 * @param clientName our name for EHLO, a host name or an address literal. It is sent in ASCII (A-labels)
 * @throws TypeError for a name that would end the line
 */
export function startTlsSmtp(clientName: string = ANONYMOUS): StartTls {
  return negotiator(submission("SMTP", "EHLO", clientName));
}

/**
 * LMTP: greeting, LHLO, STARTTLS.
 * @param clientName our name for LHLO, a host name or an address literal. It is sent in ASCII (A-labels)
 * @throws TypeError for a name that would end the line
 */
export function startTlsLmtp(clientName: string = ANONYMOUS): StartTls {
  return negotiator(submission("LMTP", "LHLO", clientName));
}

function submission(protocol: string, hello: string, clientName: string): Script {
  const ascii = asciiHost(clientName) ?? "";
  if (!/^[\x21-\x7e]+$/.test(ascii))
    throw new TypeError(`${quote(clientName)} is not a name for ${hello}`);
  return submissionScript(protocol, hello, ascii);
}

function* submissionScript(protocol: string, hello: string, clientName: string): Script {
  yield* expect(`${protocol} greeting`, "220");
  yield* send(`${hello} ${clientName}\r\n`);
  const { lines } = yield* expect(`${protocol} answer to ${hello}`, "250");
  if (!lines.slice(1).some((text) => /^STARTTLS\s*$/i.test(text)))
    refuse("NotOffered", `the ${protocol} server does not offer STARTTLS`);
  yield* send("STARTTLS\r\n");
  const answer = yield* reply(`${protocol} answer to STARTTLS`);
  if (answer.code !== "220")
    refuse(
      "Refused",
      `the ${protocol} server refuses STARTTLS: ${quote(`${answer.code} ${answer.lines[0]}`)}`,
    );
}

function* expect(what: string, code: string): Part<{ readonly lines: readonly string[] }> {
  const answer = yield* reply(what);
  if (answer.code !== code)
    refuse(
      "UnexpectedAnswer",
      `${what}: ${quote(`${answer.code} ${answer.lines[0]}`)} instead of ${code}`,
    );
  return answer;
}

/** IMAP: greeting, STARTTLS. */
export function startTlsImap(): StartTls {
  return negotiator(imap());
}

function* imap(): Script {
  const greeting = yield* line("IMAP greeting");
  // RFC 9051 §11.1: a session that is logged in already cannot start TLS; who forges that wants plaintext.
  if (/^\* PREAUTH\b/i.test(greeting))
    refuse("Refused", "the IMAP server answers PREAUTH: it would continue in plaintext");
  if (!/^\* OK\b/i.test(greeting))
    refuse("UnexpectedAnswer", `IMAP greeting: ${quote(greeting)} instead of "* OK"`);
  yield* send(`${TAG} STARTTLS\r\n`);
  let answer = yield* line("IMAP answer to STARTTLS");
  while (answer.startsWith("* ")) answer = yield* line("IMAP answer to STARTTLS");
  const [, word] = /^sealwire (OK|NO|BAD)\b/i.exec(answer) ?? [];
  if (word === undefined)
    refuse("UnexpectedAnswer", `IMAP answer to STARTTLS: ${quote(answer)} is none`);
  if (word.toUpperCase() !== "OK")
    refuse("Refused", `the IMAP server refuses STARTTLS: ${quote(answer.slice(TAG.length + 1))}`);
}

/** POP3: greeting, STLS. */
export function startTlsPop3(): StartTls {
  return negotiator(pop3());
}

function* pop3(): Script {
  const greeting = yield* line("POP3 greeting");
  if (!/^\+OK\b/.test(greeting))
    refuse("UnexpectedAnswer", `POP3 greeting: ${quote(greeting)} instead of "+OK"`);
  yield* send("STLS\r\n");
  const answer = yield* line("POP3 answer to STLS");
  if (/^-ERR\b/.test(answer)) refuse("Refused", `the POP3 server refuses STLS: ${quote(answer)}`);
  if (!/^\+OK\b/.test(answer))
    refuse("UnexpectedAnswer", `POP3 answer to STLS: ${quote(answer)} is none`);
}
