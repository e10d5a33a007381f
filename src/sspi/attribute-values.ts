/**
 * Structures behind the attributes, with the SDK's member names. Strings are strings, pointers to bytes are
 * Uint8Array, pointers to arrays are arrays, times are FILETIME numbers (TimeStamp). Only declarations.
 */
import type * as attribute from "./attributes.ts";
import type { SECURITY_STATUS } from "./security-status.ts";

/** FILETIME: 100 ns steps since 1601-01-01 UTC, as a bigint. 0n: none. */
export type TimeStamp = bigint;

export interface SecPkgInfo {
  fCapabilities: number;
  wVersion: number;
  wRPCID: number;
  cbMaxToken: number;
  Name: string;
  Comment: string;
}

export interface SecPkgContext_Sizes {
  cbMaxToken: number;
  cbMaxSignature: number;
  cbBlockSize: number;
  cbSecurityTrailer: number;
}

export interface SecPkgContext_StreamSizes {
  cbHeader: number;
  cbTrailer: number;
  cbMaximumMessage: number;
  cBuffers: number;
  cbBlockSize: number;
}

export interface SecPkgContext_Names {
  sUserName: string;
}

export interface SecPkgContext_Authority {
  sAuthorityName: string;
}

export interface SecPkgContext_Lifespan {
  tsStart: TimeStamp;
  tsExpiry: TimeStamp;
}

export interface SecPkgContext_KeyInfo {
  sSignatureAlgorithmName: string;
  sEncryptAlgorithmName: string;
  KeySize: number;
  SignatureAlgorithm: number;
  EncryptAlgorithm: number;
}

export interface SecPkgContext_PackageInfo {
  PackageInfo: SecPkgInfo;
}

export interface SecPkgContext_Flags {
  Flags: number;
}

/** `Bindings` are the bytes of SEC_CHANNEL_BINDINGS with what follows it. */
export interface SecPkgContext_Bindings {
  BindingsLength: number;
  Bindings: Uint8Array;
}

export interface SecPkgContext_ApplicationProtocol {
  ProtoNegoStatus: number;
  ProtoNegoExt: number;
  ProtocolIdSize: number;
  ProtocolId: Uint8Array;
}

export interface SecPkgContext_NegotiatedTlsExtensions {
  ExtensionsCount: number;
  Extensions: number[];
}

/** A certificate; `hCertStore` holds all that came with it, DER, leaf first. */
export interface CERT_CONTEXT {
  dwCertEncodingType: number;
  pbCertEncoded: Uint8Array;
  cbCertEncoded: number;
  hCertStore: Uint8Array[];
}

export interface SecPkgContext_Certificates {
  cCertificates: number;
  cbCertificateChain: number;
  pbCertificateChain: Uint8Array;
}

export interface SecPkgContext_RootStore {
  hCertStore: Uint8Array[];
}

/** `aIssuers`: DER Names of CertificateRequest. */
export interface SecPkgContext_IssuerListInfoEx {
  aIssuers: Uint8Array[];
  cIssuers: number;
}

export interface SecPkgContext_ConnectionInfo {
  dwProtocol: number;
  aiCipher: number;
  dwCipherStrength: number;
  aiHash: number;
  dwHashStrength: number;
  aiExch: number;
  dwExchStrength: number;
}

export interface SecPkgContext_ConnectionInfoEx {
  dwVersion: number;
  dwProtocol: number;
  szCipher: string;
  dwCipherStrength: number;
  szHash: string;
  dwHashStrength: number;
  szExchange: string;
  dwExchStrength: number;
}

export interface SecPkgContext_CipherInfo {
  dwVersion: number;
  dwProtocol: number;
  dwCipherSuite: number;
  dwBaseCipherSuite: number;
  szCipherSuite: string;
  szCipher: string;
  dwCipherLen: number;
  dwCipherBlockLen: number;
  szHash: string;
  dwHashLen: number;
  szExchange: string;
  dwMinExchangeLen: number;
  dwMaxExchangeLen: number;
  szCertificate: string;
  dwKeyType: number;
}

