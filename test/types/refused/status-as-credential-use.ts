/** A status is not a use of a credential. */
import { acquireCredentialsHandle, SEC_E_OK, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SEC_E_OK, // TS2322
});
