/**
 * Suites that a scan asks for: those that are built and the older ones that servers should have left behind, each with what
 * is known against it.
 */
import { CIPHER_SUITES } from "../../protocol/cipher-suite.ts";
import { TLS13 } from "../../protocol/version.ts";

/** "strong": nothing is known against it; "weak": it should go; "broken": it protects nothing. */
export type Strength = "strong" | "weak" | "broken";

export interface ScannedSuite {
  readonly code: number;
  readonly name: string;
  readonly strength: Strength;
  /** What is known against it; empty for a strong one. */
  readonly why: string;
}

/** Numbers in hex, and names, of suites that are not built (IANA's registry). */
const OLD_SUITES: readonly (readonly [code: string, name: string])[] = [
  ["0001", "TLS_RSA_WITH_NULL_MD5"],
  ["0002", "TLS_RSA_WITH_NULL_SHA"],
  ["003b", "TLS_RSA_WITH_NULL_SHA256"],
  ["c006", "TLS_ECDHE_ECDSA_WITH_NULL_SHA"],
  ["c010", "TLS_ECDHE_RSA_WITH_NULL_SHA"],
  ["0003", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"],
  ["0006", "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5"],
  ["0008", "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"],
  ["0014", "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"],
  ["0018", "TLS_DH_anon_WITH_RC4_128_MD5"],
  ["001b", "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA"],
  ["0034", "TLS_DH_anon_WITH_AES_128_CBC_SHA"],
  ["003a", "TLS_DH_anon_WITH_AES_256_CBC_SHA"],
  ["00a6", "TLS_DH_anon_WITH_AES_128_GCM_SHA256"],
  ["00a7", "TLS_DH_anon_WITH_AES_256_GCM_SHA384"],
  ["c018", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"],
  ["c019", "TLS_ECDH_anon_WITH_AES_256_CBC_SHA"],
  ["0004", "TLS_RSA_WITH_RC4_128_MD5"],
  ["0005", "TLS_RSA_WITH_RC4_128_SHA"],
  ["c007", "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"],
  ["c011", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"],
  ["0009", "TLS_RSA_WITH_DES_CBC_SHA"],
  ["0015", "TLS_DHE_RSA_WITH_DES_CBC_SHA"],
  ["000a", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"],
  ["0016", "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"],
  ["c008", "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"],
  ["c012", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"],
  ["0007", "TLS_RSA_WITH_IDEA_CBC_SHA"],
  ["0096", "TLS_RSA_WITH_SEED_CBC_SHA"],
  ["009a", "TLS_DHE_RSA_WITH_SEED_CBC_SHA"],
  ["0041", "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"],
  ["0084", "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"],
  ["0045", "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"],
  ["0088", "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA"],
  ["0033", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"],
  ["0039", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"],
  ["0067", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"],
  ["006b", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"],
  ["ccaa", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"],
  ["c09c", "TLS_RSA_WITH_AES_128_CCM"],
  ["c09d", "TLS_RSA_WITH_AES_256_CCM"],
  ["c0ac", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"],
  ["c0ad", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM"],
];
/** Of TLS 1.3, not built. */
const OLD_SUITES_13: readonly (readonly [code: string, name: string])[] = [
  ["1304", "TLS_AES_128_CCM_SHA256"],
  ["1305", "TLS_AES_128_CCM_8_SHA256"],
];

/** What names say; the first that fits is told. */
const FAULTS: readonly (readonly [RegExp, Strength, string])[] = [
  [/_NULL_/, "broken", "encrypts nothing"],
  [/_EXPORT_/, "broken", "keys of 40 bits (FREAK, Logjam)"],
  [/_anon_/, "broken", "does not authenticate the server"],
  [/_RC4_/, "broken", "RC4 (RFC 7465)"],
  [/_(?:DES|RC2)_/, "broken", "keys of 56 bits or less"],
  [/_(?:3DES|IDEA)_/, "weak", "blocks of 64 bits (SWEET32)"],
  [/^TLS_RSA_/, "weak", "no forward secrecy"],
  [/_CBC_/, "weak", "CBC (padding oracles, Lucky Thirteen)"],
  [/_CCM_8_/, "weak", "tags of 64 bits"],
];

const numbered = ([code, name]: readonly [string, string]): readonly [number, string] => [
  Number.parseInt(code, 16),
  name,
];

function scanned([code, name]: readonly [number, string]): ScannedSuite {
  const [, strength, why] = FAULTS.find(([fits]) => fits.test(name)) ?? [];
  return { code, name, strength: strength ?? "strong", why: why ?? "" };
}

const builtSuites = (is13: boolean): (readonly [number, string])[] =>
  CIPHER_SUITES.filter(
    ({ version, authentication }) => (version === TLS13) === is13 && authentication !== "psk",
  ).map(({ code, name }) => [code, name]);

/** Of TLS 1.2 and before. */
export const SUITES_12: readonly ScannedSuite[] = [
  ...builtSuites(false),
  ...OLD_SUITES.map(numbered),
].map(scanned);
export const SUITES_13: readonly ScannedSuite[] = [
  ...builtSuites(true),
  ...OLD_SUITES_13.map(numbered),
].map(scanned);
