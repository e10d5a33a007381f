/**
 * What cryptography throws that has its answer only later: whoever can wait does, and asks the same again.
 */
export class Later extends Error {
  /** Never rejects. */
  readonly promise: Promise<unknown>;

  constructor(promise: Promise<unknown>) {
    super("the answer comes later: this call cannot wait for it");
    this.promise = promise;
  }
}
