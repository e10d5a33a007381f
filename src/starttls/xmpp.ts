/**
 * STARTTLS of XMPP, client side (RFC 6120 §5): stream header, features, starttls, proceed. Reads tags, no more: a
 * stream before TLS has neither comments nor entities nor processing instructions (§11.1).
 */
import { fromLatin1 } from "../bytes/text.ts";
import { asciiHost, withoutDot } from "../protocol/host-name.ts";
import {
  negotiator,
  type Part,
  quote,
  refuse,
  type Script,
  type StartTls,
  send,
  unit,
} from "./dialogue.ts";

const NAMESPACE = "urn:ietf:params:xml:ns:xmpp-tls";
const STREAMS = "http://etherx.jabber.org/streams";

/**
 * XMPP: opens the stream and asks for TLS.
 * @param domain the requested service; the certificate has to be for it. It is sent in ASCII (A-labels)
 * @throws TypeError for a domain that would leave its attribute
 */
export function startTlsXmpp(domain: string): StartTls {
  const ascii = withoutDot(asciiHost(domain) ?? "");
  if (!/^[\w.:[\]-]+$/.test(ascii)) throw new TypeError(`${quote(domain)} is not an XMPP domain`);
  return negotiator(xmpp(ascii));
}

function* xmpp(domain: string): Script {
  yield* send(
    `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='${STREAMS}'>`,
  );
  yield* streamHeader();
  if (!(yield* features())) refuse("NotOffered", "the XMPP server does not offer starttls");
  yield* send(`<starttls xmlns='${NAMESPACE}'/>`);
  const answer = yield* tag();
  if (answer.name === "failure")
    refuse("Refused", "the XMPP server answers starttls with a failure");
  if (answer.name !== "proceed" || !answer.text.includes(NAMESPACE))
    refuse("UnexpectedAnswer", `XMPP answer to starttls: ${quote(answer.text)}`);
  if (!answer.empty) yield* tag("/proceed");
}

function* streamHeader(): Script {
  let first = yield* tag();
  if (first.name === "?xml") first = yield* tag();
  if (first.name !== "stream")
    refuse("UnexpectedAnswer", `${quote(first.text)} opens no XMPP stream`);
}

/** Reads the features; true if starttls is one of them. */
function* features(): Part<boolean> {
  const first = yield* tag("features");
  let offered = false;
  let depth = first.empty ? 0 : 1;
  while (depth > 0) {
    const next = yield* tag(undefined, textThenTag());
    const isDirect = depth === 1 && !next.name.startsWith("/");
    if (isDirect && next.name === "starttls" && next.text.includes(NAMESPACE)) offered = true;
    if (next.name.startsWith("/")) depth--;
    else if (!next.empty) depth++;
  }
  return offered;
}

interface Tag {
  /** Local name; with "/" before it for an end tag. */
  readonly name: string;
  /** `<name/>`. */
  readonly empty: boolean;
  readonly text: string;
}

/** The next tag. @param wanted another one is refused @param length what may precede it */
function* tag(wanted?: string, length = spaceThenTag()): Part<Tag> {
  const text = fromLatin1(yield* unit(length, "XMPP stream"));
  const inner = text.slice(text.indexOf("<") + 1, -1);
  const [, slash = "", name = ""] = /^(\/?)(?:[\w.-]+:)?([?\w.-]+)/.exec(inner) ?? [];
  const found = { name: slash + name, empty: inner.endsWith("/"), text: `<${inner}>` };
  if (name === "") refuse("UnexpectedAnswer", `${quote(found.text)} does not belong in XMPP`);
  if (name === "error") refuse("Refused", "the XMPP server answers with a stream error");
  if (wanted !== undefined && found.name !== wanted)
    refuse("UnexpectedAnswer", `XMPP: ${quote(found.text)} instead of ${wanted}`);
  return found;
}

const [LESS, GREATER, QUOTE, APOSTROPHE] = [0x3c, 0x3e, 0x22, 0x27];

type Scanner = (input: Uint8Array) => number;

/** Between the elements of a stream there is only white space (RFC 6120 §4.4). */
function spaceThenTag(): Scanner {
  const scan = textThenTag();
  let looked = 0;
  return (input) => {
    while (looked < input.length && (input[looked] ?? 0) <= 0x20) looked++;
    if (looked < input.length && input[looked] !== LESS)
      refuse("UnexpectedAnswer", "the answer is not XMPP; is it another server?");
    return scan(input);
  };
}

/** Bytes up to the end of the first tag, or 0. A ">" inside of quotes is none. */
function textThenTag(): Scanner {
  let looked = 0;
  let inTag = false;
  let quoted = 0;
  return (input) => {
    for (; looked < input.length; looked++) {
      const byte = input[looked] as number;
      if (!inTag) inTag = byte === LESS;
      else if (quoted !== 0) quoted = byte === quoted ? 0 : quoted;
      else if (byte === QUOTE || byte === APOSTROPHE) quoted = byte;
      else if (byte === GREATER) return looked + 1;
    }
    return 0;
  };
}
