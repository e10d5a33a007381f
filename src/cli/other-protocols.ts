/**
 * What a peer speaks that does not speak TLS, by its first bytes, and what to do about it.
 */
import { fromLatin1 } from "../bytes/text.ts";
import { printable } from "./terminal.ts";

interface Protocol {
  readonly name: string;
  readonly begins: RegExp;
  readonly advice: string;
}

const PLAIN_PORT = "this is its port for plaintext; TLS is spoken on another one";
const withStartTls = (protocol: string): string =>
  `it may go over to TLS: try --starttls ${protocol}`;

const PROTOCOLS: readonly Protocol[] = [
  { name: "HTTP without TLS", begins: /^HTTP\/\d/, advice: `${PLAIN_PORT} (443, 8443)` },
  {
    name: "HTTP without TLS",
    begins: /^(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT|DELETE) /,
    advice: "",
  },
  { name: "HTTP without TLS", begins: /^<(?:!DOCTYPE html|html)/i, advice: PLAIN_PORT },
  { name: "SSH", begins: /^SSH-/, advice: "it has no TLS; choose another port" },
  { name: "FTP", begins: /^220[ -].*FTP/i, advice: withStartTls("ftp") },
  { name: "SMTP", begins: /^220[ -]/, advice: withStartTls("smtp") },
  { name: "SMTP", begins: /^(?:421|554)[ -]/, advice: "it refuses us before any TLS" },
  { name: "LMTP or SMTP", begins: /^5\d\d[ -]/, advice: "it refuses our bytes" },
  { name: "IMAP", begins: /^\* (?:OK|BYE|PREAUTH|BAD)/, advice: withStartTls("imap") },
  { name: "POP3", begins: /^(?:\+OK|-ERR) .*/, advice: withStartTls("pop3") },
  { name: "NNTP", begins: /^(?:200|201) /, advice: withStartTls("nntp") },
  { name: "ManageSieve", begins: /^"IMPLEMENTATION"/i, advice: withStartTls("sieve") },
  { name: "IRC", begins: /^(?::\S+ |NOTICE |ERROR :)/, advice: withStartTls("irc") },
  { name: "XMPP", begins: /^<(?:\?xml|stream:)/, advice: withStartTls("xmpp") },
  { name: "VNC", begins: /^RFB \d/, advice: "it has no TLS of this kind" },
  { name: "AMQP", begins: /^AMQP/, advice: `${PLAIN_PORT} (5671)` },
  { name: "Redis", begins: /^-(?:ERR|NOAUTH|DENIED)/, advice: PLAIN_PORT },
];
const SHOWN = 60;

/** The greeting of MySQL: length (3), number 0, protocol version 10, the server's version. */
function greetsAsMysql(begin: Uint8Array): boolean {
  const digit = (begin[5] ?? 0) - 0x30;
  return begin[3] === 0 && begin[4] === 10 && digit >= 0 && digit <= 9;
}

/** A sentence about a peer whose first bytes are not TLS; null if it has said nothing. */
export function otherProtocol(begin: Uint8Array): string | null {
  if (begin.length === 0) return null;
  if (greetsAsMysql(begin)) return `speaks MySQL here; ${withStartTls("mysql")}`;
  const text = fromLatin1(begin.subarray(0, 512));
  const found = PROTOCOLS.find(({ begins }) => begins.test(text));
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  const readable = /^[\x20-\x7e\t]{3,}/.test(line);
  const quoted = readable ? `, it says "${printable(line.slice(0, SHOWN))}"` : "";
  if (found === undefined)
    return readable
      ? `does not speak TLS here${quoted}; check the port, or name its protocol with --starttls`
      : null;
  return `speaks ${found.name} here${quoted}${found.advice === "" ? "" : `; ${found.advice}`}`;
}
