/**
 * Sides of a session that wait for a helper: each asynchronous helper, both roles, both versions, in the first handshake, in a
 * renegotiation, in authentication after the handshake and where a session is resumed. For the tests of what happens meanwhile.
 */

import type { SessionStore } from "../../src/handshake/session-store.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import type { ExternalSigner } from "../../src/pki/files/private-key.ts";
import { signatureScheme } from "../../src/protocol/signature-scheme.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import * as status from "../../src/sspi/security-status.ts";
import { credentialOf } from "../support/configurations.ts";
import { type IdentityName, identity } from "../support/identities.ts";
import { METER_KEY } from "../support/pre-shared-keys.ts";
import { desc, empty } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type Role,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const PSK = 0x00a8;
/** SCH_CRED_REVOCATION_CHECK_END_CERT. */
const CHECK_LEAF = 0x00000100;
const FACE = functionsOf(nodeProvider);

/** What a helper that is held does in the end. */
export type Settling = "answers" | "fails";

/** Helpers answer at once until they are held; then their promises settle by `settle`. */
export class Held {
  holds = false;
  readonly #open: ((how: Settling) => void)[] = [];

  ask<T>(answer: () => T): T | Promise<T> {
    if (!this.holds) return answer();
    return new Promise((resolve, reject) => {
      this.#open.push((how) => {
        if (how === "fails") reject(new Error("it went away"));
        else resolve(answer());
      });
    });
  }

  /** Settles all; what is asked for from now on is answered at once. */
  settle(how: Settling): void {
    this.holds = false;
    for (const open of this.#open.splice(0)) open(how);
  }
}

/** When the side waits. */
export type Moment = "at first" | "when resumed" | "renegotiation" | "after the handshake";

export interface Row {
  readonly name: string;
  /** The side that waits. */
  readonly role: Role;
  readonly version: ProtocolVersion;
  readonly moment: Moment;
  /** False: the side waits before its first flight. */
  readonly peerBegan: boolean;
  /** The work goes on without it. */
  readonly optional: boolean;
}

interface Helper {
  readonly name: string;
  readonly role: Role;
  readonly optional?: true;
  readonly mutual?: true;
  readonly auth: (held: Held) => Auth;
  readonly other?: Auth;
  readonly versions?: readonly ProtocolVersion[];
  readonly moments?: Partial<Record<Moment, readonly ProtocolVersion[]>>;
}

const BOTH: readonly ProtocolVersion[] = [TLS12, TLS13];
const withOptions = (sealwire: SealwireOptions): Auth => ({ sealwire });

function signing(name: IdentityName, held: Held): CertContext {
  const { key } = credentialOf(name, nodeProvider);
  const sign = (code: number, content: Uint8Array): unknown => {
    const scheme = signatureScheme(code);
    if (scheme === undefined) throw new Error(`no scheme ${code}`);
    const copy = content.slice();
    return held.ask(() => key.sign(scheme, copy) as Uint8Array);
  };
  return { chain: identity(name).chain, privateKey: { sign } as ExternalSigner };
}

function store(held: Held): SessionStore {
  const memory = new MemorySessionStore(Date.now);
  return {
    get: (key) => held.ask(() => memory.get(key)) as Promise<Uint8Array | null>,
    set: (key, value, lifetime) => {
      const copy = value.slice();
      return held.ask(() => memory.set(key, copy, lifetime));
    },
    delete: (key) => held.ask(() => memory.delete(key)),
  };
}

const OTHER: Auth = { paCred: [identity("p256-other")] };
const verifying = (held: Held): Auth =>
  withOptions({ verifyPeer: (_chain, { verdict }) => held.ask(() => ({ ok: verdict.ok })) });
const revealing = (held: Held): Auth => ({
  dwFlags: CHECK_LEAF,
  sealwire: { revocation: { offline: "soft", fetch: () => held.ask(() => null) } },
});

