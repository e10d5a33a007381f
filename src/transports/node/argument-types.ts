/**
 * Kinds of arguments, checked as node:tls checks them: a value of the wrong kind is refused by name and by node's code,
 * before anything is made of it.
 */
import { TlsError } from "../../sspi/tls-error.ts";

type Kind = "string" | "function" | "number";

/** Options of one kind each. */
const KINDS: Readonly<Record<string, Kind>> = {
  ALPNCallback: "function",
  SNICallback: "function",
  checkServerIdentity: "function",
  ciphers: "string",
  ecdhCurve: "string",
  handshakeTimeout: "number",
  helperTimeout: "number",
  passphrase: "string",
  pskCallback: "function",
  pskIdentityHint: "string",
  secureProtocol: "string",
  sessionIdContext: "string",
  sessionTimeout: "number",
  sigalgs: "string",
};

/** @throws TlsError ERR_INVALID_ARG_TYPE */
export function wrongType(name: string, wanted: string, value: unknown): never {
  throw new TlsError(`${name} must be ${wanted}, not ${value === null ? "null" : typeof value}`, {
    code: "ERR_INVALID_ARG_TYPE",
    reason: "InvalidOption",
  });
}

const kindOf = (value: unknown): string => typeof value;

/** Null and undefined are as if an option were not there. @throws TlsError */
export function checkKinds(options: object): void {
  if (typeof options !== "object" || options === null) wrongType("options", "an object", options);
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, kind] of Object.entries(KINDS)) {
    const value = given[name];
    if (value != null && kindOf(value) !== kind) wrongType(name, `a ${kind}`, value);
  }
}

/** @throws TlsError unless it is text or bytes */
export function checkText(name: string, value: unknown): void {
  if (typeof value === "string" || ArrayBuffer.isView(value)) return;
  wrongType(name, "a string, a Buffer or a Uint8Array", value);
}

/** @throws TlsError unless it is a whole number from `least` to 2^31 - 1 */
export function checkInteger(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return;
  throw new TlsError(`${name} must be a whole number of ${least} or more, not ${value}`, {
    code: "ERR_OUT_OF_RANGE",
    reason: "InvalidOption",
  });
}

/** @throws TlsError unless it is a stream with both sides */
export function checkDuplex(value: unknown): void {
  const { pipe, write, destroy } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if ([pipe, write, destroy].some((member) => typeof member !== "function")) {
    wrongType("socket", "a Duplex", value);
  }
}

/** What a timer can wait at most, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1;

/** @throws TlsError unless it is a number of milliseconds; too many are as many as can be */
export function checkDuration(milliseconds: number): number {
  if (typeof milliseconds !== "number") wrongType("timeout", "a number", milliseconds);
  if (milliseconds >= 0 && milliseconds < Number.POSITIVE_INFINITY) {
    return Math.min(milliseconds, MAX_TIMER);
  }
  throw new TlsError(`timeout must be milliseconds, 0 or more, not ${milliseconds}`, {
    code: "ERR_OUT_OF_RANGE",
    reason: "InvalidOption",
  });
}
