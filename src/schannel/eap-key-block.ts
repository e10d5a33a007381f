/**
 * SECPKG_ATTR_EAP_KEY_BLOCK: the keys of EAP-TLS over TLS 1.2 (RFC 5216 §2.3). The keys are an export of the session,
 * the IVs come of the PRF without a secret. EAP-TLS over TLS 1.3 has another label and no IVs (RFC 9190 §2.3):
 * KEYING_MATERIAL.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import { prf } from "../crypto/key-schedule-12.ts";
import { TLS12 } from "../protocol/version.ts";
import type { SecPkgContext_EapKeyBlock } from "../sspi/attribute-values.ts";
import {
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_UNSUPPORTED_FUNCTION,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import type { SchannelContext } from "./context.ts";

const LABEL = latin1("client EAP encryption");
const KEYS_LENGTH = 128;
const IVS_LENGTH = 64;

/** 128 bytes of keys and 64 of IVs, or the status that explains their absence. */
export function eapKeyBlock(context: SchannelContext): SecPkgContext_EapKeyBlock | SECURITY_STATUS {
  const { configuration, engine } = context;
  const { exporter, suite, version, clientRandom, serverRandom } = engine.facts;
  if (exporter === null || suite === null) return SEC_E_OUT_OF_SEQUENCE;
  if (version !== TLS12) return SEC_E_UNSUPPORTED_FUNCTION;
  const seed = concat(clientRandom, serverRandom);
  const noSecret = new Uint8Array(0);
  return {
    rgbKeys: exporter(LABEL, null, KEYS_LENGTH),
    rgbIVs: prf(configuration.provider, suite.hash, noSecret, LABEL, seed, IVS_LENGTH),
  };
}
