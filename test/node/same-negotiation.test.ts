/**
 * Negotiation beside node:tls: what both ends see for each pair of options, as connection or as failure.
 */
import { suite } from "uvu";
import { selfSignedCertificate } from "../../src/api/node.ts";
import type * as ours from "../../src/entries/node.ts";
import { OWN } from "./kit.ts";
import { dies, failed, type Scenario, type Stage, sameAsNode, scenario } from "./same-as-node.ts";

const tests = suite("node: negotiation ends as with node:tls");

const identity = (...names: string[]): { cert: string; key: string } => {
  const { certificatePem, privateKeyPem } = selfSignedCertificate({ names });
  return { cert: certificatePem, key: privateKeyPem };
};
const VISITOR = identity("visitor.example");
const OTHER = identity("other.example", "*.wild.example");

/**
 * What a socket reports of its session. The suite is compared where options name one: the default orders differ, ours is
 * that of Schannel.
 */
function facts(socket: ours.SecureSocket, namesSuites: boolean): object {
  const { authorized, authorizationError, alpnProtocol, servername } = socket;
  const { name, version } = socket.getCipher();
  const error = authorizationError as unknown;
  const code = error instanceof Error ? (error as { code?: string }).code : error;
  return {
    ...{ authorized, authorizationError: code, alpnProtocol, servername, version },
    ...(namesSuites ? { name } : {}),
    protocol: socket.getProtocol(),
    reused: socket.isSessionReused(),
  };
}

/** A connection, a word each way, and an end. */
async function connection(
  stage: Stage,
  client: ours.ConnectOptions,
  server: ours.ServerOptions,
): Promise<void> {
  const namesSuites = client.ciphers !== undefined || server.ciphers !== undefined;
  const { port } = await stage.serve(server, (socket) => {
    stage.tell("server", "facts", facts(socket, namesSuites));
    socket.on("data", (data) => {
      stage.tell("server", "data", data);
      socket.end("answer");
    });
  });
  let socket: ours.SecureSocket;
  try {
    socket = stage.dial(port, client);
  } catch (error) {
    stage.tell("client", "throws", error);
    return;
  }
  socket.on("secureConnect", () => {
    stage.tell("client", "facts", facts(socket, namesSuites));
    socket.write("word");
  });
  socket.on("data", (data) => stage.tell("client", "data", data));
  await stage.closed();
}

type Pair = readonly [title: string, client: ours.ConnectOptions, server: ours.ServerOptions];

const ALPN: readonly (readonly string[] | undefined)[] = [
  undefined,
  ["a"],
  ["b"],
  ["a", "b"],
  ["b", "a"],
  ["c"],
];
const alpn: readonly Pair[] = ALPN.flatMap((client) =>
  ALPN.map(
    (server): Pair => [
      `ALPN ${JSON.stringify(client ?? null)} and ${JSON.stringify(server ?? null)}`,
      client === undefined ? {} : { ALPNProtocols: client },
      server === undefined ? {} : { ALPNProtocols: server },
    ],
  ),
);

const CLIENT_CERTIFICATES: readonly (readonly [string, ours.ConnectOptions])[] = [
  ["no certificate", {}],
  ["a trusted certificate", VISITOR],
  ["a certificate of a stranger", OTHER],
];
const clientCertificates: readonly Pair[] = CLIENT_CERTIFICATES.flatMap(([title, client]) =>
  [true, false].flatMap((requestCert) =>
    [true, false].map(
      (rejectUnauthorized): Pair => [
        `${title}, requestCert ${requestCert}, rejectUnauthorized ${rejectUnauthorized}`,
        client,
        { requestCert, rejectUnauthorized, ca: VISITOR.cert },
      ],
    ),
  ),
);

const TRUST: readonly (readonly [string, ours.ConnectOptions])[] = [
  ["trusted", {}],
  ["not trusted", { ca: OTHER.cert }],
  ["with another name", { servername: "elsewhere.example" }],
  ["not trusted and with another name", { ca: OTHER.cert, servername: "elsewhere.example" }],
  ["with an address as name", { servername: "" }],
  ["with a check of the program that agrees", { checkServerIdentity: () => undefined }],
  [
    "with a check of the program that refuses",
    { checkServerIdentity: () => new Error("not that one") },
  ],
];
const trust: readonly Pair[] = TRUST.flatMap(([title, client]) =>
  [true, false].map(
    (rejectUnauthorized): Pair => [
      `a server ${title}, rejectUnauthorized ${rejectUnauthorized}`,
      { ...client, rejectUnauthorized },
      {},
    ],
  ),
);

