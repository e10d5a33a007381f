/**
 * node:tls, member by member: the same here, better, or not there and why. `docs/node-tls.md` is made of it, and
 * `table.test.ts` holds it against the real exports and against what happens.
 */
export type Verdict = "same" | "better" | "not there";

/** Name, verdict, and what is better, or why it is not there. */
export type Row = readonly [name: string, verdict: Verdict, remark?: string];

export const EXPORTS: readonly Row[] = [
  ["connect", "same", "over any Duplex, and with `signal`"],
  ["createServer", "same", 'also over third-party transports: `server.emit("connection", duplex)`'],
  [
    "createSecureContext",
    "same",
    "returns our SecureContext, which OpenSSL's functions do not accept",
  ],
  ["SecureContext", "same"],
  ["TLSSocket", "same", "the class is `SecureSocket`; a Duplex, not a net.Socket"],
  ["Server", "same", "the class is `SecureServer`"],
  ["checkServerIdentity", "same", "node's own function"],
  ["rootCertificates", "same", "node's own list"],
  ["getCACertificates", "same", "in every version of node"],
  [
    "setDefaultCACertificates",
    "same",
    "for what sealwire/node verifies; node's own stays as it is",
  ],
  [
    "getCertificateCompressionAlgorithms",
    "not there",
    "certificates are not compressed (RFC 8879 is not built)",
  ],
  ["getCiphers", "same", "the suites that are built here"],
  ["DEFAULT_CIPHERS", "same", "forward-secret AEAD suites only"],
  ["DEFAULT_ECDH_CURVE", "same"],
  ["DEFAULT_MIN_VERSION", "same", "a constant: TLS 1.2 is the lowest that is built"],
  ["DEFAULT_MAX_VERSION", "same", "a constant"],
  [
    "CLIENT_RENEG_LIMIT",
    "better",
    "every renegotiation is refused; the fourth request ends the connection",
  ],
  ["CLIENT_RENEG_WINDOW", "better", "there is no window in which more are allowed"],
  ["convertALPNProtocols", "same", "undocumented in node"],
  [
    "createSecurePair",
    "not there",
    "throws; deprecated since Node 0.11; `new SecureSocket(duplex)` does it",
  ],
];

/** Options of createSecureContext. */
export const CONTEXT_OPTIONS: readonly Row[] = [
  ["ca", "same", "completes the chain that is sent; text without a certificate in it throws"],
  [
    "crl",
    "same",
    "also DER; a good stapled OCSP response answers too, and an anchor needs no list about itself",
  ],
  ["cert", "same"],
  ["key", "same", "also an object with `sign(scheme, data)` that may answer with a promise"],
  [
    "pfx",
    "same",
    "read by promise: a wrong passphrase is the socket's error, not an exception; its authorities are trusted",
  ],
  ["passphrase", "same"],
  ["ciphers", "same", "OpenSSL's words and IANA's names; unknown words throw"],
  ["ecdhCurve", "same"],
  ["sigalgs", "same"],
  ["minVersion", "same", "below TLSv1.2 means TLSv1.2"],
  ["maxVersion", "same", "below TLSv1.2 throws"],
  [
    "secureProtocol",
    "same",
    "TLS_method and TLSv1_2_method, with client and server forms; others throw",
  ],
  [
    "secureOptions",
    "same",
    "SSL_OP_PRIORITIZE_CHACHA, TLS_ROLLBACK_BUG and ALLOW_NO_DHE_KEX throw with their reason",
  ],
  ["honorCipherOrder", "same", "on unless exactly `false`, for a SecureSocket too"],
  ["sessionIdContext", "same", "tickets of another context do not open"],
  ["sessionTimeout", "same"],
  ["ticketKeys", "same"],
  ["dhparam", "same", '"auto" only: the groups of RFC 7919; others throw'],
  ["allowPartialTrustChain", "same"],
  ["certificateCompression", "not there", "throws; RFC 8879 is not built"],
  ["clientCertEngine", "not there", "throws; engines are OpenSSL's"],
  ["privateKeyEngine", "not there", "throws; give an object that signs as `key`"],
  ["privateKeyIdentifier", "not there", "throws; give an object that signs as `key`"],
];

