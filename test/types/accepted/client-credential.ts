/** Credentials of a client, written in the call. */
import {
  acquireCredentialsHandle,
  SCH_CRED_NO_DEFAULT_CREDS,
  SCH_CREDENTIALS_VERSION,
  SCH_USE_STRONG_CRYPTO,
  SECPKG_CRED_OUTBOUND,
  trustStoreFromPem,
  UNISP_NAME,
} from "sealwire";

export const made = acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: {
    dwVersion: SCH_CREDENTIALS_VERSION,
    hRootStore: trustStoreFromPem(""),
    dwFlags: SCH_USE_STRONG_CRYPTO | SCH_CRED_NO_DEFAULT_CREDS,
    sealwire: { serverName: "a.example", cipherSuites: [0x1301] },
  },
}).credential;
