/**
 * Copies both ways between a session and the streams of a command.
 */
import { CliError } from "./cli-error.ts";
import type { Streams } from "./command.ts";
import { inSeconds } from "./deadline.ts";
import type { Session } from "./session.ts";

/** How long we wait for the peer's close_notify after ours, and for what is written to leave. */
const GOODBYE_MS = 2000;
const LINE_FEED = 0x0a;

/**
 * Copies until the peer closes, or stdin has ended and the peer is silent for `waitMs`.
 * @param stuckMs how long the peer may take nothing of what is sent; null: for ever
 */
export async function copy(
  session: Session,
  streams: Streams,
  waitMs: number,
  stuckMs: number | null,
): Promise<void> {
  const silence = new Countdown(waitMs);
  const stuck = new Countdown(stuckMs ?? 0);
  let isLineOpen = false;
  /** On a terminal a message begins on a line of its own. */
  const endLine = (): void => {
    if (isLineOpen && streams.stdout.isTTY && streams.stderr.isTTY) streams.stderr.write("\n");
  };
  const upwards = async (): Promise<void> => {
    for await (const bytes of streams.stdin) {
      if (stuckMs !== null) stuck.restart();
      await session.send(bytes as Uint8Array);
      stuck.stop();
    }
    silence.restart();
  };
  const downwards = async (): Promise<void> => {
    for (let data = await session.receive(); data !== null; data = await session.receive()) {
      if (silence.runs) silence.restart();
      if (stuck.runs) stuck.restart();
      await write(streams.stdout, data);
      isLineOpen = data.at(-1) !== LINE_FEED;
    }
  };
  const sent = upwards().catch((error: unknown) => {
    // The peer's own word, if it left one, says more than a failed write.
    if (!session.stream.destroyed) session.stream.destroy(error as Error);
  });
  const received = downwards();
  const tooSlow = stuck.over.then(() => {
    received.catch(() => {});
    throw new CliError(
      `the peer takes nothing of what is sent for ${inSeconds(stuckMs ?? 0)}; give it more time with --timeout`,
      { reason: "Timeout" },
    );
  });
  try {
    await Promise.race([received, silence.over, tooSlow]);
  } catch (error) {
    endLine();
    throw error;
  } finally {
    silence.stop();
    stuck.stop();
  }
  if (session.truncated) {
    endLine();
    // There is nobody left to say goodbye to.
    session.stream.destroy();
    streams.stdin.destroy();
    await withinGoodbye(sent);
    return;
  }
  await withinGoodbye(session.shutdown());
  // What the peer was about to say still comes; one that hangs up instead has lost nothing.
  await withinGoodbye(received.catch(() => {}));
  await withinGoodbye(
    new Promise<void>((resolve) => {
      session.stream.end(() => resolve());
    }),
  );
  streams.stdin.destroy();
  await withinGoodbye(sent);
}

async function withinGoodbye(work: Promise<unknown>): Promise<void> {
  const goodbye = new Countdown(GOODBYE_MS);
  goodbye.restart();
  try {
    await Promise.race([work, goodbye.over]);
  } finally {
    goodbye.stop();
  }
}

/** A time that runs out unless it is begun again. */
class Countdown {
  readonly over: Promise<void>;
  readonly #ms: number;
  #finish: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get runs(): boolean {
    return this.#timer !== undefined;
  }

  restart(): void {
    this.stop();
    this.#timer = setTimeout(this.#finish, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function write(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