/** Options of connect, createServer and the constructor. */
export const SOCKET_OPTIONS: readonly Row[] = [
  ["host, port, path, lookup, timeout, …", "same", "as net.connect takes them"],
  ["socket", "same", "any Duplex; bytes that came before TLS are refused unless given as `head`"],
  ["head", "better", "ours: the peer's first TLS bytes, read before the upgrade"],
  ["signal", "better", "ours: an AbortSignal for the connection's life"],
  ["allowHalfOpen", "same"],
  ["isServer", "same"],
  ["server", "same"],
  ["servername", "same"],
  ["session", "same", "a session of an unauthorized peer, or of another name, is not used"],
  ["requestOCSP", "same"],
  ["requestCert", "same"],
  [
    "rejectUnauthorized",
    "better",
    "on unless exactly `false`; the peer gets an alert with the reason",
  ],
  ["checkServerIdentity", "same", "called before we send anything but the handshake"],
  ["ALPNProtocols", "same"],
  ["ALPNCallback", "same"],
  ["SNICallback", "same", "of the context count `cert`, `key`, `pfx`, `ca` and `crl`"],
  ["secureContext", "same", "our own SecureContext; OpenSSL's throws"],
  ["handshakeTimeout", "same", "for clients too"],
  ["minDHSize", "same", "up to 2048, which is the bound; more throws"],
  ["highWaterMark", "same", "also as `readableHighWaterMark` and `writableHighWaterMark`"],
  ["pauseOnConnect", "same", "nothing is read before the handshake's end but the handshake"],
  ["onread", "same", "the memory is filled from what was opened"],
  ["enableTrace", "not there", "throws; `sealwire connect --trace` draws a handshake"],
  [
    "pskCallback",
    "same",
    "TLS 1.3, and in TLS 1.2 the PSK suites that `ciphers` names; keys of 16 bytes or more; no `checkServerIdentity` is asked; sessions of TLS 1.3 are not resumed, and those of TLS 1.2 ask for the key again",
  ],
  ["pskIdentityHint", "same", "up to 65535 bytes; one that is empty is none"],
];

/** Members of TLSSocket, its events after them. */
export const SOCKET_MEMBERS: readonly Row[] = [
  ["authorized", "better", "the certificate of a resumed client is judged again"],
  [
    "authorizationError",
    "better",
    "always the code; the peer of a resumed session is judged again",
  ],
  ["encrypted", "same"],
  ["alpnProtocol", "same"],
  ["servername", "same", "reported for resumed sessions too"],
  ["isServer", "same"],
  ["secureConnecting", "same"],
  ["getCertificate", "same"],
  ["getX509Certificate", "same"],
  ["getPeerCertificate", "better", "there after a resumption and after the close too"],
  ["getPeerX509Certificate", "better", "there after a resumption and after the close too"],
  ["getCipher", "same"],
  ["getProtocol", "same"],
  ["getEphemeralKeyInfo", "same"],
  ["getSharedSigalgs", "same", "of what the peer offered those that are built"],
  ["getSession", "same", "of a client, from when it can be resumed"],
  ["setSession", "same"],
  ["isSessionReused", "same"],
  ["exportKeyingMaterial", "same"],
  ["setMaxSendFragment", "same"],
  ["setServername", "same"],
  ["renegotiate", "better", "refused: the callback gets the error"],
  ["disableRenegotiation", "better", "always so"],
  ["getFinished", "same"],
  ["getPeerFinished", "same"],
  ["getTLSTicket", "same", "a session's ticket from when it is resumed, not from when it is given"],
  ["enableTrace", "not there", "throws; `sealwire connect --trace` draws a handshake"],
  ["setKeyCert", "same", "with `cert` and `key`; once the handshake has begun it throws"],
  ["address", "same"],
  ["remoteAddress", "same"],
  ["remotePort", "same"],
  ["remoteFamily", "same"],
  ["localAddress", "same"],
  ["localPort", "same"],
  ["localFamily", "same"],
  ["bytesRead", "better", "still reported after the close"],
  ["bytesWritten", "better", "still reported after the close"],
  ["bufferSize", "same"],
  ["autoSelectFamilyAttemptedAddresses", "same"],
  ["getTypeOfService", "same"],
  ["setTypeOfService", "same"],
  ["server", "same"],
  ["connect", "same", "where the transport is a net.Socket, which `new SecureSocket()` makes"],
  ["connecting", "same"],
  ["pending", "same"],
  ["readyState", "same"],
  ["timeout", "same"],
  ["setTimeout", "same"],
  ["setKeepAlive", "same"],
  ["setNoDelay", "same"],
  ["ref", "same"],
  ["unref", "same"],
  ["destroySoon", "same"],
  ["resetAndDestroy", "better", "node's throws for a TLS socket"],
  ["Symbol.asyncDispose", "better", "ends with close_notify and waits for the close"],
];

