/**
 * After DeleteSecurityContext and FreeCredentialsHandle no secret is left in memory of ours, whatever the connection did
 * before: all byte memory that JavaScript made is kept and searched.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi, type Sspi } from "../../src/api/compose.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import * as suites from "../../src/protocol/cipher-suite.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import { identity } from "../support/identities.ts";
import { METER_KEY } from "../support/pre-shared-keys.ts";
import { RecordedMemory } from "../support/recorded-memory.ts";
import { acquire, type Role, SspiSession, SspiSide, versionOnly } from "../support/sspi-session.ts";
import { Watched } from "../support/watched-provider.ts";

const TEXT = new Uint8Array([104, 105]);

/** What a connection does between its handshake and its end. */
interface Course {
  readonly version: ProtocolVersion;
  readonly options?: Partial<Record<Role, SealwireOptions>>;
  readonly suite?: number;
  readonly mutual?: boolean;
  readonly certificate?: Parameters<typeof identity>[0];
  /** Connections one after the other, by the same credentials; default: 1. */
  readonly connections?: number;
  /** The handshake is left after so many flights. */
  readonly leave?: number;
  /** Handles are freed before the contexts are deleted. */
  readonly freeFirst?: boolean;
  readonly act?: (session: SspiSession, functions: Sspi) => void;
}

const suitesOf = (version: ProtocolVersion): readonly suites.CipherSuite[] =>
  suites.CIPHER_SUITES.filter((row) => row.version === version);

const COURSES: Readonly<Record<string, Course>> = {
  ...Object.fromEntries(
    [TLS12, TLS13].flatMap((version) =>
      suitesOf(version)
        .filter((row) => row.authentication !== "psk")
        .map((row) => [
          `a connection in ${row.name}`,
          {
            version,
            suite: row.code,
            certificate: row.authentication === "ecdsa" || version === TLS13 ? "p256" : "rsa",
          } satisfies Course,
        ]),
    ),
  ),
  ...Object.fromEntries(
    [TLS12, TLS13].flatMap((version) => {
      const name = version === TLS12 ? "1.2" : "1.3";
      const courses: Readonly<Record<string, Course>> = {
        [`three connections in TLS ${name}, two of them resumed`]: { version, connections: 3 },
        [`TLS ${name} with a client's certificate`]: { version, mutual: true },
        [`TLS ${name}, left after the first flight`]: { version, leave: 1 },
        [`TLS ${name}, left after the server's flight`]: { version, leave: 2 },
        [`TLS ${name}, handles freed before contexts are deleted`]: {
          version,
          freeFirst: true,
          connections: 2,
        },
        [`TLS ${name} with an exporter`]: { version, act: ({ client }) => client.exported() },
      };
      return Object.entries(courses);
    }),
  ),
  "TLS 1.2 resumed by session id": {
    version: TLS12,
    connections: 2,
    options: { server: { ticketCount: 0 } },
  },
  "TLS 1.3 with an external PSK": {
    version: TLS13,
    options: {
      client: { preSharedKey: METER_KEY },
      server: { selectPreSharedKey: () => METER_KEY },
    },
  },
  "TLS 1.3 with key updates": {
    version: TLS13,
    act(session, functions) {
      for (const side of [session.client, session.server]) {
        functions.requestKeyUpdate(side.handle, { requestPeer: true });
        session.carry(side.role, side.step());
        session.drain(side.role === "client" ? session.server : session.client);
        session.drain(side);
      }
    },
  },
};

function run(functions: Sspi, course: Course): void {
  const { version, options = {}, mutual = false, suite: code, connections = 1 } = course;
  const named = code === undefined ? {} : { cipherSuites: [code] };
  const only = versionOnly(version);
  const server = acquire(functions, "server", {
    ...only,
    paCred: [identity(course.certificate ?? "p256")],
    sealwire: { ...named, ...options.server },
  });
  const client = acquire(functions, "client", {
    ...only,
    ...(mutual ? { paCred: [identity("p256-other")] } : {}),
    sealwire: { ...named, ...options.client },
  });
  const sessions: SspiSession[] = [];
  for (let i = 0; i < connections; i++) {
    const session = new SspiSession(
      new SspiSide(functions, "client", client),
      new SspiSide(functions, "server", server, {
        contextReq: mutual ? flags.ASC_REQ_MUTUAL_AUTH : 0,
      }),
    );
    sessions.push(session);
    if (course.leave !== undefined) {
      session.carry("client", session.client.step());
      if (course.leave > 1) session.carry("server", session.server.step());
      continue;
    }
    session.handshake();
    assert.ok(session.client.ready && session.server.ready, session.client.error?.message);
    assert.equal(session.send("client", TEXT), TEXT);
    assert.equal(session.send("server", TEXT), TEXT);
    assert.is(session.client.connection().resumed, i > 0);
    course.act?.(session, functions);
  }
  const free = (): void => {
    functions.freeCredentialsHandle(client);
    functions.freeCredentialsHandle(server);
  };
  if (course.freeFirst) free();
  for (const side of sessions.flatMap((session) => [session.client, session.server])) {
    if (side.context !== undefined) functions.deleteSecurityContext(side.context);
  }
  if (!course.freeFirst) free();
}

const PROVIDERS: readonly (readonly [string, CryptoProvider])[] = [
  ["node", nodeProvider],
  ["portable", portableProvider],
];

for (const [name, provider] of PROVIDERS) {
  const memory = suite(`secrets: memory, ${name}`);
  const watched = new Watched(provider);
  const functions = createSspi(watched.provider);
  // What is the same in every handshake without PSK, and is no secret, is made now.
  for (const row of suitesOf(TLS13)) run(functions, { version: TLS13, suite: row.code });

  for (const [title, course] of Object.entries(COURSES)) {
    if (name === "portable" && /DHE_RSA|RSA_WITH/.test(title) && !/ECDHE_RSA/.test(title)) continue;
    memory(`nothing is left of ${title}`, () => {
      const recorded = new RecordedMemory();
      watched.clear();
      recorded.start();
      try {
        run(functions, course);
      } finally {
        recorded.stop();
      }
      const left = [...watched.secrets].flatMap(([bytes, what]) =>
        recorded.holders(bytes.split(",").map(Number)).map((stack) => `${what}\n${stack}`),
      );
      assert.ok(watched.secrets.size > 0 || course.leave !== undefined, "secrets were made");
      assert.is(left.join("\n\n"), "");
    });
  }

  memory("what is not deleted is found", () => {
    const recorded = new RecordedMemory();
    watched.clear();
    recorded.start();
    const session = new SspiSession(
      new SspiSide(functions, "client", acquire(functions, "client")),
      new SspiSide(functions, "server", acquire(functions, "server")),
    );
    session.handshake();
    recorded.stop();
    const found = [...watched.secrets].filter(
      ([bytes]) => recorded.holders(bytes.split(",").map(Number)).length > 0,
    );
    assert.ok(found.length > 3, `${found.length} secrets of an open connection are found`);
  });

  memory.run();
}
