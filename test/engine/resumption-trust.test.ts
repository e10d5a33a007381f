/**
 * Each thing that takes part in trusting a peer is changed between a first connection and a second one that would resume it: in
 * both roles, both versions and each way in which sessions are kept. The second connection comes to what a full handshake comes
 * to. A peer that is refused now is never shown by its old identity, and its APP_DATA is not found.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { MemorySessionStore, type SessionStore } from "../../src/handshake/session-store.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import type { TrustConstraints } from "../../src/pki/path/trust-constraints.ts";
import { TrustStore, trustStoreFromPins } from "../../src/pki/trust-store.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import {
  SCH_CRED_DEFERRED_CRED_VALIDATION,
  SCH_CRED_MANUAL_CRED_VALIDATION,
  SCH_CRED_NO_SERVERNAME_CHECK,
  SCH_CRED_REVOCATION_CHECK_END_CERT,
} from "../../src/schannel/constants.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import { ASC_REQ_MUTUAL_AUTH } from "../../src/sspi/context-flags.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  authorityExtensions,
  extendedKeyUsage,
  keyUsage,
  makeCertificate,
  makeKey,
  NOON,
  subjectAltName,
} from "../pki/certificate-maker.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { crlPoint, makeCrl } from "../revocation/evidence-maker.ts";
import { pattern } from "../support/record-kit.ts";
import { is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type Role,
  SspiSession,
  SspiSide,
} from "../support/sspi-session.ts";

const HOUR = 3_600_000;
const NOW = NOON.getTime();
const LIFESPAN = 24 * HOUR;
/** The certificates of both sides end while the sessions could still be resumed. */
const NOT_AFTER = NOW + 10 * HOUR;

const ROOT_KEY = makeKey("p256");
const STRANGE_KEY = makeKey("p256");
const authority = (subject: string, key = ROOT_KEY): Uint8Array =>
  makeCertificate({
    ...{ subject, issuer: subject, key, signer: key },
    extensions: authorityExtensions(key, key),
  });
const ROOT = authority("Root");
const STRANGER = authority("Stranger", STRANGE_KEY);

/** For both purposes; without authorityKeyIdentifier, which the strict profiles demand. */
function identity(subject: string, serial: number): CertContext {
  const key = makeKey("p256");
  const certificate = makeCertificate({
    ...{ subject, issuer: "Root", key, signer: ROOT_KEY, notAfter: NOT_AFTER },
    serial: Uint8Array.of(serial),
    extensions: [
      keyUsage(0x80),
      extendedKeyUsage(OID.serverAuth, OID.clientAuth),
      subjectAltName("dns:localhost"),
      crlPoint("http://crl.test/"),
    ],
  });
  const privateKey = new Uint8Array(key.secret.export({ format: "der", type: "pkcs8" }));
  return { chain: [certificate], privateKey };
}
const SERVER = identity("Server", 11);
const CLIENT = identity("Client", 12);
const OTHER_CLIENT = identity("Other client", 13);

const crl = (at: number, ...serials: readonly number[]): Uint8Array =>
  makeCrl({
    ...{ issuer: "Root", signer: ROOT_KEY },
    ...{ thisUpdate: at - HOUR, nextUpdate: at + HOUR },
    revoked: serials.map((serial) => ({ serial })),
  });
const GOOD_CRL = crl(NOW);
const REVOKING_CRL = crl(NOW, 11, 12);
const LATER = NOW + 2 * HOUR;

/** What the side that judges lives in; a change turns it between the two connections. */
interface World {
  readonly trust: TrustStore;
  now: number;
  decides: boolean;
  target: string;
  crl: Uint8Array | null;
  alpn: Readonly<Record<Role, readonly string[]>>;
  verifyPeer: NonNullable<SealwireOptions["verifyPeer"]>;
}

interface Change {
  readonly name: string;
  /** "accepted": by a full handshake or not. */
  readonly comes: "resumed" | "full" | "accepted" | "refused";
  /** The judge's credential in the first connection. */
  readonly before?: (world: World) => Auth;
  /** The same credential handle goes on. */
  readonly turn?: (world: World) => void;
  /** Another credential of the judge takes its place; it shares stores and ticket keys. */
  readonly auth?: (world: World, judge: Role) => Auth;
  /** Another credential of the peer. */
  readonly peer?: Auth;
  readonly only?: Role;
}

