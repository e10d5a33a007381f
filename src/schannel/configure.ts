/**
 * A credential and the arguments of the first handshake call make the Configuration of one connection.
 */
import type { Role } from "../engine/engine.ts";
import type { Configuration } from "../handshake/configuration.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import { asciiHost } from "../protocol/host-name.ts";
import { DEFAULT_CLIENT_LIMITS } from "../protocol/limits.ts";
import {
  ASC_REQ_MUTUAL_AUTH,
  hasFlag,
  ISC_REQ_MANUAL_CRED_VALIDATION,
  ISC_REQ_USE_SUPPLIED_CREDS,
} from "../sspi/context-flags.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_TARGET_UNKNOWN } from "../sspi/security-status.ts";
import * as constants from "./constants.ts";
import type { SealwireOptions } from "./credential-types.ts";
import type { SchannelCredential } from "./credentials.ts";
import { keyLogOf } from "./given-functions.ts";
import { Helpers } from "./helpers.ts";
import { PeerVerifier, type ValidationMode } from "./peer-verifier.ts";
import { clientSessionKey } from "./session-key.ts";
import { sniOf, verifiedName } from "./target-name.ts";

/** What the first call provides beside its credential. */
export interface FirstCall {
  readonly role: Role;
  readonly targetName: string | null;
  readonly contextReq: number;
  readonly alpnProtocols: readonly string[];
}

/** Settings of a connection. Its certificates are replaced when a later call brings another credential. */
export interface ConnectionSettings extends Configuration {
  credentials: readonly Credential[];
}

export interface ConfiguredConnection {
  readonly helpers: Helpers;
  readonly configuration: ConnectionSettings;
  readonly verifier: PeerVerifier;
}

/** Settings of one connection. Refuses with SEC_E_TARGET_UNKNOWN a target name that cannot be mapped to ASCII. */
export function configure(credential: SchannelCredential, call: FirstCall): ConfiguredConnection {
  const { environment, options } = credential;
  const servers = call.role === "server" ? environment.servers : undefined;
  const { role, alpnProtocols } = call;
  const targetName = asciiTarget(call.targetName);
  const client = role === "client";
  const algorithms = credential.chooseAlgorithms(role, alpnProtocols);
  const require = options.requireClientCertificate === true;
  const mutual = !client && (require || hasFlag(call.contextReq, ASC_REQ_MUTUAL_AUTH));
  const helpers = new Helpers(options);
  const verifier = verifierOf(credential, call, helpers);
  const nameChecked = (credential.flags & constants.SCH_CRED_NO_SERVERNAME_CHECK) === 0;
  const limits = servers?.limits(mutual) ?? DEFAULT_CLIENT_LIMITS;
  const serverName = client ? sni(options, targetName) : null;
  const target = client && targetName !== null ? verifiedName(targetName) : null;
  // Written out, without spreads and accessors: so it is one quick object, which every step of a handshake reads.
  const configuration: ConnectionSettings = {
    provider: environment.provider,
    clock: credential.clock,
    random: credential.random,
    randomIsFixed: options.random != null,
    readLeaf: environment.certificates.readLeaf,
    limits: { ...limits, ...options.limits },
    versions: algorithms.versions,
    cipherSuites: algorithms.cipherSuites,
    preferClientCipherOrder: options.preferClientCipherOrder ?? false,
    groups: algorithms.groups,
    keyShares: algorithms.keyShares,
    signatureSchemes: algorithms.signatureSchemes,
    certificateSchemes: algorithms.certificateSchemes,
    signingSchemes: algorithms.signingSchemes,
    alpnProtocols,
    extendedMasterSecret: options.extendedMasterSecret ?? "offer",
    encryptThenMac: options.encryptThenMac ?? true,
    serverName,
    verifyName: nameChecked ? target : null,
    verifier,
    credentials: credential.certificates,
    selectCredential: servers?.selector(credential, helpers) ?? null,
    selectProtocol: servers?.protocolSelector(options, helpers) ?? null,
    preSharedKey: credential.clientKeys.preSharedKey,
    pskProof: credential.clientKeys.pskProof,
    selectPreSharedKey: client
      ? null
      : (environment.preSharedKeys?.selector(options, helpers) ?? null),
    pskHint: options.preSharedKeyHint ?? null,
    askForCredential: client && !hasFlag(call.contextReq, ISC_REQ_USE_SUPPLIED_CREDS),
    postHandshakeAuth: client && (options.postHandshakeAuth ?? credential.certificates.length > 0),
    requestClientCertificate: mutual,
    requireClientCertificate: require,
    certificateAuthorities: options.certificateAuthorities ?? [],
    requestOcsp: client && environment.certificates.checksRevocation,
    sessionStore:
      credential.sharedStore && credential.sessionStore !== null
        ? helpers.store(credential.sessionStore)
        : credential.sessionStore,
    storeIdentity: credential.sessionStore,
    sessionKey: client
      ? clientSessionKey(credential, verifier.mode, target ?? "", serverName, alpnProtocols)
      : mutual
        ? (servers?.sessionKey(credential, verifier.mode) ?? "")
        : "",
    reuseTickets: options.reuseTickets ?? false,
    ticketKeys: client ? null : credential.ticketKeys,
    ticketCount: credential.ticketCount,
    sessionLifetime: credential.sessionLifetime,
    allowRenegotiation: options.allowRenegotiation ?? false,
    keyLog: keyLogOf(options, helpers),
  };
  return { configuration, verifier, helpers };
}

