/**
 * `sealwire connect HOST:PORT`: stdin to the peer, the peer to stdout, facts to stderr.
 */
import { writeSync } from "node:fs";
import {
  type CertContext,
  certContextFromPem,
  certContextFromPfx,
  defaultTrustStore,
  ISC_REQ_MANUAL_CRED_VALIDATION,
  SCH_CRED_MANUAL_CRED_VALIDATION,
  SEC_E_CERT_EXPIRED,
  SEC_E_OK,
  SEC_E_UNTRUSTED_ROOT,
  SEC_E_WRONG_PRINCIPAL,
  trustStoreFromPem,
} from "../node-index.ts";
import { type ProtocolVersion, TLS12 } from "../protocol/version.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { acquire, chosenVersions, onlyVersions, VERSION_OPTIONS } from "./credentials.ts";
import { describeFacts, readFacts } from "./facts.ts";
import { readBytes, readText } from "./files.ts";
import { Ladder } from "./ladder.ts";
import { connectTo, parseAddress } from "./network.ts";
import { openSecretFile } from "./secret-file.ts";
import { Session, SessionError } from "./session.ts";
import { SessionFile } from "./session-file.ts";
import { chosenProtocol, prepare, STARTTLS_OPTION } from "./start-tls.ts";
import { styleFor } from "./terminal.ts";

const OPTIONS: readonly OptionRow[] = [
  { name: "servername", value: "NAME", help: "name for SNI and the certificate, instead of HOST" },
  { name: "ca", value: "FILE", help: "PEM certificates to trust, instead of the runtime's roots" },
  { name: "insecure", help: "do not check the certificate" },
  { name: "alpn", value: "A,B", help: "protocols to offer, most wanted first" },
  ...VERSION_OPTIONS,
  { name: "cert", value: "FILE", help: "client certificate chain, PEM" },
  { name: "key", value: "FILE", help: "its private key, PEM" },
  { name: "pfx", value: "FILE", help: "client certificate and key, PKCS#12" },
  { name: "passphrase", value: "TEXT", help: "for an encrypted key or PKCS#12 file" },
  STARTTLS_OPTION,
  { name: "session", value: "FILE", help: "resume from this file, and keep new sessions there" },
  { name: "keylog", value: "FILE", help: "append the session's secrets (NSS key log form)" },
  {
    name: "wait",
    value: "SECONDS",
    help: "silence after the end of stdin that ends it (default 2)",
  },
  { name: "trace", help: "draw every message and call on stderr" },
  { name: "json", help: "facts as one line of JSON" },
];

const DEFAULT_WAIT_SECONDS = 2;
const HTTPS_PORT = 443;
/** How long we wait for the peer's close_notify after ours. */
const GOODBYE_MS = 2000;

export const connectCommand: Command = { options: OPTIONS, run: connect };

async function connect(given: Arguments, streams: Streams): Promise<number> {
  const [target, ...more] = given.positional;
  if (target === undefined || more.length > 0)
    throw new UsageError("connect wants one HOST:PORT, e.g. sealwire connect example.com:443");
  const protocol = chosenProtocol(given);
  const address = parseAddress(target, "localhost", protocol?.port ?? HTTPS_PORT);
  const name = given.value("servername") ?? address.host;
  const style = styleFor(streams.stderr, streams.environment);
  const ladder = given.has("trace")
    ? new Ladder("client", nodeProvider, style, (line) => streams.stderr.write(`${line}\n`))
    : null;
  // The servers of a framed handshake know TLS 1.2 at most.
  const versions = protocol?.framed ? [TLS12] : chosenVersions(given);
  const credential = await clientCredential(given, versions, (line) => ladder?.keyLog(line));
  const wait = 1000 * (given.number("wait", 0) ?? DEFAULT_WAIT_SECONDS);
  const alpn = given.value("alpn") ?? protocol?.alpn ?? null;
  const transport = await prepare(await connectTo(address), protocol, name);
  const session = new Session(transport.stream, {
    role: "client",
    credential,
    targetName: name,
    contextReq: given.has("insecure") ? ISC_REQ_MANUAL_CRED_VALIDATION : 0,
    applicationProtocols: alpn?.split(",") ?? null,
    maxSendFragment: protocol?.maxSendFragment ?? null,
    ...(ladder === null ? {} : { observe: ladder.observe }),
  });
  try {
    ladder?.head("sealwire", target);
    await session.handshake();
    transport.handshakeDone();
    showFacts(session, given.has("json"), streams);
    if (ladder !== null) ladder.paused = true;
    await copy(session, streams, wait);
    return ExitCode.Done;
  } catch (error) {
    const advice = adviceAbout(error, session);
    if (advice === undefined || !(error instanceof Error)) throw error;
    throw new CliError(`${error.message}; ${advice}`);
  } finally {
    session.destroy();
    streams.stdin.destroy();
  }
}

