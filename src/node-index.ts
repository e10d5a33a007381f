/**
 * The entry `sealwire` in Node: the SSPI face over Schannel with the node:crypto provider. The exports of a module are
 * written out one by one, so the other entry has the same list; what is behind it is in `wiring/`. What is not
 * used stays out of bundles where it is a call of its own that is marked pure.
 */

import { nodeProvider } from "./providers/node/provider.ts";
import { encryptAllBy } from "./sspi/encrypt-all.ts";
import { createAccept, createAcceptAsync } from "./sspi/establish.ts";
import { ACCEPTORS } from "./wiring/initiator.ts";
import { asyncPemLoader, parserOver, pemLoader, pfxLoader, selfSigning } from "./wiring/loaders.ts";
import { readLegacyFiles } from "./wiring/node-legacy.ts";
import { createInitiator, type Sspi } from "./wiring/sspi.ts";
import type { Initiator } from "./wiring/types.ts";
import { chainVerification } from "./wiring/verify-chain.ts";

export * from "./wiring/names.ts";
export { defaultTrustStore, systemTrustStore } from "./wiring/node-trust.ts";
export type { Sspi } from "./wiring/sspi.ts";

readLegacyFiles();

const sspi: Initiator = createInitiator(nodeProvider);
const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(nodeProvider);

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
export const acceptSecurityContext: Sspi["acceptSecurityContext"] =
  /* @__PURE__ */ createAccept(ACCEPTORS);
export const initializeSecurityContextAsync: Sspi["initializeSecurityContextAsync"] =
  sspi.initializeSecurityContextAsync;
export const acceptSecurityContextAsync: Sspi["acceptSecurityContextAsync"] =
  /* @__PURE__ */ createAcceptAsync(ACCEPTORS);
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
export const encryptAll: Sspi["encryptAll"] = /* @__PURE__ */ encryptAllBy(sspi);
export const certContextFromPem: Sspi["certContextFromPem"] = /* @__PURE__ */ pemLoader(parser);
export const certContextFromPemAsync: Sspi["certContextFromPemAsync"] =
  /* @__PURE__ */ asyncPemLoader(parser);
export const certContextFromPfx: Sspi["certContextFromPfx"] = /* @__PURE__ */ pfxLoader(parser);
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = /* @__PURE__ */ selfSigning(
  nodeProvider,
  Date.now,
);
export const verifyChain: Sspi["verifyChain"] = /* @__PURE__ */ chainVerification(parser, Date.now);
