/** A flag of clients has another bit for servers. */
import { acceptSecurityContext, type CredentialHandle, ISC_REQ_STREAM } from "sealwire";

export const accept = (credential: CredentialHandle) =>
  acceptSecurityContext({
    credential,
    contextReq: ISC_REQ_STREAM, // TS2322
  });
