/**
 * Functions of the caller's that a credential keeps: clock, randomness, what fetches proofs of revocation. Their
 * answers are checked whenever they are asked.
 */
import type { KeyLog } from "../crypto/key-log.ts";
import type { RevocationOptions } from "../pki/revocation/revocation-options.ts";
import type { SealwireOptions } from "./credential-types.ts";
import type { Helpers } from "./helpers.ts";
import type { PackageDependencies } from "./package-dependencies.ts";

/** Cryptographic randomness. */
export function randomOf(
  environment: PackageDependencies,
  options: SealwireOptions,
  helpers: Helpers,
): (length: number) => Uint8Array {
  const { random } = options;
  if (random == null) return (length) => environment.provider.random(length);
  return (length) =>
    helpers.now(
      "sealwire.random",
      () => random(length),
      (bytes) =>
        bytes instanceof Uint8Array && bytes.length === length ? null : `with ${length} bytes`,
    );
}

/** Milliseconds since 1970. */
export function clockOf(
  environment: PackageDependencies,
  { clock }: SealwireOptions,
  helpers: Helpers,
): () => number {
  if (clock == null) return environment.clock;
  return () => helpers.now("sealwire.clock", clock, isTime);
}

/** Receives each line. It is asked before a line is created. */
export function keyLogOf({ keyLog }: SealwireOptions, helpers: Helpers): KeyLog | null {
  if (keyLog == null) return null;
  const told = (line: string): void => helpers.tell("keyLog", () => keyLog(line));
  const { wanted } = keyLog;
  if (wanted == null) return told;
  const isWanted = (): boolean =>
    helpers.optional("keyLog.wanted", wanted, isBoolean, false) === true;
  return Object.assign(told, { wanted: isWanted });
}

const isBoolean = (answer: unknown): string | null =>
  typeof answer === "boolean" ? null : "with true or false";

const isTime = (answer: unknown): string | null =>
  typeof answer === "number" && Number.isFinite(answer) ? null : "with milliseconds since 1970";

function isRevocationAnswer(answer: unknown): string | null {
  if (answer == null) return null;
  const { ocspResponse, crls } = answer as { ocspResponse?: unknown; crls?: unknown };
  const right =
    typeof answer === "object" &&
    (ocspResponse == null || ocspResponse instanceof Uint8Array) &&
    (crls == null || Array.isArray(crls));
  return right ? null : "with { ocspResponse: Uint8Array, crls: array } or null";
}

/** Sources of revocation; a failure of `fetch` is reported, whatever the policy makes of it. */
export function sourcesOf(given: RevocationOptions, helpers: Helpers): RevocationOptions {
  const { fetch: find } = given;
  if (find == null) return given;
  return {
    ...given,
    fetch: (question) =>
      helpers.reported("revocation.fetch", () => find(question), isRevocationAnswer),
  };
}
