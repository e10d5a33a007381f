/**
 * AcquireCredentialsHandle: SCHANNEL_CRED (4), SCH_CREDENTIALS (5) or nothing to a frozen credential, every row of
 * reference 2.1. Flags that mean nothing outside Windows (system mapper, default credentials, cache-only retrieval,
 * restricted roots, aux record) are accepted without effect.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import type { Role } from "../engine/engine.ts";
import type { CertificateVerifier, Credential } from "../handshake/peer-identity.ts";
import { MemorySessionStore, type SessionStore } from "../handshake/session-store.ts";
import type { TicketKeys } from "../handshake/ticket.ts";
import type { CertContext } from "../pki/cert-context.ts";
import { TlsFailure } from "../protocol/failure.ts";
import { asciiHost, isHostName } from "../protocol/host-name.ts";
import type { TimeStamp } from "../sspi/attribute-values.ts";
import { readMember, readOptions } from "../sspi/option-shape.ts";
import {
  SECPKG_CRED_BOTH,
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
} from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import type { AcquireCall } from "../sspi/security-package.ts";
import {
  SEC_E_ALGORITHM_MISMATCH,
  SEC_E_INVALID_PARAMETER,
  SEC_E_NO_CREDENTIALS,
  SEC_E_UNKNOWN_CREDENTIALS,
  SEC_E_UNSUPPORTED_FUNCTION,
} from "../sspi/security-status.ts";
import { MAXIMUM_TIME, timeStamp } from "../sspi/time-stamp.ts";
import { type AlgorithmChooser, algorithmChooser } from "./algorithm-choice.ts";
import * as constants from "./constants.ts";
import { CredentialLife } from "./credential-life.ts";
import {
  SCH_CREDENTIALS_HINTS,
  SCH_CREDENTIALS_MEMBERS,
  SCHANNEL_CRED_HINTS,
  SCHANNEL_CRED_MEMBERS,
} from "./credential-shapes.ts";
import type {
  SCH_CREDENTIALS,
  SCHANNEL_CRED,
  SchannelAuthData,
  SealwireOptions,
} from "./credential-types.ts";
import { clockOf, randomOf, sourcesOf } from "./given-functions.ts";
import { Helpers, isForeignKey } from "./helpers.ts";
import { loadCertificates } from "./local-certificates.ts";
import type { ClientPsk, PackageDependencies } from "./package-dependencies.ts";
import { revocationPolicy } from "./revocation-policy.ts";

/** Seconds: ten hours, Schannel's lifetime of a session and ours at most for tickets. */
const DEFAULT_SESSION_LIFETIME = 36_000;
/** Seconds: seven days (RFC 8446 §4.6.1). */
const MAX_SESSION_LIFETIME = 604_800;
/** Tickets that a server gives to one connection. */
const MAX_TICKET_COUNT = 16;
const NO_KEYS: ClientPsk = { preSharedKey: null, pskProof: null };

const REVOCATION_FLAGS = [
  constants.SCH_CRED_REVOCATION_CHECK_END_CERT,
  constants.SCH_CRED_REVOCATION_CHECK_CHAIN,
  constants.SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT,
] as const;

/** What a credential handle stands for. Contexts keep it when the handle is freed. */
export interface SchannelCredential {
  readonly environment: PackageDependencies;
  readonly roles: readonly Role[];
  /** The caller's structure, a snapshot; null: none was given. */
  readonly auth: SchannelAuthData | null;
  readonly flags: number;
  readonly options: SealwireOptions;
  readonly chooseAlgorithms: AlgorithmChooser;
  readonly certificates: readonly Credential[];
  /** Client: external PSKs. */
  readonly clientKeys: ClientPsk;
  /** The caller's `hRootStore`, or null. */
  readonly trust: unknown;
  /** The built-in verdict on a peer's chain. */
  readonly verifier: CertificateVerifier;
  /** Null: no resumption. */
  readonly sessionStore: SessionStore | null;
  /** The store is the caller's and may be shared with other credentials. */
  readonly sharedStore: boolean;
  /** SECPKG_ATTR_APP_DATA by session; in memory, bounded as the default session store. */
  readonly applicationData: MemorySessionStore;
  readonly ticketKeys: TicketKeys | null;
  readonly ticketCount: number;
  /** Seconds. */
  readonly sessionLifetime: number;
  readonly clock: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly expiry: TimeStamp;
  /** Overwrites what is secret of the above, at the end. */
  readonly life: CredentialLife;
}

