/**
 * Records waiting to be sent, in order.
 */
export class OutputQueue {
  #records: Uint8Array[] = [];
  #length = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#length;
  }

  /** Appends a record; its memory belongs to the queue from now on. */
  push(record: Uint8Array): void {
    this.#records.push(record);
    this.#length += record.length;
  }

  /** Moves everything to the start of `target`, which has at least `length` bytes. */
  take(target: Uint8Array): void {
    let offset = 0;
    for (const record of this.#records) {
      target.set(record, offset);
      offset += record.length;
    }
    this.clear();
  }

  /** Forgets everything. */
  clear(): void {
    this.#records = [];
    this.#length = 0;
  }
}
