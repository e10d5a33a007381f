/**
 * Structures behind the attributes, with the SDK's member names. Strings are strings, pointers to bytes are
 * Uint8Array, pointers to arrays are arrays, times are FILETIME numbers (TimeStamp). Only declarations.
 */
import type * as attribute from "./attributes.ts";
import type {
  SealwireAuthentication,
  SecPkgContext_ClientSpecifiedTarget,
  SecPkgContext_DceInfo,
  SecPkgContext_NativeNames,
  SecPkgContext_SessionKey,
  SecPkgContext_TargetInformation,
  SecPkgCredentials_Names,
} from "./authentication-values.ts";
import type {
  SecPkgContext_CipherInfo,
  SecPkgContext_ConnectionInfo,
  SecPkgContext_ConnectionInfoEx,
  SecPkgContext_KeyInfo,
} from "./cipher-values.ts";
import type { SECURITY_STATUS } from "./security-status.ts";

/** FILETIME: 100 ns steps since 1601-01-01 UTC, as a bigint. 0n: none. */
export type TimeStamp = bigint;

/** Describes a security package (SDK: SecPkgInfo). */
export interface SecPkgInfo {
  /** SECPKG_FLAG_* bits. */
  fCapabilities: number;
  /** Version of the package: 1. */
  wVersion: number;
  /** Its number in RPC: UNISP_RPC_ID. */
  wRPCID: number;
  /** Bytes of the largest token, as Windows reports it. A token can be larger: use ALLOCATE_MEMORY. */
  cbMaxToken: number;
  /** Name for acquireCredentialsHandle. */
  Name: string;
  /** What it is, for people. */
  Comment: string;
}

/** Value of SECPKG_ATTR_SIZES, in bytes. Of message packages; Schannel has SECPKG_ATTR_STREAM_SIZES. */
export interface SecPkgContext_Sizes {
  /** Largest token. */
  cbMaxToken: number;
  /** Largest signature. */
  cbMaxSignature: number;
  /** Block of the cipher. */
  cbBlockSize: number;
  /** Trailer of an encrypted message. */
  cbSecurityTrailer: number;
}

/** Value of SECPKG_ATTR_STREAM_SIZES: what a record is made of, in bytes. */
export interface SecPkgContext_StreamSizes {
  /** Bytes of the header, exactly. */
  cbHeader: number;
  /** Bytes of the trailer, at most. encryptMessage reports the real length. */
  cbTrailer: number;
  /** Bytes of data in one record, at most. */
  cbMaximumMessage: number;
  /** Buffers that a message has: 4. */
  cBuffers: number;
  /** Bytes of the cipher's block; 1 for stream ciphers. */
  cbBlockSize: number;
}

/** Value of SECPKG_ATTR_NAMES. */
export interface SecPkgContext_Names {
  /** Schannel: subject of the peer's certificate. Message packages: the user, with the domain where there is one. */
  sUserName: string;
}

/** Value of SECPKG_ATTR_AUTHORITY. */
export interface SecPkgContext_Authority {
  /** Issuer of the peer's certificate. */
  sAuthorityName: string;
}

/** Value of SECPKG_ATTR_LIFESPAN: the validity of the peer's certificate, or else of our own. */
export interface SecPkgContext_Lifespan {
  /** From then on. */
  tsStart: TimeStamp;
  /** Until then. */
  tsExpiry: TimeStamp;
}

/** Value of SECPKG_ATTR_PACKAGE_INFO. */
export interface SecPkgContext_PackageInfo {
  /** The package; an object of its own. */
  PackageInfo: SecPkgInfo;
}

/** Value of SECPKG_ATTR_NEGOTIATION_INFO. */
export interface SecPkgContext_NegotiationInfo {
  /** The package that was chosen; an object of its own. */
  PackageInfo: SecPkgInfo;
  /** SECPKG_NEGOTIATION_*. */
  NegotiationState: number;
}