/** Makes a credential, or throws a Refusal with the status of reference 2.1. */
export function acquireCredential(
  given: PackageDependencies,
  { credentialUse, authData }: AcquireCall,
): SchannelCredential {
  const roles = rolesOf(credentialUse);
  if (roles.length === 0 || (authData === null && credentialUse !== SECPKG_CRED_OUTBOUND)) {
    refuse(
      SEC_E_NO_CREDENTIALS,
      "NoAuthData",
      "credentialUse must be SECPKG_CRED_OUTBOUND, or come with an SCH_CREDENTIALS or SCHANNEL_CRED",
    );
  }
  const auth = authData === null ? null : structureOf(authData);
  if (auth !== null) checkLimits(auth);
  const flags = (auth?.dwFlags ?? 0) >>> 0;
  checkFlags(flags);
  const options = auth?.sealwire ?? {};
  const environment = withCiphers(given, options);
  const { provider, preSharedKeys } = environment;
  const chooseAlgorithms = algorithmChooser(auth, roles, provider, preSharedKeys?.suites);
  checkOptions(options);
  const missing = environment.explainMissingFeature?.({
    server: roles.includes("server"),
    revocation: REVOCATION_FLAGS.some((flag) => (flags & flag) !== 0) || options.revocation != null,
    ownRandomness: options.random != null,
    preSharedKey:
      (flags & constants.SCH_USE_PRESHAREDKEY_ONLY) !== 0 ||
      (options.preSharedKey ?? options.preSharedKeyForHint) != null,
  });
  if (missing != null) refuse(SEC_E_UNSUPPORTED_FUNCTION, "NotBuilt", missing);
  if (roles.includes("server")) {
    preSharedKeys?.checkServer(options, chooseAlgorithms("server", []));
  }
  const helpers = new Helpers(options);
  const contexts = ownContexts(auth);
  const certificates = loadCertificates(
    contexts,
    environment.certificates,
    (flags & constants.SCH_SEND_ROOT_CERT) !== 0,
  ).map((loaded, i) => (isForeignKey(contexts[i]?.privateKey) ? helpers.signing(loaded) : loaded));
  const trust = auth?.hRootStore ?? null;
  const verifier = verifierOf(environment, trust, flags, options, helpers);
  const clock = clockOf(environment, options, helpers);
  const random = randomOf(environment, options, helpers);
  const lifetime = lifetimeOf(auth);
  const inbound = roles.includes("server");
  const clientKeys =
    preSharedKeys !== undefined && roles.includes("client")
      ? preSharedKeys.ofClient(options, chooseAlgorithms("client", []))
      : NO_KEYS;
  const ownStore = new MemorySessionStore(clock);
  const applicationData = new MemorySessionStore(clock);
  const ticketKeys =
    inbound && lifetime > 0
      ? (environment.servers?.makeTicketKeys(provider, random, clock) ?? null)
      : null;
  return Object.freeze({
    environment,
    roles,
    auth,
    flags,
    options,
    chooseAlgorithms,
    certificates,
    clientKeys,
    trust,
    verifier,
    sessionStore: lifetime === 0 ? null : (options.sessionStore ?? ownStore),
    sharedStore: options.sessionStore != null,
    applicationData,
    ticketKeys,
    ticketCount: Math.min(options.ticketCount ?? 1, MAX_TICKET_COUNT),
    sessionLifetime: lifetime,
    clock,
    random,
    expiry: expiryOf(environment, certificates),
    life: new CredentialLife(() => {
      ownStore.clear();
      applicationData.clear();
      ticketKeys?.wipe();
      wipe(clientKeys.preSharedKey?.key);
      for (const { key } of certificates) key.wipe?.();
    }),
  });
}

function rolesOf(credentialUse: number): readonly Role[] {
  if (credentialUse === SECPKG_CRED_OUTBOUND) return ["client"];
  if (credentialUse === SECPKG_CRED_INBOUND) return ["server"];
  return credentialUse === SECPKG_CRED_BOTH ? ["client", "server"] : [];
}

/** With the caller's ciphers, where the entry leaves some to its callers. */
function withCiphers(
  environment: PackageDependencies,
  { ciphers }: SealwireOptions,
): PackageDependencies {
  const { provider } = environment;
  if (ciphers == null || provider.withAeads === undefined) return environment;
  return { ...environment, provider: provider.withAeads(ciphers) };
}

/** The structure as a snapshot: later changes of the caller's object change nothing. */
function structureOf(authData: unknown): SchannelAuthData {
  const dwVersion = readMember(authData, "dwVersion", "authData");
  if (
    dwVersion !== constants.SCHANNEL_CRED_VERSION &&
    dwVersion !== constants.SCH_CREDENTIALS_VERSION
  ) {
    refuse(
      SEC_E_UNKNOWN_CREDENTIALS,
      "UnknownStructure",
      `dwVersion ${String(dwVersion)} is neither SCHANNEL_CRED_VERSION (4) nor SCH_CREDENTIALS_VERSION (5)`,
    );
  }
  const path = "authData";
  return dwVersion === constants.SCHANNEL_CRED_VERSION
    ? readOptions<SCHANNEL_CRED>(authData, {
        ...{ shape: SCHANNEL_CRED_MEMBERS, hints: SCHANNEL_CRED_HINTS },
        ...{ path, nullIsAbsent: true },
      })
    : readOptions<SCH_CREDENTIALS>(authData, {
        ...{ shape: SCH_CREDENTIALS_MEMBERS, hints: SCH_CREDENTIALS_HINTS },
        ...{ path, nullIsAbsent: true },
      });
}

function ownContexts(auth: SchannelAuthData | null): readonly CertContext[] {
  const all = auth?.paCred ?? [];
  return auth?.cCreds == null ? all : all.slice(0, auth.cCreds);
}

