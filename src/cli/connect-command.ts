/**
 * `sealwire connect HOST:PORT`: stdin to the peer, the peer to stdout, facts to stderr.
 */
import { createHash } from "node:crypto";
import { ISC_REQ_MANUAL_CRED_VALIDATION, verifyChain } from "../api/node.ts";
import { toHex, utf8 } from "../bytes/text.ts";
import { toPem } from "../pki/files/pem.ts";
import { TLS12 } from "../protocol/version.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import { addressText, parseTarget } from "./address.ts";
import { explainFailure } from "./advice.ts";
import { chosenProtocols } from "./algorithms.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { ownCertificate } from "./certificates.ts";
import { CliError, describeError, ExitCode, UsageError } from "./cli-error.ts";
import { CREDENTIAL_OPTIONS, clientCredential, trustOf } from "./client-credential.ts";
import type { Command, Streams } from "./command.ts";
import { copy } from "./copy.ts";
import { chosenVersions, VERSION_OPTIONS } from "./credentials.ts";
import { inSeconds, TIMEOUT_OPTION, timeoutOf, within } from "./deadline.ts";
import { describeFacts, type Facts, peerCertificates, peerStaple, readFacts } from "./facts.ts";
import { KEYLOG_OPTION, keyLogWriter } from "./key-log-file.ts";
import { Ladder } from "./ladder.ts";
import { connectTo, NETWORK_OPTIONS, routeOf } from "./network.ts";
import { otherProtocol } from "./other-protocols.ts";
import { PASSPHRASE_OPTION } from "./passphrase.ts";
import { Session } from "./session.ts";
import { chosenProtocol, portOfProtocol, prepare, STARTTLS_OPTION } from "./start-tls.ts";
import { type Style, styleFor, wrap } from "./terminal.ts";

const OPTIONS: readonly OptionRow[] = [
  { name: "servername", value: "NAME", help: "name for SNI and the certificate, instead of HOST" },
  ...CREDENTIAL_OPTIONS,
  { name: "alpn", value: "A,B", help: "protocols to offer, most wanted first" },
  ...VERSION_OPTIONS,
  { name: "cert", value: "FILE", help: "client certificate chain, PEM or DER" },
  { name: "key", value: "FILE", help: "its private key, PEM or DER" },
  { name: "pfx", value: "FILE", help: "client certificate and key, PKCS#12" },
  PASSPHRASE_OPTION,
  STARTTLS_OPTION,
  KEYLOG_OPTION,
  TIMEOUT_OPTION,
  ...NETWORK_OPTIONS,
  {
    name: "wait",
    value: "SECONDS",
    help: "silence after the end of stdin that ends it (default 2)",
  },
  { name: "strict-close", help: "an end without close_notify is a failure, not a warning" },
  { name: "showcerts", help: "the certificates that the server sends, as PEM on stderr" },
  { name: "status", help: "the OCSP response that the server staples" },
  { name: "trace", help: "draw every message and call on stderr" },
  { name: "json", help: "facts, or the failure, as one line of JSON" },
];

const DEFAULT_WAIT_SECONDS = 2;
const HTTPS_PORT = 443;

export const connectCommand: Command = { options: OPTIONS, run: connect };

async function connect(given: Arguments, streams: Streams): Promise<number> {
  const [text, ...more] = given.positional;
  if (text === undefined || more.length > 0)
    throw new UsageError("connect wants one HOST:PORT, e.g. sealwire connect example.com:443");
  const named = chosenProtocol(given.value(STARTTLS_OPTION.name));
  const target = parseTarget(text, "localhost", named?.port ?? HTTPS_PORT, portOfProtocol);
  const protocol = named ?? chosenProtocol(target.starttls);
  const name = given.value("servername") ?? target.host;
  const place = addressText(target);
  const style = styleFor(streams.stderr, streams.environment);
  const warn = (said: string): void => warnOn(streams, style, said);
  const timeout = timeoutOf(given);
  const route = routeOf(given, timeout);
  const alpn = chosenProtocols(given) ?? (protocol?.alpn == null ? null : [protocol.alpn]);
  const wait = 1000 * (given.number("wait", 0) ?? DEFAULT_WAIT_SECONDS);
  // The servers of a framed handshake know TLS 1.2 at most.
  const versions = protocol?.framed ? [TLS12] : chosenVersions(given);
  const ladder = given.has("trace")
    ? new Ladder("client", nodeProvider, style, (line) => streams.stderr.write(`${line}\n`))
    : null;
  const log = keyLogWriter(given, streams);
  const watch = (line: string): void => {
    ladder?.keyLog(line);
    log?.(line);
  };
  const certificate = await ownCertificate(given);
  const wantsLog = ladder !== null || log !== null;
  const credential = await clientCredential(
    given,
    versions,
    certificate,
    wantsLog ? watch : null,
    warn,
  );
  const socket = await connectTo(target, 0, route);
  let session: Session | null = null;
  try {
    const transport = await within(timeout, prepare(socket, protocol, name), () =>
      lateStartTls(place, protocol?.name ?? "", timeout ?? 0),
    );
    session = new Session(transport.stream, {
      role: "client",
      credential,
      targetName: name,
      contextReq: given.has("insecure") ? ISC_REQ_MANUAL_CRED_VALIDATION : 0,
      applicationProtocols: alpn,
      maxSendFragment: protocol?.maxSendFragment ?? null,
      lenientEnd: !given.has("strict-close"),
      ...(ladder === null ? {} : { observe: ladder.observe }),
    });
    const { peerBytes } = session;
    ladder?.head("sealwire", place);
    await within(timeout, session.handshake(), () =>
      lateHandshake(place, peerBytes(), timeout ?? 0),
    );
    transport.handshakeDone();
    showFacts(session, given, name, streams, style);
    if (ladder !== null) ladder.paused = true;
    await copy(session, streams, wait, timeout);
    if (session.truncated) warn(NO_CLOSE_NOTIFY);
    return ExitCode.Done;
  } catch (error) {
    if (session === null) throw inPlaintext(error, place);
    throw explainFailure(error, session, {
      place,
      name,
      hasCertificate: certificate !== null,
      trustsFiles: given.has("ca"),
    });
  } finally {
    session?.destroy();
    socket.on("error", () => {});
    socket.destroy();
    streams.stdin.destroy();
  }
}

