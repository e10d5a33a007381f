/**
 * The entry `sealwire` in Node: the SSPI face over Schannel with the node:crypto provider. The exports of a module are
 * written out one by one, so the other entry has the same list; what is behind it is in `wiring.ts` and `names.ts`.
 */
import { nodeProvider } from "./providers/node/provider.ts";
import { createSspi, type Sspi } from "./wiring.ts";

export * from "./names.ts";
export { defaultTrustStore, systemTrustStore } from "./node-trust.ts";
export type { Sspi } from "./wiring.ts";

const sspi: Sspi = createSspi(nodeProvider);

export const acquireCredentialsHandle: Sspi["acquireCredentialsHandle"] =
  sspi.acquireCredentialsHandle;
export const enumerateSecurityPackages: Sspi["enumerateSecurityPackages"] =
  sspi.enumerateSecurityPackages;
export const querySecurityPackageInfo: Sspi["querySecurityPackageInfo"] =
  sspi.querySecurityPackageInfo;
export const queryCredentialsAttributes: Sspi["queryCredentialsAttributes"] =
  sspi.queryCredentialsAttributes;
export const setCredentialsAttributes: Sspi["setCredentialsAttributes"] =
  sspi.setCredentialsAttributes;
export const freeCredentialsHandle: Sspi["freeCredentialsHandle"] = sspi.freeCredentialsHandle;
export const initializeSecurityContext: Sspi["initializeSecurityContext"] =
  sspi.initializeSecurityContext;
export const acceptSecurityContext: Sspi["acceptSecurityContext"] = sspi.acceptSecurityContext;
export const initializeSecurityContextAsync: Sspi["initializeSecurityContextAsync"] =
  sspi.initializeSecurityContextAsync;
export const acceptSecurityContextAsync: Sspi["acceptSecurityContextAsync"] =
  sspi.acceptSecurityContextAsync;
export const encryptMessage: Sspi["encryptMessage"] = sspi.encryptMessage;
export const decryptMessage: Sspi["decryptMessage"] = sspi.decryptMessage;
export const applyControlToken: Sspi["applyControlToken"] = sspi.applyControlToken;
export const queryContextAttributes: Sspi["queryContextAttributes"] = sspi.queryContextAttributes;
export const setContextAttributes: Sspi["setContextAttributes"] = sspi.setContextAttributes;
export const deleteSecurityContext: Sspi["deleteSecurityContext"] = sspi.deleteSecurityContext;
export const makeSignature: Sspi["makeSignature"] = sspi.makeSignature;
export const verifySignature: Sspi["verifySignature"] = sspi.verifySignature;
export const lastError: Sspi["lastError"] = sspi.lastError;
export const requestKeyUpdate: Sspi["requestKeyUpdate"] = sspi.requestKeyUpdate;
export const endOfInput: Sspi["endOfInput"] = sspi.endOfInput;
export const encryptAll: Sspi["encryptAll"] = sspi.encryptAll;
export const certContextFromPem: Sspi["certContextFromPem"] = sspi.certContextFromPem;
export const certContextFromPemAsync: Sspi["certContextFromPemAsync"] =
  sspi.certContextFromPemAsync;
export const certContextFromPfx: Sspi["certContextFromPfx"] = sspi.certContextFromPfx;
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = sspi.selfSignedCertificate;
export const verifyChain: Sspi["verifyChain"] = sspi.verifyChain;
