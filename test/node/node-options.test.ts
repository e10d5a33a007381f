/**
 * Options as node:tls takes them: lists of suites with old words and security levels, `secureOptions`, falsy values, and the
 * classes, codes and words of its errors. Each case is also run with node:tls, which must do the same.
 */
import { constants, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as sspi from "../../src/api/node.ts";
import * as ours from "../../src/entries/node.ts";
import { careless, errorOf, LIBRARIES, listening, OWN, pipe } from "./kit.ts";

const tests = suite("node: options as node:tls takes them");

type Thrown = { readonly name: string; readonly code: string; readonly message: string };

function thrownBy(run: () => unknown): Thrown | null {
  try {
    run();
    return null;
  } catch (error) {
    const { name, code, message } = error as Thrown;
    return { name, code, message };
  }
}

/** Lists that OpenSSL takes. */
const LISTS = [
  "DEFAULT@SECLEVEL=0",
  "DEFAULT:@SECLEVEL=1",
  "ALL@SECLEVEL=2",
  "DEFAULT@SECLEVEL=1:!RC4",
  "ECDHE-RSA-AES128-GCM-SHA256@SECLEVEL=0",
  "ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA",
  "ECDHE-RSA-AES128-GCM-SHA256;EXP-RC4-MD5,AES128-SHA",
  "kEECDH+AESGCM:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!3DES:!MD5",
  "TLSv1.2:!AECDH:!ECDHE-ECDSA-DES-CBC3-SHA",
  "HIGH:!kECDHe:!kRSA",
  "",
];

tests("lists of suites that OpenSSL takes are taken", () => {
  for (const ciphers of LISTS) {
    for (const [library, tls] of LIBRARIES) {
      assert.is(
        thrownBy(() => tls.createSecureContext({ ciphers })),
        null,
        `${library} ${ciphers}`,
      );
    }
  }
});

tests("lists of which OpenSSL knows no word are refused with its words", () => {
  for (const ciphers of ["aes256-sha", "FOOBARBAZ", "TLS_not_a_cipher", "rick-128-roll"]) {
    for (const [library, tls] of LIBRARIES) {
      const thrown = thrownBy(() => tls.createSecureContext({ ciphers }));
      assert.match(thrown?.message ?? "", /no[ _]cipher[ _]match/i, `${library} ${ciphers}`);
      assert.is(thrown?.code, "ERR_SSL_NO_CIPHER_MATCH");
    }
  }
});

tests("a security level of 3 or more leaves out weak suites and groups", () => {
  const three = ours.createSecureContext({ ciphers: "ALL@SECLEVEL=3" });
  const four = ours.createSecureContext({ ciphers: "ALL@SECLEVEL=4" });
  const names = (context: ours.SecureContext): number[] => [...(context.cipherSuites ?? [])];
  assert.ok(names(three).includes(0xc02f), "ECDHE-RSA-AES128-GCM-SHA256");
  assert.not(names(three).includes(0x009c), "AES128-GCM-SHA256 has no forward secrecy");
  assert.not(names(four).includes(0xc02f));
  assert.ok(names(four).includes(0xc030), "ECDHE-RSA-AES256-GCM-SHA384");
  assert.not(four.supportedGroups?.includes(29), "x25519");
  assert.ok(four.supportedGroups?.includes(24), "secp384r1");
  assert.not(four.signatureSchemes?.includes(0x0403), "ecdsa_secp256r1_sha256");
  assert.throws(() => ours.createSecureContext({ ciphers: "ALL@SECLEVEL=6" }), /SECLEVEL=6/);
});

tests("a security level of 3 or more refuses weak keys of the peer", async () => {
  const server = ours.createServer(OWN, (socket) => careless(socket));
  const port = await listening(server);
  const options = { port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert };
  const { asymmetricKeyType } = new X509Certificate(OWN.cert).publicKey;
  assert.is(asymmetricKeyType, "ec");
  const good = ours.connect({ ...options, ciphers: "HIGH@SECLEVEL=3" });
  await once(good, "secureConnect");
  good.destroy();
  const weak = ours.connect({ ...options, ciphers: "HIGH@SECLEVEL=4" });
  const error = await errorOf(weak);
  assert.ok(error instanceof ours.TlsError);
  server.close();
});

tests("a key of our own below the security level is refused, as by OpenSSL", () => {
  for (const [library, tls] of LIBRARIES) {
    const thrown = thrownBy(() => tls.createSecureContext({ ...OWN, ciphers: "HIGH@SECLEVEL=4" }));
    assert.is(thrown?.code, "ERR_SSL_EE_KEY_TOO_SMALL", library);
    assert.match(thrown?.message ?? "", /ee key too small/, library);
  }
});

const {
  SSL_OP_NO_TICKET,
  SSL_OP_LEGACY_SERVER_CONNECT,
  SSL_OP_CIPHER_SERVER_PREFERENCE,
  SSL_OP_ALL,
  SSL_OP_NO_COMPRESSION,
  SSL_OP_NO_TLSv1,
  SSL_OP_NO_TLSv1_2,
} = constants;

tests("bits of secureOptions that ask for what is always so are taken", () => {
  for (const secureOptions of [
    SSL_OP_ALL | SSL_OP_LEGACY_SERVER_CONNECT,
    SSL_OP_NO_COMPRESSION | SSL_OP_NO_TLSv1,
    SSL_OP_CIPHER_SERVER_PREFERENCE,
    0,
  ]) {
    for (const [, tls] of LIBRARIES) tls.createSecureContext({ secureOptions });
  }
  for (const secureOptions of [false, null, undefined] as never[]) {
    for (const [, tls] of LIBRARIES) tls.createSecureContext({ secureOptions });
  }
});

tests("bits of secureOptions that cannot be had are refused by name with the reason", () => {
  for (const [name, bit] of Object.entries(constants)) {
    if (!name.startsWith("SSL_OP_") || bit === 0) continue;
    const thrown = thrownBy(() => ours.createSecureContext({ secureOptions: Number(bit) }));
    if (thrown === null) continue;
    assert.ok(thrown.message.includes(name) || /mean nothing/.test(thrown.message), thrown.message);
    assert.ok(thrown.message.length > 60);
  }
});

tests("SSL_OP_CIPHER_SERVER_PREFERENCE counts more than honorCipherOrder: false", () => {
  const options = { honorCipherOrder: false, secureOptions: SSL_OP_CIPHER_SERVER_PREFERENCE };
  assert.is(ours.createSecureContext(options).preferClientCipherOrder, false);
  assert.is(ours.createSecureContext({ honorCipherOrder: false }).preferClientCipherOrder, true);
});

tests("SSL_OP_NO_TLSv1_2 leaves TLS 1.3", () => {
  assert.equal(ours.createSecureContext({ secureOptions: SSL_OP_NO_TLSv1_2 }).versions, [0x0304]);
});

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  tests(`a server with SSL_OP_NO_TICKET gives no tickets: ${version}`, async () => {
    const server = ours.createServer(
      { ...OWN, maxVersion: version, secureOptions: SSL_OP_NO_TICKET },
      (socket) => socket.end("x"),
    );
    const port = await listening(server);
    const client = ours.connect({ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert });
    const tickets: unknown[] = [];
    client.on("session", () => tickets.push(client.getTLSTicket()));
    client.resume();
    await once(client, "close");
    // TLS 1.2 has sessions without tickets.
    assert.equal(tickets, version === "TLSv1.2" ? [undefined] : []);
    server.close();
  });
}

