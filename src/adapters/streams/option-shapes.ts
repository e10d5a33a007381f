/**
 * The options that the functions for streams take, for the check of what callers give.
 */

import { optionsWithoutServerName } from "../../api/credential-options.ts";
import { CredentialHandle } from "../../sspi/handles.ts";
import {
  anything,
  bytes,
  count,
  duration,
  flag,
  type Hints,
  instance,
  list,
  oneOf,
  orNull,
  readOptions,
  type Shape,
  text,
  withFunctions,
} from "../../sspi/option-shape.ts";
import type { MessageOptions } from "./messages.ts";
import type { CredentialOptions, SecureOptions } from "./option-types.ts";

export const CREDENTIAL_OPTIONS: Shape<CredentialOptions> = /* @__PURE__ */ (() => ({
  ...optionsWithoutServerName(),
  role: oneOf("client", "server"),
  sni: orNull(text),
  // The loaders report what they accept.
  ca: anything,
  cert: anything,
  key: anything,
  helperTimeout: duration,
  versions: list(oneOf("TLSv1.2", "TLSv1.3"), 'an array of "TLSv1.2" and "TLSv1.3"'),
}))();

export const SECURE_OPTIONS: Shape<SecureOptions> = /* @__PURE__ */ (() => ({
  ...CREDENTIAL_OPTIONS,
  credential: instance(CredentialHandle, "a credential of acquireCredentials()"),
  serverName: text,
  requestCert: flag,
  alpn: list(text, "an array of protocol names"),
  signal: withFunctions("addEventListener", "removeEventListener"),
  leftover: bytes,
  requireCloseNotify: flag,
  highWaterMark: count,
  maxFragment: duration,
  handshakeTimeout: duration,
  closeTimeout: duration,
}))();

export const MESSAGE_OPTIONS: Shape<MessageOptions> = /* @__PURE__ */ (() => ({
  maxMessageSize: duration,
  sendHighWaterMark: duration,
  receiveLimit: duration,
}))();

/** Options of node:tls and of the other functions: their replacements. */
const HINTS: Hints = {
  ALPNProtocols: 'the option is alpn, for example ["h2"]',
  NPNProtocols: 'the option is alpn, for example ["h2"]',
  rejectUnauthorized:
    "a client always checks the certificate of the server; verifyPeer has the last word",
  checkServerIdentity: "the option is verifyPeer",
  minVersion: 'the option is versions, for example ["TLSv1.3"]',
  maxVersion: 'the option is versions, for example ["TLSv1.2"]',
  passphrase: "give cert: certContextFromPem(cert, key, passphrase)",
  pfx: "give cert: await certContextFromPfx(pfx, passphrase)",
  session: "the option is sessionStore",
  ecdhCurve: "the option is supportedGroups",
  sigalgs: "the option is signatureSchemes",
  SNICallback: "the option is selectCredential",
  ALPNCallback: "the option is selectProtocol",
  timeout: "the option is handshakeTimeout",
  trust: "the option is ca",
  hRootStore: "the option is ca",
  targetName: "the option is serverName",
  host: "the option is serverName",
};
const CREDENTIAL_HINTS: Hints = {
  ...HINTS,
  serverName: "it belongs to secure(), since it is of one session",
  alpn: "it belongs to secure(), since it is of one session",
  requestCert: "it belongs to secure(), since it is of one session",
};

/** @throws TlsError UnknownOption, WrongOption, OptionThatThrows */
export function secureOptions(given: SecureOptions, path: string): SecureOptions {
  return readOptions(given, { shape: SECURE_OPTIONS, hints: HINTS, path });
}

/** As `secureOptions`, for what sessions share. */
export function credentialOptions(given: CredentialOptions, path: string): CredentialOptions {
  return readOptions(given, { shape: CREDENTIAL_OPTIONS, hints: CREDENTIAL_HINTS, path });
}

/** As `secureOptions`, for a transport of messages. */
export function messageOptions(given: MessageOptions): MessageOptions {
  return readOptions(given, { shape: MESSAGE_OPTIONS, path: "overMessages()" });
}
