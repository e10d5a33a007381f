/**
 * SECPKG_ATTR_APP_DATA: bytes of the application that stay with a session, so that a resumed connection finds what the
 * previous one stored. The name that the ticket or the store authenticated identifies a session. Before that, and
 * from anything that the peer sent in clear, no data is found or changed.
 */
import { toHex } from "../bytes/text.ts";
import type { SecPkgContext_SessionAppData } from "../sspi/attribute-values.ts";
import type { SchannelContext } from "./context.ts";

const FLAGS_LENGTH = 4;

/** Keeps a copy with the connection and, as soon as it is proven, with its session. */
export function keepApplicationData(
  context: SchannelContext,
  value: SecPkgContext_SessionAppData,
): void {
  context.applicationData = value;
  saveApplicationData(context);
}

/** To be called when a handshake is finished: what was set before belongs to its session. */
export function saveApplicationData(context: SchannelContext): void {
  const value = context.applicationData;
  const key = value === null ? null : sessionName(context);
  if (value === null || key === null) return;
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

/**
 * Null: no session was proven, or it has no name. A server may name its sessions as it likes, so the target goes with
 * it.
 */
function sessionName({ role, configuration, engine }: SchannelContext): string | null {
  const { sessionId } = engine.facts;
  if (sessionId.length === 0) return null;
  return `${role} ${role === "client" ? configuration.sessionKey : ""} ${toHex(sessionId)}`;
}
