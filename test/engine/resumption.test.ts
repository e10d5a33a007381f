/**
 * Which second connections resume the first one's session, over the face: names, credentials, protocols, identities, keys,
 * ages, flags and control tokens, in each way that sessions are kept.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import {
  SCH_CRED_DISABLE_RECONNECTS,
  SCH_CRED_MANUAL_CRED_VALIDATION,
  SCHANNEL_SESSION,
  SSL_SESSION_DISABLE_RECONNECTS,
  SSL_SESSION_ENABLE_RECONNECTS,
} from "../../src/schannel/constants.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import {
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  SECPKG_ATTR_SESSION_TICKET_KEYS,
} from "../../src/sspi/attributes.ts";
import {
  ASC_REQ_MUTUAL_AUTH,
  ISC_REQ_MANUAL_CRED_VALIDATION,
} from "../../src/sspi/context-flags.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { NOW } from "../support/configurations.ts";
import { AUTHORITY, identity } from "../support/identities.ts";
import { pattern } from "../support/record-kit.ts";
import { is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type Role,
  type SideOptions,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

/** One end: a new credential of these members, or the one of before; the arguments of its calls. */
interface End {
  readonly auth?: Auth;
  readonly side?: SideOptions;
}

interface Row {
  readonly name: string;
  readonly resumed: boolean;
  readonly client?: End;
  readonly server?: End;
  /** What the second connection has of its own. */
  readonly again?: { readonly client?: End; readonly server?: End };
  /** Numbers of the ticket keys given to the server's credentials, first connection and second. */
  readonly keys?: readonly [readonly number[], readonly number[]];
  /** Milliseconds between the connections, by the clocks of both ends. */
  readonly later?: number;
  /** Before the first handshake ends. */
  readonly meanwhile?: (session: SspiSession) => void;
  /** After the second one. */
  readonly check?: (session: SspiSession) => void;
}

const LIFESPAN = 60_000;
const trusting = (verifyPeer: SealwireOptions["verifyPeer"]): Auth => ({
  sealwire: { verifyPeer },
});
/** The same authority, and one more. */
const OTHER_TRUST: Auth = {
  hRootStore: new TrustStore([...AUTHORITY.anchors, ...identity("rsa").chain]),
};
const MUTUAL: SideOptions = { contextReq: ASC_REQ_MUTUAL_AUTH };
const required: Auth = { sealwire: { requireClientCertificate: true } };
const session =
  (role: Role, flag: number) =>
  (one: SspiSession): void =>
    is(one[role].control(SCHANNEL_SESSION, flag), status.SEC_E_OK);

const hasIdentity = ({ server }: SspiSession): void => {
  const answer = server.functions.queryContextAttributes(
    server.handle,
    SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  );
  is(answer.status, status.SEC_E_OK);
};

/** The default: each handle has a store of its own. */
const ROWS: readonly Row[] = [
  { name: "the same handles", resumed: true },
  {
    name: "another name",
    resumed: false,
    client: { auth: trusting(() => ({ ok: true })) },
    again: { client: { side: { targetName: "other.example" } } },
  },
  { name: "another handle of the client", resumed: false, again: { client: { auth: {} } } },
  { name: "the same protocols", resumed: true, client: { side: { alpn: ["h2"] } } },
  {
    name: "another protocol",
    resumed: false,
    client: { side: { alpn: ["h2"] } },
    server: { side: { alpn: ["h2", "http/1.1"] } },
    again: { client: { side: { alpn: ["http/1.1"] } } },
  },
  {
    name: "manual validation before, not now",
    resumed: false,
    client: { side: { contextReq: ISC_REQ_MANUAL_CRED_VALIDATION } },
    again: { client: { side: { contextReq: 0 } } },
  },
  {
    name: "the client's identity goes with it",
    resumed: true,
    client: { auth: { paCred: [identity("p256-other")] } },
    server: { side: MUTUAL, auth: required },
    check: hasIdentity,
  },
  { name: "within its life", resumed: true, later: LIFESPAN - 1 },
  { name: "after its life", resumed: false, later: LIFESPAN },
  { name: "made in the future", resumed: false, later: -1000 },
  {
    name: "the client's control token forbids it",
    resumed: false,
    meanwhile: session("client", SSL_SESSION_DISABLE_RECONNECTS),
  },
  {
    name: "the server's control token forbids it",
    resumed: false,
    meanwhile: session("server", SSL_SESSION_DISABLE_RECONNECTS),
  },
  {
    name: "SCH_CRED_DISABLE_RECONNECTS",
    resumed: false,
    server: { auth: { dwFlags: SCH_CRED_DISABLE_RECONNECTS } },
  },
  {
    name: "SCH_CRED_DISABLE_RECONNECTS, but the control token allows it",
    resumed: true,
    server: { auth: { dwFlags: SCH_CRED_DISABLE_RECONNECTS } },
    meanwhile: session("server", SSL_SESSION_ENABLE_RECONNECTS),
  },
];

