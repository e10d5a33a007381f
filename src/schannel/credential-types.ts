/**
 * What a caller gives to acquireCredentialsHandle: SCHANNEL_CRED, SCH_CREDENTIALS and their parts with the SDK's member
 * names, and the `sealwire` member for what Windows cannot express. Counts (`cCreds`, …) may be left out: the arrays
 * count.
 */
import type { KeyLog } from "../crypto/key-log.ts";
import type { AeadPart } from "../crypto/provider.ts";
import type { ClientHelloFacts, Verdict } from "../handshake/peer-identity.ts";
import type { SessionStore } from "../handshake/session-store.ts";
import type { CertContext } from "../pki/cert-context.ts";
import type { RevocationOptions } from "../pki/revocation/revocation-options.ts";
import type { TrustStore } from "../pki/trust-store.ts";
import type { FailureReason } from "../protocol/failure.ts";
import type { Limits } from "../protocol/limits.ts";
import type { HelperWarning } from "../sspi/attribute-values.ts";
import type { ALG_ID, SCH_CRED_FLAG, SECURITY_STATUS, SP_PROT, TLS1_ALERT } from "../sspi/kinds.ts";
import type { DEFAULT_TLS_SSP_NAME, SCHANNEL_NAME, UNISP_NAME } from "./constants.ts";

type Optional<T> = T | null | undefined;

/** What `verifyPeer` receives beside the chain. */
export interface PeerFacts {
  /** The name that the certificate must be for, or null. */
  readonly name: string | null;
  /** "server": the chain is a server's; "client": a client's. */
  readonly purpose: "server" | "client";
  /** The OCSP response that was stapled, DER; null: none. */
  readonly ocspResponse: Uint8Array | null;
  /**
   * True: the chain is that of a session which is to be resumed, and is judged again. A refusal leads to a full
   * handshake. The peer has not proven anything yet in this connection.
   */
  readonly resumption: boolean;
  /** The built-in answer. */
  readonly verdict: Verdict;
}

/** What `verifyPeer` answers. */
export interface PeerDecision {
  /** True: the peer is accepted. */
  readonly ok: boolean;
  /** Status of the refusal; default: that of `reason`, of `alert`, or of the built-in verdict. */
  readonly status?: Optional<SECURITY_STATUS>;
  /** Alert number to send. */
  readonly alert?: Optional<TLS1_ALERT>;
  /** Reason of the refusal, for lastError. */
  readonly reason?: Optional<FailureReason>;
}

/**
 * The member `sealwire` of the credentials: what the SDK's structures cannot express. Null, undefined and absent are
 * the same, but for `serverName`.
 */
