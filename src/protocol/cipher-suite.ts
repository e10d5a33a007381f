/**
 * Cipher suites as data: one row per suite, in the default order (the order of Windows 11, with the
 * ChaCha20 suites after the AES-GCM ones of the same strength of trust).
 * RFC 8446 §B.4; RFC 5246 §A.5; RFC 5288, 5289, 7905; with external PSKs: RFC 4279, 5487, 5489, 8442.
 */
import { type ProtocolVersion, TLS12, TLS13 } from "./version.ts";

export type HashName = "sha1" | "sha256" | "sha384" | "sha512";

export type CipherName =
  | "aes-128-gcm"
  | "aes-256-gcm"
  | "chacha20-poly1305"
  | "aes-128-cbc"
  | "aes-256-cbc";

/** Facts of a bulk cipher. Lengths in bytes. */
export interface Cipher {
  readonly name: CipherName;
  readonly kind: "aead" | "cbc";
  readonly keyLength: number;
  /** Length of the block that SECPKG_ATTR_STREAM_SIZES reports; 1 for a stream cipher. */
  readonly blockLength: number;
  /** Length of the authentication tag; 0 for CBC. */
  readonly tagLength: number;
  /** Records that one key may protect (RFC 8446 §5.5 and RFC 9147 §4.5.3 where it gives one). */
  readonly recordLimit: number;
}

/** How a record of the suite is laid out; each is a protector in `record/`. */
export type RecordFormat = "tls13" | "gcm12" | "chacha12" | "cbc12";

export interface CipherSuite {
  readonly code: number;
  readonly name: string;
  readonly version: ProtocolVersion;
  /** "psk": an external PSK alone, without forward secrecy. */
  readonly keyExchange: "tls13" | "ecdhe" | "dhe" | "rsa" | "psk";
  /** "psk": there are no certificates, both sides prove themselves by the key (TLS 1.2). */
  readonly authentication: "any" | "ecdsa" | "rsa" | "psk";
  readonly cipher: Cipher;
  /** HKDF or PRF hash. */
  readonly hash: HashName;
  /** HMAC of CBC suites, else null. */
  readonly mac: HashName | null;
  readonly format: RecordFormat;
  readonly enabledByDefault: boolean;
}

/** Output and block length of the hashes, in bytes. */
export const HASHES: Readonly<
  Record<HashName, { readonly length: number; readonly blockLength: number }>
> = {
  sha1: { length: 20, blockLength: 64 },
  sha256: { length: 32, blockLength: 64 },
  sha384: { length: 48, blockLength: 128 },
  sha512: { length: 64, blockLength: 128 },
};

/** 2^24.5 full records keep the attacker's advantage with AES-GCM under 2^-57 (RFC 8446 §5.5). */
const MAX_GCM_RECORDS = 23_726_566;

const aes = (bits: 128 | 256, mode: "gcm" | "cbc"): Cipher => ({
  name: `aes-${bits}-${mode}`,
  kind: mode === "gcm" ? "aead" : "cbc",
  keyLength: bits / 8,
  blockLength: 16,
  tagLength: mode === "gcm" ? 16 : 0,
  recordLimit: MAX_GCM_RECORDS,
});

export const CIPHERS: Readonly<Record<CipherName, Cipher>> = {
  "aes-128-gcm": aes(128, "gcm"),
  "aes-256-gcm": aes(256, "gcm"),
  "chacha20-poly1305": {
    name: "chacha20-poly1305",
    kind: "aead",
    keyLength: 32,
    blockLength: 1,
    tagLength: 16,
    // The sequence number would wrap first (RFC 8446 §5.5); numbers stay exact below 2^53.
    recordLimit: Number.MAX_SAFE_INTEGER,
  },
  "aes-128-cbc": aes(128, "cbc"),
  "aes-256-cbc": aes(256, "cbc"),
};

const tls13 = (code: number, name: string, cipher: CipherName, hash: HashName): CipherSuite => ({
  code,
  name,
  version: TLS13,
  keyExchange: "tls13",
  authentication: "any",
  cipher: CIPHERS[cipher],
  hash,
  mac: null,
  format: "tls13",
  enabledByDefault: true,
});

/** The part of a TLS 1.2 name before "_WITH_", and its meaning. */
const EXCHANGES = {
  ECDHE_ECDSA: ["ecdhe", "ecdsa"],
  ECDHE_RSA: ["ecdhe", "rsa"],
  ECDHE_PSK: ["ecdhe", "psk"],
  DHE_RSA: ["dhe", "rsa"],
  DHE_PSK: ["dhe", "psk"],
  RSA: ["rsa", "rsa"],
  PSK: ["psk", "psk"],
} as const;

