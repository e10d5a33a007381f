/**
 * Sockets: whom a side trusts is changed between two connections, in both versions, with tickets and with the sessions of
 * `newSession` and `resumeSession`. What a resumed socket shows is what is found now; a fatal alert ends a session.
 */
import { constants, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selfSignedCertificate } from "../../src/api/node.ts";
import type {
  ConnectOptions,
  SecureServer,
  SecureSocket,
  ServerOptions,
} from "../../src/entries/node.ts";
import { careless, closed, dial, OWN, VERSIONS, withServer } from "./kit.ts";

const tests = suite("node: resumption asks for trust again");
const STRANGER = selfSignedCertificate({ names: ["stranger.example"] }).certificatePem;
const CLIENT = selfSignedCertificate({ names: ["client.example"] });
const CLIENT_OWN = { cert: CLIENT.certificatePem, key: CLIENT.privateKeyPem };

/** What both ends show of a connection; null: it was not established there. */
interface Shown {
  readonly reused: boolean;
  readonly authorized: boolean;
  readonly error: string | null;
  /** The peer's certificate is there. */
  readonly peer: boolean;
}
interface Outcome {
  client: Shown | null;
  server: Shown | null;
  /** Code of the client's error. */
  code: string | null;
  session: Buffer | undefined;
}

const shownBy = (socket: SecureSocket): Shown => ({
  reused: socket.isSessionReused(),
  authorized: socket.authorized,
  error: socket.authorizationError,
  peer: Object.keys(socket.getPeerCertificate()).length > 0,
});

interface Kind {
  readonly name: string;
  readonly server: ServerOptions;
  /** A client of ours, or one of node's, which can do without tickets. */
  readonly dial: (port: number, options: ConnectOptions) => SecureSocket;
  readonly byId: boolean;
}

const withoutTickets = (port: number, options: ConnectOptions): SecureSocket =>
  tls.connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert, ...options },
    secureOptions: constants.SSL_OP_NO_TICKET,
  } as tls.ConnectionOptions) as unknown as SecureSocket;

const KINDS: readonly Kind[] = [
  ...VERSIONS.map((version) => ({
    name: `${version}, tickets`,
    server: { minVersion: version, maxVersion: version },
    dial,
    byId: false,
  })),
  {
    name: "TLSv1.2, newSession and resumeSession",
    server: { maxVersion: "TLSv1.2" },
    dial: withoutTickets,
    byId: true,
  },
];

/** Sessions of servers that share them. */
function keep(server: SecureServer, kept: Map<string, Buffer>): void {
  server.on("newSession", (id: Buffer, session: Buffer, done: () => void) => {
    kept.set(id.toString("hex"), session);
    done();
  });
  server.on("resumeSession", (id: Buffer, done: (e: null, session: Buffer | null) => void) =>
    done(null, kept.get(id.toString("hex")) ?? null),
  );
}

/** The client sends a line, the server echoes it and ends, so that tickets have come. */
async function visit(
  kind: Kind,
  client: ConnectOptions,
  server: ServerOptions,
  kept: Map<string, Buffer> | null,
): Promise<Outcome> {
  const outcome: Outcome = { client: null, server: null, code: null, session: undefined };
  await withServer(
    server,
    (socket) => {
      outcome.server = shownBy(socket);
      socket.on("error", () => undefined).pipe(socket);
    },
    async (port, one) => {
      if (kept !== null) keep(one, kept);
      one.on("tlsClientError", () => undefined);
      const socket = kind.dial(port, client);
      socket.on("session", (session: Buffer) => {
        outcome.session = session;
      });
      socket.on("error", (error: Error & { code?: string }) => {
        outcome.code = error.code ?? error.message;
      });
      socket.on("secureConnect", () => {
        outcome.client = shownBy(socket);
        socket.write("hello");
      });
      socket.on("data", () => socket.end());
      await closed(socket);
    },
  );
  return outcome;
}

interface Row {
  readonly name: string;
  readonly before?: { readonly client?: ConnectOptions; readonly server?: ServerOptions };
  readonly now: { readonly client?: ConnectOptions; readonly server?: ServerOptions };
  readonly check: (now: Outcome) => void;
}

const good: Shown = { reused: false, authorized: true, error: null, peer: true };
const MUTUAL: ServerOptions = { requestCert: true, ca: CLIENT.certificatePem };
const LENIENT = { rejectUnauthorized: false };

