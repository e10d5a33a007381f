/**
 * Extensions shown field by field, each as its description in `wire/extensions` says. An extension that is not known is shown as bytes.
 */
import { extensionName } from "../../protocol/extension-type.ts";
import { namedGroupName } from "../../protocol/named-group.ts";
import { signatureSchemeName } from "../../protocol/signature-scheme.ts";
import { isGrease, versionName } from "../../protocol/version.ts";
import type { ExtensionPlace, ShownValues } from "../../wire/extensions/extension.ts";
import { EXTENSIONS, type Extensions } from "../../wire/extensions/registry.ts";
import { coded, type Field, type FieldValue, field } from "./field.ts";

/** A code with its name, or GREASE (RFC 8701). */
export function named(code: number, naming: (code: number) => string): string {
  return coded(code, isGrease(code) ? "GREASE" : naming(code));
}

const group = (code: number): string => named(code, namedGroupName);
const scheme = (code: number): string => named(code, signatureSchemeName);
const version = (code: number): string => named(code, versionName);
const share = ({ group: code, keyExchange }: ShownValues["share"]): string =>
  `${group(code)}, ${keyExchange.length} bytes`;

const PSK_MODES: readonly string[] = ["psk_ke", "psk_dhe_ke"];
const POINT_FORMATS: readonly string[] = [
  "uncompressed",
  "ansiX962_compressed_prime",
  "ansiX962_compressed_char2",
];
const byteCode = (code: number, names: readonly string[]): string =>
  coded(code, names[code] ?? (isGrease((code << 8) | code) ? "GREASE" : ""), 2);

/** The words for each kind of content. A flag says all by being there. */
const RENDERERS: {
  readonly [Kind in keyof ShownValues]: (value: ShownValues[Kind]) => FieldValue;
} = {
  flag: () => "",
  bytes: (bytes) => bytes,
  name: (name) => name ?? "no host name",
  names: (names) => [...names],
  distinguishedNames: (names) => names.map((name) => `a name of ${name.length} bytes`),
  size: (size) => `${size} bytes`,
  index: (index) => `identity ${index}`,
  group,
  groups: (codes) => codes.map(group),
  schemes: (codes) => codes.map(scheme),
  version,
  versions: (codes) => codes.map(version),
  pointFormats: (formats) => formats.map((code) => byteCode(code, POINT_FORMATS)),
  pskModes: (modes) => modes.map((code) => byteCode(code, PSK_MODES)),
  share,
  shares: (shares) => shares.map(share),
  psks: ({ identities, binders }) => [
    ...identities.map(
      ({ identity, obfuscatedTicketAge }) =>
        `identity of ${identity.length} bytes, obfuscated age ${obfuscatedTicketAge}`,
    ),
    ...binders.map((binder) => `binder of ${binder.length} bytes`),
  ],
  statusType: ({ type }) => byteCode(type, ["", "ocsp"]),
};

/** One field for each extension, in the order received. */
export function extensionFields(place: ExtensionPlace, extensions: Extensions): readonly Field[] {
  return extensions.order.map((type, index) => {
    const raw = extensions.raw[index] ?? new Uint8Array(0);
    const name = isGrease(type) ? "GREASE" : extensionName(type);
    return field(`${name} (${type})`, contentOf(place, type, extensions) ?? raw);
  });
}

/** What the extension's own description says of its content; null for an extension that is not known in this place. */
function contentOf(place: ExtensionPlace, type: number, extensions: Extensions): FieldValue | null {
  const content = EXTENSIONS.find((row) => row.type === type)?.places[place];
  const value = content === undefined ? undefined : extensions[content.member];
  if (content === undefined || value === undefined) return null;
  return RENDERERS[content.codec.shows](value as never);
}
