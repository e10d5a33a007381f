/**
 * External PSKs, as the `sealwire` member gives them (RFC 8446 §2.2, RFC 9257; TLS 1.2: RFC 4279):
 * checked, copied, and put into the form of the handshake.
 */
import { utf8 } from "../bytes/text.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import {
  type AnswerHint,
  pskAuthentication,
} from "../handshake/client/tls12/psk-authentication.ts";
import type { Configuration } from "../handshake/configuration.ts";
import { whenSettled } from "../handshake/handshake-context.ts";
import type { ExternalPsk } from "../handshake/pre-shared-key.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import { DEFAULT_CLIENT_LIMITS } from "../protocol/limits.ts";
import { TLS13 } from "../protocol/version.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_ALGORITHM_MISMATCH, SEC_E_INVALID_PARAMETER } from "../sspi/security-status.ts";
import type { AlgorithmChoice, PskPolicy } from "./algorithm-choice.ts";
import { SCH_USE_PRESHAREDKEY_ONLY } from "./constants.ts";
import type { PreSharedKey, SealwireOptions } from "./credential-types.ts";
import { Helpers, helperFailed } from "./helpers.ts";
import type { ClientPsk, PreSharedKeys } from "./package-dependencies.ts";
import { deciderOf } from "./session-key.ts";

/** Identities, keys and hints have a length prefix of two bytes. */
const MAX_LENGTH = 0xffff;
const HASHES = ["sha256", "sha384"] as const;

/**
 * The client's keys. Refuses one that is malformed (SEC_E_INVALID_PARAMETER), or that nothing which is switched on
 * could use (SEC_E_ALGORITHM_MISMATCH).
 */
function ofClient(options: SealwireOptions, choice: AlgorithmChoice): ClientPsk {
  const { preSharedKey, preSharedKeyForHint: forHint } = options;
  const psk = preSharedKey == null ? null : checked(preSharedKey, shortestKey(options));
  const named = hasSuitesByKey(choice);
  const offered = psk !== null && usableIn13(psk, choice) ? psk : null;
  if (psk !== null && offered === null && (!named || forHint != null)) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "NothingEnabled",
      `sealwire.preSharedKey needs TLS 1.3, an identity that is not empty and a suite with ${psk.hash}, or a PSK suite of TLS 1.2 among sealwire.cipherSuites`,
    );
  }
  if (forHint != null && !named) needsSuites("preSharedKeyForHint");
  return {
    preSharedKey: offered,
    pskProof: named ? pskAuthentication(answerer(psk, options)) : null,
  };
}

/** Bytes. */
const shortestKey = ({ limits }: SealwireOptions): number =>
  limits?.shortestPreSharedKey ?? DEFAULT_CLIENT_LIMITS.shortestPreSharedKey;

function checked(given: PreSharedKey, shortest: number): ExternalPsk {
  const wrong = fault(given, shortest);
  if (wrong !== null) {
    refuse(SEC_E_INVALID_PARAMETER, "InvalidOption", `sealwire.preSharedKey: ${wrong}`);
  }
  return copyOf(given, given.identity);
}

/** In TLS 1.3 an identity has at least one byte (RFC 8446 §4.2.11). */
function usableIn13(
  { identity, hash }: ExternalPsk,
  { versions, cipherSuites }: AlgorithmChoice,
): boolean {
  return (
    identity.length > 0 &&
    versions.includes(TLS13) &&
    cipherSuites.some((row) => row.version === TLS13 && row.hash === hash)
  );
}

/** PSK suites of TLS 1.2 count only where there are keys for them; SCH_USE_PRESHAREDKEY_ONLY leaves nothing else. */
const suites: PskPolicy = (auth, side) => {
  const { preSharedKey, preSharedKeyForHint, selectPreSharedKey } = auth?.sealwire ?? {};
  const keys = side === "client" ? (preSharedKey ?? preSharedKeyForHint) : selectPreSharedKey;
  const only = ((auth?.dwFlags ?? 0) & SCH_USE_PRESHAREDKEY_ONLY) !== 0;
  const allows = ({ authentication }: CipherSuite): boolean =>
    authentication === "psk" ? keys != null : !only;
  return {
    allows,
    // The flag switches on what is not off for other reasons.
    byDefault: (suite) =>
      only
        ? allows(suite) && suite.keyExchange !== "dhe" && suite.cipher.kind === "aead"
        : suite.enabledByDefault,
  };
};

function hasSuitesByKey({ cipherSuites }: AlgorithmChoice): boolean {
  return cipherSuites.some((row) => row.authentication === "psk");
}