/** Options that are left out by a falsy value. */
const FALSY: readonly Record<string, unknown>[] = [
  ...[false, null, undefined, 0].map((none) => ({ ca: none, cert: none, key: none })),
  { passphrase: false },
  { ciphers: "" },
];

tests("falsy options of a context are as if they were not there", () => {
  for (const options of FALSY) {
    for (const [, tls] of LIBRARIES) tls.createSecureContext(options);
  }
});

tests("falsy options of a server and a connection are as if they were not there", () => {
  const none = { SNICallback: false, pskCallback: false, ALPNCallback: false, session: false };
  for (const [, tls] of LIBRARIES) {
    tls.createServer({ ...OWN, ...none, pfx: undefined } as never, null as never).close();
    const socket = new tls.TLSSocket(pipe()[0], none as never);
    socket.on("error", () => undefined).destroy();
  }
});

/** What is wrong, where both libraries throw the same. */
const WRONG: readonly (readonly [string, (tls: typeof ours) => unknown])[] = [
  ["ciphers: 1", (tls) => tls.createSecureContext({ ciphers: 1 as never })],
  ["passphrase: 1", (tls) => tls.createServer({ key: OWN.key, passphrase: 1 as never })],
  ["ecdhCurve: 1", (tls) => tls.createServer({ ecdhCurve: 1 as never })],
  ["handshakeTimeout: text", (tls) => tls.createServer({ handshakeTimeout: "abcd" as never })],
  ["sessionTimeout: text", (tls) => tls.createServer({ sessionTimeout: "abcd" as never })],
  ["ticketKeys: text", (tls) => tls.createServer({ ticketKeys: "abcd" as never })],
  ["key: true", (tls) => tls.createServer({ key: true as never, cert: OWN.cert })],
  ["cert: 1", (tls) => tls.createServer({ key: OWN.key, cert: 1 as never })],
  ["ca: true", (tls) => tls.createServer({ ca: true as never })],
  ["options: a list", (tls) => tls.createServer([] as never)],
  ["options: text", (tls) => tls.createServer("not valid" as never)],
  ["SNICallback: text", (tls) => tls.createServer({ SNICallback: "x" as never })],
  [
    "privateKeyEngine: 0",
    (tls) => tls.createSecureContext({ privateKeyEngine: 0 as never, privateKeyIdentifier: "key" }),
  ],
  ["clientCertEngine: 0", (tls) => tls.createSecureContext({ clientCertEngine: 0 as never })],
  [
    "both ALPN options",
    (tls) => tls.createServer({ ALPNProtocols: ["a"], ALPNCallback: () => undefined }),
  ],
  ["an ALPN name of 256 bytes", (tls) => tls.createServer({ ALPNProtocols: ["a".repeat(256)] })],
];