/** What to do about a certificate that was refused. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [SEC_E_UNTRUSTED_ROOT, "name the authority with --ca FILE, or skip the check with --insecure"],
  [SEC_E_WRONG_PRINCIPAL, "name the server with --servername NAME"],
  [SEC_E_CERT_EXPIRED, "if the clock of this machine is right, the server needs a new one"],
]);

function adviceAbout(error: unknown, session: Session): string | undefined {
  if (!(error instanceof SessionError)) return undefined;
  if (error.alertReceived === null) return ADVICE.get(error.status ?? SEC_E_OK);
  return session.lacksCertificate
    ? "the server asked for a client certificate, give one with --cert and --key or --pfx"
    : undefined;
}

async function clientCredential(
  given: Arguments,
  versions: readonly ProtocolVersion[],
  watch: (line: string) => void,
): Promise<ReturnType<typeof acquire>> {
  const certificate = await clientCertificate(given);
  const authority = given.value("ca");
  const keyLogPath = given.value("keylog");
  const keyLogFile = keyLogPath === null ? null : openSecretFile(keyLogPath);
  const sessionFile = given.value("session");
  return acquire("client", {
    paCred: certificate === null ? [] : [certificate],
    hRootStore: authority === null ? defaultTrustStore() : trustStoreFromPem(readText(authority)),
    dwFlags: given.has("insecure") ? SCH_CRED_MANUAL_CRED_VALIDATION : 0,
    pTlsParameters: onlyVersions("client", versions),
    sealwire: {
      ...(sessionFile === null ? {} : { sessionStore: new SessionFile(sessionFile) }),
      keyLog: (line) => {
        watch(line);
        if (keyLogFile !== null) writeSync(keyLogFile, `${line}\n`);
      },
    },
  });
}

async function clientCertificate(given: Arguments): Promise<CertContext | null> {
  const [cert, key, pfx] = [given.value("cert"), given.value("key"), given.value("pfx")];
  const passphrase = given.value("passphrase") ?? undefined;
  if (pfx !== null) {
    if (cert !== null || key !== null)
      throw new UsageError("give --pfx or --cert and --key, not both");
    return certContextFromPfx(readBytes(pfx), passphrase);
  }
  if (cert === null && key === null) return null;
  if (cert === null) throw new UsageError("--key wants --cert beside it");
  // One file may hold both.
  const chain = readText(cert);
  return certContextFromPem(chain, key === null ? chain : readText(key), passphrase);
}

function showFacts(session: Session, json: boolean, streams: Streams): void {
  const facts = readFacts(session.context);
  if (json) {
    streams.stderr.write(`${JSON.stringify(facts)}\n`);
    return;
  }
  const { faint } = styleFor(streams.stderr, streams.environment);
  for (const [label, text] of describeFacts(facts))
    streams.stderr.write(`${faint(label.padEnd(14))} ${text}\n`);
}

/** Copies both ways until the peer closes, or stdin has ended and the peer is silent. */
async function copy(session: Session, streams: Streams, waitMs: number): Promise<void> {
  const silence = new Countdown(waitMs);
  const upwards = async (): Promise<void> => {
    for await (const bytes of streams.stdin) await session.send(bytes as Uint8Array);
    silence.restart();
  };
  const downwards = async (): Promise<void> => {
    for (let data = await session.receive(); data !== null; data = await session.receive()) {
      if (silence.runs) silence.restart();
      await write(streams.stdout, data);
    }
  };
  const sent = upwards().catch((error: unknown) => {
    // The peer's own word, if it left one, says more than a failed write.
    if (!session.stream.destroyed) session.stream.destroy(error as Error);
  });
  const received = downwards();
  try {
    await Promise.race([received, silence.over]);
  } finally {
    silence.stop();
  }
  await session.shutdown();
  // What the peer was about to say still comes; one that hangs up instead has lost nothing.
  const goodbye = new Countdown(GOODBYE_MS);
  goodbye.restart();
  await Promise.race([received.catch(() => {}), goodbye.over]);
  goodbye.stop();
  await new Promise<void>((resolve) => {
    session.stream.end(() => resolve());
  });
  streams.stdin.destroy();
  await sent;
}

/** A time that runs out unless it is begun again. */
class Countdown {
  readonly over: Promise<void>;
  readonly #ms: number;
  #finish: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get runs(): boolean {
    return this.#timer !== undefined;
  }

  restart(): void {
    this.stop();
    this.#timer = setTimeout(this.#finish, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function write(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
