/**
 * Is a certificate of a finished path revoked? One check belongs to one verification; it is asked for each path that
 * holds otherwise. What the flags of the credential mean (reference 1.7, 6.2, 7.2):
 *   none             nothing has to be known. Available data may still yield "revoked", and a certificate with the TLS
 *                    feature status_request (RFC 7633) must come with a good stapled response
 *   END_CERT …       each certificate in scope needs an answer: a stapled OCSP response (the leaf), a CRL, or what the
 *                    caller's `fetch` brings. None although the certificate names places to ask, or none that is
 *                    current: RevocationOffline, or what is wrong with the CRL. None and no place, or "unknown":
 *                    NoRevocationInformation. A response that is malformed, about another certificate or wrongly
 *                    signed: BadOcspResponse
 * The anchor is looked up in its own CRL under CHAIN; a missing answer about it is not a failure.
 */
import { harmless, toHex } from "../../bytes/text.ts";
import type { VerifyRequest } from "../../handshake/peer-identity.ts";
import type { Fault } from "../../protocol/failure.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import { MAX_SHORT_NAME } from "../distinguished-name.ts";
import type { RevocationPolicy } from "../services.ts";
import type { CrlSet } from "./crl-set.ts";
import { distributionPoints, type Evidence, ocspUrls } from "./evidence.ts";
import { mustStaple } from "./make-verifier.ts";
import { ocspEvidence } from "./ocsp.ts";

/** A certificate that needs an answer which is not there. */
export interface OpenQuestion {
  readonly certificate: ParsedCertificate;
  readonly issuer: ParsedCertificate;
}

export interface RevocationSources {
  readonly crls: CrlSet;
  /** OCSP responses that were fetched, by certificate. */
  readonly fetched: Pick<Map<string, Uint8Array>, "get">;
  /** Why nothing was fetched, by certificate. */
  readonly failures: Pick<Map<string, string>, "get">;
  /** Certificates beside the path that may sign CRLs. */
  readonly crlSigners: readonly ParsedCertificate[];
  /** The server was asked for a stapled response, so that one that must be there can be missed. */
  readonly stapleAsked: boolean;
}

/** Key of a certificate in `fetched` and `failures`. */
export function responseKey({ certificate, issuer }: OpenQuestion): string {
  return `${toHex(certificate.serialNumber)}|${toHex(issuer.subject)}`;
}

const NONE: readonly OpenQuestion[] = [];

export class RevocationCheck {
  readonly #parser: CertificateParser;
  readonly #policy: RevocationPolicy;
  readonly #sources: RevocationSources;
  readonly #request: VerifyRequest;
  /** Made with the first question: most chains leave none open. */
  #open: Map<string, OpenQuestion> | null = null;

  constructor(
    parser: CertificateParser,
    policy: RevocationPolicy,
    sources: RevocationSources,
    request: VerifyRequest,
  ) {
    this.#parser = parser;
    this.#policy = policy;
    this.#sources = sources;
    this.#request = request;
  }

  /** Questions of the paths judged so far that nothing at hand answers. */
  get open(): readonly OpenQuestion[] {
    return this.#open === null ? NONE : [...this.#open.values()];
  }

  /**
   * What is wrong with each certificate of a path, leaf first, its anchor last.
   * @param vouchedFor false: an open question is not passed to the caller's `fetch`
   */
  judge(path: readonly ParsedCertificate[], vouchedFor: boolean): Fault[] {
    const open: OpenQuestion[] = [];
    const problems = path.flatMap((certificate, index) =>
      this.#certificateProblems(path, index, certificate, open),
    );
    // What is revoked stays so, whatever the other certificates of the path are.
    if (vouchedFor && !problems.some(({ reason }) => reason === "CertificateRevoked")) {
      for (const question of open) {
        this.#open ??= new Map();
        this.#open.set(responseKey(question), question);
      }
    }
    return problems;
  }

