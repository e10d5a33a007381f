/**
 * The entry `sealwire/session` outside Node: the sans-I/O session, with the portable provider.
 */
import {
  acceptSecurityContext,
  acceptSecurityContextAsync,
  acquireCredentialsHandle,
  certContextFromPem,
} from "../api/portable.ts";
import { type SessionEntry, sessionsOver } from "../session/create-session.ts";
import { CONTEXT_FUNCTIONS } from "../session/handshake-calls.ts";
import { functionOf } from "../sspi/function-of.ts";

export { certContextFromPem, certContextFromPfx, selfSignedCertificate } from "../api/portable.ts";
export * from "../session/names.ts";

function entry(): SessionEntry {
  return sessionsOver({
    ...CONTEXT_FUNCTIONS,
    acceptSecurityContext,
    acceptSecurityContextAsync,
    acquireCredentialsHandle,
    certContextFromPem,
  });
}

const sessions: SessionEntry = /* @__PURE__ */ entry();

/**
 * Begins a session as a client: bytes in, events and bytes out. Its first flight waits in `takeOutput`.
 * @throws TlsError the options cannot be used
 */
export const createClientSession: SessionEntry["createClientSession"] = /* @__PURE__ */ functionOf(
  sessions,
  "createClientSession",
);
/**
 * Begins a session as a server: bytes in, events and bytes out.
 * @throws TlsError the options cannot be used
 */
export const createServerSession: SessionEntry["createServerSession"] = /* @__PURE__ */ functionOf(
  sessions,
  "createServerSession",
);
/**
 * Makes what many sessions share: certificates read once, and the sessions that later ones resume.
 * @throws TlsError the options cannot be used
 */
export const acquireCredentials: SessionEntry["acquireCredentials"] = /* @__PURE__ */ functionOf(
  sessions,
  "acquireCredentials",
);
