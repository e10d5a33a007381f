/**
 * One act of the demo: a session as client or as server, then a second one that an alert ends. Draws while it goes on
 * and returns what happened.
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { TLS1_ALERT_FATAL, TLS1_ALERT_HANDSHAKE_FAILURE, trustStoreFromPem } from "../api/node.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { type ProtocolVersion, versionName } from "../protocol/version.ts";
import { CliError } from "./cli-error.ts";
import { acquire, onlyVersions } from "./credentials.ts";
import { type DemoPeer, type Material, type PeerClient, serverCredential } from "./demo-peers.ts";
import { type Facts, readFacts } from "./facts.ts";
import { Ladder, type Rung } from "./ladder.ts";
import { connectTo, listenOn } from "./network.ts";
import type { Call } from "./observed-functions.ts";
import { type SealedRecord, Session } from "./session.ts";
import type { Style } from "./terminal.ts";
import type { Side } from "./wire-view.ts";

/** What an act showed. */
export interface Act {
  readonly version: string;
  readonly role: Side;
  readonly peer: string;
  readonly rungs: readonly Rung[];
  readonly facts: Facts;
  readonly plaintext: Uint8Array;
  readonly record: SealedRecord;
  readonly echoed: number;
  readonly alertRecord: SealedRecord;
  /** What the peer said of the alert; null: it said nothing. */
  readonly alertSeen: string | null;
  readonly secondResumed: boolean;
  readonly ok: boolean;
}

/** Receives the parts of an act as they happen. */
export interface Stage {
  readonly style: Style;
  readonly provider: CryptoProvider;
  line(text: string): void;
  heading(text: string): void;
  facts(facts: Facts): void;
  record(plaintext: Uint8Array, record: SealedRecord): void;
  echoed(bytes: number, ok: boolean): void;
  alert(record: SealedRecord, seen: string | null, peer: string): void;
  resumed(yes: boolean): void;
}

const GREETING = "Hello from EncryptMessage, sealed in place.\n";
const ECHO_BYTES = 65_536;
const PATIENCE_MS = 10_000;
/** Time for the peer to write down what it saw. */
const AFTERTHOUGHT_MS = 300;

/** We are the client. */
export async function clientAct(
  version: ProtocolVersion,
  material: Material,
  peer: DemoPeer,
  stage: Stage,
): Promise<Act> {
  const server = await peer.serve(version);
  let ladder = newLadder("client", stage, peer.serverName);
  const credential = acquire("client", {
    hRootStore: trustStoreFromPem(material.certificate),
    pTlsParameters: onlyVersions("client", [version]),
    sealwire: { keyLog: (line) => ladder.keyLog(line) },
  });
  const open = async (): Promise<Session> => {
    const socket = await connectTo({ host: "127.0.0.1", port: server.port }, PATIENCE_MS);
    return new Session(socket, {
      role: "client",
      credential,
      targetName: material.name,
      observe: (call) => ladder.observe(call),
    });
  };
  try {
    const session = await open();
    await session.handshake();
    const plaintext = new TextEncoder().encode(GREETING);
    const record = await session.sendRecord(plaintext);
    const greeting = await receiveExactly(session, plaintext.length);
    const facts = readFacts(session.context);
    const payload = randomBytes(ECHO_BYTES);
    ladder.paused = true;
    const [back] = await Promise.all([
      receiveExactly(session, payload.length),
      session.send(payload),
    ]);
    ladder.paused = false;
    const ok = same(greeting, plaintext) && same(back, payload);
    await close(session);
    tell(stage, facts, plaintext, record, payload.length, ok);

    stage.heading("a second connection, ended by an alert");
    const { rungs } = ladder;
    ladder = newLadder("client", stage, peer.serverName);
    const second = await open();
    await second.handshake();
    const secondResumed = readFacts(second.context).resumed;
    const alertRecord = await second.sendAlert(TLS1_ALERT_FATAL, TLS1_ALERT_HANDSHAKE_FAILURE);
    second.stream.end();
    const alertSeen = await waitForAlert(() => server.alertsReceived());
    second.destroy();
    stage.resumed(secondResumed);
    stage.alert(alertRecord, alertSeen, peer.serverName);
    return act(version, "client", peer.serverName, {
      ...{ rungs: [...rungs, ...ladder.rungs], facts, plaintext, record, alertRecord, alertSeen },
      ...{ echoed: payload.length, secondResumed, ok: ok && alertWasSeen(alertSeen) },
    });
  } finally {
    server.stop();
  }
}

