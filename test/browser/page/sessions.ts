/**
 * What the check has the page do: TLS sessions through the bridge, to a worker, over a data channel. Bundled with the
 * built package; each function is called by its name from outside.
 */
import { secure as secureClient, wasmCiphers } from "../../../src/entries/client.ts";
import {
  type MessageTransport,
  overMessages,
  type SecureOptions,
  type SecureStreams,
  secure,
  selfSignedCertificate,
  TrustStore,
  type Version,
} from "../../../src/entries/streams.ts";

export interface Download {
  readonly version: Version;
  readonly cipherSuiteName: string;
  readonly cipherTiers: readonly string[];
  /** Bytes of the body, and its SHA-256 in hexadecimal. */
  readonly length: number;
  readonly sha256: string;
  readonly error?: string;
}

export interface DownloadWish {
  readonly bridge: string;
  readonly path: string;
  readonly version: Version;
  /** Whose `secure` it is. */
  readonly entry?: "web" | "client";
  readonly ca: string;
  readonly serverName: string;
  readonly cert?: string;
  readonly key?: string;
  /** `wasmCiphers` of `sealwire/client` are given. */
  readonly wasm?: boolean;
}

const HEADER_END = "\r\n\r\n";

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All bytes of a stream. By hand, for a Response hides the stream's error. */
async function everything(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** HTTP/1.0 over TLS over a WebSocket. */
async function download(wish: DownloadWish): Promise<Download> {
  const socket = new WebSocket(`ws://${location.host}/bridge?${wish.bridge}`);
  const { ca, serverName, cert, key } = wish;
  const own = cert === undefined ? {} : { cert, key };
  const given = wish.wasm === true ? { ciphers: wasmCiphers } : {};
  const options: SecureOptions = { ca, serverName, versions: [wish.version], ...given, ...own };
  const begin = wish.entry === "client" ? secureClient : secure;
  const session = begin(overMessages(socket), options);
  const { version, cipherSuiteName, cipherTiers } = await session.opened;
  const writer = session.writable.getWriter();
  await writer.write(new TextEncoder().encode(`GET ${wish.path} HTTP/1.0${HEADER_END}`));
  const answer = await everything(session.readable);
  await writer.close();
  await session.closed;
  const header = new TextDecoder("latin1").decode(answer.subarray(0, 1000));
  const body = answer.subarray(header.indexOf(HEADER_END) + HEADER_END.length);
  return { version, cipherSuiteName, cipherTiers, length: body.length, sha256: await sha256(body) };
}

/** The reason why a download is refused, or "" if it is not. */
async function refusal(wish: DownloadWish): Promise<string> {
  try {
    await download(wish);
    return "";
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
}

/** Sends `length` bytes through an echo and compares them. */
async function echo(session: SecureStreams, length: number): Promise<string> {
  const data = new Uint8Array(length).map((_, i) => i * 31 + (i >> 8));
  const { cipherSuiteName } = await session.opened;
  const writer = session.writable.getWriter();
  const sending = writer.write(data).then(() => writer.close());
  const back = await everything(session.readable);
  await sending;
  await session.closed;
  if ((await sha256(back)) !== (await sha256(data))) throw new Error("the echo is wrong");
  return cipherSuiteName;
}

/** A worker that is a TLS server, reached by postMessage; it makes its certificate itself. */
async function worker(script: string, length: number): Promise<string> {
  const thread = new Worker(script, { type: "module" });
  const certificate = await new Promise<Uint8Array>((resolve, reject) => {
    thread.onmessage = ({ data }) => resolve(data as Uint8Array);
    thread.onerror = ({ message }) => reject(new Error(message));
  });
  const { port1, port2 } = new MessageChannel();
  thread.postMessage(port2, [port2]);
  const ca = new TrustStore([certificate]);
  const name = await echo(secure(overMessages(port1), { serverName: "worker", ca }), length);
  thread.terminate();
  return name;
}

/** Two ends of an RTCDataChannel within the page. */
async function dataChannel(length: number): Promise<string> {
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  here.onicecandidate = ({ candidate }) => void there.addIceCandidate(candidate ?? undefined);
  there.onicecandidate = ({ candidate }) => void here.addIceCandidate(candidate ?? undefined);
  const channel = here.createDataChannel("tls");
  const other = new Promise<RTCDataChannel>((resolve) => {
    there.ondatachannel = (event) => resolve(event.channel);
  });
  await here.setLocalDescription(await here.createOffer());
  await there.setRemoteDescription(here.localDescription as RTCSessionDescription);
  await there.setLocalDescription(await there.createAnswer());
  await here.setRemoteDescription(there.localDescription as RTCSessionDescription);

  const { certificate, privateKey } = selfSignedCertificate({ names: ["peer"] });
  const over = (transport: MessageTransport) => overMessages(transport);
  const server = secure(over(await other), {
    role: "server",
    cert: { chain: [certificate], privateKey },
  });
  const echoing = server.readable.pipeTo(server.writable);
  const ca = new TrustStore([certificate]);
  const name = await echo(secure(over(channel), { serverName: "peer", ca }), length);
  await echoing;
  here.close();
  there.close();
  return name;
}

/** Bytes and their hash of what the browser's own TLS fetches. */
async function fetched(url: string): Promise<{ length: number; sum: number }> {
  const response = await fetch(url);
  let length = 0;
  let sum = 0;
  for await (const bytes of response.body as ReadableStream<Uint8Array>) {
    length += bytes.length;
    for (const byte of bytes) sum = (sum * 31 + byte) | 0;
  }
  return { length, sum };
}

Object.assign(globalThis, { sessions: { download, refusal, worker, dataChannel, fetched } });