export interface SealwireOptions {
  /** Ciphers that the entry leaves to those who want them: `chaCha20Poly1305` or `wasmCiphers` of `sealwire/client`. */
  readonly ciphers?: Optional<readonly AeadPart[]>;
  /**
   * What is known, or can be found out, of revoked certificates. It counts where a SCH_CRED_REVOCATION_CHECK_* flag
   * is set.
   */
  readonly revocation?: Optional<RevocationOptions>;
  /** IANA numbers, in order: exactly these, also those that are off by default. */
  readonly cipherSuites?: Optional<readonly number[]>;
  /** Server: of the suites that both have, the client's first one is taken; default: ours. Both versions. */
  readonly preferClientCipherOrder?: Optional<boolean>;
  /**
   * Groups of the key agreement, IANA numbers in order: exactly these. Default: x25519, secp256r1, secp384r1,
   * secp521r1.
   */
  readonly supportedGroups?: Optional<readonly number[]>;
  /** Client: groups a share is sent for at first; a subset of the groups. */
  readonly keyShares?: Optional<readonly number[]>;
  /**
   * Offered to and accepted from the peer for the handshake; its certificates may be signed with any of the default.
   */
  readonly signatureSchemes?: Optional<readonly number[]>;
  /** What we sign with. */
  readonly signingSchemes?: Optional<readonly number[]>;
  /** Client: SNI apart from the target name; null sends none. */
  readonly serverName?: Optional<string>;
  /** TLS 1.2: "require" refuses peers without it, "off" does not offer it (RFC 7627). Default: "offer". */
  readonly extendedMasterSecret?: Optional<"require" | "offer" | "off">;
  /** TLS 1.2: records of CBC suites are encrypted first where the peer can do it (RFC 7366). Default: true. */
  readonly encryptThenMac?: Optional<boolean>;
  /** Server: a client without certificate is refused. */
  readonly requireClientCertificate?: Optional<boolean>;
  /** Server: DER Names sent with the request for a certificate. */
  readonly certificateAuthorities?: Optional<readonly Uint8Array[]>;
  /** Server: chooses the certificate; null: the first of `paCred` that fits. */
  readonly selectCredential?: Optional<
    (hello: ClientHelloFacts) => Optional<CertContext> | Promise<Optional<CertContext>>
  >;
  /**
   * Server: chooses the ALPN protocol, in the place of SECBUFFER_APPLICATION_PROTOCOLS. Called once for each handshake
   * whose client offers protocols, after `selectCredential`. The answer is one of `hello.alpnProtocols`; null refuses
   * the handshake with the alert no_application_protocol (RFC 7301 §3.2).
   */
  readonly selectProtocol?: Optional<(hello: ClientHelloFacts) => Optional<string>>;
  /**
   * Client: an external PSK, offered in TLS 1.3 with a fresh key agreement (RFC 8446 §2.2), where such a
   * connection leaves no session to resume, and in TLS 1.2 by those of its PSK suites that `cipherSuites` names (RFC
   * 4279). A server that takes it proves itself by it and sends no certificate; one that does not is checked by its
   * certificate as ever. Never use one key in both roles (RFC 9257 §4.1).
   */
  readonly preSharedKey?: Optional<PreSharedKey>;
  /**
   * Client, TLS 1.2: asked in the place of `preSharedKey` when a server has chosen a PSK suite, with its hint; `hint`
   * is null where the server gives none, and it is not authenticated. If the answer is null, the handshake fails.
   */
  readonly preSharedKeyForHint?: Optional<
    (hint: Uint8Array | null) => Optional<PreSharedKey> | Promise<Optional<PreSharedKey>>
  >;
  /** Server, TLS 1.2: the identity hint for clients; at most 65535 bytes, sent in clear. */
  readonly preSharedKeyHint?: Optional<Uint8Array>;
  /**
   * Server: the key of an identity. TLS 1.3: asked for at most four that a client offers; null: unknown, the next one
   * is asked for, then certificates count. TLS 1.2, where `cipherSuites` must name PSK suites: asked for the one that
   * the client sends; null: the handshake fails with unknown_psk_identity, which reveals which names are known.
   * To hide that, answer with a random key, always the same for a name. It is asked again when a session is
   * resumed, which needs the same key. Where a client's certificate is required it is not asked.
   */
  readonly selectPreSharedKey?: Optional<
    (
      identity: Uint8Array,
    ) =>
      | Optional<Pick<PreSharedKey, "key" | "hash">>
      | Promise<Optional<Pick<PreSharedKey, "key" | "hash">>>
  >;
  /** Has the last word on the peer's chain (DER, leaf first). */
  readonly verifyPeer?: Optional<
    (chain: readonly Uint8Array[], facts: PeerFacts) => PeerDecision | Promise<PeerDecision>
  >;
  /**
   * Default: bounded memory per credential handle. No resumption: dwSessionLifespan -1. In a store of several
   * credentials, a session is resumed by those alone that decide on peers in the same way (roots, flags, `verifyPeer`),
   * and its chain is judged again. Where processes share it, `get` should remove what it gives: else two of them can
   * offer one TLS 1.3 ticket.
   */
  readonly sessionStore?: Optional<SessionStore>;
  /**
   * Client: a TLS 1.3 ticket may be offered by several connections, which an observer can then link (RFC 8446 §C.4).
   * Default: false, each ticket is taken out of the store by the first connection that offers it.
   */
  readonly reuseTickets?: Optional<boolean>;
  /**
   * Server: tickets per TLS 1.3 handshake, resumed or not; 0: none in TLS 1.2 either, where sessions then are kept by
   * id.
   */
  readonly ticketCount?: Optional<number>;
  /** Seconds. */
  readonly ticketLifetime?: Optional<number>;
  /**
   * One line of the NSS key log form, without line end. Its member `wanted`, if there is one, is asked before a line is
   * made.
   */
  readonly keyLog?: Optional<KeyLog>;
  /**
   * Receives a warning when a function or store fails, returns a wrong type or answers too late, and is skipped.
   * Without it the warnings are only in SEALWIRE_ATTR_CONNECTION.
   */
  readonly onWarning?: Optional<(warning: HelperWarning) => void>;
  /**
   * Bounds the time of what a helper promised: a promise that settles as `answer` does, or rejects when that takes too
   * long. The SSPI functions have no clock and never wait; the adapters provide one.
   */
  readonly patience?: Optional<
    <T>(answer: Promise<T>, helper: string, optional: boolean) => Promise<T>
  >;
  /** Milliseconds since 1970. */
  readonly clock?: Optional<() => number>;
  /** Cryptographic randomness: a new array of `length` bytes. */
  readonly random?: Optional<(length: number) => Uint8Array>;
  /** Client: the server may ask for a certificate after a TLS 1.3 handshake; default: if `paCred` holds one. */
  readonly postHandshakeAuth?: Optional<boolean>;
  /** Tickets and key updates are handled inside decryptMessage. */
  readonly transparentPostHandshake?: Optional<boolean>;
  /**
   * decryptMessage leaves the caller's memory as it is, and DATA is in new memory: for input that others may see too.
   */
  readonly decryptToNewMemory?: Optional<boolean>;
  /** TLS 1.2: renegotiations that the peer begins are accepted. */
  readonly allowRenegotiation?: Optional<boolean>;
  /** Bounds on what a peer may send. Default: those of docs/limits.md. */
  readonly limits?: Optional<Partial<Limits>>;
}

