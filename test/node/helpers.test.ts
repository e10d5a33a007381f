/**
 * Callbacks, events and stores of the options that throw, answer wrongly, twice, late or never: the connection goes on without
 * what is optional, with a process warning, and ends with one clear error where the answer is needed.
 */
import { constants } from "node:crypto";
import { once } from "node:events";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type ConnectOptions,
  type SecureServer,
  type ServerOptions,
  TlsError,
} from "../../src/entries/node.ts";
import { careless, dial, OWN, VERSIONS, withServer } from "./kit.ts";

const tests = suite("node: helpers that fail");

type Done = (error: unknown, answer?: unknown) => void;
type Version = (typeof VERSIONS)[number];

const SHORT = { helperTimeout: 40 };
const BROKEN = new RangeError("the disk is full");
const CIPHERS = "PSK-AES128-GCM-SHA256";

/** What a callback or listener that has `done` as its last argument does in the place of what it should. */
const WITH_DONE: Readonly<Record<string, (done: Done) => void>> = {
  throws: () => {
    throw BROKEN;
  },
  "throws what is no Error": () => {
    throw "the disk is full";
  },
  "gives an error": (done) => done(BROKEN),
  "gives an error later": (done) => void setTimeout(done, 1, BROKEN),
  "answers with a number": (done) => done(null, 7),
  "answers with a number later": (done) => void setTimeout(done, 1, null, 7),
  "answers never": () => {},
  "answers too late": (done) => void setTimeout(done, 80, null, null),
};

interface Outcome {
  /** The server's error, or null. */
  readonly error: Error | null;
  readonly client: Error | null;
  readonly warnings: readonly string[];
  /** What the program's own functions threw. */
  readonly uncaught: readonly unknown[];
}

/** One connection, and what both ends came to; data has gone through where it was made. */
async function attempt(
  version: Version,
  server: ServerOptions,
  client: ConnectOptions = {},
  prepare: (server: SecureServer) => void = () => {},
): Promise<Outcome> {
  const warnings: string[] = [];
  const warned = (warning: Error & { code?: string }): void => {
    if (warning.code === "SEALWIRE_HELPER_FAILED") warnings.push(warning.message);
  };
  process.on("warning", warned);
  const uncaught: unknown[] = [];
  const threw = (thrown: unknown): void => void uncaught.push(thrown);
  process.on("uncaughtException", threw);
  let error: Error | null = null;
  let failed: Error | null = null;
  await withServer(
    { ...SHORT, ...server, minVersion: version, maxVersion: version },
    (socket) => {
      socket.on("error", () => {});
      socket.pipe(socket);
    },
    async (port, listening) => {
      prepare(listening);
      const refused = new Promise<void>((resolve) => {
        listening.on("tlsClientError", (why: Error) => {
          error = why;
          resolve();
        });
      });
      const socket = dial(port, { ...SHORT, ...client });
      try {
        await once(socket, "secureConnect");
        socket.write("echo");
        const [bytes] = await once(socket, "data");
        assert.is(String(bytes), "echo");
      } catch (why) {
        failed = why as Error;
        await refused;
      }
      socket.destroy();
      // A listener that answers late does so now.
      await new Promise((resolve) => setTimeout(resolve, 60));
    },
  );
  process.off("warning", warned);
  process.off("uncaughtException", threw);
  return { error, client: failed, warnings, uncaught };
}

/** The connection stands, and one warning says why. */
function wentOn({ error, client, warnings }: Outcome, says: RegExp): void {
  assert.is(error, null);
  assert.is(client, null);
  assert.is(warnings.length, 1, warnings.join("\n"));
  assert.match(warnings[0] ?? "", says);
}

/** One error, of the caller's own or saying what did not answer; no warning. */
function ended({ error, client, warnings }: Outcome, says: RegExp): void {
  assert.ok(error !== null, "the server failed");
  assert.match(error?.message ?? "", says);
  assert.not.match(error?.message ?? "", /internal error/i);
  assert.ok(client !== null, "the client failed as well");
  assert.equal(warnings, []);
}

