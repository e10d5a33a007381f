/** A server does not send SNI. */
import { acquireCredentialsHandle, SECPKG_CRED_INBOUND, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_INBOUND,
  authData: { dwVersion: 5, sealwire: { serverName: "a.example" } }, // TS2353
});
