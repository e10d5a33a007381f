/**
 * OpenSSL's words for suites, groups and signature schemes, as node:tls takes and gives them, to IANA numbers and back.
 * A word that neither we nor OpenSSL know is refused; a suite that only OpenSSL has is left out, as OpenSSL leaves out
 * those that it was built without.
 */
import { DEFAULT_CIPHERS as NODE_CIPHERS, getCiphers as opensslCiphers } from "node:tls";
import { CIPHER_SUITES, type CipherSuite, cipherSuite } from "../../protocol/cipher-suite.ts";
import { NAMED_GROUPS, type NamedGroup } from "../../protocol/named-group.ts";
import { SIGNATURE_SCHEMES, type SignatureScheme } from "../../protocol/signature-scheme.ts";
import { type ProtocolVersion, TLS13 } from "../../protocol/version.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { invalidOption } from "./node-error.ts";
import { isStrongEnough } from "./security-level.ts";

/** "ECDHE-RSA-AES128-GCM-SHA256"; TLS 1.3 suites have IANA's name. */
export function opensslName(suite: CipherSuite): string {
  if (suite.version === TLS13) return suite.name;
  // OpenSSL says CBC in the names of PSK suites alone.
  const cbc = suite.authentication === "psk" ? "" : "_CBC";
  return suite.name
    .replace(/^TLS_/, "")
    .replace("_WITH_", "_")
    .replace(/^RSA_/, "")
    .replace(/AES_(\d+)/, "AES$1")
    .replace(cbc, "")
    .replace("POLY1305_SHA256", "POLY1305")
    .replaceAll("_", "-");
}

const SUITES: ReadonlyMap<string, CipherSuite> = new Map(
  CIPHER_SUITES.flatMap((suite) => [
    [opensslName(suite), suite],
    [suite.name, suite],
  ]),
);

function byKey({ authentication }: CipherSuite): boolean {
  return authentication === "psk";
}