for (const version of VERSIONS) {
  for (const [what, does] of Object.entries(WITH_DONE)) {
    const late = what === "answers never" || what === "answers too late";
    tests(`${version}: SNICallback ${what}: the handshake ends`, async () => {
      const outcome = await attempt(version, {
        SNICallback: (_name, done) => does(done as Done),
      });
      const says = late
        ? /no answer came from SNICallback or a listener of OCSPRequest within 40 ms \(helperTimeout\)/
        : what.includes("number")
          ? /Invalid SNI context/
          : /^the disk is full$/;
      ended(outcome, says);
      if (/^(throws|gives an error|gives an error later)$/.test(what)) {
        assert.is(outcome.error, BROKEN);
      }
    });

    tests(`${version}: a listener of OCSPRequest ${what}`, async () => {
      const outcome = await attempt(version, {}, { requestOCSP: true }, (server) => {
        server.on("OCSPRequest", (_leaf: unknown, _issuer: unknown, done: Done) => does(done));
      });
      if (what.startsWith("throws")) {
        assert.is(outcome.uncaught.length, 1);
        assert.ok(outcome.client !== null, "the client failed");
        return;
      }
      if (what.startsWith("gives an error")) {
        ended(outcome, /^the disk is full$/);
        assert.is(outcome.error, BROKEN);
        return;
      }
      const says = late
        ? /OCSPRequest failed: no answer came within 20 ms/
        : /OCSPRequest failed: it answered with something that is not a Buffer/;
      wentOn(outcome, says);
    });
  }

  tests(
    `${version}: an async SNICallback that fails ends the handshake with its error`,
    async () => {
      const outcome = await attempt(version, {
        SNICallback: async () => {
          throw BROKEN;
        },
      });
      ended(outcome, /^the disk is full$/);
      assert.is(outcome.error, BROKEN);
    },
  );

  tests(`${version}: ALPNCallback that throws ends the handshake with its error`, async () => {
    const outcome = await attempt(
      version,
      {
        ALPNCallback: () => {
          throw BROKEN;
        },
      },
      { ALPNProtocols: ["a"] },
    );
    ended(outcome, /^the disk is full$/);
    assert.is(outcome.error, BROKEN);
  });

  for (const [what, answer] of [
    ["a number", () => 7],
    ["a promise", () => Promise.resolve("a")],
    ["a promise that is rejected", () => Promise.reject(BROKEN)],
    ["a protocol that was not offered", () => "b"],
  ] as const) {
    tests(`${version}: ALPNCallback answering with ${what} is refused`, async () => {
      ended(
        await attempt(
          version,
          { ALPNCallback: () => answer() as string },
          { ALPNProtocols: ["a"] },
        ),
        /ALPNCallback answered .*, which is not among what the client offered: a/,
      );
    });
  }

  for (const [what, answer] of [
    ["a number", () => 7],
    ["a short key", () => Buffer.alloc(8)],
    ["a promise", () => Promise.resolve(Buffer.alloc(32))],
    ["a promise that is rejected", () => Promise.reject(BROKEN)],
  ] as const) {
    tests(`${version}: a server's pskCallback that answers with ${what} ends it`, async () => {
      const psk = { psk: Buffer.alloc(32, 1), identity: "meter" };
      const suites = version === "TLSv1.2" ? { ciphers: CIPHERS } : {};
      const outcome = await attempt(
        version,
        { ...suites, pskCallback: () => answer() as Buffer },
        { ...suites, pskCallback: () => psk, checkServerIdentity: () => undefined },
      );
      ended(outcome, what === "a short key" ? /at least 16 bytes/ : /pskCallback must answer/);
    });
  }

  for (const [what, rule, says] of [
    ["answers with a promise", async () => undefined, /at once; it answered with a promise/],
    ["answers with a promise that is rejected", () => Promise.reject(BROKEN), /with a promise/],
    ["answers with true", () => true, /with a value of type boolean/],
  ] as const) {
    tests(`${version}: checkServerIdentity ${what}: the client refuses`, async () => {
      const checkServerIdentity = rule as unknown as ConnectOptions["checkServerIdentity"];
      const outcome = await attempt(version, {}, { checkServerIdentity });
      assert.match(outcome.client?.message ?? "", says);
      assert.ok(outcome.error !== null);
      assert.instance(outcome.client, TlsError);
    });
  }

  tests(`${version}: a listener of keylog that throws reaches uncaughtException`, async () => {
    const outcome = await attempt(version, {}, {}, (server) => {
      server.on("keylog", () => {
        throw BROKEN;
      });
    });
    assert.is(outcome.error ?? outcome.client, null);
    assert.equal(outcome.warnings, []);
    assert.ok(outcome.uncaught.length > 0);
    for (const thrown of outcome.uncaught) assert.is(thrown, BROKEN);
  });
}

/** A client of node's, without tickets: what it resumes is asked for by id. */
async function withoutTickets(port: number, session?: Buffer): Promise<Buffer> {
  const socket = tls.connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert, session },
    ...{ maxVersion: "TLSv1.2", secureOptions: constants.SSL_OP_NO_TICKET },
  });
  await once(socket, "secureConnect");
  const kept = socket.getSession() ?? Buffer.alloc(0);
  socket.end("bye");
  await once(socket.resume(), "close");
  return kept;
}

for (const event of ["resumeSession", "newSession"] as const) {
  for (const [what, does] of Object.entries(WITH_DONE)) {
    // What is told something is asked for no answer, and answers when it likes.
    if (event === "newSession" && /number|too late/.test(what)) continue;
    // What a listener throws is the program's affair: see wrapped-sockets.test.ts.
    if (what.startsWith("throws")) continue;
    tests(`TLS 1.2: a listener of ${event} ${what}: the connection goes on`, async () => {
      const kept = new Map<string, Buffer>();
      const warnings: string[] = [];
      const warned = (warning: Error & { code?: string }): void => {
        if (warning.code === "SEALWIRE_HELPER_FAILED") warnings.push(warning.message);
      };
      process.on("warning", warned);
      const received: string[] = [];
      await withServer(
        { ...SHORT, maxVersion: "TLSv1.2" },
        (socket) => {
          careless(socket);
          socket.on("data", (chunk) => received.push(String(chunk)));
        },
        async (port, server) => {
          server.on("newSession", (id: Buffer, data: Buffer, done: () => void) => {
            kept.set(id.toString("hex"), data);
            if (event === "newSession") does(done as Done);
            else done();
          });
          server.on("resumeSession", (id: Buffer, done: Done) => {
            if (event === "resumeSession") does(done);
            else done(null, kept.get(id.toString("hex")) ?? null);
          });
          const session = await withoutTickets(port);
          if (event === "resumeSession") await withoutTickets(port, session);
          await new Promise((resolve) => setTimeout(resolve, 60));
        },
      );
      process.off("warning", warned);
      assert.equal(received, event === "resumeSession" ? ["bye", "bye"] : ["bye"]);
      assert.is(warnings.length, 1, warnings.join("\n"));
      const name = event === "resumeSession" ? "sessionStore.get" : "sessionStore.set";
      assert.ok(warnings[0]?.startsWith(name), warnings[0]);
    });
  }
}

tests.run();
