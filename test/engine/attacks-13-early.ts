/**
 * Clients that send early data, which is never accepted, by name (RFC 8446 §4.2.10): what is passed over, and where that ends.
 */
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { MAX_CIPHERTEXT_13 } from "../../src/protocol/limits.ts";
import { after, before, both, inPieces, message, only, withExtension } from "../support/edits.ts";
import { type Edit, type Item, plainRecord } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import { alert, clientHello, either, retrying, tls12, tls13 } from "./attack-kit.ts";

const { ClientHello, EndOfEarlyData, Finished } = HandshakeType;

/** Records of early data: nobody can open them. */
const early = (records: number, length: number): readonly Item[] =>
  Array.from({ length: records }, () =>
    plainRecord(ContentType.ApplicationData, new Uint8Array(length).fill(5)),
  );

const announced: Edit = clientHello((b) => withExtension(b, ExtensionType.EarlyData));
/** Announces early data in the first ClientHello, and sends it. */
const sending = (...items: readonly Item[]): Edit =>
  both(announced, only(0, after(ClientHello, ...items)));

const FIRST: readonly Case[] = [
  { name: "announced and not sent", edit: announced, reason: null },
  { name: "one byte", edit: sending(...early(1, 1)), reason: null },
  { name: "as much as is passed over", edit: sending(...early(2, 16_635)), reason: null },
  {
    name: "more",
    edit: sending(...early(2, 16_635), ...early(1, 100)),
    reason: "BadRecordMac",
  },
  {
    name: "record as long as there can be",
    edit: sending(...early(1, MAX_CIPHERTEXT_13)),
    reason: null,
  },
  {
    name: "record that is longer",
    edit: sending(...early(1, MAX_CIPHERTEXT_13 + 1)),
    reason: "RecordTooLong",
  },
  { name: "not announced", edit: after(ClientHello, ...early(1, 100)), reason: "BadRecordMac" },
  {
    name: "behind records of the handshake",
    edit: both(announced, inPieces(Finished, 10, ...early(1, 100))),
    reason: "BadRecordMac",
  },
  {
    name: "an end of it",
    edit: both(
      sending(...early(1, 100)),
      before(Finished, message(Uint8Array.of(EndOfEarlyData, 0, 0, 0))),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "a plain alert behind it",
    edit: sending(...early(1, 100), plainRecord(ContentType.Alert, Uint8Array.of(2, 80))),
    reason: "AlertReceived",
  },
  {
    name: "plain ChangeCipherSpec amid it",
    edit: sending(
      ...early(1, 100),
      plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1)),
      ...early(1, 100),
    ),
    reason: null,
  },
  {
    name: "plain handshake record behind it",
    edit: sending(...early(1, 100), plainRecord(ContentType.Handshake, Uint8Array.of(20, 0))),
    reason: "UnexpectedRecord",
  },
];

const RETRIED: readonly Case[] = [
  { name: "passed over", edit: sending(...early(2, 1000)), reason: null },
  {
    name: "as much as is passed over",
    edit: sending(...early(2, 16_635)),
    reason: null,
  },
  {
    name: "more",
    edit: sending(...early(2, 16_635), ...early(1, 1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "not announced",
    edit: only(0, after(ClientHello, ...early(1, 100))),
    reason: "UnexpectedRecord",
  },
  {
    name: "record as long as there can be",
    edit: sending(...early(1, MAX_CIPHERTEXT_13)),
    reason: null,
  },
  {
    name: "behind the second ClientHello",
    edit: both(announced, only(1, after(ClientHello, ...early(1, 100)))),
    reason: "BadRecordMac",
  },
  {
    name: "between the parts of the second ClientHello",
    edit: both(announced, only(1, inPieces(ClientHello, 50, ...early(1, 100)))),
    reason: "UnexpectedRecord",
  },
  {
    name: "a warning amid it",
    edit: sending(...early(1, 100), alert(1, 90), ...early(1, 100)),
    reason: null,
  },
];

const victim = "server";

export const ATTACKS_13_EARLY: readonly Attack[] = [
  ...table("TLS 1.3 server, early data", { victim, both: tls13 }, FIRST),
  ...table(
    "TLS 1.3 server, early data and retry",
    { victim, both: tls13, server: retrying },
    RETRIED,
  ),
  ...table("TLS 1.2 server, early data", { victim, both: either, server: tls12 }, [
    { name: "announced and not sent", edit: announced, reason: null },
    { name: "sent", edit: sending(...early(1, 100)), reason: "UnexpectedRecord" },
  ]),
];
