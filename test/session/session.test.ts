/**
 * `sealwire/session`: the sans-I/O session, both roles, both versions, with the provider of Node and the portable one.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withPostQuantum } from "../../src/entries/post-quantum.ts";
import * as portable from "../../src/entries/session.ts";
import * as node from "../../src/entries/session-node.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import type { CreateSessionOptions, SessionEntry } from "../../src/session/create-session.ts";
import type { OpenSession, Session, SessionEvent } from "../../src/session/session.ts";
import type { TlsError } from "../../src/sspi/tls-error.ts";

const { certificatePem, privateKey } = node.selfSignedCertificate({ names: ["localhost"] });
const SERVER: CreateSessionOptions = { cert: certificatePem, key: privateKey };
const CLIENT: CreateSessionOptions = { serverName: "localhost", ca: certificatePem };

interface Pair {
  readonly client: Session;
  readonly server: Session;
}

const pairOf = (
  entry: SessionEntry,
  client: CreateSessionOptions = {},
  server: CreateSessionOptions = {},
): Pair => ({
  client: entry.createClientSession({ ...CLIENT, ...client }),
  server: entry.createServerSession({ ...SERVER, ...server }),
});

/** Moves bytes until both are quiet. */
function exchange({ client, server }: Pair): { client: SessionEvent[]; server: SessionEvent[] } {
  const events = { client: [] as SessionEvent[], server: [] as SessionEvent[] };
  for (let turn = 0; turn < 20; turn++) {
    const fromClient = client.takeOutput();
    if (fromClient.length > 0) events.server.push(...server.receive(fromClient));
    const fromServer = server.takeOutput();
    if (fromServer.length > 0) events.client.push(...client.receive(fromServer));
    if (fromClient.length + fromServer.length === 0) return events;
  }
  throw new Error("the sessions never come to rest");
}

function open(session: Session): OpenSession {
  if (!session.isOpen()) throw new Error(`the session is in the phase ${session.phase}`);
  return session;
}

const text = (events: readonly SessionEvent[]): string =>
  events
    .map((event) => (event.type === "data" ? new TextDecoder().decode(event.data) : ""))
    .join("");
const types = (events: readonly SessionEvent[]): string => events.map(({ type }) => type).join(" ");
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

function reasonOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as TlsError).reason ?? "none";
  }
  return "nothing was thrown";
}

const tests = suite("session: the sans-I/O session");

const ENTRIES: readonly (readonly [string, SessionEntry])[] = [
  ["node", node],
  ["portable", portable],
  ["a provider of the caller", node.sessionsWithProvider({ ...portableProvider, name: "own" })],
];
for (const [name, entry] of ENTRIES) {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    tests(`${name}, ${version}: both sides open, exchange data and close`, () => {
      const pair = pairOf(entry, { versions: [version], alpn: ["a", "b"] }, { alpn: ["b"] });
      const opened = exchange(pair);
      assert.is(types(opened.client), "open");
      assert.is(types(opened.server), "open");
      const client = open(pair.client);
      const server = open(pair.server);
      assert.is(client.info.version, version);
      assert.is(client.info.alpnProtocol, "b");
      assert.is(client.info.peerCertificates.length, 1);
      assert.is(client.write(bytes("ping")), 4);
      assert.is(server.write(bytes("pong")), 4);
      const data = exchange(pair);
      assert.is(text(data.server), "ping");
      assert.is(text(data.client), "pong");
      assert.equal(
        client.exportKeyingMaterial(32, "EXPORTER-test"),
        server.exportKeyingMaterial(32, "EXPORTER-test"),
      );
      client.close();
      assert.is(types(exchange(pair).server), "close");
      assert.is(server.write(bytes("last words")), 10);
      assert.is(text(exchange(pair).client), "last words");
      server.close();
      assert.is(types(exchange(pair).client), "close");
      assert.is(client.phase, "closed");
      assert.is(server.phase, "closed");
    });
  }

  tests(`${name}: one byte at a time leads to the same events`, () => {
    const pair = pairOf(entry);
    const seen: SessionEvent[] = [];
    for (let turn = 0; turn < 4; turn++) {
      for (const byte of pair.client.takeOutput()) pair.server.receive(Uint8Array.of(byte));
      for (const byte of pair.server.takeOutput())
        seen.push(...pair.client.receive(Uint8Array.of(byte)));
    }
    assert.is(types(seen), "open");
    assert.ok(pair.server.isOpen());
  });
}

