/**
 * `--starttls NAME`: what a protocol says before TLS, over a socket, and what it wants of TLS.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  START_TLS_PROTOCOLS,
  type StartTlsProtocol,
  startTlsProtocol,
} from "../starttls/protocols.ts";
import { negotiateStartTls, TdsHandshakeStream } from "../transports/node/start-tls.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { UsageError } from "./cli-error.ts";

const NAMES = START_TLS_PROTOCOLS.map(({ name }) => name).join(", ");

export const STARTTLS_OPTION: OptionRow = {
  name: "starttls",
  value: "NAME",
  help: `first speak ${NAMES}`,
};

/** The protocol that was asked for, or null. @throws UsageError */
export function chosenProtocol(given: Arguments): StartTlsProtocol | null {
  const name = given.value(STARTTLS_OPTION.name);
  if (name === null) return null;
  const protocol = startTlsProtocol(name);
  if (protocol === undefined) throw new UsageError(`--starttls knows ${NAMES}, not "${name}"`);
  return protocol;
}

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
