/** The name of a package is read from the list. */
import {
  acquireCredentialsHandle,
  enumerateSecurityPackages,
  SECPKG_CRED_OUTBOUND,
} from "sealwire";

export const made = enumerateSecurityPackages().packages.map((info) =>
  acquireCredentialsHandle({ package: info.Name, credentialUse: SECPKG_CRED_OUTBOUND }),
);