function checkLimits(auth: SchannelAuthData): void {
  const over = (count: number | null | undefined, list: unknown, limit: number): boolean => {
    const length = Array.isArray(list) ? list.length : 0;
    return (count ?? length) > Math.min(limit, length) || length > limit;
  };
  const wrong = (what: string): never =>
    refuse(
      SEC_E_UNKNOWN_CREDENTIALS,
      "TooManyParameters",
      `${what}: more than the SDK allows, or more counted than given`,
    );
  if ((auth.dwCredFormat ?? 0) !== constants.SCH_CRED_FORMAT_CERT_CONTEXT) {
    refuse(SEC_E_UNKNOWN_CREDENTIALS, "UnknownStructure", "dwCredFormat must be 0");
  }
  if (over(auth.cCreds, auth.paCred, constants.SCH_CRED_MAX_SUPPORTED_CERTS)) wrong("paCred");
  if (auth.dwVersion === constants.SCHANNEL_CRED_VERSION) {
    const { cSupportedAlgs, palgSupportedAlgs } = auth;
    if (over(cSupportedAlgs, palgSupportedAlgs, constants.SCH_CRED_MAX_SUPPORTED_ALGS)) {
      wrong("palgSupportedAlgs");
    }
    return;
  }
  const sets = auth.pTlsParameters ?? [];
  if (over(auth.cTlsParameters, sets, constants.SCH_CRED_MAX_SUPPORTED_PARAMETERS)) {
    wrong("pTlsParameters");
  }
  for (const set of sets) {
    if (over(set.cAlpnIds, set.rgstrAlpnIds, constants.SCH_CRED_MAX_SUPPORTED_ALPN_IDS)) {
      wrong("rgstrAlpnIds");
    }
    const settings = set.pDisabledCrypto ?? [];
    if (over(set.cDisabledCrypto, settings, constants.SCH_CRED_MAX_SUPPORTED_CRYPTO_SETTINGS)) {
      wrong("pDisabledCrypto");
    }
    for (const { cChainingModes, rgstrChainingModes } of settings) {
      const limit = constants.SCH_CRED_MAX_SUPPORTED_CHAINING_MODES;
      if (over(cChainingModes, rgstrChainingModes, limit)) wrong("rgstrChainingModes");
    }
  }
  if (sets.filter((set) => (set.rgstrAlpnIds?.length ?? 0) === 0).length > 1) {
    wrong("two TLS_PARAMETERS without ALPN ids");
  }
}

function checkFlags(flags: number): void {
  if (REVOCATION_FLAGS.filter((flag) => (flags & flag) !== 0).length > 1) {
    refuse(
      SEC_E_UNKNOWN_CREDENTIALS,
      "ConflictingFlags",
      "at most one of the SCH_CRED_REVOCATION_CHECK_* flags may be set",
    );
  }
  if ((flags & constants.SCH_USE_DTLS_ONLY) !== 0) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "NotBuilt",
      "DTLS is not built: SCH_USE_DTLS_ONLY leaves nothing",
    );
  }
}

function checkOptions(options: SealwireOptions): void {
  if (options.serverName != null && !isHostName(asciiHost(options.serverName) ?? "")) {
    const name = JSON.stringify(options.serverName);
    refuse(
      SEC_E_INVALID_PARAMETER,
      "InvalidOption",
      `sealwire.serverName ${name} is not a DNS name`,
    );
  }
}

function verifierOf(
  environment: PackageDependencies,
  trust: unknown,
  flags: number,
  options: SealwireOptions,
  helpers: Helpers,
): CertificateVerifier {
  const given = options.revocation ?? {};
  const revocation = revocationPolicy(flags, given);
  const revocationSources = sourcesOf(given, helpers);
  try {
    return environment.certificates.verifier(trust, { revocation, revocationSources });
  } catch (error) {
    if (error instanceof TlsFailure) {
      refuse(SEC_E_INVALID_PARAMETER, error.reason, `sealwire.revocation: ${error.message}`);
    }
    const text = error instanceof Error ? error.message : String(error);
    return refuse(SEC_E_UNKNOWN_CREDENTIALS, "UnknownTrustStore", text);
  }
}

/** Seconds; 0: no resumption. */
function lifetimeOf(auth: SchannelAuthData | null): number {
  const lifespan = auth?.dwSessionLifespan ?? 0;
  if (lifespan === -1 || lifespan === 0xffffffff) return 0;
  const ticketLifetime = auth?.sealwire?.ticketLifetime;
  if (ticketLifetime != null) return Math.floor(Math.min(ticketLifetime, DEFAULT_SESSION_LIFETIME));
  if (lifespan === 0) return DEFAULT_SESSION_LIFETIME;
  return Math.min(Math.ceil(lifespan / 1000), MAX_SESSION_LIFETIME);
}

function expiryOf(
  environment: PackageDependencies,
  certificates: readonly Credential[],
): TimeStamp {
  const leaf = certificates[0]?.chain[0];
  return leaf === undefined
    ? MAXIMUM_TIME
    : timeStamp(environment.certificates.readLeaf(leaf).notAfter);
}
