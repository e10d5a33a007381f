/**
 * A pair of Duplexes in memory that treats bytes as a bad network does: splits, merges, delays and stalls them; and, if
 * told so, resets, ends one direction, or fails at some moment.
 */
import { Duplex } from "node:stream";
import type { Chance } from "./seeded.ts";

/** What may happen to a connection beside delays. */
export type Fate = "none" | "reset" | "end" | "throw";

export interface ChaosSettings {
  readonly fate: Fate;
  /** Bytes of one direction after which the fate comes. */
  readonly after: number;
}

export class ChaosError extends Error {
  readonly code = "ECHAOS";
}

class ChaoticEnd extends Duplex {
  other: ChaoticEnd | null = null;
  readonly #chance: Chance;
  readonly #settings: ChaosSettings;
  /** Bytes on their way to the other end, in pieces. */
  #flight: Buffer[] = [];
  #carried = 0;
  #moving = false;
  #ended = false;
  #written: (() => void) | null = null;
  #stalled = false;

  constructor(chance: Chance, settings: ChaosSettings) {
    super({ highWaterMark: chance.between(1, 40_000) });
    this.#chance = chance;
    this.#settings = settings;
  }

  override _read(): void {
    this.#stalled = false;
    this.other?.move();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#flight.push(chunk);
    this.#written = done;
    this.move();
  }

  override _final(done: () => void): void {
    this.#ended = true;
    this.move();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this;
    this.#flight = [];
    // What the other end notices of it is an end, or a reset.
    if (other !== null && !other.destroyed) {
      if (error !== null || this.#chance.happens(0.3)) {
        setImmediate(() => other.destroy(new ChaosError("reset by the other end")));
      } else setImmediate(() => other.destroyed || other.push(null));
    }
    const written = this.#written;
    this.#written = null;
    written?.();
    done(error);
  }

  /** Some of what is under way arrives, later. */
  move(): void {
    if (this.#moving || this.destroyed) return;
    this.#moving = true;
    const chance = this.#chance;
    const go = (): void => {
      this.#moving = false;
      this.#arrive();
    };
    if (chance.happens(0.01)) setTimeout(go, chance.between(1, 4));
    else if (chance.happens(0.3)) setImmediate(go);
    else process.nextTick(go);
  }

  #arrive(): void {
    const { other } = this;
    if (other === null || this.destroyed || other.destroyed) {
      this.#accept();
      return;
    }
    if (other.#stalled) return;
    const all = Buffer.concat(this.#flight);
    const chance = this.#chance;
    const most = chance.happens(0.2) ? chance.between(1, 40) : all.length;
    const piece = all.subarray(0, Math.min(most, all.length));
    this.#flight = piece.length === all.length ? [] : [all.subarray(piece.length)];
    if (piece.length > 0) {
      this.#carried += piece.length;
      if (this.#settings.fate !== "none" && this.#carried > this.#settings.after) {
        this.#strike(other);
        return;
      }
      other.#stalled = !other.push(Buffer.from(piece));
    }
    if (this.#flight.length > 0) {
      this.move();
      return;
    }
    this.#accept();
    if (this.#ended) {
      this.#ended = false;
      other.push(null);
    }
  }

  #accept(): void {
    const written = this.#written;
    this.#written = null;
    written?.();
  }

  #strike(other: ChaoticEnd): void {
    this.#flight = [];
    switch (this.#settings.fate) {
      case "reset":
        other.destroy(new ChaosError("connection reset"));
        this.destroy(new ChaosError("connection reset"));
        return;
      case "end":
        other.push(null);
        this.#accept();
        return;
      default:
        this.destroy(new ChaosError("the transport failed"));
    }
  }
}

/** Both ends; each direction meets its own fate. */
export function chaoticPipe(
  chance: Chance,
  settings: readonly [ChaosSettings, ChaosSettings],
): readonly [Duplex, Duplex] {
  const [one, two] = [new ChaoticEnd(chance, settings[0]), new ChaoticEnd(chance, settings[1])];
  one.other = two;
  two.other = one;
  return [one, two];
}
