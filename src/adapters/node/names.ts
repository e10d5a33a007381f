/**
 * The names of the entry `sealwire/node`. They are those of node:tls wherever node:tls has one.
 */
export { rootCertificates } from "node:tls";
export { TlsError } from "../../sspi/tls-error.ts";
export * from "../../starttls/names.ts";
export {
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  DEFAULT_CIPHERS,
  DEFAULT_ECDH_CURVE,
  DEFAULT_MAX_VERSION,
  DEFAULT_MIN_VERSION,
  getCiphers,
} from "./algorithm-names.ts";
export { connect } from "./connect.ts";
export {
  type CaCertificatesType,
  getCACertificates,
  setDefaultCACertificates,
} from "./default-roots.ts";
export {
  type NegotiateOptions,
  negotiateStartTls,
  TdsHandshakeStream,
} from "./node-start-tls.ts";
export { convertALPNProtocols, createSecurePair } from "./old-exports.ts";
export type {
  AlpnCallback,
  ConnectOptions,
  SecureSocketOptions,
  ServerOptions,
  SniCallback,
} from "./options.ts";
export type { CheckServerIdentity } from "./peer-check.ts";
export {
  createSecureContext,
  SecureContext,
  type SecureContextOptions,
} from "./secure-context.ts";
export { SecureSocket, SecureSocket as TLSSocket } from "./secure-socket.ts";
export { createServer, SecureServer, SecureServer as Server } from "./server.ts";
export { checkServerIdentity } from "./server-identity.ts";
