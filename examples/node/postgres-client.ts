/**
 * A PostgreSQL client over a SecureSocket: SSLRequest, TLS, start-up, one simple query, rows to stdout. Trust and
 * cleartext-password authentication (which TLS protects). Enough for a query.
 *   node build/examples/node/postgres-client.js HOST PORT AUTHORITY.pem USER PASSWORD DATABASE QUERY
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect, negotiateStartTls, startTlsPostgres } from "../../src/entries/node.ts";

const [host = "", port = "", authority = "", ...rest] = process.argv.slice(2);
const [user = "", password = "", database = "", query = ""] = rest;

/** type (1) | length (4), itself included | body. The start-up message has no type. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, body]);
}
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** The values of a DataRow: count (2), then length (4) and bytes of each; -1: null. */
function rowValues(body: Buffer): (string | null)[] {
  let at = 2;
  return Array.from({ length: body.readUInt16BE(0) }, () => {
    const length = body.readInt32BE(at);
    at += 4 + Math.max(length, 0);
    return length < 0 ? null : body.toString("utf8", at - length, at);
  });
}

/** The message among the fields of an ErrorResponse: letter (1), text, zero. */
function errorText(body: Buffer): string {
  const fields = body.toString("utf8").split("\0");
  return fields.find((field) => field.startsWith("M"))?.slice(1) ?? "an error without a message";
}

const tcp = connectTcp(Number(port), host);
await once(tcp, "connect");
await negotiateStartTls(tcp, startTlsPostgres());
const socket = connect({ socket: tcp, servername: host, ca: readFileSync(authority) });
await once(socket, "secureConnect");

const PROTOCOL_3 = Buffer.from([0, 3, 0, 0]);
const parameters = ["user", user, "database", database].map(text);
socket.write(message("", Buffer.concat([PROTOCOL_3, ...parameters, Buffer.alloc(1)])));
let input = Buffer.alloc(0);
let asked = false;
reading: for await (const chunk of socket) {
  input = Buffer.concat([input, chunk]);
  while (input.length >= 5 && input.length >= 1 + input.readUInt32BE(1)) {
    const type = String.fromCharCode(input[0] ?? 0);
    const end = 1 + input.readUInt32BE(1);
    const body = input.subarray(5, end);
    input = input.subarray(end);
    // Authentication: 0 is success, 3 asks for the password as it is.
    const method = type === "R" ? body.readUInt32BE(0) : 0;
    if (method === 3) socket.write(message("p", text(password)));
    else if (method !== 0) throw new Error(`authentication method ${method} is not built here`);
    if (type === "E") throw new Error(`PostgreSQL: ${errorText(body)}`);
    if (type === "D") console.log(rowValues(body).join("\t"));
    if (type !== "Z") continue;
    if (asked) break reading;
    socket.write(message("Q", text(query)));
    asked = true;
  }
}
socket.end(message("X", Buffer.alloc(0)));
