/** Values of node's types are given. */
import type { Duplex } from "node:stream";
import type * as nodeTls from "node:tls";
import tls from "sealwire/node";

export const all = (
  connect: nodeTls.ConnectionOptions,
  serve: nodeTls.TlsOptions,
  context: nodeTls.SecureContextOptions,
  socket: nodeTls.TLSSocketOptions,
  transport: Duplex,
) => [
  tls.connect(connect),
  tls.createServer(serve),
  new tls.Server(serve),
  tls.createSecureContext(context),
  new tls.TLSSocket(transport, socket),
];
