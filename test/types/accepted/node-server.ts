/** A server with callbacks. */
import tls from "sealwire/node";

export const server = tls.createServer(
  {
    SNICallback: (name, done) => done(null, name === "" ? undefined : tls.createSecureContext()),
    pskCallback: (socket, identity) => Buffer.from(`${socket.remoteAddress} ${identity}`),
    ALPNCallback: ({ protocols }) => protocols[0],
  },
  (socket) => socket.on("data", (data) => socket.write(data)).once("end", () => socket.end()),
);
server.addContext("b.example", tls.createSecureContext());
