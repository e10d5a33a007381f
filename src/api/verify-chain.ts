/**
 * `verifyChain` of the entries: the verdict of pki as a status, and whatever is thrown too.
 */
import type { CertificateParser } from "../pki/certificate.ts";
import { type ChainRequest, judgeChain, readChainRequest } from "../pki/path/chain-request.ts";
import { ChainContext } from "../pki/path/chain-verifier.ts";
import { Explanation } from "../pki/path/explanation.ts";
import { TlsFailure } from "../protocol/failure.ts";
import { failureStatus } from "../schannel/failure-status.ts";
import {
  SEC_E_INTERNAL_ERROR,
  SEC_E_INVALID_PARAMETER,
  SEC_E_OK,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import { TlsError } from "../sspi/tls-error.ts";
import type { ChainResult, Loaders } from "./function-types.ts";

/** `verifyChain` over a parser. */
export function chainVerification(
  parser: CertificateParser,
  clock: () => number,
): Loaders["verifyChain"] {
  const chains = new ChainContext(parser);
  return (request) => verifyChain(chains, clock, request);
}

function verifyChain(chains: ChainContext, clock: () => number, given: ChainRequest): ChainResult {
  const wrong = (status: SECURITY_STATUS, reason: string, message: string): ChainResult => {
    const explain = new Explanation([], [message], 0);
    return { ok: false, status, reason, message, faults: [{ reason, message }], explain };
  };
  try {
    const verdict = judgeChain(chains, clock, readChainRequest(given));
    const { explain } = verdict;
    if (verdict.ok) {
      return { ok: true, status: SEC_E_OK, faults: [], path: verdict.path ?? [], explain };
    }
    const { reason, message, faults } = verdict;
    const status = failureStatus(new TlsFailure(reason, message), null, "handshake");
    return { ok: false, status, reason, message, faults, explain };
  } catch (error) {
    if (error instanceof TlsFailure) {
      return wrong(SEC_E_INVALID_PARAMETER, error.reason, error.message);
    }
    if (error instanceof TlsError) {
      // The word that `verifyChain` has always had for a wrong type.
      const isType = error.reason === undefined || error.reason === "WrongOption";
      const reason = isType ? "InvalidArgument" : error.reason;
      return wrong(SEC_E_INVALID_PARAMETER, reason, error.message);
    }
    // A callback or a getter of the caller's.
    const message = error instanceof Error ? error.message : String(error);
    return wrong(SEC_E_INTERNAL_ERROR, "InternalError", message);
  }
}
