/**
 * Blocks of PKCS#1 v1.5 (RFC 8017 §7.2) as a client makes them for the RSA key exchange of TLS 1.2, right and wrong, and what
 * is no block at all.
 */
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { createCertificateServices } from "../../src/pki/certificate-services.ts";
import { makeRevocationVerifier } from "../../src/pki/revocation/revocation-verifier.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { identity } from "./identities.ts";

/** Bytes of the key's modulus, and of a premaster secret. */
const SIZE = 256;
const PREMASTER = 48;
const SEPARATOR = SIZE - PREMASTER - 1;

/** 00 02 | padding without zeros | 00 | premaster secret that begins with a version. */
function premasterBlock(): Uint8Array {
  const block = new Uint8Array(SIZE).fill(0x5a);
  block.set([0, 2], 0);
  block.set([0, TLS12 >> 8, TLS12 & 0xff], SEPARATOR);
  return block;
}

/** The premaster secret in the right block. */
export const PREMASTER_SECRET: Uint8Array = premasterBlock().subarray(SEPARATOR + 1);

/** What is done to the right block, by name. */
const DAMAGES: Readonly<Record<string, (block: Uint8Array) => void>> = {
  "another version": (block) => block.set([3, 2], SEPARATOR + 1),
  "version of TLS 1.3": (block) => block.set([3, 4], SEPARATOR + 1),
  "version of another world": (block) => block.set([2, 3], SEPARATOR + 1),
  "another block type": (block) => block.set([1], 1),
  "no leading zero": (block) => block.set([1], 0),
  "no separator": (block) => block.set([7], SEPARATOR),
  "separator too early": (block) => block.set([0], 20),
  "separator in the first eight bytes": (block) => block.set([0], 5),
  "separator at once": (block) => block.set([0], 2),
  "secret of 47 bytes": (block) => block.set([9, 0], SEPARATOR),
};

export interface Shares {
  readonly right: Uint8Array;
  /** By name. */
  readonly wrong: Readonly<Record<string, Uint8Array>>;
}

/** Encrypted to the key of the identity "rsa". */
export function encryptedBlocks(provider: CryptoProvider): Shares {
  const [leaf = new Uint8Array(0)] = identity("rsa").chain;
  const { publicKey } = createCertificateServices(provider, makeRevocationVerifier).readLeaf(leaf);
  const encrypted = (how: (block: Uint8Array) => void): Uint8Array => {
    const block = premasterBlock();
    how(block);
    const share = publicKey.rsaPublic?.(block);
    if (share == null) throw new Error("the block is no number below the modulus");
    return share;
  };
  const damaged = Object.entries(DAMAGES).map(([name, how]) => [name, encrypted(how)] as const);
  return {
    right: encrypted(() => {}),
    wrong: {
      ...Object.fromEntries(damaged),
      "nothing but zeros": new Uint8Array(SIZE),
      one: new Uint8Array(SIZE).fill(1, SIZE - 1),
      "above the modulus": new Uint8Array(SIZE).fill(0xff),
      short: new Uint8Array(SIZE - 1).fill(7),
      "very short": Uint8Array.of(1),
      long: new Uint8Array(SIZE + 1).fill(7),
      empty: new Uint8Array(0),
    },
  };
}
