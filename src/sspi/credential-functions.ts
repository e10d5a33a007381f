/**
 * The SSPI functions for a credential that was acquired: the package is found by the handle. None of them throws.
 */
import type {
  CredentialAttributeValues,
  SettableCredentialAttributeValues,
} from "./attribute-values.ts";
import { faultOf } from "./faults.ts";
import type { AttributeValue, CredentialAttributeResult } from "./function-types.ts";
import { type CredentialHandle, credentialBinding, killHandle } from "./handles.ts";
import { SEC_E_INVALID_HANDLE, type SECURITY_STATUS } from "./security-status.ts";

/**
 * Reads an attribute of a credential (SDK: QueryCredentialsAttributes).
 *
 * @param credential - from `acquireCredentialsHandle`
 * @param attribute - SECPKG_ATTR_SUPPORTED_PROTOCOLS, SECPKG_ATTR_SUPPORTED_ALGS or SECPKG_ATTR_CIPHER_STRENGTHS
 * @returns `status` SEC_E_OK and `value`, an object of its own. Without a value: SEC_E_UNSUPPORTED_FUNCTION: there is
 *   no such attribute; SEC_E_NO_CREDENTIALS: SECPKG_CRED_ATTR_NAMES, since certificates have no name of a user;
 *   SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querycredentialsattributesw
 */
export function queryCredentialsAttributes<Attribute extends keyof CredentialAttributeValues>(
  credential: CredentialHandle | null | undefined,
  attribute: Attribute,
): CredentialAttributeResult<Attribute> {
  const binding = credentialBinding(credential);
  if (binding === null) return { status: SEC_E_INVALID_HANDLE };
  try {
    // The package's contract is one value per attribute, which the type of the function spells out.
    return binding.package.queryCredentialsAttributes(
      binding.state,
      attribute,
    ) as CredentialAttributeResult<Attribute>;
  } catch (error) {
    return { status: faultOf(error).status };
  }
}

/**
 * Sets an attribute of a credential (SDK: SetCredentialsAttributes). The one attribute is
 * SECPKG_ATTR_SESSION_TICKET_KEYS: the keys of a server's session tickets, of which the first seals and all open.
 * Processes that share them resume each other's sessions (RFC 5077 §5.5).
 *
 * @param credential - an inbound credential with resumption
 * @param attribute - SECPKG_ATTR_SESSION_TICKET_KEYS
 * @param value - an SecPkgCred_SessionTicketKeys of 1 to 16 keys, each with an id of 16 bytes and 32 to 64 bytes of
 *   material; they are copied
 * @returns SEC_E_OK. SEC_E_INVALID_PARAMETER: the value does not have that form; SEC_E_UNSUPPORTED_FUNCTION: another
 *   attribute, or a credential that gives no tickets; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-setcredentialsattributesw
 */
export function setCredentialsAttributes<Attribute extends keyof SettableCredentialAttributeValues>(
  credential: CredentialHandle | null | undefined,
  attribute: Attribute,
  value: AttributeValue<SettableCredentialAttributeValues, Attribute>,
): SECURITY_STATUS {
  const binding = credentialBinding(credential);
  if (binding === null) return SEC_E_INVALID_HANDLE;
  try {
    return binding.package.setCredentialsAttributes(binding.state, attribute, value ?? null);
  } catch (error) {
    return faultOf(error).status;
  }
}

/**
 * Frees a credential (SDK: FreeCredentialsHandle). The handle is invalid afterwards. Contexts that were made with it go
 * on; its sessions and keys are wiped when the last of them is deleted.
 *
 * @param credential - from `acquireCredentialsHandle`
 * @returns SEC_E_OK; SEC_E_INVALID_HANDLE: it is not a credential, or was freed before
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-freecredentialshandle
 */
export function freeCredentialsHandle(
  credential: CredentialHandle | null | undefined,
): SECURITY_STATUS {
  const binding = credentialBinding(credential);
  if (binding === null || !credential) return SEC_E_INVALID_HANDLE;
  killHandle(credential);
  try {
    return binding.package.freeCredentialsHandle(binding.state);
  } catch (error) {
    return faultOf(error).status;
  }
}
