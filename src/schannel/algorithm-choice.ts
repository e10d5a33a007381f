/**
 * Versions, suites, groups and signature schemes that a credential stands for: the registries' defaults less what the
 * structures deny, or exactly what the `sealwire` member lists, less the PSK suites where there is no external PSK.
 * Refuses with SEC_E_ALGORITHM_MISMATCH what is not built and what leaves nothing.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { CIPHER_SUITES, type CipherSuite, cipherSuite } from "../protocol/cipher-suite.ts";
import { NAMED_GROUPS, type NamedGroup, namedGroup } from "../protocol/named-group.ts";
import {
  SIGNATURE_SCHEMES,
  type SignatureScheme,
  signatureScheme,
} from "../protocol/signature-scheme.ts";
import { type ProtocolVersion, TLS13 } from "../protocol/version.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_ALGORITHM_MISMATCH } from "../sspi/security-status.ts";
import {
  deniesGroup,
  deniesScheme,
  deniesSuite,
  suiteInAlgorithmList,
  suiteInStrengths,
} from "./algorithm-restrictions.ts";
import { TLS_PARAMS_OPTIONAL } from "./constants.ts";
import type {
  CRYPTO_SETTINGS,
  SCHANNEL_CRED,
  SchannelAuthData,
  SealwireOptions,
  TLS_PARAMETERS,
} from "./credential-types.ts";
import { enabledVersions, versionsWithout } from "./protocol-mask.ts";

export interface AlgorithmChoice {
  readonly versions: readonly ProtocolVersion[];
  readonly cipherSuites: readonly CipherSuite[];
  readonly groups: readonly NamedGroup[];
  readonly keyShares: readonly NamedGroup[];
  readonly signatureSchemes: readonly SignatureScheme[];
  readonly certificateSchemes: readonly SignatureScheme[];
  readonly signingSchemes: readonly SignatureScheme[];
}

/** Which suites are usable with the external PSKs that exist. */
export interface PskSuites {
  /** Of those that are named. */
  allows(suite: CipherSuite): boolean;
  byDefault(suite: CipherSuite): boolean;
}
export type PskPolicy = (auth: SchannelAuthData | null, side: "client" | "server") => PskSuites;

/** What applies to a connection, by our side and our ALPN protocols. */
export type AlgorithmChooser = (
  side: "client" | "server",
  alpn: readonly string[],
) => AlgorithmChoice;

/**
 * `chooseAlgorithms` for all connections of a credential: the choice is made once unless TLS_PARAMETERS make it hang on
 * the ALPN protocols. Refuses at once what no connection could use.
 */
export function algorithmChooser(
  auth: SchannelAuthData | null,
  sides: readonly ("client" | "server")[],
  provider: CryptoProvider,
  keys?: PskPolicy,
): AlgorithmChooser {
  const choose = (side: "client" | "server", alpn: readonly string[]): AlgorithmChoice =>
    chooseAlgorithms(auth, side, alpn, provider, keys);
  const made = new Map(sides.map((side) => [side, choose(side, [])]));
  const byAlpn = auth?.dwVersion === 5 && (auth.pTlsParameters ?? []).some(hasAlpnIds);
  return (side, alpn) => (byAlpn ? undefined : made.get(side)) ?? choose(side, alpn);
}

function hasAlpnIds({ rgstrAlpnIds }: TLS_PARAMETERS): boolean {
  return (rgstrAlpnIds ?? []).length > 0;
}

/**
 * What applies to one connection.
 * @param auth the caller's structure; null: the system's defaults
 * @param alpn our protocols; TLS_PARAMETERS with ALPN ids apply if they list one of our protocols
 * @param keys absent: external PSKs are not considered
 */
export function chooseAlgorithms(
  auth: SchannelAuthData | null,
  side: "client" | "server",
  alpn: readonly string[],
  provider: CryptoProvider,
  keys?: PskPolicy,
): AlgorithmChoice {
  const sets = auth?.dwVersion === 5 ? (auth.pTlsParameters ?? []) : [];
  const applying = sets.filter((set) => applies(set, alpn));
  const firm = applying.filter((set) => !isOptional(set));
  const attempt = applying.length > firm.length ? attemptWith(applying) : null;
  return attempt ?? choose(auth, side, firm, provider, keys);

  /** Optional parameters are honoured only if they leave something. */
  function attemptWith(all: readonly TLS_PARAMETERS[]): AlgorithmChoice | null {
    try {
      return choose(auth, side, all, provider, keys);
    } catch {
      return null;
    }
  }
}

