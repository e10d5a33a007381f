/**
 * External PSKs in a TLS 1.2 server (RFC 4279 §2): the key of an identity, and the scope of the sessions
 * that were established with one.
 */
import { toHex } from "../../../bytes/text.ts";
import { fail } from "../../../protocol/failure.ts";
import type { Configuration } from "../../configuration.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { storePskIdentity } from "../../peer-chain.ts";
import { type ExternalPsk, pskNameText } from "../../pre-shared-key.ts";
import type { Session } from "../../session.ts";

const DIGEST_LENGTH = 16;

/** True if PSK suites may be chosen: the caller provides keys, and clients need no certificate. */
export function takesKeys({
  selectPreSharedKey,
  requireClientCertificate,
}: Configuration): boolean {
  return selectPreSharedKey !== null && !requireClientCertificate;
}

/**
 * The key of the client's identity, which is noted. Throws or rejects with UnknownPskIdentity.
 * @param identity a copy
 */
export function keyOfClient(
  context: HandshakeContext,
  identity: Uint8Array,
): ExternalPsk | Promise<ExternalPsk> {
  return whenSettled<ExternalPsk | null, ExternalPsk>(keyOf(context.config, identity), (psk) => {
    // RFC 4279 §2 also lets a server go on with a wrong key, to hide which names it knows; a caller that wants it gives
    // one.
    if (psk === null) {
      fail(
        "UnknownPskIdentity",
        `selectPreSharedKey knows no key for the client's identity ${pskNameText(identity)}`,
      );
    }
    storePskIdentity(context, identity);
    return psk;
  });
}

/** The identity may be empty (RFC 4279 §2). */
function keyOf(
  { selectPreSharedKey }: Configuration,
  identity: Uint8Array,
): ExternalPsk | null | Promise<ExternalPsk | null> {
  return selectPreSharedKey?.(identity.slice()) ?? null;
}

/**
 * The scope of a session that a PSK established, as `Configuration.sessionKey` is for others: derived from the key
 * under the session's own secret, so that the value reveals nothing about the key without that secret.
 * @param master 48 bytes
 */
export function sessionKeyBy(
  { provider, sessionKey }: Configuration,
  master: Uint8Array,
  { key }: ExternalPsk,
): string {
  return `${sessionKey} ${toHex(provider.hmac("sha256", master, key).subarray(0, DIGEST_LENGTH))}`;
}

/** What that session would hang on if it were made now; null: its key is not known any more. */
export function sessionKeyNow(
  config: Configuration,
  { pskIdentity, secret }: Session,
): string | null | Promise<string | null> {
  if (pskIdentity === null) return config.sessionKey;
  return whenSettled<ExternalPsk | null, string | null>(keyOf(config, pskIdentity), (psk) =>
    psk === null ? null : sessionKeyBy(config, secret, psk),
  );
}
