/**
 * The table of `docs/node-tls.md` against the real node:tls: nothing of it is left out, what is said to be there is
 * there, and what is not there throws when it is used.
 */
import { constants } from "node:crypto";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selfSignedCertificate } from "../../src/api/node.ts";
import * as ours from "../../src/entries/node.ts";
import { memoryPair, OWN, pipe, secured } from "./kit.ts";
import {
  CONTEXT_OPTIONS,
  EXPORTS,
  type Row,
  SERVER_MEMBERS,
  SOCKET_MEMBERS,
  SOCKET_OPTIONS,
} from "./node-tls-table.ts";

const table = suite("node: the table of node:tls");

const OTHER = { key: selfSignedCertificate({ names: ["other"] }).privateKeyPem };

const names = (rows: readonly Row[], ...verdicts: readonly string[]): string[] =>
  rows.filter(([, verdict]) => verdicts.includes(verdict)).map(([name]) => name);
const there = (rows: readonly Row[]): string[] => names(rows, "same", "better");
/** Public members: what begins with an underscore is node's own affair. */
const members = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => !/^_|^constructor$/.test(name));

table("every export of node:tls is in it, and what is said to be there is", () => {
  const rows = EXPORTS.map(([name]) => name);
  // Newer versions of node have more; the table is about the one that is tested with.
  const known = Object.keys(tls).filter((name) => name !== "default");
  assert.equal(
    known.filter((name) => !rows.includes(name)),
    [],
  );
  const exported = Object.keys(ours);
  assert.equal(
    there(EXPORTS).filter((name) => !exported.includes(name)),
    [],
  );
  assert.equal(
    names(EXPORTS, "not there").filter((name) => exported.includes(name)),
    ["createSecurePair"],
  );
});

table("every member of TLSSocket and Server", async () => {
  for (const [rows, theirs] of [
    [SOCKET_MEMBERS, tls.TLSSocket.prototype],
    [SERVER_MEMBERS, tls.Server.prototype],
  ] as const) {
    const listed = rows.map(([name]) => name);
    assert.equal(
      members(theirs).filter((name) => !listed.includes(name)),
      [],
    );
  }
  const { client, server } = memoryPair();
  const has = (object: object, name: string): boolean =>
    name === "Symbol.asyncDispose" ? Symbol.asyncDispose in object : name in object;
  assert.equal(
    there(SOCKET_MEMBERS).filter((name) => !has(client, name)),
    [],
  );
  const listener = ours.createServer(OWN);
  assert.equal(
    there(SERVER_MEMBERS).filter((name) => !has(listener, name)),
    [],
  );
  await secured(client, server);
  assert.throws(() => client.enableTrace(), refused);
  client.destroy();
  server.destroy();
});

/** A value that would do something in node. */
const USED: Readonly<Record<string, unknown>> = {
  certificateCompression: ["zlib"],
  clientCertEngine: "engine",
  privateKeyEngine: "engine",
  privateKeyIdentifier: "identifier",
  enableTrace: true,
};
const PARTLY: readonly Record<string, unknown>[] = [
  { dhparam: "-----BEGIN DH PARAMETERS-----" },
  { pskCallback: "a key" },
  { passphrase: 1 },
  { signal: {} },
  { ALPNCallback: "h2" },
  { sigalgs: "no-such-scheme" },
  { minVersion: "TLSv1.2", maxVersion: "TLSv1.1" },
  { maxVersion: "TLSv1" },
  { minVersion: "TLSv9" },
  { secureProtocol: "TLSv1_method" },
  { secureProtocol: "TLS_method", minVersion: "TLSv1.2" },
  { secureOptions: 1 },
  { ciphers: "NO-SUCH-SUITE" },
  { ciphers: "!ALL" },
  { pskIdentityHint: 7 },
  { ecdhCurve: "curve9" },
  { sigalgs: "ROT13+MD5" },
  { sessionTimeout: -1 },
  { ticketKeys: Buffer.alloc(47) },
  { minDHSize: 4096 },
  { ca: "no certificate" },
  { crl: "no list" },
  { crl: Buffer.from("no list") },
  { crl: "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----" },
  { key: "no key", cert: OWN.cert },
  { ALPNCallback: () => undefined, ALPNProtocols: ["a"] },
  { ALPNProtocols: [""] },
  { ALPNProtocols: ["a".repeat(256)] },
  { ALPNProtocols: Array.from({ length: 300 }, () => "a".repeat(255)) },
  { ALPNProtocols: Buffer.from([2, 97]) },
  { secureContext: tls.createSecureContext() },
];

