/**
 * `verifyChain`: the validation of the handshake, for anybody's use. A request may come from plain JavaScript, so what it
 * holds is looked at before it is used.
 */
import type { VerifyRequest } from "../handshake/peer-identity.ts";
import type { RevocationPolicy } from "../schannel/environment.ts";
import { KeyUsage } from "./certificate.ts";
import { type ChainContext, ChainVerifier, type ExplainedVerdict } from "./chain-verifier.ts";
import { PROFILES, type ProfileName } from "./profile.ts";
import { CrlSet } from "./revocation/crl-set.ts";
import { RevocationCheck } from "./revocation/revocation-check.ts";
import { TrustStore } from "./trust-store.ts";

export interface ChainRequest {
  /** DER, leaf first, the rest in any order. */
  readonly chain: readonly Uint8Array[];
  readonly trust: TrustStore;
  /** DNS name (A-labels) or IP literal that the leaf must be for; absent: no name is checked. */
  readonly name?: string | null;
  /** "server": the chain is a server's. */
  readonly purpose: "server" | "client";
  /** Default: now. */
  readonly time?: Date | null;
  /** Default: that of the trust store, which is "webpki" for the runtime's bundled roots and "basic" for others. */
  readonly profile?: ProfileName | null;
  /** Intermediate authorities that are not self-issued; default 10. */
  readonly maxDepth?: number | null;
  /** Steps of work; default 5000. Looking at an issuer is one, checking a signature fifty. */
  readonly budget?: number | null;
  /** Is this a domain under which strangers register names ("co.uk")? A wildcard over one is refused under "webpki". */
  readonly isPublicSuffix?: ((domain: string) => boolean) | null;
  /** DER, or PEM with any number of lists. */
  readonly crls?: readonly (Uint8Array | string)[] | null;
  /** DER certificates that sign CRLs in an issuer's place. */
  readonly crlSigners?: readonly Uint8Array[] | null;
  /** DER OCSPResponse for the leaf. Null says that the server was asked and stapled none; absent: nobody was asked. */
  readonly ocspResponse?: Uint8Array | null;
  /**
   * Which certificates need an answer. Default: "end-cert" where CRLs are given, else "none", under which what is given can
   * only say "revoked".
   */
  readonly revocationCheck?: RevocationPolicy["check"] | null;
}

const CHECKS: readonly RevocationPolicy["check"][] = [
  "none",
  "end-cert",
  "chain",
  "chain-exclude-root",
];

/**
 * The verdict on a request that `requestProblem` lets pass.
 * @throws what a callback of the caller's throws; TlsFailure UnusableCrl, MalformedCertificate (a CRL's signer)
 */
export function judgeChain(
  context: ChainContext,
  clock: () => number,
  request: ChainRequest,
): ExplainedVerdict {
  const { profile, maxDepth, budget, isPublicSuffix } = request;
  const verification: VerifyRequest = {
    chain: request.chain,
    purpose: request.purpose,
    name: request.name ?? null,
    time: request.time?.getTime() ?? clock(),
    ocspResponse: request.ocspResponse ?? null,
  };
  const check = revocationCheck(context, request, verification);
  const verifier = new ChainVerifier(context, request.trust, {
    ...(profile == null ? {} : { profile }),
    ...(maxDepth == null ? {} : { maxDepth }),
    ...(budget == null ? {} : { budget }),
    ...(isPublicSuffix == null ? {} : { isPublicSuffix }),
    // A handshake asks it where the peer proves that it has the key.
    leafUsage: KeyUsage.DigitalSignature,
    judge: (path, vouchedFor) => check.judge(path, vouchedFor),
  });
  return verifier.verify(verification);
}

function revocationCheck(
  { parser }: ChainContext,
  request: ChainRequest,
  verification: VerifyRequest,
): RevocationCheck {
  const crls = new CrlSet((request.profile ?? request.trust.profile) !== "basic");
  crls.add(request.crls ?? []);
  const crlSigners = (request.crlSigners ?? []).map((der) => parser.parse(der));
  const check = request.revocationCheck ?? (request.crls?.length ? "end-cert" : "none");
  return new RevocationCheck(
    parser,
    { check, ignoreNoRevocationCheck: false, ignoreOffline: false },
    {
      ...{ crls, crlSigners, fetched: new Map(), failures: new Map() },
      stapleAsked: request.ocspResponse !== undefined,
    },
    verification,
  );
}

/** What is wrong with the arguments, which may come from plain JavaScript, or null. */
export function requestProblem(request: ChainRequest): string | null {
  const { chain, trust, name, purpose, time, profile, maxDepth, budget, isPublicSuffix } = request;
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
  if (!(trust instanceof TrustStore)) {
    return "trust is no TrustStore; make one with trustStoreFromPem";
  }
  if (!Array.isArray(chain) || !chain.every((der) => der instanceof Uint8Array)) {
    return "chain is no array of Uint8Array";
  }
  if (name != null && typeof name !== "string") return "name is no string";
  if (purpose !== "server" && purpose !== "client") return 'purpose is not "server" or "client"';
  if (time != null && !(time instanceof Date && Number.isFinite(time.getTime()))) {
    return "time is no valid Date";
  }
  if (profile != null && !PROFILES.includes(profile)) return `there is no profile ${profile}`;
  if (maxDepth != null && !isCount(maxDepth)) return "maxDepth is no whole number";
  if (budget != null && !isCount(budget)) return "budget is no whole number";
  if (isPublicSuffix != null && typeof isPublicSuffix !== "function") {
    return "isPublicSuffix is no function";
  }
  return revocationProblem(request);
}

function revocationProblem(request: ChainRequest): string | null {
  const { crls, crlSigners, ocspResponse, revocationCheck: check } = request;
  const isBytes = (value: unknown): boolean => value instanceof Uint8Array;
  const isCrl = (value: unknown): boolean => isBytes(value) || typeof value === "string";
  if (crls != null && !(Array.isArray(crls) && crls.every(isCrl))) {
    return "crls is no array of Uint8Array or PEM text";
  }
  if (crlSigners != null && !(Array.isArray(crlSigners) && crlSigners.every(isBytes))) {
    return "crlSigners is no array of Uint8Array";
  }
  if (ocspResponse != null && !isBytes(ocspResponse)) return "ocspResponse is no Uint8Array";
  if (check != null && !CHECKS.includes(check)) return `there is no revocationCheck ${check}`;
  return null;
}
