/**
 * Distinguished names (RFC 5280 §4.1.2.4): their attributes, how they are compared (§7.1, in the manner of RFC 4518:
 * case and runs of spaces do not count, nor does the string type), and how they are shown to people.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { DerReader, DerTag } from "../bytes/der.ts";
import { fromLatin1, fromUtf8, harmless, toHex } from "../bytes/text.ts";
import { ByteCache } from "./byte-cache.ts";
import { ATTRIBUTE_NAMES, OID } from "./object-identifiers.ts";

/** Bytes of a certificate's name in a message, which may hold two beside the chain: together at most MAX_QUOTED. */
export const MAX_SHORT_NAME = 50;

interface NameAttribute {
  readonly type: string;
  /** Null if the value is not a string. */
  readonly text: string | null;
  /** With tag and length, where it is not a string; else null. A view. */
  readonly encoded: Uint8Array | null;
}

/** One relative name: usually one attribute. */
type RelativeName = readonly NameAttribute[];

export class DistinguishedName {
  /** DER, with tag and length. */
  readonly encoded: Uint8Array;
  readonly #names: readonly RelativeName[];
  #keys: readonly string[] | null = null;

  constructor(encoded: Uint8Array, names: readonly RelativeName[]) {
    this.encoded = encoded;
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#names.length === 0;
  }

  /** Memory that this object takes, in bytes, at a guess that is rather too high. */
  get size(): number {
    const attributes = this.#names.reduce((sum, relative) => sum + 1 + relative.length, 1);
    return OBJECT_BYTES * attributes + 8 * this.encoded.length;
  }

  /** Texts that are equal for equal relative names, in order. */
  get keys(): readonly string[] {
    this.#keys ??= this.#names.map((attributes) => attributes.map(attributeKey).sort().join("\n"));
    return this.#keys;
  }

  /** True if both are the same name. */
  equals(other: DistinguishedName): boolean {
    if (equalBytes(this.encoded, other.encoded)) return true;
    return this.keys.length === other.keys.length && other.isWithin(this);
  }

  /** True if `base` is the beginning of this name (RFC 5280 §4.2.1.10). */
  isWithin(base: DistinguishedName): boolean {
    return base.keys.every((key, index) => key === this.keys[index]);
  }

  /** Texts of all attributes of a type, e.g. commonName. */
  texts(type: string): string[] {
    return this.#names.flatMap((attributes) =>
      attributes.flatMap((item) => (item.type === type && item.text !== null ? [item.text] : [])),
    );
  }

  /** "O=Example, CN=example.com", safe to print. */
  get text(): string {
    if (this.isEmpty) return "(no name)";
    const parts = this.#names.flatMap((attributes) =>
      attributes.map(
        ({ type, text, encoded }) => `${ATTRIBUTE_NAMES[type] ?? type}=${valueText(text, encoded)}`,
      ),
    );
    return harmless(parts.join(", "), Number.POSITIVE_INFINITY);
  }

  /** The common name if there is one, else the whole name: what people call a certificate. */
  get shortText(): string {
    const common = this.texts(OID.commonName).at(-1);
    return harmless(common === undefined ? this.text : `CN=${common}`, MAX_SHORT_NAME);
  }
}

const StringTag = {
  Utf8: 0x0c,
  Numeric: 0x12,
  Printable: 0x13,
  Teletex: 0x14,
  Ia5: 0x16,
  Visible: 0x1a,
  Universal: 0x1c,
  Bmp: 0x1e,
} as const;

/** Names that are kept. */
const MAX_CACHED_NAMES = 256;
/** Memory that they may take once they are parsed. */
const MAX_CACHED_BYTES = 1024 * 1024;
/** Memory of an attribute beside its text, and of a name beside its attributes. */
const OBJECT_BYTES = 256;
const recent = new ByteCache<DistinguishedName>(MAX_CACHED_NAMES, MAX_CACHED_BYTES);

/**
 * Combining marks, and the two marks of halfwidth kana that become some. Putting a run of them in order takes time
 * quadratic to its length: text that has more than 30 in a row is not in the stream-safe format (UAX #15 §13), and is
 * not a name.
 */
const TOO_MANY_MARKS = /[\p{M}\uff9e\uff9f]{31}/u;

/**
 * Reads a DER Name; the last ones are kept, since issuers come again and again.
 * @param bytes with tag and length; copied, so that a name that is kept does not keep its certificate
 * @throws DecodeError
 */
export function readName(bytes: Uint8Array): DistinguishedName {
  const known = recent.get(bytes);
  if (known !== null) return known;
  const encoded = bytes.slice();
  const outer = new DerReader(encoded);
  const sequence = outer.sequence();
  outer.end();
  const names: RelativeName[] = [];
  while (sequence.peek() !== null) {
    const set = new DerReader(sequence.element(DerTag.Set));
    const attributes: NameAttribute[] = [];
    do attributes.push(readAttribute(set.sequence()));
    while (set.peek() !== null);
    names.push(attributes);
  }
  const name = new DistinguishedName(encoded, names);
  recent.set(encoded, name, name.size);
  return name;
}

function readAttribute(pair: DerReader): NameAttribute {
  const type = pair.objectIdentifier();
  const { tag, content, encoded } = pair.next();
  pair.end();
  const text = readText(tag, content);
  if (text !== null && TOO_MANY_MARKS.test(text)) {
    throw new DecodeError("Name: more than 30 combining marks in a row");
  }
  return { type, text, encoded: text === null ? encoded : null };
}

/** The text, or the bytes of what is not a string. */
function valueText(text: string | null, encoded: Uint8Array | null): string {
  return text ?? `#${toHex(encoded ?? new Uint8Array(0))}`;
}

function attributeKey({ type, text, encoded }: NameAttribute): string {
  return `${type}=${text === null ? valueText(null, encoded) : folded(text)}`;
}

function readText(tag: number, content: Uint8Array): string | null {
  switch (tag) {
    case StringTag.Utf8:
      try {
        return fromUtf8(content);
      } catch {
        throw new DecodeError("Name: a UTF8String is not UTF-8");
      }
    case StringTag.Numeric:
    case StringTag.Printable:
    case StringTag.Teletex:
    case StringTag.Ia5:
    case StringTag.Visible:
      return fromLatin1(content);
    case StringTag.Bmp:
    case StringTag.Universal:
      return wideText(content, tag === StringTag.Bmp ? 2 : 4);
    default:
      return null;
  }
}

function wideText(content: Uint8Array, width: number): string {
  if (content.length % width !== 0) throw new DecodeError("Name: a string of half characters");
  let text = "";
  for (let i = 0; i < content.length; i += width) {
    let code = 0;
    for (let j = 0; j < width; j++) code = code * 256 + (content[i + j] ?? 0);
    if (code > 0x10ffff) throw new DecodeError("Name: a character outside Unicode");
    text += String.fromCodePoint(code);
  }
  return text;
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
}
