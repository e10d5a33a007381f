/**
 * Hybrid groups (RFC 10024): a curve and a KEM side by side, their shares and their secrets one behind the other. It
 * holds as long as either does.
 */
import { concat, wipe } from "../bytes/byte-arrays.ts";
import {
  HYBRID_GROUPS,
  KEM_MESSAGE_LENGTH,
  KEM_SEED_LENGTH,
  KEMS,
  type KemName,
} from "../protocol/hybrid-group.ts";
import {
  type HybridGroupName,
  NAMED_GROUPS,
  type NamedGroup,
  type PlainGroupName,
} from "../protocol/named-group.ts";
import { keyPairFromRandom } from "./deterministic-key-pair.ts";
import type { Kem, KemPair } from "./kem.ts";
import type { Answer, KeyAgreement, KeyPair } from "./provider.ts";

/** The parts of a group, and where they lie. */
interface Parts {
  readonly curve: KeyAgreement;
  readonly curveRow: NamedGroup;
  readonly kem: Kem;
  readonly ciphertextLength: number;
  readonly publicKeyLength: number;
  readonly kemFirst: boolean;
}

/** Key agreement in a hybrid group, or null where a part of it is missing. */
export function hybridAgreement(
  name: HybridGroupName,
  curveOf: (name: PlainGroupName) => KeyAgreement | null,
  kemOf: (name: KemName) => Kem | null,
): KeyAgreement | null {
  const { curve: curveName, kem: kemName, kemFirst } = HYBRID_GROUPS[name];
  const curveRow = NAMED_GROUPS.find((row) => row.name === curveName);
  const curve = curveOf(curveName);
  const kem = kemOf(kemName);
  if (curveRow === undefined || curve === null || kem === null) return null;
  const parts = { curve, curveRow, kem, ...KEMS[kemName], kemFirst };
  const { generateAsync, available } = curve;
  return {
    generate: () => new HybridKeyPair(parts, curve.generate(), kem.generate()),
    ...(generateAsync === undefined
      ? {}
      : {
          generateAsync: async () =>
            new HybridKeyPair(parts, await generateAsync(), kem.generate()),
        }),
    ...(available === undefined ? {} : { available }),
    fromPrivateKey(privateKey) {
      if (privateKey.length !== KEM_SEED_LENGTH + curveRow.privateKeyLength) return null;
      const pair = curve.fromPrivateKey(privateKey.subarray(KEM_SEED_LENGTH));
      if (pair === null) return null;
      return new HybridKeyPair(parts, pair, kem.fromSeed(privateKey.subarray(0, KEM_SEED_LENGTH)));
    },
    answer: (share, random) => answer(parts, share, random),
  };
}

class HybridKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  readonly deriveAsync?: (peerPublicKey: Uint8Array) => Promise<Uint8Array | null>;
  readonly #parts: Parts;
  readonly #curve: KeyPair;
  readonly #kem: KemPair;

  constructor(parts: Parts, curve: KeyPair, kem: KemPair) {
    this.publicKey = inOrder(parts, kem.publicKey, curve.publicKey);
    this.#parts = parts;
    this.#curve = curve;
    this.#kem = kem;
    if (curve.deriveAsync !== undefined) {
      this.deriveAsync = async (share) => {
        const split = this.#split(share);
        const secret = (await curve.deriveAsync?.(split?.curve ?? share)) ?? null;
        return split === null ? null : this.#join(split.ciphertext, secret);
      };
    }
  }

  derive(share: Uint8Array): Uint8Array | null {
    const split = this.#split(share);
    return split === null ? null : this.#join(split.ciphertext, this.#curve.derive(split.curve));
  }

  wipe(): void {
    this.#curve.wipe();
    this.#kem.wipe();
  }

  /** The parts of a server's share, in memory of their own. */
  #split(share: Uint8Array): { ciphertext: Uint8Array; curve: Uint8Array } | null {
    const [ciphertext, curve] = cut(this.#parts, share, this.#parts.ciphertextLength);
    if (ciphertext === undefined || curve === undefined) return null;
    return { ciphertext, curve };
  }

  #join(ciphertext: Uint8Array, curveSecret: Uint8Array | null): Uint8Array | null {
    const kemSecret = curveSecret === null ? null : this.#kem.decapsulate(ciphertext);
    if (curveSecret === null || kemSecret === null) return null;
    return joined(this.#parts, kemSecret, curveSecret);
  }
}

function answer(
  parts: Parts,
  share: Uint8Array,
  random?: (length: number) => Uint8Array,
): Answer | null {
  const { curve, curveRow, kem } = parts;
  const [publicKey, curveShare] = cut(parts, share, parts.publicKeyLength);
  if (publicKey === undefined || curveShare === undefined) return null;
  const own = random === undefined ? curve.generate() : keyPairFromRandom(curve, curveRow, random);
  const curveSecret = own.derive(curveShare);
  own.wipe();
  const encapsulated =
    curveSecret === null ? null : kem.encapsulate(publicKey, random?.(KEM_MESSAGE_LENGTH).slice());
  if (curveSecret === null || encapsulated === null) {
    wipe(curveSecret);
    return null;
  }
  return {
    publicKey: inOrder(parts, encapsulated.ciphertext, own.publicKey),
    secret: joined(parts, encapsulated.secret, curveSecret),
  };
}

/** The KEM's part and the curve's of a share that is as long as it should be, copied; else nothing. */
function cut(
  { kemFirst, curveRow: { shareLength } }: Parts,
  share: Uint8Array,
  kemLength: number,
): readonly Uint8Array[] {
  if (share.length !== kemLength + shareLength) return [];
  return kemFirst
    ? [share.slice(0, kemLength), share.slice(kemLength)]
    : [share.slice(shareLength), share.slice(0, shareLength)];
}

function inOrder({ kemFirst }: Parts, kem: Uint8Array, curve: Uint8Array): Uint8Array {
  return kemFirst ? concat(kem, curve) : concat(curve, kem);
}

/** The secret; its parts are wiped. */
function joined(parts: Parts, kem: Uint8Array, curve: Uint8Array): Uint8Array {
  const secret = inOrder(parts, kem, curve);
  wipe(kem, curve);
  return secret;
}
