/**
 * What must work in every runtime that can import the package: plain JavaScript, by the published names only. Prints a
 * line per case and "N passed, N failed" at the end; the status is 0 only if all passed.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import process from "node:process";
import * as tls from "node:tls";
import * as sealwire from "sealwire";
import * as small from "sealwire/client";
import * as node from "sealwire/node";
import { enablePostQuantum } from "sealwire/post-quantum";
import * as web from "sealwire/web";
import { carry, End, handshake } from "./face-session.js";

enablePostQuantum();

// The entry of other runtimes, by its file: the conditions of this one lead to node's.
const portable = await import(
  new URL("./node_modules/sealwire/dist/index.js", import.meta.url).href
);

const FACES = { node: sealwire, portable };
const VERSIONS = { "TLSv1.2": 0x0303, "TLSv1.3": 0x0304 };
const HYBRID_NAMES = ["X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"];
const LARGE = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

const cases = [];
const test = (name, run) => cases.push({ name, run });

function same(found, wanted, what) {
  const text = (value) => JSON.stringify(value);
  if (text(found) !== text(wanted))
    throw new Error(`${what}: ${text(found)}, expected ${text(wanted)}`);
}

function sameBytes(found, wanted) {
  same(found.length, wanted.length, "length");
  if (found.some((byte, i) => byte !== wanted[i])) throw new Error("the bytes differ");
}

function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const identity = sealwire.selfSignedCertificate({ names: ["localhost", "127.0.0.1"] });
const chain = [identity.certificate];
const { privateKey, certificatePem, privateKeyPem } = identity;

/** A credential of a face. */
function acquire(face, role, version, settings) {
  const off = Object.keys(VERSIONS).filter((other) => other !== version);
  const bits = { "TLSv1.2": 0xc00, "TLSv1.3": 0x3000 };
  const { status, credential, error } = face.acquireCredentialsHandle({
    package: face.UNISP_NAME,
    credentialUse: role === "client" ? face.SECPKG_CRED_OUTBOUND : face.SECPKG_CRED_INBOUND,
    authData: {
      dwVersion: face.SCH_CREDENTIALS_VERSION,
      pTlsParameters: [
        { grbitDisabledProtocols: off.reduce((mask, name) => mask | bits[name], 0) },
      ],
      ...settings,
    },
  });
  if (credential === undefined) throw new Error(`${face.statusName(status)} ${error?.message}`);
  return credential;
}

const clientCredential = (face, version, trusted = chain) =>
  acquire(face, "client", version, { hRootStore: new face.TrustStore(trusted) });
const serverCredential = (face, version) =>
  acquire(face, "server", version, { paCred: [{ chain, privateKey }] });

for (const [clientName, clientFace] of Object.entries(FACES)) {
  for (const [serverName, serverFace] of Object.entries(FACES)) {
    for (const [version, number] of Object.entries(VERSIONS)) {
      const title = `${version}, ${clientName} provider to ${serverName} provider`;

      test(`${title}: handshake, data, close; and again, resumed`, () => {
        const mine = clientCredential(clientFace, version);
        const theirs = serverCredential(serverFace, version);
        for (const resumed of [false, true]) {
          const client = new End(clientFace, "client", mine, "localhost");
          const server = new End(serverFace, "server", theirs);
          handshake(client, server);
          same(client.connection.version, number, "version");
          same(client.connection.resumed, resumed, "resumed");
          client.write(LARGE);
          carry(client, server);
          sameBytes(joined(server.read()), LARGE);
          server.write(LARGE.subarray(0, 1000));
          carry(server, client);
          sameBytes(joined(client.read()), LARGE.subarray(0, 1000));
          client.close();
          carry(client, server);
          same(server.read(), [null], "close_notify");
          server.close();
          carry(server, client);
          same(client.read(), [null], "close_notify");
        }
      });
    }
  }
}

/** What seals and opens in this runtime, for short records first: Bun's node:crypto has no ChaCha20, and cheap calls. */
const TIERS =
  typeof Bun === "undefined"
    ? { node: { 4865: ["wasm", "node"], 4866: ["wasm", "node"], 4867: ["wasm", "node"] } }
    : { node: { 4865: ["node"], 4866: ["node"], 4867: ["wasm"] } };
TIERS.portable = { 4865: ["wasm"], 4866: ["wasm"], 4867: ["wasm"] };

