/** Attributes of credentials have their values. */
import {
  type CredentialHandle,
  queryCredentialsAttributes,
  SECPKG_ATTR_SUPPORTED_PROTOCOLS,
} from "sealwire";

export const go = (credential: CredentialHandle): number | undefined =>
  queryCredentialsAttributes(credential, SECPKG_ATTR_SUPPORTED_PROTOCOLS).value?.grbitProtocol;
