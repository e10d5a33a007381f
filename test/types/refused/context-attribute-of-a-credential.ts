/** Only contexts have the attribute. */
import {
  type CredentialHandle,
  queryCredentialsAttributes,
  SECPKG_ATTR_STREAM_SIZES,
} from "sealwire";

export const go = (credential: CredentialHandle) =>
  queryCredentialsAttributes(credential, SECPKG_ATTR_STREAM_SIZES); // TS2345
