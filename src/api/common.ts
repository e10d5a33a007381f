/**
 * The public names that are the same in every runtime: constants, structures and what needs no provider. Both entries
 * export all of them.
 */

export type { AeadPart, CryptoProvider } from "../crypto/provider.ts";
export type * from "../message/identity-types.ts";
export type { CertContext } from "../pki/cert-context.ts";
export type { GivenFile } from "../pki/files/given-file.ts";
export { loadLegacyFormats } from "../pki/files/legacy-library.ts";
export type {
  ExportableKey,
  ExternalSigner,
  PrivateKeySource,
} from "../pki/files/private-key.ts";
export type { ChainRequest } from "../pki/path/chain-request.ts";
export type { ExplainedCertificate, ExplainedPath, Explanation } from "../pki/path/explanation.ts";
export type { ProfileName } from "../pki/path/profile.ts";
export type { TrustConstraints } from "../pki/path/trust-constraints.ts";
export type {
  RevocationAnswer,
  RevocationOptions,
  RevocationQuestion,
} from "../pki/revocation/revocation-options.ts";
export { TrustStore, trustStoreFromPem, trustStoreFromPins } from "../pki/trust-store.ts";
export type { ProtocolVersion } from "../protocol/version.ts";
export { applicationProtocolsBuffer } from "../schannel/application-protocols.ts";
export * from "../schannel/constants.ts";
export type * from "../schannel/credential-types.ts";
export { applicationProtocolName } from "../schannel/query-attributes.ts";
export type * from "../sspi/attribute-values.ts";
export * from "../sspi/attributes.ts";
export type * from "../sspi/authentication-values.ts";
export * from "../sspi/buffer-types.ts";
export type * from "../sspi/cipher-values.ts";
export * from "../sspi/context-flags.ts";
export * from "../sspi/context-functions.ts";
export * from "../sspi/credential-functions.ts";
export { freeContextBuffer } from "../sspi/free-context-buffer.ts";
export type * from "../sspi/function-types.ts";
export type { ContextHandle, CredentialHandle } from "../sspi/handles.ts";
export {
  initializeSecurityContext,
  initializeSecurityContextAsync,
} from "../sspi/handshake-functions.ts";
export type * from "../sspi/kind-names.ts";
export * from "../sspi/message-functions.ts";
export * from "../sspi/package-constants.ts";
export type {
  AcceptingFunctions,
  PackageFunctions,
  SspiFunctions,
} from "../sspi/package-functions.ts";
export { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
export type { AddedPackage, AlertReport, ErrorReport } from "../sspi/security-package.ts";
export * from "../sspi/security-status.ts";
export { timeStampToMilliseconds } from "../sspi/time-stamp.ts";
export { TlsError } from "../sspi/tls-error.ts";
export type { ChainFault, ChainResult, Credentials } from "./function-types.ts";