export interface SecPkgContext_SessionInfo {
  dwFlags: number;
  cbSessionId: number;
  /** 32 bytes, of which `cbSessionId` count. */
  rgbSessionId: Uint8Array;
}

export interface SecPkgContext_SessionAppData {
  dwFlags: number;
  cbAppData: number;
  pbAppData: Uint8Array;
}

export interface SecPkgContext_SupportedSignatures {
  cSignatureAndHashAlgorithms: number;
  pSignatureAndHashAlgorithms: number[];
}

export interface SecPkgContext_KeyingMaterialInfo {
  pszLabel: string;
  pbContextValue?: Uint8Array | null;
  cbKeyingMaterial: number;
}

export interface SecPkgContext_KeyingMaterial {
  cbKeyingMaterial: number;
  pbKeyingMaterial: Uint8Array;
}

/** What was set by KEYING_MATERIAL_INFO, and what came of it. */
export interface SecPkgContext_KeyingMaterial_Inproc
  extends SecPkgContext_KeyingMaterialInfo,
    SecPkgContext_KeyingMaterial {}

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
   * CERT_TRUST_HAS_NOT_DEFINED_NAME_CONSTRAINT (0x2000), so that who tolerates their bits does not pass over it.
   */
  dwChainErrorStatus: number;
  /** SEC_E_OK, or the status of the gravest fault; of a wrong name alone CERT_E_CN_NO_MATCH. Accept only by both members. */
  hrVerifyChainStatus: SECURITY_STATUS;
}

/** SECPKG_ATTR_NAMES of a credential. */
export interface SecPkgCredentials_Names {
  sUserName: string;
}

export interface SecPkgCred_SupportedAlgs {
  cSupportedAlgs: number;
  palgSupportedAlgs: number[];
}

export interface SecPkgCred_CipherStrengths {
  dwMinimumCipherStrength: number;
  dwMaximumCipherStrength: number;
}

export interface SecPkgCred_SupportedProtocols {
  grbitProtocol: number;
}

export interface SecPkgCred_SessionTicketKey {
  TicketInfoVersion: number;
  /** 16 bytes. */
  KeyId: Uint8Array;
  /** At least `KeyingMaterialSize` bytes. */
  KeyingMaterial: Uint8Array;
  /** 32 to 64. */
  KeyingMaterialSize: number;
}

export interface SecPkgCred_SessionTicketKeys {
  cSessionTicketKeys: number;
  pSessionTicketKeys: SecPkgCred_SessionTicketKey[];
}

/** SEALWIRE_ATTR_CONNECTION: IANA numbers, null as long as not known. */
/** A function or store of the caller's that failed and was done without. */
export interface HelperWarning {
  /** Its name: "sessionStore.get", "keyLog", "revocation.fetch". */
  readonly helper: string;
  /** What it did, in words. */
  readonly message: string;
  /** What it threw or rejected with; null where it answered with a wrong type. */
  readonly cause: unknown;
}

export interface SealwireConnection {
  version: number | null;
  cipherSuite: number | null;
  group: number | null;
  peerSignatureScheme: number | null;
  ownSignatureScheme: number | null;
  helloRetryRequest: boolean;
  resumed: boolean;
  /** Identity of the key from outside TLS by which both sides proved themselves, without certificates; else null. */
  preSharedKeyIdentity: Uint8Array | null;
  extendedMasterSecret: boolean;
  encryptThenMac: boolean;
  secureRenegotiation: boolean;
  serverName: string | null;
  alpnProtocol: string | null;
  peerOcspResponse: Uint8Array | null;
  /** Client: the newest ticket for this session. */
  sessionTicket: Uint8Array | null;
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
  [attribute.SEALWIRE_ATTR_CONNECTION]: SealwireConnection;
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
