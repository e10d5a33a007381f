/** A variable for statuses does not take an alert. */
import { SEC_E_OK, type SECURITY_STATUS, TLS1_ALERT_CLOSE_NOTIFY } from "sealwire";

export let status: SECURITY_STATUS = SEC_E_OK;
status = TLS1_ALERT_CLOSE_NOTIFY; // TS2322
