/** The Async function answers with a promise. */
import {
  type CredentialHandle,
  initializeSecurityContextAsync,
  type SECURITY_STATUS,
} from "sealwire";

export const go = (credential: CredentialHandle): SECURITY_STATUS =>
  initializeSecurityContextAsync({ credential }).status; // TS2339
