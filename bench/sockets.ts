/**
 * SecureSockets beside node:tls's, over the same Duplex in memory or over loopback TCP, with the same certificate: bulk one
 * way, small messages back and forth. Over TCP node:tls works on the socket's handle, without streams of JavaScript below.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { connect, createServer, SecureSocket } from "../src/entries/node.ts";
import { selfSignedCertificate } from "../src/entries/sspi-node.ts";
import { duplexPair } from "./duplex.ts";
import { rawAead, SUITES } from "./records.ts";
import type { BenchRow, Work } from "./row.ts";

const MEGABYTE = 0x100000;
/** What programs write at once: a page, a record, a chunk of a file stream. */
const WRITES = [0x1000, 0x4000, 0x10000];
const PINGS = 200;
const RECORD = 0x4000;
/** Of a short message. */
const MESSAGE = 100;
const PING_PONG = `${MESSAGE} B ping-pong`;
/** AES-128-GCM, as the ciphers of the pairs. */
const [SUITE] = SUITES;
const OWN = selfSignedCertificate({ names: ["localhost"] });

type Version = "TLSv1.2" | "TLSv1.3";

interface Pair {
  readonly client: Duplex;
  readonly server: Duplex;
}

/** Makes two connected ends. */
type MakePair = (
  make: typeof SecureSocket | typeof tls.TLSSocket,
  version: Version,
) => Promise<Pair>;

function optionsFor(version: Version): {
  readonly common: {
    readonly minVersion: Version;
    readonly maxVersion: Version;
    ciphers: string;
    ca: string;
  };
  readonly key: { readonly cert: string; readonly key: string };
} {
  const ciphers = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
  return {
    common: { minVersion: version, maxVersion: version, ciphers, ca: OWN.certificatePem },
    key: { cert: OWN.certificatePem, key: OWN.privateKeyPem },
  };
}

const overTcp: MakePair = async (make, version) => {
  const { common, key } = optionsFor(version);
  const ours = make === SecureSocket;
  const listener = ours
    ? createServer({ ...common, ...key })
    : (tls.createServer({ ...common, ...key }) as unknown as ReturnType<typeof createServer>);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const dial = ours ? connect : (tls.connect as unknown as typeof connect);
  const client = dial({ ...common, port, host: "127.0.0.1", servername: "localhost" });
  const [[server]] = (await Promise.all([
    once(listener, "secureConnection"),
    once(client, "secureConnect"),
  ])) as [[Duplex], unknown];
  listener.close();
  return { client, server };
};

const overMemory: MakePair = async (make, version) => {
  const [near, far] = duplexPair();
  const { common, key } = optionsFor(version);
  const ours = make === SecureSocket;
  const server = new (make as typeof SecureSocket)(far, { ...common, ...key, isServer: true });
  const dial = ours ? connect : (tls.connect as unknown as typeof connect);
  const client = dial({ ...common, socket: near, servername: "localhost" });
  await Promise.all([once(client, "secure"), once(server, "secure")]);
  return { client, server };
};

/** A megabyte from the client to the server, in writes of so many bytes. */
const bulkBy = (size: number) => (pair: Pair) => bulk(pair, size);

function bulk({ client, server }: Pair, size = MEGABYTE): Work {
  const data = Buffer.alloc(size, 7);
  let wake: (() => void) | null = null;
  let missing = 0;
  server.on("data", (bytes: Buffer) => {
    missing -= bytes.length;
    if (missing === 0) wake?.();
  });
  return async () => {
    missing = MEGABYTE;
    const done = new Promise<void>((resolve) => {
      wake = resolve;
    });
    for (let sent = 0; sent < MEGABYTE; sent += size) {
      if (!client.write(data) && sent + size < MEGABYTE) await once(client, "drain");
    }
    await done;
    return MEGABYTE;
  };
}

/** A short message there and back. */
function pingPong({ client, server }: Pair): Work {
  const message = Buffer.alloc(MESSAGE, 7);
  server.on("data", (bytes: Buffer) => server.write(bytes));
  let left = 0;
  let wake: (() => void) | null = null;
  client.on("data", () => {
    left -= 1;
    if (left > 0) client.write(message);
    else wake?.();
  });
  return async () => {
    left = PINGS;
    const done = new Promise<void>((resolve) => {
      wake = resolve;
    });
    client.write(message);
    await done;
    return PINGS;
  };
}

const row = (
  what: string,
  unit: string,
  version: Version,
  work: (pair: Pair) => Work,
  wanted?: number,
  pair: MakePair = overMemory,
): BenchRow => ({
  name: `sockets over ${pair === overTcp ? "loopback TCP" : "memory"}, ${what}, ${version.replace("TLSv", "TLS ")}`,
  unit,
  peerName: "node:tls",
  ...(wanted === undefined ? {} : { wanted }),
  async prepare() {
    const [ours, theirs] = [await pair(SecureSocket, version), await pair(tls.TLSSocket, version)];
    return {
      sealwire: work(ours),
      peer: work(theirs),
      dispose: () => {
        for (const { client, server } of [ours, theirs]) {
          client.destroy();
          server.destroy();
        }
      },
    };
  },
});

/** What is left if everything but the ciphers took no time: the records of both ends by node:crypto alone. */
const limit = (what: string, unit: string, work: (pair: Pair) => Work, alone: Work): BenchRow => ({
  name: `sockets over memory, ${what}, TLS 1.3, the limit: node:crypto alone`,
  unit,
  peerName: "node:tls",
  async prepare() {
    const { client, server } = await overMemory(tls.TLSSocket, "TLSv1.3");
    return {
      sealwire: alone,
      peer: work({ client, server }),
      dispose: () => {
        client.destroy();
        server.destroy();
      },
    };
  },
});

/** Seals and opens `count` records of `length` bytes, which are `units` of the work. */
function ciphers(count: number, length: number, units: number): Work {
  const { seal, open } = rawAead(SUITE, length);
  return () => {
    for (let i = 0; i < count; i++) {
      seal();
      open();
    }
    return units;
  };
}

export const socketRows: readonly BenchRow[] = [
  ...(["TLSv1.3", "TLSv1.2"] as const).flatMap((version) => [
    row("bulk", "bytes", version, bulk, 1),
    row(PING_PONG, "round trips", version, pingPong, 1),
    row("bulk", "bytes", version, bulk, 0.6, overTcp),
    row(PING_PONG, "round trips", version, pingPong, 0.8, overTcp),
  ]),
  ...WRITES.map((size) => row(`writes of ${size / 1024} KiB`, "bytes", "TLSv1.3", bulkBy(size))),
  limit("bulk", "bytes", bulk, ciphers(MEGABYTE / RECORD, RECORD, MEGABYTE)),
  limit(PING_PONG, "round trips", pingPong, ciphers(2 * PINGS, MESSAGE, PINGS)),
];
