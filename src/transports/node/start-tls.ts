/**
 * STARTTLS over a Duplex: drives the exchange of `starttls/` until TLS may begin, and the frames that TDS 7.x puts round
 * its handshake.
 */
import { Duplex } from "node:stream";
import { TlsError } from "../../sspi/tls-error.ts";
import type { StartTls } from "../../starttls/dialogue.ts";
import { TdsHandshake } from "../../starttls/tds.ts";

const ENDED = "the connection ended before TLS began";

/**
 * Plays an exchange over a Duplex that nobody else reads. When it resolves, TLS is to be put over the same Duplex; when
 * it rejects, the Duplex is destroyed, so that nothing goes on in plaintext by mistake.
 * @returns what the server said in plaintext; nobody vouches for it
 * @throws TlsError with the reason of the exchange, or ECONNRESET when the connection ends first
 */
export async function negotiateStartTls(duplex: Duplex, exchange: StartTls): Promise<Uint8Array> {
  try {
    for (let step = exchange.start(); ; step = exchange.receive(await nextChunk(duplex))) {
      if (step.state === "failed") throw new TlsError(step.message, { reason: step.reason });
      if (step.output.length > 0) await write(duplex, step.output);
      if (step.state === "done") return step.received;
    }
  } catch (error) {
    duplex.destroy();
    throw error;
  }
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
