/**
 * FreeContextBuffer: memory that a package allocated goes back. Here the runtime collects it; what can be done is to
 * let go of it.
 */
import { SecBuffer } from "./sec-buffer.ts";
import { SEC_E_INVALID_HANDLE, SEC_E_OK, type SECURITY_STATUS } from "./security-status.ts";

/**
 * Gives back output of initialize- or acceptSecurityContext under ALLOCATE_MEMORY, or an attribute's memory.
 * @param buffer the SecBuffer, which then is empty, or its memory
 * @returns SEC_E_OK; SEC_E_INVALID_HANDLE for what is neither
 */
export function freeContextBuffer(
  buffer: SecBuffer | Uint8Array | null | undefined,
): SECURITY_STATUS {
  if (buffer instanceof SecBuffer) {
    buffer.pvBuffer = null;
    buffer.cbBuffer = 0;
    return SEC_E_OK;
  }
  return buffer instanceof Uint8Array ? SEC_E_OK : SEC_E_INVALID_HANDLE;
}
