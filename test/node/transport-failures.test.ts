/**
 * Every way that a transport can fail, at every stage of a session, over TCP and over other Duplexes, in both roles: one error with
 * its cause, or the documented end; and nothing is left: no socket, no timer, no write without an answer.
 */
import { once } from "node:events";
import { createServer as createNetServer, connect as netConnect, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type ConnectOptions,
  connect,
  createServer,
  SecureSocket,
  type SecureSocketOptions,
} from "../../src/entries/node.ts";
import { closed, listening, OWN, pipe, VERSIONS } from "./kit.ts";
import { WireTap } from "./wire-tap.ts";

const CAUSE = new Error("the cable is cut");
const HANDSHAKE_LIMIT_MS = 300;
const FOR_EVER_MS = 10_000;
const FACES = ["connect", "a client on a Duplex", "createServer", "a server on a Duplex"] as const;
type SspiFunctions = (typeof FACES)[number];

const isClient = (functions: SspiFunctions): boolean =>
  functions === "connect" || functions === "a client on a Duplex";
const isTcp = (functions: SspiFunctions): boolean =>
  functions === "connect" || functions === "createServer";

/** A session on a wire. */
interface Rig {
  readonly functions: SspiFunctions;
  /** Made as soon as it is known: of a server, with its connection. */
  session: SecureSocket | null;
  /** What the session stands on. */
  readonly transport: Duplex;
  readonly tap: WireTap;
  readonly peer: SecureSocket;
  readonly peerIsSecure: Promise<unknown>;
  readonly seen: Seen;
  close(): Promise<void>;
}

/** What a program that uses the session learns. */
interface Seen {
  readonly errors: (Error & { code?: string; cause?: unknown })[];
  closes: number;
  ends: number;
  secure: boolean;
  writes: number;
  answered: number;
}

const newSeen = (): Seen => ({
  ...{ errors: [], closes: 0, ends: 0 },
  ...{ secure: false, writes: 0, answered: 0 },
});

function watch(session: SecureSocket, seen: Seen): void {
  session.on("error", (error) => seen.errors.push(error));
  session.on("close", () => seen.closes++);
  // On a transport that is half open, the program ends its side.
  session.on("end", () => {
    seen.ends++;
    session.end();
  });
  session.on("secure", () => {
    seen.secure = true;
  });
  session.resume();
}

const trusting = { ca: OWN.cert, servername: "localhost" };

async function build(functions: SspiFunctions, version: string): Promise<Rig> {
  const seen = newSeen();
  const versions = { minVersion: version, maxVersion: version } as SecureSocketOptions;
  const limit = { handshakeTimeout: HANDSHAKE_LIMIT_MS };
  const [far, end] = pipe();
  const makePeer = (): { peer: SecureSocket; peerIsSecure: Promise<unknown> } => {
    const own = isClient(functions) ? { ...OWN, isServer: true } : trusting;
    const peer = new SecureSocket(far, { ...own, ...versions });
    peer.on("error", () => {}).resume();
    return { peer, peerIsSecure: new Promise((resolve) => peer.once("secure", resolve)) };
  };
  if (!isTcp(functions)) {
    const [transport, near] = pipe();
    const tap = new WireTap(near, end);
    const own = isClient(functions) ? trusting : { ...OWN, isServer: true };
    const session = new SecureSocket(transport, { ...own, ...versions, ...limit });
    watch(session, seen);
    const close = async (): Promise<void> => tap.close();
    return { ...{ functions, session, transport, tap, ...makePeer(), seen }, close };
  }
  if (functions === "connect") {
    const server = createNetServer({ allowHalfOpen: true });
    const port = await listening(server);
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const to = { port, host: "127.0.0.1", ...trusting, ...versions, ...limit };
    const session = connect(to as ConnectOptions);
    watch(session, seen);
    const [near] = await accepted;
    const tap = new WireTap(near, end);
    const close = async (): Promise<void> => {
      tap.close();
      server.close();
      await once(server, "close");
    };
    const transport = (session as unknown as { transport: Duplex }).transport;
    return { ...{ functions, session, transport, tap, ...makePeer(), seen }, close };
  }
  const server = createServer({ ...OWN, ...versions, ...limit } as object);
  const port = await listening(server);
  const connected = once(server, "connection") as Promise<[Socket]>;
  const near = netConnect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [transport] = await connected;
  const tap = new WireTap(near, end);
  const rig: Rig = {
    ...{ functions, session: null, transport, tap, ...makePeer(), seen },
    close: async () => {
      tap.close();
      server.close();
      await once(server, "close");
    },
  };
  transport.once("close", () => {
    if (!seen.secure) seen.closes++;
  });
  server.on("tlsClientError", (error) => seen.errors.push(error));
  server.on("secureConnection", (session) => {
    rig.session = session;
    seen.secure = true;
    watch(session, seen);
  });
  return rig;
}

