/**
 * OpenSSL's security levels (`@SECLEVEL=n` in `ciphers`): levels 0 to 2 change nothing that is built here beside the size of own
 * keys, levels 3 to 5 restrict suites, groups, signatures and keys. SSL_CTX_set_security_level(3) has the numbers.
 */
import { type KeyObject, X509Certificate } from "node:crypto";
import type { CipherSuite } from "../../protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../protocol/named-group.ts";
import { SIGNATURE_SCHEMES } from "../../protocol/signature-scheme.ts";
import { TLS13 } from "../../protocol/version.ts";

/** Bits of security that a level asks for. */
const BITS = [0, 80, 112, 128, 192, 256] as const;
/** Bits of an RSA or finite-field key that has as much security (NIST SP 800-57 part 1, table 2). */
const MODULUS = [0, 1024, 2048, 3072, 7680, 15360] as const;
/** From this level on nothing without forward secrecy is negotiated. */
const FORWARD_SECRECY = 3;
/** From this level on SHA-1 is not negotiated in a MAC either. */
const NO_SHA1 = 4;

/** Half of the bits of an elliptic curve's order, rounded as OpenSSL does. */
const GROUP_BITS: Readonly<Record<string, number>> = {
  x25519: 128,
  secp256r1: 128,
  secp384r1: 192,
  secp521r1: 256,
  x448: 224,
};

export function isStrongEnough(suite: CipherSuite, level: number): boolean {
  return (
    suite.cipher.keyLength * 8 >= (BITS[level] ?? 0) &&
    (level < NO_SHA1 || suite.mac !== "sha1") &&
    (level < FORWARD_SECRECY ||
      suite.version === TLS13 ||
      suite.keyExchange === "ecdhe" ||
      suite.keyExchange === "dhe")
  );
}

/** IANA numbers of the groups that a level allows, out of those given; null: the level restricts none. */
export function groupsAt(level: number, given: readonly number[] | null): readonly number[] | null {
  if (level < FORWARD_SECRECY) return given;
  const allowed = NAMED_GROUPS.filter(({ name }) => groupBits(name) >= (BITS[level] ?? 0));
  const codes = allowed.map(({ code }) => code);
  const ordinary = allowed.filter(({ enabledByDefault }) => enabledByDefault);
  return given === null
    ? ordinary.map(({ code }) => code)
    : given.filter((code) => codes.includes(code));
}

/** IANA numbers of the signature schemes that a level allows, out of those given; null: the level restricts none. */
export function schemesAt(
  level: number,
  given: readonly number[] | null,
): readonly number[] | null {
  if (level < FORWARD_SECRECY) return given;
  const allowed = SIGNATURE_SCHEMES.filter(
    ({ algorithm: { hash } }) => hashBits(hash) >= (BITS[level] ?? 0),
  );
  const codes = allowed.map(({ code }) => code);
  const ordinary = allowed.filter(({ enabledByDefault }) => enabledByDefault);
  return given === null
    ? ordinary.map(({ code }) => code)
    : given.filter((code) => codes.includes(code));
}

/** Whether a key of a certificate is long enough. */
export function isLongEnough(key: KeyObject, level: number): boolean {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined) return modulusLength >= (MODULUS[level] ?? 0);
  if (namedCurve !== undefined) return curveBits(namedCurve) >= (BITS[level] ?? 0);
  return (key.asymmetricKeyType === "ed448" ? 224 : 128) >= (BITS[level] ?? 0);
}

/** Which certificate of a peer's chain (DER, leaf first) has too weak a key, as a sentence; null: none. */
export function weakKeyIn(chain: readonly Uint8Array[], level: number): string | null {
  // Below that, what is built asks for more.
  if (level < FORWARD_SECRECY) return null;
  const at = chain.findIndex((der) => !isLongEnough(new X509Certificate(der).publicKey, level));
  if (at < 0) return null;
  const whose = at === 0 ? "the peer's certificate" : "an authority's certificate";
  return `the key of ${whose} is too small for @SECLEVEL=${level} in ciphers, which asks for ${BITS[level]} bits of security`;
}

function groupBits(name: string): number {
  const modulus = /^ffdhe(\d+)$/.exec(name)?.[1];
  if (modulus === undefined) return GROUP_BITS[name.toLowerCase()] ?? 128;
  return BITS[MODULUS.findLastIndex((bits) => bits <= Number(modulus))] ?? 0;
}

function curveBits(curve: string): number {
  return GROUP_BITS[curve === "prime256v1" ? "secp256r1" : curve] ?? 128;
}

/** Bits of collision resistance. A scheme without a hash of its own has that of its curve. */
function hashBits(hash: string | null | undefined): number {
  const bits = /^sha(\d+)$/.exec(hash ?? "sha256")?.[1];
  return bits === "1" ? 63 : Number(bits) / 2;
}
