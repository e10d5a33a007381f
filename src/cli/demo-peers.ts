/**
 * Whom the demo talks to: OpenSSL's command line, or where that is missing our own engine. Both echo every byte.
 */
import { type CredentialHandle, certContextFromPem, trustStoreFromPem } from "../api/node.ts";
import type { ProtocolVersion } from "../protocol/version.ts";
import { versionName } from "../protocol/version.ts";
import { acquire, onlyVersions } from "./credentials.ts";
import { connectTo, freePort, listenOn } from "./network.ts";
import { Openssl } from "./openssl-peer.ts";
import { Session, SessionError } from "./session.ts";

/** Certificate and key of the demo's server, PEM. The certificate is its own authority. */
export interface Material {
  readonly name: string;
  readonly certificate: string;
  readonly key: string;
}

export interface PeerServer {
  readonly port: number;
  /** Alerts that the peer says it received, if it says so at all. */
  alertsReceived(): readonly string[];
  stop(): void;
}

export interface PeerClient {
  /** Gives the client something to send. */
  send(bytes: Uint8Array): void;
  /** What came back so far. */
  received(): Uint8Array;
  /** Resolves when `length` bytes have come back, or the client has ended. */
  until(length: number): Promise<void>;
  alertsReceived(): readonly string[];
  readonly ended: Promise<void>;
  stop(): void;
}

export interface DemoPeer {
  readonly serverName: string;
  readonly clientName: string;
  serve(version: ProtocolVersion): Promise<PeerServer>;
  connect(version: ProtocolVersion, port: number): PeerClient;
  dispose(): void;
}

/** `openssl s_server` and `openssl s_client`. */
export function opensslPeer(material: Material): DemoPeer {
  const openssl = new Openssl();
  return {
    serverName: "openssl s_server",
    clientName: "openssl s_client",
    serve: async (version) => {
      const port = await freePort();
      const server = openssl.serve(port, versionName(version), material);
      return { port, alertsReceived: server.alertsReceived, stop: server.stop };
    },
    connect: (version, port) => {
      const client = openssl.connect(
        port,
        versionName(version),
        material.name,
        material.certificate,
      );
      const inbox = new Inbox();
      client.stdout.on("data", (bytes: Uint8Array) => inbox.add(bytes));
      void client.ended.then(() => inbox.end());
      return {
        send: (bytes) => client.stdin.write(bytes),
        received: () => inbox.bytes(),
        until: (length) => inbox.until(length),
        alertsReceived: client.alertsReceived,
        ended: client.ended,
        stop: client.stop,
      };
    },
    dispose: () => openssl.dispose(),
  };
}

/** Our own engine on the other end of a loopback connection. */
export function ownPeer(material: Material): DemoPeer {
  return {
    serverName: "sealwire",
    clientName: "sealwire",
    serve: async (version) => {
      const alerts: string[] = [];
      const credential = serverCredential(material, version);
      const { server, port } = await listenOn({ host: "127.0.0.1", port: 0 }, (socket) => {
        const session = new Session(socket, { role: "server", credential });
        echo(session).catch((error: unknown) => alerts.push(alertIn(error)));
      });
      return { port, alertsReceived: () => alerts, stop: () => server.close() };
    },
    connect: (version, port) => ownClient(material, version, port),
    dispose: () => {},
  };
}

function ownClient(material: Material, version: ProtocolVersion, port: number): PeerClient {
  const inbox = new Inbox();
  const alerts: string[] = [];
  const outbox: Uint8Array[] = [];
  let session: Session | null = null;
  const run = async (): Promise<void> => {
    const credential = acquire("client", {
      hRootStore: trustStoreFromPem(material.certificate),
      pTlsParameters: onlyVersions("client", [version]),
    });
    const socket = await connectTo({ host: "127.0.0.1", port });
    const mine = new Session(socket, { role: "client", credential, targetName: material.name });
    await mine.handshake();
    for (const bytes of outbox.splice(0)) await mine.send(bytes);
    session = mine;
    for (let data = await mine.receive(); data !== null; data = await mine.receive())
      inbox.add(data.slice());
    await mine.shutdown();
  };
  const ended = run()
    .catch((error: unknown) => {
      alerts.push(alertIn(error));
    })
    .finally(() => {
      inbox.end();
      session?.destroy();
    });
  return {
    send: (bytes) => {
      if (session === null) outbox.push(bytes);
      else session.send(bytes).catch((error: unknown) => alerts.push(alertIn(error)));
    },
    received: () => inbox.bytes(),
    until: (length) => inbox.until(length),
    alertsReceived: () => alerts,
    ended,
    stop: () => session?.destroy(),
  };
}

/** A server's credential for one version. */
export function serverCredential(
  material: Material,
  version: ProtocolVersion,
  keyLog?: (line: string) => void,
): CredentialHandle {
  return acquire("server", {
    paCred: [certContextFromPem(material.certificate, material.key)],
    pTlsParameters: onlyVersions("server", [version]),
    sealwire: { keyLog: keyLog ?? null },
  });
}

/** Sends everything back until the peer closes, then closes. */
export async function echo(session: Session): Promise<void> {
  try {
    await session.handshake();
    for (let data = await session.receive(); data !== null; data = await session.receive())
      await session.send(data);
    await session.shutdown();
  } finally {
    session.destroy();
  }
}

/** The alert that a failure speaks of: "fatal handshake_failure". */
function alertIn(error: unknown): string {
  if (error instanceof SessionError && error.alertReceived !== null)
    return `fatal ${error.alertReceived}`;
  return String(error);
}

/** Bytes that arrive, and those who wait for them. */
class Inbox {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #over = false;
  #wake: (() => void) | null = null;

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    this.#wake?.();
  }

  end(): void {
    this.#over = true;
    this.#wake?.();
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  async until(length: number): Promise<void> {
    while (this.#length < length && !this.#over)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }
}
