/**
 * Clients with certificates at our servers beside those of node:tls: who is authorized, at first and when a session is
 * resumed.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  keyUsage,
  makeCertificate,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import * as make from "../revocation/evidence-maker.ts";
import { OWN, VERSIONS } from "./kit.ts";

const clients = suite("node: clients with certificates");

const NOW = Date.now();
const NAMED = { sessionIdContext: "clients" };
const ROOT = toPem("CERTIFICATE", make.root);
const KEY = make.serverKey.secret.export({ format: "pem", type: "pkcs8" }) as string;
const CLIENT = {
  cert: toPem(
    "CERTIFICATE",
    makeCertificate({
      ...{ subject: "Client", issuer: "Root", key: make.serverKey, signer: make.rootKey },
      serial: Uint8Array.of(7),
      extensions: [
        keyUsage(0x80),
        extendedKeyUsage(OID.clientAuth),
        authorityKeyIdentifier(make.rootKey),
      ],
    }),
  ),
  key: KEY,
};
const SERVER = {
  cert: toPem(
    "CERTIFICATE",
    makeCertificate({
      ...{ subject: "Server", issuer: "Root", key: make.serverKey, signer: make.rootKey },
      extensions: serverExtensions(make.rootKey, "dns:localhost", "dns:a.example", "dns:b.example"),
    }),
  ),
  key: KEY,
};
const list = (...serials: readonly number[]): string =>
  toPem(
    "X509 CRL",
    make.makeCrl({
      ...{ issuer: "Root", signer: make.rootKey },
      revoked: serials.map((serial) => ({ serial })),
      ...{ thisUpdate: NOW - make.HOUR, nextUpdate: NOW + make.HOUR },
    }),
  );

type Create = (options: tls.TlsOptions) => tls.Server;
type Context = (options: tls.SecureContextOptions) => tls.SecureContext;
const SERVERS: readonly (readonly [string, Create, Context])[] = [
  ["node:tls", tls.createServer, tls.createSecureContext],
  [
    "sealwire",
    ours.createServer as unknown as Create,
    ours.createSecureContext as unknown as Context,
  ],
];

interface Visit {
  readonly reused: boolean;
  readonly authorized: boolean;
  readonly error: unknown;
}
type Dial = (options?: tls.ConnectionOptions) => Promise<Visit | string | undefined>;

/** Runs `use` with what dials the server: what the server found, or the code of its refusal. */
async function withServer(
  create: Create,
  options: tls.TlsOptions,
  use: (dial: Dial, server: tls.Server) => Promise<void>,
): Promise<void> {
  const server = create({ ...SERVER, requestCert: true, ...NAMED, ...options });
  server.on("secureConnection", (socket) => socket.on("error", () => undefined).pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let session: Buffer | undefined;
  const dial: Dial = async (more = {}) => {
    const socket = tls.connect({
      ...{ port, host: "127.0.0.1", servername: "localhost", ca: ROOT, session },
      ...CLIENT,
      ...more,
    });
    socket.on("error", () => undefined);
    socket.on("session", (newest) => {
      session = newest;
    });
    socket.write("letter");
    const echoed = once(socket, "data").catch(() => undefined);
    try {
      const found = await new Promise<tls.TLSSocket | Error>((resolve) => {
        server.once("secureConnection", resolve);
        server.once("tlsClientError", resolve);
      });
      if (found instanceof Error) return (found as { code?: string }).code;
      // The tickets come before it.
      await echoed;
      const error = found.authorizationError as unknown as { code?: string } | string | null;
      return {
        reused: found.isSessionReused(),
        authorized: found.authorized,
        error: typeof error === "object" ? error?.code : error,
      };
    } finally {
      server.removeAllListeners("tlsClientError");
      socket.destroy();
    }
  };
  try {
    await use(dial, server);
  } finally {
    server.close();
    await once(server, "close");
  }
}

for (const version of VERSIONS) {
  const only = { minVersion: version, maxVersion: version };
  for (const [name, create] of SERVERS) {
    clients(`${name}, ${version}: who is not authorized is not when it comes back`, async () => {
      const options = { ...only, ca: OWN.cert, rejectUnauthorized: false };
      await withServer(create, options, async (dial) => {
        const error = "SELF_SIGNED_CERT_IN_CHAIN";
        assert.equal(await dial(), { reused: false, authorized: false, error });
        assert.equal(await dial(), { reused: true, authorized: false, error });
      });
    });

    clients(`${name}, ${version}: who is authorized still is`, async () => {
      await withServer(create, { ...only, ca: ROOT, crl: list() }, async (dial) => {
        const found = { authorized: true, error: null };
        const [first, second] = [await dial(), await dial()] as Visit[];
        assert.equal({ ...first, error: first?.error ?? null }, { ...found, reused: false });
        assert.equal({ ...second, error: second?.error ?? null }, { ...found, reused: true });
      });
    });
  }

  for (const rejectUnauthorized of [true, false]) {
    clients(`${version}, ${rejectUnauthorized}: who was revoked since then`, async () => {
      const options = { ...only, ca: ROOT, crl: list(), rejectUnauthorized };
      await withServer(ours.createServer as unknown as Create, options, async (dial, server) => {
        assert.is(((await dial()) as Visit).authorized, true);
        server.setSecureContext({ ...SERVER, ...options, ...NAMED, crl: list(7) });
        const found = rejectUnauthorized
          ? "CERT_REVOKED"
          : { reused: true, authorized: false, error: "CERT_REVOKED" };
        assert.equal(await dial(), found);
      });
    });
  }
}

const FRESH = { session: undefined };
/** Title, what the server has, what the context of the name has, node's word. */
const NAMES: readonly (readonly [
  string,
  tls.SecureContextOptions,
  tls.SecureContextOptions,
  string | null,
])[] = [
  ["anchors of the name", { ca: OWN.cert }, { ca: ROOT }, null],
  ["anchors of the server only", { ca: ROOT }, { ca: OWN.cert }, "SELF_SIGNED_CERT_IN_CHAIN"],
  ["none of the name: the default ones", { ca: ROOT }, {}, "SELF_SIGNED_CERT_IN_CHAIN"],
  ["lists of the name", { ca: ROOT }, { ca: ROOT, crl: list(7) }, "CERT_REVOKED"],
  ["lists of the server only", { ca: ROOT, crl: list(7) }, { ca: ROOT }, null],
];

for (const version of VERSIONS) {
  for (const [name, create, createContext] of SERVERS) {
    for (const [title, own, ofName, error] of NAMES) {
      clients(`${name}, ${version}, SNICallback and addContext: ${title}`, async () => {
        const options = { minVersion: version, maxVersion: version, rejectUnauthorized: false };
        const context = createContext({ ...SERVER, ...NAMED, ...ofName });
        const SNICallback: tls.TlsOptions["SNICallback"] = (asked, done) =>
          done(null, asked === "a.example" ? context : undefined);
        const expected = { authorized: error === null, error, reused: false };
        const found = async (dial: Dial): Promise<Visit> => {
          const visit = (await dial({ servername: "a.example" })) as Visit;
          return { ...visit, error: visit.error ?? null };
        };
        await withServer(create, { ...options, ...own, SNICallback }, async (dial) => {
          assert.equal(await found(dial), expected);
          assert.equal({ ...(await found(dial)), reused: false }, expected);
          // Without the session, which node would resume although it is another name's.
          const elsewhere = {
            servername: "b.example",
            ...(create === tls.createServer ? FRESH : {}),
          };
          const other = (await dial(elsewhere)) as Visit;
          assert.is(other.reused, false);
          assert.is(other.authorized, own.ca === ROOT && own.crl === undefined);
        });
        await withServer(create, { ...options, ...own }, async (dial, server) => {
          server.addContext("a.example", { ...SERVER, ...NAMED, ...ofName });
          assert.equal(await found(dial), expected);
        });
      });
    }
  }

  clients(`${version}: a name's anchors refuse who the server's would let in`, async () => {
    const options = { minVersion: version, maxVersion: version, ca: ROOT };
    await withServer(ours.createServer as unknown as Create, options, async (dial, server) => {
      server.addContext("a.example", { ...SERVER, ca: OWN.cert });
      assert.is(await dial({ servername: "a.example" }), "SELF_SIGNED_CERT_IN_CHAIN");
      assert.is(((await dial({ servername: "b.example" })) as Visit).authorized, true);
    });
  });
}

clients.run();