const HELPERS: readonly Helper[] = [
  {
    name: "sessionStore",
    role: "client",
    optional: true,
    auth: (held) => withOptions({ sessionStore: store(held) }),
    moments: { "when resumed": BOTH },
  },
  {
    name: "sessionStore",
    role: "server",
    optional: true,
    auth: (held) => withOptions({ ticketCount: 0, sessionStore: store(held) }),
    versions: [],
    moments: { "when resumed": [TLS12] },
  },
  {
    name: "verifyPeer",
    role: "client",
    auth: verifying,
    moments: { "when resumed": BOTH, renegotiation: [TLS12] },
  },
  {
    name: "verifyPeer",
    role: "server",
    mutual: true,
    other: OTHER,
    auth: verifying,
    moments: { "when resumed": BOTH, renegotiation: [TLS12], "after the handshake": [TLS13] },
  },
  {
    name: "sign()",
    role: "client",
    mutual: true,
    auth: (held) => ({ paCred: [signing("p256-other", held)] }),
    moments: { renegotiation: [TLS12], "after the handshake": [TLS13] },
  },
  {
    name: "sign()",
    role: "server",
    auth: (held) => ({ paCred: [signing("p256", held)] }),
    moments: { renegotiation: [TLS12] },
  },
  {
    name: "selectCredential",
    role: "server",
    auth: (held) => withOptions({ selectCredential: () => held.ask(() => identity("p256")) }),
  },
  {
    name: "revocation.fetch",
    role: "client",
    optional: true,
    auth: revealing,
    moments: { renegotiation: [TLS12] },
  },
  {
    name: "revocation.fetch",
    role: "server",
    optional: true,
    mutual: true,
    other: OTHER,
    auth: revealing,
    moments: { "after the handshake": [TLS13] },
  },
  {
    name: "selectPreSharedKey",
    role: "server",
    versions: [TLS13],
    other: withOptions({ preSharedKey: METER_KEY }),
    auth: (held) => withOptions({ selectPreSharedKey: () => held.ask(() => METER_KEY) }),
  },
  {
    name: "selectPreSharedKey",
    role: "server",
    versions: [TLS12],
    other: withOptions({ cipherSuites: [PSK], preSharedKey: METER_KEY }),
    auth: (held) =>
      withOptions({ cipherSuites: [PSK], selectPreSharedKey: () => held.ask(() => METER_KEY) }),
    moments: { renegotiation: [TLS12] },
  },
  {
    name: "preSharedKeyForHint",
    role: "client",
    versions: [TLS12],
    other: withOptions({ cipherSuites: [PSK], selectPreSharedKey: () => METER_KEY }),
    auth: (held) =>
      withOptions({ cipherSuites: [PSK], preSharedKeyForHint: () => held.ask(() => METER_KEY) }),
    moments: { renegotiation: [TLS12] },
  },
];

interface Whole extends Row {
  readonly helper: Helper;
}

export const ROWS: readonly Row[] = HELPERS.flatMap((helper): Whole[] =>
  Object.entries({ "at first": helper.versions ?? BOTH, ...helper.moments }).flatMap(
    ([moment, versions]) =>
      versions.map((version) => ({
        name: `${helper.name}, ${helper.role}, TLS 1.${version - 0x0301}, ${moment}`,
        role: helper.role,
        version,
        moment: moment as Moment,
        peerBegan:
          helper.role === "server" || (helper.name !== "sessionStore" && moment !== "when resumed"),
        optional: helper.optional === true,
        helper,
      })),
  ),
);

/** A side that waits. */
export interface Waiting {
  readonly session: SspiSession;
  readonly side: SspiSide;
  readonly peer: SspiSide;
  readonly held: Held;
  /** The handshake was finished before. */
  readonly established: boolean;
}

interface Sides {
  readonly session: SspiSession;
  readonly held: Held;
}

function authOf({ helper, role, version, moment }: Whole, held: Held, of: Role): Auth {
  const auth = role === of ? helper.auth(held) : (helper.other ?? {});
  const only = auth.sealwire?.cipherSuites == null ? versionOnly(version) : {};
  // A renegotiation that resumes asks nobody.
  const full = moment === "renegotiation" ? { dwSessionLifespan: -1 } : {};
  return { ...only, ...full, ...auth };
}