function applies(set: TLS_PARAMETERS, alpn: readonly string[]): boolean {
  return !hasAlpnIds(set) || (set.rgstrAlpnIds ?? []).some((id) => alpn.includes(id));
}

function isOptional(set: TLS_PARAMETERS): boolean {
  return ((set.dwFlags ?? 0) & TLS_PARAMS_OPTIONAL) !== 0;
}

function choose(
  auth: SchannelAuthData | null,
  side: "client" | "server",
  sets: readonly TLS_PARAMETERS[],
  provider: CryptoProvider,
  keys: PskPolicy | undefined,
): AlgorithmChoice {
  const options = auth?.sealwire ?? {};
  const lacks = provider.lacks ?? (() => false);
  const denied = sets.flatMap((set) => set.pDisabledCrypto ?? []);
  const allowed = allowedVersions(auth, side, sets);
  const cipherSuites = chooseSuites(auth, allowed, denied, provider, keys?.(auth, side));
  const versions = allowed.filter((version) => cipherSuites.some((s) => s.version === version));
  if (versions.length === 0) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "NothingEnabled",
      "the credential leaves no protocol version with a cipher suite; only TLS 1.2 and TLS 1.3 are built, and PSK suites need a key",
    );
  }
  const groups = chooseGroups(options, cipherSuites, denied, provider);
  const certificateSchemes = SIGNATURE_SCHEMES.filter(
    (scheme) =>
      scheme.enabledByDefault &&
      !lacks(scheme) &&
      !denied.some((setting) => deniesScheme(setting, scheme)),
  );
  const signatureSchemes =
    options.signatureSchemes != null
      ? named(options.signatureSchemes, signatureScheme, "signature scheme", lacks)
      : certificateSchemes;
  return {
    versions,
    cipherSuites,
    groups,
    keyShares: chooseKeyShares(options, groups),
    signatureSchemes,
    certificateSchemes,
    signingSchemes:
      options.signingSchemes != null
        ? named(options.signingSchemes, signatureScheme, "signature scheme", lacks)
        : signatureSchemes,
  };
}

function allowedVersions(
  auth: SchannelAuthData | null,
  side: "client" | "server",
  sets: readonly TLS_PARAMETERS[],
): readonly ProtocolVersion[] {
  if (auth?.dwVersion !== 4) {
    const disabled = sets.reduce((mask, set) => mask | (set.grbitDisabledProtocols ?? 0), 0);
    return versionsWithout(disabled, side);
  }
  // SCHANNEL_CRED never reaches TLS 1.3 on Windows; naming one of its suites is asking for it.
  const asked = (auth.sealwire?.cipherSuites ?? []).some(
    (code) => cipherSuite(code)?.version === TLS13,
  );
  return enabledVersions(auth.grbitEnabledProtocols ?? 0, side).filter(
    (version) => version !== TLS13 || asked,
  );
}

function chooseSuites(
  auth: SchannelAuthData | null,
  versions: readonly ProtocolVersion[],
  denied: readonly CRYPTO_SETTINGS[],
  { preferred, lacks = () => false }: CryptoProvider,
  keys: PskSuites | undefined,
): readonly CipherSuite[] {
  const listed = auth?.sealwire?.cipherSuites;
  if (listed != null) {
    return named(listed, cipherSuite, "cipher suite", lacks).filter(
      (s) => versions.includes(s.version) && (keys?.allows(s) ?? true),
    );
  }
  const rank = ({ version, cipher }: CipherSuite): number =>
    2 * version + (cipher.name === preferred ? 1 : 0);
  return CIPHER_SUITES.filter(
    (suite) =>
      (keys?.byDefault(suite) ?? suite.enabledByDefault) &&
      !lacks(suite) &&
      versions.includes(suite.version) &&
      (auth?.dwVersion !== 4 || admitted(auth, suite)) &&
      !denied.some((setting) => deniesSuite(setting, suite)),
  ).sort((one, other) => rank(other) - rank(one));
}

