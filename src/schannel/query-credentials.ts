/**
 * QueryCredentialsAttributes (reference 2.1): what the credential stands for, in the SDK's words.
 */
import * as attribute from "../sspi/attributes.ts";
import type { AttributeAnswer } from "../sspi/security-package.ts";
import {
  SEC_E_NO_CREDENTIALS,
  SEC_E_OK,
  SEC_E_UNSUPPORTED_FUNCTION,
} from "../sspi/security-status.ts";
import { cipherId, exchangeId, hashId, signatureIds } from "./algorithm-restrictions.ts";
import type { SchannelCredential } from "./credentials.ts";
import { protocolMask } from "./protocol-mask.ts";

/** The value of a credential's attribute. */
export function queryCredentialsAttributes(
  credential: SchannelCredential,
  number: number,
): AttributeAnswer {
  // Windows gives no name for certificates.
  if (number === attribute.SECPKG_CRED_ATTR_NAMES) return { status: SEC_E_NO_CREDENTIALS };
  const choices = credential.roles.map((role) => ({
    role,
    ...credential.chooseAlgorithms(role, []),
  }));
  const suites = choices.flatMap((choice) => choice.cipherSuites);
  switch (number) {
    case attribute.SECPKG_ATTR_SUPPORTED_PROTOCOLS: {
      const mask = choices.reduce((all, item) => all | protocolMask(item.versions, item.role), 0);
      return { status: SEC_E_OK, value: { grbitProtocol: mask >>> 0 } };
    }
    case attribute.SECPKG_ATTR_SUPPORTED_ALGS: {
      const ids = suites.flatMap((suite) => [
        cipherId(suite),
        hashId(suite.mac ?? suite.hash),
        exchangeId(suite),
        ...signatureIds(suite),
      ]);
      const list = [...new Set(ids)].filter((id) => id !== 0);
      return {
        status: SEC_E_OK,
        value: { cSupportedAlgs: list.length, palgSupportedAlgs: list },
      };
    }
    case attribute.SECPKG_ATTR_CIPHER_STRENGTHS: {
      const bits = suites.map((suite) => suite.cipher.keyLength * 8);
      return {
        status: SEC_E_OK,
        value: {
          dwMinimumCipherStrength: Math.min(...bits),
          dwMaximumCipherStrength: Math.max(...bits),
        },
      };
    }
    default:
      return { status: SEC_E_UNSUPPORTED_FUNCTION };
  }
}
