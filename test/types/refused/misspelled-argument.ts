/** An argument of the call is misspelled. */
import { type CredentialHandle, initializeSecurityContext } from "sealwire";

export const go = (credential: CredentialHandle) =>
  initializeSecurityContext({
    credential,
    targetname: "a.example", // TS2561
  });
