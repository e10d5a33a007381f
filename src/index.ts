/**
 * The entry `sealwire` outside Node: the SSPI face over Schannel with the portable provider. Names only, and the wiring.
 */
import { createLoaders, type Loaders } from "./certificates.ts";
import { createCertificateServices } from "./pki/certificate-services.ts";
import { portableProvider } from "./providers/portable/provider.ts";
import type { SchannelAuthData } from "./schannel/credential-types.ts";
import { SchannelPackage } from "./schannel/schannel-package.ts";
import { createFace } from "./sspi/face.ts";
import type { AcquireArguments, AcquireResult, Face } from "./sspi/face-types.ts";

export { TrustStore, trustStoreFromPem } from "./pki/trust-store.ts";
export { applicationProtocolsBuffer } from "./schannel/application-protocols.ts";
export * from "./schannel/constants.ts";
export type * from "./schannel/credential-types.ts";
export { applicationProtocolName } from "./schannel/query-attributes.ts";
export { timeStampToMilliseconds } from "./schannel/time-stamp.ts";
export type * from "./sspi/attribute-values.ts";
export * from "./sspi/attributes.ts";
export * from "./sspi/buffer-types.ts";
export * from "./sspi/context-flags.ts";
export type * from "./sspi/face-types.ts";
export { freeContextBuffer } from "./sspi/free-context-buffer.ts";
export type { ContextHandle, CredentialHandle } from "./sspi/handles.ts";
export * from "./sspi/package-constants.ts";
export { SecBuffer, SecBufferDesc } from "./sspi/sec-buffer.ts";
export type { AlertReport, ErrorReport } from "./sspi/security-package.ts";
export * from "./sspi/security-status.ts";
export { TlsError } from "./sspi/tls-error.ts";

const face: Face = createFace([
  new SchannelPackage({
    provider: portableProvider,
    certificates: createCertificateServices(portableProvider),
    clock: Date.now,
  }),
]);

/** AcquireCredentialsHandle: an SCH_CREDENTIALS or SCHANNEL_CRED, or nothing, becomes a credential. */
export const acquireCredentialsHandle: (call: AcquireArguments<SchannelAuthData>) => AcquireResult =
  face.acquireCredentialsHandle;
export const enumerateSecurityPackages: Face["enumerateSecurityPackages"] =
  face.enumerateSecurityPackages;
export const querySecurityPackageInfo: Face["querySecurityPackageInfo"] =
  face.querySecurityPackageInfo;
export const queryCredentialsAttributes: Face["queryCredentialsAttributes"] =
  face.queryCredentialsAttributes;
export const setCredentialsAttributes: Face["setCredentialsAttributes"] =
  face.setCredentialsAttributes;
export const freeCredentialsHandle: Face["freeCredentialsHandle"] = face.freeCredentialsHandle;
export const initializeSecurityContext: Face["initializeSecurityContext"] =
  face.initializeSecurityContext;
export const acceptSecurityContext: Face["acceptSecurityContext"] = face.acceptSecurityContext;
export const initializeSecurityContextAsync: Face["initializeSecurityContextAsync"] =
  face.initializeSecurityContextAsync;
export const acceptSecurityContextAsync: Face["acceptSecurityContextAsync"] =
  face.acceptSecurityContextAsync;
export const encryptMessage: Face["encryptMessage"] = face.encryptMessage;
export const decryptMessage: Face["decryptMessage"] = face.decryptMessage;
export const applyControlToken: Face["applyControlToken"] = face.applyControlToken;
export const queryContextAttributes: Face["queryContextAttributes"] = face.queryContextAttributes;
export const setContextAttributes: Face["setContextAttributes"] = face.setContextAttributes;
export const deleteSecurityContext: Face["deleteSecurityContext"] = face.deleteSecurityContext;
export const makeSignature: Face["makeSignature"] = face.makeSignature;
export const verifySignature: Face["verifySignature"] = face.verifySignature;
export const lastError: Face["lastError"] = face.lastError;
export const requestKeyUpdate: Face["requestKeyUpdate"] = face.requestKeyUpdate;

const loaders: Loaders = createLoaders(portableProvider, Date.now);

export const certContextFromPem: Loaders["certContextFromPem"] = loaders.certContextFromPem;
export const certContextFromPfx: Loaders["certContextFromPfx"] = loaders.certContextFromPfx;
export const selfSignedCertificate: Loaders["selfSignedCertificate"] =
  loaders.selfSignedCertificate;
