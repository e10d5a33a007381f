/** SCH_CREDENTIALS has no grbitEnabledProtocols. */
import {
  acquireCredentialsHandle,
  SECPKG_CRED_OUTBOUND,
  SP_PROT_TLS1_3_CLIENT,
  UNISP_NAME,
} from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, grbitEnabledProtocols: SP_PROT_TLS1_3_CLIENT }, // TS2353
});
