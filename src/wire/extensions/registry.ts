/**
 * All extensions, in the order in which they are written (that of a ClientHello of Windows 11), and the block of
 * extensions that messages end with (RFC 8446 §4.2). The only file that names them all.
 *   extensions <2: extension_type (2) | extension_data <2>>
 */
import { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteWriter } from "../../bytes/byte-writer.ts";
import { extensionName } from "../../protocol/extension-type.ts";
import { fail } from "../../protocol/failure.ts";
import { type AlpnValues, alpn } from "./alpn.ts";
import {
  type CertificateAuthoritiesValues,
  certificateAuthorities,
} from "./certificate-authorities.ts";
import { type CookieValues, cookie } from "./cookie.ts";
import { type EarlyDataValues, earlyData } from "./early-data.ts";
import { type EcPointFormatsValues, ecPointFormats } from "./ec-point-formats.ts";
import { type EncryptThenMacValues, encryptThenMac } from "./encrypt-then-mac.ts";
import { type ExtendedMasterSecretValues, extendedMasterSecret } from "./extended-master-secret.ts";
import type { Codec, Extension, ExtensionPlace } from "./extension.ts";
import { type KeyShareValues, keyShare } from "./key-share.ts";
import { type PostHandshakeAuthValues, postHandshakeAuth } from "./post-handshake-auth.ts";
import { type PreSharedKeyValues, preSharedKey } from "./pre-shared-key.ts";
import { type PskKeyExchangeModesValues, pskKeyExchangeModes } from "./psk-key-exchange-modes.ts";
import { type RenegotiationInfoValues, renegotiationInfo } from "./renegotiation-info.ts";
import { type ServerNameValues, serverName } from "./server-name.ts";
import { type SessionTicketValues, sessionTicket } from "./session-ticket.ts";
import {
  type SignatureAlgorithmsValues,
  signatureAlgorithms,
  signatureAlgorithmsCert,
} from "./signature-algorithms.ts";
import { type StatusRequestValues, statusRequest } from "./status-request.ts";
import { type SupportedGroupsValues, supportedGroups } from "./supported-groups.ts";
import { type SupportedVersionsValues, supportedVersions } from "./supported-versions.ts";

interface Values
  extends AlpnValues,
    CertificateAuthoritiesValues,
    CookieValues,
    EarlyDataValues,
    EcPointFormatsValues,
    EncryptThenMacValues,
    ExtendedMasterSecretValues,
    KeyShareValues,
    PostHandshakeAuthValues,
    PreSharedKeyValues,
    PskKeyExchangeModesValues,
    RenegotiationInfoValues,
    ServerNameValues,
    SessionTicketValues,
    SignatureAlgorithmsValues,
    StatusRequestValues,
    SupportedGroupsValues,
    SupportedVersionsValues {}

/** Contents by name; a member is there if the extension is. What is written. */
export type ExtensionValues = Partial<Values>;

/** What was read. Byte arrays are views of the message. */
export interface Extensions extends ExtensionValues {
  /** Numbers of all extensions, known or not, in the order received. */
  readonly order: readonly number[];
  /** The content of each, in the same order. */
  readonly raw: readonly Uint8Array[];
}

/** Every extension that is built. */
export const EXTENSIONS: readonly Extension<Values>[] = [
  serverName,
  statusRequest,
  supportedVersions,
  signatureAlgorithms,
  signatureAlgorithmsCert,
  sessionTicket,
  supportedGroups,
  ecPointFormats,
  alpn,
  keyShare,
  encryptThenMac,
  extendedMasterSecret,
  renegotiationInfo,
  pskKeyExchangeModes,
  cookie,
  certificateAuthorities,
  postHandshakeAuth,
  earlyData,
  // RFC 8446 §4.2.11: the last one of a ClientHello.
  preSharedKey,
];

const BY_TYPE: ReadonlyMap<number, Extension<Values>> = new Map(
  EXTENSIONS.map((extension) => [extension.type, extension]),
);

/** No extensions: messages of TLS 1.2 may leave out the whole block. */
export const NO_EXTENSIONS: Extensions = { order: [], raw: [] };

/** The extensions that each kind of message may contain, in the order of writing. */
interface Row {
  readonly type: number;
  readonly member: keyof Values;
  /** The table pairs member and codec; TypeScript cannot follow the pair through a union. */
  readonly codec: Pick<Codec<unknown>, "read" | "write">;
}