/** Value of SECPKG_ATTR_FLAGS. */
export interface SecPkgContext_Flags {
  /** ISC_RET_* or ASC_RET_* of the last handshake call. */
  Flags: number;
}

/** `Bindings` are the bytes of SEC_CHANNEL_BINDINGS with what follows it. */
export interface SecPkgContext_Bindings {
  /** Bytes of `Bindings`. */
  BindingsLength: number;
  /** SEC_CHANNEL_BINDINGS: 32 bytes of header, then the prefix and the value of RFC 5929. The caller's own copy. */
  Bindings: Uint8Array;
}

/** Value of SECPKG_ATTR_APPLICATION_PROTOCOL (RFC 7301). `applicationProtocolName` gives the name. */
export interface SecPkgContext_ApplicationProtocol {
  /** SecApplicationProtocolNegotiationStatus_*. */
  ProtoNegoStatus: number;
  /** SecApplicationProtocolNegotiationExt_*. */
  ProtoNegoExt: number;
  /** Bytes of `ProtocolId` that count. */
  ProtocolIdSize: number;
  /** 255 bytes, the name and zeros. */
  ProtocolId: Uint8Array;
}

/** Value of SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS. */
export interface SecPkgContext_NegotiatedTlsExtensions {
  /** Length of `Extensions`. */
  ExtensionsCount: number;
  /** Client: IANA numbers of the extensions in the server's answer, in its order. Server: empty. */
  Extensions: number[];
}

/** A certificate; `hCertStore` holds all that came with it, DER, leaf first. */
export interface CERT_CONTEXT {
  /** X509_ASN_ENCODING. */
  dwCertEncodingType: number;
  /** The leaf, DER. */
  pbCertEncoded: Uint8Array;
  /** Bytes of `pbCertEncoded`. */
  cbCertEncoded: number;
  /** All certificates, DER, leaf first, the leaf among them. */
  hCertStore: Uint8Array[];
}

/** Value of SECPKG_ATTR_REMOTE_CERTIFICATES. */
export interface SecPkgContext_Certificates {
  /** Number of certificates. */
  cCertificates: number;
  /** Bytes of `pbCertificateChain`. */
  cbCertificateChain: number;
  /** For each certificate its length, a little-endian u32, and its DER. */
  pbCertificateChain: Uint8Array;
}

/** Value of SECPKG_ATTR_ROOT_STORE. */
export interface SecPkgContext_RootStore {
  /** Certificates of `hRootStore`, DER. */
  hCertStore: Uint8Array[];
}

/** `aIssuers`: DER Names of CertificateRequest. */
export interface SecPkgContext_IssuerListInfoEx {
  /** DER Names of authorities. */
  aIssuers: Uint8Array[];
  /** Length of `aIssuers`. */
  cIssuers: number;
}

/** Value of SECPKG_ATTR_SESSION_INFO. */
export interface SecPkgContext_SessionInfo {
  /** SSL_SESSION_RECONNECT: the session was resumed; else 0. */
  dwFlags: number;
  /** Bytes of `rgbSessionId` that count. */
  cbSessionId: number;
  /** 32 bytes, of which `cbSessionId` count. */
  rgbSessionId: Uint8Array;
}

/** Value of SECPKG_ATTR_APP_DATA: bytes of the application that stay with the session. */
export interface SecPkgContext_SessionAppData {
  /** A number of the application. */
  dwFlags: number;
  /** Bytes of `pbAppData` that count. */
  cbAppData: number;
  /** The bytes; copied when they are set. */
  pbAppData: Uint8Array;
}

/** Value of SECPKG_ATTR_SUPPORTED_SIGNATURES: what the peer accepts. */
export interface SecPkgContext_SupportedSignatures {
  /** Length of `pSignatureAndHashAlgorithms`. */
  cSignatureAndHashAlgorithms: number;
  /**
   * 16-bit numbers: the signature in the high byte, the hash in the low one, the other way round than on the wire.
   */
  pSignatureAndHashAlgorithms: number[];
}

