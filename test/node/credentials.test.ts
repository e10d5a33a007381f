/**
 * Certificates and keys in every form that node:tls takes, options that reach the stream, and a peer that asks and does
 * not read.
 */
import { execFileSync } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as sspi from "../../src/api/node.ts";
import {
  createSecureContext,
  createServer,
  SecureSocket,
  type SecureSocketOptions,
} from "../../src/entries/node.ts";
import { PlaintextQueue } from "../../src/session/plaintext-queue.ts";
import { TlsSession } from "../../src/session/tls-session.ts";
import { careless, errorOf, IDENTITY, memoryPair, OWN, pipe, read, secured } from "./kit.ts";

const credentials = suite("node: credentials and streams");

const key = createPrivateKey(OWN.key);
const encrypted = key.export({
  type: "pkcs8",
  format: "pem",
  cipher: "aes-256-cbc",
  passphrase: "open sesame",
});
const signer = {
  sign: async (_scheme: number, data: Uint8Array): Promise<Uint8Array> => sign("sha256", data, key),
};

const FORMS: readonly (readonly [string, SecureSocketOptions])[] = [
  ["text", OWN],
  ["Buffers", { cert: Buffer.from(OWN.cert), key: Buffer.from(OWN.key) }],
  ["lists", { cert: [OWN.cert], key: [OWN.key] }],
  [
    "an encrypted key with `passphrase`",
    { cert: OWN.cert, key: encrypted as string, passphrase: "open sesame" },
  ],
  [
    "{ pem, passphrase }",
    { cert: OWN.cert, key: [{ pem: encrypted as string, passphrase: "open sesame" }] },
  ],
  ["a KeyObject", { cert: OWN.cert, key: key as never }],
  ["an object that signs by promise", { cert: OWN.cert, key: signer as never }],
  ["a context", { secureContext: createSecureContext(OWN) }],
];

for (const [name, options] of FORMS) {
  credentials(`a server with ${name}`, async () => {
    const [near, far] = pipe();
    const server = new SecureSocket(far, { ...options, isServer: true });
    const client = new SecureSocket(near, { ca: [Buffer.from(OWN.cert)], host: "localhost" });
    server.end("hello");
    assert.is((await read(client)).toString(), "hello");
    client.destroy();
  });
}

credentials("a PFX, with the right passphrase and a wrong one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-pfx-"));
  const file = (name: string): string => join(folder, name);
  try {
    writeFileSync(file("cert.pem"), OWN.cert);
    writeFileSync(file("key.pem"), OWN.key);
    execFileSync("openssl", [
      "pkcs12",
      "-export",
      "-in",
      file("cert.pem"),
      "-inkey",
      file("key.pem"),
      "-out",
      file("own.pfx"),
      "-passout",
      "pass:secret",
    ]);
    const pfx = readFileSync(file("own.pfx"));
    const { client, server } = memoryPair(
      {},
      { cert: undefined, key: undefined, pfx, passphrase: "secret" },
    );
    await secured(client, server);
    client.destroy();
    server.destroy();
    const wrong = new SecureSocket(pipe()[0], { isServer: true, pfx, passphrase: "wrong" });
    assert.ok((await errorOf(wrong)).message.length > 10);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

credentials("a wrong passphrase, and a key of another certificate", async () => {
  assert.throws(
    () => createSecureContext({ cert: OWN.cert, key: encrypted as string, passphrase: "wrong" }),
    (error: Error) => /passphrase/.test(error.message),
  );
  const other = sspi.selfSignedCertificate({ names: ["other"] });
  const given = { cert: OWN.cert, key: other.privateKeyPem };
  for (const make of [
    () => createSecureContext(given),
    () => createServer(given),
    () => new SecureSocket(pipe()[0], { ...given, isServer: true }),
    () => createServer(OWN).setSecureContext(given),
  ]) {
    assert.throws(
      make,
      (error: Error & { code?: string; library?: string; reason?: string }) =>
        error.code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH" &&
        error.library === "x509 certificate routines" &&
        error.reason === "key values mismatch",
    );
  }
});

credentials("highWaterMark reaches both sides of the stream", () => {
  const one = new SecureSocket(pipe()[0], { highWaterMark: 5000 });
  assert.equal([one.readableHighWaterMark, one.writableHighWaterMark], [5000, 5000]);
  one.destroy();
});

credentials("a peer that asks for key updates and does not read ends with an error", async () => {
  const [near, far] = pipe();
  const server = new SecureSocket(far, { ...OWN, isServer: true, minVersion: "TLSv1.3" });
  careless(near);
  server.resume();
  const { credential } = sspi.acquireCredentialsHandle({
    package: sspi.UNISP_NAME,
    credentialUse: sspi.SECPKG_CRED_OUTBOUND,
    authData: { dwVersion: 5, hRootStore: sspi.trustStoreFromPem(IDENTITY.certificatePem) },
  });
  if (credential === undefined) throw new Error("no credential");
  let secure = false;
  const peer = new TlsSession(
    { functions: sspi, role: "client", credential, targetName: "localhost" },
    {
      send: (bytes) => near.write(bytes),
      secure: () => {
        secure = true;
      },
      data: () => undefined,
      closed: () => undefined,
      failed: (error) => assert.unreachable(error.message),
      resumed: () => undefined,
    },
  );
  near.on("data", (bytes: Buffer) => peer.receive(new Uint8Array(bytes)));
  peer.start();
  await once(server, "secure");
  assert.ok(secure);
  near.pause();
  near.removeAllListeners("data");
  let failure: Error | null = null;
  server.once("error", (error) => {
    failure = error;
  });
  const letter = new PlaintextQueue();
  for (let round = 0; round < 60_000 && failure === null; round++) {
    peer.renewKeys(true);
    letter.push(Uint8Array.of(1));
    near.write(peer.seal(letter));
    if (round % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.is((failure as (Error & { reason?: string }) | null)?.reason, "AnswersUnread");
  near.destroy();
});

credentials.run();