const trusting =
  (...given: ConstructorParameters<typeof TrustStore>) =>
  (): Auth => ({ hRootStore: new TrustStore(...given) });
const limited = (constraints: TrustConstraints): (() => Auth) =>
  trusting([ROOT], "basic", constraints);
const flagged =
  (dwFlags: number, hRootStore?: TrustStore) =>
  ({ trust }: World): Auth => ({ dwFlags, hRootStore: hRootStore ?? trust });
const asking = (world: World): Auth => ({
  dwFlags: SCH_CRED_REVOCATION_CHECK_END_CERT,
  sealwire: { revocation: { fetch: () => (world.crl === null ? null : { crls: [world.crl] }) } },
});
const NOBODY = new TrustStore([]);
const WRONG_PIN = Buffer.alloc(32).toString("base64");

const CHANGES: readonly Change[] = [
  { name: "nothing", comes: "resumed", turn: () => {} },
  { name: "an equal credential", comes: "resumed", auth: () => ({}) },
  { name: "a further anchor", comes: "accepted", turn: ({ trust }) => trust.add(STRANGER) },
  { name: "the anchor is removed", comes: "refused", turn: ({ trust }) => trust.remove(ROOT) },
  {
    name: "the anchor is another one",
    comes: "refused",
    turn: ({ trust }) => {
      trust.add(STRANGER);
      trust.remove(ROOT);
    },
  },
  {
    name: "the certificate has expired",
    comes: "refused",
    turn: (world) => {
      world.now = NOT_AFTER + HOUR;
    },
  },
  {
    name: "the certificate is not valid yet by a clock that was set back",
    comes: "refused",
    turn: (world) => {
      world.now = Date.UTC(2019);
    },
  },
  {
    name: "verifyPeer changes its mind",
    comes: "refused",
    turn: (world) => {
      world.decides = false;
    },
  },
  {
    name: "the name is another one",
    comes: "refused",
    only: "client",
    turn: (world) => {
      world.target = "other.example";
    },
  },
  { name: "other anchors", comes: "refused", auth: trusting([STRANGER]) },
  { name: "no anchors", comes: "refused", auth: trusting([]) },
  { name: "a stricter profile", comes: "refused", auth: trusting([ROOT], "rfc5280") },
  { name: "the profile of the web", comes: "refused", auth: trusting([ROOT], "webpki") },
  { name: "a pin that nobody has", comes: "refused", auth: limited({ pins: [WRONG_PIN] }) },
  {
    name: "a store of pins alone",
    comes: "refused",
    auth: () => ({ hRootStore: trustStoreFromPins([WRONG_PIN]) }),
  },
  { name: "constraints of names", comes: "refused", auth: limited({ names: ["other.example"] }) },
  {
    name: "purposes",
    comes: "refused",
    auth: (_world, judge) => limited({ purposes: [judge] })(),
  },
  { name: "a date of issue", comes: "refused", auth: limited({ issuedBefore: new Date(0) }) },
  {
    name: "another verifyPeer",
    comes: "refused",
    auth: () => ({ sealwire: { verifyPeer: () => ({ ok: false }) } }),
  },
  {
    name: "no verifyPeer and no anchors, where verifyPeer had let everybody pass",
    comes: "refused",
    before: () => ({ hRootStore: NOBODY, sealwire: { verifyPeer: () => ({ ok: true }) } }),
    auth: () => ({ hRootStore: NOBODY, sealwire: { verifyPeer: null } }),
  },
  {
    name: "validation, where it was manual",
    comes: "refused",
    before: () => ({
      ...{ dwFlags: SCH_CRED_MANUAL_CRED_VALIDATION, hRootStore: NOBODY },
      sealwire: { verifyPeer: null },
    }),
    auth: flagged(0, NOBODY),
  },
  {
    name: "validation, where it was deferred",
    comes: "refused",
    before: () => ({
      ...{ dwFlags: SCH_CRED_DEFERRED_CRED_VALIDATION, hRootStore: NOBODY },
      sealwire: { verifyPeer: null },
    }),
    auth: flagged(0, NOBODY),
  },
  {
    name: "the check of the name",
    comes: "refused",
    only: "client",
    before: (world) => {
      world.target = "other.example";
      return { dwFlags: SCH_CRED_NO_SERVERNAME_CHECK };
    },
    auth: flagged(0),
  },
  {
    name: "revocation has to be known",
    comes: "refused",
    auth: flagged(SCH_CRED_REVOCATION_CHECK_END_CERT),
  },
  {
    name: "revocation is known, and good as before",
    comes: "resumed",
    before: asking,
    turn: () => {},
  },
  {
    name: "a CRL that revokes is given",
    comes: "refused",
    auth: () => ({ sealwire: { revocation: { crls: [REVOKING_CRL] } } }),
  },
  {
    name: "a CRL that revokes has arrived",
    comes: "refused",
    before: asking,
    turn: (world) => {
      world.now = LATER;
      world.crl = crl(LATER, 11, 12);
    },
  },
  {
    name: "the CRL has ended and there is no newer one",
    comes: "refused",
    before: asking,
    turn: (world) => {
      world.now = LATER;
      world.crl = null;
    },
  },
  {
    name: "the client offers other protocols",
    comes: "full",
    only: "client",
    turn: (world) => {
      world.alpn = { client: ["http/1.1"], server: ["h2", "http/1.1"] };
    },
  },
  {
    name: "the server prefers another protocol",
    comes: "resumed",
    only: "server",
    turn: (world) => {
      world.alpn = { client: ["h2", "http/1.1"], server: ["http/1.1"] };
    },
  },
  {
    name: "the client's identity is another one",
    comes: "full",
    only: "server",
    peer: { paCred: [OTHER_CLIENT] },
  },
  {
    name: "the client has no identity any more",
    comes: "refused",
    only: "server",
    peer: { paCred: [] },
  },
  {
    name: "a certificate is demanded",
    comes: "full",
    only: "server",
    before: () => ({ sealwire: { requireClientCertificate: false } }),
    auth: () => ({ sealwire: { requireClientCertificate: true } }),
  },
];

