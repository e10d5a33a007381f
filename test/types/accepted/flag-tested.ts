/** A flag of the result is tested with & and with hasFlag. */
import {
  type CredentialHandle,
  hasFlag,
  ISC_RET_CONFIDENTIALITY,
  ISC_RET_STREAM,
  initializeSecurityContext,
} from "sealwire";

export function go(credential: CredentialHandle): boolean {
  const { contextAttr } = initializeSecurityContext({ credential });
  return (contextAttr & ISC_RET_STREAM) !== 0 && hasFlag(contextAttr, ISC_RET_CONFIDENTIALITY);
}
