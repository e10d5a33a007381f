/**
 * What a server accepts, found out by one small question per connection: bounded in number, with a pause between them.
 */
import {
  ISC_REQ_MANUAL_CRED_VALIDATION,
  SCH_CRED_MANUAL_CRED_VALIDATION,
  type SCH_CREDENTIALS,
  type TrustStore,
  verifyChain,
} from "../../api/node.ts";
import { FALLBACK_SCSV } from "../../protocol/cipher-suite.ts";
import { ExtensionType } from "../../protocol/extension-type.ts";
import { NAMED_GROUPS, namedGroupName } from "../../protocol/named-group.ts";
import { SIGNATURE_SCHEMES, signatureSchemeName } from "../../protocol/signature-scheme.ts";
import { type ProtocolVersion, TLS10, TLS12, TLS13, versionName } from "../../protocol/version.ts";
import { CliError } from "../cli-error.ts";
import { acquire, onlyVersions } from "../credentials.ts";
import { inSeconds, within } from "../deadline.ts";
import { type Facts, peerCertificates, peerStaple, readFacts } from "../facts.ts";
import { otherProtocol } from "../other-protocols.ts";
import { Session } from "../session.ts";
import type { ReadyTransport } from "../start-tls.ts";
import { type Findings, noFindings, type ScanReport } from "./findings.ts";
import { gradeOf, reasonsOf } from "./grade.ts";
import { type Answer, ask, NOT_TLS, type NoAnswer, type Question, SILENCE } from "./probe.ts";

import { type ScannedSuite, SUITES_12, SUITES_13 } from "./suites.ts";

export interface SurveyOptions {
  /** HOST:PORT. */
  readonly target: string;
  /** Whom the certificate has to be for. */
  readonly name: string;
  /** The name of SNI; null: an address has none. */
  readonly sni: string | null;
  readonly trust: TrustStore;
  /** Milliseconds for each step, or null. */
  readonly timeout: number | null;
  /** Milliseconds between two connections. */
  readonly pause: number;
  readonly maxConnections: number;
  readonly applicationProtocols: readonly string[];
  connect(): Promise<ReadyTransport>;
  progress(what: string, connections: number): void;
}

const SSL30 = 0x0300;
const TLS11 = 0x0302;
const VERSIONS: readonly number[] = [SSL30, TLS10, TLS11, TLS12, TLS13];
/** Groups that are not built: secp256k1, the brainpool curves of either version. */
const OTHER_GROUPS: readonly number[] = [0x16, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x21];
const GROUPS: readonly number[] = [...NAMED_GROUPS.map(({ code }) => code), ...OTHER_GROUPS];
const SCHEMES: readonly number[] = SIGNATURE_SCHEMES.map(({ code }) => code);
/** How long a ticket of TLS 1.3 may take after the handshake. */
const TICKET_MS = 500;

class OutOfConnections extends Error {}

/** A session of ours that came to its end. */
interface Finished {
  readonly facts: Facts;
  readonly chain: readonly Uint8Array[];
  readonly stapled: boolean;
}

const isAnswer = (answer: Answer | NoAnswer): answer is Answer => "suite" in answer;

export class Survey {
  readonly #options: SurveyOptions;
  #connections = 0;

  constructor(options: SurveyOptions) {
    this.#options = options;
  }

  /** @throws CliError if nobody answers at all */
  async run(): Promise<ScanReport> {
    const report = noFindings(this.#options.target);
    let isComplete = true;
    try {
      await this.#all(report);
    } catch (error) {
      if (!(error instanceof OutOfConnections)) throw error;
      isComplete = false;
      report.notes.push(
        `the scan ended after ${this.#connections} connections; allow more with --most`,
      );
    }
    report.connections = this.#connections;
    const reasons = reasonsOf(report);
    return { ...report, grade: isComplete ? gradeOf(reasons) : null, reasons };
  }

  async #all(report: Findings): Promise<void> {
    const accepted: number[] = [];
    let silent = 0;
    for (const version of VERSIONS.toReversed()) {
      const answer = await this.#ask(versionName(version), { version });
      const is = isAnswer(answer) && answer.version === version;
      const other = isAnswer(answer)
        ? `answered with ${versionName(answer.version)}`
        : answer.refused;
      if (is) accepted.push(version);
      if (!isAnswer(answer)) silent += this.#isSilent(answer, accepted, silent) ? 1 : 0;
      report.versions.push({
        code: version,
        name: versionName(version),
        accepted: is,
        answer: is ? null : other,
      });
      if (is && version === TLS12 && isAnswer(answer)) this.#extensions(report, answer);
    }
    if (accepted.length === 0)
      throw new CliError(
        `${this.#options.target} accepts no version of TLS: ${report.versions.map(({ name, answer }) => `${name}: ${answer}`).join("; ")}`,
        { reason: "NoVersion" },
      );
    await this.#sessions(report, accepted);
    await this.#singles(report, accepted);
    for (const version of accepted) await this.#suites(report, version);
    for (const version of accepted.filter((code) => code >= TLS12)) {
      await this.#groups(report, version);
      await this.#signatures(report, version as ProtocolVersion);
    }
    await this.#protocols(report);
  }