interface Kind {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly suite: number;
  readonly ticketCount: number;
}

const KINDS: readonly Kind[] = [
  { name: "TLS 1.3", version: TLS13, suite: 0x1301, ticketCount: 1 },
  { name: "TLS 1.2, ticket", version: TLS12, suite: 0xc02b, ticketCount: 1 },
  { name: "TLS 1.2, session id", version: TLS12, suite: 0xc02b, ticketCount: 0 },
];

/** How both sides keep sessions, and whether stores and verifiers answer with promises. */
interface Keeping {
  readonly name: string;
  readonly store: ((clock: () => number) => SessionStore) | null;
  readonly late: boolean;
}

const KEEPING: readonly Keeping[] = [
  { name: "stores of the handles", store: null, late: false },
  { name: "shared stores", store: (clock) => new MemorySessionStore(clock), late: false },
  { name: "shared stores, all answers late", store: lateStore, late: true },
];

/** A store beyond a network: bytes are copied, answers are promises. */
function lateStore(clock: () => number): SessionStore {
  const memory = new MemorySessionStore(clock);
  return {
    get: async (key) => {
      await null;
      return memory.get(key)?.slice() ?? null;
    },
    set: async (key, value, seconds) => {
      await null;
      memory.set(key, value.slice(), seconds);
    },
    delete: async (key) => {
      await null;
      memory.delete(key);
    },
  };
}

const OTHER: Readonly<Record<Role, Role>> = { client: "server", server: "client" };
const APP_DATA = pattern(5);

function giveKeys(provider: CryptoProvider, handle: CredentialHandle): void {
  const key = {
    TicketInfoVersion: 1,
    KeyId: pattern(16),
    KeyingMaterial: pattern(32),
    KeyingMaterialSize: 32,
  };
  const value = { SessionTicketKeysVersion: 1, cSessionTicketKeys: 1, pSessionTicketKeys: [key] };
  const functions = functionsOf(provider);
  is(
    functions.setCredentialsAttributes(handle, attribute.SECPKG_ATTR_SESSION_TICKET_KEYS, value),
    status.SEC_E_OK,
  );
}

