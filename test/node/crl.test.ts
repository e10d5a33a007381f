/**
 * The option `crl` beside node:tls: the same certificates and lists are judged by both, over loopback, in both roles and
 * versions, and come to the same word.
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
} from "../pki/certificate-maker.ts";
import * as make from "../revocation/evidence-maker.ts";
import { careless, errorOf, VERSIONS } from "./kit.ts";

const crl = suite("node: the option crl");

const NOW = Date.now();
const pem = (der: Uint8Array): string => toPem("CERTIFICATE", der);
const list = (spec: make.CrlSpec = {}): string =>
  toPem(
    "X509 CRL",
    make.makeCrl({
      ...{ thisUpdate: NOW - make.HOUR, nextUpdate: NOW + make.HOUR },
      ...spec,
    }),
  );
const ROOT = { issuer: "Root", signer: make.rootKey };

const client = makeCertificate({
  ...{ subject: "Client", issuer: "Middle", key: make.serverKey, signer: make.middleKey },
  serial: Uint8Array.of(3),
  extensions: [
    keyUsage(0x80),
    extendedKeyUsage(OID.clientAuth),
    authorityKeyIdentifier(make.middleKey),
  ],
});
const KEY = make.serverKey.secret.export({ format: "pem", type: "pkcs8" }) as string;
const SERVER = { cert: pem(make.server) + pem(make.middle), key: KEY };
const CLIENT = { cert: pem(client) + pem(make.middle), key: KEY };
const CA = pem(make.root);

/** Title, node's word (null: authorized), lists. */
const CASES: readonly (readonly [string, string | null, readonly string[]])[] = [
  ["nobody is listed", null, [list(), list(ROOT)]],
  ["others are listed", null, [list({ revoked: [{ serial: 4 }] }), list(ROOT)]],
  ["the leaf", "CERT_REVOKED", [list({ revoked: [{ serial: 3, reason: 1 }] }), list(ROOT)]],
  ["the intermediate", "CERT_REVOKED", [list(), list({ ...ROOT, revoked: [{ serial: 2 }] })]],
  ["no list for the leaf", "UNABLE_TO_GET_CRL", [list(ROOT)]],
  ["no list for the intermediate", "UNABLE_TO_GET_CRL", [list()]],
  [
    "a list of another issuer",
    "UNABLE_TO_GET_CRL",
    [list({ issuer: "Other", signer: make.strangerKey }), list(ROOT)],
  ],
  [
    "an expired list",
    "CRL_HAS_EXPIRED",
    [list({ thisUpdate: NOW - 3 * make.HOUR, nextUpdate: NOW - make.HOUR }), list(ROOT)],
  ],
  [
    "a list of the future",
    "CRL_NOT_YET_VALID",
    [list({ thisUpdate: NOW + make.HOUR, nextUpdate: NOW + 2 * make.HOUR }), list(ROOT)],
  ],
  [
    "a list that somebody else signed",
    "CRL_SIGNATURE_FAILURE",
    [list({ signer: make.strangerKey }), list(ROOT)],
  ],
];

type Module = Pick<typeof tls, "connect" | "createServer">;
const OURS = ours as unknown as Module;

interface Ends {
  readonly client: Module;
  readonly server: Module;
  readonly clientOptions: tls.ConnectionOptions;
  readonly serverOptions: tls.TlsOptions;
}

/** Runs `use` with a server that listens and a client that dials it. */
async function connected<T>(
  { client: near, server: far, clientOptions, serverOptions }: Ends,
  use: (socket: tls.TLSSocket, server: tls.Server) => Promise<T>,
): Promise<T> {
  const server = far.createServer({ ...SERVER, ...serverOptions }, (socket) => {
    careless(socket);
    socket.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = near.connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", ca: CA },
    ...clientOptions,
  });
  try {
    return await use(socket, server);
  } finally {
    careless(socket);
    socket.destroy();
    server.close();
    await once(server, "close");
  }
}

