/** Keys of tickets have their structure. */
import {
  type CredentialHandle,
  SECPKG_ATTR_SESSION_TICKET_KEYS,
  setCredentialsAttributes,
} from "sealwire";

export const go = (credential: CredentialHandle) =>
  setCredentialsAttributes(credential, SECPKG_ATTR_SESSION_TICKET_KEYS, { keys: [] }); // TS2353
