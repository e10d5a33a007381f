/** Statuses are looked for in a list. */
import { SEC_E_OK, SEC_I_CONTINUE_NEEDED, type SECURITY_STATUS } from "sealwire";

const GOOD = [SEC_E_OK, SEC_I_CONTINUE_NEEDED];
export const isGood = (status: SECURITY_STATUS) => GOOD.includes(status);
