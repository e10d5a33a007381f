/**
 * ClientHellos that are odd or broken in a way that does not depend on the version, and some for one version each, by name
 * (RFC 8446 §4.1.2, §4.2, §D.5; RFC 5246 §7.4.1.2; RFC 6066 §3, §8; RFC 7301 §3.1; RFC 8422 §5.1).
 */
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { changeExtensions, withBody, withExtension, withHello } from "../support/edits.ts";
import type { AttackRun } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  clientHello,
  either,
  NONE,
  nines,
  retried,
  retrying,
  tls12,
  tls13,
  UNKNOWN_EXTENSION,
  zeros,
} from "./attack-kit.ts";

const {
  Alpn,
  Cookie,
  EarlyData,
  EcPointFormats,
  EncryptThenMac,
  ExtendedMasterSecret,
  KeyShare,
  PostHandshakeAuth,
  PskKeyExchangeModes,
  RenegotiationInfo,
  ServerName,
  SessionTicket,
  SignatureAlgorithms,
  SignatureAlgorithmsCert,
  StatusRequest,
  SupportedGroups,
  SupportedVersions,
} = ExtensionType;

/** The extension with this content, whether it was there or not. */
const saying = (type: number, ...content: number[]): NonNullable<Case["edit"]> =>
  clientHello((bytes) =>
    changeExtensions(bytes, (list) => [
      ...list.filter((extension) => extension.type !== type),
      { type, data: Uint8Array.from(content) },
    ]),
  );

type Row = readonly [name: string, reason: Case["reason"], type: number, ...content: number[]];

const rows = (...list: readonly Row[]): readonly Case[] =>
  list.map(([name, reason, type, ...content]) => ({
    name,
    edit: saying(type, ...content),
    reason,
  }));