function sides(row: Whole, handles: Readonly<Record<Role, CredentialHandle>>): SspiSession {
  const asks = row.helper.mutual === true && row.moment !== "after the handshake";
  return new SspiSession(
    new SspiSide(FACE, "client", handles.client, {
      contextReq: flags.ISC_REQ_USE_SUPPLIED_CREDS | flags.ISC_REQ_EXTENDED_ERROR,
    }),
    new SspiSide(FACE, "server", handles.server, {
      contextReq: flags.ASC_REQ_EXTENDED_ERROR | (asks ? flags.ASC_REQ_MUTUAL_AUTH : 0),
    }),
  );
}

/** A handshake call of `side` with no input and more flags; what it sends. */
export function called(
  side: SspiSide,
  more = 0,
): { readonly code: number; readonly sent: Uint8Array } {
  const output = empty();
  const call = {
    context: side.handle,
    targetName: "localhost",
    contextReq: more | flags.ISC_REQ_ALLOCATE_MEMORY,
    output: desc(output),
  };
  const answer =
    side.role === "client"
      ? side.functions.initializeSecurityContext(call)
      : side.functions.acceptSecurityContext(call);
  return { code: answer.status, sent: output.bytes.slice() };
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the way to the moment: ${what}`);
}

/** Makes the two sides, and lets them run until the one waits. */
export function waiting(row: Row): Waiting {
  const whole = row as Whole;
  const held = new Held();
  const handles = {
    client: acquire(FACE, "client", authOf(whole, held, "client")),
    server: acquire(FACE, "server", authOf(whole, held, "server")),
  };
  let { session }: Sides = { session: sides(whole, handles), held };
  if (row.moment !== "at first") {
    session.handshake();
    const { client, server } = session;
    must(client.ready && server.ready, `${client.error?.message} ${server.error?.message}`);
    session.drain(client);
  }
  if (row.moment === "when resumed") session = sides(whole, handles);
  held.holds = true;
  const { client, server } = session;
  if (row.moment === "renegotiation") {
    session.carry("server", server.step());
    must(client.open().code === status.SEC_I_RENEGOTIATE, "HelloRequest");
    session.carry("client", client.step());
    session.run();
  } else if (row.moment === "after the handshake") {
    session.carry("server", called(server, flags.ASC_REQ_MUTUAL_AUTH).sent);
    must(client.open().code === status.SEC_I_RENEGOTIATE, "CertificateRequest");
    session.carry("client", client.step());
    if (row.role === "server") {
      must(server.open().code === status.SEC_I_RENEGOTIATE, "Certificate");
      server.step();
    }
  } else session.handshake();
  const side = session[row.role];
  must(
    side.last.status === status.SEC_I_ASYNC_CALL_PENDING,
    `${status.statusName(side.last.status)} ${side.error?.message}`,
  );
  const established = row.moment === "renegotiation" || row.moment === "after the handshake";
  const peer = row.role === "client" ? server : client;
  return { session, side, peer, held, established };
}

/** A connection of a side whose store has not yet kept the session. */
export function keeping(role: Role, version: ProtocolVersion): Waiting {
  const held = new Held();
  const memory = new MemorySessionStore(Date.now);
  const slow: SessionStore = {
    get: (key) => memory.get(key),
    set: (key, value, lifetime) => held.ask(() => memory.set(key, value, lifetime)),
    delete: (key) => held.ask(() => memory.delete(key)),
  };
  held.holds = true;
  const auth = (of: Role): Auth => {
    const tickets = role === "server" ? { ticketCount: 0 } : {};
    const sealwire = of === role ? { sessionStore: slow, ...tickets } : {};
    return { ...versionOnly(version), sealwire };
  };
  const session = new SspiSession(
    new SspiSide(FACE, "client", acquire(FACE, "client", auth("client"))),
    new SspiSide(FACE, "server", acquire(FACE, "server", auth("server"))),
  );
  session.handshake();
  const side = session[role];
  const peer = role === "client" ? session.server : session.client;
  return { session, side, peer, held, established: true };
}