const tls12 = (
  code: number,
  exchange: keyof typeof EXCHANGES,
  cipher: CipherName,
  mac: HashName | null = null,
): CipherSuite => {
  const [keyExchange, authentication] = EXCHANGES[exchange];
  // SHA-256 where a suite does not ask for more (RFC 5246 §5); those with 256 bits that came with TLS 1.2 do.
  const hash = cipher === "aes-256-gcm" || mac === "sha384" ? "sha384" : "sha256";
  const row = CIPHERS[cipher];
  const end = mac === "sha1" ? "sha" : hash;
  return {
    code,
    name: `TLS_${exchange}_WITH_${`${cipher}_${end}`.replaceAll("-", "_").toUpperCase()}`,
    version: TLS12,
    keyExchange,
    authentication,
    cipher: row,
    hash,
    mac,
    format: row.kind === "cbc" ? "cbc12" : cipher === "chacha20-poly1305" ? "chacha12" : "gcm12",
    // CBC needs constant time that JavaScript cannot promise; RSA and DHE lack forward secrecy or sound groups; PSK
    // needs a key.
    enabledByDefault: keyExchange === "ecdhe" && authentication !== "psk" && row.kind === "aead",
  };
};

/** Every suite that is built, in default order. */
export const CIPHER_SUITES: readonly CipherSuite[] = [
  tls13(0x1302, "TLS_AES_256_GCM_SHA384", "aes-256-gcm", "sha384"),
  tls13(0x1301, "TLS_AES_128_GCM_SHA256", "aes-128-gcm", "sha256"),
  tls13(0x1303, "TLS_CHACHA20_POLY1305_SHA256", "chacha20-poly1305", "sha256"),
  tls12(0xc02c, "ECDHE_ECDSA", "aes-256-gcm"),
  tls12(0xc02b, "ECDHE_ECDSA", "aes-128-gcm"),
  tls12(0xc030, "ECDHE_RSA", "aes-256-gcm"),
  tls12(0xc02f, "ECDHE_RSA", "aes-128-gcm"),
  tls12(0xcca9, "ECDHE_ECDSA", "chacha20-poly1305"),
  tls12(0xcca8, "ECDHE_RSA", "chacha20-poly1305"),
  tls12(0x009f, "DHE_RSA", "aes-256-gcm"),
  tls12(0x009e, "DHE_RSA", "aes-128-gcm"),
  tls12(0xc024, "ECDHE_ECDSA", "aes-256-cbc", "sha384"),
  tls12(0xc023, "ECDHE_ECDSA", "aes-128-cbc", "sha256"),
  tls12(0xc028, "ECDHE_RSA", "aes-256-cbc", "sha384"),
  tls12(0xc027, "ECDHE_RSA", "aes-128-cbc", "sha256"),
  tls12(0xc00a, "ECDHE_ECDSA", "aes-256-cbc", "sha1"),
  tls12(0xc009, "ECDHE_ECDSA", "aes-128-cbc", "sha1"),
  tls12(0xc014, "ECDHE_RSA", "aes-256-cbc", "sha1"),
  tls12(0xc013, "ECDHE_RSA", "aes-128-cbc", "sha1"),
  tls12(0x009d, "RSA", "aes-256-gcm"),
  tls12(0x009c, "RSA", "aes-128-gcm"),
  tls12(0x003d, "RSA", "aes-256-cbc", "sha256"),
  tls12(0x003c, "RSA", "aes-128-cbc", "sha256"),
  tls12(0x0035, "RSA", "aes-256-cbc", "sha1"),
  tls12(0x002f, "RSA", "aes-128-cbc", "sha1"),
  tls12(0xd002, "ECDHE_PSK", "aes-256-gcm"),
  tls12(0xd001, "ECDHE_PSK", "aes-128-gcm"),
  tls12(0xccac, "ECDHE_PSK", "chacha20-poly1305"),
  tls12(0xc038, "ECDHE_PSK", "aes-256-cbc", "sha384"),
  tls12(0xc037, "ECDHE_PSK", "aes-128-cbc", "sha256"),
  tls12(0xc036, "ECDHE_PSK", "aes-256-cbc", "sha1"),
  tls12(0xc035, "ECDHE_PSK", "aes-128-cbc", "sha1"),
  tls12(0x00ab, "DHE_PSK", "aes-256-gcm"),
  tls12(0x00aa, "DHE_PSK", "aes-128-gcm"),
  tls12(0xccad, "DHE_PSK", "chacha20-poly1305"),
  tls12(0x00a9, "PSK", "aes-256-gcm"),
  tls12(0x00a8, "PSK", "aes-128-gcm"),
  tls12(0xccab, "PSK", "chacha20-poly1305"),
  tls12(0x00af, "PSK", "aes-256-cbc", "sha384"),
  tls12(0x00ae, "PSK", "aes-128-cbc", "sha256"),
  tls12(0x008d, "PSK", "aes-256-cbc", "sha1"),
  tls12(0x008c, "PSK", "aes-128-cbc", "sha1"),
];

/** Signalling values that are not suites (RFC 5746 §3.3, RFC 7507 §2). */
export const EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff;
export const FALLBACK_SCSV = 0x5600;

const BY_CODE: ReadonlyMap<number, CipherSuite> = new Map(CIPHER_SUITES.map((s) => [s.code, s]));

/** The row of an IANA number, or undefined if that suite is not built. */
export function cipherSuite(code: number): CipherSuite | undefined {
  return BY_CODE.get(code);
}

/** Name of a suite number, for messages. */
export function cipherSuiteName(code: number): string {
  return BY_CODE.get(code)?.name ?? `cipher suite 0x${code.toString(16).padStart(4, "0")}`;
}
