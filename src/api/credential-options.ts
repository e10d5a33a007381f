/**
 * Descriptions of the package's own options, for entries whose options contain them.
 */
import { SEALWIRE_OPTIONS } from "../schannel/credential-shapes.ts";
import type { SealwireOptions } from "../schannel/credential-types.ts";
import type { Shape } from "../sspi/option-shape.ts";

/** All but `serverName`, which is an option of a session there. */
export function optionsWithoutServerName(): Shape<Omit<SealwireOptions, "serverName">> {
  const { serverName: _, ...others } = SEALWIRE_OPTIONS;
  return others;
}
