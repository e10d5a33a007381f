/**
 * The entry `sealwire/web` in Node: TLS over WHATWG streams and over messages, with the provider of node:crypto.
 */
import { nodeProvider } from "./providers/node/provider.ts";
import { createAccept, createAcceptAsync } from "./sspi/establish.ts";
import { acquireCredentialsOver, type WebSspi } from "./transports/web/options.ts";
import { secureOver, startTlsOver, type WebFunctions } from "./transports/web/secure.ts";
import { ACCEPTORS } from "./wiring/initiator.ts";
import { parserOver, pemLoader, pfxLoader, selfSigning } from "./wiring/loaders.ts";
import { readLegacyFiles } from "./wiring/node-legacy.ts";
import type { Sspi } from "./wiring/sspi.ts";
import { createWebInitiator } from "./wiring/web.ts";

export * from "./transports/web/names.ts";

readLegacyFiles();

const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(nodeProvider);

export const certContextFromPem: Sspi["certContextFromPem"] = /* @__PURE__ */ pemLoader(parser);
export const certContextFromPfx: Sspi["certContextFromPfx"] = /* @__PURE__ */ pfxLoader(parser);
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = /* @__PURE__ */ selfSigning(
  nodeProvider,
  Date.now,
);

const sspi: WebSspi = {
  ...createWebInitiator(nodeProvider),
  acceptSecurityContext: createAccept(ACCEPTORS),
  acceptSecurityContextAsync: createAcceptAsync(ACCEPTORS),
  certContextFromPem,
};

export const secure: WebFunctions["secure"] = /* @__PURE__ */ secureOver(sspi);
export const startTls: WebFunctions["startTls"] = /* @__PURE__ */ startTlsOver(sspi);
export const acquireCredentials: WebFunctions["acquireCredentials"] =
  /* @__PURE__ */ acquireCredentialsOver(sspi);
