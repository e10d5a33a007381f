/**
 * STARTTLS over WHATWG streams: drives the exchange of `starttls/` until TLS may begin.
 */
import { TlsError } from "../../sspi/tls-error.ts";
import type { StartTls } from "../../starttls/dialogue.ts";
import type { ByteStreams } from "./messages.ts";

/**
 * Plays an exchange over a pair of streams that nobody else holds. When it resolves, the locks are free and TLS is to be
 * put over the same streams; when it rejects, both are cancelled, so that nothing goes on in plaintext by mistake.
 * @returns what the server said in plaintext; nobody vouches for it
 * @throws TlsError with the reason of the exchange, or ECONNRESET when the streams end first
 */
export async function negotiateStartTls(
  { readable, writable }: ByteStreams,
  exchange: StartTls,
): Promise<Uint8Array> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  try {
    for (let step = exchange.start(); ; step = exchange.receive(await nextChunk(reader))) {
      if (step.state === "failed") throw new TlsError(step.message, { reason: step.reason });
      if (step.output.length > 0) await writer.write(step.output);
      if (step.state === "done") return step.received;
    }
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
    throw error;
  } finally {
    reader.releaseLock();
    writer.releaseLock();
  }
}

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const { done, value } = await reader.read();
  if (done) throw new TlsError("the streams ended before TLS began", { code: "ECONNRESET" });
  return value;
}
