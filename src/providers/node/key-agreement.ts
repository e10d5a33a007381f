/**
 * Key agreement by node:crypto: X25519 and X448 (RFC 7748), ECDH on the NIST curves (SEC 1), and the finite-field
 * groups of RFC 7919. Montgomery keys go in and out as JWK, many times faster than DER; NIST curves go
 * through the ECDH class where that is fastest.
 */
import {
  createDiffieHellman,
  createECDH,
  createPublicKey,
  type DiffieHellman,
  diffieHellman,
  type ECDH,
  type KeyObject,
} from "node:crypto";
import { equalConstantTime } from "../../bytes/constant-time.ts";
import { derObjectIdentifier } from "../../bytes/der.ts";
import { UNCOMPRESSED } from "../../crypto/key-encoding.ts";
import type { KeyAgreement, KeyPair } from "../../crypto/provider.ts";
import {
  FFDHE_GENERATOR,
  FINITE_FIELD_PRIVATE_KEY,
  ffdhePrimeBytes,
} from "../../protocol/ffdhe-primes.ts";
import {
  type GroupName,
  isHybrid,
  NAMED_GROUPS,
  type NamedGroup,
  type PlainGroupName,
} from "../../protocol/named-group.ts";
import { OID_X448, OID_X25519 } from "../../protocol/object-identifiers.ts";
import type { CurveName } from "../../protocol/signature-scheme.ts";
import {
  EC_CURVES,
  fromBase64Url,
  generateKeys,
  JWK_CURVES,
  pointKeyObject,
  pointOf,
  rawKeyObject,
  scalarKeyObject,
  toBase64Url,
} from "./key-objects.ts";
import { nodeHybrid } from "./ml-kem.ts";
import { random } from "./random.ts";
import { plain } from "./to-uint8array.ts";

/** A pair whose secret operation is a function, so that `wipe` has one thing to let go of. */
class NodeKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  #agree: ((peer: Uint8Array) => Uint8Array | null) | null;

  /** @param agree the shared secret with a peer's share; null or an exception if the share is not valid */
  constructor(publicKey: Uint8Array, agree: (peer: Uint8Array) => Uint8Array | null) {
    this.publicKey = publicKey;
    this.#agree = agree;
  }

  derive(peerPublicKey: Uint8Array): Uint8Array | null {
    if (this.#agree === null) throw new TypeError("this key pair was wiped");
    try {
      return this.#agree(peerPublicKey);
    } catch {
      return null;
    }
  }

  wipe(): void {
    this.#agree = null;
  }
}

const MONTGOMERY_OIDS = { x25519: OID_X25519, x448: OID_X448 };

function montgomery(name: "x25519" | "x448", { shareLength }: NamedGroup): KeyAgreement {
  const crv = JWK_CURVES[name];
  const zero = new Uint8Array(shareLength);
  const pair = (privateKey: KeyObject, x: string | undefined): KeyPair => {
    const share = fromBase64Url(x, shareLength);
    return new NodeKeyPair(share, (peer) => {
      if (peer.length !== shareLength) return null;
      const jwk = { kty: "OKP", crv, x: toBase64Url(peer) };
      const peerKey = createPublicKey({ key: jwk, format: "jwk" });
      const secret = plain(diffieHellman({ privateKey, publicKey: peerKey }));
      return equalConstantTime(secret, zero) ? null : secret;
    });
  };
  return {
    generate() {
      const { privateKey, publicKey } = generateKeys(name);
      return pair(privateKey, publicKey.x);
    },
    fromPrivateKey(privateKey) {
      if (privateKey.length !== shareLength) return null;
      const key = rawKeyObject(derObjectIdentifier(MONTGOMERY_OIDS[name]), privateKey);
      return pair(key, createPublicKey(key).export({ format: "jwk" }).x);
    },
  };
}

