/**
 * connect of node:tls: a SecureSocket over a new connection, or over the Duplex that is given.
 */
import { isIP, type NetConnectOpts, connect as netConnect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { checkDuration } from "./argument-types.ts";
import { argumentError } from "./node-error.ts";
import type { ConnectOptions } from "./options.ts";
import { SecureSocket } from "./secure-socket.ts";

/** node's four ways to say the same. */
type Given = readonly unknown[];

/**
 * Opens a TLS connection, as tls.connect: over TCP, or over any Duplex that is given as `socket`.
 *
 * ```ts
 * const socket = connect({ host: "example.org", port: 443, ALPNProtocols: ["h2"] }, () => socket.write("..."));
 * ```
 *
 * @param options - those of node:tls, and a few more
 * @param onSecure - listener for "secureConnect"
 * @throws TlsError for options that are wrong or cannot be done
 */
export function connect(options: ConnectOptions, onSecure?: () => void): SecureSocket;
/**
 * Opens a TLS connection, as tls.connect: over TCP, or over any Duplex that is given as `socket`.
 *
 * ```ts
 * const socket = connect({ host: "example.org", port: 443, ALPNProtocols: ["h2"] }, () => socket.write("..."));
 * ```
 *
 * @param port - of TCP
 * @param host - default: localhost
 * @param options - those of node:tls, and a few more
 * @param onSecure - listener for "secureConnect"
 * @throws TlsError for options that are wrong or cannot be done
 */
export function connect(
  port: number,
  host?: string,
  options?: ConnectOptions,
  onSecure?: () => void,
): SecureSocket;
/**
 * Opens a TLS connection, as tls.connect: over TCP, or over any Duplex that is given as `socket`.
 *
 * ```ts
 * const socket = connect({ host: "example.org", port: 443, ALPNProtocols: ["h2"] }, () => socket.write("..."));
 * ```
 *
 * @param port - of TCP
 * @param options - those of node:tls, and a few more
 * @param onSecure - listener for "secureConnect"
 * @throws TlsError for options that are wrong or cannot be done
 */
export function connect(
  port: number,
  options?: ConnectOptions,
  onSecure?: () => void,
): SecureSocket;
/**
 * Opens a TLS connection, as tls.connect: over TCP, or over any Duplex that is given as `socket`.
 *
 * ```ts
 * const socket = connect({ host: "example.org", port: 443, ALPNProtocols: ["h2"] }, () => socket.write("..."));
 * ```
 *
 * @param path - of a Unix socket
 * @param options - those of node:tls, and a few more
 * @param onSecure - listener for "secureConnect"
 * @throws TlsError for options that are wrong or cannot be done
 */
export function connect(
  path: string,
  options?: ConnectOptions,
  onSecure?: () => void,
): SecureSocket;
export function connect(...given: Given): SecureSocket {
  const { options, onSecure } = normalized(given);
  const transport = options.socket ?? dial(options);
  let socket: SecureSocket;
  try {
    if (options.timeout != null) checkDuration(options.timeout);
    const own = options.socket == null ? { allowHalfOpen: Boolean(options.allowHalfOpen) } : {};
    const { path, host, port, localAddress } = options as ConnectOptions & {
      readonly localAddress?: string;
    };
    socket = new SecureSocket(
      transport,
      { ...options, allowHalfOpen: undefined, ...own, isServer: false },
      { target: { path, host, port, localAddress } },
    );
  } catch (error) {
    // A connection that we opened has nobody else to close it.
    if (options.socket == null) transport.destroy();
    throw error;
  }
  if (options.servername && isIP(options.servername) !== 0) warnOfAddress();
  if (onSecure !== undefined) socket.once("secureConnect", onSecure);
  if (options.socket == null) {
    for (const event of ["lookup", "ready"]) {
      transport.once(event, (...details: unknown[]) => socket.emit(event, ...details));
    }
    if ((options.timeout ?? 0) > 0) socket.setTimeout(options.timeout ?? 0);
  }
  return socket;
}

let warnedOfAddress = false;

/** With node's words and code, once. */
function warnOfAddress(): void {
  if (warnedOfAddress) return;
  warnedOfAddress = true;
  process.emitWarning(
    "Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a future version.",
    "DeprecationWarning",
    "DEP0123",
  );
}

function normalized(given: Given): { options: ConnectOptions; onSecure: (() => void) | undefined } {
  const callback = given.find((item) => typeof item === "function") as (() => void) | undefined;
  const rest = given.filter((item) => item !== callback && item != null);
  const objects = rest.filter((item) => typeof item === "object") as ConnectOptions[];
  const [first, second] = rest;
  const options: Record<string, unknown> = { ...objects[0] };
  if (typeof first === "number") {
    options["port"] = first;
    if (typeof second === "string") options["host"] = second;
  } else if (typeof first === "string") {
    if (/^\d+$/.test(first)) options["port"] = Number(first);
    else options["path"] = first;
  }
  return { options: options as ConnectOptions, onSecure: callback };
}

function dial(options: ConnectOptions): Socket & Duplex {
  if (options.port == null && options.path == null) {
    throw argumentError(
      'The "options" or "port" or "path" argument must be specified: connect needs `port`, `path` or `socket`',
      "ERR_MISSING_ARGS",
    );
  }
  // The inactivity timer is the SecureSocket's, and so is the end of its writing side.
  const { timeout: _timeout, signal: _signal, onread: _onread, ...rest } = options;
  const transport: Socket = netConnect({ ...rest, allowHalfOpen: true } as NetConnectOpts);
  return transport;
}
