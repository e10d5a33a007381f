/**
 * The objects that callers give, held against a description of them. Each member is read once. An unknown member is
 * refused with the nearest known name, a wrong type with what was given, and a getter that throws with what it threw.
 */
import { nearestName } from "./nearest-name.ts";
import { SEC_E_INVALID_PARAMETER } from "./security-status.ts";
import { TlsError } from "./tls-error.ts";
import { inWords } from "./value-words.ts";

/**
 * Returns what is kept of a value, or throws a TlsError that names `path`. Called with undefined where it is
 * `required`.
 */
export type Kind = (value: unknown, path: string) => unknown;

/** Member → its kind; a member may always be absent or undefined, and null where `members` allows it. */
export type Shape<Options> = { readonly [Name in keyof Required<Options>]: Kind };

interface Refused {
  /** "UnknownOption", "WrongOption" or "OptionThatThrows". */
  readonly reason: string;
  readonly cause?: unknown;
}

/** Refuses an option. `message` begins with the path of the option. */
export function refuseOption(message: string, { reason, cause }: Refused): never {
  throw new TlsError(message, {
    status: SEC_E_INVALID_PARAMETER,
    reason,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A value of a wrong type. */
export function wrongOption(path: string, words: string, value: unknown): never {
  return refuseOption(`${path} must be ${words}, but it is ${inWords(value)}`, {
    reason: "WrongOption",
  });
}

/** @param words completes "it must be …" */
export function fitting(words: string, fits: (value: unknown) => boolean): Kind {
  return (value, path) => (fits(value) ? value : wrongOption(path, words, value));
}

const isBytes = (value: unknown): boolean => value instanceof Uint8Array;
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

export const anything: Kind = (value) => value;
export const flag: Kind = /* @__PURE__ */ fitting(
  "true or false",
  (value) => typeof value === "boolean",
);
export const text: Kind = /* @__PURE__ */ fitting("a string", (value) => typeof value === "string");
export const bytes: Kind = /* @__PURE__ */ fitting("a Uint8Array", isBytes);
export const textOrBytes: Kind = /* @__PURE__ */ fitting(
  "a string or a Uint8Array",
  (value) => typeof value === "string" || isBytes(value),
);
export const callable: Kind = /* @__PURE__ */ fitting(
  "a function",
  (value) => typeof value === "function",
);
/** A bit mask or an identifier, signed or not, as C code has it; more than 32 bits for context requirements. */
export const whole: Kind = /* @__PURE__ */ fitting("a whole number", isWhole);
export const count: Kind = /* @__PURE__ */ fitting(
  "a whole number that is not negative",
  (value) => isWhole(value) && value >= 0,
);
export const duration: Kind = /* @__PURE__ */ fitting(
  "a number that is not negative",
  (value) => typeof value === "number" && value >= 0,
);
/** A number of IANA's, of two bytes. */
export const codePoint: Kind = /* @__PURE__ */ fitting(
  "a number from 0 to 65535",
  (value) => isWhole(value) && value >= 0 && value <= 0xffff,
);

/** One of a few words. */
export function oneOf(...words: readonly string[]): Kind {
  const list = words.map((word) => JSON.stringify(word)).join(", ");
  return fitting(`one of ${list}`, (value) => words.includes(value as string));
}

/** An object with these functions, or an instance that has them. */
export function withFunctions(...names: readonly string[]): Kind {
  return fitting(
    `an object with ${names.map((name) => `${name}()`).join(", ")}`,
    (value) =>
      isObject(value) &&
      names.every((name) => typeof (value as Record<string, unknown>)[name] === "function"),
  );
}

/** An instance of a class; `how` names the function that creates one. */
export function instance(type: abstract new (...args: never[]) => object, how: string): Kind {
  return fitting(how, (value) => value instanceof type);
}

/** An array; it is copied, and so are members of it that have a shape. */
export function list(item: Kind, words = "an array"): Kind {
  return (value, path) => {
    if (!Array.isArray(value)) return wrongOption(path, words, value);
    const kept = Array.from(value, (element, i) =>
      element === undefined
        ? wrongOption(`${path}[${i}]`, "given", element)
        : item(element, `${path}[${i}]`),
    );
    // What was made of an array that cannot change is remembered by the array.
    const same = Object.isFrozen(value) && kept.every((element, i) => element === value[i]);
    return same ? value : Object.freeze(kept);
  };
}

/** Null has a meaning of its own. */
export function orNull(kind: Kind): Kind {
  const nullable: Kind = (value, path) => (value === null ? null : kind(value, path));
  return Object.assign(nullable, { takesNull: true });
}

/** The member has to be given. */
export function required(kind: Kind): Kind {
  const needed: Kind = (value, path) => kind(value, path);
  return Object.assign(needed, { isRequired: true });
}

/** An object with the members of `shape`; a frozen copy is kept. Null members count as absent. */
export function members<Options>(shape: Shape<Options>, hints: Hints = {}): Kind {
  return (value, path) => readOptions(value, { shape, path, hints, nullIsAbsent: true });
}

/** As `members`, but the object itself is kept: it has an identity, or methods. */
export function like<Options>(shape: Shape<Options>, hints: Hints = {}): Kind {
  const check = members(shape, hints);
  return (value, path) => {
    check(value, path);
    return value;
  };
}

/** Unknown member → what to give instead of it. */
export type Hints = Readonly<Record<string, string>>;

export interface ReadSettings<Options> {
  readonly shape: Shape<Options>;
  /**
   * Begins every message: the function, or the path of the object. Members of a function's own object stand alone
   * behind it.
   */
  readonly path: string;
  readonly hints?: Hints;
  /** Default: null is a value like any other. */
  readonly nullIsAbsent?: boolean;
}

/**
 * A frozen copy of an object of options.
 * @throws TlsError (SEC_E_INVALID_PARAMETER) UnknownOption, WrongOption, OptionThatThrows
 */
export function readOptions<Options extends object>(
  given: unknown,
  { shape, path, hints = {}, nullIsAbsent = false }: ReadSettings<Options>,
): Options {
  const isCall = path.endsWith("()");
  const called = isCall ? `the options of ${path}` : path;
  if (!isObject(given)) return wrongOption(called, "an object", given);
  const known = Object.keys(shape);
  const at = (name: string): string => (isCall ? `${path}: ${name}` : `${path}.${name}`);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(shape, name)) continue;
    const value = read(given, name, at(name));
    if (value === undefined || (value === null && nullIsAbsent)) continue;
    refuseOption(unknownOption(at(name), name, known, hints), { reason: "UnknownOption" });
  }
  const copy: Record<string, unknown> = {};
  for (const name of known) {
    const kind = shape[name as keyof Options];
    const value = read(given, name, at(name));
    const absent =
      value === undefined || (value === null && nullIsAbsent && !("takesNull" in kind));
    if (absent && !("isRequired" in kind)) continue;
    copy[name] = kind(value, at(name));
  }
  return Object.freeze(copy) as Options;
}

function unknownOption(at: string, name: string, known: readonly string[], hints: Hints): string {
  const near = nearestName(name, known);
  const hint = Object.hasOwn(hints, name) ? hints[name] : undefined;
  if (hint !== undefined) return `${at} is not an option: ${hint}`;
  if (near !== null) return `${at} is not an option; did you mean ${near}?`;
  return `${at} is not an option; the options are ${known.join(", ")}`;
}

/**
 * The member of an object that determines how the others are read.
 * @throws TlsError WrongOption, OptionThatThrows
 */
export function readMember(given: unknown, name: string, path: string): unknown {
  return isObject(given)
    ? read(given, name, `${path}.${name}`)
    : wrongOption(path, "an object", given);
}

function read(from: object, name: string, path: string): unknown {
  try {
    return (from as Record<string, unknown>)[name];
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return refuseOption(`${path} cannot be read: ${why}`, { reason: "OptionThatThrows", cause });
  }
}

function isObject(value: unknown): value is object {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value)
  );
}
