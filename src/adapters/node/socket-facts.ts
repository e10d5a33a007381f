/**
 * What a SecureSocket tells about its session, by the names of node:tls's TLSSocket. Before the handshake is finished
 * most of it is null, as there.
 */

import { X509Certificate } from "node:crypto";
import type {
  CipherNameAndProtocol,
  DetailedPeerCertificate,
  EphemeralKeyInfo,
  PeerCertificate,
} from "node:tls";
import type { ChainFault, TrustStore } from "../../api/common.ts";
import { namedGroup } from "../../protocol/named-group.ts";
import { signatureScheme } from "../../protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
import type { SealwireConnection } from "../../sspi/attribute-values.ts";
import {
  SECPKG_ATTR_LOCAL_CERT_CONTEXT,
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  SECPKG_ATTR_SUPPORTED_SIGNATURES,
} from "../../sspi/attributes.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { cipherOf, curveName, sigalgName } from "./algorithm-names.ts";
import { checkInteger } from "./argument-types.ts";
import { Delegate } from "./delegate.ts";
import { bufferOver, type UnsharedBuffer, unpooled } from "./memory.ts";
import { nodeError, OpenSslError, wrongType } from "./node-error.ts";
import { legacyCertificate, linkedCertificate } from "./peer-certificate.ts";
import type { SharedSchemes } from "./shared-schemes.ts";
import { throwOutside } from "./user-callback.ts";

/** Bytes of data per record, at least, as node has it. */
const MIN_FRAGMENT = 512;
/** Bytes of data per record, at most (RFC 8446 §5.1). */
const MAX_FRAGMENT = 16384;
const X25519_SIZE = 253;

/** A string that is declared to fit where `@types/node` says `Error`. */
export type AuthorizationError = string & Error;

function declared(code: string | null): AuthorizationError {
  return code as unknown as AuthorizationError;
}

export abstract class SessionFacts extends Delegate {
  /** The peer's certificate was checked and is good. */
  authorized = false;
  /**
   * node's word for why it is not, a string; null where there was nothing wrong, or nothing to check. The type is one that fits
   * `tls.TLSSocket`, whose declarations say `Error`.
   */
  authorizationError: AuthorizationError = declared(null);
  /**
   * Beyond node:tls: everything that is wrong with the peer's certificate, the gravest first; `authorizationError` is about
   * the first alone. Whoever goes on in spite of an error has to look at all of them. Null: this handshake judged no chain.
   */
  authorizationFaults: readonly ChainFault[] | null = null;
  /** True, as in node:tls. */
  readonly encrypted = true as const;
  /** The ALPN protocol, when the handshake is finished; false: none was chosen. */
  alpnProtocol: string | false | null = null;
  /** SNI, when the handshake is finished; false if none was sent. */
  servername: string | false | null = null;
  /** True: this end is the server. */
  isServer = false;
  #connection: SealwireConnection | null = null;
  #session: UnsharedBuffer | undefined;
  /** The newest session from before "secureConnect", after which it is told. */
  #untold: UnsharedBuffer | null = null;
  #told = false;
  /** Kept when the context is gone. */
  #peerChain: readonly Uint8Array[] | null = null;

  /** As node's internal flag, which programs look at. */
  get secureConnecting(): boolean {
    return this.#connection === null && !this.destroyed;
  }

  /** As node's internal flag, which programs look at. */
  get _secureEstablished(): boolean {
    return this.#connection !== null;
  }

  /** Where issuers of the peer's certificate are that it did not send. */
  protected abstract get anchors(): TrustStore | null;

  /** Those of the peer's signature schemes that `sigalgs` allows. */
  protected abstract readonly schemes: SharedSchemes;

  /** The verifier has decided: null is good. */
  protected judged(error: Error | null, faults: readonly ChainFault[]): void {
    this.authorizationFaults = faults;
    this.authorized = false;
    this.authorizationError = declared(error === null ? null : codeOf(error));
  }

  /**
   * The handshake is finished.
   * @param given the session that was offered
   */
  protected settled(connection: SealwireConnection | null, given: Buffer | null): void {
    this.#connection = connection;
    if (connection?.resumed === true && given !== null) this.#session ??= unpooled(given);
    this.alpnProtocol = connection?.alpnProtocol ?? false;
    if (!this.isServer) this.authorized = this.authorizationError === null;
  }

