/**
 * node:tls as a peer, a program of its own, for Node and, over BoringSSL, for Bun: it reads one JSON request per line and answers each with one JSON line that
 * bears the same id, in any order, as `go/main.go` does. "serve" starts an echo server and answers with its port; "seen"
 * tells what that server negotiated with the client of a port; "dial" connects, sends random bytes and demands them back.
 */
import { constants, randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import {
  type ConnectionOptions,
  connect,
  createServer,
  type PeerCertificate,
  type SecureVersion,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import type { PeerRequest, Seen } from "../program-protocol.ts";

const LIMIT_MS = 30_000;

const served = new Map<number, Seen>();
const waiting = new Map<number, (seen: Seen) => void>();

const VERSIONS: Readonly<Record<number, SecureVersion>> = { 771: "TLSv1.2", 772: "TLSv1.3" };

type Common = Pick<
  TlsOptions,
  | "minVersion"
  | "maxVersion"
  | "ciphers"
  | "ecdhCurve"
  | "ca"
  | "cert"
  | "key"
  | "secureOptions"
  | "ALPNProtocols"
>;

/** What both roles are told alike. */
function settings(request: PeerRequest): Common {
  const version = VERSIONS[request.version] ?? "TLSv1.3";
  return {
    minVersion: version,
    maxVersion: version,
    ca: request.authority,
    secureOptions: request.noTickets ? constants.SSL_OP_NO_TICKET : 0,
    ...(request.suiteNames === undefined ? {} : { ciphers: request.suiteNames }),
    ...(request.groupNames === undefined ? {} : { ecdhCurve: request.groupNames }),
    ...(request.certificate === undefined
      ? {}
      : { cert: request.certificate, key: request.key ?? "" }),
    ...(request.alpn === undefined ? {} : { ALPNProtocols: [...request.alpn] }),
  };
}

function see(socket: TLSSocket): Seen {
  const peer = socket.getPeerCertificate() as PeerCertificate | null;
  return {
    versionName: socket.getProtocol() ?? "",
    suiteName: socket.getCipher().standardName,
    resumed: socket.isSessionReused(),
    alpn: socket.alpnProtocol || "",
    peerCertificates: peer !== null && Object.keys(peer).length > 0 ? 1 : 0,
  };
}

function serve(request: PeerRequest): Promise<{ port: number }> {
  const server = createServer({
    ...settings(request),
    ...(request.clientAuth ? { requestCert: true, rejectUnauthorized: true } : {}),
    ...(request.dhparam === undefined ? {} : { dhparam: request.dhparam }),
  });
  server.on("secureConnection", (socket) => {
    socket.setTimeout(LIMIT_MS, () => socket.destroy());
    // The other side may end in any way; what it missed it says itself.
    socket.on("error", () => {});
    const port = socket.remotePort ?? 0;
    const seen = see(socket);
    const waiter = waiting.get(port);
    if (waiter === undefined) served.set(port, seen);
    else waiter(seen);
    socket.pipe(socket);
  });
  // Node keeps no sessions by itself.
  const sessions = new Map<string, Buffer>();
  server.on("newSession", (id, session, done) => {
    sessions.set(id.toString("hex"), session);
    done();
  });
  server.on("resumeSession", (id, done) => done(null, sessions.get(id.toString("hex")) ?? null));
  server.on("OCSPRequest", (_certificate, _issuer, callback) => {
    callback(null, request.ocsp === undefined ? null : Buffer.from(request.ocsp, "base64"));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port }));
  });
}

function seenFrom(port: number): Promise<{ seen: Seen }> {
  const seen = served.get(port);
  served.delete(port);
  if (seen !== undefined) return Promise.resolve({ seen });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no handshake with port ${port}`)), LIMIT_MS);
    waiting.set(port, (found) => {
      clearTimeout(timer);
      waiting.delete(port);
      resolve({ seen: found });
    });
  });
}

async function dial(request: PeerRequest): Promise<{ seen?: Seen }> {
  let session: Buffer | undefined;
  let seen: Seen | undefined;
  for (let i = 0; i < (request.times ?? 1); i++) {
    const one = await exchange(request, session);
    session = one.session;
    seen = one.seen;
  }
  return seen === undefined ? {} : { seen };
}

function exchange(
  request: PeerRequest,
  session: Buffer | undefined,
): Promise<{ seen: Seen; session: Buffer | undefined }> {
  const sent = randomBytes(request.length ?? 0);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    let length = 0;
    let newest: Buffer | undefined;
    let ocsp: Buffer | null = null;
    // @types/node does not know requestOCSP.
    const options: ConnectionOptions & { readonly requestOCSP: boolean } = {
      ...settings(request),
      ...{ host: "127.0.0.1", port: request.port, servername: request.serverName ?? "" },
      ...(session === undefined ? {} : { session }),
      requestOCSP: true,
    };
    const socket = connect(options);
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error("nothing came")));
    socket.on("error", reject);
    socket.on("session", (bytes: Buffer) => {
      newest = bytes;
    });
    socket.on("OCSPResponse", (response: Buffer | null) => {
      ocsp = response;
    });
    // In two halves: a key update that is asked for goes out with the second.
    const half = sent.length / 2;
    socket.on("secureConnect", () => socket.write(sent.subarray(0, half)));
    socket.on("close", () => reject(new Error(`closed after ${length} bytes`)));
    socket.on("data", (bytes: Buffer) => {
      received.push(bytes);
      if (length < half && length + bytes.length >= half) socket.write(sent.subarray(half));
      length += bytes.length;
      if (length < sent.length) return;
      if (!Buffer.concat(received).equals(sent))
        return reject(new Error("bytes came back changed"));
      const { name } = socket.getEphemeralKeyInfo() as { name?: string };
      const seen: Seen = {
        ...see(socket),
        ...(name === undefined ? {} : { groupName: name }),
        ...(ocsp === null ? {} : { ocsp: (ocsp as Buffer).toString("base64") }),
      };
      resolve({ seen, session: newest });
      socket.end();
    });
  });
}

function runtime(): string {
  const { bun, boringssl, node, openssl } = process.versions;
  if (bun !== undefined) return `${boringssl?.slice(0, 12)} in Bun ${bun}`;
  return `Node ${node}, OpenSSL ${openssl}`;
}

async function handle(request: PeerRequest): Promise<object> {
  switch (request.do) {
    case "serve":
      return serve(request);
    case "seen":
      return seenFrom(request.port ?? 0);
    case "dial":
      return dial(request);
    case "runtime":
      return { runtime: runtime() };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as PeerRequest;
  void handle(request)
    .catch((error: unknown) => ({ error: String(error) }))
    .then((answer) => {
      process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
    });
}