interface Stage {
  readonly name: string;
  readonly isSecure: boolean;
  /** The session is inside a record of its peer. */
  readonly isInside?: boolean;
  readonly roles?: "client" | "server";
  readonly reach: (rig: Rig) => Promise<void>;
}

/** Waits until both ends are secure, and tickets are where they belong. */
async function bothSecure({ seen, peerIsSecure }: Rig): Promise<void> {
  await peerIsSecure;
  await until(() => seen.secure, "the handshake is finished");
  await pause(20);
}

/** Data that the wire does not take. */
function pendingWrites({ session, seen }: Rig): void {
  for (let i = 0; i < 40; i++) {
    seen.writes++;
    session?.write(Buffer.alloc(1 << 17), () => seen.answered++);
  }
}

/** The loop looked at its sockets once more. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + FOR_EVER_MS; !holds(); await pause(5))
    assert.ok(
      Date.now() < end,
      `${what}: not within ${FOR_EVER_MS} ms: ${process.getActiveResourcesInfo()}`,
    );
}

const STAGES: readonly Stage[] = [
  { name: "before a byte came", isSecure: false, reach: async ({ tap }) => tap.afterRecords(0, 0) },
  {
    ...{ name: "after ClientHello", isSecure: false, roles: "client" },
    reach: ({ tap }) => tap.afterOwnBytes(),
  },
  {
    ...{ name: "after ServerHello", isSecure: false, roles: "client" },
    reach: ({ tap }) => tap.afterRecords(1, 0),
  },
  {
    ...{ name: "inside a record of the handshake", isSecure: false, isInside: true },
    roles: "client",
    reach: ({ tap }) => tap.afterRecords(1, 3),
  },
  {
    ...{ name: "inside ClientHello", isSecure: false, isInside: true, roles: "server" },
    reach: ({ tap }) => tap.afterRecords(0, 20),
  },
  {
    ...{ name: "after the own flight", isSecure: false, roles: "server" },
    reach: async ({ tap }) => {
      const answered = tap.afterOwnBytes();
      await tap.afterRecords(1, 0);
      await answered;
    },
  },
  { name: "after the handshake", isSecure: true, reach: bothSecure },
  {
    ...{ name: "inside a record", isSecure: true, isInside: true },
    reach: async (rig) => {
      await bothSecure(rig);
      const reached = rig.tap.afterRecords(0, 9);
      rig.peer.write("something to say");
      await reached;
    },
  },
  {
    ...{ name: "while it writes", isSecure: true },
    reach: async (rig) => {
      await bothSecure(rig);
      rig.tap.stop();
      pendingWrites(rig);
    },
  },
  {
    ...{ name: "after its close_notify", isSecure: true },
    reach: async (rig) => {
      await bothSecure(rig);
      const said = rig.tap.afterOwnBytes();
      rig.session?.end();
      await said;
    },
  },
];

interface Way {
  readonly name: string;
  readonly applies?: (stage: Stage, functions: SspiFunctions) => boolean;
  readonly apply: (rig: Rig, stage: Stage) => void;
  /** Is it the error that has to come? Null: none comes. */
  readonly error: (stage: Stage, rig: Rig) => ((error: Seen["errors"][number]) => boolean) | null;
}

const isCause = (error: Seen["errors"][number]): boolean =>
  error === CAUSE || error.cause === CAUSE;
const hasCode = (pattern: RegExp) => (error: Seen["errors"][number]) =>
  pattern.test(error.code ?? "");
