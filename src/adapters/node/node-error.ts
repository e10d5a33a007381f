/**
 * Errors for arguments, of the classes and with the codes and words of node:tls: programs compare all three.
 */
import { inspect } from "node:util";
import { TLS_ERROR, TlsError, type TlsErrorDetails } from "../../sspi/tls-error.ts";

/** Characters of a value that a message shows. */
const MAX_SHOWN = 28;

/** A TypeError as Node makes them for arguments: `code` is Node's, `reason` is the word of our own errors. */
export class ArgumentTypeError extends TypeError {
  readonly code: string;
  readonly reason: string;

  constructor(message: string, code: string, reason = "InvalidOption", options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.reason = reason;
  }

  static {
    Object.defineProperty(ArgumentTypeError.prototype, TLS_ERROR, { value: true });
  }
}

/** A RangeError as Node makes them for arguments. */
export class ArgumentRangeError extends RangeError {
  readonly code: string;
  readonly reason = "InvalidOption";

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }

  static {
    Object.defineProperty(ArgumentRangeError.prototype, TLS_ERROR, { value: true });
  }
}

/** An error in OpenSSL's words and with its fields, where a program could read them. */
export class OpenSslError extends Error {
  readonly code: string;
  readonly library: string;
  readonly reason: string;

  /** @param advice what is wrong here, and what to do; it is shown as the cause */
  constructor(
    number: string,
    library: string,
    reason: string,
    { code, advice }: { readonly code: string; readonly advice: string },
  ) {
    super(`error:${number}:${library}::${reason}`, { cause: new Error(advice) });
    this.code = code;
    this.library = library;
    this.reason = reason;
  }

  static {
    Object.defineProperty(OpenSslError.prototype, TLS_ERROR, { value: true });
  }
}

/** An Error in node's own words, whose name is "Error" as there. */
class StateError extends Error {
  readonly code: string;
  readonly reason = "WrongState";

  constructor(message: string, code: string, options: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    Object.defineProperty(StateError.prototype, TLS_ERROR, { value: true });
  }
}

/** What node throws as a TypeError or RangeError, by code; every other code is that of an Error. */
const RANGE_CODES: ReadonlySet<string> = new Set(["ERR_OUT_OF_RANGE"]);
const TYPE_CODES: ReadonlySet<string> = new Set([
  ...["ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE", "ERR_MISSING_ARGS"],
  ...["ERR_TLS_ALPN_CALLBACK_INVALID_RESULT", "ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS"],
  ...["ERR_TLS_INVALID_CONTEXT"],
]);

/** An error with a code of node's, of the class that it has there. */
export function argumentError(
  message: string,
  code: string,
  details: Omit<TlsErrorDetails, "code"> = {},
): Error {
  if (RANGE_CODES.has(code)) return new ArgumentRangeError(message, code);
  if (TYPE_CODES.has(code)) return new ArgumentTypeError(message, code, details.reason);
  return new TlsError(message, { code, reason: "InvalidOption", ...details });
}

/**
 * An error whose message is node's, word for word, since programs compare it.
 * @param advice what is wrong here, and what to do; it is shown as the cause
 */
export function nodeError(message: string, code: string, advice: string): Error {
  const options = { cause: new Error(advice) };
  return TYPE_CODES.has(code)
    ? new ArgumentTypeError(message, code, "InvalidOption", options)
    : new StateError(message, code, options);
}

/**
 * The refusal of a value of the wrong type.
 * @param name "options.key" for a property, "socket" for an argument
 * @param wanted what follows "must be": "of type string", "an instance of Duplex"
 * @throws ArgumentTypeError ERR_INVALID_ARG_TYPE
 */
export function wrongType(name: string, wanted: string, value: unknown): never {
  throw new ArgumentTypeError(
    `The "${name}" ${kindOfName(name)} must be ${wanted}. Received ${received(value)}`,
    "ERR_INVALID_ARG_TYPE",
  );
}

/**
 * The refusal of a value that has the right type.
 * @throws ArgumentTypeError ERR_INVALID_ARG_VALUE
 */
export function invalidOption(message: string): never {
  throw new ArgumentTypeError(message, "ERR_INVALID_ARG_VALUE");
}

/**
 * The refusal of a number outside its range.
 * @throws ArgumentRangeError ERR_OUT_OF_RANGE
 */
export function outOfRange(name: string, range: string, value: unknown): never {
  throw new ArgumentRangeError(
    `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`,
    "ERR_OUT_OF_RANGE",
  );
}

/** The refusal of an option that stands for something that is not built. */
export function refuseOption(option: string, why: string): never {
  throw new ArgumentTypeError(
    `the option ${option} cannot be used: ${why}`,
    "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
    "UnsupportedOption",
  );
}

function kindOfName(name: string): string {
  return name.includes(".") ? "property" : "argument";
}

/** The end of Node's message for a value of the wrong type. */
function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") {
    const name = Object.getPrototypeOf(value)?.constructor?.name;
    return name ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  const shown = inspect(value, { colors: false });
  const short = shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN - 3)}...` : shown;
  return `type ${typeof value} (${short})`;
}
