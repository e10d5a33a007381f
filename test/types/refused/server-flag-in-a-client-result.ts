/** A result of a client has the flags of clients. */
import {
  ASC_RET_STREAM,
  type CredentialHandle,
  hasFlag,
  initializeSecurityContext,
} from "sealwire";

export const isStream = (credential: CredentialHandle) =>
  hasFlag(initializeSecurityContext({ credential }).contextAttr, ASC_RET_STREAM); // TS2345
