/**
 * PEM armour (RFC 7468), with the header fields of old encrypted keys (RFC 1421 §4.6). Takes time linear to the text.
 */
import { fromBase64, toBase64 } from "../../bytes/base64.ts";
import { fail } from "../../protocol/failure.ts";

export interface PemBlock {
  readonly label: string;
  /** "DEK-Info: …" and the like, by name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly der: Uint8Array;
}

const BEGIN = /^-----BEGIN ([A-Z0-9 #]{1,64})-----$/;
const HEADER = /^([A-Za-z0-9-]{1,64}):(.*)$/;

/**
 * All blocks of a text, in order; text between them is ignored.
 * @throws TlsFailure MalformedPem: a block without its end, or with what is not base64
 */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const label = BEGIN.exec(lines[i]?.trim() ?? "")?.[1];
    if (label === undefined) continue;
    const headers = new Map<string, string>();
    const body: string[] = [];
    const end = `-----END ${label}-----`;
    for (i++; lines[i]?.trim() !== end; i++) {
      const line = lines[i]?.trim();
      if (line === undefined || line.startsWith("-----")) {
        fail("MalformedPem", `the PEM block "${label}" does not end with "${end}"`);
      }
      const [, name, value = ""] = HEADER.exec(line) ?? [];
      if (name === undefined) body.push(line);
      else headers.set(name, value.trim());
    }
    blocks.push({ label, headers, der: derOf(body.join(""), label) });
  }
  return blocks;
}

/** PEM of some DER. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function derOf(text: string, label: string): Uint8Array {
  return (
    fromBase64(text.replace(/\s+/g, "")) ??
    fail("MalformedPem", `the PEM block "${label}" holds something that is not base64`)
  );
}
