/** Reports cannot be changed. */
import type { ErrorReport } from "sealwire";

export function go(report: ErrorReport): void {
  report.reason = "other"; // TS2540
}
