/**
 * The TLS in a TCP connection: what was said before it (STARTTLS) is left out, a connection that was captured from its middle
 * on is followed from its first whole record, and after a gap the next record is looked for.
 */
import type { Side } from "../wire-keys.ts";
import type { Conversation } from "./conversation.ts";
import { Gathered } from "./gathered.ts";
import { helloStart, recordsStart } from "./record-start.ts";
import type { StreamBegin, StreamSink } from "./tcp-streams.ts";

/** Bytes of a side in which TLS is looked for. */
const SEARCHED = 1 << 16;
/** A record's header and the type of the message in it. */
const HELLO_BEGIN = 6;

interface Search {
  readonly bytes: Gathered;
  /** Hellos before it were looked for; after a gap: so many bytes are wanted before the next look. */
  from: number;
  state: "searching" | "found" | "none";
  /** After a gap: there is no hello to look for. */
  lost: boolean;
}

const newSearch = (lost: boolean): Search => ({
  bytes: new Gathered(),
  from: 0,
  state: "searching",
  lost,
});

const other = (side: Side): Side => (side === "client" ? "server" : "client");

export class TlsFinder implements StreamSink {
  readonly #about: StreamBegin;
  readonly #open: (name: string) => Conversation;
  readonly #sides = { client: newSearch(false), server: newSearch(false) };
  /** Who is the client was guessed wrong. */
  #swapped = false;
  #conversation: Conversation | null = null;

  /** @param open called when TLS is found, with the connection's name */
  constructor(about: StreamBegin, open: (name: string) => Conversation) {
    this.#about = about;
    this.#open = open;
  }

  bytes(from: Side, bytes: Uint8Array): void {
    const search = this.#sides[from];
    if (search.state === "found") this.#conversation?.bytes(this.#side(from), bytes);
    if (search.state !== "searching") return;
    search.bytes.push(bytes);
    this.#search(from, search);
  }

  gap(from: Side, length: number): void {
    const search = this.#sides[from];
    if (search.state === "searching") this.#give(from, search);
    if (this.#conversation === null) return;
    this.#conversation.gap(this.#side(from), length);
    this.#sides[from] = newSearch(true);
  }

  end(): void {
    for (const side of ["client", "server"] as const)
      if (this.#sides[side].state === "searching") this.#give(side, this.#sides[side]);
    this.#conversation?.end();
  }

  #side(from: Side): Side {
    return this.#swapped ? other(from) : from;
  }

  #search(from: Side, search: Search): void {
    const bytes = search.bytes.all();
    if (!search.lost) {
      if (this.#isGuessedWrong(from, bytes)) this.#swapped = !this.#swapped;
      const start = helloStart(this.#side(from), bytes, search.from);
      if (start >= 0) {
        this.#found(from, search, start, true);
        return;
      }
      search.from = Math.max(bytes.length - 5, 0);
    }
    if (bytes.length >= SEARCHED || this.#findsRecords(search, bytes)) this.#give(from, search);
  }

  /** After a gap; looked for anew each time that there is twice as much. */
  #findsRecords(search: Search, bytes: Uint8Array): boolean {
    if (!search.lost || bytes.length < search.from) return false;
    search.from = 2 * bytes.length;
    return recordsStart(bytes) >= 0;
  }

  /** The first message of a side is the hello of the other one. */
  #isGuessedWrong(from: Side, bytes: Uint8Array): boolean {
    if (this.#about.certain || this.#conversation !== null) return false;
    return helloStart(other(this.#side(from)), bytes.subarray(0, HELLO_BEGIN)) === 0;
  }

  /** No hello comes: what is there begins with a record, or holds no TLS. */
  #give(from: Side, search: Search): void {
    const bytes = search.bytes.all();
    const start = bytes.length === 0 ? -1 : recordsStart(bytes);
    if (start >= 0) {
      this.#found(from, search, start, false);
      return;
    }
    search.state = "none";
    if (this.#conversation !== null && bytes.length > 0)
      this.#conversation.note(
        `${bytes.length} bytes of the ${this.#side(from)} hold no TLS record and are left out`,
      );
    search.bytes.clear();
  }

  #found(from: Side, search: Search, start: number, hello: boolean): void {
    const side = this.#side(from);
    const { client, server } = this.#about;
    this.#conversation ??= this.#open(
      this.#swapped ? `${server} to ${client}` : `${client} to ${server}`,
    );
    const bytes = search.bytes.all();
    if (start > 0) {
      const what = hello ? "before TLS are" : "before its first whole record are";
      this.#conversation.note(`${start} bytes of the ${side} ${what} left out`);
    }
    if (!hello && !search.lost)
      this.#conversation.note(
        `the capture holds no hello of the ${side}: it began in the middle of the connection`,
      );
    search.state = "found";
    this.#conversation.bytes(side, bytes.subarray(start));
    search.bytes.clear();
  }
}
