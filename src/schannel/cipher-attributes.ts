/**
 * What was negotiated, in the SDK's words: CONNECTION_INFO, CONNECTION_INFO_EX, CIPHER_INFO, KEY_INFO (reference 5).
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Role } from "../engine/engine.ts";
import type { Facts } from "../handshake/facts.ts";
import { type CipherSuite, HASHES, type HashName } from "../protocol/cipher-suite.ts";
import type { ProtocolVersion } from "../protocol/version.ts";
import type {
  SecPkgContext_CipherInfo,
  SecPkgContext_ConnectionInfo,
  SecPkgContext_ConnectionInfoEx,
  SecPkgContext_KeyInfo,
} from "../sspi/cipher-values.ts";
import { cipherId, exchangeId, hashId } from "./algorithm-restrictions.ts";
import {
  CALG_ECDSA,
  CALG_RSA_SIGN,
  SECPKGCONTEXT_CIPHERINFO_V1,
  SECPKGCONTEXT_CONNECTION_INFO_EX_V1,
} from "./constants.ts";
import { protocolBit } from "./protocol-mask.ts";

/** What the attributes are made of, once it is known. */
export interface Negotiated {
  readonly role: Role;
  readonly version: ProtocolVersion;
  readonly suite: CipherSuite;
  readonly facts: Facts;
  /** Bits of the server's key, for static RSA; 0 if not known. */
  readonly serverKeyBits: number;
}

const HASH_NAMES: Readonly<Record<HashName, string>> = {
  sha1: "SHA1",
  sha256: "SHA256",
  sha384: "SHA384",
  sha512: "SHA512",
};

const EXCHANGES: Readonly<
  Record<
    CipherSuite["keyExchange"],
    { readonly name: string; readonly minimum: number; readonly maximum: number }
  >
> = {
  tls13: { name: "ECDH", minimum: 0, maximum: 65_536 },
  ecdhe: { name: "ECDH", minimum: 0, maximum: 65_536 },
  dhe: { name: "DH", minimum: 1024, maximum: 4096 },
  rsa: { name: "RSA", minimum: 1024, maximum: 16_384 },
  psk: { name: "PSK", minimum: 0, maximum: 0 },
};

/** SECPKG_ATTR_CONNECTION_INFO: ALG_IDs and bits. */
export function connectionInfo(negotiated: Negotiated): SecPkgContext_ConnectionInfo {
  const { role, version, suite } = negotiated;
  return {
    dwProtocol: protocolBit(version, role),
    aiCipher: cipherId(suite),
    dwCipherStrength: cipherBits(suite),
    aiHash: hashId(suite.mac ?? suite.hash),
    dwHashStrength: hashBits(suite),
    aiExch: exchangeId(suite),
    dwExchStrength: exchangeBits(negotiated),
  };
}

/** SECPKG_ATTR_CONNECTION_INFO_EX: the same with names. */
export function connectionInfoEx(negotiated: Negotiated): SecPkgContext_ConnectionInfoEx {
  const { role, version, suite } = negotiated;
  return {
    dwVersion: SECPKGCONTEXT_CONNECTION_INFO_EX_V1,
    dwProtocol: protocolBit(version, role),
    szCipher: cipherName(suite),
    dwCipherStrength: cipherBits(suite),
    szHash: hashName(suite),
    dwHashStrength: hashBits(suite),
    szExchange: EXCHANGES[suite.keyExchange].name,
    dwExchStrength: exchangeBits(negotiated),
  };
}

/** SECPKG_ATTR_CIPHER_INFO, version 1; `dwProtocol` is the wire version here. */
export function cipherInfo(negotiated: Negotiated): SecPkgContext_CipherInfo {
  const { version, suite, facts } = negotiated;
  const exchange = EXCHANGES[suite.keyExchange];
  return {
    dwVersion: SECPKGCONTEXT_CIPHERINFO_V1,
    dwProtocol: version,
    dwCipherSuite: suite.code,
    dwBaseCipherSuite: suite.code,
    szCipherSuite: suite.name,
    szCipher: cipherName(suite),
    dwCipherLen: cipherBits(suite),
    dwCipherBlockLen: suite.cipher.blockLength,
    szHash: hashName(suite),
    dwHashLen: hashBits(suite),
    szExchange: exchange.name,
    dwMinExchangeLen: exchange.minimum,
    dwMaxExchangeLen: exchange.maximum,
    szCertificate: certificateName(negotiated),
    dwKeyType: facts.group?.code ?? 0,
  };
}

/** SECPKG_ATTR_KEY_INFO. */
export function keyInfo(negotiated: Negotiated): SecPkgContext_KeyInfo {
  const { suite } = negotiated;
  const certificate = certificateName(negotiated);
  return {
    sSignatureAlgorithmName: certificate,
    sEncryptAlgorithmName: cipherName(suite),
    KeySize: cipherBits(suite),
    SignatureAlgorithm:
      certificate === "ECDSA" ? CALG_ECDSA : certificate === "RSA" ? CALG_RSA_SIGN : 0,
    EncryptAlgorithm: cipherId(suite),
  };
}

function cipherName(suite: CipherSuite): string {
  return suite.cipher.name.startsWith("aes") ? "AES" : "CHACHA20_POLY1305";
}

function cipherBits(suite: CipherSuite): number {
  return suite.cipher.keyLength * 8;
}

/** An AEAD has no hash of its own: Windows reports none. */
function hashName(suite: CipherSuite): string {
  return suite.mac === null ? "" : HASH_NAMES[suite.mac];
}

function hashBits(suite: CipherSuite): number {
  return suite.mac === null ? 0 : HASHES[suite.mac].length * 8;
}

function exchangeBits({ suite, facts, serverKeyBits }: Negotiated): number {
  return suite.keyExchange === "rsa" ? serverKeyBits : (facts.group?.bits ?? 0);
}

/**
 * Kind of the server's key; TLS 1.3 suites do not determine it, the signature does. With an external PSK there is none.
 */
function certificateName({ role, suite, facts }: Negotiated): string {
  if (suite.authentication === "psk") return "";
  if (suite.authentication !== "any") return suite.authentication.toUpperCase();
  const scheme = role === "client" ? facts.peerSignatureScheme : facts.ownSignatureScheme;
  switch (scheme?.keyType) {
    case "ec":
      return "ECDSA";
    case "rsa":
    case "rsa-pss":
      return "RSA";
    default:
      return scheme?.name.toUpperCase() ?? "";
  }
}

/** What seals and opens the records of a suite; empty as long as it is not known. */
export function cipherTiers(
  provider: CryptoProvider,
  suite: CipherSuite | null,
): readonly string[] {
  if (suite === null) return [];
  return provider.tiers?.(suite.cipher.name) ?? [provider.name];
}
