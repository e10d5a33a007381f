/**
 * SecureSockets beside node:tls's, over the same Duplex in memory and the same certificate: bulk one way, small messages
 * back and forth.
 */
import { once } from "node:events";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { connect, SecureSocket } from "../src/node.ts";
import { selfSignedCertificate } from "../src/node-index.ts";
import { duplexPair } from "./duplex.ts";
import type { BenchRow, Work } from "./row.ts";

const MEGABYTE = 0x100000;
const PINGS = 200;
const OWN = selfSignedCertificate({ names: ["localhost"] });

type Version = "TLSv1.2" | "TLSv1.3";

interface Pair {
  readonly client: Duplex;
  readonly server: Duplex;
}

async function pair(
  make: typeof SecureSocket | typeof tls.TLSSocket,
  version: Version,
): Promise<Pair> {
  const [near, far] = duplexPair();
  const ciphers = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
  const common = { minVersion: version, maxVersion: version, ciphers, ca: OWN.certificatePem };
  const key = { cert: OWN.certificatePem, key: OWN.privateKeyPem };
  const ours = make === SecureSocket;
  const server = new (make as typeof SecureSocket)(far, { ...common, ...key, isServer: true });
  const dial = ours ? connect : (tls.connect as unknown as typeof connect);
  const client = dial({ ...common, socket: near, servername: "localhost" });
  await Promise.all([once(client, "secure"), once(server, "secure")]);
  return { client, server };
}

/** A megabyte from the client to the server. */
function bulk({ client, server }: Pair): Work {
  const data = Buffer.alloc(MEGABYTE, 7);
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
    client.write(data);
    await done;
    return MEGABYTE;
  };
}

/** 100 bytes there and back. */
function pingPong({ client, server }: Pair): Work {
  const message = Buffer.alloc(100, 7);
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
): BenchRow => ({
  name: `sockets over memory, ${what}, ${version.replace("TLSv", "TLS ")}`,
  unit,
  peerName: "node:tls",
  wanted: 1,
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

export const socketRows: readonly BenchRow[] = (["TLSv1.3", "TLSv1.2"] as const).flatMap(
  (version) => [
    row("bulk", "bytes", version, bulk),
    row("100 B ping-pong", "round trips", version, pingPong),
  ],
);
