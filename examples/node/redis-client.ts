/**
 * A Redis client over a SecureSocket: commands out as arrays of bulk strings, replies in (RESP2). Enough for a query.
 *   node build/examples/node/redis-client.js HOST PORT AUTHORITY.pem COMMAND…
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "../../src/entries/node.ts";

export type Reply = string | number | null | Reply[];

/** Bytes of a command. */
export function encodeCommand(words: readonly string[]): string {
  const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulk.join("")}`;
}

/** The first reply of `text` and where it ends, or null while it is not all there. One character per byte. */
export function decodeReply(text: string, at = 0): { reply: Reply; end: number } | null {
  const lineEnd = text.indexOf("\r\n", at);
  if (lineEnd < 0) return null;
  const line = text.slice(at + 1, lineEnd);
  let end = lineEnd + 2;
  switch (text[at]) {
    case "+":
      return { reply: line, end };
    case "-":
      throw new Error(`Redis: ${line}`);
    case ":":
      return { reply: Number(line), end };
    case "$": {
      const length = Number(line);
      if (length < 0) return { reply: null, end };
      if (text.length < end + length + 2) return null;
      return { reply: text.slice(end, end + length), end: end + length + 2 };
    }
    case "*": {
      const items: Reply[] = [];
      for (let left = Number(line); left > 0; left--) {
        const item = decodeReply(text, end);
        if (item === null) return null;
        items.push(item.reply);
        end = item.end;
      }
      return { reply: items, end };
    }
    default:
      throw new Error("this is not a Redis reply");
  }
}

const [host = "", port = "", authority = "", ...command] = process.argv.slice(2);
const socket = connect({ host, port: Number(port), ca: readFileSync(authority) });
await once(socket, "secureConnect");
socket.write(encodeCommand(command));
let received = "";
for await (const chunk of socket) {
  received += chunk.toString("latin1");
  const answer = decodeReply(received);
  if (answer === null) continue;
  console.log(JSON.stringify(answer.reply));
  break;
}
socket.end();