/** The session of a server is not known before it is secure. */
const hasSession = (stage: Stage, functions: SspiFunctions): boolean =>
  stage.isSecure || functions !== "createServer";

const WAYS: readonly Way[] = [
  {
    name: "it is reset",
    apply: ({ functions, tap, transport }) => {
      if (isTcp(functions)) tap.reset();
      else transport.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    },
    error: () => hasCode(/^ECONNRESET$/),
  },
  {
    name: "it ends",
    apply: ({ tap }) => tap.end(),
    error: ({ isSecure, isInside }) => (isSecure && !isInside ? null : () => true),
  },
  {
    name: "it is silent",
    apply: ({ session, tap }, stage) => {
      if (!stage.isSecure) tap.stop();
      else session?.setTimeout(50, () => session.destroy(CAUSE));
    },
    error: ({ isSecure }) => (isSecure ? isCause : hasCode(/^ERR_TLS_HANDSHAKE_TIMEOUT$/)),
  },
  {
    name: "garbage comes",
    apply: ({ tap }) => tap.inject(Buffer.alloc(20_000, 0x99)),
    error: () => hasCode(/^(ERR_SSL_|SEC_E_ILLEGAL_MESSAGE)/),
  },
  {
    name: "a plaintext alert comes",
    applies: ({ isInside }) => isInside !== true,
    apply: ({ tap }) => tap.inject(Uint8Array.of(21, 3, 3, 0, 2, 2, 40)),
    error: () => hasCode(/^ERR_SSL_/),
  },
  {
    name: "its writes fail",
    applies: ({ isSecure, name }) =>
      (isSecure && name !== "after its close_notify") || name === "before a byte came",
    apply: ({ session, transport, tap }) => {
      Object.assign(transport, {
        _write: (_chunk: unknown, _encoding: string, done: (error: Error) => void) => done(CAUSE),
        _writev: undefined,
      });
      tap.go();
      if (session?.writable) session.write("lost");
    },
    error: () => isCause,
  },
  {
    name: "it is destroyed with an error",
    apply: ({ transport }) => transport.destroy(CAUSE),
    error: () => isCause,
  },
  {
    name: "the session is destroyed with an error",
    applies: hasSession,
    apply: ({ session }) => session?.destroy(CAUSE),
    error: () => isCause,
  },
  {
    name: "the session is destroyed",
    applies: hasSession,
    apply: ({ session }) => session?.destroy(),
    error: () => null,
  },
];

/** How many of each kind keep the process; timers and files of the test itself left out. */
function active(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo())
    if (/TCP|Write|Shutdown|Connect|Timeout/.test(name))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The timer of the wait itself is one. */
