/**
 * A control token that closes the connection while a handshake call waits for a promise: that call never ends with SEC_E_OK for
 * a peer that nobody accepted, and leaves no context that is half made (reference 2.7, 4.3).
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { SCHANNEL_ALERT, SCHANNEL_SHUTDOWN } from "../../src/schannel/constants.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import { ASC_REQ_MUTUAL_AUTH } from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { Gate, slowIdentity } from "../support/deferred.ts";
import { identity } from "../support/identities.ts";
import { is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type Role,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const tests = suite("schannel: closed while a handshake call is pending");
const functions = functionsOf(nodeProvider);

interface Wait {
  readonly name: string;
  readonly role: Role;
  /** @param accepts what the promise is settled with, if it is */
  readonly auth: (gate: Gate, accepts: boolean) => Auth;
}

const verdict = (gate: Gate, accepts: boolean): Auth => ({
  sealwire: { verifyPeer: () => gate.pass(() => ({ ok: accepts })) },
});
const WAITS: readonly Wait[] = [
  { name: "the verdict on the server", role: "client", auth: verdict },
  { name: "the verdict on the client", role: "server", auth: verdict },
  {
    name: "the server's signature",
    role: "server",
    auth: (gate) => ({ paCred: [slowIdentity("p256", gate, nodeProvider)] }),
  },
  {
    name: "the server's choice of a certificate",
    role: "server",
    auth: (gate) => ({ sealwire: { selectCredential: () => gate.pass(() => identity("p256")) } }),
  },
  {
    name: "the client's session store",
    role: "client",
    auth: (gate) => ({
      sealwire: {
        sessionStore: { get: () => gate.pass(() => null), set: () => {}, delete: () => {} },
      },
    }),
  },
];

const TOKENS = {
  shutdown: [SCHANNEL_SHUTDOWN],
  "a fatal alert": [SCHANNEL_ALERT, 2, 40],
} as const;

/** When the promise is settled: before the call is repeated, after it, or never. */
const MOMENTS = ["before", "after", "never"] as const;

/** Nothing can be done, and nobody is shown. */
function isNothing(side: SspiSide): void {
  for (const wanted of [
    attribute.SECPKG_ATTR_CONNECTION_INFO,
    attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
    attribute.SECPKG_ATTR_NAMES,
  ] as const) {
    const { status: code } = functions.queryContextAttributes(side.handle, wanted);
    assert.ok(status.isFailure(code), `attribute ${wanted}: ${status.statusName(code)}`);
  }
  assert.ok(status.isFailure(functions.encryptAll(side.handle, new Uint8Array(4)).status));
  side.inbox = Uint8Array.of(23, 3, 3, 0, 1, 0);
  assert.ok(status.isFailure(side.open().code));
  side.inbox = new Uint8Array(0);
  side.step();
  assert.ok(side.failed, status.statusName(side.last.status));
}

async function run(
  version: ProtocolVersion,
  wait: Wait,
  words: readonly number[],
  moment: (typeof MOMENTS)[number],
  accepts: boolean,
  later: boolean,
): Promise<void> {
  const gate = new Gate();
  const auths: Record<Role, Auth> = {
    client: { paCred: [identity("p256-other")] },
    server: {},
  };
  const handle = (role: Role) =>
    acquire(functions, role, {
      ...versionOnly(version),
      ...auths[role],
      ...(role === wait.role ? wait.auth(gate, accepts) : {}),
    });
  const one = new SspiSession(
    new SspiSide(functions, "client", handle("client")),
    new SspiSide(functions, "server", handle("server"), { contextReq: ASC_REQ_MUTUAL_AUTH }),
  );
  const side = one[wait.role];
  // Both go on until the call of the side in question is pending.
  const isPending = (): boolean => side.last.status === status.SEC_I_ASYNC_CALL_PENDING;
  one.carry("client", one.client.step());
  for (let turn = 0; turn < 8 && !isPending(); turn++) {
    const next = turn % 2 === 0 ? one.server : one.client;
    one.carry(next.role, next.step());
  }
  assert.ok(isPending());
  const call = later ? side.stepAsync() : null;
  is(side.control(...words), status.SEC_E_OK);
  if (moment === "before") {
    gate.open();
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (moment === "never" && call !== null) {
    // Who waits for a promise that never settles calls again, which ends both.
    side.step();
    await call;
  } else if (moment === "after" && call !== null) {
    setImmediate(() => gate.open());
    await call;
  } else if (call !== null) await call;
  else side.step();
  if (moment === "after") gate.open();
  await new Promise((resolve) => setImmediate(resolve));
  const { status: code } = side.last;
  const mayBeDone = accepts && moment !== "never" && wait.name.startsWith("the verdict");
  if (code === status.SEC_E_OK && mayBeDone) {
    // The handshake had come to its end; the alert leaves with the next call.
    is(
      functions.queryContextAttributes(side.handle, attribute.SECPKG_ATTR_CONNECTION_INFO).status,
      status.SEC_E_OK,
    );
    return;
  }
  assert.ok(status.isFailure(code), status.statusName(code));
  isNothing(side);
}

for (const [name, version] of [
  ["TLS 1.3", TLS13],
  ["TLS 1.2", TLS12],
] as const) {
  for (const wait of WAITS) {
    for (const [token, words] of Object.entries(TOKENS)) {
      for (const moment of MOMENTS) {
        for (const accepts of wait.auth === verdict && moment !== "never"
          ? [true, false]
          : [true]) {
          for (const later of [false, true]) {
            const answer = wait.auth === verdict && !accepts ? "refuses" : "goes on";
            const title = `${name}, ${wait.name} comes ${moment === "never" ? "never" : `${moment} the end and ${answer}`}`;
            tests(`${title}, ${token}, ${later ? "Async" : "plain"}: no half-made context`, () =>
              run(version, wait, words, moment, accepts, later),
            );
          }
        }
      }
    }
  }
}

tests.run();