tests("write takes no more than the high-water mark, and goes on after takeOutput", () => {
  const pair = pairOf(node, { highWaterMark: 20_000 });
  exchange(pair);
  const client = open(pair.client);
  const data = new Uint8Array(50_000).fill(7);
  assert.is(client.writableLength, 20_000);
  assert.is(client.write(data), 20_000);
  assert.ok(client.outputLength > 20_000);
  assert.is(client.writableLength, 0);
  assert.is(client.write(data), 0);
  let done = 20_000;
  let received = 0;
  for (let turn = 0; turn < 5; turn++) {
    for (const event of pair.server.receive(client.takeOutput()))
      received += event.type === "data" ? event.data.length : 0;
    done += client.write(data.subarray(done));
  }
  assert.is(done, 50_000);
  assert.is(received, 50_000);
});

tests("records hold no more data than maxFragment", () => {
  const pair = pairOf(node, { maxFragment: 100 });
  exchange(pair);
  const client = open(pair.client);
  assert.is(client.sizes.maximumData, 100);
  client.write(new Uint8Array(250));
  const lengths = pair.server
    .receive(client.takeOutput())
    .map((event) => (event.type === "data" ? event.data.length : 0));
  assert.equal(lengths, [100, 100, 50]);
});

tests("what needs an open session is refused before, after and in the words of the member", () => {
  const pair = pairOf(node);
  const early = pair.client as OpenSession;
  const calls: readonly ((session: OpenSession) => unknown)[] = [
    (session) => session.write(bytes("x")),
    (session) => session.keyUpdate(),
    (session) => session.exportKeyingMaterial(32, "x"),
  ];
  for (const call of calls)
    assert.is(
      reasonOf(() => call(early)),
      "HandshakeNotFinished",
    );
  assert.is(
    reasonOf(() => early.info),
    "HandshakeNotFinished",
  );
  assert.is(
    reasonOf(() => early.sizes),
    "HandshakeNotFinished",
  );
  assert.is(
    reasonOf(() => early.close()),
    "HandshakeNotFinished",
  );
  assert.is(early.writableLength, 0);
  exchange(pair);
  early.close();
  assert.is(
    reasonOf(() => early.write(bytes("x"))),
    "ClosedByUs",
  );
  early.abort();
  for (const call of calls)
    assert.is(
      reasonOf(() => call(early)),
      "SessionClosed",
    );
});

tests("a server that is not trusted fails the client, and the alert waits in its output", () => {
  const pair = pairOf(node, {
    ca: node.selfSignedCertificate({ names: ["other"] }).certificatePem,
  });
  const events = exchange(pair);
  const last = events.client.at(-1);
  assert.is(types(events.client), "fail");
  assert.is(last?.type === "fail" ? last.error.reason : "", "UnknownIssuer");
  assert.is(pair.client.phase, "failed");
  const told = events.server.at(-1);
  assert.is(told?.type === "fail" ? told.error.alert?.name : "", "unknown_ca");
  assert.is(
    reasonOf(() => (pair.client as OpenSession).write(bytes("x"))),
    "SessionFailed",
  );
  assert.equal(pair.client.receive(bytes("more")), []);
});

tests("bytes that are not TLS fail a server once", () => {
  const server = node.createServerSession(SERVER);
  const events = server.receive(bytes("GET / HTTP/1.1\r\n\r\n"));
  assert.is(types(events), "fail");
  assert.is(server.phase, "failed");
  assert.equal(server.endOfInput(), []);
});

for (const strict of [true, false]) {
  tests(`an end without close_notify is ${strict ? "a failure" : "reported as truncated"}`, () => {
    const pair = pairOf(node, { requireCloseNotify: strict });
    exchange(pair);
    const [event] = pair.client.endOfInput();
    if (strict) assert.is(event?.type === "fail" ? event.error.reason : "", "Truncated");
    else assert.equal(event, { type: "close", truncated: true });
  });
}

