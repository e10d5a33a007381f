/**
 * The elliptic curve keys imported last, by their SubjectPublicKeyInfo: issuers come back with every connection, and
 * node takes longer to import such a key than to verify with it. Public keys only, few and short.
 */
import type { PublicKey } from "../../crypto/provider.ts";

/** Keys that are kept; with the longest of them some 20 KiB. */
const MAX_KEYS = 64;

/** A bounded memory of public keys; the one that was not used for longest leaves first. */
export class KeyCache {
  readonly #keys = new Map<string, PublicKey>();

  /** The key of this SubjectPublicKeyInfo, if it is known. */
  get(spki: Uint8Array): PublicKey | undefined {
    const name = nameOf(spki);
    const key = this.#keys.get(name);
    if (key === undefined) return undefined;
    this.#keys.delete(name);
    this.#keys.set(name, key);
    return key;
  }

  /** Keeps a key. */
  add(spki: Uint8Array, key: PublicKey): void {
    this.#keys.set(nameOf(spki), key);
    if (this.#keys.size <= MAX_KEYS) return;
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined) this.#keys.delete(oldest);
  }
}

function nameOf(spki: Uint8Array): string {
  return Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString("latin1");
}
