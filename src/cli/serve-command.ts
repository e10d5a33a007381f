/**
 * `sealwire serve PORT`: a server to try clients with. Echoes, or answers browsers with a page about the session.
 */
import type { Socket } from "node:net";
import {
  ASC_REQ_MUTUAL_AUTH,
  type CertContext,
  type CredentialHandle,
  certContextFromPem,
  selfSignedCertificate,
} from "../api/node.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import { addressText } from "./address.ts";
import { ALGORITHM_OPTIONS, chosenAlgorithms, chosenProtocols } from "./algorithms.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { ownCertificate, readTrustStore } from "./certificates.ts";
import { CliError, describeError, ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { acquire, chosenVersions, onlyVersions, VERSION_OPTIONS } from "./credentials.ts";
import { inSeconds, TIMEOUT_OPTION, timeoutOf, within } from "./deadline.ts";
import { describeFacts, type Facts, readFacts } from "./facts.ts";
import { KEYLOG_OPTION, keyLogWriter } from "./key-log-file.ts";
import { Ladder } from "./ladder.ts";
import { listenOn } from "./network.ts";
import { PASSPHRASE_OPTION } from "./passphrase.ts";
import { Session } from "./session.ts";
import { styleFor, wrap } from "./terminal.ts";

const OPTIONS: readonly OptionRow[] = [
  {
    name: "cert",
    value: "FILE",
    help: "certificate chain, PEM; absent: self-signed for localhost",
  },
  { name: "key", value: "FILE", help: "its private key, PEM or DER" },
  { name: "pfx", value: "FILE", help: "certificate and key, PKCS#12" },
  PASSPHRASE_OPTION,
  {
    name: "client-ca",
    value: "FILE",
    help: "want client certificates, and trust these authorities, PEM or DER",
    multiple: true,
  },
  ...ALGORITHM_OPTIONS,
  { name: "alpn", value: "A,B", help: "protocols to accept, most wanted first" },
  { name: "echo", help: "send everything back (the default)" },
  { name: "www", help: "answer HTTP requests with a page about the session" },
  ...VERSION_OPTIONS,
  KEYLOG_OPTION,
  {
    ...TIMEOUT_OPTION,
    help: "longest wait for a client's handshake (default 10; 0: no limit)",
  },
  { name: "host", value: "ADDRESS", help: "where to listen (default 127.0.0.1)" },
  { name: "connections", value: "N", help: "end after so many connections" },
  { name: "trace", help: "draw every message and call on stderr" },
  { name: "json", help: "one line of JSON per event" },
];

const SELF_SIGNED_NAME = "localhost";

/** What the connections of one server have in common. */
interface Service {
  readonly given: Arguments;
  readonly streams: Streams;
  readonly alpn: readonly string[] | null;
  readonly credential: CredentialHandle;
  /** Milliseconds for a handshake, and for a client that takes nothing; null: no limit. */
  readonly timeout: number | null;
  /** Drawings of the connections that are open, for the key log. */
  readonly ladders: Set<Ladder>;
  report(text: string, facts: object): void;
}

export const serveCommand: Command = { options: OPTIONS, run: serve };

async function serve(given: Arguments, streams: Streams): Promise<number> {
  const [port, ...more] = given.positional;
  if (port === undefined || more.length > 0 || !/^\d{1,5}$/.test(port) || Number(port) > 0xffff)
    throw new UsageError("serve wants one PORT, e.g. sealwire serve 8443");
  if (given.has("echo") && given.has("www")) throw new UsageError("give --echo or --www, not both");
  const host = given.value("host") ?? "127.0.0.1";
  const identity = await identityOf(given);
  const service = makeService(given, streams, identity);
  const limit = given.number("connections", 1);
  let accepted = 0;
  let failed = 0;
  const running = new Set<Promise<void>>();
  await new Promise<void>((resolve, reject) => {
    const listening = listenOn({ host, port: Number(port) }, (socket) => {
      accepted++;
      const peer = placeOf(socket);
      if (limit !== null && accepted >= limit)
        listening.then(({ server }) => server.close(), reject);
      const work: Promise<void> = converse(socket, service)
        .catch((error: unknown) => {
          failed++;
          const members = error instanceof CliError ? error.members : {};
          const text = describeError(error);
          service.report(`${peer} failed: ${text}`, {
            event: "failed",
            from: peer,
            error: text,
            ...members,
          });
        })
        .finally(() => running.delete(work));
      running.add(work);
    });
    listening.then(({ server, port: bound }) => {
      const what = given.has("www") ? "a page" : "echo";
      service.report(`listening on ${host}:${bound}, ${what}, ${identity.origin}`, {
        event: "listening",
        host,
        port: bound,
      });
      server.once("close", resolve);
      process.once("SIGINT", () => server.close());
    }, reject);
  });
  await Promise.all(running);
  return failed > 0 && limit !== null ? ExitCode.Failure : ExitCode.Done;
}

interface Identity {
  readonly certificate: CertContext;
  /** Where it is from, for people. */
  readonly origin: string;
}

async function identityOf(given: Arguments): Promise<Identity> {
  const certificate = await ownCertificate(given);
  if (certificate !== null)
    return { certificate, origin: given.value("cert") ?? given.value("pfx") ?? "" };
  const made = selfSignedCertificate({ names: [SELF_SIGNED_NAME] });
  return {
    certificate: certContextFromPem(made.certificatePem, made.privateKeyPem),
    origin: `self-signed certificate for ${SELF_SIGNED_NAME}`,
  };
}

function makeService(given: Arguments, streams: Streams, identity: Identity): Service {
  const { faint, columns } = styleFor(streams.stderr, streams.environment);
  const alpn = chosenProtocols(given);
  const timeout = timeoutOf(given);
  const ladders = new Set<Ladder>();
  const log = keyLogWriter(given, streams);
  const keyLog = (line: string): void => {
    for (const ladder of ladders) ladder.keyLog(line);
    log?.(line);
  };
  return {
    credential: serverCredential(
      identity,
      given,
      given.has("trace") || log !== null ? keyLog : null,
    ),
    timeout,
    ladders,
    given,
    streams,
    alpn,
    report: (text, facts) => {
      if (given.has("json")) streams.stdout.write(`${JSON.stringify(facts)}\n`);
      else {
        const time = new Date().toISOString().slice(11, 19);
        const [first = "", ...more] = wrap(text, columns - time.length - 1);
        const margin = " ".repeat(time.length);
        for (const line of [`${faint(time)} ${first}`, ...more.map((line) => `${margin} ${line}`)])
          streams.stderr.write(`${line}\n`);
      }
    },
  };
}

/** Who has come, e.g. "127.0.0.1:50000". The system does not know it of whoever has gone again. */
function placeOf({ remoteAddress: host, remotePort: port = 0 }: Socket): string {
  return host === undefined ? "a client that has gone" : addressText({ host, port });
}

/** One connection from its first byte to its last. */
async function converse(socket: Socket, service: Service): Promise<void> {
  const { given, streams } = service;
  const from = placeOf(socket);
  const style = styleFor(streams.stderr, streams.environment);
  const ladder = given.has("trace")
    ? new Ladder("server", nodeProvider, style, (line) => streams.stderr.write(`${line}\n`))
    : null;
  const session = new Session(socket, {
    role: "server",
    credential: service.credential,
    contextReq: given.has("client-ca") ? ASC_REQ_MUTUAL_AUTH : 0,
    applicationProtocols: service.alpn,
    ...(ladder === null ? {} : { observe: ladder.observe }),
  });
  try {
    if (ladder !== null) service.ladders.add(ladder);
    ladder?.head("sealwire", from);
    const { timeout } = service;
    await within(
      timeout,
      session.handshake(),
      () => `the handshake was not finished after ${inSeconds(timeout ?? 0)}`,
    );
    const facts = readFacts(session.context);
    service.report(summary(from, facts), { event: "connected", from, ...facts });
    if (ladder !== null) ladder.paused = true;
    const bytes = await (given.has("www") ? page(session, facts) : echo(session));
    await session.shutdown();
    service.report(`${from} closed, ${bytes} bytes`, { event: "closed", from, bytes });
    await new Promise<void>((resolve) => {
      socket.end(() => resolve());
    });
  } finally {
    if (ladder !== null) service.ladders.delete(ladder);
    session.destroy();
  }
}

function serverCredential(
  identity: Identity,
  given: Arguments,
  keyLog: ((line: string) => void) | null,
): CredentialHandle {
  const authorities = given.values("client-ca");
  return acquire("server", {
    paCred: [identity.certificate],
    hRootStore: authorities.length === 0 ? null : readTrustStore(authorities),
    pTlsParameters: onlyVersions("server", chosenVersions(given)),
    sealwire: { ...chosenAlgorithms(given), ...(keyLog === null ? {} : { keyLog }) },
  });
}

function summary(from: string, facts: Facts): string {
  const parts = [facts.version, facts.cipherSuite, facts.group, facts.serverName, facts.alpn];
  const client = facts.peerCertificate === null ? null : `client ${facts.peerCertificate.subject}`;
  const resumed = facts.resumed ? "resumed" : null;
  return [from, ...parts, client, resumed].filter((part) => part !== null).join("  ");
}

/** Sends back what comes, until the peer closes. Returns the number of bytes. */
async function echo(session: Session): Promise<number> {
  let bytes = 0;
  for (let data = await session.receive(); data !== null; data = await session.receive()) {
    bytes += data.length;
    await session.send(data.slice());
  }
  return bytes;
}

/** Reads one request and answers with what was negotiated. */
async function page(session: Session, facts: Facts): Promise<number> {
  let request = "";
  while (!/\r?\n\r?\n/.test(request)) {
    const data = await session.receive();
    if (data === null) return request.length;
    request += new TextDecoder("latin1").decode(data);
    if (request.length > 0x10000) throw new CliError("a request without end came");
  }
  const rows = describeFacts(facts).map(([label, text]) => `${label.padEnd(14)} ${text}`);
  const body = ["Sealwire", "", ...rows, "", request.trim(), ""].join("\n");
  const head = [
    "HTTP/1.0 200 OK",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "X-Content-Type-Options: nosniff",
  ];
  await session.send(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${body}`));
  return request.length;
}
