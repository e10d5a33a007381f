/**
 * Requirement flags of the two handshake functions and what is reported back of them (reference 1.3, 2.2, 2.3).
 */
import type { Role } from "../engine/engine.ts";
import * as flags from "../sspi/context-flags.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_UNSUPPORTED_FUNCTION } from "../sspi/security-status.ts";

/** Always reported, asked for or not. */
const DETECTION =
  flags.ISC_RET_REPLAY_DETECT | flags.ISC_RET_SEQUENCE_DETECT | flags.ISC_RET_CONFIDENTIALITY;

/** All that is reported with SEC_E_INSUFFICIENT_MEMORY. */
export const SHORT_OF_MEMORY_FLAGS: number = DETECTION;

const CLIENT_ECHO =
  flags.ISC_REQ_EXTENDED_ERROR |
  flags.ISC_REQ_DATAGRAM |
  flags.ISC_REQ_ALLOCATE_MEMORY |
  flags.ISC_REQ_USE_SUPPLIED_CREDS |
  flags.ISC_REQ_MANUAL_CRED_VALIDATION;

const SERVER_ECHO =
  flags.ASC_REQ_EXTENDED_ERROR | flags.ASC_REQ_DATAGRAM | flags.ASC_REQ_ALLOCATE_MEMORY;

const WORD = 0x100000000;

/** ISC_RET_* or ASC_RET_* of a call with these requirements. */
export function resultFlags(role: Role, contextReq: number): number {
  const low = contextReq % WORD;
  return role === "client"
    ? DETECTION | flags.ISC_RET_STREAM | (low & CLIENT_ECHO)
    : DETECTION | flags.ASC_RET_STREAM | (low & SERVER_ECHO);
}

/** Refuses with SEC_E_UNSUPPORTED_FUNCTION what Schannel refuses, and the message mode of QUIC. */
export function checkFlags(role: Role, contextReq: number): void {
  const refused =
    role === "client" &&
    (flags.hasFlag(contextReq, flags.ISC_REQ_DELEGATE) ||
      flags.hasFlag(contextReq, flags.ISC_REQ_PROMPT_FOR_CREDS));
  if (refused || flags.hasFlag(contextReq, flags.ISC_REQ_MESSAGES)) {
    refuse(
      SEC_E_UNSUPPORTED_FUNCTION,
      "UnsupportedRequirement",
      "DELEGATE, PROMPT_FOR_CREDS and MESSAGES cannot be had",
    );
  }
}

/** Output memory is the package's. */
export function allocates(role: Role, contextReq: number): boolean {
  const flag = role === "client" ? flags.ISC_REQ_ALLOCATE_MEMORY : flags.ASC_REQ_ALLOCATE_MEMORY;
  return flags.hasFlag(contextReq, flag);
}

/** A failing call is to give an alert for the peer. */
export function wantsAlert(role: Role, contextReq: number): boolean {
  const flag = role === "client" ? flags.ISC_REQ_EXTENDED_ERROR : flags.ASC_REQ_EXTENDED_ERROR;
  return flags.hasFlag(contextReq, flag);
}