/** Value of SECPKG_ATTR_KEYING_MATERIAL_INFO: what to export (RFC 5705, RFC 8446 §7.5). */
export interface SecPkgContext_KeyingMaterialInfo {
  /** Label, ASCII. A NUL at its end is dropped. */
  pszLabel: string;
  /** Context; null or absent: none, which TLS 1.2 keeps apart from an empty one. It is copied. */
  pbContextValue?: Uint8Array | null;
  /** Bytes that are missing. */
  cbKeyingMaterial: number;
}

/** Value of SECPKG_ATTR_KEYING_MATERIAL. */
export interface SecPkgContext_KeyingMaterial {
  /** Bytes of `pbKeyingMaterial`. */
  cbKeyingMaterial: number;
  /** The exported bytes, in new memory. They are secret. */
  pbKeyingMaterial: Uint8Array;
}

/** What was set by KEYING_MATERIAL_INFO, and what came of it. */
export interface SecPkgContext_KeyingMaterial_Inproc
  extends SecPkgContext_KeyingMaterialInfo,
    SecPkgContext_KeyingMaterial {}

/** Value of SECPKG_ATTR_EAP_KEY_BLOCK (RFC 5216 §2.3). It is secret. */
export interface SecPkgContext_EapKeyBlock {
  /** 128 bytes. */
  rgbKeys: Uint8Array;
  /** 64 bytes. */
  rgbIVs: Uint8Array;
}

/** SECPKG_ATTR_CERT_CHECK_RESULT: what deferred validation came to. */
export interface SecPkgContext_CertificateValidationResult {
  /**
   * The CERT_TRUST_* bits of all faults (wincrypt.h). A wrong name alone has none; beside other faults it has
   * CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT (0x2000), so that a caller who tolerates their bits still sees it.
   */
  dwChainErrorStatus: number;
  /** SEC_E_OK, or the status of the gravest fault; of a wrong name alone CERT_E_CN_NO_MATCH. Accept by both members. */
  hrVerifyChainStatus: SECURITY_STATUS;
}

/** Value of SECPKG_ATTR_SUPPORTED_ALGS of a credential. */
export interface SecPkgCred_SupportedAlgs {
  /** Length of `palgSupportedAlgs`. */
  cSupportedAlgs: number;
  /** ALG_IDs (CALG_*). */
  palgSupportedAlgs: number[];
}

/** Value of SECPKG_ATTR_CIPHER_STRENGTHS of a credential, in bits of the ciphers' keys. */
export interface SecPkgCred_CipherStrengths {
  /** Fewest bits. */
  dwMinimumCipherStrength: number;
  /** Most bits. */
  dwMaximumCipherStrength: number;
}

/** Value of SECPKG_ATTR_SUPPORTED_PROTOCOLS of a credential. */
export interface SecPkgCred_SupportedProtocols {
  /** SP_PROT_* bits. */
  grbitProtocol: number;
}

/** One key of session tickets; see SecPkgCred_SessionTicketKeys. */
export interface SecPkgCred_SessionTicketKey {
  /** SESSION_TICKET_INFO_V0. */
  TicketInfoVersion: number;
  /** 16 bytes. */
  KeyId: Uint8Array;
  /** At least `KeyingMaterialSize` bytes. */
  KeyingMaterial: Uint8Array;
  /** 32 to 64. */
  KeyingMaterialSize: number;
}

/** SECPKG_ATTR_SESSION_TICKET_KEYS: 1 to 16 keys. The first seals tickets, all open them. The bytes are copied. */
export interface SecPkgCred_SessionTicketKeys {
  /** SESSION_TICKET_INFO_V0. It is not looked at. */
  SessionTicketKeysVersion?: number;
  /** Keys that count. */
  cSessionTicketKeys: number;
  /** The keys. */
  pSessionTicketKeys: SecPkgCred_SessionTicketKey[];
}

