/** Flags are given as a number. */
import { type CredentialHandle, initializeSecurityContext } from "sealwire";

export const go = (credential: CredentialHandle) =>
  initializeSecurityContext({ credential, contextReq: 0x8118 });