/** Groups of suites by OpenSSL's words, as far as they choose among those that are built. */
const KINDS: Readonly<Record<string, (suite: CipherSuite) => boolean>> = {
  ALL: () => true,
  DEFAULT: (suite) => suite.enabledByDefault,
  HIGH: (suite) => suite.enabledByDefault || (byKey(suite) && suite.cipher.kind === "aead"),
  ECDHE: (suite) => suite.keyExchange === "ecdhe" && !byKey(suite),
  EECDH: (suite) => suite.keyExchange === "ecdhe" && !byKey(suite),
  kECDHE: (suite) => suite.keyExchange === "ecdhe" && !byKey(suite),
  DHE: (suite) => suite.keyExchange === "dhe" && !byKey(suite),
  EDH: (suite) => suite.keyExchange === "dhe" && !byKey(suite),
  kEECDH: (suite) => suite.keyExchange === "ecdhe" && !byKey(suite),
  kEDH: (suite) => suite.keyExchange === "dhe" && !byKey(suite),
  kDHE: (suite) => suite.keyExchange === "dhe" && !byKey(suite),
  PSK: byKey,
  aPSK: byKey,
  kPSK: (suite) => suite.keyExchange === "psk",
  kECDHEPSK: (suite) => suite.keyExchange === "ecdhe" && byKey(suite),
  kDHEPSK: (suite) => suite.keyExchange === "dhe" && byKey(suite),
  RSA: (suite) => suite.keyExchange === "rsa",
  kRSA: (suite) => suite.keyExchange === "rsa",
  aRSA: (suite) => suite.authentication === "rsa",
  aECDSA: (suite) => suite.authentication === "ecdsa",
  ECDSA: (suite) => suite.authentication === "ecdsa",
  AES: (suite) => suite.cipher.name.startsWith("aes"),
  AES128: (suite) => suite.cipher.name.startsWith("aes-128"),
  AES256: (suite) => suite.cipher.name.startsWith("aes-256"),
  AESGCM: (suite) => suite.cipher.name.endsWith("gcm"),
  CHACHA20: (suite) => suite.cipher.name.startsWith("chacha20"),
  SHA1: (suite) => suite.mac === "sha1",
  SHA: (suite) => suite.mac === "sha1",
  SHA256: (suite) => suite.mac === "sha256",
  SHA384: (suite) => suite.mac === "sha384",
  "TLSv1.2": (suite) => suite.mac !== "sha1",
};
/** Kinds of which nothing is built. */
const EMPTY_KINDS: ReadonlySet<string> = new Set([
  ...["kECDHr", "kECDHe", "kDHr", "kDHd", "aECDH", "kKRB5", "KRB5", "aKRB5", "FIPS", "kGOST"],
  ...["SUITEB128", "SUITEB128ONLY", "SUITEB128C2", "SUITEB192", "aGOST", "GOST94", "GOST89MAC"],
  ...["LOW", "MEDIUM", "EXPORT", "EXP", "NULL", "eNULL", "aNULL", "ADH", "AECDH", "DES", "3DES"],
  ...["RC4", "RC2", "MD5", "kRSAPSK", "SRP", "kSRP", "aSRP", "CAMELLIA", "SEED"],
  ...["IDEA", "ARIA", "AESCCM", "AESCCM8", "DSS", "aDSS", "GOST", "kDH", "kECDH", "aDH"],
  ...["CBC", "SSLv2", "SSLv3", "FZA", "DH", "ECDH", "COMPLEMENTOFDEFAULT", "COMPLEMENTOFALL"],
]);
/** What the names of suites that OpenSSL had, or has elsewhere, are made of: lists name them still, and OpenSSL ignores them. */
const OLD_PARTS: ReadonlySet<string> = new Set([
  ...["EXP", "EXP1024", "ADH", "AECDH", "ECDH", "ECDHE", "DH", "DHE", "EDH", "RSA", "DSS", "ECDSA"],
  ...["KRB5", "PSK", "SRP", "NULL", "DES", "CBC", "CBC3", "EDE", "3DES", "RC4", "RC2", "IDEA"],
  ...["SEED", "CAMELLIA128", "CAMELLIA256", "ARIA128", "ARIA256", "AES128", "AES256", "GCM", "CCM"],
  ...["CCM8", "CHACHA20", "POLY1305", "SHA", "SHA256", "SHA384", "MD5", "40", "56", "64", "128"],
  ...["GOST94", "GOST2001", "GOST89", "GOST2012", "KUZNYECHIK", "MAGMA"],
]);
/** Suites of OpenSSL, and what node's own default list calls one. */
const OPENSSL_ONLY: ReadonlySet<string> = new Set([
  ...opensslCiphers().map((name) => name.toUpperCase()),
  ...NODE_CIPHERS.split(":").filter((name) => /^[A-Z0-9]+(-[A-Z0-9]+)+$/.test(name)),
]);

const NO_MATCH = "ERR_SSL_NO_CIPHER_MATCH";
/** What node says of a word that OpenSSL does not know. */
const UNKNOWN_CODES: Readonly<Record<string, string>> = {
  ciphers: NO_MATCH,
  ecdhCurve: "ERR_CRYPTO_OPERATION_FAILED",
};

/** The level of OpenSSL's that is in force unless a list names one. */
export const DEFAULT_LEVEL = 1;

/** What a list of `ciphers` says. */
export interface CipherChoice {
  /** IANA numbers. */
  readonly suites: readonly number[];
  /** OpenSSL's security level, 0 to 5: `@SECLEVEL=n`. */
  readonly level: number;
}

/**
 * IANA numbers of OpenSSL's cipher list ("A:B:!C"), in order. TLS 1.3 suites are those named, else the default ones.
 * @throws TlsError for unknown words, or if nothing is left
 */
