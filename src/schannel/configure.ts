/**
 * A credential and the arguments of the first handshake call make the Configuration of one connection.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { toHex, utf8 } from "../bytes/text.ts";
import type { Role } from "../engine/engine.ts";
import type { Configuration } from "../handshake/configuration.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import {
  DEFAULT_CLIENT_LIMITS,
  DEFAULT_MUTUAL_SERVER_LIMITS,
  DEFAULT_SERVER_LIMITS,
} from "../protocol/limits.ts";
import {
  ASC_REQ_MUTUAL_AUTH,
  hasFlag,
  ISC_REQ_MANUAL_CRED_VALIDATION,
  ISC_REQ_USE_SUPPLIED_CREDS,
} from "../sspi/context-flags.ts";
import { SEC_E_TARGET_UNKNOWN } from "../sspi/security-status.ts";
import * as constants from "./constants.ts";
import type { SealwireOptions } from "./credential-types.ts";
import type { SchannelCredential } from "./credentials.ts";
import { loadCertificate } from "./own-certificates.ts";
import { PeerVerifier, type ValidationMode } from "./peer-verifier.ts";
import { refuse } from "./refusal.ts";
import { sniOf, verifiedName } from "./target-name.ts";

/** What the first call says beside its credential. */
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
  readonly configuration: ConnectionSettings;
  readonly verifier: PeerVerifier;
}

/** Settings of one connection. Refuses with SEC_E_TARGET_UNKNOWN a target name that is not ASCII. */
export function configure(credential: SchannelCredential, call: FirstCall): ConfiguredConnection {
  const { environment, options } = credential;
  const { role, targetName, alpnProtocols } = call;
  const client = role === "client";
  const algorithms = credential.chooseAlgorithms(role, alpnProtocols);
  const require = options.requireClientCertificate === true;
  const mutual = !client && (require || hasFlag(call.contextReq, ASC_REQ_MUTUAL_AUTH));
  const verifier = verifierOf(credential, call);
  const nameChecked =
    verifier.mode !== "skip" && (credential.flags & constants.SCH_CRED_NO_SERVERNAME_CHECK) === 0;
  const limits = client
    ? DEFAULT_CLIENT_LIMITS
    : mutual
      ? DEFAULT_MUTUAL_SERVER_LIMITS
      : DEFAULT_SERVER_LIMITS;
  checkTarget(targetName);
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
    groups: algorithms.groups,
    keyShares: algorithms.keyShares,
    signatureSchemes: algorithms.signatureSchemes,
    signingSchemes: algorithms.signingSchemes,
    alpnProtocols,
    extendedMasterSecret: options.extendedMasterSecret ?? "offer",
    encryptThenMac: options.encryptThenMac ?? true,
    serverName,
    verifyName: nameChecked ? target : null,
    verifier,
    credentials: credential.certificates,
    selectCredential: selectorOf(credential),
    askForCredential: client && !hasFlag(call.contextReq, ISC_REQ_USE_SUPPLIED_CREDS),
    postHandshakeAuth: client && (options.postHandshakeAuth ?? credential.certificates.length > 0),
    requestClientCertificate: mutual,
    requireClientCertificate: require,
    certificateAuthorities: options.certificateAuthorities ?? [],
    requestOcsp: client,
    sessionStore: credential.sessionStore,
    sessionKey: client ? sessionKey(credential, call, verifier.mode, target ?? "", serverName) : "",
    ticketKeys: client ? null : credential.ticketKeys,
    ticketCount: credential.ticketCount,
    sessionLifetime: credential.sessionLifetime,
    allowRenegotiation: options.allowRenegotiation ?? false,
    keyLog: options.keyLog ?? null,
  };
  return { configuration, verifier };
}

function checkTarget(targetName: string | null): void {
  for (let i = 0; i < (targetName?.length ?? 0); i++) {
    if ((targetName?.charCodeAt(i) ?? 0) > 0x7f) {
      refuse(
        SEC_E_TARGET_UNKNOWN,
        "TargetNameNotAscii",
        `targetName ${JSON.stringify(targetName)} is not ASCII; give the A-label form (xn--…)`,
      );
    }
  }
}

/** `serverName: null` sends none: the one option where null is not the same as absent. */
function sni(options: SealwireOptions, targetName: string | null): string | null {
  if (options.serverName === null) return null;
  const name = options.serverName ?? targetName;
  return name === null ? null : sniOf(name);
}

function verifierOf(credential: SchannelCredential, call: FirstCall): PeerVerifier {
  const { flags, options, verifier } = credential;
  const client = call.role === "client";
  const mode = modeOf(credential, call);
  const nameNeeded = client && (flags & constants.SCH_CRED_NO_SERVERNAME_CHECK) === 0;
  return new PeerVerifier(mode, verifier, options.verifyPeer ?? null, nameNeeded);
}

function modeOf({ flags, options, trust }: SchannelCredential, call: FirstCall): ValidationMode {
  const client = call.role === "client";
  const manual =
    (flags & constants.SCH_CRED_MANUAL_CRED_VALIDATION) !== 0 ||
    (client && hasFlag(call.contextReq, ISC_REQ_MANUAL_CRED_VALIDATION));
  if (manual) return "skip";
  if ((flags & constants.SCH_CRED_DEFERRED_CRED_VALIDATION) !== 0) return "defer";
  // Schannel leaves client certificates to the application; anchors, or a certificate that must be there, are the
  // wish that we look at them.
  if (!client && trust === null && options.requireClientCertificate !== true) return "skip";
  return "enforce";
}

function selectorOf(credential: SchannelCredential): Configuration["selectCredential"] {
  const select = credential.options.selectCredential;
  if (select == null) return null;
  const sendRoot = (credential.flags & constants.SCH_SEND_ROOT_CERT) !== 0;
  const load = (chosen: Awaited<ReturnType<typeof select>>): Credential | null =>
    chosen == null ? null : loadCertificate(chosen, credential.environment.certificates, sendRoot);
  return (hello) => {
    const chosen = select(hello);
    return chosen instanceof Promise ? chosen.then(load) : load(chosen);
  };
}

/**
 * Names what a session may be shared between: same target, same protocols, same way of deciding on the peer, same
 * own identity. In the default store, which is the credential handle's own, the target and the call tell apart
 * enough; a store of the caller's also sees the other settings.
 */
function sessionKey(
  credential: SchannelCredential,
  call: FirstCall,
  mode: ValidationMode,
  target: string,
  serverName: string | null,
): string {
  const { environment, options, sharedStore, trust } = credential;
  const connection = JSON.stringify([target, serverName, call.alpnProtocols, mode]);
  if (!sharedStore) return `${target}|${connection}`;
  const { certificates, provider } = environment;
  const parts = [
    utf8(connection),
    utf8(JSON.stringify([credential.flags, options.verifyPeer != null])),
    ...credential.certificates.map(({ chain }) =>
      provider.digest("sha256", chain[0] ?? new Uint8Array(0)),
    ),
    ...(trust === null ? [] : certificates.roots(trust)),
  ];
  return `${target}|${toHex(provider.digest("sha256", concat(...parts)))}`;
}
