/**
 * TCP for the commands: connecting, through a proxy if there is one, and listening.
 */
import { connect, createServer, isIP, type Server, type Socket } from "node:net";
import { type Address, addressText } from "./address.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, describeError, UsageError } from "./cli-error.ts";
import { inSeconds, within } from "./deadline.ts";
import { openProxy, type ProxyServer, parseProxy } from "./proxy.ts";

export const NETWORK_OPTIONS: readonly OptionRow[] = [
  { name: "ipv4", short: "4", help: "connect by IPv4 only" },
  { name: "ipv6", short: "6", help: "connect by IPv6 only" },
  {
    name: "resolve",
    value: "HOST:PORT:ADDRESS",
    help: "connect to ADDRESS for this host and port, as curl does",
    multiple: true,
  },
  {
    name: "proxy",
    value: "URL",
    help: "through http://HOST:PORT (CONNECT) or socks5://HOST:PORT, with USER:PASSWORD@ if it wants that",
  },
];

/** How to get to a host. */
export interface Route {
  readonly family: 0 | 4 | 6;
  /** Addresses by "host:port". */
  readonly resolved: ReadonlyMap<string, string>;
  readonly proxy: ProxyServer | null;
  /** Milliseconds for each step, or null. */
  readonly timeout: number | null;
}

export const DIRECT: Route = { family: 0, resolved: new Map(), proxy: null, timeout: null };

/** What the options say. @throws UsageError */
export function routeOf(given: Arguments, timeout: number | null): Route {
  if (given.has("ipv4") && given.has("ipv6")) throw new UsageError("give -4 or -6, not both");
  const resolved = new Map<string, string>();
  for (const text of given.values("resolve")) {
    const [, host = "", port = "", address = ""] = /^([^:]+):(\d{1,5}):(.+)$/.exec(text) ?? [];
    const bare = address.replace(/^\[(.*)\]$/, "$1");
    if (isIP(bare) === 0)
      throw new UsageError(
        `--resolve wants HOST:PORT:ADDRESS with an IP address, e.g. example.com:443:127.0.0.1, not "${text}"`,
      );
    resolved.set(`${host.toLowerCase()}:${port}`, bare);
  }
  const proxy = given.value("proxy");
  return {
    family: given.has("ipv4") ? 4 : given.has("ipv6") ? 6 : 0,
    resolved,
    proxy: proxy === null ? null : parseProxy(proxy),
    timeout,
  };
}

/** Connects; `patienceMs` long it tries again while nobody listens yet. @throws CliError */
export async function connectTo(
  address: Address,
  patienceMs = 0,
  route: Route = DIRECT,
): Promise<Socket> {
  const end = Date.now() + patienceMs;
  const next = route.proxy ?? address;
  for (;;) {
    try {
      const socket = await connectOnce(next, route);
      if (route.proxy === null) return socket;
      return await openProxy(socket, route.proxy, address, route.timeout);
    } catch (error) {
      const refused = (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
      if (error instanceof CliError) throw error;
      if (!refused || Date.now() >= end) throw cannotConnect(next, route, error);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function cannotConnect(address: Address, { proxy }: Route, error: unknown): CliError {
  const who = proxy === null ? addressText(address) : `the proxy ${addressText(address)}`;
  const { code } = error as NodeJS.ErrnoException;
  return new CliError(`${who}: ${describeError(error)}`, { reason: code ?? "ConnectFailed" });
}

async function connectOnce(address: Address, route: Route): Promise<Socket> {
  const { port } = address;
  const host = route.resolved.get(`${address.host.toLowerCase()}:${port}`) ?? address.host;
  const socket = connect({ host, port, noDelay: true, family: route.family });
  const connected = new Promise<Socket>((resolve, reject) => {
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
  try {
    return await within(
      route.timeout,
      connected,
      () =>
        `${addressText(address)}: no connection within ${inSeconds(route.timeout ?? 0)}: the host does not answer; check host, port and firewall, or give it more time with --timeout`,
    );
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw error;
  }
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
