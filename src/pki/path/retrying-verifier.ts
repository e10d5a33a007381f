/**
 * Asks a synchronous verifier again and again, until cryptography that answers later has answered all it needs to know.
 * Every round knows at least one signature more than the one before, and the verifier's budget bounds how many it asks
 * for.
 */
import { AsyncRequired } from "../../crypto/async-required.ts";
import type { CertificateVerifier, Verdict, VerifyRequest } from "../../handshake/peer-identity.ts";

export class RetryingVerifier implements CertificateVerifier {
  readonly #verify: (request: VerifyRequest) => Verdict;

  constructor(verify: (request: VerifyRequest) => Verdict) {
    this.#verify = verify;
  }

  verify(request: VerifyRequest): Verdict | Promise<Verdict> {
    try {
      return this.#verify(request);
    } catch (error) {
      if (error instanceof AsyncRequired) return error.promise.then(() => this.verify(request));
      throw error;
    }
  }
}