const ROWS: readonly Row[] = [
  {
    name: "client: nothing has changed: resumed, and authorized by now",
    now: {},
    check: ({ client, code }) => assert.equal([client, code], [{ ...good, reused: true }, null]),
  },
  {
    name: "client: the anchors are others: refused",
    now: { client: { ca: STRANGER } },
    check: ({ client, code }) =>
      assert.equal([client, code], [null, "DEPTH_ZERO_SELF_SIGNED_CERT"]),
  },
  {
    name: "client: strangers were let pass: refused now",
    before: { client: { ...LENIENT, ca: STRANGER } },
    now: { client: { rejectUnauthorized: true, ca: STRANGER } },
    check: ({ client, code }) =>
      assert.equal([client, code], [null, "DEPTH_ZERO_SELF_SIGNED_CERT"]),
  },
  {
    name: "client: it was authorized, strangers are let pass now: not authorized",
    now: { client: { ...LENIENT, ca: STRANGER } },
    check: ({ client }) => {
      assert.is(client?.authorized, false);
      assert.is(client?.error, "DEPTH_ZERO_SELF_SIGNED_CERT");
    },
  },
  {
    name: "client: it was not authorized, and is by now",
    before: { client: { ...LENIENT, ca: STRANGER } },
    now: { client: { ca: OWN.cert } },
    check: ({ client }) => assert.equal([client?.authorized, client?.error], [true, null]),
  },
  {
    name: "client: checkServerIdentity refuses now: refused",
    now: { client: { checkServerIdentity: () => Object.assign(new Error("no"), { code: "NO" }) } },
    check: ({ client, code }) => assert.equal([client, code], [null, "NO"]),
  },
  {
    name: "client: another name: refused",
    now: { client: { servername: "other.example" } },
    check: ({ client, code }) =>
      assert.equal([client, code], [null, "ERR_TLS_CERT_ALTNAME_INVALID"]),
  },
  {
    name: "client: without its certificate: a full handshake",
    before: { client: CLIENT_OWN, server: { ...MUTUAL, ...LENIENT } },
    now: {},
    check: ({ server }) =>
      assert.equal([server?.reused, server?.authorized, server?.peer], [false, false, false]),
  },
  {
    name: "server: the client's identity goes with the session",
    before: { client: CLIENT_OWN, server: MUTUAL },
    now: {},
    check: ({ client, server }) =>
      assert.equal([client?.reused, server], [true, { ...good, reused: true }]),
  },
  {
    name: "server: it trusts other clients: refused",
    before: { client: CLIENT_OWN, server: MUTUAL },
    now: { server: { ca: STRANGER } },
    check: ({ server }) => assert.is(server, null),
  },
  {
    name: "server: it trusts other clients, strangers pass: not authorized",
    before: { client: CLIENT_OWN, server: { ...MUTUAL, ...LENIENT } },
    now: { server: { ca: STRANGER } },
    check: ({ server }) =>
      assert.equal([server?.authorized, server?.error], [false, "DEPTH_ZERO_SELF_SIGNED_CERT"]),
  },
  {
    name: "server: it asked for nothing, and demands a certificate now: a full handshake",
    before: { client: CLIENT_OWN },
    now: { server: MUTUAL },
    check: ({ server }) => assert.equal(server, good),
  },
  {
    name: "server: it asks for nothing any more: nobody is shown",
    before: { client: CLIENT_OWN, server: MUTUAL },
    now: { server: { requestCert: false } },
    check: ({ server }) => assert.equal([server?.authorized, server?.peer], [false, false]),
  },
];

for (const kind of KINDS) {
  const { name, byId } = kind;
  for (const row of ROWS) {
    // What node's client makes of its sessions is not asked.
    if (byId && row.name.startsWith("client")) continue;
    tests(`${name}: ${row.name}`, async () => {
      const ticketKeys = randomBytes(48);
      const kept = byId ? new Map<string, Buffer>() : null;
      const server = { ...kind.server, ticketKeys, ...row.before?.server };
      const first = await visit(kind, { ...row.before?.client }, server, kept);
      assert.is(first.code, null);
      assert.ok(first.session);
      const client = row.name.includes("without its certificate") ? {} : row.before?.client;
      const now = await visit(
        kind,
        { ...client, ...row.now.client, session: first.session as Buffer },
        { ...server, ...row.now.server },
        kept,
      );
      row.check(now);
    });
  }

  tests(
    `${name}: a fatal alert of the server ends the session, close_notify does not`,
    async () => {
      const kept = new Map<string, Buffer>();
      await withServer(
        kind.server,
        (socket) => careless(socket),
        async (port, server) => {
          if (byId) keep(server, kept);
          server.on("secureConnection", (socket: SecureSocket) => {
            socket.pipe(socket);
          });
          let raw: Socket | null = null;
          server.on("connection", (socket: Socket) => {
            raw = socket;
          });
          const connectWith = async (session: Buffer | undefined): Promise<SecureSocket> => {
            const socket = kind.dial(port, session === undefined ? {} : { session });
            careless(socket);
            socket.write("hello");
            await once(socket, "data");
            return socket;
          };
          const first = await connectWith(undefined);
          const session = first.getSession();
          first.end();
          await closed(first);
          const second = await connectWith(session);
          assert.is(second.isSessionReused(), true);
          // A record that nobody sealed arrives at the server.
          const died = once(second, "error");
          (raw as Socket | null)?.push(Buffer.from([23, 3, 3, 0, 40, ...randomBytes(40)]));
          const [{ code }] = (await died) as [{ code?: string }];
          assert.is(code, "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC");
          const third = await connectWith(session);
          const reused = third.isSessionReused();
          third.destroy();
          assert.is(reused, false);
        },
      );
    },
  );
}

tests.run();
