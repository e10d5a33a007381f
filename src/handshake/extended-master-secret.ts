/**
 * Whether the extended master secret is used in TLS 1.2, for both roles (RFC 7627 §5).
 */
import { fail } from "../protocol/failure.ts";
import type { HandshakeContext } from "./handshake-context.ts";

/**
 * Notes it in the facts. Negotiated anew in every handshake, but never given up in a renegotiation, for that would undo
 * what binds the two together.
 * @param named the peer's hello names it
 */
export function noteExtendedMasterSecret(
  { config, facts, previousFinished }: HandshakeContext,
  named: boolean,
): void {
  const wanted = config.extendedMasterSecret;
  const before = previousFinished !== null && facts.extendedMasterSecret;
  facts.extendedMasterSecret = named && wanted !== "off";
  if (facts.extendedMasterSecret || !(before || wanted === "require")) return;
  fail(
    "ExtendedMasterSecretRequired",
    before
      ? "the extended master secret must not be given up in a renegotiation"
      : "the peer does not name the extended master secret (RFC 7627), which is required here",
  );
}
