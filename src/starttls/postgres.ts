/**
 * SSLRequest of PostgreSQL, client side (PostgreSQL documentation, "Frontend/Backend Protocol", SSL session
 * encryption): eight bytes to the server, one byte back.
 */
import { exactly, negotiator, refuse, type Script, type StartTls, send } from "./dialogue.ts";

/** Length (4) | code 1234 5679. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);
const [YES, NO, ERROR] = ["S", "N", "E"].map((letter) => letter.charCodeAt(0));

/** PostgreSQL: SSLRequest. */
export function startTlsPostgres(): StartTls {
  return negotiator(postgres());
}

function* postgres(): Script {
  yield* send(SSL_REQUEST);
  const [answer] = yield* exactly(1, "PostgreSQL answer to SSLRequest");
  if (answer === NO) refuse("NotOffered", "the PostgreSQL server has TLS switched off (ssl = off)");
  // Its text is not shown: an attacker in between could write it (CVE-2024-10977).
  if (answer === ERROR)
    refuse("Refused", "the PostgreSQL server answers SSLRequest with an error; is it very old?");
  if (answer !== YES)
    refuse(
      "UnexpectedAnswer",
      "the answer to SSLRequest is not PostgreSQL's; is it another server?",
    );
}
