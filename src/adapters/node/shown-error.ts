/**
 * The error of a socket as the program gets it: node's and OpenSSL's words beside ours.
 */
import { TlsError } from "../../sspi/tls-error.ts";

/**
 * @param own - a refusal with an error of its own
 * @param target - members of the error of a client that was made by `connect`
 */
export function shownError(error: TlsError, own: Error | null, target: object | null): Error {
  if (own === null) {
    if (error.reason !== "ClosedDuringHandshake") return inWordsOfOpenSsl(error);
    return target === null ? hungUp(error) : Object.assign(error, target);
  }
  if (!(own instanceof TlsError) || own.name !== "TlsError") return own;
  const { message, code, faults } = own;
  const { status, alert } = error;
  const reason = own.reason ?? error.reason;
  const full = new TlsError(message, { code, status, reason, alert, faults });
  const { host, cert } = own as { host?: unknown; cert?: unknown };
  return host === undefined ? full : Object.assign(full, { host, cert });
}

/** With OpenSSL's own words behind ours, for those who know them, and its `library`. */
function inWordsOfOpenSsl(error: TlsError): TlsError {
  const [, word] = /^ERR_SSL_(.+)$/.exec(error.code) ?? [];
  if (word === undefined) return error;
  const words = word.toLowerCase().replaceAll("_", " ");
  error.message = `${error.message} (SSL routines::${words})`;
  return Object.assign(error, { library: "SSL routines" });
}

/** A server's, with node's words for it. */
function hungUp(error: TlsError): TlsError {
  error.message = `socket hang up: ${error.message}`;
  return error;
}