/** What is answered to a hint: by the caller, whose answers are checked, or always the same. */
function answerer(psk: ExternalPsk | null, options: SealwireOptions): AnswerHint {
  const { preSharedKeyForHint: forHint } = options;
  const shortest = shortestKey(options);
  if (forHint == null) return () => psk;
  const helpers = new Helpers(options);
  return (hint) =>
    whenSettled<Awaited<ReturnType<typeof forHint>>, ExternalPsk | null>(
      helpers.needed("sealwire.preSharedKeyForHint", () => forHint(hint), isKeyOrNone),
      (given) => {
        if (given == null) return null;
        failIf(fault(given, shortest), "preSharedKeyForHint");
        return copyOf(given, given.identity);
      },
    );
}

/** The fingerprint of a client's keys: the key with its name, or the function that chooses one. */
function sessionParts(
  { preSharedKey: psk, preSharedKeyForHint: forHint }: SealwireOptions,
  provider: CryptoProvider,
): readonly Uint8Array[] {
  return [
    ...(psk == null ? [] : [psk.identity, psk.key].map((part) => provider.digest("sha256", part))),
    ...(forHint == null ? [] : [utf8(deciderOf(forHint, provider.random) ?? "")]),
  ];
}

/** Refuses a server's question or hint that nothing which is switched on could lead to (SEC_E_ALGORITHM_MISMATCH). */
function checkServer(options: SealwireOptions, choice: AlgorithmChoice): void {
  const { selectPreSharedKey, preSharedKeyHint: hint } = options;
  const named = hasSuitesByKey(choice);
  if (hint != null) {
    if (!(hint instanceof Uint8Array) || hint.length > MAX_LENGTH) {
      refuse(
        SEC_E_INVALID_PARAMETER,
        "InvalidOption",
        `sealwire.preSharedKeyHint must be at most ${MAX_LENGTH} bytes`,
      );
    }
    if (!named) needsSuites("preSharedKeyHint");
  }
  if (selectPreSharedKey == null || choice.versions.includes(TLS13) || named) return;
  refuse(
    SEC_E_ALGORITHM_MISMATCH,
    "NothingEnabled",
    "sealwire.selectPreSharedKey needs TLS 1.3, or a PSK suite of TLS 1.2 among sealwire.cipherSuites",
  );
}

function needsSuites(option: string): never {
  refuse(
    SEC_E_ALGORITHM_MISMATCH,
    "NothingEnabled",
    `sealwire.${option} needs TLS 1.2, a PSK suite among sealwire.cipherSuites, and keys`,
  );
}

/** The server's question, whose answers are checked; null: there is none. */
function selector(options: SealwireOptions, helpers: Helpers): Configuration["selectPreSharedKey"] {
  const { selectPreSharedKey: select } = options;
  if (select == null) return null;
  const shortest = shortestKey(options);
  return (identity) =>
    whenSettled<Awaited<ReturnType<typeof select>>, ExternalPsk | null>(
      helpers.needed("sealwire.selectPreSharedKey", () => select(identity.slice()), isKeyOrNone),
      (given) => {
        if (given == null) return null;
        failIf(keyFault(given, shortest), "selectPreSharedKey");
        return copyOf(given, identity);
      },
    );
}

const isKeyOrNone = (answer: unknown): string | null =>
  answer == null || typeof answer === "object" ? null : "with { key } or null";

function failIf(wrong: string | null, option: string): void {
  if (wrong === null) return;
  throw helperFailed(`sealwire.${option}`, `answered with a wrong key: ${wrong}`);
}

function fault(given: PreSharedKey, shortest: number): string | null {
  const { identity } = given;
  return identity instanceof Uint8Array && identity.length <= MAX_LENGTH
    ? keyFault(given, shortest)
    : `identity must be at most ${MAX_LENGTH} bytes`;
}

function keyFault(
  { key, hash }: Pick<PreSharedKey, "key" | "hash">,
  shortest: number,
): string | null {
  if (!(key instanceof Uint8Array) || key.length < shortest) {
    return `key must be at least ${shortest} bytes (RFC 9257 §6; limits.shortestPreSharedKey)`;
  }
  if (key.length > MAX_LENGTH) return `key must be at most ${MAX_LENGTH} bytes`;
  return hash == null || HASHES.includes(hash) ? null : `hash must be ${HASHES.join(" or ")}`;
}

function copyOf(
  { key, hash }: Pick<PreSharedKey, "key" | "hash">,
  identity: Uint8Array,
): ExternalPsk {
  return {
    identity: new Uint8Array(identity),
    key: new Uint8Array(key),
    hash: hash ?? HASHES[0],
  };
}

export const PRE_SHARED_KEYS: PreSharedKeys = {
  suites,
  ofClient,
  sessionParts,
  selector,
  checkServer,
};
