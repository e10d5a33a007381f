/**
 * Other implementations of TLS in JavaScript, as clients of our server in memory: a TLS 1.3 handshake, then 64 KiB from the
 * server. The server's share is the same on both sides of a row, so the ratio is smaller than that of the clients alone.
 * They are installed apart (bench/peers) and do what they do: some check less than we do.
 */
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SecureSocket, type SecureSocketOptions } from "../src/entries/node.ts";
import { duplexPair } from "./duplex.ts";
import { type Identity, serverIdentity } from "./identity.ts";
import type { BenchRow, Subjects } from "./row.ts";

const CONTENT = new Uint8Array(65_536).fill(0x61);
const HOST = "localhost";

const peers = createRequire(
  fileURLToPath(new URL("../../bench/peers/package.json", import.meta.url)),
);

/** A module of a peer; what it exports is described where it is used. */
async function load<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(peers.resolve(name)).href)) as T;
}

/** Reads the content as a client over `transport`, and resolves when all of it came. */
type Client = (transport: Duplex, server: Identity) => Promise<void>;

/** Our server at the other end of a pair sends the content as soon as it may. */
async function session(client: Client, identity: Identity): Promise<number> {
  const [near, far] = duplexPair();
  const options: SecureSocketOptions = {
    isServer: true,
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    ecdhCurve: "P-256",
    ciphers: "TLS_AES_128_GCM_SHA256",
    minVersion: "TLSv1.3",
  };
  const server = new SecureSocket(far, options);
  server.on("error", () => {});
  server.write(CONTENT);
  await client(near, identity);
  server.destroy();
  near.destroy();
  return 1;
}

const ours: Client = (transport, { authorityPem }) =>
  new Promise((resolve, reject) => {
    const socket = new SecureSocket(transport, { ca: authorityPem, servername: HOST });
    counted(socket, resolve).once("error", reject);
  });

function counted(stream: Duplex, done: () => void): Duplex {
  let length = 0;
  return stream.on("data", (bytes: Uint8Array) => {
    length += bytes.length;
    if (length >= CONTENT.length) done();
  });
}

async function lemon(): Promise<Client> {
  interface Lemon {
    readonly default: { readonly TLSSocket: new (transport: Duplex, options: object) => Duplex };
  }
  const { TLSSocket } = (await load<Lemon>("lemon-tls")).default;
  return (transport, { authorityPem }) =>
    new Promise((resolve, reject) => {
      const options = { isServer: false, servername: HOST, ca: authorityPem };
      counted(new TLSSocket(transport, options), resolve).once("error", reject);
    });
}

async function reclaim(): Promise<Client> {
  interface Reclaim {
    setCryptoImplementation(crypto: unknown): void;
    makeTLSClient(options: object): {
      startHandshake(): Promise<void>;
      handleReceivedBytes(bytes: Uint8Array): void;
    };
  }
  const { setCryptoImplementation, makeTLSClient } = await load<Reclaim>("@reclaimprotocol/tls");
  const { webcryptoCrypto } = await load<{ webcryptoCrypto: unknown }>(
    "@reclaimprotocol/tls/webcrypto",
  );
  setCryptoImplementation(webcryptoCrypto);
  return (transport) =>
    new Promise((resolve, reject) => {
      let length = 0;
      const client = makeTLSClient({
        host: HOST,
        logger: SILENCE,
        // Its roots are objects of a library of its own.
        verifyServerCertificate: false,
        async write({ header, content }: { header: Uint8Array; content: Uint8Array }) {
          transport.write(header);
          transport.write(content);
        },
        onApplicationData(bytes: Uint8Array) {
          length += bytes.length;
          if (length >= CONTENT.length) resolve();
        },
        onTlsEnd: (error?: Error) => reject(error ?? new Error("the peer ended")),
      });
      transport.on("data", (bytes: Buffer) => client.handleReceivedBytes(new Uint8Array(bytes)));
      client.startHandshake().catch(reject);
    });
}

async function subtls(): Promise<Client> {
  interface Subtls {
    readonly TrustedCert: { databaseFromPEM(pem: string): Promise<unknown> };
    startTls(
      host: string,
      roots: unknown,
      read: Read,
      write: (bytes: Uint8Array) => void,
      options: object,
    ): Promise<{ read(): Promise<Uint8Array | undefined> }>;
  }
  const { TrustedCert, startTls } = await load<Subtls>("subtls");
  return async (transport, { authorityPem }) => {
    const roots = await TrustedCert.databaseFromPEM(authorityPem);
    const { read } = await startTls(
      HOST,
      roots,
      reader(transport),
      (bytes) => transport.write(bytes),
      {
        requireServerTlsExtKeyUsage: false,
        requireDigitalSigKeyUsage: false,
      },
    );
    for (let length = 0; length < CONTENT.length; ) {
      const bytes = await read();
      if (bytes === undefined) throw new Error("the peer ended");
      length += bytes.length;
    }
  };
}

type Read = (length: number, mode?: number) => Promise<Uint8Array | undefined>;
/** What subtls asks with when the bytes are to be read once more. */
const PEEK = 1;

/** Exactly as many bytes as are asked for, when they are there. */
function reader(transport: Duplex): Read {
  return async (length, mode) => {
    for (;;) {
      const bytes = transport.read(length) as Buffer | null;
      if (bytes !== null) {
        if (mode === PEEK) transport.unshift(bytes);
        return new Uint8Array(bytes);
      }
      await new Promise<void>((resolve) => transport.once("readable", resolve));
    }
  };
}

const silent = (): void => {};
/** Reclaim's tells every step to the console otherwise. */
const SILENCE = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

function row(peerName: string, load: () => Promise<Client>): BenchRow {
  return {
    name: `client in JavaScript: handshake and 64 KiB (${peerName})`,
    unit: "sessions",
    peerName,
    async prepare(): Promise<Subjects> {
      const theirs = await load();
      const server = serverIdentity("p256");
      return {
        sealwire: () => session(ours, server),
        peer: () => session(theirs, server),
      };
    },
  };
}

export const javascriptRows: readonly BenchRow[] = [
  row("lemon-tls", lemon),
  row("@reclaimprotocol/tls", reclaim),
  row("subtls", subtls),
];
