/** A credential for both has the options of both. */
import { acquireCredentialsHandle, SECPKG_CRED_BOTH, UNISP_NAME } from "sealwire";

export const made = acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_BOTH,
  authData: { dwVersion: 5, sealwire: { serverName: "a.example", ticketCount: 1 } },
});