const ROWS = new Map<ExtensionPlace, readonly Row[]>();

function rowsOf(place: ExtensionPlace): readonly Row[] {
  let rows = ROWS.get(place);
  if (rows === undefined) {
    rows = EXTENSIONS.flatMap(({ type, places }) => {
      const content = places[place];
      return content === undefined ? [] : [{ type, member: content.member, codec: content.codec }];
    });
    ROWS.set(place, rows);
  }
  return rows;
}

/** Numbers of the extensions that `writeExtensions` would write, in its order. */
export function extensionTypes(place: ExtensionPlace, values: ExtensionValues): number[] {
  return rowsOf(place)
    .filter(({ member }) => values[member] !== undefined)
    .map(({ type }) => type);
}

/** The values of those extensions that a client sends which offers these versions. */
export function offeredExtensions(
  values: ExtensionValues,
  { tls12, tls13 }: { readonly tls12: boolean; readonly tls13: boolean },
): ExtensionValues {
  const offered: Partial<Record<keyof Values, unknown>> = {};
  for (const { versions, places } of EXTENSIONS) {
    const member = places.clientHello?.member;
    if (member === undefined || values[member] === undefined) continue;
    if (versions === "both" || (versions === "TLS 1.2" ? tls12 : tls13))
      offered[member] = values[member];
  }
  return offered as ExtensionValues;
}

/**
 * Refuses a ClientHello of TLS 1.3 that lacks an extension which must be there, by itself or beside another one.
 * @throws TlsFailure MissingExtension (RFC 8446 §9.2, §4.2.9)
 */
export function requireExtensions13({ order, preSharedKey }: Extensions): void {
  for (const { type, required, requires } of EXTENSIONS) {
    const isThere = order.includes(type);
    if (!isThere && (required === "always" || (required && preSharedKey === undefined))) {
      fail(
        "MissingExtension",
        `a TLS 1.3 ClientHello${required === "always" ? "" : " without PSK"} needs ${extensionName(type)} (RFC 8446 §9.2)`,
      );
    }
    if (isThere && requires !== undefined && !order.includes(requires)) {
      fail(
        "MissingExtension",
        `a TLS 1.3 ClientHello with ${extensionName(type)} needs ${extensionName(requires)} (RFC 8446 §9.2)`,
      );
    }
  }
}

/** Writes the block of extensions with its length. Members that do not belong in `place` are left out. */
export function writeExtensions(
  writer: ByteWriter,
  place: ExtensionPlace,
  values: ExtensionValues,
): void {
  writer.vector(2, () => {
    for (const { type, member, codec } of rowsOf(place)) {
      const value = values[member];
      if (value !== undefined) writer.u16(type).vector(2, (inner) => codec.write(inner, value));
    }
  });
}

/**
 * Reads a block of extensions. Unknown ones appear only in `order` and `raw`. The handshake decides whether they are
 * ignored or refused.
 * @param min smallest legal length of the block in bytes
 * @param max largest legal length of the block in bytes
 * @throws DecodeError, TlsFailure DuplicateExtension (also an unknown one), TlsFailure MisplacedExtension (one that we
 *   know, but not in this message), TlsFailure of the extension's own; RFC 8446 §4.2
 */
export function readExtensions(
  reader: ByteReader,
  place: ExtensionPlace,
  min = 0,
  max = 0xffff,
): Extensions {
  const block = reader.nested(2, "extensions", min, max);
  const order: number[] = [];
  const raw: Uint8Array[] = [];
  const read: Partial<Record<keyof Extensions, unknown>> = { order, raw };
  let unknown: Set<number> | null = null;
  while (block.remaining > 0) {
    const type = block.u16("extension_type");
    const data = block.vector(2, "extension_data");
    const extension = BY_TYPE.get(type);
    const content = extension?.places[place];
    if (
      unknown?.has(type) === true ||
      (content !== undefined && read[content.member] !== undefined)
    )
      fail("DuplicateExtension", `${extensionName(type)} appears twice in ${place}`);
    order.push(type);
    raw.push(data);
    if (extension === undefined) {
      unknown ??= new Set();
      unknown.add(type);
    } else if (content === undefined)
      fail("MisplacedExtension", `${extensionName(type)} is not allowed in ${place}`);
    else {
      const inner = new ByteReader(data, extensionName(type), block);
      read[content.member] = content.codec.read(inner);
      inner.end();
    }
  }
  return read as Extensions;
}