export function cipherSuitesOf(list: string): CipherChoice {
  let level = DEFAULT_LEVEL;
  let chosen: CipherSuite[] = [];
  const banned = new Set<CipherSuite>();
  // A command may follow a word without a colon: "DEFAULT@SECLEVEL=0".
  const words = list.replaceAll("@", ":@").split(/[:;, ]+/);
  for (const word of words.filter((item) => item !== "")) {
    if (word.startsWith("@")) {
      const digit = /^@SECLEVEL=([0-5])$/.exec(word)?.[1];
      if (word === "@STRENGTH") chosen.sort((a, b) => b.cipher.keyLength - a.cipher.keyLength);
      else if (digit === undefined) unknown("ciphers", word);
      else level = Number(digit);
      continue;
    }
    const sign = /^[!+-]/.exec(word)?.[0] ?? "";
    const named = suitesNamed(word.slice(sign.length), word);
    if (sign === "") {
      const added = named.filter((suite) => !chosen.includes(suite) && !banned.has(suite));
      for (const suite of added) chosen.push(suite);
    } else {
      const moved = chosen.filter((suite) => named.includes(suite));
      chosen = chosen.filter((suite) => !named.includes(suite));
      if (sign === "+") for (const suite of moved) chosen.push(suite);
      if (sign === "!") for (const suite of named) banned.add(suite);
    }
  }
  const of13 = (suite: CipherSuite): boolean => suite.version === TLS13;
  const named13 = chosen.filter(of13);
  const all13 = CIPHER_SUITES.filter((suite) => of13(suite) && !banned.has(suite));
  const old = chosen.filter((suite) => !of13(suite));
  // As in OpenSSL, words for suites of TLS 1.2 that are not built leave those of TLS 1.3.
  const onlyOld = words.some(isOldSuite) && !words.some((word) => word.startsWith("TLS_"));
  if (chosen.length === 0 && !onlyOld) noMatch(list);
  const wanted = [...(named13.length > 0 ? named13 : all13), ...old];
  const suites = wanted.filter((suite) => isStrongEnough(suite, level));
  if (suites.length === 0) noMatch(list);
  return { suites: suites.map(({ code }) => code), level };
}

/** @throws ERR_INVALID_ARG_VALUE for a list without a word, else as OpenSSL where nothing is left of a list. */
function noMatch(list: string): never {
  if (/^:*$/.test(list)) invalidOption(`ciphers: ${JSON.stringify(list)} names no suite`);
  throw new TlsError(`ciphers: no cipher match: nothing in ${JSON.stringify(list)} is built here`, {
    code: NO_MATCH,
    reason: "InvalidOption",
  });
}

/** "A+B" names what is both. */
function suitesNamed(name: string, word: string): readonly CipherSuite[] {
  const suite = SUITES.get(name);
  if (suite !== undefined) return [suite];
  if (isOldSuite(name)) return [];
  let all: readonly CipherSuite[] = CIPHER_SUITES.filter((item) => item.version !== TLS13);
  for (const part of name.split("+")) {
    const kind = Object.hasOwn(KINDS, part) ? KINDS[part] : undefined;
    if (kind === undefined && !EMPTY_KINDS.has(part)) unknown("ciphers", word);
    all = kind === undefined ? [] : all.filter(kind);
  }
  return all;
}

/** A suite of OpenSSL's that is not built here. */
function isOldSuite(name: string): boolean {
  if (OPENSSL_ONLY.has(name)) return true;
  const parts = name.split("-");
  return parts.length > 1 && parts.every((part) => OLD_PARTS.has(part));
}

function unknown(option: string, word: string): never {
  const match = option === "ciphers" ? "no cipher match: " : "";
  throw new TlsError(
    `${option}: ${match}${JSON.stringify(word)} is unknown; sealwire takes the names of node's tls.getCiphers(), IANA's and OpenSSL's`,
    {
      code: UNKNOWN_CODES[option] ?? "ERR_INVALID_ARG_VALUE",
      reason: "InvalidOption",
    },
  );
}

/** node's `getCipher()`. */
export function cipherOf(
  code: number,
  version: ProtocolVersion | number,
): { name: string; standardName: string; version: string } | null {
  const suite = cipherSuite(code);
  if (suite === undefined) return null;
  return {
    name: opensslName(suite),
    standardName: suite.name,
    // OpenSSL tells the version that the suite came with.
    version: version === TLS13 ? "TLSv1.3" : firstVersion(suite),
  };
}

