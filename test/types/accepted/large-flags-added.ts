/** A flag above 32 bits is added. */
import {
  type CredentialHandle,
  ISC_REQ_MESSAGES,
  ISC_REQ_STREAM,
  initializeSecurityContext,
} from "sealwire";

export const go = (credential: CredentialHandle) =>
  initializeSecurityContext({ credential, contextReq: ISC_REQ_STREAM + ISC_REQ_MESSAGES });
