/**
 * GeneralName (RFC 5280 §4.2.1.6): what alternative names and name constraints are made of. A name that is compared
 * here is taken apart; the other forms keep their number only.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { contextTag, type DerReader } from "../bytes/der.ts";
import { fromLatin1 } from "../bytes/text.ts";
import { type DistinguishedName, readName } from "./distinguished-name.ts";

export type GeneralName =
  | { readonly form: "dns" | "email" | "uri"; readonly text: string }
  /** 4 or 16 bytes; in a name constraint twice as many (address and mask). */
  | { readonly form: "ip"; readonly bytes: Uint8Array }
  | { readonly form: "directory"; readonly name: DistinguishedName }
  /** otherName, x400Address, ediPartyName, registeredID, by their number. */
  | { readonly form: "other"; readonly number: number };

const PRIMITIVE = 0x80;
const TEXT_FORMS: Readonly<Record<number, "dns" | "email" | "uri">> = {
  [PRIMITIVE | 1]: "email",
  [PRIMITIVE | 2]: "dns",
  [PRIMITIVE | 6]: "uri",
};
const IP_ADDRESS = PRIMITIVE | 7;
const DIRECTORY_NAME = contextTag(4);
const OTHER_FORMS: readonly number[] = [contextTag(0), contextTag(3), contextTag(5), PRIMITIVE | 8];

/**
 * Reads one GeneralName.
 * @throws DecodeError an unknown form, text that is not ASCII
 */
export function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.next();
  const form = TEXT_FORMS[tag];
  if (form !== undefined) return { form, text: ascii(content) };
  if (tag === IP_ADDRESS) return { form: "ip", bytes: content };
  if (tag === DIRECTORY_NAME) return { form: "directory", name: readName(content) };
  if (OTHER_FORMS.includes(tag)) return { form: "other", number: tag & 0x1f };
  throw new DecodeError(`GeneralName: there is no form with tag ${tag}`);
}

/** Reads GeneralNames, at least one. */
export function readGeneralNames(reader: DerReader): GeneralName[] {
  const names: GeneralName[] = [];
  do names.push(readGeneralName(reader));
  while (reader.peek() !== null);
  return names;
}

function ascii(bytes: Uint8Array): string {
  for (const byte of bytes) {
    if (byte >= 0x80 || byte === 0) throw new DecodeError("GeneralName: an IA5String is not ASCII");
  }
  return fromLatin1(bytes);
}