tests("what is wrong is thrown with node's class, code and words", () => {
  for (const [name, run] of WRONG) {
    const [here, node] = LIBRARIES.map(([, tls]) => thrownBy(() => run(tls)));
    assert.ok(node, name);
    assert.equal(here, node, name);
  }
});

tests("errors of wrong arguments are TlsErrors and TypeErrors or RangeErrors", () => {
  const wrong = (): unknown => ours.createSecureContext({ ciphers: 1 as never });
  assert.throws(wrong, (error: unknown) => error instanceof TypeError && error instanceof Error);
  assert.throws(wrong, (error: unknown) => error instanceof ours.TlsError);
  const range = (): unknown => ours.createServer({ ALPNProtocols: [""] });
  assert.throws(range, (error: unknown) => error instanceof RangeError);
  assert.throws(range, (error: unknown) => error instanceof ours.TlsError);
  assert.throws(range, /index 0 is too short/);
  assert.not(new TypeError("another") instanceof ours.TlsError);
  assert.not(({ __proto__: null } as unknown) instanceof ours.TlsError);
});

tests("a key of another certificate is refused when it is given, with OpenSSL's words", () => {
  const { privateKeyPem: key } = sspi.selfSignedCertificate({ names: ["other"] });
  for (const [library, tls] of LIBRARIES) {
    for (const run of [
      () => tls.createSecureContext({ cert: OWN.cert, key }),
      () => tls.createServer({ cert: OWN.cert, key }),
      () => tls.createServer(OWN).setSecureContext({ cert: OWN.cert, key }),
    ]) {
      const thrown = thrownBy(run);
      assert.is(thrown?.code, "ERR_OSSL_X509_KEY_VALUES_MISMATCH", library);
      assert.match(thrown?.message ?? "", /key values mismatch/, library);
    }
  }
});

tests("setMaxSendFragment, setServername and setTicketKeys throw node's errors", () => {
  const server = ours.createServer(OWN);
  const [near] = pipe();
  const socket = new ours.TLSSocket(near, { isServer: true, ...OWN });
  assert.is(thrownBy(() => socket.setMaxSendFragment("1" as never))?.code, "ERR_INVALID_ARG_TYPE");
  assert.throws(
    () => socket.setMaxSendFragment(Number.NaN),
    (e: unknown) => e instanceof RangeError,
  );
  assert.is(socket.setMaxSendFragment(511), false);
  assert.throws(() => socket.setServername("localhost"), /Cannot issue SNI from a TLS server-side/);
  assert.throws(() => server.setTicketKeys(Buffer.alloc(3)), /must be a 48-byte buffer/);
  socket.destroy();
});

tests("convertALPNProtocols gives what node's gives", () => {
  for (const protocols of [["h2", "http/1.1"], Buffer.from("\x02h2"), new Uint8Array([1, 65])]) {
    const [here, node] = LIBRARIES.map(([, tls]) => {
      const out: { ALPNProtocols?: Buffer } = {};
      (tls as typeof ours).convertALPNProtocols(protocols as string[], out);
      return out.ALPNProtocols?.toString("hex");
    });
    assert.is(here, node);
  }
});

tests("createSecurePair is refused by name", () => {
  assert.throws(() => ours.createSecurePair(), /createSecurePair\(\) is not there/);
  assert.is(thrownBy(() => ours.createSecurePair({}))?.code, "ERR_TLS_INVALID_CONTEXT");
});

tests("a servername that is an address is warned about once, with node's code", async () => {
  const warned = once(process, "warning");
  for (let i = 0; i < 2; i++) {
    ours
      .connect({ port: 9, host: "127.0.0.1", servername: "127.0.0.1" })
      .on("error", () => undefined)
      .destroy();
  }
  const [warning] = (await warned) as [Error & { code?: string }];
  assert.is(warning.code, "DEP0123");
});

tests("TLSSocket without a transport connects as node's does", async () => {
  for (const [library, tls] of LIBRARIES) {
    const server = tls.createServer(OWN, (socket) => socket.pipe(socket));
    const port = await listening(server);
    const socket = new tls.TLSSocket(
      undefined as never,
      { ca: OWN.cert, host: "localhost" } as never,
    );
    assert.is(socket.allowHalfOpen, false, library);
    const data = once(socket, "data");
    socket.connect({ port, host: "127.0.0.1" } as never, () => socket.end("hello"));
    assert.is(String(await data), "hello", library);
    socket.destroy();
    server.close();
  }
  const open = new ours.TLSSocket(undefined, { allowHalfOpen: true });
  assert.is(open.allowHalfOpen, true);
  open.destroy();
});

tests.run();
