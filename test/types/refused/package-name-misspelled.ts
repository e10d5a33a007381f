/** There is no package of that name. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND } from "sealwire";

acquireCredentialsHandle({
  package: "Schanel", // TS2322
  credentialUse: SECPKG_CRED_OUTBOUND,
});
