/**
 * AEADs by the WebAssembly module (RFC 5116, RFC 8439). A record is copied into the memory of the instance, sealed or
 * opened there, and copied back.
 */
import { copyFew } from "../../bytes/byte-arrays.ts";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS } from "../../protocol/cipher-suite.ts";
import { type AeadName, CIPHER_NUMBERS, type Instance, MAX_LENGTH } from "./instance.ts";
import { NONE, type Slots, type Tenant } from "./slots.ts";

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const EMPTY_SLOT_OR_BAD_LENGTH = 2;

/** Up to this, a loop is faster than a view for `set`. */
const FEW = 48;

export class WasmAead implements Aead, Tenant {
  slot: number = NONE;
  readonly #instance: Instance;
  readonly #slots: Slots;
  readonly #cipher: number;
  #key: Uint8Array | null;

  /** @param key as long as the cipher wants it (RangeError otherwise); it is copied */
  constructor(instance: Instance, slots: Slots, name: AeadName, key: Uint8Array) {
    const { keyLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#instance = instance;
    this.#slots = slots;
    this.#cipher = CIPHER_NUMBERS[name];
    this.#key = new Uint8Array(key);
  }

  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void {
    const { functions, memory, data, tag: tagAt } = this.#instance;
    const length = first.length + second.length;
    this.#prepare(nonce, additionalData, length);
    copyIn(first, memory, data);
    copyIn(second, memory, data + first.length);
    this.#check(functions.seal(this.slot, length, additionalData.length));
    copyOut(memory, data, first);
    copyOut(memory, data + first.length, second);
    copyFew(memory, tagAt, tag, 0, TAG_LENGTH);
  }

  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    inPlace = true,
  ): Uint8Array | null {
    if (tag.length !== TAG_LENGTH) return null;
    const { functions, memory, data: dataAt, tag: tagAt } = this.#instance;
    const { length } = data;
    this.#prepare(nonce, additionalData, length);
    copyFew(tag, 0, memory, tagAt, TAG_LENGTH);
    copyIn(data, memory, dataAt);
    const status = functions.open(this.slot, length, additionalData.length);
    this.#check(status);
    if (status !== 0) return null;
    const target = inPlace ? data : new Uint8Array(length);
    copyOut(memory, dataAt, target);
    memory.fill(0, dataAt, dataAt + length);
    return target;
  }

  wipe(): void {
    this.#key?.fill(0);
    this.#key = null;
    this.#slots.leave(this);
  }

  /** The expanded key, nonce and additional data in the memory of the instance. */
  #prepare(nonce: Uint8Array, additionalData: Uint8Array, length: number): void {
    const { memory, data, nonce: nonceAt } = this.#instance;
    if (this.#key === null) throw new TypeError("this AEAD was wiped; make a new one");
    if (nonce.length !== NONCE_LENGTH) {
      throw new RangeError(`a nonce has ${NONCE_LENGTH} bytes, not ${nonce.length}`);
    }
    if (length + additionalData.length > MAX_LENGTH) {
      throw new RangeError(
        `${length} bytes and ${additionalData.length} of additional data are more than ${MAX_LENGTH}`,
      );
    }
    if (this.slot === NONE) this.#slots.move(this, this.#cipher, this.#key);
    copyFew(nonce, 0, memory, nonceAt, NONCE_LENGTH);
    copyIn(additionalData, memory, data + length);
  }

  #check(status: number): void {
    if (status === EMPTY_SLOT_OR_BAD_LENGTH) throw new TypeError("the module refused a call");
  }
}

function copyIn(source: Uint8Array, memory: Uint8Array, at: number): void {
  if (source.length <= FEW) copyFew(source, 0, memory, at, source.length);
  else memory.set(source, at);
}

function copyOut(memory: Uint8Array, at: number, target: Uint8Array): void {
  const { length } = target;
  if (length <= FEW) copyFew(memory, at, target, 0, length);
  else target.set(memory.subarray(at, at + length));
}
