/**
 * What a value is, in words, for messages about wrong arguments.
 */

/** Characters of a given word that a message repeats. */
const MAX_WORD = 40;

/** What a value is, for a message; never the content of bytes or of a long text, which may be secret. */
export function inWords(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "undefined")
    return String(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return wordOf(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (ArrayBuffer.isView(value)) return `${nameOf(value)} of ${value.byteLength} bytes`;
  const name = nameOf(value);
  return name === "Object" || name === "" ? "an object" : `an instance of ${name}`;
}

function wordOf(value: string): string {
  if (value.length <= MAX_WORD && !value.includes("-----")) return JSON.stringify(value);
  return `a string of ${value.length} characters`;
}

function nameOf(value: object): string {
  try {
    return String(value.constructor?.name ?? "");
  } catch {
    return "";
  }
}