function firstVersion({ mac, keyExchange, authentication }: CipherSuite): string {
  const old = mac === "sha1" || (mac !== null && authentication === "psk");
  if (!old) return "TLSv1.2";
  return mac === "sha1" && keyExchange !== "ecdhe" ? "SSLv3" : "TLSv1.0";
}

/** OpenSSL's other names of groups. */
const GROUP_ALIASES: Readonly<Record<string, string>> = {
  prime256v1: "secp256r1",
  "p-256": "secp256r1",
  "p-384": "secp384r1",
  "p-521": "secp521r1",
};

/** IANA numbers of "X25519:P-256"; "auto": null, the default. @throws TlsError */
export function groupsOf(list: string): readonly number[] | null {
  if (list === "auto") return null;
  return list.split(":").map((word) => {
    const name = word.toLowerCase();
    const wanted = GROUP_ALIASES[name] ?? name;
    return (
      NAMED_GROUPS.find((group) => group.name.toLowerCase() === wanted)?.code ??
      unknown("ecdhCurve", word)
    );
  });
}

/** OpenSSL's name of a curve: what `getEphemeralKeyInfo()` gives. */
export function curveName(group: NamedGroup): string {
  if (group.name === "secp256r1") return "prime256v1";
  return group.kind === "montgomery" ? group.name.toUpperCase() : group.name;
}

/** "ECDSA+SHA256", "RSA-PSS+SHA384", "Ed25519". */
export function sigalgName({ algorithm }: SignatureScheme): string {
  const hash = algorithm.hash?.toUpperCase() ?? "";
  switch (algorithm.family) {
    case "ed25519":
      return "Ed25519";
    case "ed448":
      return "Ed448";
    case "ecdsa":
      return `ECDSA+${hash}`;
    case "rsa-pss":
      return `RSA-PSS+${hash}`;
    case "rsa-pkcs1":
      return `RSA+${hash}`;
  }
}

/** IANA numbers of "ECDSA+SHA256:rsa_pss_rsae_sha256". @throws TlsError */
export function signatureSchemesOf(list: string): readonly number[] {
  const codes = list.split(":").flatMap((word) => {
    const wanted = word.toLowerCase().replace(/^pss\+/, "rsa-pss+");
    const found = SIGNATURE_SCHEMES.filter(
      (scheme) => scheme.name === wanted || sigalgName(scheme).toLowerCase() === wanted,
    );
    // As in OpenSSL, "RSA-PSS+SHA256" is the scheme of plain RSA keys alone.
    const [first] = found;
    return first === undefined ? unknown("sigalgs", word) : [first.code];
  });
  return [...new Set(codes)];
}

/** Names for `ciphers`, in lower case as node gives them. */
export function getCiphers(): string[] {
  return CIPHER_SUITES.map((suite) => opensslName(suite).toLowerCase()).sort();
}

const named = (suites: readonly CipherSuite[]): string => suites.map(opensslName).join(":");

/** Cipher suites that are on where `ciphers` is not given, by OpenSSL's names; as tls.DEFAULT_CIPHERS. */
export const DEFAULT_CIPHERS: string = named(
  CIPHER_SUITES.filter((suite) => suite.enabledByDefault),
);
/** Default of `ecdhCurve`: all groups that are on by default. */
export const DEFAULT_ECDH_CURVE = "auto";
/** Default of `minVersion`. */
export const DEFAULT_MIN_VERSION = "TLSv1.2";
/** Default of `maxVersion`. */
export const DEFAULT_MAX_VERSION = "TLSv1.3";
/** Refused renegotiations of a peer before the connection is ended; there is no window to count in. */
export const CLIENT_RENEG_LIMIT = 3;
/** Seconds in which CLIENT_RENEG_LIMIT counts in node:tls; there is no window here. */
export const CLIENT_RENEG_WINDOW: number = Number.POSITIVE_INFINITY;
