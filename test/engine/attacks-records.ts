/**
 * Peers whose records break the rules of either version, by name (RFC 8446 §5, §6; RFC 5246 §6.2, §7.1, §7.2): types, lengths,
 * messages in pieces, and bytes of a flight that nobody could have sent yet.
 */
import { ContentType } from "../../src/protocol/content-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { MAX_PLAINTEXT } from "../../src/protocol/limits.ts";
import { after, before, followed, inPieces, onChangeCipherSpec, only } from "../support/edits.ts";
import { type Item, plainRecord, record } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  alert,
  CCS,
  cbc,
  data,
  flood,
  mutual,
  own,
  plainCcs,
  received,
  renegotiable,
  retrying,
  serverHello,
  suites12,
  tls12,
  tls13,
} from "./attack-kit.ts";

const {
  ClientHello,
  ServerHello,
  Certificate,
  ServerHelloDone,
  ClientKeyExchange,
  NewSessionTicket,
  EncryptedExtensions,
  Finished,
} = HandshakeType;

/** A record of no type that is known, or of no version, with a content of one byte. */
const strange = (type: number, major = 3): Item => ({
  kind: "raw",
  bytes: Uint8Array.of(type, major, 3, 0, 1, 1),
});

/** Application data of `length` bytes that is protected as it should be. */
const dataOf = (length: number): Item => ({
  kind: "record",
  type: ContentType.ApplicationData,
  content: new Uint8Array(length).fill(7),
});

