/** A SecureSocket is what agents of https and http2 make. */
import { request } from "node:http";
import { connect } from "node:http2";
import { Agent } from "node:https";
import type * as nodeTls from "node:tls";
import tls from "sealwire/node";

export class OurAgent extends Agent {
  createConnection(options: nodeTls.ConnectionOptions) {
    return tls.connect(options);
  }
}
export const session = connect("https://a.example", {
  createConnection: (url) => tls.connect({ host: url.host, ALPNProtocols: ["h2"] }),
});
export const asked = request({ createConnection: () => tls.connect({ port: 443 }) });
