/**
 * The public names that are the same in every runtime: constants, structures and what needs no provider. Both entries
 * export all of them.
 */

export type { AeadPart, CryptoProvider } from "../crypto/provider.ts";
export type { ChainRequest } from "../pki/chain-request.ts";
export type { ExplainedCertificate, ExplainedPath, Explanation } from "../pki/explanation.ts";
export type { GivenFile } from "../pki/given-file.ts";
export { loadLegacyFormats } from "../pki/keys/legacy-library.ts";
export type {
  ExportableKey,
  ExternalSigner,
  PrivateKeySource,
} from "../pki/private-key.ts";
export type { ProfileName } from "../pki/profile.ts";
export type { TrustConstraints } from "../pki/trust-constraints.ts";
export { TrustStore, trustStoreFromPem, trustStoreFromPins } from "../pki/trust-store.ts";
export type { ProtocolVersion } from "../protocol/version.ts";
export { applicationProtocolsBuffer } from "../schannel/application-protocols.ts";
export * from "../schannel/constants.ts";
export type * from "../schannel/credential-types.ts";
export { applicationProtocolName } from "../schannel/query-attributes.ts";
export { timeStampToMilliseconds } from "../schannel/time-stamp.ts";
export type * from "../sspi/attribute-values.ts";
export * from "../sspi/attributes.ts";
export * from "../sspi/buffer-types.ts";
export type * from "../sspi/cipher-values.ts";
export * from "../sspi/context-flags.ts";
export * from "../sspi/context-functions.ts";
export * from "../sspi/credential-functions.ts";
export { initializeSecurityContext, initializeSecurityContextAsync } from "../sspi/establish.ts";
export type { AcceptingFace, Face, PackageFunctions } from "../sspi/face.ts";
export type * from "../sspi/face-types.ts";
export { freeContextBuffer } from "../sspi/free-context-buffer.ts";
export type { ContextHandle, CredentialHandle } from "../sspi/handles.ts";
export type * from "../sspi/kind-names.ts";
export * from "../sspi/message-functions.ts";
export * from "../sspi/package-constants.ts";
export { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
export type { AlertReport, ErrorReport } from "../sspi/security-package.ts";
export * from "../sspi/security-status.ts";
export { TlsError } from "../sspi/tls-error.ts";
export type { ChainFault, ChainResult } from "./types.ts";
