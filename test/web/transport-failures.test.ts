/**
 * Every way that a transport can fail, at every stage of a session, in both roles: `opened`, `closed`, a read and a write
 * are settled, with the transport's own error as the cause where there is one. Nothing waits for ever.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ByteStreams, Role, SecureStreams, TlsError } from "../../src/entries/streams.ts";
import { linked, pair } from "./web-kit.ts";

/** Long enough for a loaded machine; a promise that is pending then is pending for ever. */
const FOR_EVER_MS = 20_000;
const SHORT_LIMITS = { handshakeTimeout: 1500, closeTimeout: 1000 } as const;
const CAUSE = new Error("the cable is cut");

/** A transport whose two directions pass everything on until they are made to fail. */
class FaultyTransport implements ByteStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves when the first bytes have passed, in either direction. */
  readonly begun: Promise<void>;
  /** Takes the place of the next write. */
  onWrite: (() => Promise<void> | void) | null = null;
  #begun: () => void = () => {};
  #source: ReadableStreamDefaultController<unknown> | null = null;
  #sink: WritableStreamDefaultController | null = null;
  #mute = false;

  constructor({ readable, writable }: ByteStreams) {
    this.begun = new Promise((resolve) => {
      this.#begun = resolve;
    });
    const writer = writable.getWriter();
    this.readable = new ReadableStream<unknown>({
      start: (controller) => {
        this.#source = controller;
      },
      cancel: () => {
        this.#mute = true;
      },
    }) as ReadableStream<Uint8Array>;
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#sink = controller;
      },
      write: async (chunk) => {
        this.#begun();
        if (this.onWrite !== null) return this.onWrite();
        return writer.write(chunk);
      },
      close: () => writer.close(),
    });
    // The peer gave up: its end of the wire fails.
    this.#passOn(readable.getReader()).catch((error: unknown) => {
      if (!this.#mute) this.#source?.error(error);
    });
    writer.closed.catch(() => {});
  }

  give(value: unknown): void {
    this.#mute = true;
    this.#source?.enqueue(value);
  }

  failReading(): void {
    this.#mute = true;
    this.#source?.error(CAUSE);
  }

  endReading(): void {
    this.#mute = true;
    this.#source?.close();
  }

  silence(): void {
    this.#mute = true;
  }

  failWriting(): void {
    this.#sink?.error(CAUSE);
  }

  async #passOn(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        if (!this.#mute) this.#source?.close();
        return;
      }
      if (this.#mute) continue;
      this.#begun();
      this.#source?.enqueue(value);
    }
  }
}

interface Fault {
  readonly name: string;
  readonly apply: (transport: FaultyTransport) => void;
  /** What an error of the session has as its cause or reason. */
  readonly isReported: (error: TlsError) => boolean;
  readonly isWrite?: boolean;
  /** After the handshake the session waits for it as for a slow peer, until it is closed. */
  readonly isBackpressure?: boolean;
}

const hasCause = (error: TlsError): boolean => error.cause === CAUSE;
const isType = (type: string) => (error: TlsError) =>
  error.reason === "TransportFailed" && error.message.includes(`of type ${type}`);
const gives = (name: string, value: unknown, type: string): Fault => ({
  name: `its readable gives ${name}`,
  apply: (transport) => transport.give(value),
  isReported: isType(type),
});

const FAULTS: readonly Fault[] = [
  {
    name: "a write throws",
    apply: (transport) => {
      transport.onWrite = () => {
        throw CAUSE;
      };
    },
    isReported: hasCause,
    isWrite: true,
  },
  {
    name: "a write rejects later",
    apply: (transport) => {
      transport.onWrite = () =>
        new Promise((_, reject) => {
          setTimeout(reject, 20, CAUSE);
        });
    },
    isReported: hasCause,
    isWrite: true,
  },
  {
    name: "its writable fails by itself",
    apply: (transport) => {
      transport.failWriting();
      transport.silence();
    },
    isReported: hasCause,
  },
  {
    name: "a write is never taken",
    apply: (transport) => {
      transport.onWrite = () => new Promise(() => {});
      transport.silence();
    },
    isReported: ({ reason }) => reason === "HandshakeTimeout" || reason === "CloseTimeout",
    isBackpressure: true,
  },
  {
    name: "it is silent",
    apply: (transport) => transport.silence(),
    isReported: ({ reason }) => reason === "HandshakeTimeout" || reason === "CloseTimeout",
    isBackpressure: true,
  },
  {
    name: "its readable fails",
    apply: (transport) => transport.failReading(),
    isReported: hasCause,
  },
  {
    name: "its readable ends",
    apply: (transport) => transport.endReading(),
    isReported: ({ reason }) => reason === "Truncated" || reason === "ClosedDuringHandshake",
  },
  gives("text", "text", "String"),
  gives("a Blob", new Blob(["text"]), "Blob"),
  gives("null", null, "Null"),
  gives("undefined", undefined, "Undefined"),
  gives("an array of numbers", [22, 3, 3], "Array"),
];

