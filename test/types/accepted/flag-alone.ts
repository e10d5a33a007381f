/** One flag is given. */
import { type CredentialHandle, ISC_REQ_STREAM, initializeSecurityContext } from "sealwire";

export const go = (credential: CredentialHandle) =>
  initializeSecurityContext({ credential, contextReq: ISC_REQ_STREAM });
