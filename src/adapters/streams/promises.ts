/**
 * Three small tools for code that waits: a promise that is settled from outside, a gate that is opened and shut, and a
 * limit of time.
 */

/** The longest time that timers of runtimes take; a longer one would be none at all. */
const MAX_TIMER_MS = 0x7fffffff;

/** A promise that other code settles. It needs no handler: its rejection does not count as unhandled. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #settle: { resolve(value: T): void; reject(reason: unknown): void } | null = null;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.promise.catch(() => {});
  }

  get settled(): boolean {
    return this.#settle === null;
  }

  resolve(value: T): void {
    this.#settle?.resolve(value);
    this.#settle = null;
  }

  reject(reason: unknown): void {
    this.#settle?.reject(reason);
    this.#settle = null;
  }
}

/** Calls once after a time, unless it is stopped before. */
export class Timer {
  readonly #handle: ReturnType<typeof setTimeout> | undefined;

  /** @param milliseconds undefined or Infinity: never */
  constructor(milliseconds: number | undefined, late: () => void) {
    if (Number.isFinite(milliseconds)) this.#handle = setTimeout(late, milliseconds);
  }

  stop(): void {
    clearTimeout(this.#handle);
  }
}

/**
 * A limit of time in milliseconds. Infinity where 0 or Infinity was given.
 */
export function limitOf(given: number | undefined, standard: number): number {
  const limit = given ?? standard;
  return limit === 0 || limit === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : Math.min(limit, MAX_TIMER_MS);
}

/** Lets pass while it is open. */
export class Gate {
  #open: boolean;
  #waiting: (() => void)[] = [];

  constructor(open: boolean) {
    this.#open = open;
  }

  /** Resolves as soon as the gate is open. */
  passed(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  set open(open: boolean) {
    this.#open = open;
    if (!open) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