/** A key that both sides got outside TLS. */
export interface PreSharedKey {
  /** At most 65535 bytes, in TLS 1.3 at least one; everybody on the way can read it. */
  readonly identity: Uint8Array;
  /** `limits.shortestPreSharedKey` (16) to 65535 bytes of full randomness: no password (RFC 9257 §6). */
  readonly key: Uint8Array;
  /** Hash that the key is for in TLS 1.3; default: "sha256". */
  readonly hash?: Optional<"sha256" | "sha384">;
}

/** One denied algorithm. */
export interface CRYPTO_SETTINGS {
  /** TlsParametersCngAlgUsage*. */
  readonly eAlgorithmUsage: number;
  /** "AES", "SHA256", "ECDH_P384", "RSA", …; BCRYPT_*_ALGORITHM or a curve's name. */
  readonly strCngAlgId: string;
  /** Modes that count; default: all of them. */
  readonly cChainingModes?: Optional<number>;
  /** "ChainingModeGCM", "ChainingModeCBC", SCH_RSA_PSS_PAD, SCH_RSA_PKCS_PAD; none: all modes. */
  readonly rgstrChainingModes?: Optional<readonly string[]>;
  /** Bit lengths from here … */
  readonly dwMinBitLength?: Optional<number>;
  /** … to here are denied; both 0: all. */
  readonly dwMaxBitLength?: Optional<number>;
}

/** Limits of an SCH_CREDENTIALS for versions and algorithms (SDK: TLS_PARAMETERS). */
export interface TLS_PARAMETERS {
  /** ALPN ids that count; default: all of them. */
  readonly cAlpnIds?: Optional<number>;
  /** Server: the limits count for clients that offer one of these protocols. Empty: for all clients. */
  readonly rgstrAlpnIds?: Optional<readonly string[]>;
  /** SP_PROT_* bits that are off. */
  readonly grbitDisabledProtocols?: Optional<SP_PROT>;
  /** Settings that count; default: all of them. */
  readonly cDisabledCrypto?: Optional<number>;
  /** Algorithms that are off. */
  readonly pDisabledCrypto?: Optional<readonly CRYPTO_SETTINGS[]>;
  /** TLS_PARAMS_OPTIONAL, or 0. */
  readonly dwFlags?: Optional<number>;
}

