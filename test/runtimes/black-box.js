/**
 * What must work in every runtime that can import the package: plain JavaScript, by the published names only. Prints a
 * line per case and "N passed, N failed" at the end; the status is 0 only if all passed.
 */
import process from "node:process";
import * as sealwire from "sealwire";
import * as node from "sealwire/node";
import * as web from "sealwire/web";
import { carry, End, handshake } from "./face-session.js";

// The entry of other runtimes, by its file: the conditions of this one lead to node's.
const portable = await import(
  new URL("./node_modules/sealwire/dist/index.js", import.meta.url).href
);

const FACES = { node: sealwire, portable };
const VERSIONS = { "TLSv1.2": 0x0303, "TLSv1.3": 0x0304 };
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

for (const [name, face] of Object.entries(FACES)) {
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
    same((await client.opened).version, VERSIONS[version], "version");
    const echoing = server.readable.pipeTo(server.writable);
    const reading = readAll(client.readable);
    const writer = client.writable.getWriter();
    await writer.write(LARGE);
    await writer.close();
    sameBytes(await reading, LARGE);
    await Promise.all([echoing, client.closed, server.closed]);
  });

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
process.exitCode = failed > 0 ? 1 : 0;
