/**
 * The names of the entry `sealwire/node` together, as `import tls from "node:tls"` gives those of node:tls.
 */
import type { SecureVersion } from "node:tls";
import {
  CLIENT_RENEG_LIMIT,
  CLIENT_RENEG_WINDOW,
  checkServerIdentity,
  connect,
  convertALPNProtocols,
  createSecureContext,
  createSecurePair,
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
  /** Refused renegotiations of a peer before the connection is ended; there is no window to count in. */
  readonly CLIENT_RENEG_LIMIT: typeof CLIENT_RENEG_LIMIT;
  /** Seconds in which CLIENT_RENEG_LIMIT counts in node:tls; there is no window here. */
  readonly CLIENT_RENEG_WINDOW: typeof CLIENT_RENEG_WINDOW;
  /**
   * Cipher suites that are on where `ciphers` is not given, by OpenSSL's names; as tls.DEFAULT_CIPHERS; it can be
   * assigned to.
   */
  DEFAULT_CIPHERS: string;
  /** Default of `ecdhCurve`; it can be assigned to. */
  DEFAULT_ECDH_CURVE: string;
  /** Default of `maxVersion`; it can be assigned to. */
  DEFAULT_MAX_VERSION: SecureVersion;
  /** Default of `minVersion`; it can be assigned to. */
  DEFAULT_MIN_VERSION: SecureVersion;
  /** Every protocol of the STARTTLS kit. */
  readonly START_TLS_PROTOCOLS: typeof START_TLS_PROTOCOLS;
  /** Certificates, keys, roots and algorithms that were read once; made by createSecureContext. */
  readonly SecureContext: typeof SecureContext;
  /** A TLS server over TCP, as tls.Server. */
  readonly SecureServer: typeof SecureServer;
  /** A TLS connection as a Duplex over any Duplex, as tls.TLSSocket. */
  readonly SecureSocket: typeof SecureSocket;
  /** A TLS server over TCP, as tls.Server. */
  readonly Server: typeof Server;
  /** ALPN name of TDS 8.0. */
  readonly TDS8_PROTOCOL: typeof TDS8_PROTOCOL;
  /** Bytes of a packet until the log-in agrees on another size. */
  readonly TDS_PACKET_SIZE: typeof TDS_PACKET_SIZE;
  /** A TLS connection as a Duplex over any Duplex, as tls.TLSSocket. */
  readonly TLSSocket: typeof TLSSocket;
  /** The frames round a TLS handshake of TDS 7.x, of one connection and both directions. */
  readonly TdsHandshake: typeof TdsHandshake;
  /** A transport for TLS under TDS 7.x. */
  readonly TdsHandshakeStream: typeof TdsHandshakeStream;
  /** The error of everything that is not an SSPI function. */
  readonly TlsError: typeof TlsError;
  /** Checks the name of a server's certificate. */
  readonly checkServerIdentity: typeof checkServerIdentity;
  /** Opens a TLS connection, as tls.connect. */
  readonly connect: typeof connect;
  /** Reads certificates, keys, roots and algorithms once, for many connections; as tls.createSecureContext. */
  readonly createSecureContext: typeof createSecureContext;
  /** Puts names for ALPN, each after its length, into a Buffer; undocumented in node:tls. */
  readonly convertALPNProtocols: typeof convertALPNProtocols;
  /** Throws: it is deprecated in node:tls. `new SecureSocket(duplex)` does what it did. */
  readonly createSecurePair: typeof createSecurePair;
  /** Creates a TLS server, as tls.createServer. */
  readonly createServer: typeof createServer;
  /** Gives root certificates, as tls.getCACertificates. */
  readonly getCACertificates: typeof getCACertificates;
  /** Names for `ciphers`, in lower case as node gives them. */
  readonly getCiphers: typeof getCiphers;
  /** Plays an exchange over a Duplex that nobody else reads. */
  readonly negotiateStartTls: typeof negotiateStartTls;
  /** The roots that the runtime brings along, PEM. */
  readonly rootCertificates: typeof rootCertificates;
  /** Sets the anchors of connections whose context has no `ca`, from now on; as tls.setDefaultCACertificates. */
  readonly setDefaultCACertificates: typeof setDefaultCACertificates;
  /** Makes the STARTTLS exchange of FTP. */
  readonly startTlsFtp: typeof startTlsFtp;
  /** Makes the STARTTLS exchange of IMAP. */
  readonly startTlsImap: typeof startTlsImap;
  /** Makes the STARTTLS exchange of IRC. */
  readonly startTlsIrc: typeof startTlsIrc;
  /** Makes the STARTTLS exchange of LDAP. */
  readonly startTlsLdap: typeof startTlsLdap;
  /** Makes the STARTTLS exchange of LMTP. */
  readonly startTlsLmtp: typeof startTlsLmtp;
  /** Makes the STARTTLS exchange of MySQL. */
  readonly startTlsMysql: typeof startTlsMysql;
  /** Makes the STARTTLS exchange of NNTP. */
  readonly startTlsNntp: typeof startTlsNntp;
  /** Makes the STARTTLS exchange of POP3. */
  readonly startTlsPop3: typeof startTlsPop3;
  /** Makes the STARTTLS exchange of PostgreSQL. */
  readonly startTlsPostgres: typeof startTlsPostgres;
  /** Finds a protocol of the STARTTLS kit. */
  readonly startTlsProtocol: typeof startTlsProtocol;
  /** Makes the STARTTLS exchange of ManageSieve. */
  readonly startTlsSieve: typeof startTlsSieve;
  /** Makes the STARTTLS exchange of SMTP. */
  readonly startTlsSmtp: typeof startTlsSmtp;
  /** Makes the STARTTLS exchange of TDS 7.x. */
  readonly startTlsTds: typeof startTlsTds;
  /** Makes the STARTTLS exchange of XMPP. */
  readonly startTlsXmpp: typeof startTlsXmpp;
}

/** All names of `sealwire/node` in one object, in place of `import tls from "node:tls"`. */
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
  convertALPNProtocols,
  createSecureContext,
  createSecurePair,
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
