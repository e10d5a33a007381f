/**
 * Functions and stores of the caller's that throw, reject, answer with a wrong type, late or never: what is optional is reported
 * and done without, what is needed ends the handshake with one clear error. Each helper, each fault, its roles and versions.
 */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ExternalSigner } from "../../src/pki/files/private-key.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { identity } from "../support/identities.ts";
import { METER_KEY } from "../support/pre-shared-keys.ts";
import {
  type Auth,
  makeSession,
  type Role,
  type SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const PSK = 0x00a8;
const tests = suite("schannel: helpers that fail");

type Helper = (...given: never[]) => unknown;

/** What a helper does in the place of what it should. */
const FAULTS: Readonly<Record<string, { readonly does: Helper; readonly says: RegExp }>> = {
  "throws an Error": {
    does: () => {
      throw new RangeError("the disk is full");
    },
    says: /threw: the disk is full/,
  },
  "throws what is no Error": {
    does: () => {
      throw Object.create(null);
    },
    says: /threw: something that is not an Error/,
  },
  "throws a long text": {
    does: () => {
      throw "x".repeat(100_000);
    },
    says: /threw: x{200}…$/,
  },
  rejects: {
    does: () => Promise.reject(new Error("no connection")),
    says: /failed: no connection/,
  },
  "answers with a thenable that fails": {
    // biome-ignore lint/suspicious/noThenProperty: that is what is tried
    does: () => ({ then: (_: unknown, no: (why: unknown) => void) => no("went away") }),
    says: /failed: went away/,
  },
  "answers with a number": {
    does: () => 7,
    says: /answered with a value of type number, not with/,
  },
  "answers with a number later": {
    does: async () => 7,
    says: /answered with a value of type number, not with/,
  },
  "answers never": { does: () => new Promise(() => {}), says: /failed: it takes too long/ },
};

interface Row {
  readonly name: string;
  readonly says: string;
  readonly role: Role;
  readonly versions: readonly ProtocolVersion[];
  readonly optional: boolean;
  /** Nothing waits for its answer, whatever it is. */
  readonly told?: true;
  readonly auth: (helper: Helper) => Auth;
  readonly other?: Auth;
  readonly mutual?: true;
}

const BOTH = [TLS12, TLS13] as const;
const withOptions = (sealwire: object): Auth => ({ sealwire: sealwire as SealwireOptions });
const quiet = { get: () => null, set: () => {}, delete: () => {} };
const signing =
  (name: "p256" | "p256-other") =>
  (sign: Helper): Auth => ({
    paCred: [{ chain: identity(name).chain, privateKey: { sign } as ExternalSigner }],
  });

const ROWS: readonly Row[] = [
  ...(["client", "server"] as const).map(
    (role): Row => ({
      name: `keyLog, ${role}`,
      says: "keyLog",
      role,
      versions: BOTH,
      optional: true,
      told: true,
      auth: (keyLog) => withOptions({ keyLog }),
    }),
  ),
  {
    name: "sessionStore.get, client",
    says: "sessionStore.get",
    role: "client",
    versions: BOTH,
    optional: true,
    auth: (get) => withOptions({ sessionStore: { ...quiet, get } }),
  },
  {
    name: "sessionStore.set, client",
    says: "sessionStore.set",
    role: "client",
    versions: [TLS12],
    optional: true,
    told: true,
    auth: (set) => withOptions({ sessionStore: { ...quiet, set } }),
  },
  {
    name: "sessionStore.set, server",
    says: "sessionStore.set",
    role: "server",
    versions: [TLS12],
    optional: true,
    told: true,
    auth: (set) => withOptions({ ticketCount: 0, sessionStore: { ...quiet, set } }),
  },
  {
    name: "verifyPeer, client",
    says: "sealwire.verifyPeer",
    role: "client",
    versions: BOTH,
    optional: false,
    auth: (verifyPeer) => withOptions({ verifyPeer }),
  },
  {
    name: "verifyPeer, server",
    says: "sealwire.verifyPeer",
    role: "server",
    versions: BOTH,
    optional: false,
    mutual: true,
    other: { paCred: [identity("p256-other")] },
    auth: (verifyPeer) => withOptions({ verifyPeer }),
  },
  {
    name: "selectCredential",
    says: "sealwire.selectCredential",
    role: "server",
    versions: BOTH,
    optional: false,
    auth: (selectCredential) => withOptions({ selectCredential }),
  },
  {
    name: "the server's sign()",
    says: "sign() of the private key",
    role: "server",
    versions: BOTH,
    optional: false,
    auth: signing("p256"),
  },
  {
    name: "the client's sign()",
    says: "sign() of the private key",
    role: "client",
    versions: BOTH,
    optional: false,
    mutual: true,
    auth: signing("p256-other"),
  },
  {
    name: "selectPreSharedKey, TLS 1.3",
    says: "sealwire.selectPreSharedKey",
    role: "server",
    versions: [TLS13],
    optional: false,
    other: withOptions({ preSharedKey: METER_KEY }),
    auth: (selectPreSharedKey) => withOptions({ selectPreSharedKey }),
  },
  {
    name: "selectPreSharedKey, TLS 1.2",
    says: "sealwire.selectPreSharedKey",
    role: "server",
    versions: [TLS12],
    optional: false,
    other: withOptions({ cipherSuites: [PSK], preSharedKey: METER_KEY }),
    auth: (selectPreSharedKey) => withOptions({ cipherSuites: [PSK], selectPreSharedKey }),
  },
  {
    name: "preSharedKeyForHint",
    says: "sealwire.preSharedKeyForHint",
    role: "client",
    versions: [TLS12],
    optional: false,
    other: withOptions({ cipherSuites: [PSK], selectPreSharedKey: () => METER_KEY }),
    auth: (preSharedKeyForHint) => withOptions({ cipherSuites: [PSK], preSharedKeyForHint }),
  },
];

const patience: SealwireOptions["patience"] = (answer) =>
  Promise.race([
    answer,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error("it takes too long")), 5)),
  ]);

