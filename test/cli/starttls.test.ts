/**
 * `sealwire connect --starttls` over sockets: scripted servers that go over to node:tls, and hostile ones.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TdsHandshakeStream } from "../../src/adapters/node/node-start-tls.ts";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { START_TLS_PROTOCOLS } from "../../src/starttls/protocols.ts";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { opensslServer } from "../interop/openssl.ts";
import { CONVERSATIONS, type Conversation } from "../starttls/scripts.ts";
import { type Outcome, sealwire } from "./command.ts";

const starttls = suite("cli: connect --starttls");
const authority = testAuthority();
const identity = authority.server("p256");
const TRUST = ["--servername", SERVER_NAME, "--ca", authority.file];

/** Says its part of a conversation; resolves when the client has said all of its own. */
async function converse(
  socket: Socket,
  { turns, last }: Conversation,
  add: Uint8Array,
): Promise<void> {
  const heard = async (length: number): Promise<void> => {
    let missing = length;
    while (missing > 0) {
      const chunk: Buffer | null = socket.read(
        Math.min(missing, Math.max(socket.readableLength, 1)),
      );
      if (chunk === null) await new Promise((resolve) => socket.once("readable", resolve));
      else missing -= chunk.length;
    }
  };
  for (const [index, { ask, answer }] of turns.entries()) {
    // XMPP and SMTP tell names: what they say here is as long as in the script.
    await heard(ask.length);
    socket.write(index === turns.length - 1 ? concat(answer, add) : answer);
  }
  await heard(last.length);
}

/** Over a protected connection: sends back what comes, in capitals. */
function shout(transport: Duplex, framed: TdsHandshakeStream | null): void {
  const socket = new TLSSocket(transport as Socket, {
    ...{ isServer: true, cert: identity.certificate, key: identity.key },
    ...(framed === null ? {} : { maxVersion: "TLSv1.2" }),
  });
  socket.on("secure", () => framed?.finish());
  socket.on("data", (bytes) => socket.write(bytes.toString().toUpperCase()));
  socket.on("end", () => socket.end());
  socket.on("error", () => transport.destroy());
}

function listen(conversation: Conversation, add: Uint8Array = new Uint8Array(0)): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    void converse(socket, conversation, add).then(() => {
      const framed = conversation.name === "tds" ? new TdsHandshakeStream(socket) : null;
      framed?.on("error", () => {});
      shout(framed ?? socket, framed);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

async function run(server: Server, name: string, ...options: string[]): Promise<Outcome> {
  const { port } = server.address() as { port: number };
  try {
    const target = `127.0.0.1:${port}`;
    const parameters = ["connect", target, ...TRUST, "--starttls", name, "--wait", "0", ...options];
    return await sealwire(parameters, { input: "hello" });
  } finally {
    server.close();
  }
}

/** As the command line says it: its own names, which the conversations have to be as long as. */
const spoken = (conversation: Conversation): Conversation => {
  const negotiate = START_TLS_PROTOCOLS.find(({ name }) => name === conversation.name)?.negotiate;
  const negotiator = negotiate?.(SERVER_NAME);
  let step = negotiator?.start();
  const turns = conversation.turns.map(({ answer }) => {
    const ask = step?.state === "more" ? step.output : new Uint8Array(0);
    step = negotiator?.receive(answer);
    return { ask, answer };
  });
  return { ...conversation, turns };
};

for (const conversation of CONVERSATIONS.map(spoken)) {
  const { name } = conversation;
  starttls(`${name}: TLS after the go-ahead`, async () => {
    const { status, stdout, stderr } = await run(await listen(conversation), name);
    assert.is(status, 0, stderr);
    assert.is(stdout, "HELLO");
    assert.match(stderr, name === "tds" ? /version +TLS 1\.2/ : /version +TLS 1\.3/);
  });

  starttls(`${name}: injected plaintext ends it before TLS`, async () => {
    const server = await listen(conversation, latin1("injected\r\n"));
    const { status, stdout, stderr } = await run(server, name);
    assert.is(status, 1);
    assert.is(stdout, "");
    assert.match(stderr, /^sealwire connect: [^\n]*plaintext came after the go-ahead[^\n]*\n$/);
  });
}

starttls("tds8: TLS at once, with its ALPN name", async () => {
  const server = await opensslServer([identity], "-rev", "-alpn", "tds/8.0");
  try {
    const target = `127.0.0.1:${server.port}`;
    const parameters = ["connect", target, ...TRUST, "--starttls", "tds8", "--wait", "0"];
    const { status, stdout, stderr } = await sealwire(parameters, { input: "hello\n" });
    assert.is(status, 0, stderr);
    assert.is(stdout, "olleh\n");
    assert.match(stderr, /ALPN +tds\/8\.0/);
  } finally {
    await server.stop();
  }
});

starttls("a server that says no, one that hangs up, and one of another protocol", async () => {
  for (const [answer, text] of [
    ["N", "switched off"],
    ["", "the connection ended before TLS began"],
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "is it another server?"],
  ] as const) {
    const server = createServer((socket) => socket.on("error", () => {}).end(answer));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { status, stderr } = await run(server, "postgres");
    assert.is(status, 1);
    assert.match(stderr, text);
  }
});

starttls.run();