/** Both sides until they are ready or have failed, by the Async functions; then the tickets are taken. */
async function run(one: SspiSession): Promise<void> {
  one.carry("client", await one.client.stepAsync());
  for (let moves = true; moves; ) {
    moves = false;
    for (const side of [one.server, one.client]) {
      if (side.ready || side.failed || side.inbox.length === 0) continue;
      one.carry(side.role, await side.stepAsync());
      moves = true;
    }
  }
  const { client } = one;
  while (client.ready && client.inbox.length > 0) {
    if (client.open().code !== status.SEC_I_RENEGOTIATE) break;
    await client.stepAsync();
  }
}

class Experiment {
  readonly #provider: CryptoProvider;
  readonly #kind: Kind;
  readonly #judge: Role;
  readonly #change: Change;
  readonly #world: World;
  readonly #stores: Readonly<Record<Role, SessionStore | null>>;
  /** `facts.resumption` of each question to verifyPeer of the judge. */
  #asked: boolean[] = [];

  constructor(provider: CryptoProvider, kind: Kind, keeping: Keeping, judge: Role, change: Change) {
    this.#provider = provider;
    this.#kind = kind;
    this.#judge = judge;
    this.#change = change;
    const world: World = {
      trust: new TrustStore([ROOT]),
      now: NOW,
      decides: true,
      target: "localhost",
      crl: GOOD_CRL,
      alpn: { client: ["h2", "http/1.1"], server: ["h2", "http/1.1"] },
      verifyPeer: (_chain, { resumption, verdict }) => {
        this.#asked.push(resumption);
        const decision = { ok: verdict.ok && world.decides };
        return keeping.late ? Promise.resolve(decision) : decision;
      },
    };
    this.#world = world;
    const make = (): SessionStore | null => keeping.store?.(this.#clock) ?? null;
    this.#stores = { client: make(), server: make() };
  }

  readonly #clock = (): number => this.#world.now;

  #acquire(role: Role, ...auths: readonly Auth[]): CredentialHandle {
    const { suite: code, ticketCount } = this.#kind;
    const { trust, verifyPeer } = this.#world;
    const judges = role === this.#judge;
    const given = Object.assign({}, ...auths) as Auth;
    const options: SealwireOptions = Object.assign({}, ...auths.map(({ sealwire }) => sealwire));
    const handle = acquire(functionsOf(this.#provider), role, {
      dwSessionLifespan: LIFESPAN,
      paCred: [role === "client" ? CLIENT : SERVER],
      hRootStore: judges ? trust : NOBODY,
      ...given,
      sealwire: {
        ...{ clock: this.#clock, sessionStore: this.#stores[role], cipherSuites: [code] },
        ...(role === "server" ? { ticketCount, requireClientCertificate: true } : {}),
        // The other side accepts whatever comes, so that it is the judge's verdict that counts.
        verifyPeer: judges ? verifyPeer : ACCEPT,
        ...options,
      },
    });
    if (role === "server") giveKeys(this.#provider, handle);
    return handle;
  }

  async #connect(handles: Readonly<Record<Role, CredentialHandle>>): Promise<SspiSession> {
    const functions = functionsOf(this.#provider);
    const { alpn, target } = this.#world;
    const one = new SspiSession(
      new SspiSide(functions, "client", handles.client, { targetName: target, alpn: alpn.client }),
      new SspiSide(functions, "server", handles.server, {
        ...{ contextReq: ASC_REQ_MUTUAL_AUTH, alpn: alpn.server },
      }),
    );
    await run(one);
    return one;
  }

  async run(): Promise<void> {
    const judge = this.#judge;
    const { before, turn, auth, peer, comes } = this.#change;
    const world = this.#world;
    const first = before?.(world) ?? {};
    const handles = { client: this.#acquire("client"), server: this.#acquire("server") };
    handles[judge] = this.#acquire(judge, first);
    const one = await this.#connect(handles);
    for (const role of ["client", "server"] as const) is(one[role].last.status, status.SEC_E_OK);
    const judged = one[judge];
    assert.is(judged.connection().resumed, false);
    const value = { dwFlags: 1, cbAppData: APP_DATA.length, pbAppData: APP_DATA };
    is(
      judged.functions.setContextAttributes(judged.handle, attribute.SECPKG_ATTR_APP_DATA, value),
      status.SEC_E_OK,
    );
    const name = sessionName(judged);

    turn?.(world);
    if (auth !== undefined) handles[judge] = this.#acquire(judge, first, auth(world, judge));
    if (peer !== undefined) handles[OTHER[judge]] = this.#acquire(OTHER[judge], peer);
    this.#asked = [];
    const { client, server } = await this.#connect(handles);
    const side = { client, server }[judge];
    if (comes === "refused") return refused(side);
    const { resumed, alpnProtocol } = side.connection();
    if (comes !== "accepted") assert.is(resumed, comes === "resumed");
    for (const end of [client, server]) is(end.last.status, status.SEC_E_OK);
    assert.is(
      alpnProtocol,
      world.alpn.server.find((protocol) => world.alpn.client.includes(protocol)),
    );
    const shown = judge === "client" ? SERVER : (peer?.paCred?.[0] ?? CLIENT);
    assert.equal(remoteLeaf(side), shown.chain[0]);
    if (!resumed) {
      assert.is(this.#asked.at(-1), false);
      assert.equal(appData(side), new Uint8Array(0));
      return;
    }
    assert.equal(this.#asked, [true]);
    assert.equal(sessionName(side), name);
    if (auth === undefined) assert.equal(appData(side), APP_DATA);
  }
}

const ACCEPT = (): { ok: true } => ({ ok: true });

/** The connection failed, and shows nobody. */
function refused(side: SspiSide): void {
  assert.ok(side.failed, `it is refused, not ${status.statusName(side.last.status)}`);
  assert.is(side.connection().resumed, false);
  for (const wanted of [
    attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
    attribute.SECPKG_ATTR_REMOTE_CERT_CHAIN,
    attribute.SECPKG_ATTR_REMOTE_CERTIFICATES,
    attribute.SECPKG_ATTR_CERT_CHECK_RESULT,
    attribute.SECPKG_ATTR_NAMES,
    attribute.SECPKG_ATTR_AUTHORITY,
  ] as const) {
    const { status: code } = side.functions.queryContextAttributes(side.handle, wanted);
    assert.ok(status.isFailure(code), `attribute ${wanted} is there`);
  }
  assert.equal(appData(side), new Uint8Array(0));
}

function remoteLeaf(side: SspiSide): Uint8Array | undefined {
  return side.functions.queryContextAttributes(
    side.handle,
    attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  ).value?.pbCertEncoded;
}

function appData(side: SspiSide): Uint8Array {
  const { value } = side.functions.queryContextAttributes(
    side.handle,
    attribute.SECPKG_ATTR_APP_DATA,
  );
  return value?.pbAppData ?? new Uint8Array(0);
}

function sessionName(side: SspiSide): Uint8Array | undefined {
  return side.functions.queryContextAttributes(side.handle, attribute.SECPKG_ATTR_SESSION_INFO)
    .value?.rgbSessionId;
}

for (const provider of PROVIDERS) {
  const tests = suite(`engine: resumption asks for trust again, ${provider.name}`);
  for (const keeping of KEEPING) {
    // What the stores do does not depend on the provider.
    if (provider !== PROVIDERS[0] && keeping.store === null) continue;
    for (const kind of KINDS) {
      for (const judge of ["client", "server"] as const) {
        for (const change of CHANGES) {
          if (change.only !== undefined && change.only !== judge) continue;
          // A client's handle has its sessions for itself; that others do not resume them is a row of `resumption.test.ts`.
          const other = change.auth !== undefined || change.peer !== undefined;
          if (other && keeping.store === null) continue;
          tests(`${kind.name}, ${judge}, ${keeping.name}: ${change.name}: ${change.comes}`, () =>
            new Experiment(provider, kind, keeping, judge, change).run(),
          );
        }
      }
    }
  }
  tests.run();
}