interface CommonCredentials<Options> {
  /** Certificates that count; default: all of them. */
  readonly cCreds?: Optional<number>;
  /**
   * Own certificates with their keys, in order of preference. A server needs one, unless it chooses by `sealwire`.
   */
  readonly paCred?: Optional<readonly CertContext[]>;
  /** Client: anchors for the server's chain. Server: anchors for client certificates. */
  readonly hRootStore?: Optional<TrustStore>;
  /** SCH_CRED_FORMAT_CERT_CONTEXT. */
  readonly dwCredFormat?: Optional<number>;
  /** Ignored. */
  readonly cMappers?: Optional<number>;
  /** Ignored. */
  readonly aphMappers?: unknown;
  /** Milliseconds; 0: ten hours; -1 (or all ones): no resumption. */
  readonly dwSessionLifespan?: Optional<number>;
  /** SCH_CRED_* and SCH_*. */
  readonly dwFlags?: Optional<SCH_CRED_FLAG>;
  /** What the SDK's structures cannot express. */
  readonly sealwire?: Optional<Options>;
}

/** Credentials of TLS 1.2 and 1.3 (SDK: SCH_CREDENTIALS). */
export interface SCH_CREDENTIALS<Options = SealwireOptions> extends CommonCredentials<Options> {
  /** SCH_CREDENTIALS_VERSION. */
  readonly dwVersion: 5;
  /** Parameters that count; default: all of them. */
  readonly cTlsParameters?: Optional<number>;
  /** Limits for versions and algorithms. */
  readonly pTlsParameters?: Optional<readonly TLS_PARAMETERS[]>;
}

/**
 * Credentials in the older form (SDK: SCHANNEL_CRED). They reach TLS 1.3 only if `sealwire.cipherSuites` names one of
 * its suites.
 */
export interface SCHANNEL_CRED<Options = SealwireOptions> extends CommonCredentials<Options> {
  /** SCHANNEL_CRED_VERSION. */
  readonly dwVersion: 4;
  /** ALG_IDs that count; default: all of them. */
  readonly cSupportedAlgs?: Optional<number>;
  /** ALG_IDs (CALG_*): of each class that is named, only these. */
  readonly palgSupportedAlgs?: Optional<readonly ALG_ID[]>;
  /** SP_PROT_*; 0: the default. */
  readonly grbitEnabledProtocols?: Optional<SP_PROT>;
  /** Bits; -1: NULL suites too. */
  readonly dwMinimumCipherStrength?: Optional<number>;
  /** Bits; 0: no bound; -1: only NULL suites, of which none is built. */
  readonly dwMaximumCipherStrength?: Optional<number>;
}

/** What `authData` is for Schannel. */
export type SchannelAuthData<Options = SealwireOptions> =
  | SCH_CREDENTIALS<Options>
  | SCHANNEL_CRED<Options>;

/** Options of the member `sealwire` that only clients have. */
export type ClientOption =
  | "keyShares"
  | "serverName"
  | "preSharedKey"
  | "preSharedKeyForHint"
  | "reuseTickets"
  | "postHandshakeAuth";

/** Options of the member `sealwire` that only servers have. */
export type ServerOption =
  | "preferClientCipherOrder"
  | "requireClientCertificate"
  | "certificateAuthorities"
  | "selectCredential"
  | "selectProtocol"
  | "preSharedKeyHint"
  | "selectPreSharedKey"
  | "ticketCount"
  | "ticketLifetime";

/** What acquireCredentialsHandle takes for Schannel. */
export interface SchannelCredentials {
  /** The names of the package. */
  readonly names: typeof UNISP_NAME | typeof SCHANNEL_NAME | typeof DEFAULT_TLS_SSP_NAME;
  /** For servers. */
  readonly inbound: SchannelAuthData<Omit<SealwireOptions, ClientOption>>;
  /** For clients. */
  readonly outbound: SchannelAuthData<Omit<SealwireOptions, ServerOption>>;
  /** For both. */
  readonly both: SchannelAuthData;
}
