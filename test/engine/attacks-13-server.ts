/**
 * Clients that break TLS 1.3 in resumption and in their last flight, by name (RFC 8446).
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import type { FlightItem } from "../../src/handshake/flight.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { TicketKeys } from "../../src/handshake/ticket.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { credentialOf, groupNamed, NOW } from "../support/configurations.ts";
import {
  before,
  change,
  changeExtensions,
  drop,
  flip,
  forgingStore,
  message,
  withBody,
  withContents,
  withExtension,
  withoutExtension,
} from "../support/edits.ts";
import type { Edit, Encounter } from "../support/impostor.ts";
import { plainRecord, record } from "../support/impostor.ts";
import type { Attack } from "./attack.ts";

const { ClientHello, Certificate, CertificateVerify, Finished } = HandshakeType;
const NONE = new Uint8Array(0);
const tls13 = { versions: [TLS13] } as const;
const mutual = { requestClientCertificate: true, requireClientCertificate: true };
const own = { credentials: [credentialOf("p256-other")] };

const hello = (how: (bytes: Uint8Array) => Uint8Array, nth: number | null = 0): Edit =>
  change(ClientHello, how, nth);

const resumed = (encounter: Encounter): void => {
  if (!encounter.victim.facts.resumed) throw new Error("the session was not resumed");
};
const notResumed = (encounter: Encounter): void => {
  if (encounter.victim.facts.resumed) throw new Error("the session was resumed");
};
const retriedAndWell = (encounter: Encounter): void => {
  if (!encounter.victim.facts.helloRetryRequest) throw new Error("there was no HelloRetryRequest");
};

/** The client's part of a pair whose sessions are not what they were. */
const forger = (how: Parameters<typeof forgingStore>[1]): NonNullable<Attack["client"]> => ({
  sessionStore: forgingStore(new MemorySessionStore(() => NOW), how),
});

const otherKeys = (): TicketKeys => new TicketKeys(nodeProvider, nodeProvider.random, () => NOW);

type Case = Omit<Attack, "victim">;

