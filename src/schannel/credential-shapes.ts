/**
 * The members that SCHANNEL_CRED, SCH_CREDENTIALS and their `sealwire` member have, for the check of what callers give.
 * The types in `credential-types.ts` document each member.
 */

import type { CertContext } from "../pki/cert-context.ts";
import type { RevocationOptions } from "../pki/revocation/revocation-options.ts";
import type { Limits } from "../protocol/limits.ts";
import {
  anything,
  bytes,
  callable,
  codePoint,
  count,
  duration,
  flag,
  type Hints,
  type Kind,
  like,
  list,
  members,
  oneOf,
  orNull,
  type Shape,
  text,
  textOrBytes,
  whole,
  withFunctions,
} from "../sspi/option-shape.ts";
import type {
  CRYPTO_SETTINGS,
  PreSharedKey,
  SCH_CREDENTIALS,
  SCHANNEL_CRED,
  SealwireOptions,
  TLS_PARAMETERS,
} from "./credential-types.ts";

const codePoints: Kind = /* @__PURE__ */ list(codePoint, "an array of IANA numbers");

export const LIMITS: Shape<Limits> = /* @__PURE__ */ (() => ({
  handshakeMessage: count,
  certificateChain: count,
  emptyRecords: count,
  warningAlerts: count,
  keyUpdates: count,
  renegotiations: count,
  refusedRenegotiations: count,
  certificateRequests: count,
  shortestPreSharedKey: count,
}))();

export const PRE_SHARED_KEY: Shape<PreSharedKey> = /* @__PURE__ */ (() => ({
  identity: bytes,
  key: bytes,
  hash: oneOf("sha256", "sha384"),
}))();

export const REVOCATION: Shape<RevocationOptions> = /* @__PURE__ */ (() => ({
  crls: list(textOrBytes, "an array of CRLs (DER, or PEM text)"),
  crlSigners: list(bytes, "an array of certificates (DER)"),
  offline: oneOf("hard", "soft"),
  fetch: callable,
}))();

/** A CertContext keeps its identity: what was made of it is remembered by it. */
export const CERT_CONTEXT: Kind = /* @__PURE__ */ like<CertContext>({
  chain: list(bytes, "an array of certificates (DER as Uint8Array, leaf first)"),
  privateKey: anything,
  ocspResponse: bytes,
});

export const SEALWIRE_OPTIONS: Shape<SealwireOptions> = /* @__PURE__ */ (() => ({
  ciphers: list(anything, "an array of ciphers, as wasmCiphers of sealwire/client"),
  revocation: members(REVOCATION),
  cipherSuites: codePoints,
  preferClientCipherOrder: flag,
  supportedGroups: codePoints,
  keyShares: codePoints,
  signatureSchemes: codePoints,
  signingSchemes: codePoints,
  serverName: orNull(text),
  extendedMasterSecret: oneOf("require", "offer", "off"),
  encryptThenMac: flag,
  requireClientCertificate: flag,
  certificateAuthorities: list(bytes, "an array of names (DER)"),
  selectCredential: callable,
  selectProtocol: callable,
  preSharedKey: members(PRE_SHARED_KEY),
  preSharedKeyForHint: callable,
  preSharedKeyHint: bytes,
  selectPreSharedKey: callable,
  verifyPeer: callable,
  sessionStore: withFunctions("get", "set", "delete"),
  reuseTickets: flag,
  ticketCount: count,
  ticketLifetime: duration,
  keyLog: callable,
  onWarning: callable,
  patience: callable,
  clock: callable,
  random: callable,
  postHandshakeAuth: flag,
  transparentPostHandshake: flag,
  decryptToNewMemory: flag,
  allowRenegotiation: flag,
  limits: members(LIMITS),
}))();

export const SETTINGS: Shape<CRYPTO_SETTINGS> = /* @__PURE__ */ (() => ({
  eAlgorithmUsage: whole,
  strCngAlgId: text,
  cChainingModes: whole,
  rgstrChainingModes: list(text, "an array of chaining modes"),
  dwMinBitLength: whole,
  dwMaxBitLength: whole,
}))();

export const PARAMETERS: Shape<TLS_PARAMETERS> = /* @__PURE__ */ (() => ({
  cAlpnIds: whole,
  rgstrAlpnIds: list(text, "an array of ALPN names"),
  grbitDisabledProtocols: whole,
  cDisabledCrypto: whole,
  pDisabledCrypto: list(members(SETTINGS), "an array of CRYPTO_SETTINGS"),
  dwFlags: whole,
}))();

const COMMON = /* @__PURE__ */ (() => ({
  dwVersion: whole,
  cCreds: whole,
  paCred: list(CERT_CONTEXT, "an array of CertContext"),
  hRootStore: anything,
  dwCredFormat: whole,
  cMappers: whole,
  aphMappers: anything,
  dwSessionLifespan: whole,
  dwFlags: whole,
  sealwire: members(SEALWIRE_OPTIONS),
}))();

export const SCH_CREDENTIALS_MEMBERS: Shape<SCH_CREDENTIALS> = /* @__PURE__ */ (() => ({
  ...COMMON,
  cTlsParameters: whole,
  pTlsParameters: list(members(PARAMETERS), "an array of TLS_PARAMETERS"),
}))();

export const SCHANNEL_CRED_MEMBERS: Shape<SCHANNEL_CRED> = /* @__PURE__ */ (() => ({
  ...COMMON,
  cSupportedAlgs: whole,
  palgSupportedAlgs: list(whole, "an array of ALG_ID"),
  grbitEnabledProtocols: whole,
  dwMinimumCipherStrength: whole,
  dwMaximumCipherStrength: whole,
}))();

/** Members of the other structure: their replacements. */
export const SCH_CREDENTIALS_HINTS: Hints = {
  grbitEnabledProtocols:
    "SCH_CREDENTIALS (dwVersion 5) has no such member; give pTlsParameters: [{ grbitDisabledProtocols }] with the protocols to switch off, or dwVersion 4 (SCHANNEL_CRED)",
  dwMinimumCipherStrength:
    "SCH_CREDENTIALS (dwVersion 5) has no such member; give pTlsParameters: [{ pDisabledCrypto }], or dwVersion 4 (SCHANNEL_CRED)",
  dwMaximumCipherStrength:
    "SCH_CREDENTIALS (dwVersion 5) has no such member; give pTlsParameters: [{ pDisabledCrypto }], or dwVersion 4 (SCHANNEL_CRED)",
  palgSupportedAlgs:
    "SCH_CREDENTIALS (dwVersion 5) has no such member; give pTlsParameters: [{ pDisabledCrypto }], or dwVersion 4 (SCHANNEL_CRED)",
  cSupportedAlgs:
    "SCH_CREDENTIALS (dwVersion 5) has no such member; give pTlsParameters: [{ pDisabledCrypto }], or dwVersion 4 (SCHANNEL_CRED)",
};

export const SCHANNEL_CRED_HINTS: Hints = {
  pTlsParameters:
    "SCHANNEL_CRED (dwVersion 4) has no such member; give grbitEnabledProtocols, or dwVersion 5 (SCH_CREDENTIALS)",
  cTlsParameters:
    "SCHANNEL_CRED (dwVersion 4) has no such member; give grbitEnabledProtocols, or dwVersion 5 (SCH_CREDENTIALS)",
};
