/**
 * Two Duplex ends in memory: what one writes the other reads, on the next turn of the event loop at the latest.
 */
import { Duplex } from "node:stream";

class End extends Duplex {
  other: End | null = null;
  #wanted: (() => void) | null = null;

  override _read(): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    wanted?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const { other } = this;
    if (other === null || other.push(chunk)) done();
    else other.#wanted = done;
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }
}

/** A pair of linked ends. */
export function duplexPair(): readonly [Duplex, Duplex] {
  const one = new End();
  const two = new End();
  one.other = two;
  two.other = one;
  return [one, two];
}