/** We are the server. */
export async function serverAct(
  version: ProtocolVersion,
  material: Material,
  peer: DemoPeer,
  stage: Stage,
): Promise<Act> {
  let ladder = newLadder("server", stage, peer.clientName);
  const credential = serverCredential(material, version, (line) => ladder.keyLog(line));
  const arrivals = new Arrivals();
  const { server, port } = await listenOn({ host: "127.0.0.1", port: 0 }, (socket) =>
    arrivals.add(socket),
  );
  const clients: PeerClient[] = [];
  const open = async (): Promise<[Session, PeerClient]> => {
    const client = peer.connect(version, port);
    clients.push(client);
    const observe = (call: Call): void => ladder.observe(call);
    return [new Session(await arrivals.next(), { role: "server", credential, observe }), client];
  };
  try {
    const [session, client] = await open();
    await session.handshake();
    const plaintext = new TextEncoder().encode(GREETING);
    client.send(plaintext);
    const greeting = await receiveExactly(session, plaintext.length);
    const record = await session.sendRecord(greeting);
    const facts = readFacts(session.context);
    const payload = randomBytes(ECHO_BYTES);
    ladder.paused = true;
    client.send(payload);
    await session.send(await receiveExactly(session, payload.length));
    await client.until(plaintext.length + payload.length);
    ladder.paused = false;
    const ok = same(client.received(), Buffer.concat([plaintext, payload]));
    await close(session);
    tell(stage, facts, plaintext, record, payload.length, ok);

    stage.heading("a second connection, ended by an alert");
    const { rungs } = ladder;
    ladder = newLadder("server", stage, peer.clientName);
    const [second, unlucky] = await open();
    await second.handshake();
    const secondResumed = readFacts(second.context).resumed;
    const alertRecord = await second.sendAlert(TLS1_ALERT_FATAL, TLS1_ALERT_HANDSHAKE_FAILURE);
    second.stream.end();
    const alertSeen = await waitForAlert(() => unlucky.alertsReceived());
    second.destroy();
    stage.resumed(secondResumed);
    stage.alert(alertRecord, alertSeen, peer.clientName);
    return act(version, "server", peer.clientName, {
      ...{ rungs: [...rungs, ...ladder.rungs], facts, plaintext, record, alertRecord, alertSeen },
      ...{ echoed: payload.length, secondResumed, ok: ok && alertWasSeen(alertSeen) },
    });
  } finally {
    for (const client of clients) client.stop();
    server.close();
  }
}

function newLadder(side: Side, stage: Stage, peer: string): Ladder {
  const ladder = new Ladder(side, stage.provider, stage.style, (line) => stage.line(line));
  ladder.head(`sealwire, ${side}`, peer);
  return ladder;
}

function act(
  version: ProtocolVersion,
  role: Side,
  peer: string,
  rest: Omit<Act, "version" | "role" | "peer">,
): Act {
  return { version: versionName(version), role, peer, ...rest };
}

function tell(
  stage: Stage,
  facts: Facts,
  plaintext: Uint8Array,
  record: SealedRecord,
  echoed: number,
  ok: boolean,
): void {
  stage.facts(facts);
  stage.record(plaintext, record);
  stage.echoed(echoed, ok);
}

/** We say close_notify and wait for the peer's. */
async function close(session: Session): Promise<void> {
  await session.shutdown();
  try {
    while ((await session.receive()) !== null);
  } catch (error) {
    // A peer that hangs up without a word after our close_notify has lost nothing.
    if (!(error instanceof CliError)) throw error;
  }
  session.destroy();
}

async function receiveExactly(session: Session, length: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let have = 0; have < length; ) {
    const data = await session.receive();
    if (data === null) throw new CliError(`the peer closed after ${have} of ${length} bytes`);
    chunks.push(data.slice());
    have += data.length;
  }
  return Buffer.concat(chunks);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

async function waitForAlert(read: () => readonly string[]): Promise<string | null> {
  for (let waited = 0; waited < PATIENCE_MS; waited += AFTERTHOUGHT_MS / 10) {
    const seen = read().find(alertWasSeen);
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, AFTERTHOUGHT_MS / 10));
  }
  return read().at(-1) ?? null;
}

function alertWasSeen(text: string | null): boolean {
  return text !== null && /handshake.failure/.test(text);
}

/** Connections in the order in which they came. */
class Arrivals {
  readonly #waiting: Socket[] = [];
  #wake: ((socket: Socket) => void) | null = null;

  add(socket: Socket): void {
    const wake = this.#wake;
    this.#wake = null;
    if (wake === null) this.#waiting.push(socket);
    else wake(socket);
  }

  next(): Promise<Socket> {
    const first = this.#waiting.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new CliError("the peer did not connect; is a firewall in the way?")),
        PATIENCE_MS,
      );
      this.#wake = (socket) => {
        clearTimeout(timer);
        resolve(socket);
      };
    });
  }
}
