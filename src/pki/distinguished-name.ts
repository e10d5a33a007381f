/**
 * Distinguished names (RFC 5280 §4.1.2.4): their attributes, how they are compared (§7.1, in the manner of RFC 4518: case
 * and runs of spaces do not count, nor does the string type), and how they are shown to people.
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
  /** Null if the value is no string. */
  readonly text: string | null;
  /** With tag and length. A view. */
  readonly encoded: Uint8Array;
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
        ({ type, text, encoded }) =>
          `${ATTRIBUTE_NAMES[type] ?? type}=${text === null ? `#${toHex(encoded)}` : text}`,
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

const MAX_CACHED_NAMES = 256;
const recent = new ByteCache<DistinguishedName>(MAX_CACHED_NAMES);

/**
 * Reads a DER Name; the last ones are kept, since issuers come again and again.
 * @param encoded with tag and length; not copied: must not change
 * @throws DecodeError
 */
export function readName(encoded: Uint8Array): DistinguishedName {
  const known = recent.get(encoded);
  if (known !== null) return known;
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
  recent.set(encoded, name);
  return name;
}

function readAttribute(pair: DerReader): NameAttribute {
  const type = pair.objectIdentifier();
  const { tag, content, encoded } = pair.next();
  pair.end();
  return { type, text: readText(tag, content), encoded };
}

function attributeKey({ type, text, encoded }: NameAttribute): string {
  const value = text === null ? `#${toHex(encoded)}` : folded(text);
  return `${type}=${value}`;
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
