/** A flag of servers has another bit for clients. */
import { ASC_REQ_STREAM, type CredentialHandle, initializeSecurityContext } from "sealwire";

export const initialize = (credential: CredentialHandle) =>
  initializeSecurityContext({
    credential,
    contextReq: ASC_REQ_STREAM, // TS2322
  });
