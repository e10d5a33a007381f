/**
 * All extensions in one table: which member of `Extensions` holds them in which message, in the order in which they are
 * written (a ClientHello of Windows 11 has the same order). The only file that names them all.
 */
import { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteWriter } from "../../bytes/byte-writer.ts";
import { ExtensionType, extensionName } from "../../protocol/extension-type.ts";
import { fail } from "../../protocol/failure.ts";
import { alpn } from "./alpn.ts";
import {
  cookie,
  ecPointFormats,
  pskKeyExchangeModes,
  renegotiationInfo,
  sessionTicket,
} from "./byte-vectors.ts";
import { certificateAuthorities } from "./certificate-authorities.ts";
import { type Codec, type ExtensionPlace, FLAG } from "./extension.ts";
import { type KeyShareEntry, keyShare, selectedGroup, serverShare } from "./key-share.ts";
import { signatureAlgorithms, supportedGroups } from "./number-list.ts";
import { type OfferedPsks, preSharedKey, selectedIdentity } from "./pre-shared-key.ts";
import { serverName } from "./server-name.ts";
import { ocspResponse, statusRequest } from "./status-request.ts";
import { selectedVersion, supportedVersions } from "./supported-versions.ts";

/** Contents by name; a member is there if the extension is. */
interface Values {
  readonly serverName: string;
  readonly serverNameAccepted: true;
  readonly statusRequest: { readonly type: number };
  readonly statusRequestAccepted: true;
  readonly ocspResponse: Uint8Array;
  readonly supportedVersions: readonly number[];
  readonly selectedVersion: number;
  readonly signatureAlgorithms: readonly number[];
  readonly signatureAlgorithmsCert: readonly number[];
  readonly sessionTicket: Uint8Array;
  readonly supportedGroups: readonly number[];
  readonly ecPointFormats: readonly number[];
  readonly alpn: readonly string[];
  readonly keyShare: readonly KeyShareEntry[];
  readonly serverShare: KeyShareEntry;
  readonly selectedGroup: number;
  readonly encryptThenMac: true;
  readonly extendedMasterSecret: true;
  readonly renegotiationInfo: Uint8Array;
  readonly pskKeyExchangeModes: readonly number[];
  readonly cookie: Uint8Array;
  readonly certificateAuthorities: readonly Uint8Array[];
  readonly postHandshakeAuth: true;
  readonly earlyData: true;
  readonly maxEarlyDataSize: number;
  readonly preSharedKey: OfferedPsks;
  readonly selectedIdentity: number;
}

/** What is written. */
export type ExtensionValues = Partial<Values>;

/** What was read. Byte arrays are views of the message. */
export interface Extensions extends ExtensionValues {
  /** Numbers of all extensions, known or not, in the order received. */
  readonly order: readonly number[];
  /** The content of each, in the same order. */
  readonly raw: readonly Uint8Array[];
}

/** A codec that is bound to its member, so that the table needs no types of its own. */
interface Slot {
  readonly member: keyof Values;
  read(reader: ByteReader): unknown;
  /** Writes the member's value if it is there. */
  write(writer: ByteWriter, values: ExtensionValues): void;
  has(values: ExtensionValues): boolean;
}

function slot<M extends keyof Values>(member: M, codec: Codec<Values[M]>): Slot {
  return {
    member,
    read: (reader) => codec.read(reader),
    has: (values) => values[member] !== undefined,
    write(writer, values) {
      const value = values[member];
      if (value !== undefined) codec.write(writer, value as Values[M]);
    },
  };
}

/** The wish of a server for the client's staple has no content that matters (RFC 8446 §4.4.2.1). */
const ANY_CONTENT: Codec<true> = {
  read(reader) {
    reader.rest();
    return true;
  },
  write: () => {},
};

const MAX_EARLY_DATA: Codec<number> = {
  read: (reader) => reader.u32("max_early_data_size"),
  write: (writer, size) => void writer.u32(size),
};

interface Row {
  readonly type: number;
  readonly places: Partial<Record<ExtensionPlace, Slot>>;
}

const everywhere = (slots: Slot, ...places: readonly ExtensionPlace[]): Row["places"] =>
  Object.fromEntries(places.map((place) => [place, slots]));

const E = ExtensionType;