const withMore = (auth: Auth, version: ProtocolVersion, more: SealwireOptions): Auth => {
  const named = auth.sealwire?.cipherSuites != null;
  return {
    ...(named ? {} : versionOnly(version)),
    ...auth,
    sealwire: { ...auth.sealwire, ...more },
  };
};

async function connect(
  row: Row,
  version: ProtocolVersion,
  does: Helper,
): Promise<{
  side: SspiSide;
  peer: SspiSide;
  told: string[];
}> {
  const told: string[] = [];
  const onWarning = ({ message }: { message: string }): void => {
    told.push(message);
  };
  const auth = withMore(row.auth(does), version, { patience, onWarning });
  const other = withMore(row.other ?? {}, version, {});
  const session = makeSession(nodeProvider, nodeProvider, {
    client: row.role === "client" ? auth : other,
    server: row.role === "server" ? auth : other,
    ...(row.mutual === undefined ? {} : { serverSide: { contextReq: flags.ASC_REQ_MUTUAL_AUTH } }),
  });
  const side = session[row.role];
  session.handshake();
  for (let turn = 0; turn < 12; turn++) {
    if (side.last.status !== status.SEC_I_ASYNC_CALL_PENDING) break;
    session.carry(row.role, await side.stepAsync());
    session.run();
  }
  return { side, peer: row.role === "client" ? session.server : session.client, told };
}

for (const row of ROWS) {
  for (const version of row.versions) {
    for (const [what, { does, says }] of Object.entries(FAULTS)) {
      // What is told something is asked for no answer.
      if (row.told === true && /number/.test(what)) continue;
      tests(`${row.name}, TLS 1.${version - 0x0301}: ${what}`, async () => {
        const { side, peer, told } = await connect(row, version, does);
        // What nothing waits for is reported when its time is over.
        for (let turn = 0; row.told === true && told.length === 0 && turn < 1000; turn++) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        if (row.optional) {
          assert.ok(side.ready && peer.ready, side.error?.message ?? peer.error?.message ?? "");
          assert.ok(told.length > 0, "it was reported");
          for (const message of told) {
            assert.ok(message.startsWith(row.says), message);
            assert.match(message, says);
          }
          assert.equal(
            side.connection().warnings.map(({ message }) => message),
            told.slice(-16),
          );
          return;
        }
        assert.ok(side.failed, status.statusName(side.last.status));
        assert.is(side.error?.reason, "HelperFailed");
        assert.ok(side.error?.message.startsWith(row.says), side.error?.message);
        assert.match(side.error?.message ?? "", says);
        assert.not.match(side.error?.message ?? "", /internal error/i);
        assert.equal(told, [], "a failure is told once");
        assert.not(peer.ready && version === TLS12, "nor is the peer established");
        if (side.context !== undefined) {
          assert.is.not(side.encrypt(new Uint8Array(1)).code, status.SEC_E_OK);
        }
      });
    }
  }
}

