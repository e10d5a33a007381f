/**
 * What one side learned of a connection. A handshake fills in an object of its own; the SSPI attributes read another
 * one, into which all of it comes with the Finished that proves it. So nothing that a peer only claims is ever seen,
 * and after a handshake that failed the facts of the one before it stand.
 */
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { SignatureScheme } from "../protocol/signature-scheme.ts";
import type { ProtocolVersion } from "../protocol/version.ts";
import type { Credential, Verdict } from "./peer-identity.ts";

export interface Facts {
  version: ProtocolVersion | null;
  suite: CipherSuite | null;
  group: NamedGroup | null;
  peerSignatureScheme: SignatureScheme | null;
  ownSignatureScheme: SignatureScheme | null;
  helloRetryRequest: boolean;
  /** Server: the client may send early data, which is not accepted and must be skipped (RFC 8446 §4.2.10). */
  earlyDataOffered: boolean;
  /** Server: the client can authenticate after the handshake (RFC 8446 §4.2.6). */
  postHandshakeAuth: boolean;
  resumed: boolean;
  /**
   * Once connected: this external PSK authenticated both sides, and no certificate was sent; otherwise
   * null.
   */
  pskIdentity: Uint8Array | null;
  extendedMasterSecret: boolean;
  encryptThenMac: boolean;
  secureRenegotiation: boolean;
  /** Server: the name the client asked for. Client: the name it sent. */
  serverName: string | null;
  alpnProtocol: string | null;
  /** Both sides offered ALPN and one was chosen, or not. */
  alpnNegotiated: boolean;
  /** DER, leaf first; empty: the peer sent none. */
  peerChain: readonly Uint8Array[];
  peerOcspResponse: Uint8Array | null;
  /** The verifier's answer on the peer's chain; null: none was asked. */
  verdict: Verdict | null;
  /** The credential we sent, or null. */
  ownCredential: Credential | null;
  /** Client: DER names of CertificateRequest. */
  certificateAuthorities: readonly Uint8Array[];
  /** Schemes that the peer accepts, as it listed them. */
  peerSignatureSchemes: readonly number[];
  /** Extensions that took effect, by number. */
  negotiatedExtensions: readonly number[];
  clientRandom: Uint8Array;
  serverRandom: Uint8Array;
  sessionId: Uint8Array;
  /** Client: the newest ticket of the session, or null. */
  ticket: Uint8Array | null;
  /** TLS 1.2: verify_data of the first Finished of the handshake (tls-unique), 12 bytes. */
  firstFinished: Uint8Array | null;
  /** verify_data of the newest handshake's Finished messages: 12 bytes in TLS 1.2, as long as the hash in TLS 1.3. */
  clientFinished: Uint8Array | null;
  serverFinished: Uint8Array | null;
  /** RFC 5705 / RFC 8446 §7.5 exporter, once there are secrets: `length` bytes. */
  exporter: ((label: Uint8Array, context: Uint8Array | null, length: number) => Uint8Array) | null;
}

/** Facts of a connection that has not begun. */
export function noFacts(): Facts {
  return {
    version: null,
    suite: null,
    group: null,
    peerSignatureScheme: null,
    ownSignatureScheme: null,
    helloRetryRequest: false,
    earlyDataOffered: false,
    postHandshakeAuth: false,
    resumed: false,
    pskIdentity: null,
    extendedMasterSecret: false,
    encryptThenMac: false,
    secureRenegotiation: false,
    serverName: null,
    alpnProtocol: null,
    alpnNegotiated: false,
    peerChain: [],
    peerOcspResponse: null,
    verdict: null,
    ownCredential: null,
    certificateAuthorities: [],
    peerSignatureSchemes: [],
    negotiatedExtensions: [],
    clientRandom: new Uint8Array(0),
    serverRandom: new Uint8Array(0),
    sessionId: new Uint8Array(0),
    ticket: null,
    firstFinished: null,
    clientFinished: null,
    serverFinished: null,
    exporter: null,
  };
}

/** The handshake is finished: what it went by is proven. */
export function publishFacts(claims: Facts, published: Facts): void {
  Object.assign(published, claims);
}

/**
 * The caller is asked for a certificate, and may look at what the peer asks for; that is a request, and claims nothing.
 */
export function publishRequest(claims: Facts, published: Facts): void {
  published.version = claims.version;
  published.certificateAuthorities = claims.certificateAuthorities;
  published.peerSignatureSchemes = claims.peerSignatureSchemes;
}

/** The handshake was given up and the connection goes on: it goes by what was proven before. */
export function keepFacts(claims: Facts, published: Facts): void {
  Object.assign(claims, published);
}