  /** A server that asked for a certificate. */
  protected settleClient(): void {
    if (this.#connection?.preSharedKeyIdentity != null) {
      this.authorized = true;
      return;
    }
    const chain = this.#chain();
    const none = chain.length === 0;
    if (none) this.authorizationError = declared("UNABLE_TO_GET_ISSUER_CERT");
    this.authorized = !none && this.authorizationError === null;
  }

  protected gotSession(session: UnsharedBuffer): void {
    this.#session = session;
    if (!this.#told) {
      this.#untold = session;
      return;
    }
    try {
      this.emit("session", session);
    } catch (error) {
      throwOutside(error);
    }
  }

  /** "secureConnect", and the session that came before it. */
  protected tellSecure(): void {
    this.emit("secureConnect");
    this.#told = true;
    const session = this.#untold;
    this.#untold = null;
    if (session !== null) this.emit("session", session);
  }

  /**
   * The protocol version; null when the connection is closed.
   * @returns "TLSv1.2", "TLSv1.3"; null
   */
  getProtocol(): string | null {
    const version = this.#connection?.version;
    return version === TLS13 ? "TLSv1.3" : version === TLS12 ? "TLSv1.2" : null;
  }

  /** Undefined until the handshake is finished, as in node, whose declarations do not say so. */
  getCipher(): CipherNameAndProtocol {
    const { cipherSuite, version } = this.#connection ?? {};
    const known = cipherSuite == null || version == null ? null : cipherOf(cipherSuite, version);
    return (known ?? undefined) as CipherNameAndProtocol;
  }

  /** Client only, as in node. */
  getEphemeralKeyInfo(): EphemeralKeyInfo | object | null {
    if (this.isServer) return null;
    const code = this.#connection?.group;
    const group = code == null ? undefined : namedGroup(code);
    if (group === undefined) return {};
    if (group.kind === "finite-field") return { type: "DH", size: group.bits };
    if (group.kind === "hybrid") return { type: "TLSGroup", name: group.name, size: undefined };
    const size = group.name === "x25519" ? X25519_SIZE : group.bits;
    return { type: "ECDH", name: curveName(group), size };
  }

