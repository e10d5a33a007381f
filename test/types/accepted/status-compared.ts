/** A status is compared with constants. */
import { SEC_E_OK, SEC_I_CONTINUE_NEEDED, type SECURITY_STATUS } from "sealwire";

export const more = (status: SECURITY_STATUS) =>
  status === SEC_I_CONTINUE_NEEDED || status !== SEC_E_OK;