/** A function or store of the caller's that failed and was done without. */
export interface HelperWarning {
  /** Its name: "sessionStore.get", "keyLog", "revocation.fetch". */
  readonly helper: string;
  /** What it did, in words. */
  readonly message: string;
  /** What it threw or rejected with; null where it answered with a wrong type. */
  readonly cause: unknown;
}

/** Value of SEALWIRE_ATTR_CONNECTION: IANA numbers, null as long as they are not known. */
export interface SealwireConnection {
  /** 0x0303 (TLS 1.2) or 0x0304 (TLS 1.3). */
  version: number | null;
  /** Cipher suite. */
  cipherSuite: number | null;
  /** What seals and opens here, for short records first: "node", "wasm", "noble" or the name of the provider. */
  cipherTiers: readonly string[];
  /** Group of the key agreement; null for static RSA and plain PSK. */
  group: number | null;
  /** Signature scheme by which the peer proved its certificate. */
  peerSignatureScheme: number | null;
  /** Signature scheme by which we proved ours. */
  ownSignatureScheme: number | null;
  /** The server asked for a second ClientHello (RFC 8446 §4.1.4). */
  helloRetryRequest: boolean;
  /** The session was resumed. */
  resumed: boolean;
  /** Identity of the external PSK that authenticated both sides, without certificates; otherwise null. */
  preSharedKeyIdentity: Uint8Array | null;
  /** TLS 1.2: the extended master secret was used (RFC 7627). */
  extendedMasterSecret: boolean;
  /** TLS 1.2: CBC records are encrypted first (RFC 7366). */
  encryptThenMac: boolean;
  /** TLS 1.2: renegotiation is bound to the session (RFC 5746). */
  secureRenegotiation: boolean;
  /** The name of SNI (RFC 6066 §3); null: none. */
  serverName: string | null;
  /** The ALPN protocol (RFC 7301); null: none. */
  alpnProtocol: string | null;
  /** The OCSP response that the peer stapled, DER; null: none. */
  peerOcspResponse: Uint8Array | null;
  /** Client: the newest ticket for this session. */
  sessionTicket: Uint8Array | null;
  /** verify_data of the client's Finished in the newest handshake: 12 bytes in TLS 1.2, as long as the hash in TLS 1.3. */
  clientFinished: Uint8Array | null;
  /** verify_data of the server's Finished in the newest handshake: 12 bytes in TLS 1.2, as long as the hash in TLS 1.3. */
  serverFinished: Uint8Array | null;
  /** What failed and was done without: at most the newest 16. */
  warnings: readonly HelperWarning[];
}

