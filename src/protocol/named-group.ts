/**
 * Key agreement groups as data (RFC 8446 §4.2.7 and §4.2.8.2; RFC 7919; RFC 8422 §5.1.1; RFC 10024).
 */

/** A group's row. Lengths in bytes. */
export interface NamedGroup {
  readonly code: number;
  /** IANA's name; also the name a provider knows the group by. */
  readonly name: GroupName;
  readonly kind: "montgomery" | "weierstrass" | "finite-field" | "hybrid";
  /**
   * Length of a public share on the wire (uncompressed point, u-coordinate, or padded integer); of a hybrid one, the
   * client's.
   */
  readonly shareLength: number;
  readonly privateKeyLength: number;
  /** Field size; of a hybrid group, its curve's. */
  readonly bits: number;
  readonly enabledByDefault: boolean;
  /** Finite-field groups are for TLS 1.2 DHE suites here, hybrid ones for TLS 1.3. */
  readonly tls12: boolean;
  readonly tls13: boolean;
}

export type GroupName = PlainGroupName | HybridGroupName;

export type HybridGroupName = "X25519MLKEM768" | "SecP256r1MLKEM768" | "SecP384r1MLKEM1024";

export type PlainGroupName =
  | "x25519"
  | "x448"
  | "secp256r1"
  | "secp384r1"
  | "secp521r1"
  | "ffdhe2048"
  | "ffdhe3072"
  | "ffdhe4096";

const montgomery = (code: number, name: GroupName, length: number, on: boolean): NamedGroup => ({
  code,
  name,
  kind: "montgomery",
  shareLength: length,
  privateKeyLength: length,
  bits: length === 32 ? 255 : 448,
  enabledByDefault: on,
  tls12: true,
  tls13: true,
});

const weierstrass = (code: number, name: GroupName, bits: number, on: boolean): NamedGroup => ({
  code,
  name,
  kind: "weierstrass",
  shareLength: 1 + 2 * Math.ceil(bits / 8),
  privateKeyLength: Math.ceil(bits / 8),
  bits,
  enabledByDefault: on,
  tls12: true,
  tls13: true,
});

const finiteField = (code: number, name: GroupName, bits: number): NamedGroup => ({
  code,
  name,
  kind: "finite-field",
  shareLength: bits / 8,
  // Twice the strength in bits, as RFC 7919 §5.2 asks, rounded up generously.
  privateKeyLength: 48,
  bits,
  enabledByDefault: false,
  tls12: true,
  tls13: false,
});

const hybrid = (
  code: number,
  name: HybridGroupName,
  curve: NamedGroup,
  publicKeyLength: number,
): NamedGroup => ({
  ...curve,
  code,
  name,
  kind: "hybrid",
  shareLength: publicKeyLength + curve.shareLength,
  // The seed of the KEM's key comes first.
  privateKeyLength: 64 + curve.privateKeyLength,
  // Its shares are long and its code is not everywhere at hand.
  enabledByDefault: false,
  tls12: false,
});

const X25519 = montgomery(0x001d, "x25519", 32, true);
const P256 = weierstrass(0x0017, "secp256r1", 256, true);
const P384 = weierstrass(0x0018, "secp384r1", 384, true);

/** Every group that is built, in default order (Schannel's order, then P-521, which it leaves off). */
export const NAMED_GROUPS: readonly NamedGroup[] = [
  X25519,
  P256,
  P384,
  weierstrass(0x0019, "secp521r1", 521, true),
  montgomery(0x001e, "x448", 56, false),
  finiteField(0x0100, "ffdhe2048", 2048),
  finiteField(0x0101, "ffdhe3072", 3072),
  finiteField(0x0102, "ffdhe4096", 4096),
  hybrid(0x11ec, "X25519MLKEM768", X25519, 1184),
  hybrid(0x11eb, "SecP256r1MLKEM768", P256, 1184),
  hybrid(0x11ed, "SecP384r1MLKEM1024", P384, 1568),
];

/** A group for ECDHE suites of TLS 1.2. */
export const isCurve = ({ kind }: NamedGroup): boolean =>
  kind === "montgomery" || kind === "weierstrass";

export const isHybrid = (name: GroupName): name is HybridGroupName => name.includes("MLKEM");

const BY_CODE: ReadonlyMap<number, NamedGroup> = new Map(NAMED_GROUPS.map((g) => [g.code, g]));

/** The row of an IANA number, or undefined if that group is not built. */
export function namedGroup(code: number): NamedGroup | undefined {
  return BY_CODE.get(code);
}

/** Name of a group number, for messages. */
export function namedGroupName(code: number): string {
  return BY_CODE.get(code)?.name ?? `group 0x${code.toString(16).padStart(4, "0")}`;
}

/** Numbers of finite-field groups, known or not (RFC 7919 §2). */
export const isFiniteField = (code: number): boolean => code >> 8 === 1;
