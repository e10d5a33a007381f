/**
 * The algorithm restrictions of SCHANNEL_CRED (palgSupportedAlgs, strengths) and SCH_CREDENTIALS (CRYPTO_SETTINGS), as
 * filters over the registries (reference 6.1). They only ever take away.
 */
import type { CipherSuite, HashName } from "../protocol/cipher-suite.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { SignatureScheme } from "../protocol/signature-scheme.ts";
import * as constants from "./constants.ts";
import type { CRYPTO_SETTINGS } from "./credential-types.ts";

/** ALG_CLASS_* : the upper three bits of an ALG_ID. */
const CLASS_MASK = 0xe000;

const HASH_IDS: Readonly<Record<HashName, number>> = {
  sha1: constants.CALG_SHA1,
  sha256: constants.CALG_SHA_256,
  sha384: constants.CALG_SHA_384,
  sha512: constants.CALG_SHA_512,
};

const EXCHANGE_IDS: Readonly<Record<CipherSuite["keyExchange"], number>> = {
  tls13: constants.CALG_ECDH_EPHEM,
  ecdhe: constants.CALG_ECDH_EPHEM,
  dhe: constants.CALG_DH_EPHEM,
  rsa: constants.CALG_RSA_KEYX,
  // The SDK has no ALG_ID for it.
  psk: 0,
};

const CNG_HASHES: Readonly<Record<HashName, string>> = {
  sha1: "SHA1",
  sha256: "SHA256",
  sha384: "SHA384",
  sha512: "SHA512",
};

/** Names under which CNG knows the groups, beside "ECDH" and "DH" for all of a kind. */
const CNG_GROUPS: Readonly<Record<string, string>> = {
  secp256r1: "ECDH_P256",
  secp384r1: "ECDH_P384",
  secp521r1: "ECDH_P521",
  x25519: "curve25519",
};

/** ALG_ID of a suite's cipher; ChaCha20 has none (0). */
export function cipherId(suite: CipherSuite): number {
  if (!suite.cipher.name.startsWith("aes")) return 0;
  return suite.cipher.keyLength === 32 ? constants.CALG_AES_256 : constants.CALG_AES_128;
}

/** ALG_ID of a hash. */
export function hashId(hash: HashName): number {
  return HASH_IDS[hash];
}

/** ALG_ID of a suite's key exchange. */
export function exchangeId(suite: CipherSuite): number {
  return EXCHANGE_IDS[suite.keyExchange];
}

/** ALG_IDs of the signatures a suite may be authenticated with. */
export function signatureIds(suite: CipherSuite): readonly number[] {
  if (suite.authentication === "any") return [constants.CALG_ECDSA, constants.CALG_RSA_SIGN];
  if (suite.authentication === "psk") return [];
  return [suite.authentication === "ecdsa" ? constants.CALG_ECDSA : constants.CALG_RSA_SIGN];
}

/** True if palgSupportedAlgs admits a suite: within each class that the list names, one of its algorithms is listed. */
export function suiteInAlgorithmList(suite: CipherSuite, list: readonly number[]): boolean {
  const algorithms = [
    [cipherId(suite)],
    [hashId(suite.mac ?? suite.hash)],
    [exchangeId(suite)],
    signatureIds(suite),
  ];
  const classes = [
    constants.CALG_AES_128 & CLASS_MASK,
    constants.CALG_SHA1 & CLASS_MASK,
    constants.CALG_RSA_KEYX & CLASS_MASK,
    constants.CALG_RSA_SIGN & CLASS_MASK,
  ];
  return algorithms.every((ids, i) => {
    const named = list.filter((id) => (id & CLASS_MASK) === classes[i]);
    return named.length === 0 || ids.some((id) => named.includes(id));
  });
}

/**
 * True if dwMinimumCipherStrength and dwMaximumCipherStrength admit a suite. 0 sets no bound; -1 (or all ones) speaks
 * of NULL suites, of which none is built: as maximum it admits nothing.
 */
export function suiteInStrengths(suite: CipherSuite, minimum: number, maximum: number): boolean {
  const bits = suite.cipher.keyLength * 8;
  const low = minimum | 0;
  const high = maximum | 0;
  if (high === -1) return false;
  return bits >= low && (high === 0 || bits <= high);
}

