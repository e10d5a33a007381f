/** A SecureSocket fits where node's sockets do. */
import type { Socket } from "node:net";
import type * as nodeTls from "node:tls";
import tls from "sealwire/node";

export const socket = tls.connect({ host: "a.example", port: 443 });
export const asTls: nodeTls.TLSSocket = socket;
export const asNet: Socket = socket;
export const asServer: nodeTls.Server = tls.createServer();
export const asContext: nodeTls.SecureContext = tls.createSecureContext();
