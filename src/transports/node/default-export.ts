/**
 * The names of the entry `sealwire/node` together, as `import tls from "node:tls"` gives those of node:tls.
 */
import type { SecureVersion } from "node:tls";
import {
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  checkServerIdentity,
  connect,
  createSecureContext,
  createServer,
  DEFAULT_CIPHERS,
  DEFAULT_ECDH_CURVE,
  DEFAULT_MAX_VERSION,
  DEFAULT_MIN_VERSION,
  getCACertificates,
  getCiphers,
  negotiateStartTls,
  rootCertificates,
  SecureContext,
  SecureServer,
  SecureSocket,
  Server,
  START_TLS_PROTOCOLS,
  setDefaultCACertificates,
  startTlsFtp,
  startTlsImap,
  startTlsIrc,
  startTlsLdap,
  startTlsLmtp,
  startTlsMysql,
  startTlsNntp,
  startTlsPop3,
  startTlsPostgres,
  startTlsProtocol,
  startTlsSieve,
  startTlsSmtp,
  startTlsTds,
  startTlsXmpp,
  TDS_PACKET_SIZE,
  TDS8_PROTOCOL,
  TdsHandshake,
  TdsHandshakeStream,
  TLSSocket,
  TlsError,
} from "./names.ts";
import { withDefaults } from "./node-defaults.ts";

/** Every name of `sealwire/node`. The defaults can be assigned to, as those of node:tls; they hold for contexts made afterwards. */
export interface NodeTls {
  readonly CLIENT_RENEG_LIMIT: typeof CLIENT_RENEG_LIMIT;
  readonly CLIENT_RENEG_WINDOW: typeof CLIENT_RENEG_WINDOW;
  DEFAULT_CIPHERS: string;
  DEFAULT_ECDH_CURVE: string;
  DEFAULT_MAX_VERSION: SecureVersion;
  DEFAULT_MIN_VERSION: SecureVersion;
  readonly START_TLS_PROTOCOLS: typeof START_TLS_PROTOCOLS;
  readonly SecureContext: typeof SecureContext;
  readonly SecureServer: typeof SecureServer;
  readonly SecureSocket: typeof SecureSocket;
  readonly Server: typeof Server;
  readonly TDS8_PROTOCOL: typeof TDS8_PROTOCOL;
  readonly TDS_PACKET_SIZE: typeof TDS_PACKET_SIZE;
  readonly TLSSocket: typeof TLSSocket;
  readonly TdsHandshake: typeof TdsHandshake;
  readonly TdsHandshakeStream: typeof TdsHandshakeStream;
  readonly TlsError: typeof TlsError;
  readonly checkServerIdentity: typeof checkServerIdentity;
  readonly connect: typeof connect;
  readonly createSecureContext: typeof createSecureContext;
  readonly createServer: typeof createServer;
  readonly getCACertificates: typeof getCACertificates;
  readonly getCiphers: typeof getCiphers;
  readonly negotiateStartTls: typeof negotiateStartTls;
  readonly rootCertificates: typeof rootCertificates;
  readonly setDefaultCACertificates: typeof setDefaultCACertificates;
  readonly startTlsFtp: typeof startTlsFtp;
  readonly startTlsImap: typeof startTlsImap;
  readonly startTlsIrc: typeof startTlsIrc;
  readonly startTlsLdap: typeof startTlsLdap;
  readonly startTlsLmtp: typeof startTlsLmtp;
  readonly startTlsMysql: typeof startTlsMysql;
  readonly startTlsNntp: typeof startTlsNntp;
  readonly startTlsPop3: typeof startTlsPop3;
  readonly startTlsPostgres: typeof startTlsPostgres;
  readonly startTlsProtocol: typeof startTlsProtocol;
  readonly startTlsSieve: typeof startTlsSieve;
  readonly startTlsSmtp: typeof startTlsSmtp;
  readonly startTlsTds: typeof startTlsTds;
  readonly startTlsXmpp: typeof startTlsXmpp;
}

export const nodeTls: NodeTls = /* @__PURE__ */ withDefaults({
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  DEFAULT_CIPHERS,
  DEFAULT_ECDH_CURVE,
  DEFAULT_MAX_VERSION,
  DEFAULT_MIN_VERSION,
  START_TLS_PROTOCOLS,
  SecureContext,
  SecureServer,
  SecureSocket,
  Server,
  TDS8_PROTOCOL,
  TDS_PACKET_SIZE,
  TLSSocket,
  TdsHandshake,
  TdsHandshakeStream,
  TlsError,
  checkServerIdentity,
  connect,
  createSecureContext,
  createServer,
  getCACertificates,
  getCiphers,
  negotiateStartTls,
  rootCertificates,
  setDefaultCACertificates,
  startTlsFtp,
  startTlsImap,
  startTlsIrc,
  startTlsLdap,
  startTlsLmtp,
  startTlsMysql,
  startTlsNntp,
  startTlsPop3,
  startTlsPostgres,
  startTlsProtocol,
  startTlsSieve,
  startTlsSmtp,
  startTlsTds,
  startTlsXmpp,
});
