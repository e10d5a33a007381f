/**
 * Whether a stream of records stands between two of them.
 */
import { RECORD_HEADER_LENGTH } from "../protocol/limits.ts";

export class RecordEnds {
  /** Bytes of the header that is being read. */
  #header = 0;
  #length = 0;
  /** Bytes of the record's body that are still to come. */
  #body = 0;
  #total = 0;

  /** Bytes that were pushed. */
  get total(): number {
    return this.#total;
  }

  /** No record is half there. */
  get isBetween(): boolean {
    return this.#header === 0 && this.#body === 0;
  }

  push(bytes: Uint8Array): void {
    this.#total += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      if (this.#body > 0) {
        const count = Math.min(this.#body, bytes.length - at);
        this.#body -= count;
        at += count;
        continue;
      }
      this.#header++;
      if (this.#header > RECORD_HEADER_LENGTH - 2)
        this.#length = (this.#length << 8) | (bytes[at] as number);
      at++;
      if (this.#header < RECORD_HEADER_LENGTH) continue;
      [this.#body, this.#header, this.#length] = [this.#length, 0, 0];
    }
  }
}
