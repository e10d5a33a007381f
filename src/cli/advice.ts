/**
 * What to do about a handshake that failed: what we offered, what the peer said, which option changes it.
 */

import {
  SEC_E_CERT_EXPIRED,
  SEC_E_OK,
  SEC_E_UNTRUSTED_ROOT,
  SEC_E_WRONG_PRINCIPAL,
} from "../api/node.ts";
import { GrowingBytes } from "../bytes/growing-bytes.ts";
import { alertName } from "../protocol/alert.ts";
import { cipherSuiteName, EMPTY_RENEGOTIATION_INFO_SCSV } from "../protocol/cipher-suite.ts";
import { ContentType } from "../protocol/content-type.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { namedGroupName } from "../protocol/named-group.ts";
import { versionName } from "../protocol/version.ts";
import { type ClientHello, decodeClientHello } from "../wire/client-hello.ts";
import { CliError, describeError } from "./cli-error.ts";
import { otherProtocol } from "./other-protocols.ts";
import { type Session, SessionError } from "./session.ts";
import { spacedHex } from "./terminal.ts";

export interface Attempt {
  /** HOST:PORT, for messages. */
  readonly place: string;
  readonly name: string;
  readonly hasCertificate: boolean;
  readonly trustsFiles: boolean;
}

/** Suites that are named; the others are counted. */
const NAMED_SUITES = 4;
const HANDSHAKE_HEADER = 4;
/** First bytes of a peer that are shown where they are not TLS. */
const SHOWN_BEGIN = 8;

/** A failed handshake in the words of the command line: where, what, what to do. */
export function explainFailure(error: unknown, session: Session, attempt: Attempt): unknown {
  const { place } = attempt;
  if (!(error instanceof SessionError)) {
    if (error instanceof CliError || (error as NodeJS.ErrnoException).syscall === undefined)
      return error;
    const { code = null } = error as NodeJS.ErrnoException;
    return new CliError(`${place}: ${describeError(error)}`, { reason: code });
  }
  if (error.reason === "NotTls") {
    const begin = spacedHex(session.peerBegin, SHOWN_BEGIN);
    const other =
      otherProtocol(session.peerBegin) ??
      `does not speak TLS here: the first bytes that it says are ${begin}; check the port, or name its protocol with --starttls`;
    return new CliError(`${place} ${other}`, error.members);
  }
  if (error.reason === "ClosedDuringHandshake") {
    const alert = plainAlert(session.peerBegin);
    if (alert !== null)
      return new CliError(
        `${place} said the alert ${alert} and closed the connection before the TLS handshake was finished${adviceText(alertAdvice(alert.replace(/ .*$/, ""), session, attempt))}`,
        { ...error.members, alertReceived: alert.replace(/ .*$/, "") },
      );
    return new CliError(
      `${place}: ${error.message}${session.peerBegin.length > 0 ? "" : "; it said nothing. Is --starttls needed, or another port?"}`,
      error.members,
    );
  }
  const advice = adviceAbout(error, session, attempt);
  return new CliError(`${place}: ${withoutRepetition(error.message)}${adviceText(advice)}`, {
    ...error.members,
    ...(advice === null ? {} : { advice }),
  });
}

/** The path of a chain ends with what is wrong with it, which the message began with. */
function withoutRepetition(message: string): string {
  const at = message.indexOf("; chain: ");
  return at === -1 ? message : message.replace(` (${message.slice(0, at)})`, "");
}

const adviceText = (advice: string | null): string => (advice === null ? "" : `; ${advice}`);

function adviceAbout(error: SessionError, session: Session, attempt: Attempt): string | null {
  if (error.alertReceived !== null) return alertAdvice(error.alertReceived, session, attempt);
  switch (error.status ?? SEC_E_OK) {
    case SEC_E_UNTRUSTED_ROOT:
      return untrusted(error.message, attempt);
    case SEC_E_WRONG_PRINCIPAL:
      return "name the server with --servername NAME, or skip the check with --insecure";
    case SEC_E_CERT_EXPIRED:
      return error.reason === "CertificateNotYetValid"
        ? "if the clock of this machine is right, the certificate is to be used later"
        : "if the clock of this machine is right, the server needs a new one";
    default:
      return null;
  }
}