function admitted(auth: SCHANNEL_CRED, suite: CipherSuite): boolean {
  return (
    suiteInAlgorithmList(suite, auth.palgSupportedAlgs ?? []) &&
    suiteInStrengths(suite, auth.dwMinimumCipherStrength ?? 0, auth.dwMaximumCipherStrength ?? 0)
  );
}

function chooseGroups(
  options: SealwireOptions,
  suites: readonly CipherSuite[],
  denied: readonly CRYPTO_SETTINGS[],
  provider: CryptoProvider,
): readonly NamedGroup[] {
  const built = (group: NamedGroup): boolean => provider.keyAgreement(group.name) !== null;
  if (options.supportedGroups != null) {
    refuseNotEnabled(options.supportedGroups, built);
    const wanted = named(options.supportedGroups, namedGroup, "group", (group) => !built(group));
    refuseUseless(wanted, suites);
    return wanted;
  }
  // A DHE suite, which must have been named, brings its groups along.
  const finiteField = suites.some((suite) => suite.keyExchange === "dhe");
  const groups = NAMED_GROUPS.filter(
    (group) =>
      (group.enabledByDefault || (finiteField && group.kind === "finite-field")) &&
      !denied.some((setting) => deniesGroup(setting, group)) &&
      built(group),
  );
  refuseUseless(groups, suites);
  return groups;
}

/** Suites that agree on a key, and no group of their version to do it in. */
function refuseUseless(groups: readonly NamedGroup[], suites: readonly CipherSuite[]): void {
  const agreeing = suites.filter(({ keyExchange }) => !GROUPLESS.includes(keyExchange));
  const fits = ({ version }: CipherSuite): boolean =>
    groups.some(({ tls12, tls13 }) => (version === TLS13 ? tls13 : tls12));
  if (agreeing.length > 0 && !agreeing.some(fits)) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "NothingEnabled",
      "the credential leaves no group for a key exchange",
    );
  }
}

const GROUPLESS: readonly string[] = ["rsa", "psk"];

/** ML-KEM is known, but its code is not there yet. */
function refuseNotEnabled(codes: readonly number[], built: (group: NamedGroup) => boolean): void {
  for (const code of codes) {
    const group = namedGroup(code);
    if (group?.kind !== "hybrid" || built(group)) continue;
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "PostQuantumNotEnabled",
      `${group.name} takes ML-KEM, which this runtime does not bring along: call enablePostQuantum() of "sealwire/post-quantum" before`,
    );
  }
}

function chooseKeyShares(
  options: SealwireOptions,
  groups: readonly NamedGroup[],
): readonly NamedGroup[] {
  if (options.keyShares == null) return groups.filter((group) => group.tls13).slice(0, 1);
  const shares = named(options.keyShares, namedGroup, "group");
  for (const share of shares) {
    if (!groups.includes(share) || !share.tls13) {
      refuse(
        SEC_E_ALGORITHM_MISMATCH,
        "KeyShareWithoutGroup",
        `keyShares lists ${share.name}, which is not one of the groups for TLS 1.3`,
      );
    }
  }
  return shares;
}

/** The rows of IANA numbers, each once, in order; a number that is not built is refused. */
function named<Row>(
  codes: readonly number[],
  row: (code: number) => Row | undefined,
  what: string,
  lacks: (row: Row) => boolean = () => false,
): readonly Row[] {
  const rows = new Set<Row>();
  for (const code of codes) {
    const found = row(code);
    if (found === undefined || lacks(found)) {
      const where =
        found === undefined ? "" : " into this entry, or this runtime lacks it; look at the others";
      refuse(
        SEC_E_ALGORITHM_MISMATCH,
        "NotBuilt",
        `${what} 0x${Number(code).toString(16).padStart(4, "0")} is not built${where}`,
      );
    }
    rows.add(found);
  }
  return [...rows];
}
