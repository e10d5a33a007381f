/**
 * What a scan found, for people.
 */
import { type Style, wrap } from "../terminal.ts";
import type { ScanReport } from "./findings.ts";

const LABEL = 24;

/** The table. */
export function describeScan(report: ScanReport, style: Style): string[] {
  const lines: string[] = [];
  const row = (label: string, text: string, paint = (plain: string): string => plain): void => {
    const parts = wrap(text, style.columns - LABEL);
    for (const [index, part] of parts.entries())
      lines.push(`${style.faint((index === 0 ? label : "").padEnd(LABEL))}${paint(part)}`);
  };
  const yes = (value: boolean | null, good: boolean): void => {
    const [label, text] = [pending, value === null ? "not seen" : value ? "yes" : "no"];
    row(label, text, value === null ? style.faint : value === good ? style.good : style.bad);
  };
  let pending = "";
  const judged = (label: string, value: boolean | null, good: boolean): void => {
    pending = label;
    yes(value, good);
  };
  const old = (code: number): boolean => code < 0x0303;
  for (const { name, code, accepted, answer } of report.versions)
    row(
      name,
      accepted ? "accepted" : `not accepted (${answer ?? "refused"})`,
      accepted === old(code)
        ? accepted
          ? style.bad
          : style.good
        : accepted
          ? style.good
          : style.note,
    );
  for (const { version, chosenBy, suites } of report.suites) {
    const order = chosenBy === null ? "" : `, the ${chosenBy} chooses`;
    lines.push("", style.strong(`suites of ${version}${order}`));
    for (const { name, strength, why } of suites) {
      const paint = { strong: style.good, weak: style.note, broken: style.bad }[strength];
      for (const part of wrap(
        `  ${name}${why === "" ? "" : `  ${strength}: ${why}`}`,
        style.columns,
        "    ",
      ))
        lines.push(paint(part));
    }
  }
  lines.push("");
  for (const { version, names } of report.groups)
    row(`groups, ${version}`, names.join(", ") || "none that we know");
  for (const { version, names } of report.signatures)
    row(`signatures, ${version}`, names.join(", ") || "none that we know");
  const unknown = report.grade === null ? "not seen" : "none of those that were asked for";
  row("ALPN", report.alpn.join(", ") || unknown);
  for (const { version, resumed } of report.resumption)
    row(`resumption, ${version}`, resumed ? "yes" : "no");
  row("tickets, TLS 1.2", report.tickets === null ? "not seen" : report.tickets ? "yes" : "no");
  judged("secure renegotiation", report.secureRenegotiation, true);
  judged("extended_master_secret", report.extendedMasterSecret, true);
  judged("compression", report.compression, false);
  if (report.fallbackScsv !== null) judged("fallback SCSV", report.fallbackScsv, true);
  if (report.primeBits !== null) row("DHE", `${report.primeBits} bits`);
  row("OCSP stapled", report.ocspStapled === null ? "not seen" : report.ocspStapled ? "yes" : "no");
  const { subject, issuer, validTo, certificates, ok, message } = report.chain;
  if (subject !== null) {
    row(
      "certificate",
      `${subject}, issued by ${issuer}, valid to ${validTo}, ${certificates} sent`,
    );
    row(
      "chain",
      ok === true ? "accepted" : `refused: ${message}`,
      ok === true ? style.good : style.bad,
    );
  } else row("certificate", "not seen");
  lines.push("");
  const { grade: verdict } = report;
  const paint = verdict?.startsWith("A")
    ? style.good
    : verdict === "B" || verdict === null
      ? style.note
      : style.bad;
  row("grade", verdict ?? "none, since not everything was asked", (text) =>
    style.strong(paint(text)),
  );
  for (const { grade, text } of report.reasons) row("", `${grade}: ${text}`);
  if (report.reasons.length === 0 && verdict !== null) row("", "nothing is known against it");
  for (const note of report.notes) row("note", note, style.note);
  row("connections", String(report.connections));
  return lines;
}