for (const version of BOTH) {
  for (const [what, { does, says }] of Object.entries(FAULTS)) {
    const now = /^throws/.test(what) || what === "answers with a number";
    tests(`selectProtocol, TLS 1.${version - 0x0301}: ${what}`, () => {
      const session = makeSession(nodeProvider, nodeProvider, {
        client: versionOnly(version),
        clientSide: { alpn: ["a"] },
        server: { sealwire: { selectProtocol: does as never } },
      });
      session.handshake();
      assert.is(session.server.error?.reason, "HelperFailed");
      const { message = "" } = session.server.error ?? {};
      assert.ok(message.startsWith("sealwire.selectProtocol"), message);
      // What would have to be waited for is a wrong answer.
      assert.match(message, now ? says : /answered with a promise, not with one of/);
    });
  }
}

tests("a listener of warnings that throws harms nothing", async () => {
  const session = makeSession(nodeProvider, nodeProvider, {
    client: withOptions({
      keyLog: () => {
        throw new Error("no");
      },
      onWarning: () => {
        throw new Error("nor this");
      },
    }),
  });
  session.handshake();
  assert.ok(session.client.ready);
  assert.ok(session.client.connection().warnings.length > 0);
});

tests("nor does one that fails later", async () => {
  const session = makeSession(nodeProvider, nodeProvider, {
    client: withOptions({ keyLog: FAULTS["rejects"]?.does, onWarning: FAULTS["rejects"]?.does }),
  });
  session.handshake();
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(session.client.ready);
  assert.ok(session.client.connection().warnings.length > 0);
});

for (const version of BOTH) {
  tests(`keyLog that does not want lines is not called, TLS 1.${version - 0x0301}`, () => {
    for (const [wanted, called] of [
      [() => true, true],
      [() => false, false],
      [() => 1, false],
      [() => Promise.resolve(true), false],
      [FAULTS["throws an Error"]?.does, false],
    ]) {
      const lines: string[] = [];
      const keyLog = Object.assign((line: string) => void lines.push(line), { wanted });
      const session = makeSession(nodeProvider, nodeProvider, {
        client: { ...versionOnly(version), ...withOptions({ keyLog }) },
      });
      session.handshake();
      assert.ok(session.client.ready, session.client.error?.message);
      assert.is(lines.length > 0, called, String(wanted));
    }
  });
}

for (const [what, does, says] of [
  [
    "throws",
    FAULTS["throws an Error"]?.does,
    /verifyPeer failed: sealwire.patience threw: the disk/,
  ],
  ["rejects", FAULTS["rejects"]?.does, /verifyPeer failed: no connection/],
  ["answers with a number", () => 7, /verifyPeer answered with a value of type number/],
] as const) {
  tests(`patience that ${what} ends what it was to limit`, async () => {
    const session = makeSession(nodeProvider, nodeProvider, {
      client: withOptions({
        patience: does,
        verifyPeer: async (_chain: unknown, { verdict }: { verdict: unknown }) => verdict,
      }),
    });
    session.handshake();
    if (session.client.last.status === status.SEC_I_ASYNC_CALL_PENDING) {
      await session.client.stepAsync();
    }
    assert.is(session.client.error?.reason, "HelperFailed");
    assert.match(session.client.error?.message ?? "", says);
  });
}

tests("what is revealed of revocation fails is reported and in the refusal", async () => {
  for (const [what, { does, says }] of Object.entries(FAULTS)) {
    const told: string[] = [];
    const session = makeSession(nodeProvider, nodeProvider, {
      client: {
        dwFlags: 0x00000400,
        sealwire: {
          patience,
          onWarning: ({ message }) => told.push(message),
          revocation: { fetch: does as never },
        },
      },
    });
    session.handshake();
    if (session.client.last.status === status.SEC_I_ASYNC_CALL_PENDING) {
      session.carry("client", await session.client.stepAsync());
    }
    assert.ok(session.client.failed, what);
    assert.is(told.length, 1, what);
    assert.match(told[0] ?? "", says, what);
    assert.is.not(session.client.error?.reason, "InternalError", what);
  }
});

tests.run();
