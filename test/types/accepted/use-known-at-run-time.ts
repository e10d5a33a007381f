/** The use of a credential is a number. */
import { acquireCredentialsHandle, type SCH_CREDENTIALS, UNISP_NAME } from "sealwire";

export const acquire = (credentialUse: number, authData: SCH_CREDENTIALS) =>
  acquireCredentialsHandle({ package: UNISP_NAME, credentialUse, authData });
