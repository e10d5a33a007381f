/**
 * What an exporter may be asked for (RFC 5705 §4; RFC 8446 §7.1, §7.5), by the version that was negotiated.
 */
import { LABELS_12 } from "../crypto/key-schedule-12.ts";
import type { Facts } from "../handshake/facts.ts";
import { HASHES } from "../protocol/cipher-suite.ts";
import { TLS13 } from "../protocol/version.ts";

/** Bytes of a context value, and of keying material in TLS 1.2: lengths of 16 bits. */
const MAX_LENGTH = 0xffff;
/** TLS 1.3: HkdfLabel has a length of 8 bits, and "tls13 " precedes the label. */
const MAX_LABEL_13 = 255 - 6;
/** TLS 1.3: HKDF-Expand makes at most as many blocks of the hash (RFC 5869 §2.3). */
const MAX_BLOCKS = 255;
const ASCII = /^[\x20-\x7e]*$/;
/** TLS 1.2: labels that the key schedule itself uses (RFC 5705 §4). To export them would give away its keys. */
const RESERVED_LABELS: readonly string[] = Object.values(LABELS_12);

export interface ExporterRequest {
  /** May be empty. */
  readonly label: string;
  /** Bytes of the context value. */
  readonly contextLength: number;
  /** Bytes of keying material. */
  readonly length: number;
}

/** Why the request cannot be met, in words; null: it can. Before the version is known: what no version allows. */
export function exporterFault(
  { version, suite }: Pick<Facts, "version" | "suite">,
  { label, contextLength, length }: ExporterRequest,
): string | null {
  if (!ASCII.test(label)) return "the label is not printable ASCII";
  if (contextLength > MAX_LENGTH) {
    return `the context value has ${contextLength} bytes; at most ${MAX_LENGTH} are allowed`;
  }
  const longest =
    version === TLS13 && suite !== null ? MAX_BLOCKS * HASHES[suite.hash].length : MAX_LENGTH;
  if (!(Number.isInteger(length) && length >= 1 && length <= longest)) {
    return `${length} bytes of keying material were asked for; 1 to ${longest} can be made`;
  }
  const longestLabel = version === TLS13 ? MAX_LABEL_13 : MAX_LENGTH;
  if (label.length > longestLabel) {
    return `the label has ${label.length} bytes; at most ${longestLabel} are allowed`;
  }
  if (version !== null && version !== TLS13 && RESERVED_LABELS.includes(label)) {
    return `the label ${JSON.stringify(label)} is one of the TLS 1.2 key schedule (RFC 5705 §4)`;
  }
  return null;
}
