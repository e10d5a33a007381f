/**
 * Promises wherever the handshake may wait, both versions: signatures of both sides, the server's choice of certificate, the
 * verdict on the peer, the session store. The plain call answers SEC_I_ASYNC_CALL_PENDING, nothing leaves early, nothing is
 * lost, and the Async function goes on.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { SessionStore } from "../../src/handshake/session-store.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { Gate, slowIdentity } from "../support/deferred.ts";
import { identity } from "../support/identities.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type Role,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const VERSIONS = [TLS13, TLS12] as const;

/** A store behind promises. */
function slowStore(gate: Gate): SessionStore {
  const store = new MemorySessionStore(Date.now);
  return {
    get: (key) => gate.pass(() => store.get(key)),
    set: (key, value, lifetime) => {
      const copy = value.slice();
      return gate.pass(() => store.set(key, copy, lifetime));
    },
    delete: (key) => gate.pass(() => store.delete(key)),
  };
}

interface Case {
  readonly name: string;
  /** The side that has to wait. */
  readonly waits: Role;
  readonly auth: (gate: Gate, provider: CryptoProvider) => Auth;
  readonly other?: Auth;
  readonly mutual?: true;
}

const options = (sealwire: SealwireOptions): Auth => ({ sealwire });

const CASES: readonly Case[] = [
  {
    name: "the server's signature",
    waits: "server",
    auth: (gate, provider) => ({ paCred: [slowIdentity("p256", gate, provider)] }),
  },
  {
    name: "the server's signature with RSA",
    waits: "server",
    auth: (gate, provider) => ({ paCred: [slowIdentity("rsa", gate, provider)] }),
  },
  {
    name: "the server's choice of certificate",
    waits: "server",
    auth: (gate) => options({ selectCredential: () => gate.pass(() => identity("p256")) }),
  },
  {
    name: "the client's signature",
    waits: "client",
    mutual: true,
    auth: (gate, provider) => ({ paCred: [slowIdentity("p256-other", gate, provider)] }),
  },
  {
    name: "the verdict on the server",
    waits: "client",
    auth: (gate) =>
      options({ verifyPeer: (_chain, { verdict }) => gate.pass(() => ({ ok: verdict.ok })) }),
  },
  {
    name: "the verdict on the client",
    waits: "server",
    mutual: true,
    other: { paCred: [identity("p256-other")] },
    auth: (gate) =>
      options({ verifyPeer: (_chain, { verdict }) => gate.pass(() => ({ ok: verdict.ok })) }),
  },
  {
    name: "the client's session store",
    waits: "client",
    auth: (gate) => options({ sessionStore: slowStore(gate) }),
  },
];