/** What the one who checks thinks of the other, whom it lets in. */
function wordOf(checker: Module, role: "client" | "server", options: object): Promise<unknown> {
  const lax = { ...options, rejectUnauthorized: false };
  if (role === "client") {
    const ends = { client: checker, server: tls, clientOptions: lax, serverOptions: {} };
    return connected(ends, async (socket) => {
      await once(socket, "secureConnect");
      assert.is(socket.authorized, socket.authorizationError === null);
      return codeOf(socket.authorizationError);
    });
  }
  const asking = { ...lax, ca: CA, requestCert: true };
  const ends = { client: tls, server: checker, clientOptions: CLIENT, serverOptions: asking };
  return connected(ends, async (_socket, server) => {
    const [socket] = (await once(server, "secureConnection")) as [tls.TLSSocket];
    assert.is(socket.authorized, socket.authorizationError === null);
    return codeOf(socket.authorizationError);
  });
}

const codeOf = (found: unknown): unknown =>
  found instanceof Error ? (found as { code?: string }).code : found;

for (const version of VERSIONS) {
  for (const role of ["client", "server"] as const) {
    for (const [title, expected, lists] of CASES) {
      crl(`${version}, the ${role} checks: ${title}`, async () => {
        const options = { minVersion: version, maxVersion: version, crl: [...lists] };
        assert.is(await wordOf(tls, role, options), expected, "node:tls");
        assert.is(await wordOf(OURS, role, options), expected, "sealwire");
      });
    }
  }

  crl(`${version}: a client refuses a revoked server, which is told why`, async () => {
    const [, , lists = []] = CASES[2] ?? [];
    const clientOptions = { minVersion: version, maxVersion: version, crl: [...lists] };
    const ends = { client: OURS, server: tls, clientOptions, serverOptions: {} };
    await connected(ends, async (socket, server) => {
      const told = once(server, "tlsClientError");
      assert.is((await errorOf(socket)).code, "CERT_REVOKED");
      const [error] = (await told) as [{ code?: string }];
      assert.is(error.code, "ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED");
    });
  });

  crl(`${version}: a server refuses a revoked client`, async () => {
    const [, , lists = []] = CASES[2] ?? [];
    const serverOptions = { crl: [...lists], ca: CA, requestCert: true };
    const clientOptions = { ...CLIENT, minVersion: version, maxVersion: version };
    const ends = { client: tls, server: OURS, clientOptions, serverOptions };
    await connected(ends, async (socket, server) => {
      careless(socket);
      const [error] = (await once(server, "tlsClientError")) as [{ code?: string }];
      assert.is(error.code, "CERT_REVOKED");
    });
  });
}

crl("every form, and a context of its own", async () => {
  const lists = [list(), list(ROOT)] as const;
  const buffers = lists.map((text) => Buffer.from(text));
  const ders = lists.map((text) => Buffer.from(text.split("\n").slice(1, -2).join(""), "base64"));
  const secureContext = ours.createSecureContext({ ca: CA, crl: [...lists] });
  const forms = [lists.join(""), [...lists], buffers, Buffer.concat(buffers), ders];
  for (const given of [...forms.map((form) => ({ crl: form })), { secureContext }]) {
    assert.is(await wordOf(OURS, "client", given), null);
  }
  assert.is(await wordOf(OURS, "client", { crl: [] }), null);
  assert.is(await wordOf(OURS, "client", { crl: ders[0] }), "UNABLE_TO_GET_CRL");
});

crl("what is no list throws, as in node", () => {
  for (const given of ["no list", Buffer.from("no list"), CA, [list(), CA]]) {
    for (const create of [ours.createSecureContext, ours.createServer]) {
      assert.throws(
        () => create({ crl: given }),
        (error: { code?: string }) => error.code === "ERR_CRYPTO_OPERATION_FAILED",
      );
    }
  }
});

crl.run();
