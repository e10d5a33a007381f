/**
 * Nonces that are the IV xor the sequence number, left-padded to 12 bytes (RFC 8446 §5.3, RFC 7905 §2).
 */
import { wipe } from "../bytes/byte-arrays.ts";

const LENGTH = 12;

export class NonceXor {
  readonly #iv: Uint8Array;
  readonly #nonce: Uint8Array = new Uint8Array(LENGTH);

  /** @param iv 12 bytes, copied */
  constructor(iv: Uint8Array) {
    this.#iv = iv.slice();
    this.#nonce.set(iv);
  }

  /** The nonce of a record; the same memory each time. */
  at(sequence: number): Uint8Array {
    const iv = this.#iv;
    const nonce = this.#nonce;
    const high = Math.floor(sequence / 0x100000000);
    const low = sequence % 0x100000000;
    for (let i = 0; i < 4; i++) {
      const shift = 24 - 8 * i;
      nonce[4 + i] = (iv[4 + i] as number) ^ ((high >>> shift) & 0xff);
      nonce[8 + i] = (iv[8 + i] as number) ^ ((low >>> shift) & 0xff);
    }
    return nonce;
  }

  wipe(): void {
    wipe(this.#iv, this.#nonce);
  }
}
