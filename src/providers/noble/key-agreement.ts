/**
 * Key agreement by @noble/curves: X25519 and X448 (RFC 7748), ECDH on the NIST curves (SEC 1); and the finite-field
 * groups of RFC 7919 on BigInt, which is not constant in time: their private keys are used once.
 */

import { x448 } from "@noble/curves/ed448.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { registeredHybrid } from "../../crypto/hybrid-registry.ts";
import { UNCOMPRESSED } from "../../crypto/key-encoding.ts";
import type { KeyAgreement, KeyPair } from "../../crypto/provider.ts";
import {
  FFDHE_GENERATOR,
  FINITE_FIELD_PRIVATE_KEY,
  ffdhePrime,
} from "../../protocol/ffdhe-primes.ts";
import {
  type GroupName,
  isHybrid,
  NAMED_GROUPS,
  type NamedGroup,
  type PlainGroupName,
} from "../../protocol/named-group.ts";
import type { CurveName } from "../../protocol/signature-scheme.ts";
import { fromBigInt, modPow, toBigInt } from "./big-integer.ts";
import { CURVES } from "./curves.ts";
import { random } from "./random.ts";

/** What key pairs need to know of their group. */
type GroupShape = Pick<NamedGroup, "shareLength" | "privateKeyLength" | "kind" | "bits">;

/** The arithmetic of a group, on shares and private keys of the right lengths. */
interface GroupArithmetic {
  /** Null if the private key is out of range. */
  publicKey(privateKey: Uint8Array): Uint8Array | null;
  /** Null or an exception if the peer's share is not valid. */
  shared(privateKey: Uint8Array, peer: Uint8Array): Uint8Array | null;
}

class PortableKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  readonly #group: GroupShape;
  readonly #arithmetic: GroupArithmetic;
  #privateKey: Uint8Array | null;

  constructor(
    group: GroupShape,
    arithmetic: GroupArithmetic,
    privateKey: Uint8Array,
    publicKey: Uint8Array,
  ) {
    this.publicKey = publicKey;
    this.#group = group;
    this.#arithmetic = arithmetic;
    this.#privateKey = privateKey;
  }

  derive(peerPublicKey: Uint8Array): Uint8Array | null {
    if (this.#privateKey === null) throw new TypeError("this key pair was wiped");
    if (peerPublicKey.length !== this.#group.shareLength) return null;
    try {
      return this.#arithmetic.shared(this.#privateKey, peerPublicKey);
    } catch {
      return null;
    }
  }

  wipe(): void {
    this.#privateKey?.fill(0);
    this.#privateKey = null;
  }
}

class PortableKeyAgreement implements KeyAgreement {
  readonly #group: GroupShape;
  readonly #arithmetic: GroupArithmetic;

  constructor(group: GroupShape, arithmetic: GroupArithmetic) {
    this.#group = group;
    this.#arithmetic = arithmetic;
  }

  generate(): KeyPair {
    const { kind, privateKeyLength, bits } = this.#group;
    // Without the bits that a field of 521 bits does not have, nearly every draw is in range.
    const excessBits = kind === "weierstrass" ? 8 * privateKeyLength - bits : 0;
    for (;;) {
      const privateKey = random(privateKeyLength);
      privateKey[0] = (privateKey[0] ?? 0) & (0xff >> excessBits);
      const pair = this.fromPrivateKey(privateKey);
      privateKey.fill(0);
      if (pair !== null) return pair;
    }
  }

  fromPrivateKey(privateKey: Uint8Array): KeyPair | null {
    if (privateKey.length !== this.#group.privateKeyLength) return null;
    const own = new Uint8Array(privateKey);
    const publicKey = this.#arithmetic.publicKey(own);
    if (publicKey === null) return null;
    return new PortableKeyPair(this.#group, this.#arithmetic, own, publicKey);
  }
}

/** @noble refuses the all-zero result itself (RFC 7748 §6, RFC 8446 §7.4.2). */
function montgomery(curve: typeof x25519): GroupArithmetic {
  return {
    publicKey: (privateKey) => curve.getPublicKey(privateKey),
    shared: (privateKey, peer) => curve.getSharedSecret(privateKey, peer),
  };
}

function weierstrass(name: CurveName): GroupArithmetic {
  const curve = CURVES[name];
  return {
    publicKey: (privateKey) =>
      curve.utils.isValidSecretKey(privateKey) ? curve.getPublicKey(privateKey, false) : null,
    shared(privateKey, peer) {
      if (peer[0] !== UNCOMPRESSED) return null;
      // A compressed point is its x-coordinate behind one byte.
      return curve.getSharedSecret(privateKey, peer, true).slice(1);
    },
  };
}

function powers(prime: bigint, generator: bigint, shareLength: number): GroupArithmetic {
  const power = (base: bigint, privateKey: Uint8Array): Uint8Array =>
    fromBigInt(modPow(base, toBigInt(privateKey), prime), shareLength);
  return {
    publicKey: (privateKey) => (toBigInt(privateKey) < 2n ? null : power(generator, privateKey)),
    shared(privateKey, peer) {
      const share = toBigInt(peer);
      return share < 2n || share > prime - 2n ? null : power(share, privateKey);
    },
  };
}

const made = new Map<GroupName, KeyAgreement>();

/** Key agreement in a group. */
export function keyAgreement(name: GroupName): KeyAgreement | null {
  if (isHybrid(name)) return registeredHybrid(name, keyAgreement);
  const known = made.get(name);
  if (known !== undefined) return known;
  const group = NAMED_GROUPS.find((row) => row.name === name);
  if (group === undefined) return null;
  const agreement = new PortableKeyAgreement(group, arithmeticOf(name, group));
  made.set(name, agreement);
  return agreement;
}

function arithmeticOf(name: PlainGroupName, group: NamedGroup): GroupArithmetic {
  switch (name) {
    case "x25519":
      return montgomery(x25519);
    case "x448":
      return montgomery(x448);
    case "secp256r1":
    case "secp384r1":
    case "secp521r1":
      return weierstrass(name);
    case "ffdhe2048":
    case "ffdhe3072":
    case "ffdhe4096":
      return powers(ffdhePrime(name), BigInt(FFDHE_GENERATOR), group.shareLength);
  }
}

/** Diffie-Hellman in any group; see CryptoProvider.finiteField. */
export function finiteField(prime: Uint8Array, generator: Uint8Array): KeyAgreement | null {
  const p = toBigInt(prime);
  const g = toBigInt(generator);
  if ((p & 1n) === 0n || g < 2n || g > p - 2n) return null;
  const lengths: GroupShape = {
    shareLength: prime.length,
    privateKeyLength: FINITE_FIELD_PRIVATE_KEY,
    kind: "finite-field",
    bits: prime.length * 8,
  };
  return new PortableKeyAgreement(lengths, powers(p, g, prime.length));
}
