/**
 * What acquireCredentialsHandle takes for message packages: SEC_WINNT_AUTH_IDENTITY as an object, with what Windows cannot say in
 * the member `sealwire`. Only declarations.
 */
import type {
  CREDSSP_NAME,
  MICROSOFT_KERBEROS_NAME,
  NEGOSSP_NAME,
  NTLMSP_NAME,
  WDIGEST_SP_NAME,
} from "../sspi/package-constants.ts";

type Optional<T> = T | null | undefined;

/** Names and a password (SDK: SEC_WINNT_AUTH_IDENTITY, and of its EX forms PackageList). */
export interface SEC_WINNT_AUTH_IDENTITY<Options = IdentityOptions> {
  /** The user: a name, or a user principal name (`user@realm`) with an empty domain. Default: empty. */
  readonly User?: Optional<string>;
  /** The domain or realm. Default: empty. */
  readonly Domain?: Optional<string>;
  /**
   * The password. Keys are derived from it when the credential is made, and it is not kept; Digest, whose keys depend on the
   * server's realm, keeps its bytes until the credential is freed. Default: none.
   */
  readonly Password?: Optional<string>;
  /** Packages that Negotiate may choose, separated by commas; `!` excludes one: `"Kerberos,!NTLM"`. Default: all. */
  readonly PackageList?: Optional<string>;
  /** What Windows cannot say. */
  readonly sealwire?: Optional<Options>;
}

/** What a server asks about a client. */
export interface AccountQuestion {
  /** The package that asks, e.g. "NTLM". */
  readonly package: string;
  /** The user, as the client wrote it. */
  readonly user: string;
  /** The domain, as the client wrote it; empty: none. */
  readonly domain: string;
  /** The realm, of Digest; empty: none. */
  readonly realm: string;
  /**
   * Digest with `userhash` (RFC 7616 §3.4.4): `user` is not a name but the hash of `user:realm` in hexadecimal digits. The answer
   * then has `user`, or `ha1`. Absent: it is a name.
   */
  readonly isUserHash?: boolean;
}

/** A secret of an account: one member is enough. */
export interface Account {
  /** The password. */
  readonly password?: Optional<string>;
  /** NTLM: MD4 of the password in UTF-16LE, 16 bytes. It is copied. */
  readonly ntHash?: Optional<Uint8Array>;
  /** Digest: MD5 of `user:realm:password`, 16 bytes, or the longer hash of another algorithm. It is copied. */
  readonly ha1?: Optional<Uint8Array>;
  /** Digest with `userhash`: the name whose hash was asked for. */
  readonly user?: Optional<string>;
}

/** A server's own names, for the token that introduces it. */
export interface ServerNames {
  /** NetBIOS name of the computer. */
  readonly netbiosComputer?: Optional<string>;
  /** NetBIOS name of the domain. */
  readonly netbiosDomain?: Optional<string>;
  /** DNS name of the computer. */
  readonly dnsComputer?: Optional<string>;
  /** DNS name of the domain. */
  readonly dnsDomain?: Optional<string>;
  /** DNS name of the forest. */
  readonly dnsTree?: Optional<string>;
}

/** What was authenticated before, against replays. */
export interface ReplayCache {
  /**
   * Keeps a key.
   * @param key - text without a secret
   * @param lifetimeSeconds - how long it has to be kept
   * @returns false: it was there before; or a promise
   */
  add(key: string, lifetimeSeconds: number): boolean | PromiseLike<boolean>;
}

/** NTLM's own options. */
export interface NtlmOptions {
  /**
   * NTLMv1, which an attacker who listens can break: a client answers by it, a server accepts it too. `true`: with
   * extended session security; "without-ess": without it. Only in Node. Default: false.
   */
  readonly version1?: Optional<boolean | "without-ess">;
  /** Client of NTLMv1 without extended session security: also sends the LM response. Default: false. */
  readonly lm?: Optional<boolean>;
  /** Flags of [MS-NLMP] 2.2.2.5 without which a handshake fails. Default: those of 128-bit keys where keys are used. */
  readonly minimumFlags?: Optional<number>;
}

