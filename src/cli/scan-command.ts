/**
 * `sealwire scan HOST`: what a server accepts, judged.
 */
import { isIP } from "node:net";
import { addressText, parseTarget } from "./address.ts";
import { chosenProtocols } from "./algorithms.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, describeError, ExitCode, UsageError } from "./cli-error.ts";
import { trustOf } from "./client-credential.ts";
import type { Command, Streams } from "./command.ts";
import { inSeconds, TIMEOUT_OPTION, timeoutOf, within } from "./deadline.ts";
import { connectTo, NETWORK_OPTIONS, routeOf } from "./network.ts";
import { describeScan } from "./scan/report.ts";
import { Survey } from "./scan/survey.ts";
import { chosenProtocol, portOfProtocol, prepare, STARTTLS_OPTION } from "./start-tls.ts";
import { styleFor } from "./terminal.ts";

const DEFAULT_PAUSE_MS = 50;
const DEFAULT_CONNECTIONS = 250;
const HTTPS_PORT = 443;
const DEFAULT_PROTOCOLS: readonly string[] = ["h2", "http/1.1"];

const OPTIONS: readonly OptionRow[] = [
  { name: "servername", value: "NAME", help: "name for SNI and the certificate, instead of HOST" },
  {
    name: "ca",
    value: "FILE",
    help: "certificates to trust, PEM or DER, instead of the runtime's roots",
    multiple: true,
  },
  {
    name: "alpn",
    value: "A,B",
    help: `protocols to ask for (default ${DEFAULT_PROTOCOLS.join(",")})`,
  },
  STARTTLS_OPTION,
  TIMEOUT_OPTION,
  {
    name: "pause",
    value: "MS",
    help: `milliseconds between two connections (default ${DEFAULT_PAUSE_MS})`,
  },
  {
    name: "most",
    value: "N",
    help: `most connections; the scan ends there (default ${DEFAULT_CONNECTIONS})`,
  },
  ...NETWORK_OPTIONS,
  { name: "json", help: "the findings, or the failure, as one line of JSON" },
];

export const scanCommand: Command = { options: OPTIONS, run: scan };

async function scan(given: Arguments, streams: Streams): Promise<number> {
  const [text, ...more] = given.positional;
  if (text === undefined || more.length > 0)
    throw new UsageError("scan wants one HOST or HOST:PORT, e.g. sealwire scan example.com");
  const named = chosenProtocol(given.value(STARTTLS_OPTION.name));
  const target = parseTarget(text, "localhost", named?.port ?? HTTPS_PORT, portOfProtocol);
  const protocol = named ?? chosenProtocol(target.starttls);
  const place = addressText(target);
  const timeout = timeoutOf(given);
  const route = routeOf(given, timeout);
  const name = given.value("servername") ?? target.host;
  const progress = progressOn(streams, given);
  const survey = new Survey({
    ...{ target: place, name, sni: isIP(name) === 0 ? name : null, trust: trustOf(given), timeout },
    pause: given.number("pause", 0) ?? DEFAULT_PAUSE_MS,
    maxConnections: given.number("most", 1) ?? DEFAULT_CONNECTIONS,
    applicationProtocols: chosenProtocols(given) ?? DEFAULT_PROTOCOLS,
    connect: async () => {
      const socket = await connectTo(target, 0, route);
      try {
        return await within(
          timeout,
          prepare(socket, protocol, name),
          () => `${place}: ${protocol?.name} did not get to TLS within ${inSeconds(timeout ?? 0)}`,
        );
      } catch (error) {
        socket.on("error", () => {});
        socket.destroy();
        throw error instanceof CliError ? error : new CliError(`${place}: ${describeError(error)}`);
      }
    },
    progress: progress.show,
  });
  try {
    const report = await survey.run();
    progress.clear();
    const style = styleFor(streams.stdout, streams.environment);
    const lines = given.has("json") ? [JSON.stringify(report)] : describeScan(report, style);
    streams.stdout.write(`${lines.join("\n")}\n`);
    return ExitCode.Done;
  } finally {
    progress.clear();
  }
}

interface Progress {
  show(what: string, connections: number): void;
  clear(): void;
}

/** One line on a terminal's stderr, written over and over. */
function progressOn({ stderr }: Streams, given: Arguments): Progress {
  if (!stderr.isTTY || given.has("json")) return { show: () => {}, clear: () => {} };
  let length = 0;
  const put = (text: string): void => {
    stderr.write(`\r${text.padEnd(length)}${text === "" ? "\r" : ""}`);
    ({ length } = text);
  };
  return {
    show: (what, connections) =>
      put(`${connections} connections, ${what}`.slice(0, Math.max(0, (stderr.columns || 80) - 1))),
    clear: () => {
      if (length > 0) put("");
    },
  };
}
