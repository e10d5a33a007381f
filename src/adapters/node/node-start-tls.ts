/**
 * STARTTLS over a Duplex: drives the exchange of `starttls/` until TLS may begin, and the frames that TDS 7.x puts round
 * its handshake.
 */
import { Duplex } from "node:stream";
import { duration, readOptions, type Shape, withFunctions } from "../../sspi/option-shape.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import type { StartTls } from "../../starttls/dialogue.ts";
import { TdsHandshake } from "../../starttls/tds.ts";

/** The longest time that timers take; a longer one would be none at all. */
const MAX_TIMER_MS = 0x7fffffff;
const ENDED = "the connection ended before TLS began";

/** Options of negotiateStartTls. */
export interface NegotiateOptions {
  /** Milliseconds for the whole exchange. Default: no limit, as sockets of Node have none. 0 and Infinity: no limit. */
  readonly timeout?: number | undefined;
  /** Aborting ends the exchange; the promise rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Shape<NegotiateOptions> = {
  timeout: duration,
  signal: withFunctions("addEventListener", "removeEventListener"),
};

/**
 * Plays an exchange over a Duplex that nobody else reads. When it resolves, TLS is to be put over the same Duplex; when
 * it rejects, the Duplex is destroyed, so that nothing goes on in plaintext by mistake.
 * @param duplex - the transport, which nobody else reads
 * @param exchange - of this kit, e.g. `startTlsSmtp()`; it is used once
 * @param options - limit of time, in milliseconds, and an AbortSignal
 * @returns what the server said in plaintext; nobody vouches for it
 * @throws TlsError with the reason of the exchange, ECONNRESET when the connection ends first, or ETIMEDOUT when the exchange
 * is not finished in time
 */
export async function negotiateStartTls(
  duplex: Duplex,
  exchange: StartTls,
  options: NegotiateOptions = {},
): Promise<Uint8Array> {
  const { timeout = 0, signal } = readOptions(options, {
    ...{ shape: OPTIONS, path: "negotiateStartTls()" },
  });
  const limit = Math.min(timeout, MAX_TIMER_MS);
  let timer: NodeJS.Timeout | undefined;
  let abort = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    if (Number.isFinite(timeout) && timeout > 0)
      timer = setTimeout(() => reject(tooSlow(limit)), limit);
    abort = () => reject(signal?.reason);
  });
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await Promise.race([stopped, play(duplex, exchange)]);
  } catch (error) {
    duplex.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function play(duplex: Duplex, exchange: StartTls): Promise<Uint8Array> {
  for (let step = exchange.start(); ; step = exchange.receive(await nextChunk(duplex))) {
    if (step.state === "failed") throw new TlsError(step.message, { reason: step.reason });
    if (step.output.length > 0) await write(duplex, step.output);
    if (step.state === "done") return step.received;
  }
}

function tooSlow(limit: number): TlsError {
  return new TlsError(`the STARTTLS exchange was not finished within ${limit} ms (timeout)`, {
    ...{ code: "ETIMEDOUT", reason: "StartTlsTimeout" },
  });
}

function nextChunk(duplex: Duplex): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void): void => {
      duplex.off("readable", take).off("end", end).off("close", end).off("error", fail);
      // The stream forgets the listener for "readable" in the next tick; only then it flows for others.
      process.nextTick(how);
    };
    const take = (): void => {
      const chunk: Uint8Array | null = duplex.read();
      if (chunk !== null) settle(() => resolve(chunk));
    };
    const end = (): void => settle(() => reject(new TlsError(ENDED, { code: "ECONNRESET" })));
    const fail = (cause: Error): void =>
      settle(() => reject(new TlsError(`${ENDED}: ${cause.message}`, { ...codeOf(cause), cause })));
    if (duplex.destroyed || duplex.readableEnded) {
      end();
      return;
    }
    duplex.on("readable", take).on("end", end).on("close", end).on("error", fail);
  });
}

function codeOf(error: Error): { code?: string } {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? { code } : {};
}

function write(duplex: Duplex, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    duplex.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * A transport for TLS under TDS 7.x: wraps what TLS writes into PRELOGIN packets until `finish` is called (when the
 * handshake is over), unwraps what comes. Destroying either end destroys both.
 */
export class TdsHandshakeStream extends Duplex {
  readonly #inner: Duplex;
  readonly #frames = new TdsHandshake();

  /**
   * Puts the frames round a transport.
   * @param inner - the transport, which nobody else reads or writes
   */
  constructor(inner: Duplex) {
    super({ allowHalfOpen: true });
    this.#inner = inner;
    inner.on("data", (bytes: Uint8Array) => this.#take(bytes));
    inner.once("end", () => this.push(null));
    inner.once("error", (error) => this.destroy(error));
    inner.once("close", () => this.destroy());
  }

  /** The TLS handshake is over: what follows stands bare on the transport. */
  finish(): void {
    this.#frames.finish();
  }

  #take(bytes: Uint8Array): void {
    const found = this.#frames.unwrap(bytes);
    if (!found.ok) this.destroy(new TlsError(found.message, { reason: "UnexpectedAnswer" }));
    else if (found.tls.length > 0 && !this.push(found.tls)) this.#inner.pause();
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(bytes: Uint8Array, _: string, done: (error?: Error | null) => void): void {
    this.#inner.write(this.#frames.wrap(bytes), done);
  }

  override _final(done: () => void): void {
    this.#inner.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}
