/**
 * Keys agreed on outside TLS, as the `sealwire` member gives them (RFC 8446 §2.2, RFC 9257): checked, copied, and put into
 * the form of the handshake.
 */
import type { Configuration } from "../handshake/configuration.ts";
import { whenSettled } from "../handshake/handshake-context.ts";
import type { ExternalPsk } from "../handshake/pre-shared-key.ts";
import { fail } from "../protocol/failure.ts";
import { TLS13 } from "../protocol/version.ts";
import { SEC_E_ALGORITHM_MISMATCH, SEC_E_INVALID_PARAMETER } from "../sspi/security-status.ts";
import type { AlgorithmChoice } from "./algorithm-choice.ts";
import type { SealwireOptions } from "./credential-types.ts";
import type { PreSharedKeys } from "./environment.ts";
import { refuse } from "./refusal.ts";

const MAXIMUM_IDENTITY = 0xffff;
/** RFC 9257 §6: at least 128 bits that nobody can guess. */
const MINIMUM_KEY = 16;
const HASHES = ["sha256", "sha384"] as const;

type Given = NonNullable<SealwireOptions["preSharedKey"]>;

/**
 * The client's key, or null. Refuses one that is malformed (SEC_E_INVALID_PARAMETER), or that nothing which is switched on
 * could use (SEC_E_ALGORITHM_MISMATCH).
 */
function offered(
  { preSharedKey }: SealwireOptions,
  { versions, cipherSuites }: AlgorithmChoice,
): ExternalPsk | null {
  if (preSharedKey == null) return null;
  const { identity } = preSharedKey;
  const wrong =
    identity instanceof Uint8Array && identity.length > 0 && identity.length <= MAXIMUM_IDENTITY
      ? keyFault(preSharedKey)
      : `identity must be 1 to ${MAXIMUM_IDENTITY} bytes`;
  if (wrong !== null) {
    refuse(SEC_E_INVALID_PARAMETER, "InvalidOption", `sealwire.preSharedKey: ${wrong}`);
  }
  const psk = copyOf(preSharedKey, identity);
  const usable = cipherSuites.some((row) => row.version === TLS13 && row.hash === psk.hash);
  if (!versions.includes(TLS13) || !usable) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "NothingEnabled",
      `sealwire.preSharedKey needs TLS 1.3 and a suite with ${psk.hash}`,
    );
  }
  return psk;
}

/** Refuses a server's question that nothing which is switched on could lead to (SEC_E_ALGORITHM_MISMATCH). */
function checkSelector(
  { selectPreSharedKey }: SealwireOptions,
  { versions }: AlgorithmChoice,
): void {
  if (selectPreSharedKey == null || versions.includes(TLS13)) return;
  refuse(
    SEC_E_ALGORITHM_MISMATCH,
    "NothingEnabled",
    "sealwire.selectPreSharedKey needs TLS 1.3: the PSK suites of TLS 1.2 are not built",
  );
}

/** The server's question, whose answers are checked; null: there is none. */
function selector({
  selectPreSharedKey: select,
}: SealwireOptions): Configuration["selectPreSharedKey"] {
  if (select == null) return null;
  return (identity) =>
    whenSettled<Awaited<ReturnType<typeof select>>, ExternalPsk | null>(
      select(identity.slice()),
      (given) => {
        if (given == null) return null;
        const wrong = keyFault(given);
        if (wrong !== null) {
          fail("InternalError", `sealwire.selectPreSharedKey answered with a wrong key: ${wrong}`);
        }
        return copyOf(given, identity);
      },
    );
}

function keyFault({ key, hash }: Pick<Given, "key" | "hash">): string | null {
  if (!(key instanceof Uint8Array) || key.length < MINIMUM_KEY) {
    return `key must be at least ${MINIMUM_KEY} bytes (RFC 9257 §6)`;
  }
  return hash == null || HASHES.includes(hash) ? null : `hash must be ${HASHES.join(" or ")}`;
}

function copyOf({ key, hash }: Pick<Given, "key" | "hash">, identity: Uint8Array): ExternalPsk {
  return {
    identity: new Uint8Array(identity),
    key: new Uint8Array(key),
    hash: hash ?? HASHES[0],
  };
}

export const PRE_SHARED_KEYS: PreSharedKeys = { offered, selector, checkSelector };