/** Handles of the client that share a store of the caller's. */
const SHARED: readonly Row[] = [
  { name: "another handle of the client", resumed: true, again: { client: { auth: {} } } },
  {
    name: "other roots",
    resumed: false,
    again: { client: { auth: OTHER_TRUST } },
  },
  {
    name: "another certificate of the client's",
    resumed: false,
    client: { auth: { paCred: [identity("p256-other")] } },
    server: { side: MUTUAL },
    again: { client: { auth: { paCred: [identity("p384")] } } },
  },
  {
    name: "validation by flag before, not now",
    resumed: false,
    client: { auth: { dwFlags: SCH_CRED_MANUAL_CRED_VALIDATION } },
    again: { client: { auth: { dwFlags: 0 } } },
  },
  {
    name: "a verdict of the caller's before, not now",
    resumed: false,
    client: { auth: trusting(() => ({ ok: true })) },
    again: { client: { auth: { sealwire: { verifyPeer: null } } } },
  },
  {
    name: "a verdict of another caller's",
    resumed: false,
    client: { auth: trusting(() => ({ ok: true })) },
    again: { client: { auth: trusting((_chain, { verdict }) => ({ ok: verdict.ok })) } },
  },
];

/** Handles of the server with ticket keys of the caller's, and a store. */
const SERVERS: readonly Row[] = [
  {
    name: "the keys stay",
    resumed: true,
    keys: [[1], [1]],
    again: { server: { auth: {} } },
  },
  { name: "the keys rotate", resumed: true, keys: [[1], [2, 1]], again: { server: { auth: {} } } },
  {
    name: "a server that demands a certificate now",
    resumed: false,
    keys: [[1], [1]],
    client: { auth: { paCred: [identity("p256-other")] } },
    again: { server: { auth: required, side: MUTUAL } },
  },
  {
    name: "a server that asks for a certificate now",
    resumed: false,
    keys: [[1], [1]],
    client: { auth: { paCred: [identity("p256-other")] } },
    again: { server: { auth: {}, side: MUTUAL } },
    check: hasIdentity,
  },
  {
    name: "a server that trusts other clients",
    resumed: false,
    keys: [[1], [1]],
    client: { auth: { paCred: [identity("p256-other")] } },
    server: { auth: required, side: MUTUAL },
    again: { server: { auth: { ...required, ...OTHER_TRUST } } },
  },
  {
    name: "a server that trusts clients by other means",
    resumed: false,
    keys: [[1], [1]],
    client: { auth: { paCred: [identity("p256-other")] } },
    server: {
      auth: { sealwire: { requireClientCertificate: true, verifyPeer: () => ({ ok: true }) } },
      side: MUTUAL,
    },
    again: { server: { auth: { sealwire: { verifyPeer: null } } } },
  },
];

