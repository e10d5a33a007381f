/**
 * Situations in which people meet the command line: the peer, the command, what stands on stdin. What they see then is in
 * `fixtures/cli`.
 */
import {
  AUTHORITY,
  alert,
  answers,
  cutsOff,
  type Peer,
  proxy,
  says,
  smtpWithout,
  tcp,
  tls,
  visitWith,
} from "./situation-peers.ts";

export interface Situation {
  readonly name: string;
  readonly status: 0 | 1 | 2;
  /** PORT stands for the peer's port. */
  readonly words: string;
  readonly peer?: () => Promise<Peer>;
  /** A file of the folder that stdin is; absent: it ends at once. */
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly typing?: { readonly after: string; readonly keys: string };
  /** A client for `serve`, when it listens on a port. */
  readonly visit?: (port: number) => void;
  /** What is seen while it runs, and no more at its end. */
  readonly passing?: RegExp;
  /** Lines for machines, which are not wrapped. */
  readonly isRaw?: boolean;
}

const TRUST = "--ca ca.pem --servername localhost";
const HTTP_REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

export const SITUATIONS: readonly Situation[] = [
  // Where nothing answers in TLS.
  { name: "wrong-port", status: 1, words: "connect 127.0.0.1:1" },
  { name: "unknown-host", status: 1, words: "connect www..example:443" },
  {
    ...{ name: "http-server", status: 1, words: "connect 127.0.0.1:PORT" },
    peer: answers(...Buffer.from("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")),
  },
  {
    name: "ssh-server",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: says("SSH-2.0-OpenSSH_9.2p1\r\n"),
  },
  {
    name: "smtp-server",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: says("220 mail.example ESMTP Postfix\r\n"),
  },
  {
    name: "unknown-server",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: says("WELCOME to the machine\r\n"),
  },
  {
    name: "binary-server",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: answers(0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3, 4, 5),
  },
  { name: "hangs-up", status: 1, words: "connect 127.0.0.1:PORT", peer: answers() },
  {
    name: "resets",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: tcp((socket) => socket.once("data", () => socket.resetAndDestroy())),
  },
  { name: "silent", status: 1, words: "connect 127.0.0.1:PORT --timeout 1", peer: tcp(() => {}) },
  {
    name: "half-a-handshake",
    status: 1,
    words: "connect 127.0.0.1:PORT --timeout 1",
    peer: tcp((socket) =>
      socket.once("data", () => socket.write(Uint8Array.of(22, 3, 3, 0, 60, 2, 0))),
    ),
  },
  {
    name: "broken-server-hello",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: answers(22, 3, 3, 0, 5, 2, 0, 0, 1, 3),
  },
  // Nothing in common.
  { name: "handshake-failure", status: 1, words: "connect 127.0.0.1:PORT", peer: alert(40) },
  { name: "internal-error", status: 1, words: "connect 127.0.0.1:PORT", peer: alert(80) },
  {
    name: "alert-warning",
    status: 1,
    words: "connect 127.0.0.1:PORT",
    peer: answers(21, 3, 3, 0, 2, 1, 112),
  },
  {
    name: "no-shared-suite",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --ciphers TLS_AES_128_GCM_SHA256`,
    peer: tls("server", { ciphers: "TLS_AES_256_GCM_SHA384" }),
  },
  {
    name: "no-shared-group",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --groups secp521r1`,
    peer: tls("server", { ecdhCurve: "X25519" }),
  },
  {
    name: "no-shared-signature",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --sigalgs rsa_pss_rsae_sha256`,
    peer: tls("server"),
  },
  {
    name: "no-shared-version",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --min 1.3`,
    peer: tls("server", { maxVersion: "TLSv1.2" }),
  },
  {
    name: "no-shared-alpn",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --alpn h3,spdy/3`,
    peer: tls("server", { ALPNProtocols: ["h2", "http/1.1"] }),
  },
  // Certificates of the server.
  { name: "expired", status: 1, words: `connect 127.0.0.1:PORT ${TRUST}`, peer: tls("expired") },
  {
    name: "not-yet-valid",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST}`,
    peer: tls("future"),
  },
  { name: "self-signed", status: 1, words: `connect 127.0.0.1:PORT ${TRUST}`, peer: tls("self") },
  {
    name: "private-authority",
    status: 1,
    words: "connect 127.0.0.1:PORT --servername localhost",
    peer: tls("server"),
  },
  { name: "wrong-name", status: 1, words: `connect 127.0.0.1:PORT ${TRUST}`, peer: tls("other") },
  {
    name: "missing-intermediate",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST}`,
    peer: tls("below"),
  },
  {
    name: "insecure",
    status: 0,
    words: "connect 127.0.0.1:PORT -k",
    peer: tls("expired", { ciphers: "TLS_AES_256_GCM_SHA384", ecdhCurve: "X25519" }),
  },
  // Certificates of the client.
  {
    name: "certificate-required-1.3",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST}`,
    peer: tls("server", { requestCert: true, ca: AUTHORITY }),
  },
  {
    name: "certificate-required-1.2",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --max 1.2`,
    peer: tls("server", { requestCert: true, ca: AUTHORITY }),
  },
  {
    name: "certificate-of-another-authority",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --cert stranger.pem --key stranger.key`,
    peer: tls("server", { requestCert: true, ca: AUTHORITY }),
  },
  {
    name: "certificate-accepted",
    status: 0,
    words: `connect 127.0.0.1:PORT ${TRUST} --pfx client.p12 --passphrase file:passphrase.txt`,
    peer: tls("server", {
      requestCert: true,
      ca: AUTHORITY,
      ciphers: "TLS_AES_256_GCM_SHA384",
      ecdhCurve: "X25519",
    }),
  },
  {
    name: "pfx-wrong-passphrase",
    status: 1,
    words: "connect 127.0.0.1:1 --pfx client.p12 --passphrase wrong",
  },
  { name: "pfx-without-passphrase", status: 1, words: "connect 127.0.0.1:1 --pfx client.p12" },
  { name: "pfx-that-is-none", status: 1, words: "connect 127.0.0.1:1 --pfx notes.txt" },
  { name: "pfx-that-is-pem", status: 1, words: "connect 127.0.0.1:1 --pfx client.pem" },
  {
    name: "key-does-not-fit",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key server.key",
  },
  {
    name: "key-encrypted",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key encrypted.key",
  },
  {
    name: "key-wrong-passphrase",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key encrypted.key --passphrase wrong",
  },
  { name: "key-missing", status: 1, words: "connect 127.0.0.1:1 --cert client.pem" },
  { name: "key-without-certificate", status: 2, words: "connect 127.0.0.1:1 --key client.key" },
  {
    name: "passphrase-variable-missing",
    status: 1,
    words:
      "connect 127.0.0.1:1 --cert client.pem --key encrypted.key --passphrase env:NO_SUCH_VARIABLE",
  },
  {
    name: "passphrase-variable",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key encrypted.key --passphrase env:TRY_SECRET",
    environment: { TRY_SECRET: "secret" },
  },
  {
    name: "passphrase-descriptor",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key encrypted.key --passphrase fd:0",
    stdin: "passphrase.txt",
  },
  {
    name: "passphrase-descriptor-missing",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key encrypted.key --passphrase fd:99",
  },
  {
    name: "passphrase-prompt",
    status: 1,
    words: "connect 127.0.0.1:1 --cert client.pem --key encrypted.key --passphrase prompt",
    typing: { after: "Passphrase:", keys: "secret" },
  },
  // Files.
  { name: "file-missing", status: 1, words: "connect 127.0.0.1:1 --ca pki/nothere.pem" },
  { name: "file-is-folder", status: 1, words: "connect 127.0.0.1:1 --ca ." },
  { name: "ca-is-key", status: 1, words: "connect 127.0.0.1:1 --ca server.key" },
  { name: "ca-is-text", status: 1, words: "connect 127.0.0.1:1 --ca notes.txt" },
  { name: "ca-is-empty", status: 1, words: "connect 127.0.0.1:1 --ca empty.pem" },
  { name: "ca-is-pfx", status: 1, words: "connect 127.0.0.1:1 --ca client.p12" },
  { name: "ca-is-crl", status: 1, words: "connect 127.0.0.1:1 --ca revoked.crl" },
  {
    name: "session-file-that-is-none",
    status: 1,
    words: "connect 127.0.0.1:1 --session notes.txt",
  },
  { name: "keylog-in-no-folder", status: 1, words: "connect 127.0.0.1:1 --keylog nowhere/keys" },
  { name: "keylog-for-all-eyes", status: 1, words: "connect 127.0.0.1:1 --keylog wide.keys" },
  // How a session goes.
  {
    name: "session",
    status: 0,
    words: `connect https://127.0.0.1:PORT/index.html ${TRUST} --alpn http/1.1`,
    stdin: "hello.txt",
    peer: tls("server", {
      ALPNProtocols: ["h2", "http/1.1"],
      ciphers: "TLS_AES_256_GCM_SHA384",
      ecdhCurve: "X25519",
    }),
  },
  {
    name: "session-with-extras",
    status: 0,
    words: `connect 127.0.0.1:PORT --ca ca.der --servername localhost --showcerts --status --max 1.2`,
    peer: tls("server", { ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384", ecdhCurve: "X25519" }),
  },
  {
    name: "session-json",
    status: 0,
    words: `connect 127.0.0.1:PORT ${TRUST} --json`,
    peer: tls("server", { ciphers: "TLS_AES_256_GCM_SHA384", ecdhCurve: "X25519" }),
    isRaw: true,
  },
  {
    name: "end-without-close-notify",
    status: 0,
    words: `connect 127.0.0.1:PORT ${TRUST}`,
    peer: cutsOff,
  },
  {
    name: "end-without-close-notify-strict",
    status: 1,
    words: `connect 127.0.0.1:PORT ${TRUST} --strict-close`,
    peer: cutsOff,
  },
  { name: "failure-json", status: 1, words: "connect 127.0.0.1:1 --json", isRaw: true },
  {
    name: "psk-unknown",
    status: 1,
    words:
      "connect 127.0.0.1:PORT --psk me:00112233445566778899aabbccddeeff --max 1.2 --ciphers TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",
    peer: alert(115),
  },
  // STARTTLS and ways to the server.
  { name: "starttls-unknown", status: 2, words: "connect 127.0.0.1:1 --starttls smpt" },
  {
    name: "starttls-not-offered",
    status: 1,
    words: "connect 127.0.0.1:PORT --starttls smtp",
    peer: smtpWithout,
  },
  {
    name: "starttls-at-tls-port",
    status: 1,
    words: "connect 127.0.0.1:PORT --starttls smtp --timeout 1",
    peer: tls("server"),
  },
  {
    name: "starttls-other-protocol",
    status: 1,
    words: "connect 127.0.0.1:PORT --starttls imap",
    peer: says("220 mail.example ESMTP\r\n"),
  },
  {
    name: "proxy-wants-password",
    status: 1,
    words: "connect example.com:443 --proxy http://127.0.0.1:PORT",
    peer: proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
  },
  {
    name: "proxy-is-none",
    status: 1,
    words: "connect example.com:443 --proxy socks5://127.0.0.1:PORT",
    peer: proxy("HTTP/1.1 400 Bad Request\r\n\r\n"),
  },
  {
    name: "proxy-scheme",
    status: 2,
    words: "connect example.com:443 --proxy https://127.0.0.1:3128",
  },
  {
    name: "resolve-without-address",
    status: 2,
    words: "connect example.com:443 --resolve example.com:443",
  },
  { name: "both-families", status: 2, words: "connect example.com:443 -4 -6" },
  // What is typed wrongly.
  { name: "no-command", status: 2, words: "" },
  { name: "command-unknown", status: 2, words: "conect example.com:443" },
  { name: "option-unknown", status: 2, words: "connect example.com:443 --sever-name x" },
  { name: "option-short-unknown", status: 2, words: "connect example.com:443 -x" },
  { name: "option-without-value", status: 2, words: "connect example.com:443 --alpn" },
  { name: "option-twice", status: 2, words: "connect example.com:443 --alpn h2 --alpn http/1.1" },
  { name: "address-missing", status: 2, words: "connect" },
  { name: "address-bare-ipv6-with-port", status: 2, words: "connect ::1:443:8443:x" },
  { name: "address-zone", status: 2, words: "connect [fe80::zz%lo]:443" },
  { name: "address-port-too-large", status: 2, words: "connect example.com:99999" },
  { name: "address-scheme-unknown", status: 2, words: "connect gopher://example.com" },
  { name: "address-without-host", status: 2, words: "connect :443" },
  { name: "alpn-empty-name", status: 2, words: "connect example.com --alpn h2,,x" },
  {
    name: "ciphers-unknown",
    status: 2,
    words: "connect example.com --ciphers TLS_AES_128_GCM_SHA265",
  },
  { name: "groups-unknown", status: 2, words: "connect example.com --groups x25591" },
  { name: "sigalgs-unknown", status: 2, words: "connect example.com --sigalgs rsa_pss_sha256" },
  { name: "versions-in-wrong-order", status: 2, words: "connect example.com --min 1.3 --max 1.2" },
  { name: "version-unknown", status: 2, words: "connect example.com --min 1.1" },
  { name: "timeout-not-a-number", status: 2, words: "connect example.com --timeout soon" },
  { name: "psk-without-key", status: 2, words: "connect example.com --psk me" },
  { name: "psk-not-hex", status: 2, words: "connect example.com --psk me:secret" },
  { name: "psk-too-short", status: 2, words: "connect example.com --psk me:0011" },
  // Help.
  { name: "help", status: 0, words: "--help" },
  { name: "help-connect", status: 0, words: "connect -h" },
  { name: "help-scan", status: 0, words: "scan -h" },
  { name: "help-serve", status: 0, words: "serve -h" },
  { name: "help-verify", status: 0, words: "verify -h" },
  { name: "help-inspect", status: 0, words: "inspect -h" },
  { name: "help-demo", status: 0, words: "demo -h" },
  { name: "version", status: 0, words: "--version" },
  // Judging chains.
  { name: "verify-accepted", status: 0, words: "verify server.pem --ca ca.pem" },
  {
    name: "verify-named",
    status: 0,
    words: "verify - --ca ca.pem --name localhost",
    stdin: "server.pem",
  },
  { name: "verify-refused", status: 1, words: "verify expired.pem --ca ca.pem --name example.org" },
  { name: "verify-untrusted", status: 1, words: "verify below.pem --ca ca.pem" },
  { name: "verify-revoked", status: 1, words: "verify server.pem --ca ca.pem --crl revoked.crl" },
  { name: "verify-key", status: 1, words: "verify server.key" },
  {
    name: "verify-crl-is-certificate",
    status: 1,
    words: "verify server.pem --ca ca.pem --crl ca.pem",
  },
  { name: "verify-purpose-unknown", status: 2, words: "verify server.pem --purpose mail" },
  { name: "verify-time-unknown", status: 2, words: "verify server.pem --time tomorrow" },
  { name: "verify-json", status: 1, words: "verify expired.pem --ca ca.pem --json", isRaw: true },
  // Explaining bytes.
  { name: "inspect-brief", status: 0, words: "inspect session.pcap --keylog session.keys --brief" },
  { name: "inspect-fields", status: 0, words: "inspect session.pcap --keylog session.keys" },
  { name: "inspect-without-keys", status: 0, words: "inspect session.pcap --brief" },
  {
    name: "inspect-keys-of-another-session",
    status: 0,
    words: "inspect session.pcap --keylog other.keys --brief",
  },
  { name: "inspect-keys-that-are-none", status: 1, words: "inspect session.pcap --keylog ca.pem" },
  { name: "inspect-cut", status: 0, words: "inspect cut.pcap --keylog session.keys --brief" },
  {
    name: "inspect-disordered",
    status: 0,
    words: "inspect disordered.pcap --keylog session.keys --brief",
  },
  { name: "inspect-begun-late", status: 0, words: "inspect late.pcap --brief" },
  { name: "inspect-stdin", status: 0, words: "inspect - --brief", stdin: "records.hex" },
  { name: "inspect-text", status: 1, words: "inspect notes.txt" },
  { name: "inspect-empty", status: 1, words: "inspect empty.pem" },
  { name: "inspect-missing", status: 1, words: "inspect nothere.pcap" },
  { name: "inspect-certificate", status: 1, words: "inspect ca.pem" },
  // What a server accepts.
  {
    name: "scan",
    status: 0,
    words: `scan 127.0.0.1:PORT ${TRUST} --pause 0`,
    passing: /^\d+ connections, (suites|groups|signatures) of TLS/m,
    peer: tls("server", {
      ciphers: "TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA",
      ecdhCurve: "X25519:P-256",
      ALPNProtocols: ["http/1.1"],
    }),
  },
  {
    name: "scan-of-few",
    status: 0,
    words: `scan 127.0.0.1:PORT ${TRUST} --pause 0 --most 5`,
    peer: tls("server"),
  },
  { name: "scan-wrong-port", status: 1, words: "scan 127.0.0.1:1" },
  {
    name: "scan-http-server",
    status: 1,
    words: "scan 127.0.0.1:PORT --pause 0",
    peer: answers(...Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
  },
  {
    name: "scan-silent",
    status: 1,
    words: "scan 127.0.0.1:PORT --pause 0 --timeout 1",
    peer: tcp(() => {}),
  },
  // Serving.
  { name: "serve-without-port", status: 2, words: "serve" },
  { name: "serve-port-taken", status: 1, words: "serve PORT", peer: tcp(() => {}) },
  {
    name: "serve-key-does-not-fit",
    status: 1,
    words: "serve 0 --cert server.pem --key client.key",
  },
  { name: "serve-client-ca-is-key", status: 1, words: "serve 0 --client-ca server.key" },
  {
    name: "serve-visited-by-http",
    status: 1,
    words: "serve 0 --cert server.pem --key server.key --connections 1",
    visit: (port) => visitWith(port, HTTP_REQUEST),
  },
  {
    name: "serve-visited-by-nobody",
    status: 1,
    words: "serve 0 --cert server.pem --key server.key --connections 1 --timeout 1",
    visit: (port) => visitWith(port, ""),
  },
];
