/**
 * Providers for peers that break the rules: cryptography that does as it should, but for the shares or signatures that it gives
 * out. What a peer sends then fits its own lie.
 */
import type {
  CryptoProvider,
  KeyAgreement,
  KeyPair,
  PrivateKey,
} from "../../src/crypto/provider.ts";

export type Bend = (provider: CryptoProvider) => CryptoProvider;

/** Public shares are changed before they are sent. */
export const withShares =
  (how: (share: Uint8Array) => Uint8Array): Bend =>
  (provider) => ({
    ...provider,
    keyAgreement: (group) => bentAgreement(provider.keyAgreement(group), how),
    finiteField: (prime, generator) => bentAgreement(provider.finiteField(prime, generator), how),
  });

/**
 * Signatures are changed before they are sent.
 * @param how is given the way to the right one
 */
export const withSignatures =
  (how: (right: () => Uint8Array) => Uint8Array): Bend =>
  (provider) => ({
    ...provider,
    importPrivateKey: (pkcs8) => bentKey(provider.importPrivateKey(pkcs8), how),
  });

function bentAgreement(
  agreement: KeyAgreement | null,
  how: (share: Uint8Array) => Uint8Array,
): KeyAgreement | null {
  if (agreement === null) return null;
  const bent = (pair: KeyPair): KeyPair => ({
    publicKey: how(pair.publicKey.slice()),
    derive: (share) => pair.derive(share),
    wipe: () => pair.wipe(),
  });
  return {
    generate: () => bent(agreement.generate()),
    fromPrivateKey: (privateKey) => {
      const pair = agreement.fromPrivateKey(privateKey);
      return pair === null ? null : bent(pair);
    },
  };
}

function bentKey(
  key: PrivateKey | null,
  how: (right: () => Uint8Array) => Uint8Array,
): PrivateKey | null {
  if (key === null) return null;
  const { type, curve, bits, publicKey } = key;
  return {
    type,
    curve,
    bits,
    publicKey,
    sign: (scheme, data) => how(() => key.sign(scheme, data)),
  };
}