for (const [name, face] of Object.entries(FACES)) {
  for (const suite of [0x1301, 0x1302, 0x1303]) {
    const tiers = TIERS[name][suite];
    test(`${name} provider: suite ${suite.toString(16)} is sealed by ${tiers.join(" and ")}`, () => {
      const settings = { sealwire: { cipherSuites: [suite] } };
      const trust = { hRootStore: new face.TrustStore(chain) };
      const mine = acquire(face, "client", "TLSv1.3", { ...trust, ...settings });
      const theirs = acquire(face, "server", "TLSv1.3", { paCred: [{ chain, privateKey }] });
      const client = new End(face, "client", mine, "localhost");
      const server = new End(face, "server", theirs);
      handshake(client, server);
      same(client.connection.cipherTiers, tiers, "tiers");
      for (const length of [1, 80, 81, 112, 113, 1024, 1025, 16384]) {
        client.write(LARGE.subarray(0, length));
        carry(client, server);
        sameBytes(joined(server.read()), LARGE.subarray(0, length));
      }
    });
  }

  for (const version of Object.keys(VERSIONS)) {
    test(`${version}, ${name} provider: an untrusted server, and the alert it is sent`, () => {
      const stranger = face.selfSignedCertificate({ names: ["elsewhere"] }).certificate;
      const client = new End(
        face,
        "client",
        clientCredential(face, version, [stranger]),
        "localhost",
      );
      const server = new End(face, "server", serverCredential(face, version));
      let refusal = null;
      try {
        handshake(client, server);
      } catch (failure) {
        refusal = failure;
      }
      same(refusal?.status, "SEC_E_UNTRUSTED_ROOT", "status");
      let told = null;
      try {
        if (server.done) server.read();
        else server.establish();
      } catch (failure) {
        told = failure;
      }
      same(told?.alert, "unknown_ca", "alert");
    });

    test(`${version}, ${name} provider: a record that was changed`, () => {
      const client = new End(face, "client", clientCredential(face, version), "localhost");
      const server = new End(face, "server", serverCredential(face, version));
      handshake(client, server);
      client.write(LARGE.subarray(0, 100));
      client.out[0][50] ^= 1;
      carry(client, server);
      let refusal = null;
      try {
        server.read();
      } catch (failure) {
        refusal = failure;
      }
      same(refusal?.status, "SEC_E_MESSAGE_ALTERED", "status");
    });
  }
}

