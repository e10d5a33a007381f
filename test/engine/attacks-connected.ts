/**
 * What peers can do wrong after the handshake, in both versions: floods, messages that have no place there, alerts.
 */
import { ContentType } from "../../src/protocol/content-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { encodeNewSessionTicket13 } from "../../src/wire/new-session-ticket.ts";
import { message, overwrite, withExtension } from "../support/edits.ts";
import { type AttackRun, plainRecord, record } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import { alert, data, flood, received, unable } from "./attack-kit.ts";

/** Key updates of the attacker, with or without data between them. */
const updates =
  (times: number, between: boolean, requestPeer = false) =>
  ({ impostor }: AttackRun): void => {
    const { driver } = impostor;
    for (let count = 0; count < times; count++) {
      driver.run(
        (flight) => driver.state?.updateKeys?.(flight, requestPeer) ?? unable("update its keys"),
      );
      if (between) impostor.send(data(1));
    }
  };

const TICKET = encodeNewSessionTicket13({
  lifetime: 100,
  ageAdd: 1,
  nonce: Uint8Array.of(1),
  ticket: Uint8Array.of(1, 2, 3),
});

/** Both versions, both roles. */
const ALWAYS: readonly Case[] = [
  { name: "data", later: flood(3, data(1, 2)), reason: null, check: received(6) },
  { name: "empty records up to the limit", later: flood(32, data()), reason: null },
  { name: "empty records without end", later: flood(33, data()), reason: "TooManyEmptyRecords" },
  {
    name: "empty records with data between them",
    later: flood(33, data(), data(1)),
    reason: null,
    check: received(33),
  },
  { name: "warnings up to the limit", later: flood(4, alert(1, 90)), reason: null },
  { name: "warnings without end", later: flood(5, alert(1, 90)), reason: "TooManyWarningAlerts" },
  {
    name: "warnings with data between them",
    later: flood(20, alert(1, 90), data(1)),
    reason: null,
    check: received(20),
  },
  { name: "fatal alert", later: flood(1, alert(2, 80)), reason: "AlertReceived" },
  { name: "alert that nobody knows", later: flood(1, alert(2, 200)), reason: "AlertReceived" },
  { name: "alert of one byte", later: flood(1, record(ContentType.Alert, 2)), reason: "BadAlert" },
  {
    name: "two alerts in one record",
    later: flood(1, record(ContentType.Alert, 1, 90, 1, 90)),
    reason: "BadAlert",
  },
  {
    name: "handshake record without content",
    later: flood(1, record(ContentType.Handshake)),
    reason: "EmptyHandshakeRecord",
  },
  { name: "heartbeat", later: flood(1, record(24, 1, 0, 16)), reason: "UnexpectedRecord" },
  {
    name: "ChangeCipherSpec",
    later: flood(1, record(ContentType.ChangeCipherSpec, 1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "Finished again",
    later: flood(1, message(Uint8Array.of(20, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "message of an unknown type",
    later: flood(1, message(Uint8Array.of(77, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "record that is forged",
    later: flood(1, plainRecord(ContentType.ApplicationData, new Uint8Array(60))),
    reason: "BadRecordMac",
  },
  {
    name: "bytes that are no record",
    later: flood(1, { kind: "raw", bytes: new Uint8Array(20) }),
    reason: "UnexpectedRecord",
  },
  {
    name: "close_notify, and nothing after it counts",
    later: flood(1, alert(1, 0), alert(2, 80)),
    reason: null,
  },
];

const IN_13: readonly Case[] = [
  {
    name: "record of a type that does not exist",
    later: flood(1, record(25, 1)),
    reason: "UnexpectedRecord",
  },
  { name: "key updates up to the limit", later: updates(32, false), reason: null },
  { name: "key updates without end", later: updates(33, false), reason: "TooManyKeyUpdates" },
  {
    name: "key updates with data between them",
    later: updates(60, true),
    reason: null,
    check: received(60),
  },
  {
    name: "key updates that want one back, without end",
    later: updates(33, false, true),
    reason: "TooManyKeyUpdates",
  },
  {
    name: "KeyUpdate of another value",
    later: flood(1, message(Uint8Array.of(24, 0, 0, 1, 2))),
    reason: "ForbiddenValue",
  },
  {
    name: "KeyUpdate of two bytes",
    later: flood(1, message(Uint8Array.of(24, 0, 0, 2, 0, 0))),
    reason: "MalformedMessage",
  },
  {
    name: "bytes behind KeyUpdate in its record",
    later: flood(1, message(Uint8Array.of(24, 0, 0, 1, 0, 24))),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "data inside a message",
    later: flood(1, record(ContentType.Handshake, 24, 0, 0), data(1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "warning inside a message",
    later: flood(1, record(ContentType.Handshake, 24, 0, 0), alert(1, 90)),
    reason: "UnexpectedRecord",
  },
  {
    name: "KeyUpdate in two records, and a record under the old keys",
    later: flood(
      1,
      record(ContentType.Handshake, 24, 0, 0),
      record(ContentType.Handshake, 1, 1),
      alert(1, 90),
    ),
    reason: "BadRecordMac",
  },
  {
    name: "warning of another kind is fatal",
    later: flood(1, alert(1, 100)),
    reason: "AlertReceived",
  },
  {
    name: "HelloRequest",
    later: flood(1, message(Uint8Array.of(0, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateRequest that was not allowed",
    later: flood(1, message(Uint8Array.of(13, 0, 0, 3, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  { name: "nothing but padding", later: flood(1, record(0, 0, 0)), reason: "BadInnerPlaintext" },
  {
    name: "plain record",
    later: flood(1, plainRecord(ContentType.Handshake, Uint8Array.of(24, 0, 0, 1, 0))),
    reason: "UnexpectedRecord",
  },
];

const IN_12: readonly Case[] = [
  {
    name: "record of a type that does not exist",
    later: flood(1, record(25, 1)),
    reason: "UnexpectedRecord",
  },
];

/** What a client is spared. */
const TO_CLIENT_13: readonly Case[] = [
  { name: "tickets", later: flood(50, message(TICKET)), reason: null },
  {
    name: "ticket of more than seven days",
    later: flood(1, message(overwrite(TICKET, 4, 0, 9, 0x3a, 0x81))),
    reason: "ForbiddenValue",
  },
  {
    name: "ticket of no bytes",
    later: flood(
      1,
      message(Uint8Array.of(4, 0, 0, 13, ...new Array<number>(8).fill(1), 0, 0, 0, 0, 0)),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "ticket with an extension of tomorrow",
    later: flood(1, message(withExtension(TICKET, 0x1234))),
    reason: null,
  },
  {
    name: "ticket with an extension that belongs elsewhere",
    later: flood(1, message(withExtension(TICKET, 51))),
    reason: "MisplacedExtension",
  },
  {
    name: "ServerHello",
    later: flood(1, message(Uint8Array.of(HandshakeType.ServerHello, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
];

const TO_SERVER_13: readonly Case[] = [
  { name: "ticket", later: flood(1, message(TICKET)), reason: "UnexpectedMessage" },
  {
    name: "ClientHello",
    later: flood(1, message(Uint8Array.of(1, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
];

const TO_CLIENT_12: readonly Case[] = [
  {
    name: "HelloRequest is a wish",
    later: flood(3, message(Uint8Array.of(0, 0, 0, 0))),
    reason: null,
    check: ({ renegotiations }: AttackRun) => {
      if (renegotiations !== 3) throw new Error(`${renegotiations} wishes`);
    },
  },
  {
    name: "HelloRequest with a body",
    later: flood(1, message(Uint8Array.of(0, 0, 0, 1, 0))),
    reason: "MalformedMessage",
  },
  {
    name: "ServerHello",
    later: flood(1, message(Uint8Array.of(2, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "KeyUpdate",
    later: flood(1, message(Uint8Array.of(24, 0, 0, 1, 0))),
    reason: "UnexpectedMessage",
  },
];

const TO_SERVER_12: readonly Case[] = [
  {
    name: "HelloRequest",
    later: flood(1, message(Uint8Array.of(0, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ClientHello of garbage is answered with no_renegotiation",
    later: flood(1, message(Uint8Array.of(1, 0, 0, 0))),
    reason: null,
  },
];

const VERSIONS = [
  { version: TLS13, name: "TLS 1.3", both: IN_13, client: TO_CLIENT_13, server: TO_SERVER_13 },
  { version: TLS12, name: "TLS 1.2", both: IN_12, client: TO_CLIENT_12, server: TO_SERVER_12 },
] as const;

export const ATTACKS_CONNECTED: readonly Attack[] = VERSIONS.flatMap((row) =>
  (["client", "server"] as const).flatMap((victim) =>
    table(`${row.name} ${victim}, connected`, { victim, both: { versions: [row.version] } }, [
      ...ALWAYS,
      ...row.both,
      ...row[victim],
    ]),
  ),
);
