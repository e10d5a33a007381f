/**
 * Why a call failed, finer than its status: our own word, a text for humans, and the alerts both ways
 * (Schannel folds ten alerts into SEC_E_ILLEGAL_MESSAGE and keeps the number to itself).
 */
import { alertName } from "../protocol/alert.ts";
import type { AlertReport, ErrorReport } from "../sspi/security-package.ts";
import type { SchannelContext } from "./context.ts";

/** The last failure of a context, or null. */
export function lastError(context: SchannelContext): ErrorReport | null {
  const { error, engine } = context;
  if (error === null) return null;
  const { alertSent, alertReceived } = engine;
  return {
    ...error,
    ...(alertSent === null ? {} : { alertSent: report(alertSent) }),
    ...(alertReceived === null ? {} : { alertReceived: report(alertReceived) }),
  };
}

function report(alert: { readonly level: number; readonly description: number }): AlertReport {
  return { ...alert, name: alertName(alert.description) };
}