const TABLE: readonly Row[] = [
  {
    type: E.ServerName,
    places: {
      clientHello: slot("serverName", serverName),
      ...everywhere(slot("serverNameAccepted", FLAG), "serverHello", "encryptedExtensions"),
    },
  },
  {
    type: E.StatusRequest,
    places: {
      clientHello: slot("statusRequest", statusRequest),
      serverHello: slot("statusRequestAccepted", FLAG),
      certificateRequest: slot("statusRequestAccepted", ANY_CONTENT),
      certificate: slot("ocspResponse", ocspResponse),
    },
  },
  {
    type: E.SupportedVersions,
    places: {
      clientHello: slot("supportedVersions", supportedVersions),
      ...everywhere(slot("selectedVersion", selectedVersion), "serverHello", "helloRetryRequest"),
    },
  },
  {
    type: E.SignatureAlgorithms,
    places: everywhere(
      slot("signatureAlgorithms", signatureAlgorithms),
      "clientHello",
      "certificateRequest",
    ),
  },
  {
    type: E.SignatureAlgorithmsCert,
    places: everywhere(
      slot("signatureAlgorithmsCert", signatureAlgorithms),
      "clientHello",
      "certificateRequest",
    ),
  },
  {
    type: E.SessionTicket,
    places: everywhere(slot("sessionTicket", sessionTicket), "clientHello", "serverHello"),
  },
  {
    type: E.SupportedGroups,
    places: everywhere(
      slot("supportedGroups", supportedGroups),
      "clientHello",
      "encryptedExtensions",
    ),
  },
  {
    type: E.EcPointFormats,
    places: everywhere(slot("ecPointFormats", ecPointFormats), "clientHello", "serverHello"),
  },
  {
    type: E.Alpn,
    places: everywhere(slot("alpn", alpn), "clientHello", "serverHello", "encryptedExtensions"),
  },
  {
    type: E.KeyShare,
    places: {
      clientHello: slot("keyShare", keyShare),
      serverHello: slot("serverShare", serverShare),
      helloRetryRequest: slot("selectedGroup", selectedGroup),
    },
  },
  {
    type: E.EncryptThenMac,
    places: everywhere(slot("encryptThenMac", FLAG), "clientHello", "serverHello"),
  },
  {
    type: E.ExtendedMasterSecret,
    places: everywhere(slot("extendedMasterSecret", FLAG), "clientHello", "serverHello"),
  },
  {
    type: E.RenegotiationInfo,
    places: everywhere(slot("renegotiationInfo", renegotiationInfo), "clientHello", "serverHello"),
  },
  {
    type: E.PskKeyExchangeModes,
    places: { clientHello: slot("pskKeyExchangeModes", pskKeyExchangeModes) },
  },
  {
    type: E.Cookie,
    places: everywhere(slot("cookie", cookie), "clientHello", "helloRetryRequest"),
  },
  {
    type: E.CertificateAuthorities,
    places: everywhere(
      slot("certificateAuthorities", certificateAuthorities),
      "clientHello",
      "certificateRequest",
    ),
  },
  { type: E.PostHandshakeAuth, places: { clientHello: slot("postHandshakeAuth", FLAG) } },
  {
    type: E.EarlyData,
    places: {
      ...everywhere(slot("earlyData", FLAG), "clientHello", "encryptedExtensions"),
      newSessionTicket: slot("maxEarlyDataSize", MAX_EARLY_DATA),
    },
  },
  // RFC 8446 §4.2.11: the last one of a ClientHello.
  {
    type: E.PreSharedKey,
    places: {
      clientHello: slot("preSharedKey", preSharedKey),
      serverHello: slot("selectedIdentity", selectedIdentity),
    },
  },
];

const BY_TYPE: ReadonlyMap<number, Row> = new Map(TABLE.map((row) => [row.type, row]));

/** Numbers of the extensions that `writeExtensions` would write. */
export function extensionTypes(place: ExtensionPlace, values: ExtensionValues): number[] {
  return TABLE.filter((row) => row.places[place]?.has(values)).map((row) => row.type);
}

/** Writes the block of extensions with its length. */
export function writeExtensions(
  writer: ByteWriter,
  place: ExtensionPlace,
  values: ExtensionValues,
): void {
  writer.vector(2, () => {
    for (const { type, places } of TABLE) {
      const codec = places[place];
      if (codec?.has(values)) {
        writer.u16(type).vector(2, (inner) => codec.write(inner, values));
      }
    }
  });
}

/**
 * Reads a block of extensions. Throws TlsFailure DuplicateExtension, MisplacedExtension (known, but not for this message).
 * Unknown ones only stand in `order`: whether they are ignored or refused is for the handshake to say.
 */
export function readExtensions(reader: ByteReader, place: ExtensionPlace): Extensions {
  const block = reader.nested(2, "extensions");
  const order: number[] = [];
  const raw: Uint8Array[] = [];
  const values: Partial<Record<keyof Values, unknown>> = {};
  const seen = new Set<number>();
  while (block.remaining > 0) {
    const type = block.u16("extension_type");
    const content = block.vector(2, "extension_data");
    if (seen.has(type))
      fail("DuplicateExtension", `${extensionName(type)} stands twice in ${place}`);
    seen.add(type);
    order.push(type);
    raw.push(content);
    const row = BY_TYPE.get(type);
    if (row === undefined) continue;
    const codec = row.places[place];
    if (codec === undefined) {
      fail("MisplacedExtension", `${extensionName(type)} may not stand in ${place}`);
    }
    const inner = new ByteReader(content, `${place}.${extensionName(type)}`);
    values[codec.member] = codec.read(inner);
    inner.end();
  }
  return { ...(values as ExtensionValues), order, raw };
}

/** No extensions: messages of TLS 1.2 may leave out the whole block. */
export const NO_EXTENSIONS: Extensions = { order: [], raw: [] };
