/**
 * The functions of `sealwire/session`, over the SSPI functions of an entry.
 */
import { type CredentialHandle, TlsError } from "../api/common.ts";
import { createSspi } from "../api/compose.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { count, readOptions, type Shape } from "../sspi/option-shape.ts";
import { CONTEXT_FUNCTIONS } from "./handshake-calls.ts";
import { SESSION_HINTS, SESSION_OPTIONS } from "./option-shapes.ts";
import type { CredentialOptions, Role, SessionOptions } from "./option-types.ts";
import { acquireCredentialsOver, type SessionSspi, startOf } from "./options.ts";
import { EventSession, type Session } from "./session.ts";

/** Options of createClientSession and createServerSession. */
export interface CreateSessionOptions extends Omit<SessionOptions, "role"> {
  /** Bytes of output from which `write` takes no more data; default 65536. */
  readonly highWaterMark?: number | undefined;
}

/** The functions of the entry. */
export interface SessionEntry {
  /**
   * Begins a session as a client. Its first flight waits in `takeOutput`.
   *
   * ```ts
   * const session = createClientSession({ serverName: "example.org", ca: trustStoreFromPem(pem) });
   * send(session.takeOutput());
   * for (const event of session.receive(await read())) {
   *   if (event.type === "data") show(event.data);
   * }
   * send(session.takeOutput());
   * if (session.isOpen()) session.write(request);
   * ```
   *
   * @param options - names, certificates, versions and algorithms; without `ca` every server is refused
   * @returns the session, in the phase "handshake"
   * @throws TlsError the options cannot be used; the message names the option
   */
  createClientSession(options?: CreateSessionOptions): Session;
  /**
   * Begins a session as a server.
   *
   * @param options - `cert` and `key`, or `selectCredential`; versions and algorithms
   * @returns the session, in the phase "handshake"
   * @throws TlsError the options cannot be used; the message names the option
   */
  createServerSession(options: CreateSessionOptions): Session;
  /**
   * Makes what many sessions share: certificates read once, and the sessions and tickets that let a later one resume.
   * Give it as the option `credential`.
   *
   * @param options - `role`, certificates, trust anchors, versions and algorithms
   * @returns the handle of the credential
   * @throws TlsError the options cannot be used; the message names the option
   */
  acquireCredentials(options: CredentialOptions): CredentialHandle;
}

/** All options of a session but `role`, which the function determines. */
export const CREATE_SESSION_OPTIONS: Shape<CreateSessionOptions> = /* @__PURE__ */ (() => {
  const { role: _, ...options } = SESSION_OPTIONS;
  return { ...options, highWaterMark: count };
})();
const HINTS = /* @__PURE__ */ (() => ({
  ...SESSION_HINTS,
  role: "createClientSession() and createServerSession() determine the role",
}))();

/**
 * The functions of `sealwire/session` over cryptography of the caller's choice.
 *
 * @param provider - all cryptography of the sessions
 * @returns functions of the same names
 */
export function sessionsWithProvider(provider: CryptoProvider): SessionEntry {
  return sessionsOver({ ...CONTEXT_FUNCTIONS, ...createSspi(provider) });
}

/** @param sspi the functions of an entry */
export function sessionsOver(sspi: SessionSspi): SessionEntry {
  return {
    createClientSession: (options = {}) => create(sspi, "client", options, "createClientSession()"),
    createServerSession: (options) => create(sspi, "server", options, "createServerSession()"),
    acquireCredentials: acquireCredentialsOver(sspi),
  };
}

function create(
  sspi: SessionSspi,
  role: Role,
  given: CreateSessionOptions,
  call: string,
): EventSession {
  const { highWaterMark, ...options } = readOptions<CreateSessionOptions>(given, {
    shape: CREATE_SESSION_OPTIONS,
    hints: HINTS,
    path: call,
  });
  if (highWaterMark === 0) {
    throw new TlsError(`${call}: highWaterMark must be at least 1 byte`, { reason: "WrongOption" });
  }
  const start = startOf(sspi, { ...options, role }, call);
  return new EventSession({ functions: sspi, ...start }, options.maxFragment, highWaterMark);
}