/** Either role, either version; `first` is what the attacker says first. */
const always = (first: number): readonly Case[] => [
  {
    name: "plain content that is longer than the limit",
    edit: before(first, plainRecord(ContentType.Handshake, new Uint8Array(MAX_PLAINTEXT + 1))),
    reason: "RecordTooLong",
  },
  {
    name: "plain alert without content",
    edit: before(first, plainRecord(ContentType.Alert, new Uint8Array(0))),
    reason: "UnexpectedRecord",
  },
  {
    name: "alert without content",
    edit: before(Finished, record(ContentType.Alert)),
    reason: "UnexpectedRecord",
  },
  {
    name: "alert without content, connected",
    later: flood(1, record(ContentType.Alert)),
    reason: "UnexpectedRecord",
  },
  {
    name: "application data without content, in plain text",
    edit: before(first, plainRecord(ContentType.ApplicationData, new Uint8Array(0))),
    reason: "UnexpectedRecord",
  },
  { name: "type 0, connected", later: flood(1, strange(0)), reason: "UnexpectedRecord" },
  { name: "type 19, connected", later: flood(1, strange(19)), reason: "UnexpectedRecord" },
  { name: "type 25, connected", later: flood(1, strange(25)), reason: "UnexpectedRecord" },
  { name: "type 255, connected", later: flood(1, strange(255)), reason: "UnexpectedRecord" },
  {
    name: "type that does not exist, after the first message",
    edit: after(first, strange(26)),
    reason: "UnexpectedRecord",
  },
  {
    name: "type that does not exist, before the first message",
    edit: before(first, strange(26)),
    reason: "NotTls",
  },
  {
    name: "version 4.3, after the first message",
    edit: after(first, strange(ContentType.Handshake, 4)),
    reason: "UnexpectedRecord",
  },
  {
    name: "as much content as a record may hold",
    later: flood(1, dataOf(MAX_PLAINTEXT)),
    reason: null,
    check: received(MAX_PLAINTEXT),
  },
  {
    name: "a byte more than a record may hold",
    later: flood(1, dataOf(MAX_PLAINTEXT + 1)),
    reason: "RecordTooLong",
  },
  {
    name: "alert in two records",
    later: flood(1, record(ContentType.Alert, 2), record(ContentType.Alert, 80)),
    reason: "BadAlert",
  },
  {
    name: "every message in records of one byte",
    server: mutual,
    client: own,
    edit: inPieces(null, 1),
    reason: null,
  },
  {
    name: "every message in records of 100 bytes",
    server: mutual,
    client: own,
    edit: inPieces(null, 100),
    reason: null,
  },
  {
    name: "record without content between the parts of a message",
    edit: inPieces(Finished, 5, record(ContentType.Handshake)),
    reason: "EmptyHandshakeRecord",
  },
  {
    name: "application data between the parts of a message",
    edit: inPieces(Finished, 5, data(1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "alert that is fatal between the parts of a message",
    edit: inPieces(Finished, 5, alert(2, 80)),
    reason: "AlertReceived",
  },
  {
    name: "close_notify between the parts of a message",
    edit: inPieces(Finished, 5, alert(1, 0)),
    reason: "ClosedDuringHandshake",
  },
  {
    name: "part of a message behind Finished in its record",
    edit: followed(Finished, 0),
    reason: "UnexpectedMessage",
  },
];

const plain13: Case = {
  name: "plain record of a version that is odd",
  edit: before(Finished, {
    kind: "raw",
    bytes: Uint8Array.of(ContentType.ChangeCipherSpec, 3, 255, 0, 1, 1),
  }),
  reason: null,
};

/** Data whose header says another version than was sealed. */
const dataOfVersion = (version: number): Item => ({
  kind: "record",
  type: ContentType.ApplicationData,
  content: Uint8Array.of(1),
  version,
});

/** The header is additional data of the AEAD. */
const version13: Case = {
  name: "record whose version was changed",
  later: flood(1, dataOfVersion(0x0301)),
  reason: "BadRecordMac",
};

const SERVER_13: readonly Case[] = [
  plain13,
  version13,
  {
    name: "warning between the parts of a message",
    edit: inPieces(Finished, 5, alert(1, 90)),
    reason: "UnexpectedRecord",
  },
  {
    name: "part of Finished behind ClientHello in its record",
    edit: followed(ClientHello, 20, 0),
    reason: "UnexpectedMessage",
  },
  {
    name: "part of the second ClientHello behind the first in its record",
    server: retrying,
    edit: followed(ClientHello, 1, 0),
    reason: "UnexpectedMessage",
  },
  {
    name: "every message in records of one byte, after HelloRetryRequest, too",
    server: retrying,
    edit: inPieces(null, 1),
    reason: null,
  },
  {
    name: "ChangeCipherSpec between the parts of the second ClientHello",
    server: retrying,
    edit: only(1, inPieces(ClientHello, 40, plainCcs(1))),
    reason: "BadChangeCipherSpec",
  },
];

const CLIENT_13: readonly Case[] = [
  plain13,
  version13,
  {
    name: "warning between the parts of a message",
    edit: inPieces(Finished, 5, alert(1, 90)),
    reason: "UnexpectedRecord",
  },
  {
    name: "part of EncryptedExtensions behind ServerHello in its record",
    edit: followed(ServerHello, EncryptedExtensions, 0),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "part of ServerHello behind HelloRetryRequest in its record",
    server: retrying,
    edit: serverHello((bytes) => Uint8Array.of(...bytes, ServerHello, 0)),
    reason: "UnexpectedMessage",
  },
  {
    name: "KeyUpdate during the handshake",
    edit: before(Finished, record(ContentType.Handshake, 24, 0, 0, 1, 0)),
    reason: "UnexpectedMessage",
  },
  {
    name: "HelloRequest during the handshake",
    edit: before(Finished, record(ContentType.Handshake, 0, 0, 0, 0)),
    reason: "UnexpectedMessage",
  },
];

/** Suites of TLS 1.2 whose records are different. */
const FORMATS_12: readonly Case[] = [
  ["AES-GCM", suites12(({ cipher }) => cipher.name === "aes-128-gcm")],
  ["ChaCha20-Poly1305", suites12(({ cipher }) => cipher.name === "chacha20-poly1305")],
  ["AES-CBC, encrypt-then-MAC", cbc.cipherSuites ?? []],
].flatMap(([name, cipherSuites]) => formats12(String(name), cipherSuites as never));

function formats12(name: string, cipherSuites: NonNullable<Case["both"]>["cipherSuites"]): Case[] {
  const both = { ...tls12, ...(cipherSuites === undefined ? {} : { cipherSuites }) };
  return [
    {
      name: `${name}: as much content as a record may hold`,
      both,
      later: flood(1, dataOf(MAX_PLAINTEXT)),
      reason: null,
      check: received(MAX_PLAINTEXT),
    },
    {
      name: `${name}: a byte more`,
      both,
      later: flood(1, dataOf(MAX_PLAINTEXT + 1)),
      reason: "RecordTooLong",
    },
    {
      name: `${name}: record without content`,
      both,
      later: flood(1, plainRecord(ContentType.ApplicationData, new Uint8Array(0))),
      reason: "RecordTooShort",
    },
    {
      name: `${name}: handshake without content`,
      both,
      later: flood(1, record(ContentType.Handshake)),
      reason: "EmptyHandshakeRecord",
    },
  ];
}

const EITHER_12: readonly Case[] = [
  ...FORMATS_12,
  {
    name: "record of TLS 1.1",
    later: flood(1, dataOfVersion(0x0302)),
    reason: "UnexpectedRecord",
  },
  {
    name: "record of TLS 1.3",
    later: flood(1, dataOfVersion(0x0304)),
    reason: "UnexpectedRecord",
  },
  {
    name: "plain record of TLS 1.0 when the version is known",
    edit: onChangeCipherSpec({
      kind: "raw",
      bytes: Uint8Array.of(ContentType.ChangeCipherSpec, 3, 1, 0, 1, 1),
    }),
    reason: "UnexpectedRecord",
  },
  {
    name: "ChangeCipherSpec without content",
    edit: onChangeCipherSpec(record(ContentType.ChangeCipherSpec)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec of two bytes",
    edit: onChangeCipherSpec(record(ContentType.ChangeCipherSpec, 1, 1)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "alert behind ChangeCipherSpec",
    edit: before(Finished, alert(2, 47)),
    reason: "AlertReceived",
  },
  {
    name: "warning between the parts of a message is passed over",
    edit: inPieces(Finished, 5, alert(1, 90)),
    reason: null,
  },
  {
    name: "ChangeCipherSpec between the parts of Finished",
    edit: inPieces(Finished, 5, CCS),
    reason: "UnexpectedMessage",
  },
];

const SERVER_12: readonly Case[] = [
  {
    name: "part of ClientKeyExchange behind ClientHello in its record",
    edit: followed(ClientHello, 16, 0),
    reason: "UnexpectedMessage",
  },
  {
    name: "part of Finished behind ClientKeyExchange in its record",
    edit: followed(ClientKeyExchange, 20, 0),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "ChangeCipherSpec between the parts of ClientKeyExchange",
    edit: inPieces(ClientKeyExchange, 20, CCS),
    reason: "UnexpectedMessage",
  },
];

const CLIENT_12: readonly Case[] = [
  {
    name: "part of NewSessionTicket behind ServerHelloDone in its record",
    edit: followed(ServerHelloDone, NewSessionTicket, 0),
    reason: "UnexpectedMessage",
  },
  {
    name: "part of Finished behind ServerHelloDone in its record",
    edit: followed(ServerHelloDone, Finished, 0),
    reason: "UnexpectedMessage",
  },
  {
    name: "part of Finished behind the ticket in its record",
    edit: followed(NewSessionTicket, Finished, 0),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "ChangeCipherSpec between the parts of Certificate",
    edit: inPieces(Certificate, 100, CCS),
    reason: "UnexpectedMessage",
  },
  {
    name: "a wish to renegotiate behind Finished in its record",
    client: renegotiable,
    edit: followed(Finished, 0, 0, 0, 0),
    reason: "UnexpectedMessage",
  },
];

export const ATTACKS_RECORDS: readonly Attack[] = [
  ...table("TLS 1.3 client, records", { victim: "client", both: tls13 }, [
    ...always(ServerHello),
    ...CLIENT_13,
  ]),
  ...table("TLS 1.3 server, records", { victim: "server", both: tls13 }, [
    ...always(ClientHello),
    ...SERVER_13,
  ]),
  ...table("TLS 1.2 client, records", { victim: "client", both: tls12 }, [
    ...always(ServerHello),
    ...EITHER_12,
    ...CLIENT_12,
  ]),
  ...table("TLS 1.2 server, records", { victim: "server", both: tls12 }, [
    ...always(ClientHello),
    ...EITHER_12,
    ...SERVER_12,
  ]),
];