/** The target name in ASCII. @throws Refusal SEC_E_TARGET_UNKNOWN one that cannot be mapped */
function asciiTarget(targetName: string | null): string | null {
  if (targetName === null) return null;
  return (
    asciiHost(targetName) ??
    refuse(
      SEC_E_TARGET_UNKNOWN,
      "TargetNameNotAscii",
      `targetName ${JSON.stringify(targetName.slice(0, 200))} is not ASCII and cannot be mapped; give the A-label form (xn--…)`,
    )
  );
}

/** `serverName: null` sends none: the one option where null is not the same as absent. */
function sni(options: SealwireOptions, targetName: string | null): string | null {
  if (options.serverName === null) return null;
  const name = options.serverName == null ? targetName : asciiHost(options.serverName);
  return name === null ? null : sniOf(name);
}

function verifierOf(
  credential: SchannelCredential,
  call: FirstCall,
  helpers: Helpers,
): PeerVerifier {
  const { flags, options, verifier } = credential;
  const client = call.role === "client";
  const mode = modeOf(credential, call);
  const nameNeeded = client && (flags & constants.SCH_CRED_NO_SERVERNAME_CHECK) === 0;
  return new PeerVerifier(mode, verifier, verifyPeerOf(options, helpers), nameNeeded);
}

/** A value that is not a decision is a failure of `verifyPeer`, not a decision. */
function verifyPeerOf(
  { verifyPeer }: SealwireOptions,
  helpers: Helpers,
): NonNullable<SealwireOptions["verifyPeer"]> | null {
  return verifyPeer == null
    ? null
    : (chain, facts) =>
        helpers.needed("sealwire.verifyPeer", () => verifyPeer(chain, facts), isDecision);
}

function isDecision(answer: unknown): string | null {
  const { ok } = (answer ?? {}) as { ok?: unknown };
  return typeof ok === "boolean" ? null : "with { ok: true } or { ok: false }";
}

function modeOf({ flags, options, trust }: SchannelCredential, call: FirstCall): ValidationMode {
  const client = call.role === "client";
  const manual =
    (flags & constants.SCH_CRED_MANUAL_CRED_VALIDATION) !== 0 ||
    (client && hasFlag(call.contextReq, ISC_REQ_MANUAL_CRED_VALIDATION));
  if (manual) return "skip";
  if ((flags & constants.SCH_CRED_DEFERRED_CRED_VALIDATION) !== 0) return "defer";
  // Schannel leaves client certificates to the application. Anchors, or a required certificate, request that we
  // validate them.
  if (!client && trust === null && options.requireClientCertificate !== true) return "skip";
  return "enforce";
}
