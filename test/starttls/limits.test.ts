/**
 * STARTTLS over a transport that is silent, stopped or broken: one error with its cause within the limit, and nothing that
 * stays locked, open or waiting.
 */
import { PassThrough } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as node from "../../src/entries/node.ts";
import * as web from "../../src/entries/streams.ts";

const limits = suite("starttls: limits");

interface Outcome {
  readonly code?: string;
  readonly reason?: string;
  readonly message: string;
}

interface Silent {
  negotiate(options: object): Promise<unknown>;
  /** The transport is given up. */
  dropped(): boolean;
}

function silentStreams(): Silent {
  let cancelled = false;
  const readable = new ReadableStream<Uint8Array>({
    cancel: () => {
      cancelled = true;
    },
  });
  const streams = { readable, writable: new WritableStream<Uint8Array>() };
  return {
    negotiate: (options) => web.negotiateStartTls(streams, web.startTlsSmtp(), options),
    dropped: () => cancelled && !streams.readable.locked && !streams.writable.locked,
  };
}

function silentDuplex(): Silent {
  const duplex = new PassThrough();
  return {
    negotiate: (options) => node.negotiateStartTls(duplex, node.startTlsSmtp(), options),
    dropped: () => duplex.destroyed,
  };
}

async function outcome(answer: Promise<unknown>): Promise<Outcome> {
  try {
    await answer;
  } catch (error) {
    return error as Outcome;
  }
  throw new Error("the exchange did not fail");
}

for (const [functions, silent] of [
  ["sealwire/web", silentStreams],
  ["sealwire/node", silentDuplex],
] as const) {
  limits(`${functions}: a silent server ends the exchange after the time limit`, async () => {
    const peer = silent();
    const error = await outcome(peer.negotiate({ timeout: 20 }));
    assert.is(error.code, "ETIMEDOUT");
    assert.is(error.reason, "StartTlsTimeout");
    assert.match(error.message, /within 20 ms \(timeout\)/);
    assert.ok(peer.dropped());
  });

  limits(`${functions}: aborting ends the exchange with the reason of the signal`, async () => {
    const peer = silent();
    const abort = new AbortController();
    const answer = outcome(peer.negotiate({ signal: abort.signal }));
    abort.abort(new Error("no longer wanted"));
    assert.is((await answer).message, "no longer wanted");
    assert.ok(peer.dropped());
  });

  limits(`${functions}: an aborted signal ends the exchange before it begins`, async () => {
    const peer = silent();
    const error = await outcome(peer.negotiate({ signal: AbortSignal.abort(new Error("late")) }));
    assert.is(error.message, "late");
    assert.ok(peer.dropped());
  });

  limits(`${functions}: an unknown option is refused by name`, async () => {
    const error = await outcome(silent().negotiate({ timout: 20 }));
    assert.is(error.message, "negotiateStartTls(): timout is not an option; did you mean timeout?");
  });
}

limits("sealwire/web: a transport that breaks is reported with its cause", async () => {
  const cause = new Error("cable cut");
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(cause),
  });
  const error = await outcome(
    web.negotiateStartTls({ readable, writable: new WritableStream() }, web.startTlsImap()),
  );
  assert.is(error.reason, "TransportFailed");
  assert.is((error as { cause?: unknown }).cause, cause);
});

limits("sealwire/web: a locked writable leaves the readable free", async () => {
  const readable = new ReadableStream<Uint8Array>();
  const writable = new WritableStream<Uint8Array>();
  writable.getWriter();
  await outcome(web.negotiateStartTls({ readable, writable }, web.startTlsImap()));
  assert.not(readable.locked);
});

limits.run();
