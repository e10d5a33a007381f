/** There is no use 7. */
import { acquireCredentialsHandle, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: 7, // TS2322
});