  /** @throws CliError where nobody speaks TLS: no more has to be asked then */
  #isSilent(answer: NoAnswer, accepted: readonly number[], before: number): boolean {
    if (accepted.length > 0) return false;
    const { target, timeout } = this.#options;
    const { refused, begin } = answer;
    if (refused === NOT_TLS && begin !== undefined)
      throw new CliError(`${target} ${otherProtocol(begin) ?? "does not speak TLS here"}`, {
        reason: "NotTls",
      });
    if (refused !== SILENCE) return false;
    if (before > 0)
      throw new CliError(
        `connected to ${target}, and it said nothing for ${inSeconds(timeout ?? 0)}, twice; is TLS spoken there, is --starttls needed? Check the port, or give it more time with --timeout`,
        { reason: "Timeout" },
      );
    return true;
  }

  /** What a ServerHello of TLS 1.2 says of itself. */
  #extensions(report: Findings, { extensions }: Answer): void {
    report.secureRenegotiation = extensions.has(ExtensionType.RenegotiationInfo);
    report.extendedMasterSecret = extensions.has(ExtensionType.ExtendedMasterSecret);
    report.tickets = extensions.has(ExtensionType.SessionTicket);
  }

  /** Questions that take one connection each. */
  async #singles(report: Findings, accepted: readonly number[]): Promise<void> {
    const highest12 = accepted.find((version) => version <= TLS12);
    if (highest12 === undefined) return;
    const answer = await this.#ask("compression", { version: highest12, compression: true });
    report.compression = isAnswer(answer) && answer.compression !== 0;
    const cbc = SUITES_12.filter(({ name }) => name.includes("_CBC_")).map(({ code }) => code);
    const mac = await this.#ask("encrypt-then-MAC", { version: highest12, suites: cbc });
    report.encryptThenMac = isAnswer(mac) ? mac.extensions.has(ExtensionType.EncryptThenMac) : null;
    const dhe = SUITES_12.filter(({ name }) => name.startsWith("TLS_DHE_")).map(({ code }) => code);
    const prime = await this.#ask("DHE", { version: highest12, suites: dhe });
    report.primeBits = isAnswer(prime) ? prime.primeBits : null;
    const lower = accepted.find((version) => version < (accepted[0] ?? 0));
    if (lower === undefined) return;
    const suites = [...SUITES_12.map(({ code }) => code), FALLBACK_SCSV];
    report.fallbackScsv = !isAnswer(await this.#ask("fallback", { version: lower, suites }));
  }

  /** Suites in the order in which the server takes them, and whose order that is. */
  async #suites(report: Findings, version: number): Promise<void> {
    const known = version === TLS13 ? SUITES_13 : SUITES_12;
    const name = versionName(version);
    const found = await this.#taken(
      `suites of ${name}`,
      known.map(({ code }) => code),
      (suites) => ({ version, suites }),
      ({ suite }) => suite,
    );
    let chosenBy: "server" | "client" | null = null;
    if (found.length > 1) {
      const again = await this.#ask(`order of ${name}`, { version, suites: found.toReversed() });
      chosenBy = isAnswer(again) && again.suite === found.at(-1) ? "client" : "server";
    }
    const suites = found.map((code) => known.find((row) => row.code === code) as ScannedSuite);
    report.suites.push({ version: name, chosenBy, suites });
  }

  async #groups(report: Findings, version: number): Promise<void> {
    const name = versionName(version);
    const ecdhe = SUITES_12.filter((row) => row.name.includes("_ECDHE_")).map(({ code }) => code);
    const suites = version === TLS13 ? {} : { suites: ecdhe };
    const known = version === TLS13 ? GROUPS : GROUPS.filter((code) => code < 0x100);
    const found = await this.#taken(
      `groups of ${name}`,
      known,
      (groups) => ({ version, groups, ...suites }),
      ({ group }) => group,
    );
    report.groups.push({ version: name, names: found.map(namedGroupName) });
  }

  /** In TLS 1.2 the signature is readable; in TLS 1.3 a handshake has to be finished to see it. */
  async #signatures(report: Findings, version: ProtocolVersion): Promise<void> {
    const name = versionName(version);
    let found: readonly number[];
    if (version === TLS12) {
      const signed = SUITES_12.filter((row) => row.name.includes("HE_")).map(({ code }) => code);
      found = await this.#taken(
        `signatures of ${name}`,
        SCHEMES,
        (schemes) => ({ version, schemes, suites: signed }),
        ({ scheme }) => scheme,
      );
    } else {
      const works: number[] = [];
      for (const { code, tls13 } of SIGNATURE_SCHEMES) {
        if (!tls13) continue;
        const done = await this.#session(`signatures of ${name}`, [version], {
          signatureSchemes: [code],
        });
        if (done !== null) works.push(code);
      }
      found = works;
    }
    report.signatures.push({ version: name, names: found.map(signatureSchemeName) });
  }

  async #protocols(report: Findings): Promise<void> {
    const found: string[] = [];
    for (const protocol of this.#options.applicationProtocols) {
      const done = await this.#session(`ALPN ${protocol}`, [TLS12, TLS13], {}, [protocol]);
      if (done?.facts.alpn === protocol) found.push(protocol);
    }
    report.alpn = found;
  }

  /** Handshakes of ours: the certificate, its verdict, and resumption. */
  async #sessions(report: Findings, accepted: readonly number[]): Promise<void> {
    for (const version of [TLS13, TLS12].filter((code) => accepted.includes(code))) {
      const kept = new Map<string, Uint8Array>();
      const sessionStore = {
        get: (key: string) => kept.get(key) ?? null,
        set: (key: string, value: Uint8Array) => void kept.set(key, value),
        delete: (key: string) => void kept.delete(key),
      };
      const what = `resumption of ${versionName(version)}`;
      const first = await this.#session(what, [version], { sessionStore });
      if (first === null) {
        report.notes.push(
          `no ${versionName(version)} handshake of ours could be finished: signatures, ALPN and resumption were not seen in it`,
        );
        continue;
      }
      if (report.chain.subject === null) this.#judge(report, first);
      const second = await this.#session(what, [version], { sessionStore });
      const resumed = second?.facts.resumed === true;
      report.resumption.push({ version: versionName(version), resumed });
    }
  }

  #judge(report: Findings, { facts, chain, stapled }: Finished): void {
    const { name, trust } = this.#options;
    const certificate = facts.peerCertificate;
    report.ocspStapled = stapled;
    if (certificate === null) return;
    const { subject, issuer, validTo } = certificate;
    const { ok, message } = verifyChain({ chain, trust, name, purpose: "server" });
    report.chain = {
      subject,
      issuer,
      validTo,
      certificates: chain.length,
      ok,
      message: ok ? null : (message ?? null),
    };
  }

  /** Offers a list, takes out what the server takes of it, and goes on until it takes nothing more. */
  async #taken(
    what: string,
    known: readonly number[],
    question: (left: readonly number[]) => Partial<Question> & { version: number },
    choice: (answer: Answer) => number | null,
  ): Promise<readonly number[]> {
    const found: number[] = [];
    for (let left = known; left.length > 0; ) {
      const answer = await this.#ask(what, question(left));
      const taken = isAnswer(answer) ? choice(answer) : null;
      // A server that takes what was not offered is not asked again.
      if (taken === null || !left.includes(taken)) break;
      found.push(taken);
      left = left.filter((code) => code !== taken);
    }
    return found;
  }

  async #ask(
    what: string,
    question: Partial<Question> & { version: number },
  ): Promise<Answer | NoAnswer> {
    const { timeout, sni } = this.#options;
    const known = question.version === TLS13 ? SUITES_13 : SUITES_12;
    const { stream } = await this.#connect(what);
    return ask(
      stream,
      {
        suites: known.map(({ code }) => code),
        groups: GROUPS,
        schemes: SCHEMES,
        name: sni,
        ...question,
      },
      timeout,
    );
  }

  /** A whole handshake, whatever the certificate is; null if it does not come to its end. */
  async #session(
    what: string,
    versions: readonly number[],
    settings: NonNullable<SCH_CREDENTIALS["sealwire"]>,
    applicationProtocols: readonly string[] | null = null,
  ): Promise<Finished | null> {
    const { name, trust, timeout } = this.#options;
    const transport = await this.#connect(what);
    const credential = acquire("client", {
      ...{ hRootStore: trust, dwFlags: SCH_CRED_MANUAL_CRED_VALIDATION },
      pTlsParameters: onlyVersions("client", versions as readonly ProtocolVersion[]),
      sealwire: settings,
    });
    const session = new Session(transport.stream, {
      ...{ role: "client", credential, targetName: name, lenientEnd: true },
      ...{ contextReq: ISC_REQ_MANUAL_CRED_VALIDATION, applicationProtocols },
    });
    try {
      await within(timeout, session.handshake(), () => "no handshake in time");
      transport.handshakeDone();
      const { context } = session;
      const facts = readFacts(context);
      const chain = peerCertificates(context);
      const stapled = peerStaple(context) !== null;
      if (settings.sessionStore !== undefined && facts.version === versionName(TLS13))
        await within(TICKET_MS, session.receive(), () => "no ticket in time").catch(() => null);
      await session.shutdown().catch(() => {});
      return { facts, chain, stapled };
    } catch (error) {
      if (error instanceof CliError) return null;
      if (typeof (error as NodeJS.ErrnoException).code === "string") return null;
      throw error;
    } finally {
      session.destroy();
    }
  }

  async #connect(what: string): Promise<ReadyTransport> {
    const { maxConnections, pause, progress, connect } = this.#options;
    if (this.#connections >= maxConnections) throw new OutOfConnections();
    if (this.#connections > 0 && pause > 0)
      await new Promise((resolve) => setTimeout(resolve, pause));
    this.#connections++;
    progress(what, this.#connections);
    const transport = await connect();
    transport.stream.on("error", () => {});
    return transport;
  }
}
