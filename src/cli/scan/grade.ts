/**
 * A grade for what a server accepts: the worst reason decides, and every reason is told.
 */
import { TLS12, TLS13 } from "../../protocol/version.ts";
import { type Findings, GRADES, type Grade, type Reason } from "./findings.ts";

/** Bits of a sound prime of DHE. */
const MIN_PRIME_BITS = 2048;
const TLS11 = 0x0302;
const SSL30 = 0x0300;

/** Everything that speaks against a server, the gravest first. */
export function reasonsOf(report: Findings): readonly Reason[] {
  const reasons: Reason[] = [];
  const add = (grade: Grade, applies: boolean, text: string): void => {
    if (applies) reasons.push({ grade, text });
  };
  const accepted = (version: number): boolean =>
    report.versions.some((row) => row.code === version && row.accepted);
  const suites = report.suites.flatMap((row) => row.suites);
  /** "weak" suites by what is known against them, counted: their names stand in the table. */
  const counted = (strength: string): readonly (readonly [string, string])[] => {
    const rows = suites.filter((row) => row.strength === strength);
    return [...new Set(rows.map(({ why }) => why))].map((why) => {
      const names = new Set(rows.filter((row) => row.why === why).map(({ name }) => name));
      return [why, `${names.size} ${strength} ${names.size === 1 ? "suite" : "suites"}: ${why}`];
    });
  };
  add("T", report.chain.ok === false, `the certificate is refused: ${report.chain.message ?? ""}`);
  add("F", accepted(SSL30), "SSL 3.0 is accepted (POODLE)");
  add("F", !accepted(TLS12) && !accepted(TLS13), "neither TLS 1.2 nor TLS 1.3 is accepted");
  for (const [, text] of counted("broken")) add("F", true, text);
  add("C", report.compression === true, "TLS compression is accepted (CRIME)");
  add("C", report.secureRenegotiation === false, "secure renegotiation is not there (RFC 5746)");
  add("B", accepted(TLS11) || accepted(0x0301), "TLS 1.0 or 1.1 is accepted (RFC 8996)");
  add(
    "B",
    (report.primeBits ?? MIN_PRIME_BITS) < MIN_PRIME_BITS,
    `DHE with ${report.primeBits} bits`,
  );
  for (const [why, text] of counted("weak")) add(why.startsWith("CBC") ? "A-" : "B", true, text);
  add("A-", accepted(TLS12) && !accepted(TLS13), "TLS 1.3 is not accepted");
  add("A-", report.extendedMasterSecret === false, "no extended master secret (triple handshake)");
  add(
    "A-",
    report.fallbackScsv === false,
    "a fall back to an older version is not noticed (RFC 7507)",
  );
  return reasons.sort((a, b) => GRADES.indexOf(b.grade) - GRADES.indexOf(a.grade));
}

export const gradeOf = (reasons: readonly Reason[]): Grade => reasons[0]?.grade ?? "A";
