/**
 * The places for expanded keys in the memory of an instance. There are few of them, and any number of AEADs: the next
 * one that needs a place takes the oldest. An AEAD that lost its place expands its key again at its next record, which
 * takes about a microsecond.
 */
import type { Instance } from "./instance.ts";

/** As many as the module has. */
export const SLOTS = 64;

/** No place. */
export const NONE = -1;

/** An AEAD, as far as its place is concerned. */
export interface Tenant {
  /** Number of its place, or `NONE`. */
  slot: number;
}

export class Slots {
  readonly #instance: Instance;
  readonly #tenants: (Tenant | null)[] = new Array<Tenant | null>(SLOTS).fill(null);
  #next = 0;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /**
   * Expands a key in a place of its own.
   * @param tenant gets the number of the place
   * @param cipher its number in the module
   * @param key is not kept outside the memory of the instance
   */
  move(tenant: Tenant, cipher: number, key: Uint8Array): void {
    const { functions, memory, nonce } = this.#instance;
    const slot = this.#next;
    this.#next = (slot + 1) % SLOTS;
    const before = this.#tenants[slot];
    if (before) before.slot = NONE;
    memory.set(key, nonce);
    if (functions.expand(slot, cipher) !== 0) throw new TypeError("a key was not expanded");
    this.#tenants[slot] = tenant;
    tenant.slot = slot;
  }

  /** Overwrites the expanded key, and what the ciphers left on the stack. */
  leave(tenant: Tenant): void {
    const { functions, memory, stackEnd } = this.#instance;
    if (tenant.slot !== NONE) {
      functions.wipe(tenant.slot);
      this.#tenants[tenant.slot] = null;
      tenant.slot = NONE;
    }
    memory.fill(0, 0, stackEnd);
  }
}