/** What `queryContextAttributes` answers, by attribute. */
export interface ContextAttributeValues {
  [attribute.SECPKG_ATTR_SIZES]: SecPkgContext_Sizes;
  [attribute.SECPKG_ATTR_NAMES]: SecPkgContext_Names;
  [attribute.SECPKG_ATTR_LIFESPAN]: SecPkgContext_Lifespan;
  [attribute.SECPKG_ATTR_STREAM_SIZES]: SecPkgContext_StreamSizes;
  [attribute.SECPKG_ATTR_KEY_INFO]: SecPkgContext_KeyInfo;
  [attribute.SECPKG_ATTR_AUTHORITY]: SecPkgContext_Authority;
  [attribute.SECPKG_ATTR_PACKAGE_INFO]: SecPkgContext_PackageInfo;
  [attribute.SECPKG_ATTR_FLAGS]: SecPkgContext_Flags;
  [attribute.SECPKG_ATTR_UNIQUE_BINDINGS]: SecPkgContext_Bindings;
  [attribute.SECPKG_ATTR_ENDPOINT_BINDINGS]: SecPkgContext_Bindings;
  [attribute.SECPKG_ATTR_APPLICATION_PROTOCOL]: SecPkgContext_ApplicationProtocol;
  [attribute.SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS]: SecPkgContext_NegotiatedTlsExtensions;
  [attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT]: CERT_CONTEXT;
  [attribute.SECPKG_ATTR_LOCAL_CERT_CONTEXT]: CERT_CONTEXT;
  [attribute.SECPKG_ATTR_REMOTE_CERT_CHAIN]: CERT_CONTEXT;
  [attribute.SECPKG_ATTR_REMOTE_CERTIFICATES]: SecPkgContext_Certificates;
  [attribute.SECPKG_ATTR_ROOT_STORE]: SecPkgContext_RootStore;
  [attribute.SECPKG_ATTR_ISSUER_LIST_EX]: SecPkgContext_IssuerListInfoEx;
  [attribute.SECPKG_ATTR_CONNECTION_INFO]: SecPkgContext_ConnectionInfo;
  [attribute.SECPKG_ATTR_CONNECTION_INFO_EX]: SecPkgContext_ConnectionInfoEx;
  [attribute.SECPKG_ATTR_CIPHER_INFO]: SecPkgContext_CipherInfo;
  [attribute.SECPKG_ATTR_SESSION_INFO]: SecPkgContext_SessionInfo;
  [attribute.SECPKG_ATTR_APP_DATA]: SecPkgContext_SessionAppData;
  [attribute.SECPKG_ATTR_SUPPORTED_SIGNATURES]: SecPkgContext_SupportedSignatures;
  [attribute.SECPKG_ATTR_KEYING_MATERIAL]: SecPkgContext_KeyingMaterial;
  [attribute.SECPKG_ATTR_KEYING_MATERIAL_INPROC]: SecPkgContext_KeyingMaterial_Inproc;
  [attribute.SECPKG_ATTR_EAP_KEY_BLOCK]: SecPkgContext_EapKeyBlock;
  [attribute.SECPKG_ATTR_CERT_CHECK_RESULT]: SecPkgContext_CertificateValidationResult;
  [attribute.SECPKG_ATTR_CERT_CHECK_RESULT_INPROC]: SecPkgContext_CertificateValidationResult;
  [attribute.SECPKG_ATTR_SESSION_KEY]: SecPkgContext_SessionKey;
  [attribute.SECPKG_ATTR_NEGOTIATION_INFO]: SecPkgContext_NegotiationInfo;
  [attribute.SECPKG_ATTR_NATIVE_NAMES]: SecPkgContext_NativeNames;
  [attribute.SECPKG_ATTR_DCE_INFO]: SecPkgContext_DceInfo;
  [attribute.SECPKG_ATTR_TARGET_INFORMATION]: SecPkgContext_TargetInformation;
  [attribute.SECPKG_ATTR_CLIENT_SPECIFIED_TARGET]: SecPkgContext_ClientSpecifiedTarget;
  [attribute.SEALWIRE_ATTR_CONNECTION]: SealwireConnection;
  [attribute.SEALWIRE_ATTR_AUTHENTICATION]: SealwireAuthentication;
}

/** What `setContextAttributes` takes, by attribute. */
export interface SettableContextAttributeValues {
  [attribute.SECPKG_ATTR_APP_DATA]: SecPkgContext_SessionAppData;
  [attribute.SECPKG_ATTR_KEYING_MATERIAL_INFO]: SecPkgContext_KeyingMaterialInfo;
}

/** What `queryCredentialsAttributes` answers, by attribute. */
export interface CredentialAttributeValues {
  [attribute.SECPKG_CRED_ATTR_NAMES]: SecPkgCredentials_Names;
  [attribute.SECPKG_ATTR_SUPPORTED_ALGS]: SecPkgCred_SupportedAlgs;
  [attribute.SECPKG_ATTR_CIPHER_STRENGTHS]: SecPkgCred_CipherStrengths;
  [attribute.SECPKG_ATTR_SUPPORTED_PROTOCOLS]: SecPkgCred_SupportedProtocols;
}

/** What `setCredentialsAttributes` takes, by attribute. */
export interface SettableCredentialAttributeValues {
  [attribute.SECPKG_ATTR_SESSION_TICKET_KEYS]: SecPkgCred_SessionTicketKeys;
}
