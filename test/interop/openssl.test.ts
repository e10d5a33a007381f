/**
 * Both roles live against the system's OpenSSL: every TLS 1.3 suite × group × certificate with 1 MiB through
 * `s_server -rev` and through `s_client`, each on both providers, in pieces of one byte, of odd sizes, of 64 KiB; the
 * default suites of TLS 1.2 likewise; alerts by SECQOP_WRAP_OOB_DATA as OpenSSL reports them. Where there is no openssl our
 * own peer stands in and the tests say so; in CI that is a failure.
 */
import { randomBytes } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { CIPHER_SUITES, cipherSuite, cipherSuiteName } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS, namedGroupName } from "../../src/protocol/named-group.ts";
import { TLS12, TLS13, versionName } from "../../src/protocol/version.ts";
import type { KeyKind } from "./certificates.ts";
import { OPENSSL } from "./openssl.ts";
import {
  connectOurs,
  ENTRIES,
  type Entry,
  factsOf,
  listenOurs,
  ourCredential,
  type ProviderName,
  suitesOf,
} from "./ours.ts";
import { ownPeer } from "./own-peer.ts";
import { hasCommand, stopAll } from "./processes.ts";
import { linesOf, type PeerServer, reversedLines } from "./test-peer.ts";

const MEBIBYTE = 1 << 20;
const DATA = linesOf(randomBytes(MEBIBYTE));
const REVERSED = reversedLines(DATA);

const PEER = hasCommand("openssl", "version") ? OPENSSL : ownPeer();

/** Pieces in which the transport hands over what came; each a new sequence per connection. */
const CHUNKS = ["1 byte", "odd sizes", "64 KiB"] as const;
type Chunks = (typeof CHUNKS)[number];
const ODD_SIZES = [1, 5, 1021, 17, 16_389, 3, 4_097];

function chunkSizes(chunks: Chunks, oneByteCalls: number): () => number {
  let calls = 0;
  if (chunks === "1 byte") return () => (calls++ < oneByteCalls ? 1 : 0x10000);
  if (chunks === "odd sizes") return () => ODD_SIZES[calls++ % ODD_SIZES.length] ?? 1;
  return () => 0x10000;
}

interface Cell {
  readonly suite: number;
  readonly group: number;
  readonly kind: KeyKind;
  readonly provider: ProviderName;
  readonly chunks: Chunks;
  /** Calls that see one byte more, if `chunks` says so; after them 64 KiB. */
  readonly oneByteCalls: number;
}

const GROUPS = NAMED_GROUPS.filter(({ name }) =>
  ["x25519", "secp256r1", "secp384r1"].includes(name),
).map(({ code }) => code);
const KINDS = (["p256", "rsa", "ed25519"] as const).filter((kind) => PEER.kinds.includes(kind));

/** The whole product; chunkings go round so that each suite, group and certificate meets each of them. */
function* cells13(): Generator<Cell> {
  for (const [s, suite] of suitesOf(TLS13).entries())
    for (const [g, group] of GROUPS.entries())
      for (const [k, kind] of KINDS.entries())
        for (const [p, provider] of (["node", "portable"] as const).entries()) {
          const chunks = CHUNKS[(s + g + k + p) % CHUNKS.length] ?? "64 KiB";
          // A call per byte for the whole MiB is slow: on the diagonal, with the provider of Node.
          const whole = s === g && g === k && provider === "node";
          yield { suite, group, kind, provider, chunks, oneByteCalls: whole ? Infinity : 0x8000 };
        }
}

/** TLS 1.2: each ECDHE suite with a certificate that fits, groups and chunkings going round. */
function* cells12(): Generator<Cell> {
  const suites = CIPHER_SUITES.filter(
    ({ version, keyExchange, authentication }) =>
      version === TLS12 && keyExchange === "ecdhe" && authentication !== "psk",
  );
  for (const [index, { code, authentication }] of suites.entries()) {
    const kind = authentication === "rsa" ? "rsa" : index % 2 === 0 ? "p256" : "ed25519";
    const group = GROUPS[index % GROUPS.length];
    if (group === undefined || !KINDS.includes(kind)) continue;
    const chunks = CHUNKS[Math.floor(index / 3) % CHUNKS.length] ?? "64 KiB";
    const provider = index % 3 === 1 ? "portable" : "node";
    yield { suite: code, group, kind, provider, chunks, oneByteCalls: 0x8000 };
  }
}

