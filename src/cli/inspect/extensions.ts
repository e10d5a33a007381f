/**
 * Extensions told field by field: each by its member of `Extensions`, which the registry of `wire/` names; what that does
 * not know is shown as bytes.
 */
import { extensionName } from "../../protocol/extension-type.ts";
import { namedGroupName } from "../../protocol/named-group.ts";
import { signatureSchemeName } from "../../protocol/signature-scheme.ts";
import { isGrease, versionName } from "../../protocol/version.ts";
import type { ExtensionPlace } from "../../wire/extensions/extension.ts";
import type { KeyShareEntry } from "../../wire/extensions/key-share.ts";
import {
  EXTENSIONS,
  type Extensions,
  type ExtensionValues,
} from "../../wire/extensions/registry.ts";
import { coded, type Field, type FieldValue, field } from "./field.ts";

/** A code with its name, or GREASE (RFC 8701). */
export function named(code: number, naming: (code: number) => string): string {
  return coded(code, isGrease(code) ? "GREASE" : naming(code));
}

const group = (code: number): string => named(code, namedGroupName);
const scheme = (code: number): string => named(code, signatureSchemeName);
const version = (code: number): string => named(code, versionName);
const share = ({ group: code, keyExchange }: KeyShareEntry): string =>
  `${group(code)}, ${keyExchange.length} bytes`;

const PSK_MODES: readonly string[] = ["psk_ke", "psk_dhe_ke"];
const POINT_FORMATS: readonly string[] = [
  "uncompressed",
  "ansiX962_compressed_prime",
  "ansiX962_compressed_char2",
];
const byteCode = (code: number, names: readonly string[]): string =>
  coded(code, names[code] ?? (isGrease((code << 8) | code) ? "GREASE" : ""), 2);

type Renderers = {
  readonly [M in keyof Required<ExtensionValues>]: (
    value: NonNullable<ExtensionValues[M]>,
  ) => FieldValue;
};

/** What each extension says. A flag says all by being there. */
const RENDERERS: Renderers = {
  alpn: (names) => [...names],
  certificateAuthorities: (names) => names.map((name) => `a name of ${name.length} bytes`),
  cookie: (bytes) => bytes,
  earlyData: () => "",
  maxEarlyDataSize: (size) => `${size} bytes`,
  ecPointFormats: (formats) => formats.map((code) => byteCode(code, POINT_FORMATS)),
  encryptThenMac: () => "",
  extendedMasterSecret: () => "",
  keyShare: (shares) => shares.map(share),
  serverShare: share,
  selectedGroup: group,
  postHandshakeAuth: () => "",
  preSharedKey: ({ identities, binders }) => [
    ...identities.map(
      ({ identity, obfuscatedTicketAge }) =>
        `identity of ${identity.length} bytes, obfuscated age ${obfuscatedTicketAge}`,
    ),
    ...binders.map((binder) => `binder of ${binder.length} bytes`),
  ],
  selectedIdentity: (index) => `identity ${index}`,
  pskKeyExchangeModes: (modes) => modes.map((code) => byteCode(code, PSK_MODES)),
  renegotiationInfo: (bytes) => bytes,
  serverName: (name) => name,
  serverNameAccepted: () => "",
  sessionTicket: (ticket) => ticket,
  signatureAlgorithms: (codes) => codes.map(scheme),
  signatureAlgorithmsCert: (codes) => codes.map(scheme),
  statusRequest: ({ type }) => byteCode(type, ["", "ocsp"]),
  statusRequestAccepted: () => "",
  ocspResponse: (response) => response,
  supportedGroups: (codes) => codes.map(group),
  supportedVersions: (codes) => codes.map(version),
  selectedVersion: version,
};

/** One field for each extension, in the order received. */
export function extensionFields(place: ExtensionPlace, extensions: Extensions): readonly Field[] {
  return extensions.order.map((type, index) => {
    const raw = extensions.raw[index] ?? new Uint8Array(0);
    const name = isGrease(type) ? "GREASE" : extensionName(type);
    return field(`${name} (${type})`, contentOf(place, type, extensions) ?? raw);
  });
}

function contentOf(place: ExtensionPlace, type: number, extensions: Extensions): FieldValue | null {
  const member = EXTENSIONS.find((row) => row.type === type)?.places[place]?.member;
  return member === undefined ? null : render(member, extensions);
}

function render<M extends keyof Required<ExtensionValues>>(
  member: M,
  extensions: Extensions,
): FieldValue | null {
  const value = extensions[member] as ExtensionValues[M];
  return value === undefined ? null : RENDERERS[member](value as NonNullable<ExtensionValues[M]>);
}