function weierstrass(name: CurveName, group: NamedGroup): KeyAgreement {
  const { namedCurve, byClass } = EC_CURVES[name];
  const isPoint = (share: Uint8Array): boolean =>
    share.length === group.shareLength && share[0] === UNCOMPRESSED;
  const ofClass = (ecdh: ECDH): KeyPair =>
    new NodeKeyPair(plain(ecdh.getPublicKey()), (peer) =>
      isPoint(peer) ? plain(ecdh.computeSecret(peer)) : null,
    );
  const ofObject = (privateKey: KeyObject, share: Uint8Array): KeyPair =>
    new NodeKeyPair(share, (peer) => {
      if (!isPoint(peer)) return null;
      const publicKey = pointKeyObject(name, peer);
      return plain(diffieHellman({ privateKey, publicKey }));
    });
  return {
    generate() {
      if (!byClass) {
        const { privateKey, publicKey } = generateKeys("ec", namedCurve);
        return ofObject(privateKey, pointOf(publicKey, group));
      }
      const ecdh = createECDH(namedCurve);
      ecdh.generateKeys();
      return ofClass(ecdh);
    },
    fromPrivateKey(privateKey) {
      if (privateKey.length !== group.privateKeyLength) return null;
      const ecdh = createECDH(namedCurve);
      try {
        ecdh.setPrivateKey(privateKey);
      } catch {
        return null;
      }
      if (byClass) return ofClass(ecdh);
      return ofObject(scalarKeyObject(name, privateKey), plain(ecdh.getPublicKey()));
    },
  };
}

/** Diffie-Hellman in any group; see CryptoProvider.finiteField. */
export function finiteField(prime: Uint8Array, generator: Uint8Array): KeyAgreement | null {
  const shareLength = prime.length;
  if (((prime[shareLength - 1] ?? 0) & 1) === 0) return null;
  if (generator.length > shareLength || !isWithin(padded(generator, shareLength), prime))
    return null;
  const pair = (dh: DiffieHellman): KeyPair =>
    new NodeKeyPair(padded(dh.generateKeys(), shareLength), (peer) => {
      if (peer.length !== shareLength || !isWithin(peer, prime)) return null;
      const secret = dh.computeSecret(peer);
      const whole = padded(secret, shareLength);
      secret.fill(0);
      return whole;
    });
  const fromPrivateKey = (privateKey: Uint8Array): KeyPair | null => {
    if (privateKey.length !== FINITE_FIELD_PRIVATE_KEY) return null;
    // Zero and one would make the share public knowledge.
    if (privateKey.every((byte, i) => byte <= (i === privateKey.length - 1 ? 1 : 0))) return null;
    const dh = createDiffieHellman(prime, generator);
    dh.setPrivateKey(privateKey);
    return pair(dh);
  };
  return {
    generate() {
      for (;;) {
        const privateKey = random(FINITE_FIELD_PRIVATE_KEY);
        const keys = fromPrivateKey(privateKey);
        privateKey.fill(0);
        if (keys !== null) return keys;
      }
    },
    fromPrivateKey,
  };
}

/** True if 2 <= value <= prime - 2 (RFC 7919 §5.1); both big-endian and equally long, the prime odd. */
function isWithin(value: Uint8Array, prime: Uint8Array): boolean {
  const last = value.length - 1;
  const lowest = value[last] ?? 0;
  if (lowest < 2 && value.subarray(0, last).every((byte) => byte === 0)) return false;
  const order = Buffer.compare(value, prime);
  if (order >= 0) return false;
  const isPrimeMinusOne =
    Buffer.compare(value.subarray(0, last), prime.subarray(0, last)) === 0 &&
    lowest === (prime[last] ?? 0) - 1;
  return !isPrimeMinusOne;
}

/** `bytes` with zeros in front, in memory of their own. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes, length - bytes.length);
  return whole;
}

const made = new Map<GroupName, KeyAgreement>();

/** Key agreement in a group. */
export function keyAgreement(name: GroupName): KeyAgreement | null {
  if (isHybrid(name)) return nodeHybrid(name, keyAgreement);
  const known = made.get(name);
  if (known !== undefined) return known;
  const group = NAMED_GROUPS.find((row) => row.name === name);
  if (group === undefined) return null;
  const agreement = build(name, group);
  if (agreement !== null) made.set(name, agreement);
  return agreement;
}

function build(name: PlainGroupName, group: NamedGroup): KeyAgreement | null {
  switch (name) {
    case "x25519":
    case "x448":
      return montgomery(name, group);
    case "secp256r1":
    case "secp384r1":
    case "secp521r1":
      return weierstrass(name, group);
    case "ffdhe2048":
    case "ffdhe3072":
    case "ffdhe4096":
      return finiteField(ffdhePrimeBytes(name), Uint8Array.of(FFDHE_GENERATOR));
  }
}
