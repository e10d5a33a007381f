/** Credentials of a server, with what only servers have. */
import {
  acquireCredentialsHandle,
  certContextFromPem,
  SCHANNEL_NAME,
  SECPKG_CRED_INBOUND,
} from "sealwire";

export const made = acquireCredentialsHandle({
  package: SCHANNEL_NAME,
  credentialUse: SECPKG_CRED_INBOUND,
  authData: {
    dwVersion: 5,
    paCred: [certContextFromPem("", "")],
    sealwire: { ticketCount: 2, requireClientCertificate: true, selectProtocol: () => "h2" },
  },
});
