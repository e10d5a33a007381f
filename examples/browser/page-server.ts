/**
 * A web server for pages that speak TLS through a WebSocket: files out of a table, and a bridge that carries the bytes
 * of each WebSocket to a TCP port and back. The bridge sees ciphertext only.
 */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { pipeline } from "node:stream";
import { acceptWebSocket } from "./websocket.ts";

export interface PageFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

export interface PageServer {
  readonly port: number;
  readonly server: Server;
  /** Ends the server and all connections. */
  stop(): Promise<void>;
}

interface PageOptions {
  /** What a path (without query) answers; null: not found. */
  readonly file: (path: string, query: URLSearchParams) => PageFile | null;
  /** The loopback port that `/bridge?name` leads to; null: refused. */
  readonly bridge: (name: string) => number | null;
  /** Default: a free one. */
  readonly port?: number;
}

/** Listens on the loopback address. */
export async function servePages({ file, bridge, port = 0 }: PageOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const found = file(pathname, searchParams);
    response.writeHead(found === null ? 404 : 200, {
      "content-type": found?.type ?? "text/plain",
      "cache-control": "no-store",
    });
    response.end(found?.body ?? `there is no ${pathname}`);
  });
  server.on("upgrade", (request, socket, head) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
    const target = pathname === "/bridge" ? bridge(search.slice(1)) : null;
    if (target === null) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    const web = acceptWebSocket(request, socket, head);
    const peer = connect({ host: "127.0.0.1", port: target, noDelay: true, allowHalfOpen: true });
    // Either end may disconnect at any time. Then the other connection is ended too.
    pipeline(web, peer, () => {});
    pipeline(peer, web, () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
