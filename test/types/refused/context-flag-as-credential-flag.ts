/** A flag of contexts is not one of credentials. */
import {
  acquireCredentialsHandle,
  ISC_REQ_STREAM,
  SECPKG_CRED_OUTBOUND,
  UNISP_NAME,
} from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, dwFlags: ISC_REQ_STREAM }, // TS2322
});
