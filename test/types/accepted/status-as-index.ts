/** Statuses are keys of a map. */
import { SEC_E_OK, type SECURITY_STATUS } from "sealwire";

const texts = new Map<number, string>([[SEC_E_OK, "done"]]);
export const text = (status: SECURITY_STATUS) => texts.get(status) ?? status.toString(16);
