/**
 * The differential test of the sockets: a scenario is run with node:tls and with ours, and what it saw must be equal.
 * Where ours differs on purpose, the scenario's name stands in the table of differences with the reason.
 */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as later } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { suite } from "uvu";
import * as assert from "uvu/assert";
import type * as ours from "../../src/entries/node.ts";
import { LIBRARIES, NODE, OWN, VERSIONS } from "./kit.ts";
import { DIFFERENCES } from "./node-tls-table.ts";

type Library = typeof ours;
type Version = (typeof VERSIONS)[number];
/** What each party saw, in its order. */
type Seen = Record<string, unknown[]>;

const EVENTS = [
  ...["lookup", "connect", "ready", "secure", "secureConnect", "end", "finish", "timeout"],
  ...["OCSPResponse", "prefinish"],
];
/** Milliseconds after which a scenario that waits is told to have waited in vain. */
const PATIENCE = 4000;

/** What a scenario works with. */
export class Stage {
  readonly tls: Library;
  readonly version: Version;
  readonly seen: Seen = {};
  readonly #open: { destroy(): unknown }[] = [];
  readonly #servers: Server[] = [];
  readonly #closing: Promise<void>[] = [];

  constructor(library: Library, version: Version) {
    this.tls = library;
    this.version = version;
  }

  /** Options for this version alone. */
  get only(): { readonly minVersion: Version; readonly maxVersion: Version } {
    return { minVersion: this.version, maxVersion: this.version };
  }

  /** Notes something that a party saw. */
  tell(party: string, ...facts: readonly unknown[]): void {
    const { seen } = this;
    seen[party] ??= [];
    seen[party]?.push(facts.length === 1 ? plain(facts[0]) : facts.map(plain));
  }

  /** Notes what `call` gives or throws. */
  try(party: string, name: string, call: () => unknown): void {
    try {
      this.tell(party, name, call());
    } catch (error) {
      this.tell(party, name, "throws", error);
    }
  }

  /** Notes the events of a socket; it is destroyed when the scenario is over. */
  watch<S extends Duplex>(party: string, socket: S, ...events: readonly string[]): S {
    this.later(socket).setMaxListeners(0);
    for (const event of [...EVENTS, ...events]) {
      socket.on(event, (...facts: unknown[]) => this.tell(party, event, ...facts));
    }
    socket.on("error", (error: Error) => this.tell(party, "error", error));
    socket.on("close", (hadError?: boolean) => this.tell(party, "close", hadError === true));
    this.#closing.push(new Promise((resolve) => socket.once("close", () => resolve())));
    return socket;
  }

  /** Until all who are watched have closed, and what follows from it has happened. */
  async closed(): Promise<void> {
    for (let known = 0; known < this.#closing.length; ) {
      known = this.#closing.length;
      await Promise.all(this.#closing);
      for (let turns = 0; turns < 5; turns++) await turn();
    }
  }

  /** Destroyed when the scenario is over. */
  later<S extends { destroy(): unknown }>(socket: S): S {
    this.#open.push(socket);
    return socket;
  }

  /** A server on loopback, closed when the scenario is over. */
  async listen<S extends Server>(server: S): Promise<number> {
    this.#servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** A server with our certificate, whose sockets are "server" among those who see. */
  async serve(
    options: ours.ServerOptions = {},
    onSecure: (socket: ours.SecureSocket) => void = () => undefined,
  ): Promise<{ port: number; server: ours.SecureServer }> {
    const server = this.tls.createServer({ ...OWN, ...this.only, ...options }, (socket) => {
      this.watch("server", socket);
      onSecure(socket);
    });
    server.on("tlsClientError", (error: Error) => this.tell("server", "tlsClientError", error));
    return { port: await this.listen(server), server };
  }

  /** A client that trusts it: "client" among those who see. */
  dial(port: number, options: ours.ConnectOptions = {}): ours.SecureSocket {
    return this.watch("client", this.tls.connect({ port, ...CLIENT, ...options }));
  }

  /** Closes everything. */
  async end(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await Promise.all(
      this.#servers.map((server) => new Promise<void>((done) => server.close(() => done()))),
    );
  }
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const CLIENT: { readonly host: string; readonly servername: string; readonly ca: string } = {
  host: "127.0.0.1",
  servername: "localhost",
  ca: OWN.cert,
};

export interface Scenario {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void>;
  /** What a party sees with ours where that differs on purpose; the reason stands in DIFFERENCES under the name. */
  readonly ours?: Expected;
}

type Expected = Seen | ((version: Version) => Seen);

/** A scenario; the third argument where ours differs. */
export function scenario(
  name: string,
  run: Scenario["run"],
  ours?: Expected | undefined,
): Scenario {
  return ours === undefined ? { name, run } : { name, run, ours };
}

/** In what is compared an error is its code, or its name and text if it has none; memory is its text. */
function plain(value: unknown): unknown {
  if (value instanceof Error) {
    const { code, name, message } = value as Error & { code?: string };
    // OpenSSL 3.5 has another word for the alerts of SSL 3.0.
    return { error: code?.replace("SSL/TLS_ALERT", "SSLV3_ALERT") ?? `${name}: ${message}` };
  }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("latin1") };
  return value;
}

async function seenWith(library: Library, version: Version, run: Scenario["run"]): Promise<Seen> {
  const stage = new Stage(library, version);
  const over = new AbortController();
  const patience = later(PATIENCE, true, { signal: over.signal }).catch(() => false);
  try {
    const inVain = await Promise.race([run(stage).then(() => false), patience]);
    if (inVain) stage.tell("scenario", "waited in vain");
    return structuredClone(stage.seen);
  } finally {
    over.abort();
    await stage.end();
  }
}

/** Adds a test per scenario and version. */
export function sameAsNode(
  tests: ReturnType<typeof suite>,
  scenarios: readonly Scenario[],
  versions: readonly Version[] = VERSIONS,
): void {
  for (const { name, run, ours } of scenarios) {
    tests(name, async () => {
      let differs = false;
      for (const version of versions) {
        const seen: Seen[] = [];
        for (const [, library] of LIBRARIES) seen.push(await seenWith(library, version, run));
        const [here = {}, node = {}] = seen;
        if (ours === undefined) assert.equal(here, node, version);
        else {
          const expected = typeof ours === "function" ? ours(version) : ours;
          assert.equal(here, { ...here, ...expected }, version);
        }
        differs ||= !isDeepStrictEqual(here, node);
      }
      assert.is(differs, ours !== undefined, "does it differ?");
      assert.is(
        DIFFERENCES.some(([row, , since = 0]) => row === name && NODE >= since),
        differs,
        "is it told in the table of differences?",
      );
    });
  }
}

/** What a server sees of a handshake that failed. */
export const failed = (code: string): unknown[] => ["tlsClientError", { error: code }];
export const CONNECTED: readonly string[] = ["connect", "ready"];
export const SECURE: readonly string[] = [...CONNECTED, "secureConnect", "secure"];
/** What a client sees of it. */
export const dies = (code: string): unknown[] => [
  ...CONNECTED,
  ["error", { error: code }],
  ["close", true],
];
