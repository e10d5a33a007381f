/**
 * The entry `sealwire/client`: the SSPI face and TLS over streams for clients whose bundle is to be small. Keys are WebCrypto's, so
 * a handshake answers by promise: use `initializeSecurityContextAsync`, or `secure`. What is not here: `docs/size.md`.
 */
import { createClient, plainPemLoader } from "./client-wiring.ts";
import { encryptAllBy } from "./sspi/encrypt-all.ts";
import { createAccept, createAcceptAsync } from "./sspi/establish.ts";
import type { Face } from "./sspi/face-types.ts";
import { credentialOf, type WebSspi } from "./transports/web-options.ts";
import { secureOver, type WebFunctions } from "./transports/web-secure.ts";
import type { Initiator } from "./wiring-types.ts";

export * from "./names.ts";
export { chaCha20Poly1305 } from "./providers/subtle/provider.ts";
export * from "./start-tls.ts";
export { type MessageTransport, overMessages } from "./transports/web-channels.ts";
export type {
  ByteStreams,
  MessageOptions,
  MessagePipe,
  MessageStreams,
} from "./transports/web-messages.ts";
export type { CredentialOptions, Role, SecureOptions, Version } from "./transports/web-options.ts";
export type { SecureStreams, Transport } from "./transports/web-secure.ts";
export type { SecureInfo } from "./transports/web-session.ts";
export { negotiateStartTls } from "./transports/web-start-tls.ts";

/** The types of the DOM promise `crypto` and `subtle`; old runtimes and pages without HTTPS lack them. */
const runtime: { readonly crypto?: { readonly subtle?: Subtle } } = globalThis;
type Subtle = Parameters<typeof createClient>[0];

type ClientSspi = Initiator & Face & WebSspi;

const subtle: Subtle = runtime.crypto?.subtle;
const sspi: Initiator = createClient(subtle);

export const acquireCredentialsHandle: ClientSspi["acquireCredentialsHandle"] =
  sspi.acquireCredentialsHandle;
export const enumerateSecurityPackages: ClientSspi["enumerateSecurityPackages"] =
  sspi.enumerateSecurityPackages;
export const querySecurityPackageInfo: ClientSspi["querySecurityPackageInfo"] =
  sspi.querySecurityPackageInfo;
export const queryCredentialsAttributes: ClientSspi["queryCredentialsAttributes"] =
  sspi.queryCredentialsAttributes;
export const setCredentialsAttributes: ClientSspi["setCredentialsAttributes"] =
  sspi.setCredentialsAttributes;
export const freeCredentialsHandle: ClientSspi["freeCredentialsHandle"] =
  sspi.freeCredentialsHandle;
export const initializeSecurityContext: ClientSspi["initializeSecurityContext"] =
  sspi.initializeSecurityContext;
export const acceptSecurityContext: ClientSspi["acceptSecurityContext"] =
  /* @__PURE__ */ createAccept([]);
export const initializeSecurityContextAsync: ClientSspi["initializeSecurityContextAsync"] =
  sspi.initializeSecurityContextAsync;
export const acceptSecurityContextAsync: ClientSspi["acceptSecurityContextAsync"] =
  /* @__PURE__ */ createAcceptAsync([]);
export const encryptMessage: ClientSspi["encryptMessage"] = sspi.encryptMessage;
export const decryptMessage: ClientSspi["decryptMessage"] = sspi.decryptMessage;
export const applyControlToken: ClientSspi["applyControlToken"] = sspi.applyControlToken;
export const queryContextAttributes: ClientSspi["queryContextAttributes"] =
  sspi.queryContextAttributes;
export const setContextAttributes: ClientSspi["setContextAttributes"] = sspi.setContextAttributes;
export const deleteSecurityContext: ClientSspi["deleteSecurityContext"] =
  sspi.deleteSecurityContext;
export const makeSignature: ClientSspi["makeSignature"] = sspi.makeSignature;
export const verifySignature: ClientSspi["verifySignature"] = sspi.verifySignature;
export const lastError: ClientSspi["lastError"] = sspi.lastError;
export const requestKeyUpdate: ClientSspi["requestKeyUpdate"] = sspi.requestKeyUpdate;
export const endOfInput: ClientSspi["endOfInput"] = sspi.endOfInput;
export const encryptAll: ClientSspi["encryptAll"] = /* @__PURE__ */ encryptAllBy(sspi);
export const certContextFromPem: ClientSspi["certContextFromPem"] =
  /* @__PURE__ */ plainPemLoader(subtle);

const face: WebSspi = /* @__PURE__ */ Object.assign({}, sspi, {
  acceptSecurityContext,
  acceptSecurityContextAsync,
  certContextFromPem,
});

export const secure: WebFunctions["secure"] = /* @__PURE__ */ secureOver(face);
export const startTls: WebFunctions["startTls"] = secure;
export const acquireCredentials: WebFunctions["acquireCredentials"] = (options) =>
  credentialOf(face, options);