tests("an end during the handshake is a failure", () => {
  const client = node.createClientSession(CLIENT);
  const [event] = client.endOfInput();
  assert.is(event?.type === "fail" ? event.error.reason : "", "ClosedDuringHandshake");
});

tests("a key update goes both ways where it is requested", () => {
  const pair = pairOf(node, { versions: ["TLSv1.3"] });
  exchange(pair);
  const client = open(pair.client);
  client.keyUpdate({ requestPeer: true });
  client.write(bytes("under new keys"));
  assert.is(text(exchange(pair).server), "under new keys");
  open(pair.server).write(bytes("and back"));
  assert.is(text(exchange(pair).client), "and back");
});

tests("a key update is refused in TLS 1.2", () => {
  const pair = pairOf(node, { versions: ["TLSv1.2"] });
  exchange(pair);
  assert.is(
    reasonOf(() => open(pair.client).keyUpdate()),
    "NoKeyUpdate",
  );
});

tests("a promise is waited for by settled and receiveAsync", async () => {
  let release = (): void => {};
  const decided = new Promise<void>((resolve) => {
    release = resolve;
  });
  const verifyPeer = async (): Promise<{ ok: boolean }> => {
    await decided;
    return { ok: true };
  };
  const pair = pairOf(node, { verifyPeer });
  pair.server.receive(pair.client.takeOutput());
  const events = pair.client.receiveAsync(pair.server.takeOutput());
  assert.ok(pair.client.pending);
  assert.is(pair.client.phase, "handshake");
  release();
  assert.is(types(await events), "open");
  assert.not(pair.client.pending);
  pair.server.receive(pair.client.takeOutput());
  assert.ok(pair.server.isOpen());
});

tests("settled ends when the session is disposed of while a promise is pending", async () => {
  const pair = pairOf(node, { verifyPeer: () => new Promise(() => {}) });
  pair.server.receive(pair.client.takeOutput());
  pair.client.receive(pair.server.takeOutput());
  const settled = pair.client.settled();
  pair.client.dispose();
  assert.equal(await settled, []);
  assert.is(pair.client.phase, "closed");
});

tests("sessions that share a credential resume", () => {
  const credential = node.acquireCredentials({ ca: certificatePem });
  const serverCredential = node.acquireCredentials({ role: "server", ...SERVER });
  const resumed = [1, 2].map(() => {
    const pair = {
      client: node.createClientSession({ credential, serverName: "localhost" }),
      server: node.createServerSession({ credential: serverCredential }),
    };
    exchange(pair);
    const value = open(pair.client).info.resumed;
    open(pair.client).close();
    open(pair.server).close();
    exchange(pair);
    return value;
  });
  assert.equal(resumed, [false, true]);
});

tests("abort sends a fatal alert, and the peer reports it", () => {
  const pair = pairOf(node);
  exchange(pair);
  pair.client.abort(80);
  assert.is(pair.client.phase, "closed");
  const [event] = pair.server.receive(pair.client.takeOutput());
  assert.is(event?.type === "fail" ? event.error.alert?.name : "", "internal_error");
});

tests("a provider with ML-KEM changes its own sessions only", () => {
  const X25519MLKEM768 = 0x11ec;
  const { createClientSession, createServerSession } = node.sessionsWithProvider(
    withPostQuantum(portableProvider),
  );
  const groups = { supportedGroups: [X25519MLKEM768], keyShares: [X25519MLKEM768] };
  const pair = {
    client: createClientSession({ ...CLIENT, ...groups }),
    server: createServerSession({ ...SERVER, ...groups }),
  };
  exchange(pair);
  assert.is(open(pair.client).info.group, X25519MLKEM768);
  assert.is(portableProvider.keyAgreement("X25519MLKEM768"), null);
});

tests("all cryptography of a session is the provider's", () => {
  const names = new Set<string>();
  const entry = node.sessionsWithProvider({
    ...portableProvider,
    aead: (name, key) => {
      names.add(name);
      return portableProvider.aead(name, key);
    },
  });
  exchange(pairOf(entry, { versions: ["TLSv1.3"], cipherSuites: [0x1301] }));
  assert.ok(names.has("aes-128-gcm"));
});

tests.run();