/** True if a CRYPTO_SETTINGS denies a suite. */
export function deniesSuite(setting: CRYPTO_SETTINGS, suite: CipherSuite): boolean {
  const name = setting.strCngAlgId.toUpperCase();
  switch (setting.eAlgorithmUsage) {
    case constants.TlsParametersCngAlgUsageKeyExchange:
      if (suite.keyExchange === "rsa") return name === "RSA";
      if (suite.keyExchange === "dhe") return name === "DH" && coversAllLengths(setting);
      return suite.keyExchange === "ecdhe" && name === "ECDH" && coversAllLengths(setting);
    case constants.TlsParametersCngAlgUsageSignature:
      if (suite.keyExchange === "rsa" || !coversAllLengths(setting) || hasModes(setting)) {
        return false;
      }
      return suite.authentication === name.toLowerCase();
    case constants.TlsParametersCngAlgUsageCipher: {
      const [family, , mode] = suite.cipher.name.split("-");
      if (family === "aes") {
        return (
          name === "AES" &&
          coversMode(setting, `ChainingMode${mode?.toUpperCase()}`) &&
          coversLength(setting, suite.cipher.keyLength * 8)
        );
      }
      return name === "CHACHA20_POLY1305";
    }
    case constants.TlsParametersCngAlgUsageDigest:
      return name === CNG_HASHES[suite.mac ?? suite.hash];
    default:
      return false;
  }
}

/** True if a CRYPTO_SETTINGS denies a group. */
export function deniesGroup(setting: CRYPTO_SETTINGS, group: NamedGroup): boolean {
  if (setting.eAlgorithmUsage !== constants.TlsParametersCngAlgUsageKeyExchange) return false;
  const name = setting.strCngAlgId;
  if (name === CNG_GROUPS[group.name] || name.toLowerCase() === group.name) return true;
  const kind = group.kind === "finite-field" ? "DH" : "ECDH";
  return name.toUpperCase() === kind && coversLength(setting, group.bits);
}

/** True if a CRYPTO_SETTINGS denies a signature scheme. Key lengths are the verifier's business, not the scheme's. */
export function deniesScheme(setting: CRYPTO_SETTINGS, scheme: SignatureScheme): boolean {
  const name = setting.strCngAlgId.toUpperCase();
  const { family, hash } = scheme.algorithm;
  switch (setting.eAlgorithmUsage) {
    case constants.TlsParametersCngAlgUsageDigest:
      return hash !== null && name === CNG_HASHES[hash];
    case constants.TlsParametersCngAlgUsageSignature:
    case constants.TlsParametersCngAlgUsageCertSig: {
      if (!coversAllLengths(setting)) return false;
      if (family === "ecdsa") return name === "ECDSA" || name === curveSignature(scheme);
      if (family === "ed25519" || family === "ed448") return name === scheme.name.toUpperCase();
      const padding = family === "rsa-pss" ? constants.SCH_RSA_PSS_PAD : constants.SCH_RSA_PKCS_PAD;
      return name === "RSA" && coversMode(setting, padding);
    }
    default:
      return false;
  }
}

function curveSignature(scheme: SignatureScheme): string {
  return `ECDSA_P${scheme.curve?.slice("secp".length, -"r1".length) ?? ""}`;
}

function hasModes(setting: CRYPTO_SETTINGS): boolean {
  return (setting.rgstrChainingModes?.length ?? 0) > 0;
}

function coversMode(setting: CRYPTO_SETTINGS, mode: string): boolean {
  return !hasModes(setting) || setting.rgstrChainingModes?.includes(mode) === true;
}

function coversLength(setting: CRYPTO_SETTINGS, bits: number): boolean {
  const maximum = setting.dwMaxBitLength ?? 0;
  return bits >= (setting.dwMinBitLength ?? 0) && (maximum === 0 || bits <= maximum);
}

function coversAllLengths(setting: CRYPTO_SETTINGS): boolean {
  return (setting.dwMinBitLength ?? 0) === 0 && (setting.dwMaxBitLength ?? 0) === 0;
}
