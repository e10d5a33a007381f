/**
 * Lines of a text that comes in pieces: UTF-8 or UTF-16, with or without a mark, whatever ends the lines.
 */
import { CliError } from "../cli-error.ts";

/** Bytes of a sample that say whether it is text. */
const LOOKED_AT = 4096;
/** A text without line ends is cut here. */
const MAX_LINE = 1 << 16;

function utf16(sample: Uint8Array): "utf-16le" | "utf-16be" | null {
  const [first, second] = sample;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // What PowerShell writes without a mark.
  return first !== 0 && second === 0 && sample[3] === 0 ? "utf-16le" : null;
}

/** No byte that only binary files have. */
export function isText(sample: Uint8Array): boolean {
  if (sample.length === 0) return false;
  if (utf16(sample) !== null) return true;
  return sample
    .subarray(0, LOOKED_AT)
    .every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

export class TextLines {
  readonly #encoding: string;
  readonly #decoder: TextDecoder;
  #rest = "";

  /** @param sample the begin of the text */
  constructor(sample: Uint8Array) {
    this.#encoding = utf16(sample) ?? "utf-8";
    this.#decoder = new TextDecoder(this.#encoding);
  }

  decodeSample(sample: Uint8Array): string {
    return new TextDecoder(this.#encoding).decode(sample);
  }

  /** @param mayCut a line that is very long may be cut behind a separator or an even number of digits */
  push(bytes: Uint8Array, mayCut: boolean): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length <= MAX_LINE) return lines;
    if (!mayCut) throw new CliError(`a line of over ${MAX_LINE} characters is not one of a dump`);
    const cut = cutOf(this.#rest);
    lines.push(this.#rest.slice(0, cut));
    this.#rest = this.#rest.slice(cut);
    return lines;
  }

  end(): string[] {
    const last = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return last === "" ? [] : [last];
  }
}

/** Where a line can be cut so that no byte is: behind its last separator, or behind an even number of digits. */
function cutOf(line: string): number {
  for (let at = line.length - 1; at > line.length - 64; at--)
    if (" \t:,".includes(line.charAt(at))) return at + 1;
  return line.length - (line.length % 2);
}
