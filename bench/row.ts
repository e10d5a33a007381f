/**
 * One measurement: the same work done by us and by a peer, in turns, in one process, so that what the machine does
 * besides hits both alike. Only the ratio is worth reading on another machine.
 */

/** Does some of the work and tells how much: operations or bytes. Called again and again, for some milliseconds each. */
export type Work = () => number | Promise<number>;

export interface Subjects {
  readonly sealwire: Work;
  readonly peer: Work;
  /** Makes ready what the next piece of our work takes; its time does not count. */
  between?(): void;
  /** Frees what `prepare` took. */
  dispose?(): void | Promise<void>;
}

export interface BenchRow {
  /** What is done, the same words each time: rows are compared by name. */
  readonly name: string;
  /** Unit of the work per second: "bytes" is shown as MB/s, anything else as it is. */
  readonly unit: string;
  /** Who the peer is: "node:crypto", "node:tls", …; a peer may be another way of ours. */
  readonly peerName: string;
  /** Ratio to be reached, ours by the peer's, where one was set. */
  readonly wanted?: number;
  prepare(): Subjects | Promise<Subjects>;
}

/** As `--json` writes it. Rates are units per second; `ratio` above 1: we are faster. */
export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  readonly sealwire: number;
  readonly peer: number;
  readonly peerName: string;
  readonly ratio: number;
}

export interface Pace {
  /** Rounds that count; the ratio is the median of theirs. */
  readonly rounds: number;
  /** Least length of a turn in a round, milliseconds. */
  readonly turn: number;
}

/** Turns before those that count: until the compiler has seen what runs often. */
const WARM_UP_TURNS = 5;

/** Measures a row: a warm-up, then rounds of one turn each, the first one changing from round to round. */
export async function measure(row: BenchRow, pace: Pace): Promise<BenchResult> {
  const subjects = await row.prepare();
  try {
    const between = subjects.between?.bind(subjects);
    const our = (): Promise<number> => turn(subjects.sealwire, pace.turn, between);
    const their = (): Promise<number> => turn(subjects.peer, pace.turn);
    for (let i = 0; i < WARM_UP_TURNS; i++) {
      await our();
      await their();
    }
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < pace.rounds; round++) {
      const first = round % 2 === 0;
      if (first) ours.push(await our());
      theirs.push(await their());
      if (!first) ours.push(await our());
    }
    const { name, unit, peerName } = row;
    const ratio = median(ours.map((rate, i) => rate / (theirs[i] ?? Number.NaN)));
    return { name, unit, sealwire: median(ours), peer: median(theirs), peerName, ratio };
  } finally {
    await subjects.dispose?.();
  }
}

/** Units per second. */
async function turn(work: Work, milliseconds: number, between?: () => void): Promise<number> {
  let done = 0;
  let spent = 0;
  while (spent < milliseconds) {
    between?.();
    const began = performance.now();
    const step = work();
    done += typeof step === "number" ? step : await step;
    spent += performance.now() - began;
  }
  return (done / spent) * 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? high)) / 2;
}
