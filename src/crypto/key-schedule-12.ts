/**
 * Secrets and keys of TLS 1.2: PRF (RFC 5246 §5), master secret (§8.1; RFC 7627 §4), key block (§6.3), Finished
 * (§7.4.9), exporter (RFC 5705 §4).
 */
import { concat, wipe } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import { type CipherSuite, HASHES, type HashName } from "../protocol/cipher-suite.ts";
import type { CryptoProvider } from "./provider.ts";
import type { TrafficKeys } from "./traffic-keys.ts";

const MASTER_SECRET_LENGTH = 48;
/** Implicit nonce of AES-GCM (RFC 5288 §3), IV of ChaCha20-Poly1305 (RFC 7905 §2). CBC sends its IVs. */
const FIXED_IV_LENGTH = { gcm12: 4, chacha12: 12, cbc12: 0, tls13: 12 } as const;

/** Bytes of verify_data in TLS 1.2. */
export const VERIFY_DATA_LENGTH = 12;

/** Labels that the PRF of a handshake uses: reserved, an exporter must refuse them (RFC 5705 §4). */
export const LABELS_12 = {
  masterSecret: "master secret",
  extendedMasterSecret: "extended master secret",
  keyExpansion: "key expansion",
  clientFinished: "client finished",
  serverFinished: "server finished",
} as const;

/** PRF(secret, label, seed), `length` bytes. */
export function prf(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  label: Uint8Array,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const output = new Uint8Array(length);
  const { length: hashLength } = HASHES[hash];
  // A(i) | label | seed; A(1) is made of the latter two alone.
  const input = new Uint8Array(hashLength + label.length + seed.length);
  input.set(label, hashLength);
  input.set(seed, hashLength + label.length);
  const a = input.subarray(0, hashLength);
  for (let made = 0; made < length; made += hashLength) {
    const next = provider.hmac(hash, secret, made === 0 ? input.subarray(hashLength) : a);
    a.set(next);
    wipe(next);
    const block = provider.hmac(hash, secret, input);
    output.set(made + hashLength <= length ? block : block.subarray(0, length - made), made);
    wipe(block);
  }
  wipe(input);
  return output;
}

/** The 48 bytes of master secret from premaster secret and randoms. */
export function masterSecret(
  provider: CryptoProvider,
  hash: HashName,
  premaster: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): Uint8Array {
  const seed = concat(clientRandom, serverRandom);
  return prf(provider, hash, premaster, latin1(LABELS_12.masterSecret), seed, MASTER_SECRET_LENGTH);
}

/** As `masterSecret`, bound to the handshake. @param sessionHash hash of the messages up to ClientKeyExchange */
export function extendedMasterSecret(
  provider: CryptoProvider,
  hash: HashName,
  premaster: Uint8Array,
  sessionHash: Uint8Array,
): Uint8Array {
  const label = latin1(LABELS_12.extendedMasterSecret);
  return prf(provider, hash, premaster, label, sessionHash, MASTER_SECRET_LENGTH);
}

/** Keys of both directions. */
export interface KeyBlock {
  readonly client: TrafficKeys;
  readonly server: TrafficKeys;
}

/** The key block, partitioned as §6.3 specifies: MAC keys, keys, IVs, each client's first. */
export function keyBlock(
  provider: CryptoProvider,
  suite: CipherSuite,
  secret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  encryptThenMac: boolean,
): KeyBlock {
  const macLength = suite.mac === null ? 0 : HASHES[suite.mac].length;
  const { keyLength } = suite.cipher;
  const ivLength = FIXED_IV_LENGTH[suite.format];
  const seed = concat(serverRandom, clientRandom);
  const length = 2 * (macLength + keyLength + ivLength);
  const block = prf(provider, suite.hash, secret, latin1(LABELS_12.keyExpansion), seed, length);
  let offset = 0;
  const take = (bytes: number): Uint8Array => {
    offset += bytes;
    return block.slice(offset - bytes, offset);
  };
  const macs = [take(macLength), take(macLength)] as const;
  const keys = [take(keyLength), take(keyLength)] as const;
  const ivs = [take(ivLength), take(ivLength)] as const;
  wipe(block);
  const direction = (side: 0 | 1): TrafficKeys => ({
    suite,
    key: keys[side],
    iv: ivs[side],
    macKey: macLength === 0 ? null : macs[side],
    encryptThenMac: encryptThenMac && macLength > 0,
  });
  return { client: direction(0), server: direction(1) };
}

/** The 12 bytes of verify_data. @param sender whose Finished it is */
export function finishedVerifyData12(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  sender: "client" | "server",
  transcriptHash: Uint8Array,
): Uint8Array {
  const label = latin1(LABELS_12[`${sender}Finished`]);
  return prf(provider, hash, secret, label, transcriptHash, VERIFY_DATA_LENGTH);
}

/** Exporter: `length` bytes. No context and an empty one are different here. */
export function exportKeyingMaterial12(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  label: Uint8Array,
  context: Uint8Array | null,
  length: number,
): Uint8Array {
  const seed =
    context === null
      ? concat(clientRandom, serverRandom)
      : concat(
          clientRandom,
          serverRandom,
          Uint8Array.of(context.length >> 8, context.length & 0xff),
          context,
        );
  return prf(provider, hash, secret, label, seed, length);
}
