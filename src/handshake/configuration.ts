/**
 * Frozen settings of one side of one connection. `schannel/` makes it out of a credential and the arguments of the
 * first handshake call; the handshake only reads it.
 */
import type { KeyLog } from "../crypto/key-log.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import type { Limits } from "../protocol/limits.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { SignatureScheme } from "../protocol/signature-scheme.ts";
import type { ProtocolVersion } from "../protocol/version.ts";
import type {
  CertificateVerifier,
  ClientHelloFacts,
  Credential,
  LeafReader,
} from "./peer-identity.ts";
import type { ExternalPsk } from "./pre-shared-key.ts";
import type { ServerAuthentication } from "./server-authentication.ts";
import type { SessionStore } from "./session-store.ts";
import type { TicketKeys } from "./ticket.ts";

export interface Configuration {
  readonly provider: CryptoProvider;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Cryptographic randomness; the provider's unless the caller fixed it. */
  readonly random: (length: number) => Uint8Array;
  /** True if the caller fixed `random`: then ephemeral keys come from it too, and sessions can be replayed. */
  readonly randomIsFixed: boolean;
  readonly readLeaf: LeafReader;
  readonly limits: Limits;

  /** Highest first, never empty. */
  readonly versions: readonly ProtocolVersion[];
  /** In order of preference. */
  readonly cipherSuites: readonly CipherSuite[];
  /** Server: what the client puts first is chosen, not what stands first here. */
  readonly preferClientCipherOrder: boolean;
  readonly groups: readonly NamedGroup[];
  /** Client: groups a share is sent for at first, a subset of `groups`. */
  readonly keyShares: readonly NamedGroup[];
  /** Accepted from the peer in the handshake. */
  readonly signatureSchemes: readonly SignatureScheme[];
  /** What the peer's certificates may be signed with, whether the handshake may or not. */
  readonly certificateSchemes: readonly SignatureScheme[];
  /** What we sign with, in order of preference; what the key can do of it is used. */
  readonly signingSchemes: readonly SignatureScheme[];
  /** ALPN protocols (one byte per character) in order of preference; empty: no ALPN. */
  readonly alpnProtocols: readonly string[];
  readonly extendedMasterSecret: "require" | "offer" | "off";
  readonly encryptThenMac: boolean;

  /** Client: name for SNI (DNS A-label), or null to send none. */
  readonly serverName: string | null;
  /** Client: the name that the certificate must be for; null: not checked. */
  readonly verifyName: string | null;
  readonly verifier: CertificateVerifier;
  /** Client: certificates for client authentication. Server: its certificates. First that fits is used. */
  readonly credentials: readonly Credential[];
  /** Server: the caller's choice after the ClientHello; null answer: the first of `credentials` that fits. */
  readonly selectCredential:
    | ((hello: ClientHelloFacts) => Credential | null | Promise<Credential | null>)
    | null;
  /**
   * Server: the caller's choice among the protocols that a client offers, in the place of `alpnProtocols`; null answer:
   * none of them.
   */
  readonly selectProtocol: ((hello: ClientHelloFacts) => string | null) | null;
  /** Client: an external PSK to offer in TLS 1.3, or null. */
  readonly preSharedKey: ExternalPsk | null;
  /** Client: how a server of the PSK suites of TLS 1.2 proves itself; null: there are none among the suites. */
  readonly pskProof: ServerAuthentication | null;
  /**
   * Server: the key that an identity stands for, null if it is not known; null: no such keys, and no PSK suites of TLS
   * 1.2 among the suites.
   */
  readonly selectPreSharedKey:
    | ((identity: Uint8Array) => ExternalPsk | null | Promise<ExternalPsk | null>)
    | null;
  /** Server, TLS 1.2: the PSK identity hint, at most 65535 bytes; null: none. */
  readonly pskHint: Uint8Array | null;
  /** Client: ask the caller (CredentialWanted) if no certificate fits a CertificateRequest. */
  readonly askForCredential: boolean;
  /** Client: offer authentication after the handshake (RFC 8446 §4.2.6). */
  readonly postHandshakeAuth: boolean;
  /** Server. */
  readonly requestClientCertificate: boolean;
  readonly requireClientCertificate: boolean;
  /** Server: DER names sent in CertificateRequest. */
  readonly certificateAuthorities: readonly Uint8Array[];
  /** Client: ask for a stapled OCSP response. */
  readonly requestOcsp: boolean;

  /** Client: sessions by `sessionKey`; server: TLS 1.2 sessions by id. Null: no resumption. */
  readonly sessionStore: SessionStore | null;
  /** The store as it was given: connections that have the same one keep their sessions in one place. */
  readonly storeIdentity: object | null;
  /**
   * What a session may be shared between. Client: names target and credential. Server: names the way of deciding on
   * clients; a session of another way is not resumed.
   */
  readonly sessionKey: string;
  /** Client: a ticket of TLS 1.3 stays in the store when it was offered. */
  readonly reuseTickets: boolean;
  /** Server: what tickets are sealed with; null: no tickets. */
  readonly ticketKeys: TicketKeys | null;
  /**
   * Server: tickets per TLS 1.3 handshake, resumed or not; 0: none in TLS 1.2 either, where sessions then are kept by
   * id.
   */
  readonly ticketCount: number;
  /** Seconds, at most 604800 (RFC 8446 §4.6.1). */
  readonly sessionLifetime: number;
  readonly allowRenegotiation: boolean;
  readonly keyLog: KeyLog | null;
}