  /**
   * The peer's certificate in node's legacy form, with `issuerCertificate`; an empty object if it showed none.
   * @param detailed - true: with the chain
   */
  getPeerCertificate(detailed: true): DetailedPeerCertificate;
  /**
   * The peer's certificate in node's legacy form; an empty object if it showed none.
   * @param detailed - true: with the chain, as `issuerCertificate`
   */
  getPeerCertificate(detailed?: boolean): PeerCertificate;
  getPeerCertificate(detailed = false): PeerCertificate {
    return legacyCertificate(this.#chain(), detailed, this.anchors);
  }

  /** The peer's certificate; undefined if it showed none. */
  getPeerX509Certificate(): X509Certificate | undefined {
    return linkedCertificate(this.#chain(), this.anchors);
  }

  /** Our own certificate; an empty object if none was sent, null when it is closed. */
  getCertificate(): PeerCertificate | object | null {
    if (this.destroyed) return null;
    const own = this.tls?.query(SECPKG_ATTR_LOCAL_CERT_CONTEXT);
    return legacyCertificate(own?.hCertStore ?? [], false, null);
  }

  /** Our own certificate; undefined if none was sent. */
  getX509Certificate(): X509Certificate | undefined {
    const own = this.tls?.query(SECPKG_ATTR_LOCAL_CERT_CONTEXT);
    return own == null ? undefined : new X509Certificate(own.pbCertEncoded);
  }

  /** The newest session, for the option `session`. Holds secrets. */
  getSession(): UnsharedBuffer | undefined {
    return this.#session;
  }

  /** True: the session was resumed. */
  isSessionReused(): boolean {
    return this.#connection?.resumed === true;
  }

  /** Client: the newest ticket, which is also inside `getSession()`. */
  getTLSTicket(): UnsharedBuffer | undefined {
    const ticket = this.tls?.connection?.sessionTicket;
    return ticket == null ? undefined : Buffer.from(ticket);
  }

  /** verify_data of our Finished in the newest handshake: 12 bytes in TLS 1.2, 32 or 48 in TLS 1.3. */
  getFinished(): UnsharedBuffer | undefined {
    return this.#finished(this.isServer);
  }

  /** verify_data of the peer's Finished in the newest handshake: 12 bytes in TLS 1.2, 32 or 48 in TLS 1.3. */
  getPeerFinished(): UnsharedBuffer | undefined {
    return this.#finished(!this.isServer);
  }

  #finished(ofServer: boolean): UnsharedBuffer | undefined {
    const { clientFinished, serverFinished } = this.#connection ?? {};
    const verifyData = ofServer ? serverFinished : clientFinished;
    return verifyData == null ? undefined : Buffer.from(verifyData);
  }

  /** Those that the peer offered and that are on here; a server's in its own order. */
  getSharedSigalgs(): string[] {
    const offered = this.tls?.query(SECPKG_ATTR_SUPPORTED_SIGNATURES);
    // The SDK has the two bytes in the other order than the wire.
    const codes = (offered?.pSignatureAndHashAlgorithms ?? []).map(
      (sdk) => ((sdk & 0xff) << 8) | (sdk >> 8),
    );
    return this.schemes.of(codes).flatMap((code) => {
      const scheme = signatureScheme(code);
      return scheme === undefined ? [] : [sigalgName(scheme)];
    });
  }

  /**
   * Exports keying material (RFC 5705, RFC 8446 §7.5).
   * @param length - bytes
   * @param label - ASCII
   * @param context - its bytes; absent: none
   * @returns new memory; it is secret
   * @throws TlsError unless the connection is open
   */
  exportKeyingMaterial(length: number, label: string, context?: Buffer): UnsharedBuffer {
    if (typeof length !== "number") wrongType("length", "of type number", length);
    checkInteger("length", length, 1);
    if (typeof label !== "string") wrongType("label", "of type string", label);
    if (context !== undefined && !ArrayBuffer.isView(context)) {
      wrongType("context", "an instance of Buffer, TypedArray, or DataView", context);
    }
    if (this.tls === null || this.#connection === null || this.destroyed) {
      throw nodeError(
        "TLS socket connection must be securely established",
        "ERR_TLS_INVALID_STATE",
        "the handshake is not finished, or the connection is closed",
      );
    }
    const exported = this.tls.exportKeyingMaterial(length, label, context ?? null);
    return bufferOver(exported) as UnsharedBuffer;
  }

  /**
   * Sets the most bytes of data per record.
   * @param size - 512 to 16384
   * @returns false if it is something else
   */
  setMaxSendFragment(size: number): boolean {
    checkInteger("size", size, -(2 ** 31));
    if (!(size >= MIN_FRAGMENT && size <= MAX_FRAGMENT)) return false;
    this.maxFragment = size;
    return true;
  }

  /**
   * Renegotiation is refused on both sides: it answers false.
   * @param options - those of node:tls; they are not used
   * @param callback - is called with the error
   */
  renegotiate(options: object, callback?: (error: Error | null) => void): false {
    if (typeof options !== "object" || options === null || Array.isArray(options))
      wrongType("options", "of type object", options);
    if (callback !== undefined && typeof callback !== "function") {
      wrongType("callback", "of type function", callback);
    }
    const advice =
      "renegotiation is refused on both sides; open another connection for other credentials";
    const error =
      this.#connection?.version === TLS13
        ? new OpenSslError("0A00010A", "SSL routines", "wrong ssl version", {
            code: "ERR_SSL_WRONG_SSL_VERSION",
            advice: `TLS 1.3 has no renegotiation: ${advice}`,
          })
        : new TlsError(advice, { code: "ERR_TLS_RENEGOTIATION_DISABLED", reason: "Renegotiation" });
    if (callback !== undefined) process.nextTick(callback, error);
    return false;
  }

  /** Nothing to do: it is always off. */
  disableRenegotiation(): void {
    // As documented.
  }

  /** Throws: OpenSSL's trace is not there. `sealwire connect --trace` draws a handshake. */
  enableTrace(): never {
    return notThere("enableTrace", "`sealwire connect --trace` draws a handshake");
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Whose connection it was can still be asked.
    this.#chain();
    super._destroy(error, done);
  }

  /** DER, leaf first. */
  #chain(): readonly Uint8Array[] {
    if (this.#connection === null) return [];
    this.#peerChain ??= this.tls?.query(SECPKG_ATTR_REMOTE_CERT_CONTEXT)?.hCertStore ?? [];
    return this.#peerChain;
  }
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : error.message;
}

function notThere(method: string, instead: string): never {
  throw new TlsError(`${method}() is not there: ${instead}`, {
    code: "ERR_METHOD_NOT_IMPLEMENTED",
    reason: "Unsupported",
  });
}
