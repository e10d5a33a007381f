/**
 * Key agreement by WebCrypto: ECDH on the NIST curves and X25519. The private keys never leave it. That a share is on
 * its curve, WebCrypto checks when it imports it.
 */
import { UNCOMPRESSED } from "../../crypto/key-encoding.ts";
import type { KeyAgreement, KeyPair } from "../../crypto/provider.ts";
import { WEB_CURVES, type WebKeySubtle } from "../../crypto/web-crypto.ts";
import { type GroupName, NAMED_GROUPS, type NamedGroup } from "../../protocol/named-group.ts";

interface WebAgreement {
  readonly name: string;
  readonly namedCurve: string;
}

/** Key agreement in a group, or null for those that no WebCrypto has. */
export function webKeyAgreement(subtle: WebKeySubtle, name: GroupName): KeyAgreement | null {
  const group = NAMED_GROUPS.find((row) => row.name === name);
  const algorithm = algorithmOf(name);
  if (group === undefined || algorithm === null) return null;
  const generateAsync = (): Promise<KeyPair> => generate(subtle, group, algorithm);
  // X25519 is not everywhere yet.
  let has: Promise<boolean> | null = null;
  const tried = (): Promise<boolean> => {
    has ??= generateAsync().then(
      () => true,
      () => false,
    );
    return has;
  };
  return {
    generate: onlyAsync,
    generateAsync,
    ...(group.kind === "montgomery" ? { available: tried } : {}),
    // WebCrypto cannot compute the public half of a given key.
    fromPrivateKey: () => null,
  };
}

function onlyAsync(): never {
  throw new TypeError("WebCrypto answers by promise: this provider is for clients only");
}

function algorithmOf(name: GroupName): WebAgreement | null {
  if (name === "x25519") return { name: "X25519", namedCurve: "X25519" };
  const namedCurve = name in WEB_CURVES ? WEB_CURVES[name as keyof typeof WEB_CURVES] : undefined;
  return namedCurve === undefined ? null : { name: "ECDH", namedCurve };
}

async function generate(
  subtle: WebKeySubtle,
  group: NamedGroup,
  algorithm: WebAgreement,
): Promise<KeyPair> {
  const { publicKey, privateKey } = await subtle.generateKey(algorithm, false, ["deriveBits"]);
  const share = new Uint8Array(await subtle.exportKey("raw", publicKey));
  return new WebKeyPair(subtle, group, algorithm, share, privateKey);
}

class WebKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  readonly #subtle: WebKeySubtle;
  readonly #group: NamedGroup;
  readonly #algorithm: WebAgreement;
  #privateKey: unknown;

  constructor(
    subtle: WebKeySubtle,
    group: NamedGroup,
    algorithm: WebAgreement,
    publicKey: Uint8Array,
    privateKey: unknown,
  ) {
    this.#subtle = subtle;
    this.#group = group;
    this.#algorithm = algorithm;
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  derive(): never {
    return onlyAsync();
  }

  async deriveAsync(peerPublicKey: Uint8Array): Promise<Uint8Array | null> {
    const { shareLength, privateKeyLength, kind } = this.#group;
    const share = new Uint8Array(peerPublicKey);
    if (share.length !== shareLength) return null;
    if (kind === "weierstrass" && share[0] !== UNCOMPRESSED) return null;
    const { name } = this.#algorithm;
    const privateKey = this.#privateKey;
    try {
      const peer = await this.#subtle.importKey("raw", share, this.#algorithm, false, []);
      const parameters = { name, public: peer };
      const bits = 8 * privateKeyLength;
      const secret = new Uint8Array(await this.#subtle.deriveBits(parameters, privateKey, bits));
      // RFC 8446 §7.4.2: not every WebCrypto refuses it by itself.
      return secret.every((byte) => byte === 0) ? null : secret;
    } catch {
      return null;
    }
  }

  /** The key is WebCrypto's: it is let go of. */
  wipe(): void {
    this.#privateKey = null;
  }
}