const NO_CLOSE_NOTIFY =
  "the server ended the connection without close_notify: data may be missing; do not trust a message whose end is the end of the connection (--strict-close makes this a failure)";

function lateStartTls(place: string, protocol: string, ms: number): string {
  return `${place}: ${protocol} did not get to TLS within ${inSeconds(ms)}; does the server speak ${protocol} in plaintext here, or TLS at once (then without --starttls)?`;
}

function lateHandshake(place: string, bytes: number, ms: number): string {
  const advice = "or give it more time with --timeout";
  return bytes === 0
    ? `connected to ${place}, and it said nothing for ${inSeconds(ms)}; is TLS spoken there, is --starttls needed? Check the port, ${advice}`
    : `connected to ${place}, and the handshake was not finished after ${inSeconds(ms)}, though ${bytes} bytes came; try again, ${advice}`;
}

/** A failure before TLS, with the place. */
function inPlaintext(error: unknown, place: string): unknown {
  if (error instanceof CliError) return error;
  const text = describeError(error);
  // "IMAP greeting: "220 mail" instead of "* OK"": what came is quoted.
  const end = text.indexOf('" instead of');
  const greeting = end === -1 ? "" : text.slice(text.lastIndexOf('"', end - 1) + 1, end);
  const other = otherProtocol(utf8(greeting));
  const advice = other?.includes("--starttls ") === true ? `; the server ${other}` : "";
  return new CliError(`${place}: ${text}${advice}`, {
    reason: (error as { readonly reason?: string }).reason ?? null,
  });
}

function warnOn({ stderr }: Streams, style: Style, text: string): void {
  for (const line of wrap(`warning: ${text}`, style.columns, "  "))
    stderr.write(`${style.note(line)}\n`);
}

function showFacts(
  session: Session,
  given: Arguments,
  name: string,
  streams: Streams,
  style: Style,
): void {
  const facts = readFacts(session.context);
  const chain = peerCertificates(session.context);
  const pems = given.has("showcerts") ? chain.map((der) => toPem("CERTIFICATE", der)) : [];
  const staple = given.has("status") ? peerStaple(session.context) : null;
  const unchecked = given.has("insecure") ? uncheckedFault(chain, given, name) : null;
  if (given.has("json")) {
    const more = {
      ...(given.has("showcerts") ? { certificates: pems } : {}),
      ...(given.has("status") ? { ocspResponse: staple === null ? null : toHex(staple) } : {}),
      ...(given.has("insecure") ? { notChecked: unchecked } : {}),
    };
    streams.stderr.write(`${JSON.stringify({ ...facts, ...more })}\n`);
    return;
  }
  const margin = " ".repeat(FACT_WIDTH + 1);
  for (const [label, text] of [
    ...describeFacts(facts),
    ...moreFacts(facts, given, staple, unchecked),
  ]) {
    const [first = "", ...rest] = wrap(text, style.columns - margin.length);
    streams.stderr.write(`${style.faint(label.padEnd(FACT_WIDTH))} ${first}\n`);
    for (const line of rest) streams.stderr.write(`${margin}${line}\n`);
  }
  for (const pem of pems) streams.stderr.write(pem);
}

const FACT_WIDTH = 14;

function moreFacts(
  facts: Facts,
  given: Arguments,
  staple: Uint8Array | null,
  unchecked: string | null,
): (readonly [string, string])[] {
  const stapled =
    staple === null
      ? "none was stapled"
      : `${staple.length} bytes were stapled, SHA-256 ${sha256(staple)}`;
  return [
    ...(given.has("status") && !facts.resumed ? [["OCSP response", stapled] as const] : []),
    ...(unchecked === null ? [] : [["not checked", unchecked] as const]),
  ];
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What the check that --insecure leaves out would have said; null if nothing. */
function uncheckedFault(
  chain: readonly Uint8Array[],
  given: Arguments,
  name: string,
): string | null {
  if (chain.length === 0) return null;
  const { ok, message } = verifyChain({ chain, trust: trustOf(given), name, purpose: "server" });
  return ok ? null : `without --insecure: ${message ?? "refused"}`;
}