const isNoMore = (now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean =>
  [...now].every(([name, count]) => count <= (before.get(name) ?? 0));

const tests = suite("node: failures of a transport");

async function play(
  functions: SspiFunctions,
  stage: Stage,
  way: Way,
  version: string,
): Promise<void> {
  const before = active();
  const rig = await build(functions, version);
  const { seen } = rig;
  try {
    await stage.reach(rig);
    // Bytes that a reset follows at once are taken for an end by the system.
    if (stage.isInside) for (let i = 0; i < 5; i++) await pause(5).then(turn);
    const wanted = way.error(stage, rig);
    way.apply(rig, stage);
    await until(() => seen.closes > 0, "closed");
    await pause(20);
    const told = seen.errors.map((error) => `${error.code}: ${error.message}`);
    assert.is(seen.closes, 1);
    assert.is(seen.errors.length, wanted === null ? 0 : 1, told.join("; "));
    for (const error of seen.errors) assert.ok(wanted?.(error), told.join("; "));
    // It is given a moment to take the last words.
    await until(() => rig.transport.destroyed, "the transport is destroyed");
    assert.is(seen.answered, seen.writes, "each write has its answer");
  } finally {
    await rig.close();
  }
  await until(() => isNoMore(active(), before), "what the session kept is released");
}

for (const functions of FACES)
  for (const stage of STAGES) {
    if (stage.roles !== undefined && (stage.roles === "client") !== isClient(functions)) continue;
    for (const way of WAYS) {
      if (way.applies?.(stage, functions) === false) continue;
      const outcome =
        way.error(stage, {} as Rig) === null ? "it closes without an error" : "one error says so";
      for (const version of VERSIONS)
        tests(
          `${functions}, ${version}, ${stage.name}: ${way.name}: ${outcome}, and nothing is left`,
          () => play(functions, stage, way, version),
        );
    }
  }

/** Before anything is connected. */
interface Early {
  readonly name: string;
  readonly begin: () => Promise<SecureSocket> | SecureSocket;
  readonly error: ((error: Seen["errors"][number]) => boolean) | null;
}

const CLIENT = { ...trusting, handshakeTimeout: HANDSHAKE_LIMIT_MS };
/** A port that nobody listens on any more. */
async function freePort(): Promise<number> {
  const server = createNetServer();
  const port = await listening(server);
  server.close();
  await once(server, "close");
  return port;
}
const here = (port: number): ConnectOptions => ({ port, host: "127.0.0.1", ...CLIENT });

const EARLY: readonly Early[] = [
  {
    name: "connect, nobody listens: ECONNREFUSED",
    begin: async () => connect(here(await freePort())),
    error: hasCode(/^ECONNREFUSED$/),
  },
  {
    name: "connect, lookup fails: its error",
    begin: () =>
      connect({
        ...here(1),
        host: "x.example",
        lookup: (_name, _options, done) => done(CAUSE, "", 4),
      }),
    error: isCause,
  },
  {
    name: "connect, destroyed with an error at once: that error",
    begin: async () => connect(here(await freePort())).destroy(CAUSE),
    error: isCause,
  },
  {
    name: "connect, destroyed at once: no error",
    begin: async () => connect(here(await freePort())).destroy(),
    error: null,
  },
  {
    name: "connect, aborted at once: an AbortError",
    begin: async () => connect({ ...here(await freePort()), signal: AbortSignal.abort(CAUSE) }),
    error: (error) => error.name === "AbortError" && isCause(error),
  },
  {
    name: "a socket that never connects: the time limit",
    begin: () => new SecureSocket(new Socket(), CLIENT),
    error: hasCode(/^ERR_TLS_HANDSHAKE_TIMEOUT$/),
  },
  {
    name: "a socket that was destroyed before: ECONNRESET",
    begin: () => new SecureSocket(new Socket().destroy(), CLIENT),
    error: hasCode(/^ECONNRESET$/),
  },
  {
    name: "a socket that failed before: its error",
    begin: async () => {
      const failed = new Socket().on("error", () => {}).destroy(CAUSE);
      await closed(failed);
      return new SecureSocket(failed, CLIENT);
    },
    error: isCause,
  },
  {
    name: "a socket that fails before it is connected: its error",
    begin: () => {
      const waiting = new Socket();
      const session = new SecureSocket(waiting, CLIENT);
      setTimeout(() => waiting.destroy(CAUSE), 20);
      return session;
    },
    error: isCause,
  },
  {
    name: "a Duplex that was destroyed before: ECONNRESET",
    begin: () => new SecureSocket(pipe()[0].destroy(), CLIENT),
    error: hasCode(/^ECONNRESET$/),
  },
  {
    name: "a Duplex that has ended before: ECONNRESET",
    begin: async () => {
      const [one, other] = pipe();
      other.end();
      await once(one.resume(), "end");
      return new SecureSocket(one, CLIENT);
    },
    error: hasCode(/^ECONNRESET$/),
  },
];

for (const { name, begin, error: wanted } of EARLY)
  tests(`before the connection: ${name}, once, and nothing is left`, async () => {
    const before = active();
    const seen = newSeen();
    const session = await begin();
    watch(session, seen);
    await until(() => seen.closes > 0, "closed");
    await pause(20);
    const told = seen.errors.map((error) => `${error.code}: ${error.message}`);
    assert.is(seen.errors.length, wanted === null ? 0 : 1, told.join("; "));
    for (const error of seen.errors) assert.ok(wanted?.(error), told.join("; "));
    const { transport } = session as unknown as { transport: Duplex };
    await until(() => transport.destroyed, "the transport is destroyed");
    await until(() => isNoMore(active(), before), "what the session kept is released");
  });

tests.run();
