/**
 * STARTTLS over WHATWG streams: drives the exchange of `starttls/` until TLS may begin.
 */
import { duration, readOptions, type Shape, withFunctions } from "../../sspi/option-shape.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import type { StartTls } from "../../starttls/dialogue.ts";
import { type ByteStreams, bytesOf, notBytes, transportError } from "./messages.ts";
import { Deferred, limitOf, Timer } from "./promises.ts";

/** Options of negotiateStartTls. */
export interface NegotiateOptions {
  /** Milliseconds for the whole exchange; default 30000. 0 or Infinity: no limit. */
  readonly timeout?: number | undefined;
  /** Aborting ends the exchange; the promise rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Shape<NegotiateOptions> = /* @__PURE__ */ (() => ({
  timeout: duration,
  signal: withFunctions("addEventListener", "removeEventListener"),
}))();
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Plays an exchange over a pair of streams that no other code holds. When it resolves, the locks are free and TLS is to
 * be put over the same streams. When it rejects, both streams are cancelled, so that nothing goes on in plaintext by
 * mistake.
 * @param streams - `readable` and `writable` of the transport, which nobody else holds
 * @param exchange - of this kit, e.g. `startTlsSmtp()`; it is used once
 * @param options - limit of time, in milliseconds, and an AbortSignal
 * @returns what the server sent in plaintext; it is not authenticated
 * @throws TlsError with the reason of the exchange, ECONNRESET when the streams end first, ETIMEDOUT when the exchange
 *   is not
 * finished in time, or the cause when a stream fails
 */
export async function negotiateStartTls(
  { readable, writable }: ByteStreams,
  exchange: StartTls,
  options: NegotiateOptions = {},
): Promise<Uint8Array> {
  const { timeout, signal } = readOptions(options, {
    ...{ shape: OPTIONS, path: "negotiateStartTls()" },
  });
  const reader = readable.getReader();
  let writer: WritableStreamDefaultWriter<Uint8Array>;
  try {
    writer = writable.getWriter();
  } catch (error) {
    reader.releaseLock();
    throw error;
  }
  const stopped = new Deferred<never>();
  const limit = limitOf(timeout, DEFAULT_TIMEOUT_MS);
  const timer = new Timer(limit, () => stopped.reject(tooSlow(limit)));
  const abort = (): void => stopped.reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await Promise.race([stopped.promise, play(reader, writer, exchange)]);
  } catch (error) {
    // A stream that never settles must not keep the caller from its error.
    void reader.cancel(error).catch(() => {});
    void writer.abort(error).catch(() => {});
    throw error;
  } finally {
    timer.stop();
    signal?.removeEventListener("abort", abort);
    reader.releaseLock();
    writer.releaseLock();
  }
}

async function play(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  exchange: StartTls,
): Promise<Uint8Array> {
  for (let step = exchange.start(); ; step = exchange.receive(await nextChunk(reader))) {
    if (step.state === "failed") throw new TlsError(step.message, { reason: step.reason });
    if (step.output.length > 0) await lost(writer.write(step.output));
    if (step.state === "done") return step.received;
  }
}

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const { done, value } = await lost(reader.read());
  if (done) throw new TlsError("the streams ended before TLS began", { code: "ECONNRESET" });
  const bytes = bytesOf(value);
  if (bytes === null) throw notBytes("the readable of the transport", value);
  return bytes;
}

/** A failure of the transport, with its cause. */
async function lost<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw transportError(cause);
  }
}

function tooSlow(limit: number): TlsError {
  return new TlsError(`the STARTTLS exchange was not finished within ${limit} ms (timeout)`, {
    ...{ code: "ETIMEDOUT", reason: "StartTlsTimeout" },
  });
}
