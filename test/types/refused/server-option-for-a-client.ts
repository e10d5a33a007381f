/** A client does not choose certificates by SNI. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, sealwire: { selectCredential: () => null } }, // TS2353
});
