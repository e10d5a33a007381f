/**
 * The options of a session, for the check of what callers give.
 */
import { optionsWithoutServerName } from "../api/credential-options.ts";
import { CredentialHandle } from "../sspi/handles.ts";
import {
  anything,
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
} from "../sspi/option-shape.ts";
import type { CredentialOptions, SessionOptions } from "./option-types.ts";

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

export const SESSION_OPTIONS: Shape<SessionOptions> = /* @__PURE__ */ (() => ({
  ...CREDENTIAL_OPTIONS,
  credential: instance(CredentialHandle, "a credential of acquireCredentials()"),
  serverName: text,
  requestCert: flag,
  alpn: list(text, "an array of protocol names"),
  requireCloseNotify: flag,
  maxFragment: duration,
}))();

/** Options of node:tls and of the other functions: their replacements. */
export const SESSION_HINTS: Hints = {
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
  ...SESSION_HINTS,
  serverName: "it is an option of one session, not of a credential",
  alpn: "it is an option of one session, not of a credential",
  requestCert: "it is an option of one session, not of a credential",
};

/**
 * The options that sessions share.
 * @throws TlsError UnknownOption, WrongOption, OptionThatThrows
 */
export function credentialOptions(given: CredentialOptions, path: string): CredentialOptions {
  return readOptions(given, { shape: CREDENTIAL_OPTIONS, hints: CREDENTIAL_HINTS, path });
}