type Outcome = { readonly value: unknown } | { readonly error: TlsError } | "pending";

async function settled(promise: Promise<unknown>): Promise<Outcome> {
  let limit: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"pending">((resolve) => {
    limit = setTimeout(resolve, FOR_EVER_MS, "pending");
  });
  const ours = promise.then(
    (value) => ({ value }),
    (error: TlsError) => ({ error }),
  );
  const outcome = await Promise.race([ours, late]);
  clearTimeout(limit);
  return outcome;
}

interface Session {
  readonly session: SecureStreams;
  readonly peer: SecureStreams;
  readonly transport: FaultyTransport;
}

function begin(role: Role, apply: ((transport: FaultyTransport) => void) | null): Session {
  const [near, far] = linked();
  const transport = new FaultyTransport(near);
  apply?.(transport);
  const { client, server } =
    role === "client"
      ? pair(SHORT_LIMITS, SHORT_LIMITS, [transport, far])
      : pair(SHORT_LIMITS, SHORT_LIMITS, [far, transport]);
  const [session, peer] = role === "client" ? [client, server] : [server, client];
  return { session, peer, transport };
}

const tests = suite("web: failures of a transport");

for (const role of ["client", "server"] as const)
  for (const fault of FAULTS) {
    for (const stage of ["before the handshake", "during the handshake"] as const)
      tests(
        `${role}, ${stage}: ${fault.name}: everybody learns of it, with its cause`,
        async () => {
          const early = stage === "before the handshake";
          const { session, transport } = begin(role, early ? fault.apply : null);
          const writing = session.writable.getWriter();
          const waiting = [
            session.opened,
            session.closed,
            session.readable.getReader().read(),
            writing.write(Uint8Array.of(1)),
          ].map(settled);
          if (!early) {
            await transport.begun;
            fault.apply(transport);
          }
          const outcomes = await Promise.all(waiting);
          // A client is finished as soon as its Finished is made, so only what comes later learns of the loss.
          const [opened] = outcomes;
          if (fault.isWrite && opened !== undefined && opened !== "pending" && "value" in opened)
            outcomes.shift();
          for (const outcome of outcomes) {
            assert.ok(outcome !== "pending" && "error" in outcome, JSON.stringify(outcomes));
            assert.ok(fault.isReported(outcome.error), `${outcome.error.reason}: ${outcome.error}`);
          }
        },
      );

    tests(
      `${role}, after the handshake: ${fault.name}: everybody who waits learns of it`,
      async () => {
        const { session, peer, transport } = begin(role, null);
        await Promise.all([session.opened, peer.opened]);
        const reader = session.readable.getReader();
        const writing = session.writable.getWriter();
        fault.apply(transport);
        const waiting = [reader.read(), writing.write(Uint8Array.of(1)), session.closed].map(
          settled,
        );
        if (fault.isBackpressure) void session.close();
        const [read, write, closed] = await Promise.all(waiting);
        for (const outcome of [read, write, closed])
          assert.ok(outcome !== undefined && outcome !== "pending", "nothing is pending");
        assert.ok(closed !== undefined && closed !== "pending");
        if (fault.isBackpressure) return;
        assert.ok("error" in closed && fault.isReported(closed.error), JSON.stringify(closed));
      },
    );

    tests(`${role}, while it closes: ${fault.name}: closed is settled`, async () => {
      const { session, peer, transport } = begin(role, null);
      await Promise.all([session.opened, peer.opened]);
      const reading = settled(session.readable.getReader().read());
      fault.apply(transport);
      const outcomes = await Promise.all([settled(session.close()), reading]);
      for (const outcome of outcomes) assert.ok(outcome !== "pending", JSON.stringify(outcomes));
    });
  }

for (const [name, wrap] of [
  ["ArrayBuffer", (chunk: Uint8Array) => chunk.slice().buffer],
  ["DataView", (chunk: Uint8Array) => new DataView(chunk.slice().buffer)],
  ["Buffer", (chunk: Uint8Array) => Buffer.from(chunk)],
] as const)
  tests(`a transport that gives ${name} works`, async () => {
    const [near, far] = linked();
    const wrapping = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => controller.enqueue(wrap(chunk) as Uint8Array),
    });
    const { readable, writable } = near;
    const { client, server } = pair({}, {}, [
      { readable: readable.pipeThrough(wrapping), writable },
      far,
    ]);
    await Promise.all([client.opened, server.opened]);
    const writer = server.writable.getWriter();
    void writer.write(Uint8Array.of(1, 2, 3));
    assert.equal((await client.readable.getReader().read()).value, Uint8Array.of(1, 2, 3));
    await Promise.all([client.close(), server.close()]);
  });

tests.run();
