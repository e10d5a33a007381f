/**
 * The caller's functions and stores, asked in one way: what throws, rejects, answers too late or with a wrong type ends
 * the handshake with one clear error where the answer is needed, and is reported as a warning, and done without, where
 * it is not.
 */
import type { Credential } from "../handshake/peer-identity.ts";
import type { SessionStore } from "../handshake/session-store.ts";
import { TlsFailure } from "../protocol/failure.ts";
import type { HelperWarning } from "../sspi/attribute-values.ts";
import type { SealwireOptions } from "./credential-types.ts";

/** Warnings that a connection keeps. */
const MAX_WARNINGS = 16;
/** Characters of a helper's error message that are repeated. */
const MAX_TEXT = 200;

/** In words, what is wrong with an answer; null: nothing. */
type Fault = (answer: unknown) => string | null;

export const isBytes: Fault = (answer) =>
  answer instanceof Uint8Array && answer.length > 0 ? null : "with bytes (a Uint8Array)";
const isSession: Fault = (answer) =>
  answer == null || answer instanceof Uint8Array ? null : "with a Uint8Array, null or undefined";

/** A failed helper that an answer is needed of. */
export function helperFailed(helper: string, why: string): TlsFailure {
  return new TlsFailure("HelperFailed", `${helper} ${why}`);
}

export class Helpers {
  /** The newest of this connection. */
  readonly warnings: HelperWarning[] = [];
  readonly #onWarning: SealwireOptions["onWarning"];
  readonly #patience: SealwireOptions["patience"];

  constructor({ onWarning, patience }: SealwireOptions) {
    this.#onWarning = onWarning;
    this.#patience = patience;
  }

  /** An answer that the handshake needs. Throws or rejects with TlsFailure HelperFailed. */
  needed<T>(helper: string, ask: () => T | PromiseLike<T>, fault: Fault): T | Promise<T> {
    return this.#ask(helper, false, ask, fault, (why, error) => {
      throw error instanceof TlsFailure ? error : helperFailed(helper, why);
    });
  }

  /** As `needed`, for what has to be answered at once. */
  now<T>(helper: string, ask: () => T, fault: Fault): T {
    let answer: T;
    try {
      answer = ask();
    } catch (error) {
      if (error instanceof TlsFailure) throw error;
      throw helperFailed(helper, `threw: ${textOf(error)}`);
    }
    const wanted = fault(answer);
    if (wanted === null) return answer;
    // No caller awaits this promise, so no other code would see its failure.
    if (isThenable(answer)) Promise.resolve(answer).catch(() => {});
    throw helperFailed(helper, `answered with ${kindOf(answer)}, not ${wanted}`);
  }

  /** An answer that the handshake can do without. */
  optional<T>(
    helper: string,
    ask: () => T | PromiseLike<T>,
    fault: Fault,
    without: T,
  ): T | Promise<T> {
    return this.#ask(helper, true, ask, fault, (why, error) => {
      this.warn(helper, why, error);
      return without;
    });
  }

  /** Evidence that may be lacking: a failure is reported, and thrown to the caller, which turns it into a refusal. */
  reported<T>(helper: string, ask: () => T | PromiseLike<T>, fault: Fault): T | Promise<T> {
    return this.#ask(helper, true, ask, fault, (why, error) => {
      this.warn(helper, why, error);
      throw new Error(why);
    });
  }

  /** A notification or a value to store: nothing waits for it. */
  tell(helper: string, call: () => unknown): void {
    void this.#ask(
      helper,
      true,
      call,
      () => null,
      (why, error) => this.warn(helper, why, error),
    );
  }

  warn(helper: string, why: string, cause: unknown): void {
    const warning = { helper, message: `${helper} ${why}`, cause };
    if (this.warnings.length >= MAX_WARNINGS) this.warnings.shift();
    this.warnings.push(warning);
    try {
      const answer: unknown = this.#onWarning?.(warning);
      if (isThenable(answer)) Promise.resolve(answer).catch(() => {});
    } catch {
      // The warning listener was called; there is no other listener.
    }
  }

  /** A store whose failures are misses. Nothing waits until something is kept or deleted. */
  store(store: SessionStore): SessionStore {
    return {
      get: (key) => this.optional("sessionStore.get", () => store.get(key), isSession, null),
      set: (key, value, lifetime) =>
        this.tell("sessionStore.set", () => store.set(key, value, lifetime)),
      delete: (key) => this.tell("sessionStore.delete", () => store.delete(key)),
    };
  }

  /** A certificate whose key is an object of the caller's. */
  signing(credential: Credential): Credential {
    const { key } = credential;
    const { type, curve, bits, pssHash } = key;
    return {
      ...credential,
      key: {
        type,
        curve,
        bits,
        ...(pssHash === undefined ? {} : { pssHash }),
        sign: (scheme, content) =>
          this.needed("sign() of the private key", () => key.sign(scheme, content), isBytes),
      },
    };
  }

  /** By the caller's time limit, which is a helper itself. */
  #patiently<T>(answer: Promise<T>, helper: string, optional: boolean): Promise<T> {
    if (this.#patience == null) return answer;
    answer.catch(() => {});
    try {
      return Promise.resolve(this.#patience(answer, helper, optional));
    } catch (error) {
      return Promise.reject(new Error(`sealwire.patience threw: ${textOf(error)}`));
    }
  }

  #ask<T>(
    helper: string,
    optional: boolean,
    ask: () => T | PromiseLike<T>,
    fault: Fault,
    failed: (why: string, error: unknown) => T,
  ): T | Promise<T> {
    const checked = (answer: T): T => {
      const wanted = fault(answer);
      return wanted === null
        ? answer
        : failed(`answered with ${kindOf(answer)}, not ${wanted}`, null);
    };
    const broken =
      (how: string) =>
      (error: unknown): T =>
        failed(`${how}: ${textOf(error)}`, error);
    let answer: T | PromiseLike<T>;
    let later: boolean;
    try {
      answer = ask();
      later = isThenable(answer);
    } catch (error) {
      return broken("threw")(error);
    }
    if (!later) return checked(answer as T);
    return this.#patiently(Promise.resolve(answer), helper, optional).then(
      checked,
      broken("failed"),
    );
  }
}

/** A key that is kept elsewhere: a CryptoKey, or an object that signs. */
export function isForeignKey(key: unknown): boolean {
  const { sign, usages } = (key ?? {}) as { sign?: unknown; usages?: unknown };
  return typeof sign === "function" || Array.isArray(usages);
}

function isThenable(value: unknown): boolean {
  const { then } = (value ?? {}) as { then?: unknown };
  return typeof value === "object" && typeof then === "function";
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (isThenable(value)) return "a promise";
  return `a value of type ${typeof value}`;
}

function textOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  } catch {
    return "something that is not an Error";
  }
}
