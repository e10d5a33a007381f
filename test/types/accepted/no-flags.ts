/** Zero is no flags. */
import { acceptSecurityContext, type CredentialHandle } from "sealwire";

export const go = (credential: CredentialHandle) =>
  acceptSecurityContext({ credential, contextReq: 0 });
