/**
 * A bound on the work that a peer's chain can cause, in one currency: looking at an issuer, or comparing a hundred
 * names with constraints, is one step, and checking a signature is worth fifty. No clock: the same chain ends at the
 * same place.
 */

/**
 * Steps of a search by default: at most a hundred signatures. The diagnosis of a refusal has a tenth of it for itself.
 */
export const MAX_PATH_STEPS = 5000;

export const Cost = { Candidate: 1, Signature: 50, ComparisonsPerStep: 100 } as const;

export class WorkBudget {
  readonly limit: number;
  #spent = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  get exhausted(): boolean {
    return this.#spent > this.limit;
  }

  /** Takes steps off. @returns false if there are not that many: the work may not be done, and no other after it */
  take(steps: number): boolean {
    this.#spent = Math.min(this.#spent + steps, this.limit + 1);
    return !this.exhausted;
  }
}
