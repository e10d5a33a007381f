/** A flag of credentials is not a version. */
import { SCH_USE_STRONG_CRYPTO, type SCHANNEL_CRED } from "sealwire";

export const auth: SCHANNEL_CRED = {
  dwVersion: 4,
  grbitEnabledProtocols: SCH_USE_STRONG_CRYPTO, // TS2322
};
