/**
 * The order of MAC and encryption in CBC suites of TLS 1.2, for both roles (RFC 7366).
 */
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import { fail } from "../protocol/failure.ts";
import type { HandshakeContext } from "./handshake-context.ts";

/**
 * True if records will be encrypted first. Negotiated anew in every handshake, but never given up in a renegotiation
 * (§3.1).
 * @param agreed both sides named encrypt_then_mac
 */
export function negotiateEncryptThenMac(
  { facts, previousFinished }: HandshakeContext,
  suite: CipherSuite,
  agreed: boolean,
): boolean {
  if (suite.mac === null) return false;
  if (previousFinished !== null && facts.encryptThenMac && !agreed) {
    fail("ForbiddenValue", "encrypt_then_mac must not be given up in a renegotiation");
  }
  return agreed;
}
