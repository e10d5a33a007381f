/**
 * What entries have in common, as types.
 */
import type { SchannelAuthData } from "./schannel/credential-types.ts";
import type { InitiatingFace } from "./sspi/face.ts";
import type { AcquireArguments, AcquireResult } from "./sspi/face-types.ts";

/** The functions of the face, but for the two that accept. */
export interface Initiator extends InitiatingFace {
  /** AcquireCredentialsHandle: an SCH_CREDENTIALS or SCHANNEL_CRED, or nothing, becomes a credential. */
  acquireCredentialsHandle(call: AcquireArguments<SchannelAuthData>): AcquireResult;
}
