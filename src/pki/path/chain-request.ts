/**
 * `verifyChain`: the validation of the handshake, for anybody's use. A request may come from plain JavaScript, so what
 * it holds is looked at before it is used.
 */
import type { VerifyRequest } from "../../handshake/peer-identity.ts";
import {
  bytes,
  callable,
  count,
  fitting,
  instance,
  type Kind,
  list,
  oneOf,
  orNull,
  readOptions,
  required,
  type Shape,
  text,
  textOrBytes,
} from "../../sspi/option-shape.ts";
import { KeyUsage } from "../certificate.ts";
import { CrlSet } from "../revocation/crl-set.ts";
import { RevocationCheck } from "../revocation/revocation-check.ts";
import type { RevocationPolicy } from "../services.ts";
import { TrustStore } from "../trust-store.ts";
import { type ChainContext, ChainVerifier, type ExplainedVerdict } from "./chain-verifier.ts";
import { PROFILES, type ProfileName } from "./profile.ts";

/** What verifyChain is asked. */
export interface ChainRequest {
  /** DER, leaf first, the rest in any order. */
  readonly chain: readonly Uint8Array[];
  /** The anchors, and what they are trusted for. */
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
  /**
   * DER, or PEM with any number of lists. A frozen array is read once, and its bytes must not change; bytes in an array
   * that is not frozen are compared at each call with what was read of them.
   */
  readonly crls?: readonly (Uint8Array | string)[] | null;
  /** DER certificates that sign CRLs in an issuer's place. */
  readonly crlSigners?: readonly Uint8Array[] | null;
  /** DER OCSPResponse for the leaf. Null: the server was asked and stapled none; absent: no server was asked. */
  readonly ocspResponse?: Uint8Array | null;
  /**
   * Which certificates need an answer. Default: "end-cert" where CRLs are given, else "none", under which what is given
   * can only yield "revoked".
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
 * The verdict on a request that `readChainRequest` gave.
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

const bytesList = (words: string): Kind => list(bytes, words);

export const CHAIN_REQUEST: Shape<ChainRequest> = /* @__PURE__ */ (() => ({
  trust: required(instance(TrustStore, "a TrustStore; make one with trustStoreFromPem")),
  chain: required(bytesList("an array of certificates (DER as Uint8Array, leaf first)")),
  name: text,
  purpose: required(oneOf("server", "client")),
  time: fitting(
    "a valid Date",
    (value) => value instanceof Date && Number.isFinite(value.getTime()),
  ),
  profile: oneOf(...PROFILES),
  maxDepth: count,
  budget: count,
  isPublicSuffix: callable,
  crls: list(textOrBytes, "an array of CRLs (DER as Uint8Array, or PEM text)"),
  crlSigners: bytesList("an array of certificates (DER as Uint8Array)"),
  ocspResponse: orNull(bytes),
  revocationCheck: oneOf(...CHECKS),
}))();

/**
 * A copy of a request, which may come from plain JavaScript.
 * @throws TlsError UnknownOption, WrongOption, OptionThatThrows
 */
export function readChainRequest(given: ChainRequest): ChainRequest {
  return readOptions(given, { shape: CHAIN_REQUEST, path: "verifyChain()", nullIsAbsent: true });
}
