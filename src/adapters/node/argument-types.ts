/**
 * Kinds of arguments, checked as node:tls checks them: a value of the wrong kind is refused by name and by node's code,
 * before anything is made of it.
 */
import { outOfRange, wrongType } from "./node-error.ts";

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
  host: "string",
  passphrase: "string",
  pskCallback: "function",
  pskIdentityHint: "string",
  secureProtocol: "string",
  servername: "string",
  sessionIdContext: "string",
  sessionTimeout: "number",
  sigalgs: "string",
};

const kindOf = (value: unknown): string => typeof value;

/** Options that node looks at only if they are true in JavaScript's sense. */
const IGNORED_IF_FALSY: ReadonlySet<string> = new Set(["passphrase", "servername", "host"]);

/**
 * As in node, null and undefined are as if an option were not there, and so is false for a function. Null is refused for
 * `ecdhCurve`, as node refuses it.
 */
function isLeftOut(name: string, kind: Kind, value: unknown): boolean {
  if (value === null && name === "ecdhCurve") return false;
  if (value == null || (IGNORED_IF_FALSY.has(name) && !value)) return true;
  return value === false && kind === "function";
}

/** @throws for an option of the wrong kind */
export function checkKinds(options: object): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    wrongType("options", "of type object", options);
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, kind] of Object.entries(KINDS)) {
    const value = given[name];
    if (!isLeftOut(name, kind, value) && kindOf(value) !== kind) {
      wrongType(`options.${name}`, `of type ${kind}`, value);
    }
  }
}

/** @throws unless it is text or bytes */
export function checkText(name: string, value: unknown): void {
  if (typeof value === "string" || ArrayBuffer.isView(value)) return;
  wrongType(name, "of type string or an instance of Buffer, TypedArray, or DataView", value);
}

/** The largest whole number of an option, and of milliseconds that a timer can wait. */
const MAX_INTEGER = 2 ** 31 - 1;

/** @throws unless it is a whole number from `least` to 2^31 - 1 */
export function checkInteger(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= MAX_INTEGER) return;
  if (typeof value !== "number") wrongType(name, "of type number", value);
  const range = Number.isInteger(value) ? `>= ${least} && <= ${MAX_INTEGER}` : "an integer";
  outOfRange(name, range, value);
}

/** @throws unless it is a stream with both sides */
export function checkDuplex(value: unknown): void {
  const { pipe, write, destroy } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if ([pipe, write, destroy].some((member) => typeof member !== "function")) {
    wrongType("socket", "an instance of Duplex", value);
  }
}

/** @throws unless it is a number of milliseconds; too many are as many as can be */
export function checkDuration(milliseconds: number): number {
  if (typeof milliseconds !== "number") wrongType("msecs", "of type number", milliseconds);
  if (milliseconds >= 0 && milliseconds < Number.POSITIVE_INFINITY) {
    return Math.min(milliseconds, MAX_INTEGER);
  }
  return outOfRange("msecs", "a non-negative finite number", milliseconds);
}
