/**
 * `--starttls NAME`: what a protocol says before TLS, over a socket, and what it wants of TLS.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { negotiateStartTls, TdsHandshakeStream } from "../adapters/node/node-start-tls.ts";
import { nearestName } from "../sspi/nearest-name.ts";
import {
  START_TLS_PROTOCOLS,
  type StartTlsProtocol,
  startTlsProtocol,
} from "../starttls/protocols.ts";
import type { OptionRow } from "./arguments.ts";
import { UsageError } from "./cli-error.ts";
import { printable } from "./terminal.ts";

const NAMES = START_TLS_PROTOCOLS.map(({ name }) => name).join(", ");

export const STARTTLS_OPTION: OptionRow = {
  name: "starttls",
  value: "NAME",
  help: `first speak ${NAMES}`,
};

/** The protocol of a name, or null. @throws UsageError */
export function chosenProtocol(name: string | null): StartTlsProtocol | null {
  if (name === null) return null;
  const protocol = startTlsProtocol(name);
  if (protocol !== undefined) return protocol;
  const near = nearestName(
    name,
    START_TLS_PROTOCOLS.map((row) => row.name),
  );
  const hint = near === null ? "" : `; did you mean ${near}?`;
  throw new UsageError(`--starttls knows ${NAMES}, not "${printable(name)}"${hint}`);
}

/** Where servers of a protocol listen, or undefined for a name that is not known. */
export const portOfProtocol = (name: string): number | undefined => startTlsProtocol(name)?.port;

/** A transport for TLS. */
export interface ReadyTransport {
  readonly stream: Duplex;
  /** To be called when the handshake is over. */
  handshakeDone(): void;
}

/** Says what has to be said before TLS. @throws TlsError if the server does not come along */
export async function prepare(
  socket: Socket,
  protocol: StartTlsProtocol | null,
  domain: string,
): Promise<ReadyTransport> {
  if (protocol?.negotiate) await negotiateStartTls(socket, protocol.negotiate(domain));
  if (!protocol?.framed) return { stream: socket, handshakeDone: () => {} };
  const stream = new TdsHandshakeStream(socket);
  return { stream, handshakeDone: () => stream.finish() };
}
