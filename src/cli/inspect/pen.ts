/**
 * Who may write: connections that are read at the same time are told one after the other. The first one that is open writes
 * at once, what the others say is kept until it ends; when that gets too much, the one with the most to say goes first.
 */

/** What a connection says, in order. */
export interface Writer {
  /** Takes text, whole lines. */
  write(text: string): void;
  /** It has said everything. */
  end(): void;
}

interface Turn extends Writer {
  kept: string[];
  length: number;
  over: boolean;
  begun: boolean;
}

export interface PenMarks {
  /** Written when a connection begins to write; `again`: it was interrupted before. */
  begin(again: boolean): string;
  /** Written when it ends, or is interrupted by another. */
  end(over: boolean): string;
}

/** Characters that are kept of connections that wait. */
const MAX_KEPT = 1 << 25;

export class Pen {
  readonly #out: (text: string) => void;
  readonly #marks = new Map<Turn, PenMarks>();
  #waiting = new Set<Turn>();
  #holder: Turn | null = null;
  #kept = 0;

  constructor(out: (text: string) => void) {
    this.#out = out;
  }

  writer(marks: PenMarks): Writer {
    const turn: Turn = {
      kept: [],
      length: 0,
      over: false,
      begun: false,
      write: (text) => this.#write(turn, text),
      end: () => this.#end(turn),
    };
    this.#marks.set(turn, marks);
    this.#waiting.add(turn);
    if (this.#holder === null) this.#give(turn);
    return turn;
  }

  #write(turn: Turn, text: string): void {
    if (turn === this.#holder) {
      this.#out(text);
      return;
    }
    turn.kept.push(text);
    turn.length += text.length;
    this.#kept += text.length;
    if (this.#kept <= MAX_KEPT) return;
    const [longest] = [...this.#waiting].sort((a, b) => b.length - a.length);
    if (longest === undefined) return;
    this.#release();
    this.#give(longest);
  }

  #end(turn: Turn): void {
    turn.over = true;
    while (this.#holder?.over === true) {
      this.#release();
      const [next] = this.#waiting;
      if (next !== undefined) this.#give(next);
    }
  }

  #give(turn: Turn): void {
    this.#waiting.delete(turn);
    this.#holder = turn;
    this.#out(this.#marks.get(turn)?.begin(turn.begun) ?? "");
    turn.begun = true;
    for (const text of turn.kept) this.#out(text);
    this.#kept -= turn.length;
    turn.kept = [];
    turn.length = 0;
  }

  #release(): void {
    const turn = this.#holder;
    if (turn === null) return;
    this.#holder = null;
    this.#out(this.#marks.get(turn)?.end(turn.over) ?? "");
    if (turn.over) this.#marks.delete(turn);
    else this.#waiting.add(turn);
  }
}
