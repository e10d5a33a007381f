/**
 * ec_point_formats of TLS 1.2, for both roles (RFC 8422 §5.1.2, §5.2).
 */
import { fail } from "../protocol/failure.ts";
import type { Extensions } from "../wire/extensions/registry.ts";

/** Every point is sent in this form, also by a peer that does not send the extension. */
export const UNCOMPRESSED = 0;

/** Refuses a peer that does not know the only form there is. */
export function refusePointFormats({ ecPointFormats: formats }: Extensions): void {
  if (formats !== undefined && !formats.includes(UNCOMPRESSED)) {
    fail("ForbiddenValue", "ec_point_formats lacks the uncompressed one (RFC 8422 §5.1.2)");
  }
}
