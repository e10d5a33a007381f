/** A structure is made before it is given. */
import {
  acquireCredentialsHandle,
  SCHANNEL_CRED_VERSION,
  SECPKG_CRED_OUTBOUND,
  SP_PROT_TLS1_2_CLIENT,
  UNISP_NAME,
} from "sealwire";

const authData = { dwVersion: SCHANNEL_CRED_VERSION, grbitEnabledProtocols: SP_PROT_TLS1_2_CLIENT };
export const made = acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData,
});