/** In TLS 1.2 the curve of the certificate must be offered too (RFC 8422 §5.1.1); first is what is to be used. */
function offeredGroups({ suite, group, kind }: Cell): number[] {
  const curve = kind === "p256" ? NAMED_GROUPS.find(({ name }) => name === "secp256r1") : undefined;
  if (cipherSuite(suite)?.version === TLS13 || curve === undefined) return [group];
  return [...new Set([group, curve.code])];
}

const title = ({ suite, group, kind, provider, chunks }: Cell): string =>
  `${cipherSuiteName(suite)}, ${namedGroupName(group)}, ${kind}, ${provider}, ${chunks}`;

const echo = suite(`interop: 1 MiB and ${PEER.name}`);
const servers = new Map<KeyKind, PeerServer>();

echo.before(async () => {
  for (const kind of KINDS) servers.set(kind, await PEER.reverser(kind));
});
echo.after(async () => {
  for (const server of servers.values()) await server.stop();
  stopAll();
});

for (const cell of [...cells13(), ...cells12()]) {
  const entry = ENTRIES[cell.provider];
  echo(`client: ${title(cell)}`, () => throughServer(entry, cell));
  echo(`server: ${title(cell)}`, () => throughClient(entry, cell));
}

async function throughServer(entry: Entry, cell: Cell): Promise<void> {
  const credential = ourCredential({
    ...{ entry, role: "client", trust: PEER.trust },
    sealwire: { cipherSuites: [cell.suite], supportedGroups: offeredGroups(cell) },
  });
  const pump = await connectOurs(servers.get(cell.kind)?.port ?? 0, {
    ...{ entry, credential, chunk: chunkSizes(cell.chunks, cell.oneByteCalls) },
  });
  try {
    const [received] = await Promise.all([pump.readExactly(MEBIBYTE), pump.write(DATA)]);
    assert.ok(equalBytes(received, REVERSED), "the bytes came back changed");
    agreed(factsOf(pump, entry), cell);
    await pump.shutdown();
  } finally {
    pump.close();
  }
}

async function throughClient(entry: Entry, cell: Cell): Promise<void> {
  const credential = ourCredential({
    ...{ entry, role: "server", identities: [PEER.identity(cell.kind)] },
    sealwire: { cipherSuites: [cell.suite], supportedGroups: [cell.group] },
  });
  const chunk = chunkSizes(cell.chunks, cell.oneByteCalls);
  const server = await listenOurs({ entry, credential, chunk }, async (pump) => {
    await pump.handshake();
    agreed(factsOf(pump, entry), cell);
    for (let have = 0; have < MEBIBYTE; ) {
      const data = await pump.read();
      if (data === null) throw new Error(`closed after ${have} bytes`);
      have += data.length;
      await pump.write(data);
    }
    await pump.shutdown();
  });
  const client = await PEER.client(server.port, cell.suite, offeredGroups(cell));
  try {
    const [received] = await Promise.all([
      client.read(MEBIBYTE),
      client.write(DATA),
      server.next(),
    ]);
    assert.ok(equalBytes(received, DATA), "the bytes came back changed");
  } finally {
    await client.stop();
    server.close();
  }
}

/** Checks what our side says was negotiated. */
function agreed(facts: ReturnType<typeof factsOf>, cell: Cell): void {
  assert.is(facts.cipherSuite, cell.suite);
  assert.is(facts.group, cell.group);
  assert.is(facts.resumed, false);
}

echo.run();

const alerts = suite(`interop: alerts by SECQOP_WRAP_OOB_DATA and ${PEER.name}`);
const ALERTS: readonly (readonly [number, number, string])[] = [
  [1, 0, "warning close_notify"],
  [2, 40, "fatal handshake_failure"],
];

for (const version of [TLS13, TLS12])
  for (const [level, description, name] of ALERTS) {
    alerts(`client: ${versionName(version)}, ${name}`, async () => {
      const server = await PEER.server(version);
      const cipherSuites = suitesOf(version);
      const credential = ourCredential({
        ...{ role: "client", trust: PEER.trust, sealwire: { cipherSuites } },
      });
      const pump = await connectOurs(server.port, { credential });
      pump.sendAlert(level, description);
      await server.saw(name);
      pump.close();
      await server.stop();
    });

    alerts(`server: ${versionName(version)}, ${name}`, async () => {
      const credential = ourCredential({ role: "server", identities: [PEER.identity("p256")] });
      const server = await listenOurs({ credential }, async (pump) => {
        await pump.handshake();
        assert.is(factsOf(pump).version, version);
        pump.sendAlert(level, description);
      });
      const client = await PEER.watchedClient(server.port, version);
      await server.next();
      await client.saw(name);
      await client.stop();
      server.close();
    });
  }

alerts.after(stopAll);
alerts.run();
