/**
 * Functions of the caller's that may answer with a promise. A synchronous handshake call stops there with
 * SEC_I_ASYNC_CALL_PENDING; the repeated call finds the answer. Nothing of the peer's token was used in between.
 */
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_INVALID_PARAMETER } from "../sspi/security-status.ts";

/** Thrown to stop a handshake call until `promise` is settled; it never rejects. */
export class Pending {
  readonly promise: Promise<void>;

  constructor(promise: Promise<void>) {
    this.promise = promise;
  }
}

type Settled = { readonly value: unknown } | { readonly error: unknown };

interface Asked {
  /** What was asked, so that an answer is not taken for that of another question. */
  readonly question: string;
  readonly promise: Promise<void>;
  settled: Settled | null;
}

/** The answers of one context. */
export class LaterAnswers {
  readonly #asked = new Map<string, Asked>();

  /**
   * The answer of a function of the caller's.
   * @param helper its name, for messages
   * @param question its arguments as text
   * @throws Pending: it answers later. Refusal SEC_E_INVALID_PARAMETER (HelperFailed): it threw or rejected
   */
  of(helper: string, question: string, ask: () => unknown): unknown {
    const known = this.#asked.get(helper);
    if (known?.question === question) {
      if (known.settled === null) throw new Pending(known.promise);
      return this.#unpacked(helper, known.settled);
    }
    let answer: unknown;
    try {
      answer = ask();
    } catch (error) {
      return failed(helper, error);
    }
    if (!isPromise(answer)) return answer;
    const asked: Asked = {
      question,
      settled: null,
      promise: Promise.resolve(answer).then(
        (value) => {
          asked.settled = { value };
        },
        (error: unknown) => {
          asked.settled = { error };
        },
      ),
    };
    this.#asked.set(helper, asked);
    throw new Pending(asked.promise);
  }

  /** Forgets all answers: they may hold secrets. */
  clear(): void {
    this.#asked.clear();
  }

  #unpacked(helper: string, settled: Settled): unknown {
    return "error" in settled ? failed(helper, settled.error) : settled.value;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

function failed(helper: string, error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  return refuse(SEC_E_INVALID_PARAMETER, "HelperFailed", `${helper}() failed: ${why}`);
}