const NAMES = ["other.example", "a.wild.example", "a.b.wild.example", "wild.example", "localhost"];
const names: readonly Pair[] = NAMES.map((servername) => [
  `the name ${servername} and a certificate with a wildcard`,
  { servername, ca: OTHER.cert },
  OTHER,
]);

/** A server of TLS 1.2 whose list has suites of TLS 1.3 alone. */
const WITHOUT_SUITES = (version: string): Record<string, unknown[]> =>
  version === "TLSv1.3"
    ? {}
    : { server: [failed("SEC_E_ALGORITHM_MISMATCH")], client: dies("ECONNRESET") };

const SUITES = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
];
const ONE_EACH = "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256";
const suites: readonly Pair[] = [
  ...SUITES.map((name): Pair => [`the client has ${name} only`, { ciphers: name }, {}]),
  ...SUITES.filter((name) => !name.startsWith("TLS_")).map(
    (name): Pair => [`the server has ${name} only`, {}, { ciphers: name }],
  ),
  ...[true, false].map(
    (honorCipherOrder): Pair => [
      `the orders of suites differ, honorCipherOrder ${honorCipherOrder}`,
      { ciphers: SUITES.join(":") },
      { ciphers: [...SUITES].reverse().join(":"), honorCipherOrder },
    ],
  ),
  ["each has one suite of each version", { ciphers: ONE_EACH }, { ciphers: ONE_EACH }],
];

const CURVES = ["X25519", "P-256", "P-384", "P-521"];
const curves: readonly Pair[] = CURVES.flatMap((client) =>
  CURVES.map(
    (server): Pair => [
      `groups ${client} and ${server}`,
      { ecdhCurve: client },
      { ecdhCurve: server },
    ],
  ),
);

const SIZES = [0, 1, 100, 16_383, 16_384, 16_385, 100_000];

/** Data of each size, in one write of the client, echoed by the server. */
const data: readonly Scenario[] = SIZES.flatMap((size) =>
  [false, true].map((corked) =>
    scenario(`${size} bytes are echoed${corked ? ", written while corked" : ""}`, async (stage) => {
      const { port } = await stage.serve({}, (socket) => {
        socket.pipe(socket);
      });
      const client = stage.dial(port);
      let received = 0;
      client.on("data", (chunk: Buffer) => {
        received += chunk.length;
      });
      client.on("end", () => stage.tell("client", "received", received));
      if (corked) client.cork();
      client.write(Buffer.alloc(size, 1), () => stage.tell("client", "written"));
      if (corked) process.nextTick(() => client.uncork());
      client.end();
      await stage.closed();
    }),
  ),
);

const UNKNOWN_CA = { server: [failed("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA")] };
const BAD_CERTIFICATE = { server: [failed("ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE")] };
/** What ours does where it differs on purpose: a refusal is an alert, and the peer's error names it. */
const OURS: Readonly<Record<string, Scenario["ours"]>> = {
  "no certificate, requestCert true, rejectUnauthorized true": {
    server: [failed("ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE")],
  },
  "a certificate of a stranger, requestCert true, rejectUnauthorized true": {
    server: [failed("DEPTH_ZERO_SELF_SIGNED_CERT")],
  },
  "a server not trusted, rejectUnauthorized true": UNKNOWN_CA,
  "a server not trusted and with another name, rejectUnauthorized true": UNKNOWN_CA,
  "a server with another name, rejectUnauthorized true": BAD_CERTIFICATE,
  "a server with a check of the program that refuses, rejectUnauthorized true": BAD_CERTIFICATE,
  "the name a.b.wild.example and a certificate with a wildcard": BAD_CERTIFICATE,
  "the name wild.example and a certificate with a wildcard": BAD_CERTIFICATE,
  "the name localhost and a certificate with a wildcard": BAD_CERTIFICATE,
};

const pairs = [...alpn, ...clientCertificates, ...trust, ...names, ...suites, ...curves];
sameAsNode(tests, [
  ...pairs.map(([title, client, server]) =>
    scenario(title, (stage) => connection(stage, client, { ...OWN, ...server }), OURS[title]),
  ),
  ...SUITES.filter((name) => name.startsWith("TLS_")).map((name) =>
    scenario(
      `the server has ${name} only`,
      (stage) => connection(stage, {}, { ...OWN, ciphers: name }),
      WITHOUT_SUITES,
    ),
  ),
  ...data,
]);

tests.run();
