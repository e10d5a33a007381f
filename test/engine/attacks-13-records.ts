/**
 * Servers whose records break TLS 1.3, by name (RFC 8446 §5, §6, Appendix D.4).
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { before, change, instead, onChangeCipherSpec } from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import { type Item, plainRecord, record } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import { alert, NONE, plainCcs, serverHello, tls13 } from "./attack-kit.ts";

const { ServerHello, EncryptedExtensions, Certificate, Finished } = HandshakeType;
const { chain } = identity("p256");

const CASES: readonly Case[] = [
  {
    name: "plain record where all are protected",
    edit: before(
      Certificate,
      plainRecord(ContentType.Handshake, encodeCertificate13(NONE, chain, null)),
    ),
    reason: "UnexpectedRecord",
  },
  {
    name: "plain alert among protected records",
    edit: before(Certificate, plainRecord(ContentType.Alert, Uint8Array.of(2, 40))),
    reason: "UnexpectedRecord",
  },
  {
    name: "plain alert instead of EncryptedExtensions",
    edit: before(EncryptedExtensions, plainRecord(ContentType.Alert, Uint8Array.of(2, 40))),
    reason: "AlertReceived",
  },
  {
    name: "alert of three bytes",
    edit: before(Certificate, record(ContentType.Alert, 2, 40, 0)),
    reason: "BadAlert",
  },
  {
    name: "alert of a level that does not exist",
    edit: before(Certificate, alert(3, 40)),
    reason: "BadAlert",
  },
  {
    name: "ServerHello with more behind it in its record",
    edit: serverHello((bytes) => concat(bytes, Uint8Array.of(8, 0, 0, 2, 0, 0))),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "message behind Finished in its record",
    edit: change(Finished, (bytes) => concat(bytes, Uint8Array.of(24, 0, 0, 1, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec of another byte",
    edit: onChangeCipherSpec(plainCcs(2)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec of two bytes",
    edit: onChangeCipherSpec(plainCcs(1, 1)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec inside a message",
    edit: instead(
      EncryptedExtensions,
      { kind: "record", type: ContentType.Handshake, content: Uint8Array.of(8, 0, 0) },
      plainCcs(1),
    ),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec protected",
    edit: before(Certificate, record(ContentType.ChangeCipherSpec, 1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "ChangeCipherSpec without end",
    edit: onChangeCipherSpec(...new Array<Item>(40).fill(plainCcs(1))),
    reason: "TooManyChangeCipherSpecs",
  },
  {
    name: "ChangeCipherSpec before ServerHello is dropped",
    edit: before(ServerHello, plainCcs(1)),
    reason: null,
  },
  { name: "no ChangeCipherSpec is fine", edit: onChangeCipherSpec(), reason: null },
  {
    name: "record that is longer than the limit",
    edit: before(Certificate, plainRecord(ContentType.ApplicationData, NONE, 16384 + 257)),
    reason: "RecordTooLong",
  },
  {
    name: "content that is longer than the limit",
    edit: before(Certificate, {
      kind: "record",
      type: ContentType.Handshake,
      content: new Uint8Array(16385),
    }),
    reason: "RecordTooLong",
  },
  {
    name: "padding beyond the limit",
    edit: before(Certificate, {
      kind: "record",
      type: 0,
      content: concat(new Uint8Array(16000).fill(22), new Uint8Array(385)),
    }),
    reason: "RecordTooLong",
  },
  {
    name: "nothing but padding",
    edit: before(Certificate, { kind: "record", type: 0, content: new Uint8Array(10) }),
    reason: "BadInnerPlaintext",
  },
  {
    name: "record too short for a tag",
    edit: before(Certificate, plainRecord(ContentType.ApplicationData, new Uint8Array(16))),
    reason: "RecordTooShort",
  },
  {
    name: "record that is forged",
    edit: before(Certificate, plainRecord(ContentType.ApplicationData, new Uint8Array(50))),
    reason: "BadRecordMac",
  },
  {
    name: "inner type that does not exist",
    edit: before(Certificate, record(99, 1, 2, 3)),
    reason: "UnexpectedRecord",
  },
];

export const ATTACKS_13_RECORDS: readonly Attack[] = table(
  "TLS 1.3 client, records",
  { victim: "client", both: tls13 },
  CASES,
);
