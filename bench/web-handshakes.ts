/**
 * Handshakes over streams in memory, both ends in this process, as in `sealwire/web`: with WebCrypto for the signatures,
 * against the portable provider alone. The client validates chain and name.
 */
import { webcrypto } from "node:crypto";
import { WebSession } from "../src/adapters/streams/stream-session.ts";
import { createSspi, type Sspi } from "../src/api/compose.ts";
import type { Version } from "../src/entries/streams.ts";
import { portableProvider } from "../src/providers/noble/provider.ts";
import { createWebProvider } from "../src/providers/webcrypto/noble-webcrypto-provider.ts";
import type { Role } from "../src/session/option-types.ts";
import { acquireCredentialsOver, startOf } from "../src/session/options.ts";
import { AUTHORITY, type IdentityName, identity } from "../test/support/identities.ts";
import { linked } from "../test/web/web-kit.ts";
import type { BenchRow, Work } from "./row.ts";

const KEYS: readonly (readonly [words: string, name: IdentityName])[] = [
  ["RSA-2048", "rsa"],
  ["P-256", "p256"],
];
const VERSIONS: readonly (readonly [words: string, version: Version])[] = [
  ["TLS 1.3", "TLSv1.3"],
  ["TLS 1.2", "TLSv1.2"],
];

/** Full handshakes: nothing is kept that a later one could resume. */
function handshakes(sspi: Sspi, version: Version, name: IdentityName): Work {
  const sessionStore = { get: () => undefined, set: () => {}, delete: () => {} };
  const common = { versions: [version], sessionStore };
  const acquire = acquireCredentialsOver(sspi);
  const mine = acquire({ ...common, ca: AUTHORITY });
  const theirs = acquire({ ...common, role: "server", cert: identity(name) });
  return async () => {
    const [left, right] = linked();
    const session = (role: Role, transport: typeof left): WebSession => {
      const credential = role === "client" ? mine : theirs;
      const start = startOf(sspi, { role, credential, serverName: "localhost" }, "secure()");
      return new WebSession({ functions: sspi, ...start }, {}, transport);
    };
    const [client, server] = [session("client", left), session("server", right)];
    await Promise.all([client.opened, server.opened]);
    for (const { closed, writable } of [client, server]) {
      closed.catch(() => {});
      void writable.abort();
    }
    return 1;
  };
}

export const webHandshakeRows: readonly BenchRow[] = KEYS.flatMap(([key, name]) =>
  VERSIONS.map(([words, version]) => ({
    name: `full handshake over streams, ${words}, ${key}`,
    unit: "handshakes",
    peerName: "portable alone",
    prepare: () => ({
      sealwire: handshakes(createSspi(createWebProvider(webcrypto.subtle)), version, name),
      peer: handshakes(createSspi(portableProvider), version, name),
    }),
  })),
);
