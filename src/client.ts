/**
 * The entry `sealwire/client`: the SSPI face and TLS over streams for clients whose bundle is to be small. Keys are WebCrypto's, so
 * a handshake answers by promise: use `initializeSecurityContextAsync`, or `secure`. What is not here: `docs/size.md`.
 */
import { createClient, plainPemLoader } from "./wiring/client.ts";

export { chaCha20Poly1305 } from "./providers/subtle/provider.ts";
export * from "./starttls/names.ts";
export { type MessageTransport, overMessages } from "./transports/web/channels.ts";
export type {
  ByteStreams,
  MessageOptions,
  MessagePipe,
  MessageStreams,
} from "./transports/web/messages.ts";
export type {
  CredentialOptions,
  Role,
  SecureOptions,
  Version,
} from "./transports/web/option-types.ts";
export type { SecureStreams, Transport, WebFunctions } from "./transports/web/secure.ts";
export type { SecureInfo } from "./transports/web/session-facts.ts";
export { type NegotiateOptions, negotiateStartTls } from "./transports/web/start-tls.ts";
export * from "./wiring/names.ts";
export type { Sspi } from "./wiring/sspi.ts";

// Behind the core: what lies together in a bundle compresses each other.
import { encryptAllBy } from "./sspi/encrypt-all.ts";
import { createAccept, createAcceptAsync } from "./sspi/establish.ts";
import { functionOf } from "./sspi/face-function.ts";
import { acquireCredentialsOver, type WebSspi } from "./transports/web/options.ts";
import { secureOver, startTlsOver, type WebFunctions } from "./transports/web/secure.ts";
import type { Sspi } from "./wiring/sspi.ts";

/** The types of the DOM promise `crypto` and `subtle`; old runtimes and pages without HTTPS lack them. */
const runtime: { readonly crypto?: { readonly subtle?: Subtle } } = globalThis;
type Subtle = Parameters<typeof createClient>[0];

function subtleOf({ crypto }: typeof runtime): Subtle {
  return crypto?.subtle;
}

const subtle: Subtle = /* @__PURE__ */ subtleOf(runtime);
const sspi: ReturnType<typeof createClient> = /* @__PURE__ */ createClient(subtle);

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
export const acceptSecurityContext: Sspi["acceptSecurityContext"] = /* @__PURE__ */ createAccept(
  [],
);
export const initializeSecurityContextAsync: Sspi["initializeSecurityContextAsync"] =
  /* @__PURE__ */ functionOf(sspi, "initializeSecurityContextAsync");
export const acceptSecurityContextAsync: Sspi["acceptSecurityContextAsync"] =
  /* @__PURE__ */ createAcceptAsync([]);
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
export const certContextFromPem: Sspi["certContextFromPem"] =
  /* @__PURE__ */ plainPemLoader(subtle);

const face: WebSspi = /* @__PURE__ */ Object.assign({}, sspi, {
  acceptSecurityContext,
  acceptSecurityContextAsync,
  certContextFromPem,
});

export const secure: WebFunctions["secure"] = /* @__PURE__ */ secureOver(face);
export const startTls: WebFunctions["startTls"] = /* @__PURE__ */ startTlsOver(face);
export const acquireCredentials: WebFunctions["acquireCredentials"] =
  /* @__PURE__ */ acquireCredentialsOver(face);