function untrusted(message: string, { trustsFiles }: Attempt): string {
  const [, leafOnly] =
    /chain: leaf [^→]* → no trusted issuer named (.+?)(?: \(|$|;)/.exec(message) ?? [];
  const missing =
    leafOnly === undefined
      ? ""
      : `; if ${leafOnly} is an intermediate authority, the server does not send its certificate and should`;
  const name = trustsFiles
    ? "name another authority with --ca FILE"
    : "name the authority with --ca FILE";
  return `${name}, or skip the check with --insecure${missing}`;
}

/** What we offered, for an alert that says that it does not do. */
function alertAdvice(alert: string, session: Session, attempt: Attempt): string | null {
  const hello = offered(session.ownBegin);
  switch (alert) {
    case "unrecognized_name":
      return `the server has no certificate for ${attempt.name}; name another with --servername`;
    case "no_application_protocol":
      return `we offered ALPN ${(hello?.extensions.alpn ?? []).join(", ")}; the server speaks none of them, try another --alpn`;
    case "unknown_ca":
    case "bad_certificate":
    case "certificate_unknown":
    case "unsupported_certificate":
      return attempt.hasCertificate
        ? "the server does not accept our certificate (--cert or --pfx)"
        : null;
    case "certificate_required":
      return missingCertificate(session, attempt);
    case "internal_error":
      return "something failed inside the server; its log says what";
    case "unknown_psk_identity":
      return "the server does not know the identity of --psk";
    case "protocol_version":
    case "insufficient_security":
    case "handshake_failure":
      if (session.lacksCertificate || asksForCertificate(session.peerBegin))
        return missingCertificate(session, attempt);
      return hello === null
        ? null
        : `${offerText(hello)}; try others with --ciphers, --groups, --sigalgs or --min, or see what it accepts with sealwire scan ${attempt.place}`;
    default:
      return session.lacksCertificate ? missingCertificate(session, attempt) : null;
  }
}

function missingCertificate(session: Session, { hasCertificate }: Attempt): string {
  if (!hasCertificate)
    return "the server asked for a client certificate, give one with --cert and --key or --pfx";
  return session.lacksCertificate
    ? "the certificate that was given was not sent, since the server asks for one of other authorities or algorithms; give one that it accepts"
    : "the server does not accept our certificate (--cert or --pfx)";
}

/** Is there a CertificateRequest in the flight of a TLS 1.2 server? That of TLS 1.3 is protected. */
function asksForCertificate(begin: Uint8Array): boolean {
  const flight = new GrowingBytes();
  for (let at = 0; begin[at] === ContentType.Handshake; ) {
    const end = at + RECORD_HEADER_LENGTH + uint16(begin, at + 3);
    flight.append(begin.subarray(at + RECORD_HEADER_LENGTH, end));
    at = end;
  }
  const { bytes } = flight;
  for (let at = 0; at + HANDSHAKE_HEADER <= bytes.length; ) {
    if (bytes[at] === HandshakeType.CertificateRequest) return true;
    at += HANDSHAKE_HEADER + (((bytes[at + 1] as number) << 16) | uint16(bytes, at + 2));
  }
  return false;
}

const uint16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function offered(ownBegin: Uint8Array): ClientHello | null {
  try {
    const length = uint16(ownBegin, 3);
    const start = RECORD_HEADER_LENGTH + HANDSHAKE_HEADER;
    return decodeClientHello(ownBegin.subarray(start, RECORD_HEADER_LENGTH + length));
  } catch {
    // One that is spread over records, or not there: then nothing is said about it.
    return null;
  }
}

function offerText({ cipherSuites, legacyVersion, extensions }: ClientHello): string {
  const versions = (extensions.supportedVersions ?? [legacyVersion]).map(versionName).join(" and ");
  const suites = cipherSuites.filter((code) => code !== EMPTY_RENEGOTIATION_INFO_SCSV);
  const named = suites.slice(0, NAMED_SUITES).map(cipherSuiteName).join(", ");
  const more = suites.length > NAMED_SUITES ? ` and ${suites.length - NAMED_SUITES} more` : "";
  const groups = (extensions.supportedGroups ?? []).map(namedGroupName).join(", ");
  return `we offered ${versions} with the suites ${named}${more}${groups === "" ? "" : `, groups ${groups}`}`;
}

/** The alert among the first records of a peer that is not protected: "handshake_failure (warning)". */
function plainAlert(begin: Uint8Array): string | null {
  for (let at = 0; at + RECORD_HEADER_LENGTH + 2 <= begin.length; ) {
    const length = uint16(begin, at + 3);
    if (begin[at] === ContentType.Alert && length === 2) {
      const level = begin[at + 5] === 1 ? "warning" : "fatal";
      return `${alertName(begin[at + 6] as number)} (${level})`;
    }
    if (begin[at] !== ContentType.Handshake) return null;
    at += RECORD_HEADER_LENGTH + length;
  }
  return null;
}