const PSKS: readonly Case[] = [
  { name: "PSK", reason: null, check: resumed },
  {
    name: "PSK binder that is wrong",
    client: forger(({ secret }) => ({ secret: flip(secret, 0) })),
    reason: "BadPskBinder",
  },
  { name: "PSK binder over another hello", edit: hello((b) => flip(b, 6)), reason: "BadPskBinder" },
  {
    name: "PSK before another extension",
    edit: hello((b) => withExtension(b, 0x1234)),
    reason: "MisplacedExtension",
  },
  {
    name: "PSK without modes",
    edit: hello((b) => withoutExtension(b, ExtensionType.PskKeyExchangeModes)),
    reason: "MissingExtension",
  },
  {
    name: "PSK with two binders for one identity",
    edit: hello((b) =>
      changeExtensions(b, (list) =>
        list.map((one) =>
          one.type === ExtensionType.PreSharedKey
            ? { type: one.type, data: twoBinders(one.data) }
            : one,
        ),
      ),
    ),
    reason: "ForbiddenValue",
  },
  {
    name: "PSK without key agreement is not resumed",
    edit: hello((b) => withContents(b, ExtensionType.PskKeyExchangeModes, 1, 0)),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket that is garbage is not resumed",
    client: forger(() => ({ ticket: new Uint8Array(100) })),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket that was changed is not resumed",
    client: forger(({ ticket }) => ({ ticket: flip(ticket, 60) })),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of another name is not resumed",
    client: {
      ...forger(() => ({ serverName: "other.example" })),
      serverName: "other.example",
      verifyName: "other.example",
    },
    resumed: { client: { serverName: "localhost", verifyName: "localhost" } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket without a name is not resumed under one",
    client: forger(() => ({ serverName: "localhost" })),
    resumed: { client: { serverName: null } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of another protocol is not resumed",
    both: { ...tls13, alpnProtocols: ["h2", "h3"] },
    client: { ...forger(() => ({ alpnProtocol: "h3" })), alpnProtocols: ["h3"] },
    resumed: { client: { alpnProtocols: ["h2"] } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of another server's keys is not resumed",
    resumed: { server: { ticketKeys: otherKeys() } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket without identity is not resumed where one is required",
    server: mutual,
    client: own,
    resumed: { server: { requestClientCertificate: false, requireClientCertificate: false } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket with identity is",
    server: mutual,
    client: own,
    reason: null,
    check: (encounter: Encounter) => {
      resumed(encounter);
      if (encounter.victim.facts.peerChain.length !== 1) throw new Error("the identity is gone");
    },
  },
  {
    name: "ticket that is too old is not resumed",
    server: { clock: () => NOW + 36_000_000 },
    resumed: { server: { clock: () => NOW } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket from the future is not resumed",
    resumed: { server: { clock: () => NOW + 1000 } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of a suite that is off by now is not resumed",
    server: { cipherSuites: CIPHER_SUITES.filter(({ code }) => code === 0x1301) },
    resumed: { server: { cipherSuites: CIPHER_SUITES.filter(({ code }) => code === 0x1302) } },
    reason: null,
    check: notResumed,
  },
  {
    name: "PSK survives HelloRetryRequest",
    server: { groups: [groupNamed("secp256r1")] },
    reason: null,
    check: (encounter: Encounter) => {
      resumed(encounter);
      retriedAndWell(encounter);
    },
  },
].map((one) => ({ both: { ...tls13 }, resumed: {}, ...one }) as Case);

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
    name: "no Certificate message where one is requested",
    server: mutual,
    client: own,
    edit: drop(Certificate, CertificateVerify),
    reason: "UnexpectedMessage",
  },
  {
    name: "no CertificateVerify",
    server: mutual,
    client: own,
    edit: drop(CertificateVerify),
    reason: "UnexpectedMessage",
  },
  {
    name: "signature of the client that is wrong",
    server: mutual,
    client: own,
    edit: change(CertificateVerify, (b) => flip(b, -1)),
    reason: "BadSignature",
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
    edit: change(Certificate, (b) => withEntryExtension(b)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "client certificate of nobody",
    server: {
      ...mutual,
      verifier: {
        verify: () => ({ ok: false, reason: "UnknownIssuer", message: "nobody knows it" }),
      },
    },
    client: own,
    reason: "UnknownIssuer",
  },
  {
    name: "client's Finished that is wrong",
    edit: change(Finished, (b) => flip(b, -1)),
    reason: "BadFinished",
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
    name: "application data before Finished",
    edit: before(Finished, record(ContentType.ApplicationData, 1)),
    reason: "UnexpectedRecord",
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
    later: ({ impostor }: Encounter) => impostor.send(message(Uint8Array.of(1, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "alert user_canceled and close_notify",
    edit: before(Finished, record(ContentType.Alert, 1, 90), record(ContentType.Alert, 1, 0)),
    reason: "ClosedDuringHandshake",
  },
  { name: "refused early data is skipped", edit: withEarlyData(3, 100), reason: null },
  { name: "early data without end", edit: withEarlyData(40, 1000), reason: "BadRecordMac" },
  {
    name: "early data after HelloRetryRequest is skipped",
    server: { groups: [groupNamed("secp256r1")] },
    edit: (item: FlightItem, n: number) =>
      n === 0 ? [item, ...withEarlyData(0, 0)(item, n).slice(1)] : [item],
    reason: null,
  },
].map((one) => ({ both: { ...tls13 }, ...one }) as Case);

/** An empty block of extensions at the end of the only entry becomes one with an unknown extension. */
function withEntryExtension(bytes: Uint8Array): Uint8Array {
  const body = concat(bytes.subarray(8, -2), Uint8Array.of(0, 4, 0x12, 0x34, 0, 0));
  return withBody(bytes, concat(Uint8Array.of(0, 0, body.length >> 8, body.length & 255), body));
}

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

export const ATTACKS_13_SERVER: readonly Attack[] = [...PSKS, ...FLIGHTS].map((one) => ({
  both: tls13,
  ...one,
  name: `TLS 1.3 server: ${one.name}`,
  victim: "server",
}));
