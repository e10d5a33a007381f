/**
 * Through a proxy: CONNECT of HTTP (RFC 9110 §9.3.6), or SOCKS 5 (RFC 1928, RFC 1929). The proxy resolves the name.
 */
import { isIP, type Socket } from "node:net";
import { type Address, addressText, parseAddress } from "./address.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { inSeconds, within } from "./deadline.ts";
import { printable } from "./terminal.ts";

export interface ProxyServer extends Address {
  readonly kind: "http" | "socks5";
  readonly user: string | null;
  readonly password: string;
}

const PORTS: Readonly<Record<string, number>> = { http: 3128, socks5: 1080, socks5h: 1080 };
/** An answer to CONNECT is far shorter. */
const MAX_ANSWER = 16_384;
const CARRIAGE_RETURN_LINE_FEED_TWICE = "\r\n\r\n";

/** @throws UsageError */
export function parseProxy(text: string): ProxyServer {
  const [, scheme = "", login, place = ""] =
    /^([a-z0-9]+):\/\/(?:([^@]*)@)?([^/]+)\/?$/.exec(text) ?? [];
  const port = PORTS[scheme];
  if (port === undefined)
    throw new UsageError(
      `--proxy wants http://HOST:PORT or socks5://HOST:PORT, not "${printable(text.slice(text.lastIndexOf("@") + 1))}" (a proxy that is itself reached by TLS is not built)`,
    );
  const [user = null, ...rest] = login?.split(":") ?? [];
  return {
    ...parseAddress(place, "localhost", port),
    kind: scheme === "http" ? "http" : "socks5",
    user: user === null ? null : decodeURIComponent(user),
    password: decodeURIComponent(rest.join(":")),
  };
}

/** Has the proxy connect to `target`. @returns the same socket, which is the way to the target now */
export async function openProxy(
  socket: Socket,
  proxy: ProxyServer,
  target: Address,
  timeout: number | null,
): Promise<Socket> {
  const who = `the proxy ${addressText(proxy)}`;
  const ask = proxy.kind === "http" ? connectByHttp : connectBySocks;
  try {
    await within(
      timeout,
      ask(new SocketReader(socket, who), proxy, target, who),
      () =>
        `${who}: it did not connect to ${addressText(target)} within ${inSeconds(timeout ?? 0)}`,
    );
    return socket;
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw error;
  }
}

async function connectByHttp(
  reader: SocketReader,
  { user, password }: ProxyServer,
  target: Address,
  who: string,
): Promise<void> {
  const place = addressText(target);
  const login =
    user === null
      ? []
      : [`Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`];
  reader.write([`CONNECT ${place} HTTP/1.1`, `Host: ${place}`, ...login, "", ""].join("\r\n"));
  const answer = await reader.until(CARRIAGE_RETURN_LINE_FEED_TWICE);
  const [first = ""] = answer.split("\r\n");
  const [, code = ""] = /^HTTP\/1\.[01] (\d{3})/.exec(first) ?? [];
  if (code.startsWith("2")) return;
  const hint = code === "407" ? "; give USER:PASSWORD@ in --proxy" : "";
  throw new CliError(
    `${who} does not connect to ${place}: "${printable(first).slice(0, 80)}"${hint}`,
  );
}

const SOCKS_ANSWERS: Readonly<Record<number, string>> = {
  1: "general failure",
  2: "its rules do not allow it",
  3: "there is no way to the network",
  4: "there is no way to the host",
  5: "nothing listens there",
  6: "the time ran out",
};

async function connectBySocks(
  reader: SocketReader,
  { user, password }: ProxyServer,
  target: Address,
  who: string,
): Promise<void> {
  reader.write(user === null ? Uint8Array.of(5, 1, 0) : Uint8Array.of(5, 2, 0, 2));
  const [version, method] = await reader.exactly(2);
  if (version !== 5)
    throw new CliError(
      `${who} does not speak SOCKS 5; is it one of HTTP? Then write http:// in --proxy`,
    );
  if (method === 2 && user !== null) {
    const [name, word] = [Buffer.from(user), Buffer.from(password)];
    reader.write(
      Buffer.concat([Uint8Array.of(1, name.length), name, Uint8Array.of(word.length), word]),
    );
    const [, refused] = await reader.exactly(2);
    if (refused !== 0) throw new CliError(`${who} refuses the user and password of --proxy`);
  } else if (method !== 0)
    throw new CliError(`${who} wants a user and password; give USER:PASSWORD@ in --proxy`);
  const host = Buffer.from(target.host);
  if (isIP(target.host) === 0 && host.length > 255) throw new CliError("the host name is too long");
  const port = Uint8Array.of(target.port >> 8, target.port & 0xff);
  // A literal address travels as a name as well: proxies resolve it to itself.
  reader.write(Buffer.concat([Uint8Array.of(5, 1, 0, 3, host.length), host, port]));
  const [, answer = 1, , kind = 1] = await reader.exactly(4);
  if (answer !== 0)
    throw new CliError(
      `${who} does not connect to ${addressText(target)}: ${SOCKS_ANSWERS[answer] ?? `answer ${answer}`}`,
    );
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await reader.exactly(1))[0] ?? 0);
  await reader.exactly(length + 2);
}

/** Reads just so many bytes of a socket: what follows is another's. */
class SocketReader {
  readonly #socket: Socket;
  readonly #who: string;

  constructor(socket: Socket, who: string) {
    this.#socket = socket;
    this.#who = who;
  }

  write(what: string | Uint8Array): void {
    this.#socket.write(what);
  }

  async exactly(length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(0);
    for (;;) {
      const bytes = this.#socket.read(length) as Buffer | null;
      if (bytes !== null && bytes.length === length) return bytes;
      if (bytes !== null) this.#socket.unshift(bytes);
      await this.#more();
    }
  }

  async until(end: string): Promise<string> {
    let text = "";
    while (!text.endsWith(end)) {
      if (text.length > MAX_ANSWER) throw new CliError(`${this.#who}: its answer does not end`);
      text += Buffer.from(await this.exactly(1)).toString("latin1");
    }
    return text;
  }

  #more(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        socket.off("readable", more).off("end", end).off("error", end).off("close", end);
        how();
      };
      const more = (): void => settle(resolve);
      const end = (): void => settle(() => reject(new CliError(`${this.#who} hung up`)));
      if (socket.readableEnded || socket.destroyed) end();
      else socket.on("readable", more).on("end", end).on("error", end).on("close", end);
    });
  }
}
