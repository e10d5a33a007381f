/**
 * The explicit end of the transport: Schannel does not detect a truncated stream
 * (reference 4.3, 8.2 P15).
 */
import { SEC_E_CONTEXT_EXPIRED, SEC_E_OK, type SECURITY_STATUS } from "../sspi/security-status.ts";
import type { SchannelContext } from "./context.ts";
import { failureStatus } from "./failure-status.ts";

/** SEC_E_OK after the peer's close_notify; else the refusal, which is final. */
export function endOfInput(context: SchannelContext): SECURITY_STATUS {
  const { engine } = context;
  if (engine.failure !== null) return SEC_E_CONTEXT_EXPIRED;
  const failure = engine.endInput();
  if (failure === null) return SEC_E_OK;
  const status = failureStatus(failure, null, "message");
  context.failed(failure, status);
  return status;
}
