/**
 * `sealwire verify CHAIN.pem`: would a handshake accept this chain? The verdict with every fault, and every path that was
 * looked at.
 */
import { DerTag } from "../bytes/der.ts";
import {
  type ChainResult,
  defaultTrustStore,
  type ExplainedPath,
  statusName,
  trustStoreFromPem,
  verifyChain,
} from "../node-index.ts";
import { pemBlocks } from "../pki/pem.ts";
import { PROFILES } from "../pki/profile.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { readBytes, readText } from "./files.ts";
import { type Style, styleFor } from "./terminal.ts";

const OPTIONS: readonly OptionRow[] = [
  { name: "ca", value: "FILE", help: "PEM certificates to trust, instead of the runtime's roots" },
  { name: "name", value: "NAME", help: "DNS name or IP address that the leaf must be for" },
  { name: "time", value: "TIME", help: "when to judge (ISO 8601), instead of now" },
  { name: "purpose", value: "WHOSE", help: "server or client: whose chain it is (default server)" },
  {
    name: "profile",
    value: "RULES",
    help: `${PROFILES.join(", ")} (default: webpki for the runtime's roots, else basic)`,
  },
  { name: "crl", value: "FILE", help: "revocation lists, PEM or DER: the leaf must be on none" },
  { name: "ocsp", value: "FILE", help: "the OCSP response that the server would staple, DER" },
  { name: "json", help: "the verdict as one line of JSON" },
];

export const verifyCommand: Command = { options: OPTIONS, run: verify };

async function verify(given: Arguments, streams: Streams): Promise<number> {
  const [file, ...more] = given.positional;
  if (file === undefined || more.length > 0) {
    throw new UsageError(
      "verify wants one file, e.g. sealwire verify chain.pem --name example.com",
    );
  }
  const authority = given.value("ca");
  const [crl, ocsp] = [given.value("crl"), given.value("ocsp")];
  const profile = oneOf(given, "profile", PROFILES);
  const result = verifyChain({
    chain: certificates(file),
    trust: authority === null ? defaultTrustStore() : trustStoreFromPem(readText(authority)),
    name: given.value("name"),
    purpose: oneOf(given, "purpose", ["server", "client"]) ?? "server",
    time: timeOf(given.value("time")),
    ...(profile === null ? {} : { profile }),
    ...(crl === null ? {} : { crls: [crlOf(readBytes(crl))] }),
    ...(ocsp === null ? {} : { ocspResponse: readBytes(ocsp) }),
  });
  if (given.has("json")) streams.stdout.write(`${json(result)}\n`);
  else {
    const style = styleFor(streams.stdout, streams.environment);
    for (const line of describe(result, style)) streams.stdout.write(`${line}\n`);
  }
  return result.ok ? ExitCode.Done : ExitCode.Failure;
}

function oneOf<T extends string>(given: Arguments, option: string, words: readonly T[]): T | null {
  const value = given.value(option);
  if (value === null) return null;
  const word = words.find((known) => known === value);
  if (word === undefined) throw new UsageError(`--${option} wants one of ${words.join(", ")}`);
  return word;
}

function timeOf(text: string | null): Date | null {
  if (text === null) return null;
  const time = new Date(text);
  if (!Number.isFinite(time.getTime())) {
    throw new UsageError(`--time wants a time like 2025-01-31T12:00:00Z, not "${text}"`);
  }
  return time;
}

const isDer = (bytes: Uint8Array): boolean => bytes[0] === DerTag.Sequence;

/** DER, or the text of a PEM file. */
function crlOf(bytes: Uint8Array): Uint8Array | string {
  return isDer(bytes) ? bytes : new TextDecoder().decode(bytes);
}

/** Certificates of a PEM file in their order, or the one of a DER file. */
function certificates(file: string): Uint8Array[] {
  const bytes = readBytes(file);
  const blocks = pemBlocks(new TextDecoder().decode(bytes));
  const ders = blocks.filter(({ label }) => label === "CERTIFICATE").map(({ der }) => der);
  if (ders.length === 0 && isDer(bytes)) return [bytes];
  if (ders.length === 0) throw new CliError(`${file} holds no certificate, neither PEM nor DER`);
  return ders;
}

function describe({ ok, status, reason, faults, explain }: ChainResult, style: Style): string[] {
  const head = ok
    ? style.good("accepted")
    : `${style.bad("refused")} ${reason} (${statusName(status)})`;
  const { paths, notes, steps } = explain;
  return [
    head,
    ...faults.map((fault) => `  ${style.bad(fault.reason)}: ${fault.message}`),
    ...paths.flatMap((path, index) => describePath(path, index, style)),
    ...notes.map((note) => style.note(note)),
    style.faint(`${steps} steps of work`),
  ];
}

function describePath(path: ExplainedPath, index: number, style: Style): string[] {
  const { certificates: members, problems, end } = path;
  return [
    style.strong(`path ${index + 1}`),
    ...members.map(
      ({ role, subject, notAfter }) =>
        `  ${role.padEnd("intermediate".length)}  ${subject} ${style.faint(`until ${notAfter.slice(0, 10)}`)}`,
    ),
    ...(end === null ? [] : [`  ${style.bad(end)}`]),
    ...problems.map(({ reason, message }) => `  ${style.bad(reason)}: ${message}`),
  ];
}

function json(result: ChainResult): string {
  const { ok, status, reason, message, faults, explain } = result;
  return JSON.stringify({ ok, status: statusName(status), reason, message, faults, explain });
}
