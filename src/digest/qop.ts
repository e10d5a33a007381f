/**
 * Qualities of protection: which ones a context's flags ask for, and which flags are granted for one.
 */
import type { MessageRole } from "../message/context.ts";
import type { DigestOptions } from "../message/identity-types.ts";
import * as flag from "../sspi/context-flags.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_QOP_NOT_SUPPORTED } from "../sspi/security-status.ts";

/** The weakest first. */
const QOPS = ["auth", "auth-int", "auth-conf"] as const;
export type Qop = (typeof QOPS)[number];

/** True for the words of a quality of protection. */
export function isQop(word: string): word is Qop {
  return QOPS.some((qop) => qop === word);
}

interface Asked {
  readonly role: MessageRole;
  readonly contextReq: number;
  readonly isHttp: boolean;
  readonly options: DigestOptions;
}

/**
 * In order of preference.
 * @throws Refusal SEC_E_QOP_NOT_SUPPORTED: the option excludes what the flags ask for, or HTTP does not have it
 */
export function wantedQops({ role, contextReq, isHttp, options }: Asked): readonly Qop[] {
  const asks = (...flags: readonly number[]): boolean =>
    flags.some((one) => flag.hasFlag(contextReq, one));
  const [, integrity] = integrityFlags(role);
  const conceals = asks(flag.ISC_REQ_CONFIDENTIALITY);
  const detects = asks(integrity, flag.ISC_REQ_REPLAY_DETECT, flag.ISC_REQ_SEQUENCE_DETECT);
  const least = conceals ? 2 : detects ? 1 : 0;
  const all: readonly Qop[] = options.qop ?? [QOPS[least]];
  const wanted = all.filter(
    (qop) => QOPS.indexOf(qop) >= least && !(isHttp && qop === "auth-conf"),
  );
  if (wanted.length > 0) return wanted;
  return refuse(
    SEC_E_QOP_NOT_SUPPORTED,
    "WrongQuality",
    isHttp
      ? "HTTP Digest does not encrypt: leave out CONFIDENTIALITY and auth-conf"
      : `the flags ask for ${QOPS[least]}, and sealwire.digest.qop does not list it or a stronger one`,
  );
}

function integrityFlags(role: MessageRole): readonly [returned: number, requested: number] {
  return role === "client"
    ? [flag.ISC_RET_INTEGRITY, flag.ISC_REQ_INTEGRITY]
    : [flag.ASC_RET_INTEGRITY, flag.ASC_REQ_INTEGRITY];
}

/** Flags of the context for a quality of protection. */
export function grantedFlags(role: MessageRole, contextReq: number, qop: Qop): number {
  const [integrity] = integrityFlags(role);
  const echoed =
    flag.ISC_REQ_CONNECTION |
    flag.ISC_REQ_HTTP |
    flag.ISC_REQ_MUTUAL_AUTH |
    flag.ISC_REQ_EXTENDED_ERROR;
  const echo =
    role === "client"
      ? echoed
      : flag.ASC_REQ_CONNECTION | flag.ASC_REQ_HTTP | flag.ASC_REQ_MUTUAL_AUTH;
  const signs = integrity | flag.ISC_RET_REPLAY_DETECT | flag.ISC_RET_SEQUENCE_DETECT;
  return (
    (contextReq & echo) |
    (qop === "auth" ? 0 : signs) |
    (qop === "auth-conf" ? flag.ISC_RET_CONFIDENTIALITY : 0)
  );
}