for (const provider of PROVIDERS) {
  const tests = suite(`engine: promises, ${provider.name}`);
  const functions = functionsOf(provider);

  /** Sides that speak one version alone. */
  function sides(version: ProtocolVersion, one: Case, gate: Gate): SspiSession {
    const auth = (role: Role): Auth => ({
      ...versionOnly(version),
      ...(one.waits === role ? one.auth(gate, provider) : (one.other ?? {})),
    });
    const contextReq = one.mutual ? flags.ASC_REQ_MUTUAL_AUTH : 0;
    return new SspiSession(
      new SspiSide(functions, "client", acquire(functions, "client", auth("client"))),
      new SspiSide(functions, "server", acquire(functions, "server", auth("server")), {
        contextReq,
      }),
    );
  }

  async function connect(version: ProtocolVersion, one: Case): Promise<void> {
    const gate = new Gate();
    const session = sides(version, one, gate);
    const waiting = session[one.waits];
    session.handshake();
    // Plain calls stop where the promise is; nothing has left for it.
    assert.is(status.statusName(waiting.last.status), "SEC_I_ASYNC_CALL_PENDING");
    assert.is(gate.visits, 1);
    const inbox = toHex(waiting.inbox);
    const flights = session.flights.length;
    for (let again = 0; again < 3; again++) {
      assert.is(waiting.step().length, 0, "no token while it waits");
      assert.is(status.statusName(waiting.last.status), "SEC_I_ASYNC_CALL_PENDING");
      assert.is(toHex(waiting.inbox), inbox, "nothing was taken");
    }
    assert.is(gate.visits, 1, "it is asked once");
    await Promise.resolve();
    assert.is(waiting.step().length, 0, "nor after a turn of the loop");
    assert.is(session.flights.length, flights);
    gate.open();
    for (let turn = 0; turn < 12; turn++) {
      if (waiting.last.status !== status.SEC_I_ASYNC_CALL_PENDING) break;
      session.carry(one.waits, await waiting.stepAsync());
      session.run();
    }
    for (const side of [session.client, session.server]) {
      assert.is(side.error, null, side.error?.message ?? "");
      assert.is(status.statusName(side.last.status), "SEC_E_OK", side.role);
      assert.is(side.connection().version, version);
    }
    assert.is(toHex(session.client.exported()), toHex(session.server.exported()));
  }

  for (const version of VERSIONS) {
    for (const one of CASES) {
      tests(`${one.name}, TLS 1.${version - 0x0301}`, () => connect(version, one));
    }
  }

  for (const version of VERSIONS) {
    tests(`a promise that is rejected ends the handshake, TLS 1.${version - 0x0301}`, async () => {
      const session = sides(
        version,
        {
          name: "",
          waits: "server",
          auth: () =>
            options({
              selectCredential: async () => {
                throw new RangeError("the key store is away");
              },
            }),
        },
        new Gate(),
      );
      session.carry("client", session.client.step());
      await session.server.stepAsync();
      assert.is(status.statusName(session.server.last.status), "SEC_E_INVALID_PARAMETER");
      assert.ok(session.server.error?.message.includes("the key store is away"));
    });

    tests(`a verdict of no, by promise, TLS 1.${version - 0x0301}`, async () => {
      const refusing: Case = {
        name: "",
        waits: "client",
        auth: () => options({ verifyPeer: async () => ({ ok: false, alert: 46 }) }),
      };
      const session = sides(version, refusing, new Gate());
      session.handshake();
      await session.client.stepAsync();
      assert.ok(session.client.failed);
      assert.is(session.client.error?.alertSent?.description, 46);
    });

    tests(
      `a context that is deleted while it waits stays deleted, TLS 1.${version - 0x0301}`,
      async () => {
        const gate = new Gate();
        const [first] = CASES;
        if (first === undefined) throw new Error("no case");
        const session = sides(version, first, gate);
        session.handshake();
        const waiting = session.server.stepAsync();
        functions.deleteSecurityContext(session.server.handle);
        gate.open();
        assert.is((await waiting).length, 0);
        assert.is(status.statusName(session.server.last.status), "SEC_E_INVALID_HANDLE");
      },
    );

    tests(
      `the client is asked for a certificate, and its key takes its time, TLS 1.${version - 0x0301}`,
      async () => {
        const gate = new Gate();
        const session = sides(
          version,
          { name: "", waits: "client", mutual: true, auth: () => ({}) },
          gate,
        );
        session.handshake();
        const { client } = session;
        assert.is(status.statusName(client.last.status), "SEC_I_INCOMPLETE_CREDENTIALS");
        const chosen = acquire(functions, "client", {
          ...versionOnly(version),
          paCred: [slowIdentity("p256-other", gate, provider)],
        });
        assert.is(client.step(chosen).length, 0);
        assert.is(status.statusName(client.last.status), "SEC_I_ASYNC_CALL_PENDING");
        gate.open();
        session.carry("client", await client.stepAsync());
        session.run();
        assert.is(status.statusName(session.server.last.status), "SEC_E_OK");
        assert.ok(session.server.connection().peerSignatureScheme !== null);
      },
    );
  }

  tests("a server's session store behind promises, TLS 1.2", async () => {
    const gate = new Gate();
    gate.open();
    const client = acquire(functions, "client", versionOnly(TLS12));
    const server = acquire(functions, "server", {
      ...versionOnly(TLS12),
      sealwire: { sessionStore: slowStore(gate), ticketCount: 0 },
    });
    for (const resumed of [false, true]) {
      const session = new SspiSession(
        new SspiSide(functions, "client", client),
        new SspiSide(functions, "server", server),
      );
      session.handshake();
      for (let turn = 0; turn < 6 && session.server.last.status !== status.SEC_E_OK; turn++) {
        session.carry("server", await session.server.stepAsync());
        session.run();
      }
      for (const side of [session.client, session.server])
        assert.is(status.statusName(side.last.status), "SEC_E_OK");
      assert.equal(
        [session.client.connection().resumed, session.server.connection().resumed],
        [resumed, resumed],
      );
    }
    assert.ok(gate.visits >= 2);
  });

  tests.run();
}
