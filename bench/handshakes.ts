/**
 * Handshakes, both ends in this process: ours over the SSPI face against node:tls over an in-memory Duplex, with the same
 * certificate, suite and group; chain and name checked by both clients.
 */
import * as tls from "node:tls";
import { duplexPair } from "./duplex.ts";
import { serverIdentity } from "./identity.ts";
import type { BenchRow, Subjects } from "./row.ts";
import { type Credentials, close, credentials, handshake } from "./session.ts";

interface Version {
  readonly words: string;
  readonly tls: tls.SecureVersion;
  /** IANA numbers, and OpenSSL's names. */
  readonly suites: readonly number[];
  readonly ciphers: string;
}

const VERSIONS: readonly Version[] = [
  { words: "TLS 1.3", tls: "TLSv1.3", suites: [0x1301], ciphers: "TLS_AES_128_GCM_SHA256" },
  {
    words: "TLS 1.2",
    tls: "TLSv1.2",
    suites: [0xc02b, 0xc02f],
    ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
  },
];
const KEYS = [
  { kind: "p256", words: "P-256" },
  { kind: "rsa", words: "RSA-2048" },
] as const;
type KeyKind = (typeof KEYS)[number]["kind"];
/** The first one is used; the second is the curve of the certificate, which a TLS 1.2 client has to list too (RFC 8422 §5.1). */
const GROUPS = [0x001d, 0x0017];

function ours(from: Credentials): () => number {
  return () => {
    close(handshake(from));
    return 1;
  };
}

function options({ suites }: Version) {
  return { cipherSuites: suites, supportedGroups: GROUPS };
}

function prepareFull(version: Version, kind: KeyKind): Subjects {
  const identity = serverIdentity(kind);
  const common = {
    minVersion: version.tls,
    maxVersion: version.tls,
    ciphers: version.ciphers,
    ecdhCurve: "X25519:P-256",
  };
  const server = tls.createSecureContext({
    ...common,
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
  });
  const client = tls.createSecureContext({ ...common, ca: identity.authorityPem });
  return {
    sealwire: ours(credentials(identity, options(version), false)),
    peer: () => nodeHandshake(client, server),
  };
}

function nodeHandshake(client: tls.SecureContext, server: tls.SecureContext): Promise<number> {
  const [one, two] = duplexPair();
  const accepted = new tls.TLSSocket(two, { isServer: true, secureContext: server });
  const connected = tls.connect({ socket: one, secureContext: client, servername: "localhost" });
  return new Promise((resolve, reject) => {
    let ends = 0;
    const ready = (): void => {
      if (++ends < 2) return;
      connected.destroy();
      accepted.destroy();
      resolve(1);
    };
    connected.once("secureConnect", ready).once("error", reject);
    accepted.once("secure", ready).once("error", reject);
  });
}

function prepareResumed(version: Version, kind: KeyKind): Subjects {
  const identity = serverIdentity(kind);
  const resuming = credentials(identity, options(version), true);
  close(handshake(resuming));
  return {
    sealwire: ours(resuming),
    peer: ours(credentials(identity, options(version), false)),
  };
}

export const handshakeRows: readonly BenchRow[] = VERSIONS.flatMap((version) =>
  KEYS.flatMap(({ kind, words }) => [
    {
      name: `full handshake, ${version.words}, ${words}, X25519`,
      unit: "handshakes",
      peerName: "node:tls",
      wanted: 1.5,
      prepare: () => prepareFull(version, kind),
    },
    {
      name: `resumed handshake, ${version.words}, ${words}`,
      unit: "handshakes",
      peerName: "our full one",
      wanted: 2,
      prepare: () => prepareResumed(version, kind),
    },
  ]),
);
