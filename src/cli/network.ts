/**
 * TCP for the commands: connecting, listening, addresses as people write them.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { CliError, describeError, UsageError } from "./cli-error.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** "HOST:PORT", "[IPv6]:PORT", "PORT", or a host alone. @throws UsageError */
export function parseAddress(text: string, defaultHost: string, defaultPort: number): Address {
  const whole = /^(?:\[([0-9a-fA-F:.]+)\]:|([^:[\]\s]+):)?(\d{1,5})$/.exec(text);
  if (whole !== null && Number(whole[3]) <= 0xffff)
    return { host: whole[1] ?? whole[2] ?? defaultHost, port: Number(whole[3]) };
  const alone = /^(?:\[([0-9a-fA-F:.]+)\]|(\d*[^:[\]\s\d][^:[\]\s]*))$/.exec(text);
  const host = alone?.[1] ?? alone?.[2];
  if (host === undefined)
    throw new UsageError(`"${text}" is no address; write HOST:PORT, e.g. example.com:443`);
  return { host, port: defaultPort };
}

/** Connects; `patienceMs` long it tries again while nobody listens yet. @throws CliError */
export async function connectTo(address: Address, patienceMs = 0): Promise<Socket> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await connectOnce(address);
    } catch (error) {
      const refused = (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
      if (!refused || Date.now() >= end)
        throw new CliError(`${address.host}:${address.port}: ${describeError(error)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function connectOnce(address: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, noDelay: true });
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** Listens; port 0 takes a free one. @throws CliError */
export function listenOn(
  address: Address,
  onConnection: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, allowHalfOpen: false }, onConnection);
    server.once("error", (error) => {
      reject(new CliError(`port ${address.port}: ${describeError(error)}`));
    });
    server.listen(address.port, address.host, () => {
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
      resolve({ server, port });
    });
  });
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const { server, port } = await listenOn({ host: "127.0.0.1", port: 0 }, (socket) => {
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}