const refused = (error: unknown): boolean =>
  error instanceof Error &&
  error.message.length > 20 &&
  String((error as Error & { code?: unknown }).code).length > 3;

table("options that are not there throw when they are used, and not when they are empty", () => {
  const absent = [...names(CONTEXT_OPTIONS, "not there"), ...names(SOCKET_OPTIONS, "not there")];
  assert.equal(absent.sort(), Object.keys(USED).sort());
  for (const name of absent) {
    for (const value of [undefined, null])
      new ours.SecureSocket(pipe()[0], { [name]: value }).destroy();
    for (const isServer of [false, true]) {
      const options = { isServer, ...OWN, [name]: USED[name] } as ours.SecureSocketOptions;
      assert.throws(() => new ours.SecureSocket(pipe()[0], options), refused, name);
    }
    assert.throws(
      () => ours.createServer({ ...OWN, [name]: USED[name] } as ours.ServerOptions),
      refused,
      name,
    );
  }
});

table("values that cannot be used throw", () => {
  for (const options of PARTLY) {
    const given = options as ours.SecureSocketOptions & ours.ConnectOptions;
    const [socket] = pipe();
    assert.throws(() => new ours.SecureSocket(socket, given), refused, JSON.stringify(options));
    assert.throws(() => ours.connect({ ...given, socket }), refused);
    // Nobody could listen to the errors of what is half made.
    for (const event of ["error", "close", "data", "end"])
      assert.is(socket.listenerCount(event), 0);
  }
  assert.throws(() => ours.connect({}), refused);
});

table("cipher lists are OpenSSL's", () => {
  const made = (ciphers: string): readonly string[] => {
    const { cipherSuites } = ours.createSecureContext({ ciphers });
    return (cipherSuites ?? []).map((code) => code.toString(16));
  };
  const tls13 = ["1302", "1301", "1303"];
  assert.equal(made("ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA"), [...tls13, "c02f", "35"]);
  assert.equal(made("TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256"), ["1301", "c02f"]);
  assert.equal(made("ECDHE+AESGCM:!aRSA"), [...tls13, "c02c", "c02b"]);
  assert.equal(made("DHE-RSA-AES256-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"), [...tls13, "c02c"]);
  assert.ok(made(tls.DEFAULT_CIPHERS).length > 6);
  for (const list of ["DEFAULT@SECLEVEL=0", "DEFAULT:@SECLEVEL=0", "@SECLEVEL=2:DEFAULT"]) {
    assert.equal(made(list), made("DEFAULT"), list);
  }
  // Names of suites that OpenSSL had once, or has and nobody else, are ignored.
  assert.equal(made("DES-CBC3-SHA:EXP-RC4-MD5:AES256-SHA"), [...tls13, "35"]);
  assert.equal(made("AECDH-NULL-SHA"), tls13);
});

