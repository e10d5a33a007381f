/**
 * Ticket keys (RFC 5077 §4, RFC 8446 §4.6.1): state that the client keeps for us, sealed with AES-256-GCM.
 *
 *   key id (16) | nonce (12) | ciphertext | tag (16)
 */
import { concat, equalBytes, wipe } from "../bytes/byte-arrays.ts";
import { latin1, toHex } from "../bytes/text.ts";
import type { Aead, CryptoProvider } from "../crypto/provider.ts";
import { MemorySessionStore } from "./session-store.ts";

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
/**
 * Tickets that one key seals. Nonces of 12 bytes are drawn at random, and the key that a nonce seals with is derived
 * from that nonce alone: two equal nonces are two tickets under one key and nonce. After 2^32 tickets there are two
 * with a probability of 2^-33 (NIST SP 800-38D §8.3).
 */
const MAX_TICKETS_PER_KEY = 2 ** 32;

/** What all who have a key do with it, together. */
interface Uses {
  /** Tickets that were sealed with it. */
  sealed: number;
  /** Sessions whose tickets open no more. */
  readonly forgotten: MemorySessionStore;
}

interface UsedKey extends TicketKey {
  readonly uses: Uses;
}

/**
 * By the names of keys that were given: handles of this process that share a key count its tickets together, and none
 * of them resumes what another one has forgotten. The key that was given least recently is dropped first.
 */
const usesOfGiven = new Map<string, Uses>();
/** Ticket keys that were given and whose uses are counted. */
const MAX_GIVEN_KEYS = 100;

function usesOf(id: Uint8Array, clock: () => number): Uses {
  const name = toHex(id);
  const uses = usesOfGiven.get(name) ?? { sealed: 0, forgotten: new MemorySessionStore(clock) };
  usesOfGiven.delete(name);
  usesOfGiven.set(name, uses);
  if (usesOfGiven.size > MAX_GIVEN_KEYS) {
    const [oldest] = usesOfGiven.keys();
    if (oldest !== undefined) usesOfGiven.delete(oldest);
  }
  return uses;
}

/**
 * Seals with the newest key, opens with any. Without given keys it makes its own, and rotates them by time and by the
 * number of tickets. Tickets by given keys are counted in this process: who shares keys between processes replaces them
 * in time.
 */
export class TicketKeys {
  readonly #provider: CryptoProvider;
  readonly #random: (length: number) => Uint8Array;
  readonly #clock: () => number;
  readonly #ticketsPerKey: number;
  /**
   * Sessions that are not resumed although there are keys for their tickets; the one that was added first is dropped
   * first.
   */
  readonly #forgotten: MemorySessionStore;
  #keys: UsedKey[] = [];
  #given = false;
  #made = 0;

  constructor(
    provider: CryptoProvider,
    random: (length: number) => Uint8Array,
    clock: () => number,
    ticketsPerKey: number = MAX_TICKETS_PER_KEY,
  ) {
    this.#ticketsPerKey = ticketsPerKey;
    this.#forgotten = new MemorySessionStore(clock);
    this.#provider = provider;
    this.#random = random;
    this.#clock = clock;
  }

  /** Uses the caller's keys from now on, the first one for sealing; our own are forgotten. */
  replace(keys: readonly TicketKey[]): void {
    this.#keep(
      keys.map(({ id, material }) => ({
        id: new Uint8Array(id),
        material: new Uint8Array(material),
        uses: usesOf(id, this.#clock),
      })),
    );
    this.#given = true;
  }

  /** Overwrites the keys. What was sealed opens no more; sealing again makes a new key. */
  wipe(): void {
    this.#keep([]);
    this.#given = false;
  }

  /**
   * Tickets of this session open no more connections, as far as this object is asked, or another one of this process
   * that was given one of the same keys: the last 1000 sessions are remembered.
   * @param seconds that its tickets may be good for
   */
  forget(sessionId: Uint8Array, seconds: number): void {
    const name = toHex(sessionId);
    this.#forgotten.set(name, EMPTY, seconds);
    if (this.#given) for (const { uses } of this.#keys) uses.forgotten.set(name, EMPTY, seconds);
  }

  isForgotten(sessionId: Uint8Array): boolean {
    const isIn = (store: MemorySessionStore): boolean =>
      store.size > 0 && store.get(toHex(sessionId)) !== null;
    return isIn(this.#forgotten) || this.#keys.some(({ uses }) => isIn(uses.forgotten));
  }

  /**
   * @param purpose bound to the ciphertext: "ticket13" or "ticket12"
   * @returns a new array; null: the key that was given has sealed as many tickets as it may
   */
  seal(purpose: string, state: Uint8Array): Uint8Array | null {
    const key = this.#current();
    if (key === null) return null;
    key.uses.sealed += 1;
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

  /** AES keys of their own for tickets, whatever length the material has. */
  #aead(key: TicketKey, nonce: Uint8Array): Aead {
    const sealingKey = this.#provider.hmac("sha256", key.material, concat(PURPOSE_OF_KEYS, nonce));
    const aead = this.#provider.aead("aes-256-gcm", sealingKey);
    wipe(sealingKey);
    return aead;
  }

  /** These keys from now on; what is not among them is overwritten. */
  #keep(keys: UsedKey[]): void {
    for (const key of this.#keys) if (!keys.includes(key)) wipe(key.material);
    this.#keys = keys;
  }

  #current(): UsedKey | null {
    this.#rotate();
    const key = this.#keys[0];
    if (key !== undefined && key.uses.sealed < this.#ticketsPerKey) return key;
    if (this.#given) return null;
    this.#keep(this.#keys.slice(0, 1));
    return this.#make();
  }

  #make(): UsedKey {
    const uses = { sealed: 0, forgotten: this.#forgotten };
    const key = { id: this.#random(ID_LENGTH), material: this.#random(32), uses };
    this.#keys.unshift(key);
    this.#made = this.#clock();
    return key;
  }

  #rotate(): void {
    if (this.#given || this.#keys.length === 0) return;
    const age = this.#clock() - this.#made;
    if (age < ROTATION) return;
    // One rotation late at most: what is older than two periods is forgotten with its keys.
    const newest = this.#keys[0];
    this.#keep(age < 2 * ROTATION && newest !== undefined ? [newest] : []);
    if (this.#keys.length > 0) this.#make();
  }
}

export const makeTicketKeys: MakeTicketKeys = (provider, random, clock) =>
  new TicketKeys(provider, random, clock);

export type MakeTicketKeys = (
  provider: CryptoProvider,
  random: (length: number) => Uint8Array,
  clock: () => number,
) => TicketKeys;
