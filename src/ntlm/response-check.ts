/**
 * The server's check of a response ([MS-NLMP] 3.3): NTLMv2, and version 1 where an option allows it.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { md4 } from "../legacy/md4.ts";
import { type AvPair, readAvPairs } from "./av-pairs.ts";
import type { NtlmCredential } from "./credential.ts";
import { ESS, has } from "./flags.ts";
import type { AuthenticateMessage } from "./messages.ts";
import {
  bothChallenges,
  ntowf2,
  proofOf,
  splitResponse,
  TEMP_HEADER,
  VERSION1_LENGTH,
  VERSION2,
  version1Response,
} from "./responses.ts";

/** What a right response gives. */
export interface Checked {
  readonly exchangeKey: Uint8Array;
  readonly mechanism: string;
}

export interface ResponseFacts {
  readonly credential: NtlmCredential;
  readonly serverChallenge: Uint8Array;
  readonly message: AuthenticateMessage;
  readonly flags: number;
  /** Of the account; wiped by the caller. */
  readonly ntHash: Uint8Array;
}

/** The pairs of a response of version 2; none of another one. @throws DecodeError */
export function pairsOf(ntResponse: Uint8Array): AvPair[] {
  const parts = splitResponse(ntResponse);
  return parts === null ? [] : readAvPairs(parts.body.subarray(TEMP_HEADER));
}

/** Null: it is wrong, or of a version that is not allowed. */
export function checkResponse(facts: ResponseFacts): Checked | null {
  const parts = splitResponse(facts.message.ntResponse);
  return parts === null ? version1(facts) : version2(facts, parts);
}

/** The domain as the client wrote it, and an empty one, as clients use it with local accounts. */
function version2(
  { credential, serverChallenge, message, ntHash }: ResponseFacts,
  { proof, body }: { readonly proof: Uint8Array; readonly body: Uint8Array },
): Checked | null {
  const { crypto } = credential;
  let found: Uint8Array | null = null;
  for (const domain of [message.domain, ""]) {
    const key = ntowf2(crypto, ntHash, message.user, domain);
    const right = proofOf(crypto, key, serverChallenge, body);
    wipe(key);
    if (equalConstantTime(right.proof, proof)) found ??= right.sessionBaseKey;
  }
  return found === null ? null : { exchangeKey: found, mechanism: VERSION2 };
}

function version1({
  credential,
  serverChallenge,
  message,
  flags,
  ntHash,
}: ResponseFacts): Checked | null {
  const { crypto, ntlm } = credential;
  const des = crypto.tripleDes;
  const { ntResponse, lmResponse } = message;
  if (!ntlm.version1 || des === null || ntResponse.length !== VERSION1_LENGTH) return null;
  const sessionBaseKey = md4(ntHash);
  if (!has(flags, ESS)) {
    const right = version1Response(des, ntHash, serverChallenge);
    return equalConstantTime(right, ntResponse)
      ? { exchangeKey: sessionBaseKey, mechanism: "NTLMv1" }
      : null;
  }
  const clientChallenge = lmResponse.subarray(0, 8);
  const challenge = bothChallenges(crypto, serverChallenge, clientChallenge);
  return equalConstantTime(version1Response(des, ntHash, challenge), ntResponse)
    ? {
        exchangeKey: crypto.hmacMd5(sessionBaseKey, serverChallenge, clientChallenge),
        mechanism: "NTLMv1 with extended session security",
      }
    : null;
}
