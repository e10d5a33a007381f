/**
 * AUTH TLS of FTP, client side (RFC 4217 §4): of the control connection. A data connection begins with TLS at once.
 */
import { negotiator, quote, refuse, type Script, type StartTls, send } from "./dialogue.ts";
import { reply } from "./reply.ts";

/** FTP: greeting, AUTH TLS. */
export function startTlsFtp(): StartTls {
  return negotiator(ftp());
}

function* ftp(): Script {
  let greeting = yield* reply("FTP greeting");
  // 120: wait, the service will be ready soon.
  while (greeting.code === "120") greeting = yield* reply("FTP greeting");
  if (greeting.code !== "220")
    refuse(
      "UnexpectedAnswer",
      `FTP greeting: ${quote(`${greeting.code} ${greeting.lines[0]}`)} instead of 220`,
    );
  yield* send("AUTH TLS\r\n");
  const answer = yield* reply("FTP answer to AUTH TLS");
  if (answer.code !== "234")
    refuse(
      "Refused",
      `the FTP server refuses AUTH TLS: ${quote(`${answer.code} ${answer.lines[0]}`)}`,
    );
}
