/**
 * STARTTLS from code: an SMTP session that switches to TLS and sends EHLO again.
 *   node build/examples/node/starttls-smtp.js HOST PORT AUTHORITY.pem
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect, negotiateStartTls, startTlsSmtp } from "../../src/entries/node.ts";

const [host = "", port = "", authority = ""] = process.argv.slice(2);
const tcp = connectTcp(Number(port), host);
await once(tcp, "connect");
await negotiateStartTls(tcp, startTlsSmtp("client.example"));
const socket = connect({ socket: tcp, servername: host, ca: readFileSync(authority) });
await once(socket, "secureConnect");
console.log(`TLS by ${socket.getCipher()?.name}`);
socket.write("EHLO client.example\r\nQUIT\r\n");
for await (const chunk of socket) process.stdout.write(chunk);
