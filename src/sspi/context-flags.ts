/**
 * Context requirement and result flags (sspi.h). ISC_RET_x has the value of ISC_REQ_x, ASC_RET_x that of ASC_REQ_x.
 * Flags are numbers, also above 32 bits: test them with `hasFlag`, not with `&`.
 */
export const ISC_REQ_DELEGATE = 0x00000001;
export const ISC_REQ_MUTUAL_AUTH = 0x00000002;
export const ISC_REQ_REPLAY_DETECT = 0x00000004;
export const ISC_REQ_SEQUENCE_DETECT = 0x00000008;
export const ISC_REQ_CONFIDENTIALITY = 0x00000010;
export const ISC_REQ_USE_SESSION_KEY = 0x00000020;
export const ISC_REQ_PROMPT_FOR_CREDS = 0x00000040;
export const ISC_REQ_USE_SUPPLIED_CREDS = 0x00000080;
export const ISC_REQ_ALLOCATE_MEMORY = 0x00000100;
export const ISC_REQ_DATAGRAM = 0x00000400;
export const ISC_REQ_CONNECTION = 0x00000800;
export const ISC_REQ_EXTENDED_ERROR = 0x00004000;
export const ISC_REQ_STREAM = 0x00008000;
export const ISC_REQ_INTEGRITY = 0x00010000;
export const ISC_REQ_MANUAL_CRED_VALIDATION = 0x00080000;
export const ISC_REQ_FRAGMENT_TO_FIT = 0x00200000;
export const ISC_REQ_UNVERIFIED_TARGET_NAME = 0x20000000;
export const ISC_REQ_MESSAGES = 0x0000000100000000;

export const ISC_RET_DELEGATE: number = ISC_REQ_DELEGATE;
export const ISC_RET_MUTUAL_AUTH: number = ISC_REQ_MUTUAL_AUTH;
export const ISC_RET_REPLAY_DETECT: number = ISC_REQ_REPLAY_DETECT;
export const ISC_RET_SEQUENCE_DETECT: number = ISC_REQ_SEQUENCE_DETECT;
export const ISC_RET_CONFIDENTIALITY: number = ISC_REQ_CONFIDENTIALITY;
export const ISC_RET_USE_SESSION_KEY: number = ISC_REQ_USE_SESSION_KEY;
export const ISC_RET_USED_SUPPLIED_CREDS: number = ISC_REQ_USE_SUPPLIED_CREDS;
export const ISC_RET_ALLOCATED_MEMORY: number = ISC_REQ_ALLOCATE_MEMORY;
export const ISC_RET_DATAGRAM: number = ISC_REQ_DATAGRAM;
export const ISC_RET_CONNECTION: number = ISC_REQ_CONNECTION;
export const ISC_RET_EXTENDED_ERROR: number = ISC_REQ_EXTENDED_ERROR;
export const ISC_RET_STREAM: number = ISC_REQ_STREAM;
export const ISC_RET_INTEGRITY: number = ISC_REQ_INTEGRITY;
export const ISC_RET_MANUAL_CRED_VALIDATION: number = ISC_REQ_MANUAL_CRED_VALIDATION;
export const ISC_RET_FRAGMENT_ONLY: number = ISC_REQ_FRAGMENT_TO_FIT;
export const ISC_RET_MESSAGES: number = ISC_REQ_MESSAGES;

export const ASC_REQ_DELEGATE = 0x00000001;
export const ASC_REQ_MUTUAL_AUTH = 0x00000002;
export const ASC_REQ_REPLAY_DETECT = 0x00000004;
export const ASC_REQ_SEQUENCE_DETECT = 0x00000008;
export const ASC_REQ_CONFIDENTIALITY = 0x00000010;
export const ASC_REQ_USE_SESSION_KEY = 0x00000020;
export const ASC_REQ_SESSION_TICKET = 0x00000040;
export const ASC_REQ_ALLOCATE_MEMORY = 0x00000100;
export const ASC_REQ_DATAGRAM = 0x00000400;
export const ASC_REQ_CONNECTION = 0x00000800;
export const ASC_REQ_EXTENDED_ERROR = 0x00008000;
export const ASC_REQ_STREAM = 0x00010000;
export const ASC_REQ_INTEGRITY = 0x00020000;
export const ASC_REQ_FRAGMENT_TO_FIT = 0x00800000;
export const ASC_REQ_MESSAGES = 0x0000000100000000;

export const ASC_RET_DELEGATE: number = ASC_REQ_DELEGATE;
export const ASC_RET_MUTUAL_AUTH: number = ASC_REQ_MUTUAL_AUTH;
export const ASC_RET_REPLAY_DETECT: number = ASC_REQ_REPLAY_DETECT;
export const ASC_RET_SEQUENCE_DETECT: number = ASC_REQ_SEQUENCE_DETECT;
export const ASC_RET_CONFIDENTIALITY: number = ASC_REQ_CONFIDENTIALITY;
export const ASC_RET_USE_SESSION_KEY: number = ASC_REQ_USE_SESSION_KEY;
export const ASC_RET_SESSION_TICKET: number = ASC_REQ_SESSION_TICKET;
export const ASC_RET_ALLOCATED_MEMORY: number = ASC_REQ_ALLOCATE_MEMORY;
export const ASC_RET_DATAGRAM: number = ASC_REQ_DATAGRAM;
export const ASC_RET_CONNECTION: number = ASC_REQ_CONNECTION;
export const ASC_RET_EXTENDED_ERROR: number = ASC_REQ_EXTENDED_ERROR;
export const ASC_RET_STREAM: number = ASC_REQ_STREAM;
export const ASC_RET_INTEGRITY: number = ASC_REQ_INTEGRITY;
export const ASC_RET_FRAGMENT_ONLY: number = ASC_REQ_FRAGMENT_TO_FIT;
export const ASC_RET_MESSAGES: number = ASC_REQ_MESSAGES;

const WORD = 0x100000000;

/** True if `flag` (one bit) is set in `flags`, also above 32 bits. */
export function hasFlag(flags: number, flag: number): boolean {
  return flag < WORD ? ((flags % WORD) & flag) !== 0 : Math.floor(flags / flag) % 2 === 1;
}
