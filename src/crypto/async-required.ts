/**
 * Thrown by a synchronous call whose result is only available asynchronously. A caller that can wait awaits the promise
 * and retries.
 */
export class AsyncRequired extends Error {
  /** Never rejects. */
  readonly promise: Promise<unknown>;

  constructor(promise: Promise<unknown>) {
    super("the result is only available asynchronously; this call cannot wait for it");
    this.promise = promise;
  }
}
