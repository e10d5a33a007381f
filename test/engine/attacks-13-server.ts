/**
 * Clients that break TLS 1.3 in resumption and in their last flight, by name (RFC 8446).
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { groupNamed } from "../support/configurations.ts";
import {
  before,
  change,
  changeContents,
  flip,
  message,
  only,
  withBody,
  withContents,
  withEntryExtension,
  withExtension,
  withoutExtension,
} from "../support/edits.ts";
import { type AttackRun, type Edit, plainRecord } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  alert,
  clientHello,
  mutual,
  NONE,
  notResumed,
  own,
  resumed,
  retried,
  tls13,
  UNKNOWN_EXTENSION,
  withPskBehind,
} from "./attack-kit.ts";

const { ClientHello, Certificate, Finished } = HandshakeType;

const PSKS: readonly Case[] = [
  {
    name: "PSK binder that is wrong",
    forge: ({ secret }) => ({ secret: flip(secret, 0) }),
    reason: "BadPskBinder",
  },
  {
    name: "PSK binder over another hello",
    edit: clientHello((b) => flip(b, 6)),
    reason: "BadPskBinder",
  },
  {
    name: "PSK before another extension",
    edit: clientHello((b) => withExtension(b, 0x1234)),
    reason: "MisplacedExtension",
  },
  {
    name: "PSK without modes",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.PskKeyExchangeModes)),
    reason: "MissingExtension",
  },
  {
    name: "PSK with two binders for one identity",
    edit: clientHello((b) => changeContents(b, ExtensionType.PreSharedKey, twoBinders)),
    reason: "ForbiddenValue",
  },
  {
    name: "PSK at the fourth place is looked at",
    edit: clientHello((b) => withPskBehind(b, 3)),
    reason: "BadPskBinder",
  },
  {
    name: "PSK at the fifth place is not, for each costs a decryption",
    edit: clientHello((b) => withPskBehind(b, 4)),
    reason: null,
    check: notResumed,
  },
  {
    name: "PSK without key agreement is not resumed",
    edit: clientHello((b) => withContents(b, ExtensionType.PskKeyExchangeModes, 1, 0)),
    reason: null,
    check: notResumed,
  },
  {
    name: "PSK survives HelloRetryRequest",
    server: { groups: [groupNamed("secp256r1")] },
    reason: null,
    check: (encounter: AttackRun) => {
      resumed(encounter);
      retried(encounter);
    },
  },
];

function twoBinders(psk: Uint8Array): Uint8Array {
  const identities = 2 + ((psk[0] as number) << 8) + (psk[1] as number);
  const binders = psk.subarray(identities + 2);
  const length = 2 * binders.length;
  return concat(
    psk.subarray(0, identities),
    Uint8Array.of(length >> 8, length & 255),
    binders,
    binders,
  );
}

const FLIGHTS: readonly Case[] = [
  {
    name: "no client certificate where one is required",
    server: mutual,
    reason: "CertificateRequired",
  },
  {
    name: "client's Certificate with a context",
    server: mutual,
    client: own,
    edit: change(Certificate, () => encodeCertificate13(Uint8Array.of(1), [], null)),
    reason: "ForbiddenValue",
  },
  {
    name: "client's Certificate with an extension",
    server: mutual,
    client: own,
    edit: change(Certificate, (b) => withEntryExtension(b, UNKNOWN_EXTENSION)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "client's Finished too short",
    edit: change(Finished, (b) => withBody(b, b.slice(4, -1))),
    reason: "MalformedMessage",
  },
  {
    name: "Certificate that was not requested",
    edit: before(Finished, message(encodeCertificate13(NONE, [], null))),
    reason: "UnexpectedMessage",
  },
  {
    name: "EndOfEarlyData that nobody awaits",
    edit: before(Finished, message(Uint8Array.of(5, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "KeyUpdate before Finished",
    edit: before(Finished, message(Uint8Array.of(24, 0, 0, 1, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "plain Finished",
    edit: before(Finished, plainRecord(ContentType.Handshake, Uint8Array.of(20, 0, 0, 0))),
    reason: "UnexpectedRecord",
  },
  {
    name: "ClientHello again",
    later: ({ impostor }: AttackRun) => impostor.send(message(Uint8Array.of(1, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "alert user_canceled and close_notify",
    edit: before(Finished, alert(1, 90), alert(1, 0)),
    reason: "ClosedDuringHandshake",
  },
  { name: "refused early data is skipped", edit: withEarlyData(3, 100), reason: null },
  { name: "early data without end", edit: withEarlyData(40, 1000), reason: "BadRecordMac" },
  {
    name: "early data after HelloRetryRequest is skipped",
    server: { groups: [groupNamed("secp256r1")] },
    edit: only(0, withEarlyData(3, 100)),
    reason: null,
  },
];

/** Announces early data and sends records of it that nobody can open. */
function withEarlyData(records: number, length: number): Edit {
  return (item) =>
    item.kind === "message" && item.bytes[0] === ClientHello
      ? [
          message(withExtension(item.bytes, ExtensionType.EarlyData)),
          ...Array.from({ length: records }, () =>
            plainRecord(ContentType.ApplicationData, new Uint8Array(length)),
          ),
        ]
      : [item];
}

const common = { victim: "server", both: tls13 } as const;

export const ATTACKS_13_SERVER: readonly Attack[] = [
  ...table("TLS 1.3 server", { ...common, resumed: {} }, PSKS),
  ...table("TLS 1.3 server", common, FLIGHTS),
];
