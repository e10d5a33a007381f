/**
 * SECPKG_ATTR_APP_DATA: bytes of the application that stay with a cached session, so that a resumed connection finds
 * what the one before it left. A client's session is named by its target and credential, a TLS 1.2 server's by the
 * session id; tickets name none, so a TLS 1.3 server keeps them for the one connection only.
 */
import { toHex } from "../bytes/text.ts";
import { TLS12 } from "../protocol/version.ts";
import type { SecPkgContext_SessionAppData } from "../sspi/attribute-values.ts";
import type { SchannelContext } from "./context.ts";

const FLAGS_LENGTH = 4;

/** Keeps a copy with the connection and its session. */
export function keepApplicationData(
  context: SchannelContext,
  value: SecPkgContext_SessionAppData,
): void {
  context.applicationData = value;
  const key = sessionName(context);
  if (key === null) return;
  const bytes = new Uint8Array(FLAGS_LENGTH + value.cbAppData);
  new DataView(bytes.buffer).setUint32(0, value.dwFlags);
  bytes.set(value.pbAppData, FLAGS_LENGTH);
  const { applicationData, sessionLifetime } = context.credential;
  applicationData.set(key, bytes, sessionLifetime);
}

/** What was set on this connection or, if it was resumed, on one before it; else nothing. */
export function applicationDataOf(context: SchannelContext): SecPkgContext_SessionAppData {
  if (context.applicationData !== null) return context.applicationData;
  const key = context.engine.facts.resumed ? sessionName(context) : null;
  const bytes = key === null ? null : context.credential.applicationData.get(key);
  if (bytes === null) return { dwFlags: 0, cbAppData: 0, pbAppData: new Uint8Array(0) };
  const pbAppData = bytes.slice(FLAGS_LENGTH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, FLAGS_LENGTH);
  return { dwFlags: view.getUint32(0), cbAppData: pbAppData.length, pbAppData };
}

function sessionName({ role, configuration, engine }: SchannelContext): string | null {
  if (role === "client") return configuration.sessionKey;
  const { sessionId, version } = engine.facts;
  return version === TLS12 && sessionId.length > 0 ? toHex(sessionId) : null;
}