/** Members of tls.Server beside those of net.Server. */
export const SERVER_MEMBERS: readonly Row[] = [
  ["addContext", "same", "of the context count `cert`, `key`, `pfx`, `ca` and `crl`"],
  ["setSecureContext", "same"],
  ["getTicketKeys", "same"],
  ["setTicketKeys", "same"],
  ["setOptions", "not there", "deprecated; `setSecureContext` does it"],
];

export const EVENTS: readonly Row[] = [
  ["secureConnect", "same", "also of a client made by `new`, after its certificate was checked"],
  ["secure", "same"],
  ["session", "same"],
  ["keylog", "same", "socket and server"],
  ["OCSPResponse", "same"],
  ["connect, ready, lookup", "same", "of the transport that `connect` opened"],
  ["timeout", "same"],
  [
    "error",
    "better",
    "once, a TlsError with `code`, `status`, `reason` and `alert`; the transport's own error as it is",
  ],
  ["close", "same"],
  ["secureConnection", "same", "server"],
  ["tlsClientError", "same", "server"],
  ["newSession", "same", "server: TLS 1.2 sessions by id, of clients without tickets"],
  ["resumeSession", "same", "server: TLS 1.2 sessions by id, of clients without tickets"],
  [
    "OCSPRequest",
    "same",
    "server; without an answer within half of `helperTimeout` (at most 10 s) the connection goes on without a response",
  ],
];

const TOLD =
  "the handshake fails with an alert that gives the peer the reason; node ends the connection";

const NO_END = 'there is no "end" of a connection that failed';
const HAD_ERROR = '"close" reports that there was an error';

/** Scenarios of the differential test in which ours does something else on purpose, and what. */
export const DIFFERENCES: readonly (readonly [
  scenario: string,
  remark: string,
  /** The first version of Node with it; absent: all. */
  since?: number,
])[] = [
  [
    "end() before anything",
    "the handshake is finished and ended by close_notify; node ends the connection in its midst",
  ],
  ...["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"].map(
    (name): readonly [string, string] => [
      `the server has ${name} only`,
      "in TLS 1.2 the server has no suite: it ends the connection without an alert, and its error names the list",
    ],
  ),
  ["highWaterMark", "counts for the sockets of a server too"],
  ["resetAndDestroy", "resets; node's throws for every TLS socket"],
  [
    "no certificate, requestCert true, rejectUnauthorized true",
    "TLS 1.3: the alert that refuses the client closes its socket with an error; node ends it in order",
  ],
  [
    "a certificate of a stranger, requestCert true, rejectUnauthorized true",
    "the server's error names the fault, and the client's error names the alert; both are ECONNRESET in node",
  ],
  ...[
    "a server not trusted, rejectUnauthorized true",
    "a server with another name, rejectUnauthorized true",
    "a server not trusted and with another name, rejectUnauthorized true",
    "a server with a check of the program that refuses, rejectUnauthorized true",
    "the name a.b.wild.example and a certificate with a wildcard",
    "the name wild.example and a certificate with a wildcard",
    "the name localhost and a certificate with a wildcard",
  ].map((name): readonly [string, string] => [name, TOLD]),
  ["a client that sends nothing", "its socket is destroyed; node leaves that to the listener"],
  ["a server without a certificate", "one code for both versions"],
  ["a client that does not trust us", TOLD],
  ["a client that expects another name", TOLD],
  ["SNICallback fails", TOLD],
  ["SNICallback fails later", TOLD],
  ["SNICallback answers with something else", `${TOLD}; the error has a code`],
  ["ALPNCallback answers with something else", TOLD],
  [
    "client certificates: demanded, the client has none",
    'an alert is an error, with no "end" after it',
  ],
  ["client certificates: demanded, the client has a strange one", TOLD],
  [
    "questions after the close",
    "the negotiated parameters and the peer are still reported; node forgets or throws",
  ],
  ["a socket that cannot connect", HAD_ERROR],
  ["a socket that is destroyed with an error", HAD_ERROR],
  ["a Duplex that fails", HAD_ERROR],
  ["a Duplex that gives text", "is refused at once, not by an event"],
  ["the socket's server ends in plaintext", NO_END],
  ["TLS in TLS", "the outer connection is ended too, not cut"],
  [
    "how often the event session comes",
    "one ticket for each handshake, resumed or not, so that none has to be shown twice (RFC 8446 appendix C.4)",
  ],
];

