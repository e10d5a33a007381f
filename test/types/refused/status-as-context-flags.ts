/** A status is not a flag. */
import { type CredentialHandle, initializeSecurityContext, SEC_I_CONTINUE_NEEDED } from "sealwire";

export const initialize = (credential: CredentialHandle) =>
  initializeSecurityContext({
    credential,
    contextReq: SEC_I_CONTINUE_NEEDED, // TS2322
  });