/** Digest's own options. */
export interface DigestOptions {
  /**
   * Ciphers of auth-conf, the preferred one first. Default: "3des" and "rc4" where the runtime has 3DES (Node), else "rc4". "des",
   * "rc4-56" and "rc4-40" can be broken by anybody.
   */
  readonly ciphers?: Optional<readonly ("3des" | "rc4" | "des" | "rc4-56" | "rc4-40")[]>;
  /**
   * Qualities of protection that are offered or accepted, the preferred one first. Default: the one that the flags of the
   * context ask for: "auth-conf" for CONFIDENTIALITY, "auth-int" for INTEGRITY, else "auth".
   */
  readonly qop?: Optional<readonly ("auth" | "auth-int" | "auth-conf")[]>;
  /**
   * Algorithms of HTTP. Server: the first one is asked for; default "SHA-256". Client: those that it answers; default all.
   */
  readonly algorithms?: Optional<readonly DigestAlgorithm[]>;
  /** SASL: longest packet that this end accepts, 17 to 16,777,215 bytes. Default: 65,536. */
  readonly maxbuf?: Optional<number>;
  /**
   * HTTP: user names travel as hashes. Server: it is offered; default false. Client: it is done where it is offered; default
   * true.
   */
  readonly userhash?: Optional<boolean>;
}

/** The algorithms of HTTP Digest (RFC 7616 §6.1). Those with "-sess" hash the secret once for all requests of a session. */
export type DigestAlgorithm =
  | "MD5"
  | "MD5-sess"
  | "SHA-256"
  | "SHA-256-sess"
  | "SHA-512-256"
  | "SHA-512-256-sess";

/** Options of clients and servers. */
interface CommonOptions {
  /** Randomness: `length` bytes. Default: the runtime's. */
  readonly random?: Optional<(length: number) => Uint8Array>;
  /** Milliseconds since 1970. Default: the runtime's clock. */
  readonly clock?: Optional<() => number>;
  /** NTLM's own options. */
  readonly ntlm?: Optional<NtlmOptions>;
  /** Digest's own options. */
  readonly digest?: Optional<DigestOptions>;
}

/** What a client can say that Windows cannot. */
export interface OutboundIdentityOptions extends CommonOptions {
  /** MD4 of the password in UTF-16LE, 16 bytes, instead of the password. It is copied. */
  readonly ntHash?: Optional<Uint8Array>;
  /** NetBIOS name of this computer, as NTLM sends it. Default: empty. */
  readonly workstation?: Optional<string>;
}

/** What a server can say that Windows cannot. */
export interface InboundIdentityOptions extends CommonOptions {
  /** Finds the secret of an account; null: there is none. It may answer with a promise. */
  readonly lookup?: Optional<
    (question: AccountQuestion) => Account | null | PromiseLike<Account | null>
  >;
  /** The server's own names. */
  readonly names?: Optional<ServerNames>;
  /** Refuses what was authenticated before. Default: none, the challenge of each handshake is fresh. */
  readonly replayCache?: Optional<ReplayCache>;
  /** NTLM: a client must protect the handshake by a MIC. Default: it must where it states that it has sent one. */
  readonly requireMic?: Optional<boolean>;
  /**
   * Channel bindings of clients: "ignore": they are not looked at; "allow-missing": a client that sends none is accepted;
   * "require". Default: "require" where the caller gives bindings, "allow-missing" with ASC_REQ_ALLOW_MISSING_BINDINGS.
   */
  readonly bindings?: Optional<"ignore" | "allow-missing" | "require">;
}

/** Options of a credential for both roles. */
export interface IdentityOptions extends OutboundIdentityOptions, InboundIdentityOptions {}

/** What acquireCredentialsHandle takes for message packages. */
export interface IdentityCredentials {
  /** The names of the packages. */
  readonly names:
    | typeof NTLMSP_NAME
    | typeof NEGOSSP_NAME
    | typeof MICROSOFT_KERBEROS_NAME
    | typeof WDIGEST_SP_NAME
    | typeof CREDSSP_NAME;
  /** For servers. */
  readonly inbound: SEC_WINNT_AUTH_IDENTITY<InboundIdentityOptions>;
  /** For clients. */
  readonly outbound: SEC_WINNT_AUTH_IDENTITY<OutboundIdentityOptions>;
  /** For both. */
  readonly both: SEC_WINNT_AUTH_IDENTITY;
}