/** An argument that is taken or refused otherwise than by node:tls, for some values of a wrong type. */
export interface ArgumentDifference {
  /** The function and the option, or the method. */
  readonly name: string;
  readonly kind: "refused here" | "taken here" | "another error";
  readonly remark: string;
  /** The first version of Node with it; absent: all. */
  readonly since?: number;
  /** The last version of Node with it. */
  readonly until?: number;
}

export const ARGUMENT_DIFFERENCES: readonly ArgumentDifference[] = [
  {
    name: "createServer({ ALPNCallback })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createServer({ ALPNProtocols })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createServer({ SNICallback })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createServer({ pskCallback })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createServer({ pskIdentityHint })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createServer({ handshakeTimeout })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createServer({ enableTrace })",
    kind: "refused here",
    remark: "there is no trace of OpenSSL; `keylog` and `sealwire inspect` show the bytes",
  },
  {
    name: "createSecureContext({ secureProtocol })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createSecureContext({ passphrase })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "createSecureContext({ secureOptions })",
    kind: "refused here",
    remark: "a bit that has no effect here is refused with its name",
  },
  {
    name: "createSecureContext({ dhparam })",
    kind: "refused here",
    remark: "groups are those of RFC 7919; parameters of one's own are refused",
  },
  {
    name: "createSecureContext({ dhparam })",
    kind: "another error",
    remark: "groups are those of RFC 7919; parameters of one's own are refused",
  },
  {
    name: "createSecureContext({ ca })",
    kind: "refused here",
    remark: "a text without a certificate is refused; node refuses every peer then",
  },
  {
    name: "createSecureContext({ sigalgs })",
    kind: "another error",
    remark: "the error names the word that is unknown",
  },
  {
    name: "createSecureContext({ pfx })",
    kind: "another error",
    remark: "the error names the option and the type",
  },
  {
    name: "createSecureContext({ pfx })",
    kind: "taken here",
    remark: "a PFX is read while the connection begins; its faults are reported by the connection",
  },
  {
    name: "createSecureContext({ ecdhCurve })",
    kind: "refused here",
    remark: "an empty list is refused; node takes the default since Node 22",
    since: 22,
  },
  {
    name: "connect({ host })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node passes it to the option lookup",
    until: 21,
  },
  {
    name: "connect({ checkServerIdentity })",
    kind: "taken here",
    remark: "null and false are as if the option were not there; node fails with an assertion",
  },
  {
    name: "connect({ checkServerIdentity })",
    kind: "another error",
    remark: "a TypeError that names the option; node fails with an assertion",
    until: 21,
  },
  {
    name: "connect({ minDHSize })",
    kind: "taken here",
    remark: "any number up to 2,048 is taken, the bound is 2,048; node fails with an assertion",
  },
  {
    name: "connect({ minDHSize })",
    kind: "another error",
    remark: "a TypeError that names the option; node fails with an assertion",
  },
  {
    name: "connect({ ALPNProtocols })",
    kind: "another error",
    remark: "the error has a code",
  },
  {
    name: "connect({ pskCallback })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "connect({ socket })",
    kind: "refused here",
    remark:
      "a value that is not a stream is refused; node opens a connection instead where it is falsy",
  },
  {
    name: "connect({ socket })",
    kind: "another error",
    remark: "the error has a code",
  },
  {
    name: "connect({ secureContext })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "connect({ timeout })",
    kind: "refused here",
    remark: "a value of a wrong type is refused by name; node ignores it, or fails later",
  },
  {
    name: "connect({ session })",
    kind: "taken here",
    remark:
      "a session as text (latin1) is taken, as the types of node state; node takes it in `setSession` only",
    until: 21,
  },
  {
    name: "connect({ port })",
    kind: "another error",
    remark: "null is as if the option were not there",
  },
  {
    name: "new TLSSocket()",
    kind: "refused here",
    remark: "a value that is not a stream is refused",
  },
  {
    name: "new TLSSocket()",
    kind: "another error",
    remark: "the error has a code",
  },
];
