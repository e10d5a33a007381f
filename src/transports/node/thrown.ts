/** What was thrown, or given as an error, as one. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "something that is not an Error was thrown";
  }
}
