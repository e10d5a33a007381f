/** Options beyond node:tls are typed. */
import tls from "sealwire/node";

export const socket = tls.connect({
  host: "a.example",
  port: 443,
  handshakeTimeout: 10_000,
  requireCloseNotify: true,
  limits: { certificateChain: 10 },
});
export const isCut: boolean = socket.truncated;
