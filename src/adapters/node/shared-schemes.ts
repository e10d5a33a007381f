/**
 * What `sigalgs` and the signatures that the peer accepts have in common. OpenSSL has a code of its own for a server that shares
 * nothing with its client.
 */
import { TlsError } from "../../sspi/tls-error.ts";
import type { ClientHello } from "./alpn-choice.ts";
import type { SecureContext } from "./secure-context.ts";

/** What fails where there is no scheme in common: the signature in TLS 1.3, the choice of a suite in TLS 1.2. */
const REASONS: ReadonlySet<string | undefined> = new Set([
  "NoCommonSignatureScheme",
  "NoCommonCipherSuite",
]);

type Orders = Pick<SecureContext, "signatureSchemes" | "preferClientCipherOrder">;

export class SharedSchemes {
  readonly #own: ReadonlySet<number> | null;
  /** Our order counts, not the peer's. */
  readonly #ownFirst: boolean;
  #offered: readonly number[] | null = null;

  constructor({ signatureSchemes: own, preferClientCipherOrder }: Orders, isServer: boolean) {
    this.#own = own === null ? null : new Set(own);
    this.#ownFirst = isServer && !preferClientCipherOrder;
  }

  /** The client's list matters. */
  get asks(): boolean {
    return this.#own !== null;
  }

  heard({ signatureSchemes }: ClientHello): void {
    this.#offered = signatureSchemes;
  }

  /** What is left of the peer's list, in the order that counts. */
  of(peers: readonly number[]): readonly number[] {
    const own = this.#own;
    if (own === null) return peers;
    return this.#ownFirst
      ? [...own].filter((code) => peers.includes(code))
      : peers.filter((code) => own.has(code));
  }

  /** The error, with OpenSSL's code if no scheme is shared. */
  explained(error: TlsError): TlsError {
    const own = this.#own;
    if (own === null || this.#offered === null || !REASONS.has(error.reason)) return error;
    if (this.#offered.some((code) => own.has(code))) return error;
    const { status, reason, alert } = error;
    return new TlsError("the client accepts no signature scheme of `sigalgs`", {
      ...{ status, reason, alert, code: "ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS" },
    });
  }
}
