/**
 * Node's pool of small Buffers is shared with everything else in the process, and `Buffer.allocUnsafe` gives it out as it is: no
 * secret passes through it, whatever is done with sockets, loaders and sessions. The pool is made so large that one holds it all.
 */
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as sspi from "../../src/api/node.ts";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import * as node from "../../src/entries/node.ts";
import { bytes, openssl, text, write } from "../pki-files/openssl-files.ts";

const pool = suite("secrets: pool");
pool.before(enableLegacyKeys);

const POOL = 8 * 1024 * 1024;
/** Bytes of a secret that are looked for. */
const SHOWN = 12;

/** The memory of a pool that nobody has used. */
function freshPool(): Uint8Array {
  const { poolSize } = Buffer;
  Buffer.poolSize = POOL;
  try {
    for (;;) {
      const { buffer } = Buffer.allocUnsafe(1000);
      if (buffer.byteLength === POOL) return new Uint8Array(buffer);
    }
  } finally {
    // The pool in use stays until it is full.
    Buffer.poolSize = poolSize;
  }
}

function checkPool(memory: Uint8Array, secrets: ReadonlyMap<string, Uint8Array>): void {
  const marker = Buffer.from("the pool that was watched is still in use");
  assert.is(marker.buffer, memory.buffer, "the pool was not full");
  const held = Buffer.from(memory.buffer);
  assert.ok(held.includes("the pool that was watched"), "what is in the pool is found");
  const found: string[] = [];
  for (const [name, secret] of secrets) {
    const part = secret.subarray(0, SHOWN);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const base64 = btoa(String.fromCharCode(...part));
    if (held.includes(Buffer.from(part.buffer, part.byteOffset, part.length)))
      found.push(`${name} as bytes`);
    if (held.includes(hex, 0, "latin1")) found.push(`${name} as hex`);
    if (held.includes(base64, 0, "latin1")) found.push(`${name} as base64`);
  }
  assert.equal(found, []);
}

const unpooled = (bytes: Iterable<number>): Uint8Array => Uint8Array.from(bytes);
const fromHex = (hex: string): Uint8Array =>
  unpooled((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
const ascii = (words: string): Uint8Array => new TextEncoder().encode(words);

const made = sspi.selfSignedCertificate({ names: ["localhost"] });
const scalar = fromHex(
  Buffer.from(
    createPrivateKey(made.privateKeyPem).export({ format: "jwk" }).d ?? "",
    "base64url",
  ).toString("hex"),
);
/** The line of the key's PEM that holds it. */
const PEM_LINE = ascii(made.privateKeyPem.split("\n")[1]?.slice(20) ?? "");
const TICKET_KEYS = unpooled(Array.from({ length: 48 }, (_, i) => (37 * i + 11) % 251));
const PSK = unpooled(Array.from({ length: 32 }, (_, i) => (91 * i + 5) % 253));

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  for (const listening of [true, false]) {
    const how = listening ? "with listeners of keylog" : "without listeners";
    pool(`${version}, two connections, the second resumed, ${how}`, async () => {
      const memory = freshPool();
      const secrets = new Map<string, Uint8Array>([
        ["the private key", scalar],
        ["the private key's PEM", PEM_LINE],
        ["the ticket keys", TICKET_KEYS],
      ]);
      const note = (line: Buffer): void => {
        const [label = "", , secret = ""] = line.toString("latin1").trim().split(" ");
        secrets.set(`${label} ${secrets.size}`, fromHex(secret));
      };
      const server = node.createServer({
        ...{
          cert: made.certificatePem,
          key: made.privateKeyPem,
          ticketKeys: Buffer.from(TICKET_KEYS.buffer),
        },
        ...{ minVersion: version, maxVersion: version },
      });
      if (listening) server.on("keylog", note);
      server.on("secureConnection", (socket) => {
        socket.on("error", () => undefined);
        socket.pipe(socket);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      let session: Buffer | undefined;
      for (const resumed of [false, true]) {
        const client = node.connect({
          ...{ port, host: "127.0.0.1", servername: "localhost", ca: made.certificatePem },
          ...(session === undefined ? {} : { session }),
        });
        if (listening) client.on("keylog", note);
        client.on("session", (given: Buffer) => {
          session = given;
        });
        await once(client, "secureConnect");
        assert.is(client.isSessionReused(), resumed);
        secrets.set("an exported key", client.exportKeyingMaterial(32, "a label", Buffer.alloc(0)));
        client.write("hello");
        await once(client, "data");
        client.destroy();
      }
      server.close();
      assert.ok(secrets.size > (listening ? 4 : 2));
      checkPool(memory, secrets);
    });
  }
}

pool("an external PSK", async () => {
  const memory = freshPool();
  const server = node.createServer({
    pskCallback: () => PSK,
    ...{ ciphers: "PSK-AES128-GCM-SHA256", maxVersion: "TLSv1.2" },
  });
  server.on("secureConnection", (socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const client = node.connect({
    ...{ port, host: "127.0.0.1", ciphers: "PSK-AES128-GCM-SHA256", maxVersion: "TLSv1.2" },
    pskCallback: () => ({ identity: "me", psk: PSK }),
    checkServerIdentity: () => undefined,
  });
  await once(client, "secureConnect");
  client.destroy();
  server.close();
  checkPool(memory, new Map([["the PSK", PSK]]));
});

const PASSPHRASE = "correct horse battery";

pool("loaders of keys in PEM and DER, encrypted and not, and of PFX", async () => {
  write("k.pem", made.privateKeyPem);
  write("c.pem", made.certificatePem);
  const pass = ["-passout", `pass:${PASSPHRASE}`];
  openssl("pkcs8", "-topk8", "-in", "k.pem", "-out", "pbes2.pem", ...pass);
  openssl("pkcs8", "-topk8", "-in", "k.pem", "-v1", "PBE-SHA1-3DES", "-out", "pbes1.pem", ...pass);
  openssl("ec", "-in", "k.pem", "-aes128", "-out", "dek.pem", ...pass);
  openssl("pkcs12", "-export", "-in", "c.pem", "-inkey", "k.pem", "-out", "x.pfx", ...pass);
  const [pbes2, pbes1, dek] = [text("pbes2.pem"), text("pbes1.pem"), text("dek.pem")];
  const file = bytes("x.pfx");
  const memory = freshPool();
  for (const key of [made.privateKeyPem, pbes2, pbes1, dek]) {
    const { privateKey } = await sspi.certContextFromPemAsync(made.certificatePem, key, PASSPHRASE);
    assert.instance(privateKey, Uint8Array);
    node.createSecureContext({ cert: made.certificatePem, key, passphrase: PASSPHRASE });
  }
  await sspi.certContextFromPfx(file, PASSPHRASE);
  checkPool(
    memory,
    new Map([
      ["the private key", scalar],
      ["the private key's PEM", PEM_LINE],
      ["the passphrase", ascii(PASSPHRASE)],
    ]),
  );
});

pool.run();
