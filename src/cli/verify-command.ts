/**
 * `sealwire verify CHAIN.pem`: would a handshake accept this chain? The verdict with every fault, and every
 * path that was looked at.
 */
import {
  type ChainResult,
  defaultTrustStore,
  type ExplainedPath,
  statusName,
  verifyChain,
} from "../api/node.ts";
import { PROFILES } from "../pki/path/profile.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { readCertificates, readCrls, readTrustStore } from "./certificates.ts";
import { ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { readBytes } from "./files.ts";
import { type Style, styleFor, wrap } from "./terminal.ts";

const OPTIONS: readonly OptionRow[] = [
  {
    name: "ca",
    value: "FILE",
    help: "certificates to trust, PEM or DER, instead of the runtime's roots",
    multiple: true,
  },
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
  const authorities = given.values("ca");
  const [crl, ocsp] = [given.value("crl"), given.value("ocsp")];
  const profile = oneOf(given, "profile", PROFILES);
  const result = verifyChain({
    chain: readCertificates(file),
    trust: authorities.length === 0 ? defaultTrustStore() : readTrustStore(authorities),
    name: given.value("name"),
    purpose: oneOf(given, "purpose", ["server", "client"]) ?? "server",
    time: timeOf(given.value("time")),
    ...(profile === null ? {} : { profile }),
    ...(crl === null ? {} : { crls: readCrls(crl) }),
    ...(ocsp === null ? {} : { ocspResponse: readBytes(ocsp) }),
  });
  if (given.has("json")) streams.stdout.write(`${json(result)}\n`);
  else {
    const style = styleFor(streams.stdout, streams.environment);
    for (const line of describe(result, given.value("name"), style))
      streams.stdout.write(`${line}\n`);
  }
  return result.ok ? ExitCode.Done : ExitCode.Failure;
}

type Fault = ChainResult["faults"][number];

function oneOf<T extends string>(given: Arguments, option: string, words: readonly T[]): T | null {
  const value = given.value(option);
  if (value === null) return null;
  const word = words.find((known) => known === value);
  if (word === undefined)
    throw new UsageError(`--${option} wants one of ${words.join(", ")}, not "${value}"`);
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

function describe(
  { ok, status, reason, faults, explain }: ChainResult,
  name: string | null,
  style: Style,
): string[] {
  const head = ok
    ? style.good("accepted")
    : `${style.bad("refused")} ${reason} (${statusName(status)})`;
  const unnamed = ok && name === null ? ["no name was checked: none was given with --name"] : [];
  const { paths, notes } = explain;
  // Of a single path all problems are among the faults.
  const known = new Set(paths.length === 1 ? faults.map(({ message }) => message) : []);
  return [
    head,
    ...faults.flatMap((fault) => describeFault(fault, style)),
    ...paths.flatMap((path, index) => describePath(path, index, known, style)),
    ...[...notes, ...unnamed].flatMap((note) => wrap(note, style.columns, "  ").map(style.note)),
  ];
}

function describeFault({ reason, message }: Fault, style: Style): string[] {
  const [first = "", ...more] = wrap(`${reason}: ${message}`, style.columns - 2);
  return [first.replace(reason, style.bad(reason)), ...more].map((line) => `  ${line}`);
}

/** @param known messages that were told before */
function describePath(
  path: ExplainedPath,
  index: number,
  known: ReadonlySet<string>,
  style: Style,
): string[] {
  const { certificates: members, problems, end } = path;
  return [
    style.strong(`path ${index + 1}`),
    ...members.map(
      ({ role, subject, notAfter }) =>
        `  ${role.padEnd("intermediate".length)}  ${subject} ${style.faint(`until ${notAfter.slice(0, 10)}`)}`,
    ),
    ...(end === null ? [] : [`  ${style.bad(end)}`]),
    ...problems
      .filter(({ message }) => !known.has(message))
      .flatMap((problem) => describeFault(problem, style)),
  ];
}

function json(result: ChainResult): string {
  const { ok, status, reason, message, faults, explain } = result;
  return JSON.stringify({ ok, status: statusName(status), reason, message, faults, explain });
}
