/**
 * Revocation for asynchronous entries: the code that reads responses and lists is imported when there is
 * something to read, because a server stapled a response or had to, or because the caller gave lists. What is wrong
 * with these is reported then.
 */
import type { CertificateVerifier } from "../../handshake/peer-identity.ts";
import { type MakeVerifier, mustStaple } from "./make-verifier.ts";

export const makeVerifierOnDemand: MakeVerifier = (parser, policy, sources, verify) => {
  let whole: Promise<CertificateVerifier> | null = null;
  const load = async (): Promise<CertificateVerifier> => {
    const { LAZY_MODULES } = await import("../lazy-modules.ts");
    return LAZY_MODULES.makeRevocationVerifier(parser, policy, sources, verify);
  };
  const asked = policy.check !== "none" || Object.keys(sources).length > 0;
  return {
    verify(request) {
      if (!asked && request.ocspResponse === null) {
        let must = false;
        const verdict = verify(request, ([leaf]) => {
          must ||= leaf !== undefined && mustStaple(leaf);
          return [];
        });
        if (!must) return verdict;
      }
      whole ??= load();
      return whole.then((verifier) => verifier.verify(request));
    },
  };
};