  #certificateProblems(
    path: readonly ParsedCertificate[],
    index: number,
    certificate: ParsedCertificate,
    open: OpenQuestion[],
  ): Fault[] {
    const isAnchor = index === path.length - 1;
    const issuer = path[index + 1] ?? (certificate.selfIssued ? certificate : null);
    const must = index === 0 && this.#mustStaple(certificate);
    if (issuer === null) {
      return must && this.#request.ocspResponse === null
        ? [mustStapleProblem(certificate, null)]
        : [];
    }
    if (this.#nothingAtHand(index) && !must && !this.#inScope(index, isAnchor)) return [];

    const staple = index === 0 ? this.#staple(certificate, issuer) : null;
    const others = this.#others(path, certificate, issuer);
    const all = staple === null ? others : [staple, ...others];
    const problems: Fault[] = [];
    const revoked = all.find((item) => item.kind === "revoked");
    if (revoked?.kind === "revoked") {
      problems.push({ reason: "CertificateRevoked", message: revoked.message });
    }
    if (must && staple?.kind !== "good" && staple?.kind !== "revoked") {
      problems.push(mustStapleProblem(certificate, staple));
    }
    const answered = problems.length > 0 || all.some((item) => item.kind === "good");
    if (answered || isAnchor || !this.#inScope(index, isAnchor)) return problems;
    const question = { certificate, issuer };
    open.push(question);
    const unanswered = this.#unanswered(question, staple, all);
    return unanswered === null ? problems : [unanswered];
  }

  #unanswered(
    question: OpenQuestion,
    staple: Evidence | null,
    all: readonly Evidence[],
  ): Fault | null {
    const { certificate } = question;
    if (staple?.kind === "bad") return { reason: "BadOcspResponse", message: staple.message };
    const useless = all.find((item) => item.kind === "useless" || item.kind === "bad");
    const unknown = all.find((item) => item.kind === "unknown");
    const { ignoreNoRevocationCheck, ignoreOffline } = this.#policy;
    if (unknown?.kind === "unknown") {
      return ignoreNoRevocationCheck
        ? null
        : { reason: "NoRevocationInformation", message: unknown.message };
    }
    const places = [
      ...ocspUrls(certificate),
      ...distributionPoints(certificate).flatMap(({ urls }) => urls),
    ];
    if (useless !== undefined || places.length > 0) {
      if (ignoreOffline) return null;
      const why = useless === undefined ? "" : `: ${useless.message}`;
      const failure = this.#sources.failures.get(responseKey(question));
      const fetched =
        failure === undefined ? "" : `; revocation.fetch: ${harmless(failure, MAX_SHORT_NAME)}`;
      const where =
        places.length > 0 ? ` (it names ${harmless(places[0] ?? "", MAX_SHORT_NAME)})` : "";
      return {
        reason: useless?.reason ?? "RevocationOffline",
        message: `whether ${certificate.subjectText} is revoked is not known${where}${why}${fetched}`,
      };
    }
    if (ignoreNoRevocationCheck) return null;
    return {
      reason: "NoRevocationInformation",
      message: `${certificate.subjectText} names no source of revocation data, and no CRL was given`,
    };
  }

  #others(
    path: readonly ParsedCertificate[],
    certificate: ParsedCertificate,
    issuer: ParsedCertificate,
  ): Evidence[] {
    const { crls, fetched, crlSigners } = this.#sources;
    const { time } = this.#request;
    const response = fetched.get(responseKey({ certificate, issuer }));
    const list = crls.isEmpty
      ? null
      : crls.evidence(certificate, issuer, [...path.slice(1), ...crlSigners], time);
    return [
      ...(response === undefined
        ? []
        : [ocspEvidence(this.#parser, response, certificate, issuer, time)]),
      ...(list === null ? [] : [list]),
    ];
  }

  #staple(certificate: ParsedCertificate, issuer: ParsedCertificate): Evidence | null {
    const { ocspResponse, time } = this.#request;
    if (ocspResponse === null) return null;
    return ocspEvidence(this.#parser, ocspResponse, certificate, issuer, time);
  }

  #nothingAtHand(index: number): boolean {
    return this.#sources.crls.isEmpty && (index > 0 || this.#request.ocspResponse === null);
  }

  #inScope(index: number, isAnchor: boolean): boolean {
    const { check } = this.#policy;
    if (check === "none") return false;
    if (check === "end-cert") return index === 0;
    return check === "chain" || !isAnchor;
  }

  /** Only a server's certificate: clients are not asked for a stapled response. */
  #mustStaple(certificate: ParsedCertificate): boolean {
    return (
      mustStaple(certificate) && this.#sources.stapleAsked && this.#request.purpose === "server"
    );
  }
}

function mustStapleProblem({ subjectText }: ParsedCertificate, staple: Evidence | null): Fault {
  const why = staple !== null && "message" in staple ? staple.message : "the server stapled none";
  return {
    reason: staple?.kind === "bad" ? "BadOcspResponse" : "OcspResponseRequired",
    message: `${subjectText} demands a good stapled OCSP response (TLS feature status_request): ${why}`,
  };
}
