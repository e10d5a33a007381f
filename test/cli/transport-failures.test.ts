/**
 * Every way that a transport can fail, at every stage, for `connect` and `serve`: one message with the place and the exit status 1,
 * or the documented end. Each command ends by itself.
 */
import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SecureSocket } from "../../src/entries/node.ts";
import { testAuthority } from "../interop/certificates.ts";
import { listening, pipe } from "../node/kit.ts";
import { WireTap } from "../node/wire-tap.ts";
import { type Outcome, sealwire, serve } from "./command.ts";

const tests = suite("cli: failures of a transport");
const authority = testAuthority();
const identity = authority.server("p256");
const own = { cert: identity.certificate, key: identity.key };

type Command = "connect" | "serve";

interface Rig {
  readonly tap: WireTap;
  readonly peer: SecureSocket;
  readonly isSecure: Promise<unknown>;
}

interface Stage {
  readonly name: string;
  readonly commands: readonly Command[];
  readonly isSecure?: boolean;
  readonly isInside?: boolean;
  readonly reach: (rig: Rig) => Promise<unknown>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The command has told of its handshake by then. */
const secured = async ({ isSecure }: Rig): Promise<void> => {
  await isSecure;
  await pause(300);
};

const STAGES: readonly Stage[] = [
  { name: "at once", commands: ["connect", "serve"], reach: async () => {} },
  {
    ...{ name: "after ClientHello", commands: ["connect"] },
    reach: ({ tap }) => tap.afterOwnBytes(),
  },
  {
    ...{ name: "after ServerHello", commands: ["connect"] },
    reach: ({ tap }) => tap.afterRecords(1, 0),
  },
  {
    ...{ name: "inside a record of the handshake", commands: ["connect"], isInside: true },
    reach: ({ tap }) => tap.afterRecords(1, 3),
  },
  {
    ...{ name: "inside ClientHello", commands: ["serve"], isInside: true },
    reach: ({ tap }) => tap.afterRecords(0, 20),
  },
  {
    ...{ name: "after its flight", commands: ["serve"] },
    reach: async ({ tap }) => {
      const answered = tap.afterOwnBytes();
      await tap.afterRecords(1, 0);
      await answered;
    },
  },
  {
    ...{ name: "after the handshake", commands: ["connect", "serve"], isSecure: true },
    reach: secured,
  },
  {
    ...{ name: "inside a record", commands: ["connect", "serve"], isSecure: true, isInside: true },
    reach: async (rig) => {
      await secured(rig);
      const reached = rig.tap.afterRecords(0, 9);
      rig.peer.write("something to say");
      await reached;
    },
  },
];

interface Way {
  readonly name: string;
  readonly applies?: (stage: Stage, command: Command) => boolean;
  readonly apply: (tap: WireTap) => void;
  /** What is said; null: the documented end, with the exit status 0. */
  readonly says: (stage: Stage, command: Command) => RegExp | null;
}

const WAYS: readonly Way[] = [
  { name: "it is reset", apply: (tap) => tap.reset(), says: () => /ECONNRESET/ },
  {
    name: "it ends",
    apply: (tap) => tap.end(),
    says: ({ isSecure, isInside }, command) => {
      if (isSecure !== true) return /ended (before the TLS handshake was finished|inside)/;
      return isInside || command === "serve" ? /close_notify/ : null;
    },
  },
  {
    name: "it is silent",
    // After its handshake a server waits for its client as long as that likes.
    applies: ({ isSecure }, command) => isSecure !== true || command === "connect",
    apply: (tap) => tap.stop(),
    says: ({ isSecure }) => (isSecure ? null : /after 1 s|for 1 s/),
  },
  {
    name: "garbage comes",
    apply: (tap) => tap.inject(Buffer.alloc(20_000, 0x99)),
    says: () => /does not speak TLS|SEC_E_/,
  },
  {
    name: "a plaintext alert comes",
    applies: ({ isInside }) => isInside !== true,
    apply: (tap) => tap.inject(Uint8Array.of(21, 3, 3, 0, 2, 2, 40)),
    says: ({ isSecure }) => (isSecure ? /SEC_E_/ : /handshake_failure|SEC_E_/),
  },
];

async function fail(stage: Stage, way: Way, near: Socket, isServer: boolean): Promise<WireTap> {
  const [far, end] = pipe();
  const tap = new WireTap(near, end);
  const trust = { ca: authority.pem, servername: "localhost" };
  const peer = new SecureSocket(far, isServer ? { ...own, isServer } : trust);
  peer.on("error", () => {}).resume();
  const isSecure = once(peer, "secure");
  isSecure.catch(() => {});
  await stage.reach({ tap, peer, isSecure });
  if (stage.isInside) await pause(200);
  way.apply(tap);
  return tap;
}

async function runConnect(stage: Stage, way: Way): Promise<{ outcome: Outcome; place: string }> {
  const server = createServer({ allowHalfOpen: true });
  const port = await listening(server);
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const place = `127.0.0.1:${port}`;
  const trust = ["--ca", authority.file, "--servername", "localhost"];
  const ended = sealwire(["connect", place, ...trust, "--timeout", "1", "--wait", "1"]);
  const tap = await fail(stage, way, (await accepted)[0], true);
  const outcome = await ended;
  tap.close();
  server.close();
  return { outcome, place };
}

async function runServe(stage: Stage, way: Way): Promise<{ outcome: Outcome; place: string }> {
  const files = ["--cert", identity.certificateFile, "--key", identity.keyFile];
  const program = await serve(...files, "--timeout", "1", "--connections", "1");
  const near = dial({ port: program.port, host: "127.0.0.1", allowHalfOpen: true });
  await once(near, "connect");
  const place = `127.0.0.1:${near.localPort}`;
  const tap = await fail(stage, way, near, false);
  const status = await program.ended();
  tap.close();
  return { outcome: { status, stdout: "", stderr: program.output() }, place };
}

for (const command of ["connect", "serve"] as const)
  for (const stage of STAGES.filter(({ commands }) => commands.includes(command)))
    for (const way of WAYS) {
      if (way.applies?.(stage, command) === false) continue;
      const says = way.says(stage, command);
      const end = says === null ? "it ends without a failure" : "one message says so";
      tests(`${command}, ${stage.name}: ${way.name}: ${end}`, async () => {
        const run = command === "connect" ? runConnect : runServe;
        const { outcome, place } = await run(stage, way);
        const { status, stderr } = outcome;
        assert.is(status, says === null ? 0 : 1, stderr);
        const told = stderr.match(/^sealwire connect: .*|^\S+ .+ failed: .*/gm) ?? [];
        assert.is(told.length, says === null ? 0 : 1, stderr);
        if (says === null) return;
        assert.match(told[0] ?? "", says);
        // The system does not know the address of whoever resets a connection before it is accepted.
        assert.ok(told[0]?.includes(place) || told[0]?.includes("a client that has gone"), told[0]);
        assert.not.match(stderr, /^ {4}at /m);
      });
    }

tests.run();
