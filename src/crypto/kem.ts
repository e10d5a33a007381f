/**
 * Contract of a key encapsulation mechanism (FIPS 203), as the hybrid groups take it.
 */

export interface Kem {
  /** A fresh pair. */
  generate(): KemPair;
  /** The pair of a seed of KEM_SEED_LENGTH bytes: d || z. */
  fromSeed(seed: Uint8Array): KemPair;
  /**
   * A secret of 32 bytes for a public key, and what it is sent as. Null if the key is not a valid one (FIPS 203 §7.2).
   * @param message KEM_MESSAGE_LENGTH bytes to make it of; default: fresh ones
   */
  encapsulate(publicKey: Uint8Array, message?: Uint8Array): Encapsulated | null;
}

export interface Encapsulated {
  readonly ciphertext: Uint8Array;
  readonly secret: Uint8Array;
}

export interface KemPair {
  readonly publicKey: Uint8Array;
  /** The secret; an unpredictable other one for an invalid ciphertext. Null if the ciphertext's length is wrong. */
  decapsulate(ciphertext: Uint8Array): Uint8Array | null;
  /** Overwrites the private key as far as the runtime allows. */
  wipe(): void;
}
