/**
 * The caller's answer to SEC_I_INCOMPLETE_CREDENTIALS (reference 2.2): which certificate of its credential is sent.
 */
import { chooseCredential } from "../handshake/negotiation.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import { TLS12 } from "../protocol/version.ts";
import type { SchannelContext } from "./context.ts";

/**
 * The first certificate of the context's credential that fits what the server asked for, or null. A credential that a
 * later call brought was chosen for this request: the names of authorities, which are a hint, do not rule it out.
 */
export function suppliedCredential(context: SchannelContext): Credential | null {
  const { configuration, credential, credentialReplaced, engine } = context;
  const { facts } = engine;
  const fitting = (authorities: readonly Uint8Array[]): Credential | null =>
    chooseCredential(
      credential.certificates,
      configuration.signingSchemes,
      facts.peerSignatureSchemes,
      facts.version ?? TLS12,
      authorities,
      configuration.readLeaf,
    )?.credential ?? null;
  return fitting(facts.certificateAuthorities) ?? (credentialReplaced ? fitting([]) : null);
}