const CONTENTS: readonly Case[] = rows(
  ["server_name without content", "MalformedMessage", ServerName],
  ["server_name, no name", "MalformedMessage", ServerName, 0, 0],
  ["server_name, empty name", "MalformedMessage", ServerName, 0, 3, 0, 0, 0],
  ["server_name, two names", "MalformedMessage", ServerName, 0, 8, 0, 0, 1, 97, 0, 0, 1, 98],
  ["server_name of another type, cut", "MalformedMessage", ServerName, 0, 4, 1, 0, 2, 97],
  ["server_name, a byte more", "MalformedMessage", ServerName, 0, 4, 0, 0, 1, 97, 0],
  ["server_name, list cut", "MalformedMessage", ServerName, 0, 5, 0, 0, 1, 97],
  ["server_name with NUL", "ForbiddenValue", ServerName, 0, 5, 0, 0, 2, 97, 0],
  ["server_name with a blank", "ForbiddenValue", ServerName, 0, 5, 0, 0, 2, 97, 32],
  ["server_name that is a dot", "ForbiddenValue", ServerName, 0, 4, 0, 0, 1, 46],
  [
    "server_name of 256 letters",
    "ForbiddenValue",
    ServerName,
    ...[1, 3, 0, 1, 0],
    ...nines(256).fill(97),
  ],
  ["ALPN without content", "MalformedMessage", Alpn],
  ["ALPN, no protocol", "MalformedMessage", Alpn, 0, 0],
  ["ALPN, empty protocol", "MalformedMessage", Alpn, 0, 1, 0],
  ["ALPN, empty protocol behind another", "MalformedMessage", Alpn, 0, 3, 1, 97, 0],
  ["ALPN, a byte more", "MalformedMessage", Alpn, 0, 2, 1, 97, 0],
  ["ALPN, protocol cut", "MalformedMessage", Alpn, 0, 2, 2, 97],
  ["supported_groups, none", "MalformedMessage", SupportedGroups, 0, 0],
  ["supported_groups, half a group", "MalformedMessage", SupportedGroups, 0, 3, 0, 0x1d, 0],
  ["supported_groups, a byte more", "MalformedMessage", SupportedGroups, 0, 2, 0, 0x1d, 0],
  ["signature_algorithms, none", "MalformedMessage", SignatureAlgorithms, 0, 0],
  ["signature_algorithms, half a scheme", "MalformedMessage", SignatureAlgorithms, 0, 1, 4],
  ["signature_algorithms, a byte more", "MalformedMessage", SignatureAlgorithms, 0, 2, 4, 3, 0],
  ["signature_algorithms_cert, none", "MalformedMessage", SignatureAlgorithmsCert, 0, 0],
  ["supported_versions without content", "MalformedMessage", SupportedVersions],
  ["supported_versions, none", "MalformedMessage", SupportedVersions, 0],
  ["supported_versions, half a version", "MalformedMessage", SupportedVersions, 3, 3, 4, 3],
  ["supported_versions, a byte more", "MalformedMessage", SupportedVersions, 2, 3, 4, 0],
  ["supported_versions of old", "NoCommonVersion", SupportedVersions, 4, 3, 2, 3, 1],
  ["supported_versions of DTLS", "NoCommonVersion", SupportedVersions, 2, 0xfe, 0xfc],
  ["status_request without content", "MalformedMessage", StatusRequest],
  ["status_request cut", "MalformedMessage", StatusRequest, 1, 0, 0, 0],
  ["status_request, a byte more", "MalformedMessage", StatusRequest, 1, 0, 0, 0, 0, 0],
  ["status_request, empty responder", "MalformedMessage", StatusRequest, 1, 0, 2, 0, 0, 0, 0],
  ["status_request of another type is no wish", null, StatusRequest, 2, 1, 2, 3],
  ["extended_master_secret with content", "MalformedMessage", ExtendedMasterSecret, 0],
  ["encrypt_then_mac with content", "MalformedMessage", EncryptThenMac, 0],
  ["post_handshake_auth with content", "MalformedMessage", PostHandshakeAuth, 0],
  ["early_data with content", "MalformedMessage", EarlyData, 0],
  ["ec_point_formats, none", "MalformedMessage", EcPointFormats, 0],
  ["ec_point_formats, a byte more", "MalformedMessage", EcPointFormats, 1, 0, 0],
  ["renegotiation_info cut", "MalformedMessage", RenegotiationInfo, 2, 0],
  ["renegotiation_info, a byte more", "MalformedMessage", RenegotiationInfo, 0, 0],
  ["psk_key_exchange_modes, none", "MalformedMessage", PskKeyExchangeModes, 0],
  ["psk_key_exchange_modes, a byte more", "MalformedMessage", PskKeyExchangeModes, 1, 1, 1],
  ["cookie, empty", "MalformedMessage", Cookie, 0, 0],
  ["key_share without content", "MalformedMessage", KeyShare],
  ["key_share, empty share", "MalformedMessage", KeyShare, 0, 4, 0, 0x1d, 0, 0],
  ["key_share cut", "MalformedMessage", KeyShare, 0, 3, 0, 0x1d, 0],
  ["key_share, a byte more", "MalformedMessage", KeyShare, 0, 0, 0],
  ["session_ticket that is none", null, SessionTicket, ...nines(50)],
  ["unknown extension of 10000 bytes", null, UNKNOWN_EXTENSION, ...zeros(10_000)],
);

