/** SCHANNEL_CRED names ALG_IDs. */
import {
  CALG_AES_256,
  CALG_SHA_384,
  type SCHANNEL_CRED,
  SCHANNEL_CRED_VERSION,
  SP_PROT_TLS1_2_CLIENT,
  SP_PROT_TLS1_3_CLIENT,
} from "sealwire";

export const auth: SCHANNEL_CRED = {
  dwVersion: SCHANNEL_CRED_VERSION,
  palgSupportedAlgs: [CALG_AES_256, CALG_SHA_384],
  grbitEnabledProtocols: SP_PROT_TLS1_2_CLIENT | SP_PROT_TLS1_3_CLIENT,
};
