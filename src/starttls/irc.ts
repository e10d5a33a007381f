/**
 * STARTTLS of IRC, client side (IRCv3 `tls`): before registration. A server that listens on port 6697 speaks TLS at
 * once (RFC 7194).
 */
import { line, negotiator, quote, refuse, type Script, type StartTls, send } from "./dialogue.ts";

/** IRC: STARTTLS at once; notices and pings of the server may come before the answer. */
export function startTlsIrc(): StartTls {
  return negotiator(irc());
}

function* irc(): Script {
  yield* send("STARTTLS\r\n");
  for (;;) {
    const text = yield* line("IRC answer to STARTTLS");
    const words = wordsOf(text);
    const [command = "", ...parameters] = words;
    switch (command.toUpperCase()) {
      case "670":
        return;
      case "691":
        return refuse("Refused", `the IRC server refuses STARTTLS: ${quote(text)}`);
      // Unknown command; not registered: a server that does not know STARTTLS asks for registration first.
      case "421":
      case "451":
        return refuse("NotOffered", `the IRC server does not know STARTTLS: ${quote(text)}`);
      case "ERROR":
        return refuse("Refused", `the IRC server closes the connection: ${quote(text)}`);
      case "PING":
        yield* send(`PONG ${(parameters.join(" ") || ":sealwire").slice(0, MAX_PONG)}\r\n`);
        break;
      case "NOTICE":
      case "CAP":
        break;
      default:
        // Other numerics and notices of the server come before registration; anything else is not IRC.
        if (!/^\d{3}$/.test(command))
          refuse("UnexpectedAnswer", `IRC answer to STARTTLS: ${quote(text)} is not a line of IRC`);
    }
  }
}

/** An IRC line has 512 bytes, its command and end included. */
const MAX_PONG = 500;

/** The words of a line, without its source and tags. */
function wordsOf(text: string): readonly string[] {
  const words = text.split(" ").filter((word) => word !== "");
  if (words[0]?.startsWith("@")) words.shift();
  if (words[0]?.startsWith(":")) words.shift();
  return words;
}
