/**
 * The entry `sealwire/node`: sockets with the names and the meaning of node:tls, over any Duplex. What is the same,
 * better or not there stands in `docs/node-tls.md`. Names only.
 */
export {
  checkServerIdentity,
  rootCertificates,
} from "node:tls";
export { TlsError } from "./sspi/tls-error.ts";
export * from "./starttls/names.ts";
export {
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  DEFAULT_CIPHERS,
  DEFAULT_ECDH_CURVE,
  DEFAULT_MAX_VERSION,
  DEFAULT_MIN_VERSION,
  getCiphers,
} from "./transports/node/algorithm-names.ts";
export { connect } from "./transports/node/connect.ts";
export {
  type CaCertificatesType,
  getCACertificates,
  setDefaultCACertificates,
} from "./transports/node/default-roots.ts";
export type {
  AlpnCallback,
  ConnectOptions,
  SecureSocketOptions,
  ServerOptions,
  SniCallback,
} from "./transports/node/options.ts";
export type { CheckServerIdentity } from "./transports/node/peer-check.ts";
export {
  createSecureContext,
  SecureContext,
  type SecureContextOptions,
} from "./transports/node/secure-context.ts";
export { SecureSocket, SecureSocket as TLSSocket } from "./transports/node/secure-socket.ts";
export { createServer, SecureServer, SecureServer as Server } from "./transports/node/server.ts";
export {
  type NegotiateOptions,
  negotiateStartTls,
  TdsHandshakeStream,
} from "./transports/node/start-tls.ts";
