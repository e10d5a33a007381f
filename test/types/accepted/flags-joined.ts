/** Flags are joined by | and given. */
import {
  type CredentialHandle,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_CONFIDENTIALITY,
  ISC_REQ_STREAM,
  initializeSecurityContext,
} from "sealwire";

const flags = ISC_REQ_STREAM | ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY;
export const go = (credential: CredentialHandle) =>
  initializeSecurityContext({ credential, contextReq: flags });
