/**
 * Errors for arguments, of the classes and with the codes and words of node:tls: programs compare all three.
 */
import { inspect } from "node:util";

/** Characters of a value that a message shows. */
const MAX_SHOWN = 28;

/** A TypeError as Node makes them for arguments: `code` is Node's, `reason` is the word of our own errors. */
export class ArgumentTypeError extends TypeError {
  readonly code: string;
  readonly reason: string;

  constructor(message: string, code: string, reason = "InvalidOption") {
    super(message);
    this.code = code;
    this.reason = reason;
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
