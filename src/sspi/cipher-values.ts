/**
 * Structures behind the attributes that describe cipher suites, with the SDK's member names. Only declarations.
 */

/** Value of SECPKG_ATTR_KEY_INFO. */
export interface SecPkgContext_KeyInfo {
  /** Name of the signature algorithm, e.g. "ECDSA". */
  sSignatureAlgorithmName: string;
  /** Name of the cipher, e.g. "AES". */
  sEncryptAlgorithmName: string;
  /** Bits of the cipher's key. */
  KeySize: number;
  /** ALG_ID (CALG_*) of the signature algorithm. */
  SignatureAlgorithm: number;
  /** ALG_ID (CALG_*) of the cipher; 0: it has none. */
  EncryptAlgorithm: number;
}

/** Value of SECPKG_ATTR_CONNECTION_INFO. ALG_IDs are CALG_* numbers; 0: the SDK has none. */
export interface SecPkgContext_ConnectionInfo {
  /** One SP_PROT_* bit, of our own side. */
  dwProtocol: number;
  /** ALG_ID of the cipher. */
  aiCipher: number;
  /** Bits of its key. */
  dwCipherStrength: number;
  /** ALG_ID of the hash. */
  aiHash: number;
  /** Bits of the MAC; 0 for AEAD suites. */
  dwHashStrength: number;
  /** ALG_ID of the key exchange. */
  aiExch: number;
  /** Bits of the key exchange. */
  dwExchStrength: number;
}

/** Value of SECPKG_ATTR_CONNECTION_INFO_EX: as CONNECTION_INFO, with names. */
export interface SecPkgContext_ConnectionInfoEx {
  /** SECPKGCONTEXT_CONNECTION_INFO_EX_V1. */
  dwVersion: number;
  /** One SP_PROT_* bit, of our own side. */
  dwProtocol: number;
  /** Name of the cipher, e.g. "AES". */
  szCipher: string;
  /** Bits of its key. */
  dwCipherStrength: number;
  /** Name of the hash. */
  szHash: string;
  /** Bits of the MAC; 0 for AEAD suites. */
  dwHashStrength: number;
  /** Name of the key exchange. */
  szExchange: string;
  /** Bits of the key exchange. */
  dwExchStrength: number;
}

/** Value of SECPKG_ATTR_CIPHER_INFO: the cipher suite and its parts. */
export interface SecPkgContext_CipherInfo {
  /** SECPKGCONTEXT_CIPHERINFO_V1. */
  dwVersion: number;
  /** The version on the wire: 0x0303 (TLS 1.2) or 0x0304 (TLS 1.3). */
  dwProtocol: number;
  /** IANA number of the suite. */
  dwCipherSuite: number;
  /** The same number. */
  dwBaseCipherSuite: number;
  /** IANA name of the suite, e.g. "TLS_AES_256_GCM_SHA384". */
  szCipherSuite: string;
  /** Name of the cipher, e.g. "AES". */
  szCipher: string;
  /** Bits of its key. */
  dwCipherLen: number;
  /** Bytes of its block. */
  dwCipherBlockLen: number;
  /** Name of the MAC's hash; empty for AEAD suites. */
  szHash: string;
  /** Bits of the MAC; 0 for AEAD suites. */
  dwHashLen: number;
  /** Name of the key exchange, e.g. "ECDH". */
  szExchange: string;
  /** Fewest bits of the key exchange. */
  dwMinExchangeLen: number;
  /** Most bits of the key exchange. */
  dwMaxExchangeLen: number;
  /** Kind of the certificate's key, e.g. "ECDSA". */
  szCertificate: string;
  /** IANA number of the group, e.g. 0x1d for x25519. */
  dwKeyType: number;
}
