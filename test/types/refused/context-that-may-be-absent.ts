/** A first call that fails makes no context. */
import { type ContextHandle, type CredentialHandle, initializeSecurityContext } from "sealwire";

export function go(credential: CredentialHandle): ContextHandle {
  const { context } = initializeSecurityContext({ credential });
  return context; // TS2322
}
