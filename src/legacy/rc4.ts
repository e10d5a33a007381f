/**
 * RC4 with kept state (RFC 6229 has vectors). No library at hand has it: node:crypto refuses it under OpenSSL 3, and neither
 * the noble libraries nor node-forge bring it. It is broken as a cipher; NTLM, Digest and old PFX files contain it.
 */
const SIZE = 256;

/** One stream: what is given to `apply` in several calls is encrypted as if it were given in one. */
export class Rc4 {
  readonly #state: Uint8Array = new Uint8Array(SIZE);
  #i = 0;
  #j = 0;

  /** @param key of 1 to 256 bytes; it is not kept */
  constructor(key: Uint8Array) {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) state[i] = i;
    for (let i = 0, j = 0; i < SIZE; i++) {
      const here = state[i] as number;
      j = (j + here + (key[i % key.length] ?? 0)) & 0xff;
      state[i] = state[j] as number;
      state[j] = here;
    }
  }

  /** Encrypts or decrypts in place. */
  apply(data: Uint8Array): void {
    const state = this.#state;
    let i = this.#i;
    let j = this.#j;
    for (let at = 0; at < data.length; at++) {
      i = (i + 1) & 0xff;
      const one = state[i] as number;
      j = (j + one) & 0xff;
      const other = state[j] as number;
      state[i] = other;
      state[j] = one;
      data[at] = (data[at] as number) ^ (state[(one + other) & 0xff] as number);
    }
    this.#i = i;
    this.#j = j;
  }

  /** Goes back, or on, to where another stream is. */
  become(other: Rc4): void {
    this.#state.set(other.#state);
    this.#i = other.#i;
    this.#j = other.#j;
  }

  /** Overwrites the state. */
  wipe(): void {
    this.#state.fill(0);
    this.#i = 0;
    this.#j = 0;
  }
}