function pipe() {
  const there = new TransformStream();
  const back = new TransformStream();
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

async function readAll(readable) {
  const pieces = [];
  const reader = readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    pieces.push(next.value);
  return joined(pieces);
}

for (const version of Object.keys(VERSIONS)) {
  test(`${version}: WHATWG streams`, async () => {
    const [left, right] = pipe();
    const ca = new web.TrustStore(chain);
    const client = web.secure(left, { serverName: "localhost", ca, versions: [version] });
    const server = web.secure(right, { role: "server", cert: { chain, privateKey } });
    same((await client.opened).version, version, "version");
    const echoing = server.readable.pipeTo(server.writable);
    const reading = readAll(client.readable);
    const writer = client.writable.getWriter();
    await writer.write(LARGE);
    await writer.close();
    sameBytes(await reading, LARGE);
    await Promise.all([echoing, client.closed, server.closed]);
  });

  const hybrids = version === "TLSv1.3" ? [0x11ec, 0x11eb, 0x11ed] : [];
  for (const group of [undefined, 0x0017, 0x0018, 0x0019, ...hybrids]) {
    test(`${version}: sealwire/client, both certificates, group ${group ?? "by default"}`, async () => {
      const [left, right] = pipe();
      const ca = certificatePem;
      const own = { cert: certificatePem, key: privateKeyPem };
      const groups = group === undefined ? {} : { supportedGroups: [group, 0x0017] };
      const client = small.secure(left, {
        ...{ serverName: "localhost", ca, versions: [version], ...own, ...groups },
      });
      const server = web.secure(right, {
        ...{ role: "server", ca, ...own, requestCert: true, requireClientCertificate: true },
        ...(hybrids.includes(group) ? { supportedGroups: [group] } : {}),
      });
      const [mine] = await Promise.all([client.opened, server.opened]);
      same(mine.version, version, "version");
      const echoing = server.readable.pipeTo(server.writable);
      const reading = readAll(client.readable);
      const writer = client.writable.getWriter();
      await writer.write(LARGE);
      await writer.close();
      sameBytes(await reading, LARGE);
      await Promise.all([echoing, client.closed, server.closed]);
    });
  }

  test(`${version}: sockets of sealwire/node in a hybrid group, by node's own ML-KEM where it has one`, async () => {
    const options = { minVersion: version, ecdhCurve: "X25519MLKEM768:X25519:P-256" };
    const server = node.createServer({ cert: certificatePem, key: privateKeyPem, ...options });
    server.on("secureConnection", (socket) => socket.end("hello"));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    const socket = node.connect({
      ...{ port, host: "127.0.0.1", servername: "localhost", ca: certificatePem, ...options },
      maxVersion: version,
    });
    await new Promise((resolve, reject) => socket.on("error", reject).on("end", resolve).resume());
    const wanted = version === "TLSv1.3" ? "X25519MLKEM768" : "X25519";
    same(socket.getEphemeralKeyInfo().name, wanted, "group");
    server.close();
  });

  // Node's own TLS as the peer, where it has these groups.
  for (const name of Number(process.versions.openssl?.slice(0, 3)) >= 3.5 ? HYBRID_NAMES : []) {
    if (version !== "TLSv1.3") continue;
    for (const [server, client] of [
      [tls, node],
      [node, tls],
    ]) {
      test(`${name} between node:tls and sealwire/node, whose server is ${server === tls ? "node's" : "ours"}`, async () => {
        const common = { minVersion: version, ecdhCurve: name };
        const listener = server.createServer({
          cert: certificatePem,
          key: privateKeyPem,
          ...common,
        });
        // Its older servers forget close_notify if they end at once.
        listener.on("secureConnection", (socket) =>
          socket.once("data", (data) => socket.end(data)),
        );
        await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
        const socket = client.connect({
          ...{ port: listener.address().port, host: "127.0.0.1", servername: "localhost" },
          ...{ ca: certificatePem, ...common },
        });
        socket.write("hello");
        let said = "";
        socket.on("data", (bytes) => {
          said += bytes;
        });
        await new Promise((resolve, reject) => socket.on("error", reject).on("end", resolve));
        same(said, "hello", "data");
        // Node 22 does not tell.
        same(socket.getEphemeralKeyInfo().name ?? (client === tls ? name : null), name, "group");
        listener.close();
      });
    }
  }

  test(`${version}: a transport of streams that ends too early`, async () => {
    const [left, right] = pipe();
    const ca = certificatePem;
    const client = web.secure(left, { serverName: "localhost", ca, versions: [version] });
    const server = web.secure(right, { role: "server", cert: { chain, privateKey } });
    await Promise.all([client.opened, server.opened]);
    const reading = readAll(client.readable).then(
      () => null,
      (error) => error,
    );
    await server.writable.abort(new Error("gone"));
    if (!((await reading) instanceof web.TlsError)) throw new Error("nobody was told");
  });

  test(`${version}: sockets of sealwire/node, ALPN, and resumed`, async () => {
    const options = { minVersion: version, maxVersion: version };
    const server = node.createServer({
      ...{ cert: certificatePem, key: privateKeyPem, ALPNProtocols: ["echo"], ...options },
    });
    server.on("secureConnection", (socket) => {
      socket.on("error", () => {});
      socket.pipe(socket);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    let session;
    const reused = [];
    for (let round = 0; round < 2; round++) {
      const socket = node.connect({
        ...{ port, host: "127.0.0.1", servername: "localhost", ca: certificatePem },
        ...{ ALPNProtocols: ["echo"], session, ...options },
      });
      socket.on("session", (bytes) => {
        session = bytes;
      });
      await new Promise((resolve, reject) =>
        socket.once("secureConnect", resolve).once("error", reject),
      );
      same(socket.alpnProtocol, "echo", "ALPN");
      same(socket.getProtocol(), version, "version");
      reused.push(socket.isSessionReused());
      const pieces = [];
      socket.end(LARGE);
      for await (const piece of socket) pieces.push(piece);
      sameBytes(joined(pieces), LARGE);
    }
    same(reused, [false, true], "reused");
    await new Promise((resolve) => server.close(resolve));
  });
}

/** A value of DER; its content is less than 64 KiB. */
function der(tag, ...parts) {
  const content = joined(parts);
  const { length } = content;
  const header = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return joined([Uint8Array.of(tag, ...header), content]);
}

const ascii = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const hex = (text) => Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
const named = (text) => der(0x30, der(0x31, der(0x30, hex("0603550403"), der(0x0c, ascii(text)))));
const bits = (bytes) => der(0x03, Uint8Array.of(0), bytes);

/** Node's own ML-DSA where it is; where it is not, bytes of the same form. */
function mlDsaKey(there, set, last, length) {
  const algorithm = der(0x30, hex("06096086480165030403"), Uint8Array.of(last));
  if (!there) {
    const spki = der(0x30, algorithm, bits(new Uint8Array(length).fill(7)));
    return { algorithm, spki, sign: () => new Uint8Array(2420) };
  }
  const { publicKey, privateKey } = generateKeyPairSync(set);
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  return { algorithm, spki, sign: (data) => new Uint8Array(sign(null, data, privateKey)) };
}

function certificateOf({ subject, issuer, key, signer, extensions, spoilt = false }) {
  const times = der(0x30, der(0x17, ascii("200101000000Z")), der(0x17, ascii("491231235959Z")));
  const tbs = der(
    0x30,
    hex("a003020102020107"),
    signer.algorithm,
    named(issuer),
    times,
    named(subject),
    key.spki,
    der(0xa3, der(0x30, ...extensions)),
  );
  const signature = signer.sign(tbs);
  if (spoilt) signature[100] ^= 1;
  return der(0x30, tbs, signer.algorithm, bits(signature));
}

// basicConstraints of an authority; subjectAltName with one DNS name.
const AUTHORITY = [hex("300f0603551d130101ff040530030101ff")];
const SERVER = [der(0x30, hex("0603551d11"), der(0x04, der(0x30, der(0x82, ascii("a.example")))))];

const runtimeHasMlDsa = !("Deno" in globalThis) && Number.parseInt(process.versions.node, 10) >= 24;
const ML_DSA = [
  ["ml-dsa-44", 0x11, 1312],
  ["ml-dsa-65", 0x12, 1952],
  ["ml-dsa-87", 0x13, 2592],
];

for (const [name, face] of Object.entries(FACES)) {
  for (const set of ML_DSA) {
    const there = runtimeHasMlDsa && name === "node";
    test(`a chain of ${set[0]}, ${name} provider: ${there ? "verified" : "refused by name"}`, () => {
      const [rootKey, leafKey] = [0, 1].map(() => mlDsaKey(runtimeHasMlDsa, ...set));
      const root = certificateOf({
        ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
        extensions: AUTHORITY,
      });
      const leaf = (change) =>
        certificateOf({
          ...{ subject: "Leaf", issuer: "Root", key: leafKey, signer: rootKey },
          ...{ extensions: SERVER, ...change },
        });
      const judge = (certificate, profile) =>
        face.verifyChain({
          ...{ chain: [certificate], trust: new face.TrustStore([root]), profile },
          ...{ name: "a.example", purpose: "server", time: new Date(Date.UTC(2030, 0, 1)) },
        });
      const good = judge(leaf(), "basic");
      if (!there) {
        // A signature that nobody can check is the gravest fault; the reason for it stands beside it.
        same([good.ok, good.reason], [false, "UnverifiedSignature"], "verdict");
        const reasons = good.faults.map(({ reason }) => reason);
        if (!reasons.includes("UnsupportedCertificateKey")) throw new Error(reasons.join(", "));
        const wanted = `is ${set[0].toUpperCase()}, which this provider cannot verify`;
        const messages = good.faults.map(({ message }) => message).join("; ");
        if (!messages.includes(wanted)) throw new Error(messages);
        return;
      }
      same([good.ok, good.message], [true, null], "verdict");
      same(judge(leaf({ spoilt: true }), "basic").reason, "BadCertificateSignature", "spoilt");
      const other = mlDsaKey(true, ...ML_DSA[set === ML_DSA[0] ? 1 : 0]);
      const mixed = { ...other, sign: rootKey.sign };
      same(judge(leaf({ signer: mixed }), "basic").reason, "BadCertificateSignature", "mixed");
      same(judge(leaf(), "webpki").reason, "CertificateRefused", "webpki");
    });
  }
}

let failed = 0;
for (const { name, run } of cases) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("nothing for 20 seconds")), 20_000);
  });
  try {
    await Promise.race([run(), late]);
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${name}: ${error.stack ?? error}`);
  }
  clearTimeout(timer);
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
// What a case that failed has left open is not waited for; that nothing is left open otherwise is the business of other tests.
if (failed > 0) process.exit(1);
