/**
 * Ticket keys (RFC 5077 §4, RFC 8446 §4.6.1): state that the client keeps for us, sealed with AES-256-GCM.
 * Also seals the HelloRetryRequest cookie.
 *
 *   key id (16) | nonce (12) | ciphertext | tag (16)
 */
import { concat, equalBytes, wipe } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import type { Aead, CryptoProvider } from "../crypto/provider.ts";

const ID_LENGTH = 16;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const EMPTY = new Uint8Array(0);
const PURPOSE_OF_KEYS = latin1("sealwire ticket");

/** A ticket is a vector of at most 2^16-1 bytes; a client chain that large is not worth resuming. */
export const MAX_TICKET_STATE = 0xf000;

/** One ticket key: 16 bytes that name it, 32 to 64 bytes of material (the SDK's SecPkgCred_SessionTicketKey). */
export interface TicketKey {
  readonly id: Uint8Array;
  readonly material: Uint8Array;
}

/** Milliseconds after which a key of our own stops sealing; it opens for as long again. */
const ROTATION = 12 * 3600 * 1000;

/** Seals with the newest key, opens with any. Without given keys it makes its own and rotates them. */
export class TicketKeys {
  readonly #provider: CryptoProvider;
  readonly #random: (length: number) => Uint8Array;
  readonly #clock: () => number;
  #keys: TicketKey[] = [];
  #given = false;
  #made = 0;

  constructor(
    provider: CryptoProvider,
    random: (length: number) => Uint8Array,
    clock: () => number,
  ) {
    this.#provider = provider;
    this.#random = random;
    this.#clock = clock;
  }

  /** Uses the caller's keys from now on, the first one for sealing; our own are forgotten. */
  replace(keys: readonly TicketKey[]): void {
    this.#keep(
      keys.map((key) => ({ id: new Uint8Array(key.id), material: new Uint8Array(key.material) })),
    );
    this.#given = true;
  }

  /** Overwrites the keys. What was sealed opens no more; sealing again makes a new key. */
  wipe(): void {
    this.#keep([]);
    this.#given = false;
  }

  /**
   * @param purpose bound to the ciphertext: "ticket13", "ticket12", "cookie"
   * @returns a new array
   */
  seal(purpose: string, state: Uint8Array): Uint8Array {
    const key = this.#current();
    const nonce = this.#random(NONCE_LENGTH);
    const body = state.slice();
    const tag = new Uint8Array(TAG_LENGTH);
    const aead = this.#aead(key, nonce);
    aead.seal(nonce, concat(key.id, latin1(purpose)), body, EMPTY, tag);
    aead.wipe();
    return concat(key.id, nonce, body, tag);
  }

  /** The state inside, or null for anything that is not from us, not for this purpose, or too old to open. */
  open(purpose: string, sealed: Uint8Array): Uint8Array | null {
    if (sealed.length < ID_LENGTH + NONCE_LENGTH + TAG_LENGTH) return null;
    this.#rotate();
    const id = sealed.subarray(0, ID_LENGTH);
    const key = this.#keys.find((k) => equalBytes(k.id, id));
    if (key === undefined) return null;
    const nonce = sealed.subarray(ID_LENGTH, ID_LENGTH + NONCE_LENGTH);
    const body = sealed.slice(ID_LENGTH + NONCE_LENGTH, -TAG_LENGTH);
    const aead = this.#aead(key, nonce);
    const state = aead.open(
      nonce,
      concat(key.id, latin1(purpose)),
      body,
      sealed.subarray(-TAG_LENGTH),
    );
    aead.wipe();
    return state;
  }

  /** A key per nonce, so that random 12-byte nonces are never a bound on the number of tickets. */
  #aead(key: TicketKey, nonce: Uint8Array): Aead {
    const sealingKey = this.#provider.hmac("sha256", key.material, concat(PURPOSE_OF_KEYS, nonce));
    const aead = this.#provider.aead("aes-256-gcm", sealingKey);
    wipe(sealingKey);
    return aead;
  }

  /** These keys from now on; what is not among them is overwritten. */
  #keep(keys: TicketKey[]): void {
    for (const key of this.#keys) if (!keys.includes(key)) wipe(key.material);
    this.#keys = keys;
  }

  #current(): TicketKey {
    this.#rotate();
    let key = this.#keys[0];
    if (key === undefined) {
      key = { id: this.#random(ID_LENGTH), material: this.#random(32) };
      this.#keys.unshift(key);
      this.#made = this.#clock();
    }
    return key;
  }

  #rotate(): void {
    if (this.#given || this.#keys.length === 0) return;
    const age = this.#clock() - this.#made;
    if (age < ROTATION) return;
    // One rotation late at most: what is older than two periods is forgotten with its keys.
    const newest = this.#keys[0];
    this.#keep(age < 2 * ROTATION && newest !== undefined ? [newest] : []);
    if (this.#keys.length > 0) {
      this.#keys.unshift({ id: this.#random(ID_LENGTH), material: this.#random(32) });
      this.#made = this.#clock();
    }
  }
}

export const makeTicketKeys: MakeTicketKeys = (provider, random, clock) =>
  new TicketKeys(provider, random, clock);

export type MakeTicketKeys = (
  provider: CryptoProvider,
  random: (length: number) => Uint8Array,
  clock: () => number,
) => TicketKeys;
