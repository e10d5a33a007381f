/**
 * How long a session lives, and how often it is used: it dies with a fatal alert in every store and role (RFC 5246 §7.2.2,
 * RFC 8446 §6.2), a ticket of TLS 1.3 is offered once (RFC 8446 §C.4), and every connection brings new ones.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MemorySessionStore, type SessionStore } from "../../src/handshake/session-store.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { SCHANNEL_ALERT, SCHANNEL_SHUTDOWN } from "../../src/schannel/constants.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import {
  SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS,
  SECPKG_ATTR_SESSION_TICKET_KEYS,
} from "../../src/sspi/attributes.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import * as status from "../../src/sspi/security-status.ts";
import { NOW } from "../support/configurations.ts";
import { flip } from "../support/edits.ts";
import { pattern } from "../support/record-kit.ts";
import { is } from "../support/sspi-kit.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const lives = suite("engine: the life of sessions");
const functions = functionsOf(nodeProvider);
const FATAL = 2;
const HANDSHAKE_FAILURE = 40;
const SERVER_NAME = 0;
const clock = (): number => NOW;

interface Kind {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly ticketCount: number;
}

const TICKETS_13: Kind = { name: "TLS 1.3", version: TLS13, ticketCount: 1 };
const KINDS: readonly Kind[] = [
  TICKETS_13,
  { name: "TLS 1.2, ticket", version: TLS12, ticketCount: 1 },
  { name: "TLS 1.2, session id", version: TLS12, ticketCount: 0 },
];

/** A client's store that shows what it has, and can put back what was deleted. */
class OpenStore implements SessionStore {
  readonly entries = new Map<string, Uint8Array>();
  #all = new Map<string, Uint8Array>();
  sets = 0;
  get = (key: string): Uint8Array | null => this.entries.get(key)?.slice() ?? null;
  set = (key: string, value: Uint8Array): void => {
    this.sets++;
    this.entries.set(key, value.slice());
    this.#all.set(key, value.slice());
  };
  delete = (key: string): void => {
    this.entries.delete(key);
  };
  restore(): void {
    for (const [key, value] of this.#all) this.entries.set(key, value);
  }
}

interface Ends {
  readonly client: CredentialHandle;
  readonly server: CredentialHandle;
}

function ends(kind: Kind, client: SealwireOptions = {}, server: SealwireOptions = {}): Ends {
  const common = versionOnly(kind.version);
  const { ticketCount } = kind;
  return {
    client: acquire(functions, "client", { ...common, sealwire: { clock, ...client } }),
    server: acquire(functions, "server", {
      ...common,
      sealwire: { clock, ticketCount, ...server },
    }),
  };
}

function begin({ client, server }: Ends): SspiSession {
  return new SspiSession(
    new SspiSide(functions, "client", client),
    new SspiSide(functions, "server", server),
  );
}

function connect(handles: Ends): SspiSession {
  const one = begin(handles);
  one.handshake();
  for (const side of [one.client, one.server]) is(side.last.status, status.SEC_E_OK);
  one.drain(one.client);
  assert.is(one.client.connection().resumed, one.server.connection().resumed);
  return one;
}

const resumed = (one: SspiSession): boolean => one.server.connection().resumed;

/** Whether the session that was made before may still be resumed after such an end of its connection. */
interface End {
  readonly name: string;
  readonly dies: boolean;
  /** Nothing reaches the other side, so that its session does not die with it. */
  readonly happens: (side: SspiSide, peer: SspiSide) => void;
}

const ENDS: readonly End[] = [
  {
    name: "a fatal alert is sent by a control token",
    dies: true,
    happens: (side) => {
      is(side.control(SCHANNEL_ALERT, FATAL, HANDSHAKE_FAILURE), status.SEC_E_OK);
      assert.ok(side.step().length > 0);
    },
  },
  {
    name: "a fatal alert is sent for a record that was changed",
    dies: true,
    happens: (side, peer) => {
      const record = peer.seal("data");
      side.receive(flip(record, record.length - 1));
      is(side.open().code, status.SEC_E_MESSAGE_ALTERED);
    },
  },
  {
    name: "the transport ends",
    dies: false,
    happens: (side) => is(side.functions.endOfInput(side.handle), status.SEC_E_MESSAGE_ALTERED),
  },
  {
    name: "close_notify is sent",
    dies: false,
    happens: (side) => {
      is(side.control(SCHANNEL_SHUTDOWN), status.SEC_E_OK);
      assert.ok(side.step().length > 0);
    },
  },
  {
    name: "close_notify is received",
    dies: false,
    happens: (side, peer) => {
      is(peer.control(SCHANNEL_SHUTDOWN), status.SEC_E_OK);
      side.receive(peer.step());
      is(side.open().code, status.SEC_I_CONTEXT_EXPIRED);
    },
  },
];

/** The peer sends a fatal alert; its own session dies by that as well. */
const RECEIVED: End = {
  name: "a fatal alert is received",
  dies: true,
  happens: (side, peer) => {
    is(peer.control(SCHANNEL_ALERT, FATAL, HANDSHAKE_FAILURE), status.SEC_E_OK);
    side.receive(peer.step());
    assert.ok(status.isFailure(side.open().code));
  },
};

for (const kind of KINDS) {
  for (const again of ["the first", "a resumed"] as const) {
    /** A connection that may end now: the first one, or one that resumed it. */
    const connected = (handles: Ends): SspiSession => {
      const one = connect(handles);
      if (again === "the first") return one;
      const two = connect(handles);
      assert.is(resumed(two), true);
      return two;
    };

    for (const { name, dies, happens } of [...ENDS, RECEIVED]) {
      const outcome = dies ? "it dies" : "it lives";
      lives(`${kind.name}, ${again} connection, client: ${name}: ${outcome}`, () => {
        const sessionStore = new OpenStore();
        const handles = ends(kind, { sessionStore });
        const { client, server } = connected(handles);
        assert.is(sessionStore.entries.size, 1);
        happens(client, server);
        assert.is(sessionStore.entries.size, dies ? 0 : 1);
        assert.is(resumed(connect(handles)), !dies);
      });

      for (const shared of [false, true]) {
        const where = shared ? "a store of the caller's" : "the store of the handle";
        lives(`${kind.name}, ${again} connection, server, ${where}: ${name}: ${outcome}`, () => {
          const client = new OpenStore();
          const server = shared ? new MemorySessionStore(clock) : null;
          const handles = ends(kind, { sessionStore: client }, { sessionStore: server });
          const one = connected(handles);
          happens(one.server, one.client);
          client.restore();
          assert.is(resumed(connect(handles)), !dies);
          assert.is(resumed(connect(handles)), true, "a new session is as good as ever");
        });
      }
    }
  }

  lives(
    `${kind.name}: a fatal alert ends it for all handles that share ticket keys and store`,
    () => {
      const sessionStore = new MemorySessionStore(clock);
      const client = new OpenStore();
      const id = nodeProvider.random(16).slice();
      const sharing = (): Ends => {
        const made = ends(kind, { sessionStore: client }, { sessionStore });
        const key = { TicketInfoVersion: 1, KeyId: id, KeyingMaterial: pattern(32) };
        const keys = {
          SessionTicketKeysVersion: 1,
          cSessionTicketKeys: 1,
          pSessionTicketKeys: [{ ...key, KeyingMaterialSize: 32 }],
        };
        is(
          functions.setCredentialsAttributes(made.server, SECPKG_ATTR_SESSION_TICKET_KEYS, keys),
          status.SEC_E_OK,
        );
        return made;
      };
      const [one, two] = [sharing(), sharing()];
      const { server } = connect(one);
      assert.is(resumed(connect({ ...one, server: two.server })), true);
      is(server.control(SCHANNEL_ALERT, FATAL, HANDSHAKE_FAILURE), status.SEC_E_OK);
      server.step();
      client.restore();
      assert.is(resumed(connect({ ...one, server: two.server })), false);
    },
  );

  lives(`${kind.name}: who does not have a session cannot end it by an alert`, () => {
    // The stranger sends the hello of the client, whose proof he cannot make, and a fatal alert.
    const sessionStore = new OpenStore();
    const handles = ends(kind, { sessionStore, reuseTickets: true });
    connect(handles);
    const hello = begin(handles).client.step();
    const stranger = new SspiSide(functions, "server", handles.server);
    stranger.receive(hello);
    stranger.step();
    is(stranger.last.status, status.SEC_I_CONTINUE_NEEDED);
    stranger.inbox = new Uint8Array(0);
    stranger.receive(Uint8Array.of(21, 3, 3, 0, 2, FATAL, HANDSHAKE_FAILURE));
    stranger.step();
    assert.ok(stranger.failed);
    assert.is(resumed(connect(handles)), true);
  });

  lives(`${kind.name}: each of five connections in a row resumes the one before it`, () => {
    const handles = ends(kind);
    const all = Array.from({ length: 6 }, () => resumed(connect(handles)));
    assert.equal(all, [false, true, true, true, true, true]);
  });

  lives(`${kind.name}: server_name is answered, but not where TLS 1.2 resumes`, () => {
    const handles = ends(kind);
    const answered = (): boolean => {
      const { client } = connect(handles);
      const { value } = functions.queryContextAttributes(
        client.handle,
        SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS,
      );
      return value?.Extensions.includes(SERVER_NAME) ?? false;
    };
    assert.equal([answered(), answered()], [true, kind.version === TLS13]);
  });

  lives(`${kind.name}: server_name that was not sent is not answered`, () => {
    const { client } = connect(ends(kind, { serverName: null }));
    const { value } = functions.queryContextAttributes(
      client.handle,
      SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS,
    );
    assert.is(value?.Extensions.includes(SERVER_NAME), false);
  });
}

for (const count of [0, 1, 2, 5]) {
  lives(`TLS 1.3, ticketCount ${count}: as many tickets in each connection, resumed or not`, () => {
    const sessionStore = new OpenStore();
    const handles = ends({ ...TICKETS_13, ticketCount: count }, { sessionStore });
    for (let number = 0; number < 3; number++) {
      sessionStore.sets = 0;
      assert.is(resumed(connect(handles)), count > 0 && number > 0);
      assert.is(sessionStore.sets, count);
    }
  });
}

/** Two clients that begin before either is finished: who offers a session. */
function atOnce(handles: Ends): boolean[] {
  const both = [begin(handles), begin(handles)];
  for (const one of both) one.carry("client", one.client.step());
  for (const one of both) one.run();
  return both.map(resumed);
}

for (const kind of KINDS) {
  const many = kind.version === TLS12;
  for (const shared of [false, true]) {
    const where = shared ? "a store of the caller's" : "the store of the handle";
    const store = (): SealwireOptions =>
      shared ? { sessionStore: new MemorySessionStore(clock) } : {};

    lives(
      `${kind.name}, ${where}: of two connections at once ${many ? "both" : "one"} resumes`,
      () => {
        const handles = ends(kind, store());
        connect(handles);
        assert.equal(atOnce(handles), [true, many]);
      },
    );

    lives(`${kind.name}, ${where}: with reuseTickets both resume`, () => {
      const handles = ends(kind, { ...store(), reuseTickets: true });
      connect(handles);
      assert.equal(atOnce(handles), [true, true]);
    });
  }

  lives(
    `${kind.name}: a ticket whose connection came to nothing ${many ? "goes on" : "is used up"}`,
    () => {
      const handles = ends(kind);
      connect(handles);
      begin(handles).client.step();
      assert.is(resumed(connect(handles)), many);
    },
  );

  lives(
    `${kind.name}: two that ask a slow store at the same time do not offer one ticket`,
    async () => {
      const slow = new OpenStore();
      const sessionStore: SessionStore = {
        get: async (key) => {
          const value = slow.get(key);
          await null;
          return value;
        },
        set: slow.set,
        delete: async (key) => {
          await null;
          slow.delete(key);
        },
      };
      const handles = ends(kind, { sessionStore });
      const first = begin(handles);
      first.carry("client", await first.client.stepAsync());
      first.run();
      first.drain(first.client);
      const both = [begin(handles), begin(handles)];
      const hellos = await Promise.all(both.map(({ client }) => client.stepAsync()));
      for (const [at, one] of both.entries()) {
        one.carry("client", hellos[at] ?? pattern(0));
        one.run();
      }
      assert.equal(both.map(resumed), [true, many]);
    },
  );
}

lives.run();