table("levels of OpenSSL from 3 on restrict suites, groups and signatures", () => {
  const at = (level: number): readonly (readonly number[] | null)[] => {
    const context = ours.createSecureContext({ ciphers: `ALL:@SECLEVEL=${level}` });
    return [context.cipherSuites, context.supportedGroups, context.signatureSchemes];
  };
  const [suites2, groups2, schemes2] = at(2);
  assert.equal([groups2, schemes2], [null, null]);
  let before = suites2 ?? [];
  for (const level of [3, 4, 5]) {
    const [suites, groups, schemes] = at(level);
    assert.ok((suites ?? []).length < before.length || level === 5, `suites of level ${level}`);
    assert.ok((suites ?? []).every((code) => before.includes(code)));
    before = suites ?? [];
    // X25519 has 128 bits, P-384 has 192, P-521 has 256.
    assert.is((groups ?? []).includes(0x1d), level === 3);
    assert.is((groups ?? []).includes(0x18), level <= 4);
    assert.is((groups ?? []).includes(0x19), true);
    // ecdsa_secp256r1_sha256, ecdsa_secp521r1_sha512
    assert.is((schemes ?? []).includes(0x0403), level === 3);
    assert.is((schemes ?? []).includes(0x0603), true);
  }
  assert.ok(!before.includes(0x009c), "RSA key exchange has no forward secrecy");
});

table(
  "secureOptions have an effect, ask for what is always so, or are refused with a reason",
  () => {
    const bits = Object.entries(constants).filter(([name]) => name.startsWith("SSL_OP_"));
    assert.ok(bits.length > 15);
    for (const [name, bit] of bits) {
      const made = (): ours.SecureContext =>
        ours.createSecureContext({ secureOptions: Number(bit) });
      if (/CHACHA|ROLLBACK|NO_DHE/.test(name)) {
        assert.throws(made, (error: Error) => error.message.includes(name), name);
        continue;
      }
      const { versions, operations } = made();
      assert.is(versions.length, /TLSv1_[23]/.test(name) ? 1 : 2, name);
      assert.is(operations.tickets, name !== "SSL_OP_NO_TICKET", name);
      assert.is(operations.encryptThenMac, name !== "SSL_OP_NO_ENCRYPT_THEN_MAC", name);
    }
    assert.throws(() => ours.createSecureContext({ secureOptions: 1 }), /0x1 mean nothing/);
  },
);

table("wrong arguments throw node's class, code and words", () => {
  const wrong: readonly object[] = [
    ...[1, true, {}].flatMap((value) =>
      ["ciphers", "ecdhCurve", "passphrase", "sigalgs", "sessionIdContext"].map((name) => ({
        ...OWN,
        [name]: value,
      })),
    ),
    { ticketKeys: "text" },
    { sessionTimeout: "text" },
    { sessionTimeout: -1 },
    { minVersion: "TLSv9" },
    { secureProtocol: "SSLv3_method" },
    { secureProtocol: "TLSv1_2_method", minVersion: "TLSv1.2" },
    { cert: OWN.cert, key: OTHER.key },
  ];
  const thrown = (make: () => unknown): Error & { code?: string } => {
    try {
      make();
    } catch (error) {
      return error as Error;
    }
    throw new Error("nothing was thrown");
  };
  for (const options of wrong) {
    const theirs = thrown(() => tls.createSecureContext(options));
    const ourError = thrown(() => ours.createSecureContext(options));
    const words = JSON.stringify(options).slice(0, 60);
    assert.is(ourError.code, theirs.code, words);
    assert.is(ourError.name, theirs.name, words);
    assert.is(ourError instanceof TypeError, theirs instanceof TypeError, words);
    assert.is(ourError instanceof RangeError, theirs instanceof RangeError, words);
    if (theirs.code === "ERR_INVALID_ARG_TYPE") assert.is(ourError.message, theirs.message);
  }
});

table("what is false or empty is as if it were not given, as in node", () => {
  for (const value of [false, null, undefined, ""]) {
    for (const name of ["ca", "cert", "key", "ciphers"]) {
      if (name === "ciphers" && value === false) continue;
      const options = { ...OWN, ...(name === "cert" ? { key: undefined } : {}), [name]: value };
      assert.not.throws(() => ours.createSecureContext(options as object), `${name} ${value}`);
    }
  }
  assert.not.throws(() => ours.createServer(null as never).close());
});

table.run();
