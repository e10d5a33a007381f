/**
 * The entry `sealwire` outside Node: the SSPI face over Schannel with the portable provider. The exports of a module are
 * written out one by one, so the other entry has the same list; what is behind it is in `wiring/`. What is not
 * used stays out of bundles where it is a call of its own that is marked pure.
 */

import { portableProvider } from "./providers/portable/provider.ts";
import { encryptAllBy } from "./sspi/encrypt-all.ts";
import { createAccept, createAcceptAsync } from "./sspi/establish.ts";
import { functionOf } from "./sspi/face-function.ts";
import { ACCEPTORS } from "./wiring/initiator.ts";
import { asyncPemLoader, parserOver, pemLoader, pfxLoader, selfSigning } from "./wiring/loaders.ts";
import { createInitiator, type Sspi } from "./wiring/sspi.ts";
import type { Initiator } from "./wiring/types.ts";
import { chainVerification } from "./wiring/verify-chain.ts";

export * from "./wiring/names.ts";
export type { Sspi } from "./wiring/sspi.ts";

const sspi: Initiator = /* @__PURE__ */ createInitiator(portableProvider);
/** Not `Date.now` itself: reading a member is an effect to bundlers, which would keep what it is given to. */
const now = (): number => Date.now();
const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(portableProvider);

export const acquireCredentialsHandle: Sspi["acquireCredentialsHandle"] =
  /* @__PURE__ */ functionOf(sspi, "acquireCredentialsHandle");
export const enumerateSecurityPackages: Sspi["enumerateSecurityPackages"] =
  /* @__PURE__ */ functionOf(sspi, "enumerateSecurityPackages");
export const querySecurityPackageInfo: Sspi["querySecurityPackageInfo"] =
  /* @__PURE__ */ functionOf(sspi, "querySecurityPackageInfo");
export const queryCredentialsAttributes: Sspi["queryCredentialsAttributes"] =
  /* @__PURE__ */ functionOf(sspi, "queryCredentialsAttributes");
export const setCredentialsAttributes: Sspi["setCredentialsAttributes"] =
  /* @__PURE__ */ functionOf(sspi, "setCredentialsAttributes");
export const freeCredentialsHandle: Sspi["freeCredentialsHandle"] = /* @__PURE__ */ functionOf(
  sspi,
  "freeCredentialsHandle",
);
export const initializeSecurityContext: Sspi["initializeSecurityContext"] =
  /* @__PURE__ */ functionOf(sspi, "initializeSecurityContext");
export const acceptSecurityContext: Sspi["acceptSecurityContext"] =
  /* @__PURE__ */ createAccept(ACCEPTORS);
export const initializeSecurityContextAsync: Sspi["initializeSecurityContextAsync"] =
  /* @__PURE__ */ functionOf(sspi, "initializeSecurityContextAsync");
export const acceptSecurityContextAsync: Sspi["acceptSecurityContextAsync"] =
  /* @__PURE__ */ createAcceptAsync(ACCEPTORS);
export const encryptMessage: Sspi["encryptMessage"] = /* @__PURE__ */ functionOf(
  sspi,
  "encryptMessage",
);
export const decryptMessage: Sspi["decryptMessage"] = /* @__PURE__ */ functionOf(
  sspi,
  "decryptMessage",
);
export const applyControlToken: Sspi["applyControlToken"] = /* @__PURE__ */ functionOf(
  sspi,
  "applyControlToken",
);
export const queryContextAttributes: Sspi["queryContextAttributes"] = /* @__PURE__ */ functionOf(
  sspi,
  "queryContextAttributes",
);
export const setContextAttributes: Sspi["setContextAttributes"] = /* @__PURE__ */ functionOf(
  sspi,
  "setContextAttributes",
);
export const deleteSecurityContext: Sspi["deleteSecurityContext"] = /* @__PURE__ */ functionOf(
  sspi,
  "deleteSecurityContext",
);
export const makeSignature: Sspi["makeSignature"] = /* @__PURE__ */ functionOf(
  sspi,
  "makeSignature",
);
export const verifySignature: Sspi["verifySignature"] = /* @__PURE__ */ functionOf(
  sspi,
  "verifySignature",
);
export const lastError: Sspi["lastError"] = /* @__PURE__ */ functionOf(sspi, "lastError");
export const requestKeyUpdate: Sspi["requestKeyUpdate"] = /* @__PURE__ */ functionOf(
  sspi,
  "requestKeyUpdate",
);
export const endOfInput: Sspi["endOfInput"] = /* @__PURE__ */ functionOf(sspi, "endOfInput");
export const encryptAll: Sspi["encryptAll"] = /* @__PURE__ */ encryptAllBy(sspi);
export const certContextFromPem: Sspi["certContextFromPem"] = /* @__PURE__ */ pemLoader(parser);
export const certContextFromPemAsync: Sspi["certContextFromPemAsync"] =
  /* @__PURE__ */ asyncPemLoader(parser);
export const certContextFromPfx: Sspi["certContextFromPfx"] = /* @__PURE__ */ pfxLoader(parser);
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = /* @__PURE__ */ selfSigning(
  portableProvider,
  now,
);
export const verifyChain: Sspi["verifyChain"] = /* @__PURE__ */ chainVerification(parser, now);
