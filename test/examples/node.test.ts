/**
 * The examples for Node run and say what they should: the first program against OpenSSL, the others among themselves or
 * against scripted servers.
 */
import { execFile } from "node:child_process";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TdsHandshakeStream } from "../../src/entries/node.ts";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { opensslServer } from "../interop/openssl.ts";
import { tdsAnswer } from "../starttls/scripts.ts";
import { ROOT } from "../support/data.ts";

const examples = suite("examples: node");
const authority = testAuthority();
const identity = authority.server("p256");
const PEM = { cert: identity.certificate, key: identity.key };
const LIMIT_MS = 30_000;

async function run(name: string, ...parameters: readonly string[]): Promise<string> {
  const file = join(ROOT, "build/examples", `${name}.js`);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...parameters], {
    timeout: LIMIT_MS,
  });
  assert.is(stderr, "");
  return stdout;
}

/** Runs an example against a server of the test's own. */
async function against(
  name: string,
  onConnection: (socket: Socket) => void,
  ...parameters: readonly string[]
): Promise<string> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  try {
    return await run(name, SERVER_NAME, `${port}`, authority.file, ...parameters);
  } finally {
    server.close();
  }
}

examples("in-memory: a session without a transport", async () => {
  const lines = (await run("in-memory")).trimEnd().split("\n");
  assert.equal(
    lines.map((line) => line.split(" ")[0]),
    [
      ...["SEC_I_CONTINUE_NEEDED", "SEC_I_CONTINUE_NEEDED", "SEC_E_OK", "SEC_E_OK", "SEC_E_OK"],
      ...["SEC_E_OK", "SEC_E_OK", "hello,"],
    ],
  );
});

for (const version of ["-tls1_2", "-tls1_3"])
  examples(`first-program against openssl s_server ${version}`, async () => {
    const server = await opensslServer([identity], "-www", version);
    try {
      const page = await run("first-program", SERVER_NAME, `${server.port}`, authority.file);
      assert.match(page, /^HTTP\/1\.0 200 ok\r\n/);
      assert.match(page, "</HTML>");
    } finally {
      await server.stop();
    }
  });

examples("https", async () => {
  assert.is(await run("node/https"), "you asked for /one\nyou asked for /two\n");
});

examples("http2", async () => {
  const lines = ["ALPN h2", "stream 1 asked for /one", "stream 3 asked for /two", ""];
  assert.is(await run("node/http2"), lines.join("\n"));
});

examples("redis-client: replies in any pieces", async () => {
  const replies: readonly (readonly [string, string])[] = [
    ["+OK\r\n", '"OK"'],
    [":-7\r\n", "-7"],
    ["$-1\r\n", "null"],
    ["*2\r\n$3\r\na\r\n\r\n:1\r\n", '["a\\r\\n",1]'],
  ];
  for (const [reply, text] of replies) {
    let asked = "";
    const said = await against(
      "node/redis-client",
      (transport) => {
        const socket = new TLSSocket(transport, { isServer: true, ...PEM });
        socket.on("error", () => {});
        socket.on("data", (bytes) => {
          asked += bytes;
          if (asked.endsWith("key\r\n")) for (const letter of reply) socket.write(letter);
        });
      },
      ...["GET", "key"],
    );
    assert.is(asked, "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
    assert.is(said, `${text}\n`);
  }
});

examples("starttls-smtp", async () => {
  const said = await against("node/starttls-smtp", (transport) => {
    transport.on("error", () => {});
    transport.write("220 ready\r\n");
    const listen = (bytes: Buffer): void => {
      const line = bytes.toString();
      if (line.startsWith("EHLO")) transport.write("250-hello\r\n250 STARTTLS\r\n");
      if (!line.startsWith("STARTTLS")) return;
      transport.off("data", listen);
      transport.write("220 go\r\n");
      const socket = new TLSSocket(transport, { isServer: true, ...PEM });
      socket.on("data", () => socket.end("250 hello again\r\n221 bye\r\n"));
    };
    transport.on("data", listen);
  });
  assert.match(said, /^TLS by TLS_AES_256_GCM_SHA384\n250 hello again\r\n221 bye\r\n$/);
});

examples("tds-framer: the handshake in packets, a message of several records", async () => {
  const lengths: number[] = [];
  const said = await against(
    "node/tds-framer",
    (transport) => {
      transport.once("data", () => {
        transport.write(tdsAnswer(1));
        const frames = new TdsHandshakeStream(transport);
        const socket = new TLSSocket(frames as unknown as Socket, {
          ...{ isServer: true, maxVersion: "TLSv1.2" },
          ...PEM,
        });
        socket.on("secure", () => frames.finish());
        socket.on("error", () => {});
        const received: Buffer[] = [];
        socket.on("data", (bytes) => {
          lengths.push(bytes.length);
          received.push(bytes);
          const all = Buffer.concat(received);
          if (all.length < 10_000 + 3 * 8) return;
          // Our answer: the same packets with the type of a response.
          for (let at = 0; at < all.length; at += all.readUInt16BE(at + 2)) all[at] = 4;
          socket.write(all);
        });
      });
    },
    ...["1", "select 1 ".repeat(1112).slice(0, 10_000)],
  );
  assert.is(said, "4: 10000 bytes, select 1 select 1 se\n");
  assert.ok(Math.max(...lengths) <= 4096, `a record of ${Math.max(...lengths)} bytes`);
});

examples.run();
