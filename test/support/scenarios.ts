/**
 * One of each kind of handshake, by configuration: together they visit every state of both roles and both versions.
 */
import { utf8 } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { pskAuthentication } from "../../src/handshake/client/tls12/psk-authentication.ts";
import type { Configuration } from "../../src/handshake/configuration.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { DEFAULT_CLIENT_LIMITS } from "../../src/protocol/limits.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { type Changes, configuration, groupNamed } from "./configurations.ts";
import { type Hook, MessagePair } from "./message-pair.ts";
import { METER_KEY } from "./pre-shared-keys.ts";

interface Scenario {
  readonly name: string;
  readonly both?: Changes;
  readonly client?: Changes;
  readonly server?: Changes;
  /** The same pair of configurations has made a session before. */
  readonly resumed?: true;
  /** What happens once the handshake is over; its messages go through the hook, too. */
  readonly afterwards?: (pair: MessagePair, hook: Hook) => void;
}

const keyExchange = (kind: string): Changes => ({
  cipherSuites: CIPHER_SUITES.filter(
    (row) => row.keyExchange === kind && row.authentication !== "psk",
  ),
  groups: NAMED_GROUPS.filter((row) => row.tls12),
});

/** Suites by a key from outside TLS, and the key. */
const byKey = (kind: string): Pick<Scenario, "both" | "client" | "server"> => ({
  both: {
    ...tls12,
    cipherSuites: CIPHER_SUITES.filter(
      (row) => row.keyExchange === kind && row.authentication === "psk",
    ),
    groups: NAMED_GROUPS.filter((row) => row.tls12),
  },
  client: { pskProof: pskAuthentication(() => METER_KEY) },
  server: { identities: [], selectPreSharedKey: () => METER_KEY },
});

const OCSP = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x00);
const tls13: Changes = { versions: [TLS13] };
const tls12: Changes = { versions: [TLS12] };

const mutual = (name: "p256-other" | "rsa"): Pick<Scenario, "client" | "server"> => ({
  client: { identities: [name] },
  server: { requestClientCertificate: true, requireClientCertificate: true },
});

function updateKeys(pair: MessagePair): void {
  for (const side of ["client", "server"] as const) {
    const driver = pair.drivers[side];
    driver.run((flight) => driver.state?.updateKeys?.(flight, true) ?? missing("a key update"));
  }
}

function renegotiate(pair: MessagePair, hook: Hook): void {
  pair.drivers.server.run(
    (flight) => pair.drivers.server.state?.renegotiate?.(flight) ?? missing("HelloRequest"),
  );
  pair.pump(hook);
  pair.drivers.client.run(
    (flight) => pair.drivers.client.state?.renegotiate?.(flight) ?? missing("ClientHello"),
  );
}

function missing(what: string): never {
  throw new Error(`this state cannot make ${what}`);
}

const SCENARIOS: readonly Scenario[] = [
  { name: "1.3 full", both: tls13 },
  { name: "1.3 and 1.2 offered", server: tls13 },
  { name: "1.3 client certificate", both: tls13, ...mutual("p256-other") },
  {
    name: "1.3 client without certificate",
    both: tls13,
    server: { requestClientCertificate: true },
  },
  {
    name: "1.3 HelloRetryRequest",
    both: { ...tls13, alpnProtocols: ["h2"] },
    server: { groups: [groupNamed("secp256r1")] },
  },
  { name: "1.3 PSK", both: tls13, resumed: true },
  {
    name: "1.3 PSK after HelloRetryRequest",
    both: tls13,
    server: { groups: [groupNamed("secp384r1")] },
    resumed: true,
  },
  {
    name: "1.3 stapled OCSP response",
    both: tls13,
    server: { identities: [{ name: "rsa", ocspResponse: OCSP }] },
    client: { verifier: { verify: () => ({ ok: true }) } },
  },
  { name: "1.3 key updates", both: tls13, afterwards: updateKeys },
  { name: "1.2 full", both: tls12 },
  { name: "1.2 chosen by the server", server: tls12 },
  { name: "1.2 client certificate", both: tls12, ...mutual("rsa") },
  {
    name: "1.2 client without certificate",
    both: tls12,
    server: { requestClientCertificate: true },
  },
  { name: "1.2 ticket", both: tls12, resumed: true },
  { name: "1.2 session id", both: tls12, server: { ticketCount: 0 }, resumed: true },
  {
    name: "1.2 DHE",
    both: { ...tls12, ...keyExchange("dhe") },
    server: { identities: ["rsa"] },
  },
  {
    name: "1.2 static RSA",
    both: { ...tls12, ...keyExchange("rsa") },
    server: { identities: ["rsa"] },
  },
  { name: "1.2 ECDHE with PSK", ...byKey("ecdhe") },
  { name: "1.2 DHE with PSK", ...byKey("dhe") },
  { name: "1.2 PSK", ...byKey("psk") },
  { name: "1.2 PSK resumed", ...byKey("psk"), resumed: true },
  {
    name: "1.2 PSK with a hint",
    ...byKey("psk"),
    server: { ...byKey("psk").server, pskHint: utf8("meters") },
  },
  {
    name: "1.2 stapled OCSP response",
    both: { ...tls12, alpnProtocols: ["h2"] },
    server: { identities: [{ name: "p256", ocspResponse: OCSP }] },
    client: { verifier: { verify: () => ({ ok: true }) } },
  },
  {
    name: "1.2 static RSA with stapled OCSP response and client certificate",
    both: { ...tls12, ...keyExchange("rsa") },
    client: {
      identities: ["p256-other"],
      verifier: { verify: () => ({ ok: true }) },
    },
    server: {
      identities: [{ name: "rsa", ocspResponse: OCSP }],
      requestClientCertificate: true,
    },
  },
  {
    name: "1.2 renegotiation",
    both: {
      ...tls12,
      allowRenegotiation: true,
      // Each ClientHello that is refused counts, and a test sends many.
      limits: { ...DEFAULT_CLIENT_LIMITS, renegotiations: 100_000 },
    },
    afterwards: renegotiate,
  },
];

/** A kind of handshake, made anew each time. */
export interface Kind {
  readonly name: string;
  readonly version: typeof TLS12 | typeof TLS13;
  /**
   * Fresh configurations; where a session is to be resumed, it has been made.
   * @param providers of the client and of the server
   */
  configurations(providers: readonly [CryptoProvider, CryptoProvider]): {
    readonly client: Configuration;
    readonly server: Configuration;
  };
  /** Runs what belongs after the handshake. */
  afterwards(pair: MessagePair, hook: Hook): void;
}

export const KINDS: readonly Kind[] = SCENARIOS.map((scenario) => ({
  name: scenario.name,
  version: scenario.name.startsWith("1.3") ? TLS13 : TLS12,
  configurations: ([first, second]) => {
    const { both, resumed } = scenario;
    const client = configuration("client", { provider: first, ...both, ...scenario.client });
    const server = configuration("server", { provider: second, ...both, ...scenario.server });
    if (resumed) new MessagePair(client, server).run();
    return { client, server };
  },
  afterwards: (pair, hook) => scenario.afterwards?.(pair, hook),
}));
