/**
 * Peers for the situations of the command line, and the files that their commands name.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type ServerOptions } from "../../src/entries/node.ts";
import { ROOT } from "../support/data.ts";
import { SCENARIOS } from "../support/openssl-traces.ts";
import { ipv4, pcap, segmentsOf } from "./captures.ts";

export const FILES: string = join(ROOT, "fixtures/cli/files");

export interface Peer {
  readonly port: number;
  close(): void;
}

const own = (name: string): { cert: string; key: string } => ({
  cert: readFileSync(join(FILES, `${name}.pem`), "utf8"),
  key: readFileSync(join(FILES, `${name}.key`), "utf8"),
});
export const AUTHORITY: string = readFileSync(join(FILES, "ca.pem"), "utf8");

async function listening(
  server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown },
  close: () => void,
): Promise<Peer> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { port: (server.address() as { port: number }).port, close };
}

/** A peer over TCP that does what it likes. */
export const tcp = (behave: (socket: Socket) => void) => (): Promise<Peer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    behave(socket);
  });
  return listening(server, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
};

export const says = (text: string): (() => Promise<Peer>) => tcp((socket) => socket.end(text));
/** Answers the first bytes of the client. */
export const answers = (...bytes: readonly number[]): (() => Promise<Peer>) =>
  tcp((socket) => socket.once("data", () => socket.end(Uint8Array.from(bytes))));

/** A server of TLS that says a line and closes. */
export const tls =
  (name: string, options: ServerOptions = {}, greeting = "hello from the server\n") =>
  (): Promise<Peer> => {
    const sockets = new Set<{ destroy(): unknown }>();
    const server = createTlsServer({ ...own(name), ...options }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).resume();
      socket.end(greeting);
    });
    server.on("tlsClientError", () => {});
    return listening(server, () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  };

/** A line, and then the end of TCP without close_notify. */
export const cutsOff = (): Promise<Peer> => {
  const server = createTlsServer(own("server"));
  const outer = createServer((raw) => {
    raw.on("error", () => {});
    server.emit("connection", raw);
    server.once("secureConnection", (socket: Duplex) => {
      socket.on("error", () => {});
      socket.write("half of a mess");
      setTimeout(() => raw.end(), 200);
    });
  });
  return listening(outer, () => outer.close());
};

export const smtpWithout: () => Promise<Peer> = tcp((socket) => {
  socket.write("220 mail.example ESMTP\r\n");
  socket.on("data", (bytes: Buffer) => {
    if (/^EHLO/i.test(bytes.toString("latin1")))
      socket.write("250-mail.example\r\n250 SIZE 1000\r\n");
    else socket.end("502 not built\r\n");
  });
});

export const proxy = (answer: string): (() => Promise<Peer>) =>
  tcp((socket) => socket.once("data", () => socket.end(answer)));

export const alert = (description: number): (() => Promise<Peer>) =>
  answers(21, 3, 3, 0, 2, 2, description);

/** Files beside those of the fixtures, made for one run. */
export function makeFiles(folder: string): void {
  const put = (name: string, content: string | Uint8Array, mode = 0o600): void => {
    writeFileSync(join(folder, name), content);
    // Whatever the umask is.
    chmodSync(join(folder, name), mode);
  };
  const find = (version: string, id = ""): (typeof SCENARIOS)[number]["connections"][number] => {
    const found = SCENARIOS.find((one) => one.version === version && one.id.includes(id))
      ?.connections[0];
    if (found === undefined) throw new Error(`there is no trace of ${version}`);
    return found;
  };
  const connection = find("TLS 1.3");
  const packets = segmentsOf(connection, 400).map(ipv4);
  const capture = pcap(101, packets);
  put("session.pcap", capture);
  put("session.keys", `${connection.keylog.join("\n")}\n`);
  put("other.keys", `${find("TLS 1.2").keylog.join("\n")}\n`);
  put("cut.pcap", capture.subarray(0, -5));
  const [synClient, synServer, ...rest] = packets;
  const disordered = rest.flatMap((packet, i) =>
    i % 2 === 0 ? [rest[i + 1], packet, packet] : [],
  );
  put(
    "disordered.pcap",
    pcap(
      101,
      [synClient, synServer, ...disordered].filter((packet) => packet !== undefined),
    ),
  );
  put("late.pcap", pcap(101, packets.slice(-6)));
  put("hello.txt", "hello\n");
  put("notes.txt", "Dear diary, today I learned about TLS.\n");
  put("empty.pem", "");
  put("passphrase.txt", "secret\n");
  put("wide.keys", "", 0o644);
  put(
    "records.hex",
    connection.records
      .map(({ record }) => record)
      .slice(0, 2)
      .join("\n"),
  );
}

export function visitWith(port: number, text: string): void {
  const socket = createConnection({ port, host: "127.0.0.1" }, () => {
    if (text !== "") socket.write(text);
  });
  socket.on("error", () => {}).resume();
}