const FIELDS: readonly Case[] = [
  {
    name: "session id of 33 bytes",
    edit: clientHello((b) => withHello(b, () => ({ sessionId: new Uint8Array(33) }))),
    reason: "MalformedMessage",
  },
  {
    name: "no suites",
    edit: clientHello((b) => withHello(b, () => ({ cipherSuites: [] }))),
    reason: "MalformedMessage",
  },
  {
    name: "suites that nobody knows",
    edit: clientHello((b) => withHello(b, () => ({ cipherSuites: [0x5600, 0x0a0a, 0xff, 0] }))),
    reason: "NoCommonCipherSuite",
  },
  {
    name: "all suites there are",
    edit: clientHello((b) =>
      withHello(b, ({ cipherSuites }) => ({
        cipherSuites: [
          ...Array.from({ length: 4000 }, (_, code) => 0x2000 + code),
          ...cipherSuites,
        ],
      })),
    ),
    reason: null,
  },
  {
    name: "no compression method",
    edit: clientHello((b) => withHello(b, () => ({ compressionMethods: NONE }))),
    reason: "MalformedMessage",
  },
  {
    name: "compression alone",
    edit: clientHello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(1) }))),
    reason: "ForbiddenCompression",
  },
  {
    name: "legacy_version of SSL 3.0",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0300 }))),
    reason: "NoCommonVersion",
  },
  {
    name: "legacy_version of SSL 2.0",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0002 }))),
    reason: "NoCommonVersion",
  },
  {
    name: "200 unknown extensions",
    edit: clientHello((b) =>
      changeExtensions(b, (list) => [
        ...Array.from({ length: 200 }, (_, index) => ({ type: 0x4000 + index, data: NONE })),
        ...list,
      ]),
    ),
    reason: null,
  },
  {
    name: "extensions in another order",
    edit: clientHello((b) => changeExtensions(b, (list) => list.toReversed())),
    reason: null,
  },
  {
    name: "extensions cut",
    edit: clientHello((b) => withBody(b, b.slice(4, -1))),
    reason: "MalformedMessage",
  },
  {
    name: "bytes behind the extensions",
    edit: clientHello((b) => withBody(b, Uint8Array.of(...b.subarray(4), 0))),
    reason: "MalformedMessage",
  },
  {
    name: "extension that is longer than all",
    edit: clientHello((b) => {
      const longer = withExtension(b, UNKNOWN_EXTENSION);
      longer[longer.length - 1] = 1;
      return longer;
    }),
    reason: "MalformedMessage",
  },
];

const VERSIONS: readonly Case[] = [
  {
    name: "legacy_version of TLS 1.1 beside supported_versions is passed over",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0302 }))),
    reason: null,
    check: version(0x0304),
  },
  {
    name: "legacy_version of TLS 1.3 beside supported_versions is passed over",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0304 }))),
    reason: null,
    check: version(0x0304),
  },
  {
    name: "supported_versions in any order lead to the highest",
    edit: saying(SupportedVersions, 8, 0x7a, 0x7a, 3, 3, 3, 4, 3, 2),
    reason: null,
    check: version(0x0304),
  },
  {
    name: "points without the uncompressed form are nothing to TLS 1.3",
    edit: saying(EcPointFormats, 1, 1),
    reason: null,
    check: version(0x0304),
  },
  {
    name: "renegotiation_info is nothing to TLS 1.3",
    edit: saying(RenegotiationInfo, 12, ...nines(12)),
    reason: null,
    check: version(0x0304),
  },
  {
    name: "HelloRetryRequest after a hello full of oddities",
    server: retrying,
    lie: (bytes) =>
      bytes[0] === HandshakeType.ClientHello
        ? withExtension(
            withHello(bytes, ({ cipherSuites }) => ({ cipherSuites: [0x0a0a, ...cipherSuites] })),
            0x2a2a,
            1,
          )
        : bytes,
    reason: null,
    check: retried,
  },
];

function version(expected: number) {
  return ({ victim }: AttackRun): void => {
    if (victim.facts.version !== expected) throw new Error(`version ${victim.facts.version}`);
  };
}

/** In TLS 1.3 the attacker would not know its own session id again. */
const IN_12: readonly Case[] = [
  {
    name: "session id of one byte",
    edit: clientHello((b) => withHello(b, () => ({ sessionId: Uint8Array.of(1) }))),
    reason: null,
  },
];

const victim = "server";

export const ATTACKS_HELLO: readonly Attack[] = [
  ...table("TLS 1.3 server, hello", { victim, both: tls13 }, [...CONTENTS, ...FIELDS]),
  ...table("TLS 1.2 server, hello", { victim, both: tls12 }, [...CONTENTS, ...FIELDS, ...IN_12]),
  ...table("server of both versions, hello", { victim, both: either }, VERSIONS),
];
