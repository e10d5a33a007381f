/**
 * An exchange in plaintext that ends where TLS begins: bytes in, bytes out, no socket. A protocol is a script, read
 * from top to bottom; the negotiator plays it, bounds what a server may send, and refuses plaintext that comes after
 * the go-ahead, because an attacker may have put it there to pass as protected data (CVE-2011-0411 and its kin).
 */
import { concatAll } from "../bytes/byte-arrays.ts";
import { GrowingBytes } from "../bytes/growing-bytes.ts";
import { fromLatin1, harmless, latin1 } from "../bytes/text.ts";

/** Why TLS does not begin. */
export type StartTlsReason =
  /** The server does not offer TLS. */
  | "NotOffered"
  /** The server offered it, or was asked, and refused. */
  | "Refused"
  /** An answer that the protocol does not allow here. */
  | "UnexpectedAnswer"
  /** More bytes than any honest server needs. */
  | "TooLong"
  /** Plaintext after the go-ahead. */
  | "InjectedPlaintext"
  /** The negotiator was given bytes after its end. */
  | "Ended";

/** What comes next in an exchange. */
export type StartTlsStep =
  /** Send `output` (may be empty), then hand over what comes. */
  | {
      /** The exchange goes on. */
      readonly state: "more";
      /** Bytes for the server. */
      readonly output: Uint8Array;
    }
  /** Send `output`, then begin TLS: the next byte in either direction belongs to it. */
  | {
      /** TLS may begin. */
      readonly state: "done";
      /** Bytes for the server. */
      readonly output: Uint8Array;
      /** All that the server sent in plaintext; it is not authenticated. */
      readonly received: Uint8Array;
    }
  /** Give the connection up; there is nothing to send. */
  | {
      /** TLS does not begin. */
      readonly state: "failed";
      /** Why, as a stable word. */
      readonly reason: StartTlsReason;
      /** Why, for people. */
      readonly message: string;
    };

/** Plays one exchange. */
export interface StartTls {
  /** The first step; to be called once, before anything is received. */
  start(): StartTlsStep;
  /**
   * Takes bytes as they came, in any pieces.
   * @param bytes - from the server; nothing of them is kept by reference
   * @returns the next step
   */
  receive(bytes: Uint8Array): StartTlsStep;
}

/**
 * Bytes to send, or the request for a unit of input: its length from the start of `input`, or 0 while it is not all
 * there. It is asked again with each piece that comes and may remember how far it has looked: `input` only grows.
 */
type Wish =
  | { readonly send: Uint8Array }
  | { readonly unit: (input: Uint8Array) => number; readonly what: string };

/** A protocol from its first byte to its go-ahead. Returns where TLS begins; throws by `refuse`. */
export type Script = Generator<Wish, void, Uint8Array>;

/** Part of a script with a result. */
export type Part<T> = Generator<Wish, T, Uint8Array>;

/** Bytes of all answers before TLS: a greeting and lists of what the server can do are far smaller. */
const MAX_BYTES = 32_768;
const NO_BYTES = new Uint8Array(0);

class Refusal extends Error {
  readonly reason: StartTlsReason;

  constructor(reason: StartTlsReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Ends a script: TLS does not begin. */
export function refuse(reason: StartTlsReason, message: string): never {
  throw new Refusal(reason, message);
}

/** Sends bytes, or text of one byte per character. */
export function* send(what: Uint8Array | string): Part<void> {
  yield { send: typeof what === "string" ? latin1(what) : what };
}

/** The next `length` bytes. */
export function* exactly(length: number, what: string): Part<Uint8Array> {
  return yield { unit: (input) => (input.length >= length ? length : 0), what };
}

/** The next unit of input, with the length that `length` returns: 0 while it is not all there. */
export function* unit(length: (input: Uint8Array) => number, what: string): Part<Uint8Array> {
  return yield { unit: length, what };
}

const LINE_FEED = 0x0a;

/** The next line, without its end. One character per byte. */
export function* line(what: string): Part<string> {
  let looked = 0;
  const unit = (input: Uint8Array): number => {
    const end = input.indexOf(LINE_FEED, looked) + 1;
    looked = input.length;
    return end;
  };
  const bytes = yield { unit, what };
  return fromLatin1(bytes).replace(/\r?\n$/, "");
}

/** A server's words for a message. */
export function quote(text: string): string {
  return `"${harmless(text)}"`;
}

/** Makes the negotiator of a script. */
export function negotiator(script: Script): StartTls {
  return new Negotiator(script);
}

class Negotiator implements StartTls {
  readonly #script: Script;
  readonly #received = new GrowingBytes();
  /** Bytes of `received` that the script has taken. */
  #taken = 0;
  #wish: Extract<Wish, { unit: unknown }> | null = null;
  #end: StartTlsStep | null = null;

  constructor(script: Script) {
    this.#script = script;
  }

  start(): StartTlsStep {
    return this.#play();
  }

  receive(bytes: Uint8Array): StartTlsStep {
    if (this.#end?.state === "failed") return this.#end;
    if (this.#end !== null)
      return failed("Ended", "the exchange is over, these bytes belong to TLS");
    if (this.#received.length + bytes.length > MAX_BYTES) {
      const what = this.#wish?.what ?? "the answer";
      this.#end = failed("TooLong", `${what}: over ${MAX_BYTES} bytes came before TLS`);
      return this.#end;
    }
    this.#received.append(bytes);
    return this.#play();
  }

  /** Plays on until the script wants bytes that are not there, or ends. */
  #play(): StartTlsStep {
    const output: Uint8Array[] = [];
    try {
      for (let answer = this.#unit(); answer !== null; answer = this.#unit()) {
        const { done, value } = this.#script.next(answer);
        if (done) return this.#finish(concatAll(output));
        if ("send" in value) output.push(value.send);
        this.#wish = "unit" in value ? value : null;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#end = failed(error.reason, error.message);
      return this.#end;
    }
    return { state: "more", output: concatAll(output) };
  }

  /** What the script waits for; nothing if it waits for nothing; null if that is not all there. */
  #unit(): Uint8Array | null {
    if (this.#wish === null) return NO_BYTES;
    const input = this.#received.bytes.subarray(this.#taken);
    const length = this.#wish.unit(input);
    if (length === 0) return null;
    this.#taken += length;
    return input.slice(0, length);
  }

  #finish(output: Uint8Array): StartTlsStep {
    const left = this.#received.length - this.#taken;
    if (left > 0)
      refuse(
        "InjectedPlaintext",
        `${left} bytes of plaintext came after the go-ahead for TLS: an attacker may have put them there to pass as protected data`,
      );
    this.#end = { state: "done", output, received: this.#received.bytes };
    return this.#end;
  }
}

function failed(reason: StartTlsReason, message: string): StartTlsStep {
  return { state: "failed", reason, message };
}
