/**
 * What a client offers of the session that it kept: nothing, unless all that the session was made under still holds; and what
 * is left of the offer after a HelloRetryRequest.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import type { Configuration } from "../../src/handshake/configuration.ts";
import { decodeSession, encodeSession, type Session } from "../../src/handshake/session.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { type ClientHello, decodeClientHello } from "../../src/wire/client-hello.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { type Changes, configuration, groupNamed, NOW } from "../support/configurations.ts";
import { MessagePair } from "../support/message-pair.ts";

const suites = (...codes: readonly number[]): Configuration["cipherSuites"] =>
  CIPHER_SUITES.filter(({ code }) => codes.includes(code));

/** How a session is kept, and how a ClientHello shows that it is offered. */
interface Kind {
  readonly name: string;
  readonly both: Changes;
  readonly server?: Changes;
  readonly offers: (hello: ClientHello, session: Session) => boolean;
}

const KINDS: readonly Kind[] = [
  {
    name: "PSK",
    both: { versions: [TLS13], alpnProtocols: ["h2"] },
    offers: ({ extensions }, { ticket }) => {
      const [first] = extensions.preSharedKey?.identities ?? [];
      return first !== undefined && toHex(first.identity) === toHex(ticket);
    },
  },
  {
    name: "ticket",
    both: { versions: [TLS12], alpnProtocols: ["h2"] },
    offers: ({ extensions }, { ticket }) =>
      ticket.length > 0 && toHex(extensions.sessionTicket ?? ticket.subarray(1)) === toHex(ticket),
  },
  {
    name: "session id",
    both: { versions: [TLS12], alpnProtocols: ["h2"] },
    server: { ticketCount: 0 },
    offers: (hello, { sessionId }) =>
      sessionId.length > 0 && toHex(hello.sessionId) === toHex(sessionId),
  },
];

interface Row {
  readonly name: string;
  readonly offered: boolean;
  readonly now?: Partial<Configuration>;
  /** Changes the kept session. */
  readonly kept?: Partial<Session>;
  readonly only?: typeof TLS12;
}

const LIFETIME = 36_000_000;

const ROWS: readonly Row[] = [
  { name: "as before", offered: true },
  { name: "at the end of its life", offered: true, now: { clock: () => NOW + LIFETIME - 1 } },
  { name: "after its life", offered: false, now: { clock: () => NOW + LIFETIME } },
  { name: "made in the future", offered: false, now: { clock: () => NOW - 1 } },
  { name: "another name", offered: false, now: { serverName: "other.example" } },
  { name: "no name", offered: false, now: { serverName: null } },
  {
    name: "another protocol, which is negotiated anew",
    offered: true,
    now: { alpnProtocols: ["h3"] },
  },
  { name: "its protocol among others", offered: true, now: { alpnProtocols: ["h3", "h2"] } },
  { name: "its suite is off", offered: false, now: { cipherSuites: suites(0x1301, 0xc02b) } },
  { name: "without resumption", offered: false, now: { sessionStore: null } },
  {
    name: "no extended master secret then",
    offered: false,
    kept: { extendedMasterSecret: false },
    only: TLS12,
  },
  {
    name: "no extended master secret now",
    offered: false,
    now: { extendedMasterSecret: "off" },
    only: TLS12,
  },
];

/** The ClientHellos of a connection. */
function hellosOf(client: Configuration, server: Configuration): readonly ClientHello[] {
  const hellos: ClientHello[] = [];
  new MessagePair(client, server).run((receiver, message) => {
    if (receiver === "server" && message.type === HandshakeType.ClientHello)
      hellos.push(decodeClientHello(message.body.slice()));
    return message;
  });
  return hellos;
}

async function keptBy({ sessionStore, sessionKey }: Configuration): Promise<Session> {
  const session = decodeSession((await sessionStore?.get(sessionKey)) ?? new Uint8Array(0));
  if (session === null) throw new Error("no session was kept");
  return session;
}

for (const provider of PROVIDERS) {
  const tests = suite(`handshake: offers, ${provider.name}`);

  for (const kind of KINDS) {
    for (const row of ROWS) {
      if (row.only !== undefined && kind.both.versions?.[0] !== row.only) continue;
      tests(`${kind.name}: ${row.name}`, async () => {
        const client = configuration("client", { provider, ...kind.both });
        const server = configuration("server", { provider, ...kind.both, ...kind.server });
        hellosOf(client, server);
        const session = { ...(await keptBy(client)), ...row.kept };
        await client.sessionStore?.set(client.sessionKey, encodeSession(session), 1000);
        const all = { alpnProtocols: ["h2", "h3"], cipherSuites: CIPHER_SUITES };
        const [hello] = hellosOf({ ...client, ...row.now }, { ...server, ...all });
        assert.is(hello !== undefined && kind.offers(hello, session), row.offered);
      });
    }
  }

  tests("a session of a version that is off is not offered", async () => {
    for (const [then, now] of [
      [TLS13, TLS12],
      [TLS12, TLS13],
    ] as const) {
      for (const ticketCount of then === TLS12 ? [0, 1] : [1]) {
        const client = configuration("client", { provider, versions: [then] });
        const server = configuration("server", { provider, ticketCount });
        hellosOf(client, server);
        const session = await keptBy(client);
        const [hello] = hellosOf({ ...client, versions: [now] }, server);
        assert.is(hello?.extensions.preSharedKey, undefined);
        assert.is(hello?.extensions.sessionTicket?.length ?? 0, 0);
        const id = toHex(hello?.sessionId ?? new Uint8Array(0));
        assert.is.not(id, toHex(session.sessionId) || null);
      }
    }
  });

  for (const { name, both, server } of KINDS.filter(({ both }) => both.versions?.[0] === TLS12))
    tests(`${name}: without the extended master secret neither end keeps a session`, () => {
      for (const extendedMasterSecret of ["offer", "off"] as const) {
        const stores = [new MemorySessionStore(() => NOW), new MemorySessionStore(() => NOW)];
        const [mine, theirs] = stores.map((sessionStore) => ({ provider, ...both, sessionStore }));
        const ends = { extendedMasterSecret, ...server, ...theirs };
        hellosOf(configuration("client", mine), configuration("server", ends));
        const kept = extendedMasterSecret === "offer";
        const byId = server?.ticketCount === 0;
        assert.equal(
          stores.map(({ size }) => size),
          [kept ? 1 : 0, kept && byId ? 1 : 0],
        );
      }
    });

  for (const [code, kept] of [
    [0x1301, false],
    [0x1302, true],
  ] as const)
    tests(`a PSK for SHA-384 and a HelloRetryRequest with ${code.toString(16)}`, () => {
      const client = configuration("client", { provider, versions: [TLS13] });
      const server = configuration("server", { provider, cipherSuites: suites(0x1302) });
      hellosOf(client, server);
      const hellos = hellosOf(client, {
        ...server,
        cipherSuites: suites(code),
        groups: [groupNamed("secp384r1")],
      });
      const offers = hellos.map(({ extensions }) => extensions.preSharedKey !== undefined);
      assert.equal(offers, [true, kept]);
    });

  tests.run();
}
