/**
 * The chain verifier of one credential with its revocation: CRLs are read when it is made, a check goes with each
 * verification, and where an answer is missing the caller's `fetch` is asked once for all that is open. What it brings
 * is kept with the credential, within bounds.
 */
import type { CertificateVerifier, Verdict, VerifyRequest } from "../../handshake/peer-identity.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import type { RevocationPolicy } from "../services.ts";
import { CrlSet } from "./crl-set.ts";
import { distributionPoints, ocspUrls } from "./evidence.ts";
import type { JudgedVerification, MakeVerifier } from "./make-verifier.ts";
import { ocspRequest } from "./ocsp.ts";
import { MAX_OCSP_RESPONSE } from "./ocsp-response.ts";
import { type OpenQuestion, RevocationCheck, responseKey } from "./revocation-check.ts";
import type {
  RevocationAnswer,
  RevocationOptions,
  RevocationQuestion,
} from "./revocation-options.ts";

/** OCSP responses that are kept; the one that came first leaves first. */
const MAX_RESPONSES = 256;

type Fetch = NonNullable<RevocationOptions["fetch"]>;
type MaybeAnswer = RevocationAnswer | null | undefined;

export const makeRevocationVerifier: MakeVerifier = (parser, policy, options, verify) =>
  new RevocationVerifier(parser, policy, options, verify);

export class RevocationVerifier implements CertificateVerifier {
  readonly #parser: CertificateParser;
  readonly #policy: RevocationPolicy;
  readonly #verify: JudgedVerification;
  readonly #crls = new CrlSet();
  readonly #fetched = new Map<string, Uint8Array>();
  readonly #failures = new Map<string, string>();
  readonly #crlSigners: readonly ParsedCertificate[];
  readonly #fetch: Fetch | null;

  /** @throws TlsFailure UnusableCrl, MalformedCertificate */
  constructor(
    parser: CertificateParser,
    policy: RevocationPolicy,
    options: RevocationOptions,
    verify: JudgedVerification,
  ) {
    this.#parser = parser;
    this.#policy = policy;
    this.#verify = verify;
    this.#crls.add(options.crls ?? []);
    this.#crlSigners = (options.crlSigners ?? []).map((der) => parser.parse(der));
    this.#fetch = options.fetch ?? null;
  }

  verify(request: VerifyRequest): Verdict | Promise<Verdict> {
    const { verdict, open } = this.#judged(request);
    const source = this.#fetch;
    if (source === null || open.length === 0) return verdict;
    const pending = open.map((question) => this.#ask(source, question));
    if (!pending.some((answer) => answer !== null)) return this.#judged(request).verdict;
    return Promise.all(pending).then(() => this.#judged(request).verdict);
  }

  /** A `fetch` that throws or rejects has no answer; the refusal contains the reason. Null: it is settled. */
  #ask(source: Fetch, question: OpenQuestion): Promise<void> | null {
    const keep = (answer: MaybeAnswer): void => this.#keep(question, answer);
    const failed = (error: unknown): void => this.#failed(question, error);
    try {
      const answer = source(this.#question(question));
      if (answer instanceof Promise) return answer.then(keep).catch(failed);
      keep(answer);
    } catch (error) {
      failed(error);
    }
    return null;
  }

  #judged(request: VerifyRequest): { verdict: Verdict; open: readonly OpenQuestion[] } {
    const sources = {
      crls: this.#crls,
      fetched: this.#fetched,
      failures: this.#failures,
      crlSigners: this.#crlSigners,
      stapleAsked: true,
    };
    const check = new RevocationCheck(this.#parser, this.#policy, sources, request);
    const verdict = this.#verify(request, (path, vouchedFor) => check.judge(path, vouchedFor));
    return { verdict, open: check.open };
  }

  #question({ certificate, issuer }: OpenQuestion): RevocationQuestion {
    return {
      certificate: certificate.der.slice(),
      issuer: issuer.der.slice(),
      ocspUrls: ocspUrls(certificate),
      ocspRequest: ocspRequest(this.#parser.provider, certificate, issuer),
      crlUrls: distributionPoints(certificate).flatMap(({ urls }) => urls),
    };
  }

  #keep(question: OpenQuestion, answer: MaybeAnswer): void {
    this.#failures.delete(responseKey(question));
    const response = answer?.ocspResponse;
    if (response instanceof Uint8Array && response.length <= MAX_OCSP_RESPONSE) {
      setBounded(this.#fetched, responseKey(question), response.slice());
    }
    this.#crls.add(answer?.crls ?? []);
  }

  #failed(question: OpenQuestion, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    setBounded(this.#failures, responseKey(question), text);
  }
}

function setBounded<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_RESPONSES && oldest !== undefined) map.delete(oldest);
}