/** Only tickets are sealed. */
const KEYS: readonly Row[] = [
  {
    name: "the old key is gone",
    resumed: false,
    keys: [[1], [2]],
    again: { server: { auth: {} } },
  },
  { name: "a server with keys of its own", resumed: false, again: { server: { auth: {} } } },
];

interface Kind {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly sealwire: SealwireOptions;
  readonly tickets: boolean;
}

const KINDS: readonly Kind[] = [
  { name: "TLS 1.3", version: TLS13, sealwire: {}, tickets: true },
  { name: "TLS 1.2, ticket", version: TLS12, sealwire: {}, tickets: true },
  { name: "TLS 1.2, session id", version: TLS12, sealwire: { ticketCount: 0 }, tickets: false },
];

function connectTwice(
  provider: CryptoProvider,
  kind: Kind,
  row: Row,
  shared: readonly Role[],
): void {
  const functions = functionsOf(provider);
  let now = NOW;
  const clock = (): number => now;
  const stores = { client: new MemorySessionStore(clock), server: new MemorySessionStore(clock) };
  const acquired = (role: Role, first: Auth = {}, again: Auth = {}): CredentialHandle =>
    acquire(functions, role, {
      dwSessionLifespan: LIFESPAN,
      ...versionOnly(kind.version),
      ...first,
      ...again,
      sealwire: {
        ...(role === "server" ? kind.sealwire : {}),
        ...(shared.includes(role) ? { sessionStore: stores[role] } : {}),
        clock,
        ...first.sealwire,
        ...again.sealwire,
      },
    });
  const handles = {
    client: acquired("client", row.client?.auth),
    server: acquired("server", row.server?.auth),
  };
  for (const second of [false, true]) {
    const again = second ? row.again : undefined;
    const sides = (["client", "server"] as const).map((role) => {
      const auth = again?.[role]?.auth;
      if (auth !== undefined) handles[role] = acquired(role, row[role]?.auth, auth);
      const options = { ...row[role]?.side, ...again?.[role]?.side };
      return new SspiSide(functions, role, handles[role], options);
    });
    if (row.keys !== undefined) giveKeys(provider, handles.server, row.keys[second ? 1 : 0]);
    const [client, server] = sides as [SspiSide, SspiSide];
    const one = new SspiSession(client, server);
    one.carry("client", client.step());
    one.carry("server", server.step());
    if (!second) row.meanwhile?.(one);
    one.run();
    for (const side of [client, server]) is(side.last.status, status.SEC_E_OK);
    one.drain(client);
    assert.equal(
      [client.connection().resumed, server.connection().resumed],
      second ? [row.resumed, row.resumed] : [false, false],
    );
    if (second) row.check?.(one);
    now += row.later ?? 0;
  }
}

function giveKeys(
  provider: CryptoProvider,
  handle: CredentialHandle,
  numbers: readonly number[],
): void {
  const keys = numbers.map((number) => ({
    TicketInfoVersion: 1,
    KeyId: pattern(16, number),
    KeyingMaterial: pattern(32, number),
    KeyingMaterialSize: 32,
  }));
  const answer = functionsOf(provider).setCredentialsAttributes(
    handle,
    SECPKG_ATTR_SESSION_TICKET_KEYS,
    {
      SessionTicketKeysVersion: 1,
      cSessionTicketKeys: keys.length,
      pSessionTicketKeys: keys,
    },
  );
  is(answer, status.SEC_E_OK);
}

for (const provider of PROVIDERS) {
  const tests = suite(`engine: resumption, ${provider.name}`);
  for (const kind of KINDS) {
    const add = (rows: readonly Row[], where: string, shared: readonly Role[]): void => {
      for (const row of rows)
        tests(`${kind.name}, ${where}${row.name}`, () => connectTwice(provider, kind, row, shared));
    };
    add(ROWS, "", []);
    add(SHARED, "one store of the clients: ", ["client"]);
    add(SERVERS, "", ["server"]);
    if (kind.tickets) add(KEYS, "", []);
  }
  tests.run();
}
