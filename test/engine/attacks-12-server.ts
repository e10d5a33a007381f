/**
 * Clients that break TLS 1.2, by name (RFC 5246, 5077, 5746, 7366, 7507, 7627, 8422), and clients that only look odd.
 */

import type { FlightItem } from "../../src/handshake/flight.ts";
import { EMPTY_RENEGOTIATION_INFO_SCSV, FALLBACK_SCSV } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { encodeCertificate12 } from "../../src/wire/certificate.ts";
import { groupNamed } from "../support/configurations.ts";
import {
  before,
  both,
  change,
  drop,
  flip,
  instead,
  message,
  onChangeCipherSpec,
  withBody,
  withContents,
  withHello,
  withoutExtension,
} from "../support/edits.ts";
import { type AttackRun, plainRecord, record } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  CCS,
  clientHello,
  FINISHED_12,
  mutual,
  own,
  suites12,
  tls12,
  zeros,
} from "./attack-kit.ts";

const { Certificate, ClientKeyExchange, Finished } = HandshakeType;

const FLIGHTS: readonly Case[] = [
  { name: "no ClientKeyExchange", edit: drop(ClientKeyExchange), reason: "UnexpectedMessage" },
  {
    name: "ClientKeyExchange twice",
    edit: (item: FlightItem) =>
      item.kind === "message" && item.bytes[0] === ClientKeyExchange ? [item, item] : [item],
    reason: "UnexpectedMessage",
  },
  {
    name: "point that is none",
    edit: change(ClientKeyExchange, (b) => withBody(b, Uint8Array.of(32, ...zeros(32)))),
    reason: "BadKeyShare",
  },
  {
    name: "point that is not on the curve",
    both: { groups: [groupNamed("secp256r1")] },
    edit: change(ClientKeyExchange, (b) => flip(b, -1)),
    reason: "BadKeyShare",
  },
  {
    name: "compressed point",
    both: { groups: [groupNamed("secp256r1")] },
    edit: change(ClientKeyExchange, (b) => withBody(b, Uint8Array.of(33, 2, ...b.slice(6, 38)))),
    reason: "BadKeyShare",
  },
  {
    name: "ChangeCipherSpec before ClientKeyExchange",
    edit: before(ClientKeyExchange, CCS),
    reason: "UnexpectedMessage",
  },
  { name: "ChangeCipherSpec skipped", edit: onChangeCipherSpec(), reason: "UnexpectedMessage" },
  {
    name: "plain Finished without ChangeCipherSpec",
    edit: both(
      onChangeCipherSpec(),
      instead(Finished, plainRecord(ContentType.Handshake, FINISHED_12)),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec of two bytes",
    edit: onChangeCipherSpec(record(ContentType.ChangeCipherSpec, 1, 1)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "Finished too long",
    edit: change(Finished, (b) => withBody(b, Uint8Array.of(...b.slice(4), 0))),
    reason: "MalformedMessage",
  },
  {
    name: "message behind Finished in its record",
    edit: change(Finished, (b) => Uint8Array.of(...b, 1, 0, 0, 0)),
    reason: "UnexpectedMessage",
  },
  {
    name: "empty Certificate where one is required",
    server: mutual,
    reason: "ClientCertificateMissing",
  },
  {
    name: "CertificateVerify of a certificate that was not sent",
    server: { requestClientCertificate: true },
    client: own,
    edit: change(Certificate, () => encodeCertificate12([])),
    reason: "UnexpectedMessage",
  },
  {
    name: "Certificate that was not requested",
    edit: before(ClientKeyExchange, message(encodeCertificate12([]))),
    reason: "UnexpectedMessage",
  },
];

const HELLOS: readonly Case[] = [
  {
    name: "version below TLS 1.2",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0302 }))),
    reason: "NoCommonVersion",
  },
  {
    name: "SSL 3.0",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0300 }))),
    reason: "NoCommonVersion",
  },
  {
    name: "version of tomorrow leads to TLS 1.2",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0305 }))),
    reason: null,
  },
  {
    name: "fallback to the best that the server has is fine",
    server: tls12,
    edit: clientHello((b) =>
      withHello(b, ({ cipherSuites }) => ({ cipherSuites: [...cipherSuites, FALLBACK_SCSV] })),
    ),
    reason: null,
  },
  {
    name: "no null compression",
    edit: clientHello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(1) }))),
    reason: "ForbiddenCompression",
  },
  {
    name: "compression beside null is fine",
    edit: clientHello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(1, 0) }))),
    reason: null,
  },
  {
    name: "no suite in common",
    client: { cipherSuites: suites12(({ code }) => code === 0xc02b) },
    server: { cipherSuites: suites12(({ code }) => code === 0xc02c) },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no group in common",
    client: { groups: [groupNamed("x25519")] },
    server: { groups: [groupNamed("secp384r1")] },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no certificate for the suites",
    client: { cipherSuites: suites12(({ authentication }) => authentication === "rsa") },
    server: { identities: ["p256"] },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "points without the uncompressed form",
    edit: clientHello((b) => withContents(b, ExtensionType.EcPointFormats, 1, 1)),
    reason: "ForbiddenValue",
  },
  {
    name: "renegotiation_info that is not empty",
    edit: clientHello((b) => withContents(b, ExtensionType.RenegotiationInfo, 1, 7)),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "the signalling suite instead of renegotiation_info is fine",
    edit: clientHello((b) =>
      withHello(b, ({ cipherSuites }) => ({
        cipherSuites: [...cipherSuites, EMPTY_RENEGOTIATION_INFO_SCSV],
      })),
    ),
    reason: null,
    check: ({ victim }: AttackRun) => {
      if (!victim.facts.secureRenegotiation) throw new Error("not secure");
    },
  },
  {
    name: "no extended master secret where it is required",
    client: { extendedMasterSecret: "off" },
    server: { extendedMasterSecret: "require" },
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "no signature_algorithms means SHA-1, which is off",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.SignatureAlgorithms)),
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no signature_algorithms means SHA-1, where it is named",
    both: {
      signingSchemes: [...SIGNATURE_SCHEMES],
      signatureSchemes: [...SIGNATURE_SCHEMES],
    },
    edit: clientHello((b) => withoutExtension(b, ExtensionType.SignatureAlgorithms)),
    reason: null,
    check: ({ victim }: AttackRun) => {
      if (victim.facts.ownSignatureScheme?.code !== 0x0203) throw new Error("not SHA-1");
    },
  },
  {
    name: "no supported_groups leaves the choice to the server",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.SupportedGroups)),
    reason: null,
  },
];

export const ATTACKS_12_SERVER: readonly Attack[] = table(
  "TLS 1.2 server",
  { victim: "server", both: tls12 },
  [...FLIGHTS, ...HELLOS],
);
