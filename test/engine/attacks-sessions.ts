/**
 * Sessions that a server must not resume although the client offers them, by name, and some that it may: in each way that
 * sessions are kept.
 */
import type { Session } from "../../src/handshake/session.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { groupNamed, NOW } from "../support/configurations.ts";
import { flip, withHello, withoutExtension } from "../support/edits.ts";
import type { AttackRun } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  clientHello,
  mutual,
  notResumed,
  own,
  resumed,
  retried,
  suite,
  tls12,
  tls13,
  withPskBehind,
} from "./attack-kit.ts";

/** Changes what names the session to the server: its ticket, or else its id. */
const renamed =
  (how: (bytes: Uint8Array) => Uint8Array): NonNullable<Attack["forge"]> =>
  ({ ticket, sessionId }: Session) =>
    ticket.length > 0 ? { ticket: how(ticket) } : { sessionId: how(sessionId) };

const elsewhere = { serverName: "other.example", verifyName: "other.example" };
const LIFETIME = 36_000_000;

/** Every way. */
const ALWAYS: readonly Case[] = [
  { name: "resumed", reason: null, check: resumed },
  {
    name: "changed, not resumed",
    forge: renamed((bytes) => flip(bytes, bytes.length >> 1)),
    reason: null,
    check: notResumed,
  },
  {
    name: "garbage, not resumed",
    forge: renamed((bytes) => new Uint8Array(bytes.length).fill(7)),
    reason: null,
    check: notResumed,
  },
  {
    name: "of another name, not resumed",
    client: elsewhere,
    forge: () => ({ serverName: elsewhere.serverName }),
    resumed: { client: { serverName: "localhost", verifyName: "localhost" } },
    reason: null,
    check: notResumed,
  },
  {
    name: "without a name, not resumed under one",
    forge: () => ({ serverName: "localhost" }),
    resumed: { client: { serverName: null } },
    reason: null,
    check: notResumed,
  },
  {
    name: "of another protocol, resumed with the one that is negotiated now (RFC 7301 §3.1)",
    both: { alpnProtocols: ["h2", "h3"] },
    client: { alpnProtocols: ["h3"] },
    resumed: { client: { alpnProtocols: ["h2"] } },
    reason: null,
    check: (encounter: AttackRun) => {
      resumed(encounter);
      if (encounter.victim.facts.alpnProtocol !== "h3") throw new Error("not negotiated anew");
    },
  },
  {
    name: "without identity, not resumed where one is required",
    server: mutual,
    client: own,
    resumed: { server: { requestClientCertificate: false, requireClientCertificate: false } },
    reason: null,
    check: notResumed,
  },
  {
    name: "with identity, resumed with it",
    server: mutual,
    client: own,
    reason: null,
    check: (encounter: AttackRun) => {
      resumed(encounter);
      if (encounter.victim.facts.peerChain.length !== 1) throw new Error("the identity is gone");
    },
  },
  {
    name: "at the end of its life, resumed",
    server: { clock: () => NOW + LIFETIME - 1 },
    resumed: { server: { clock: () => NOW } },
    reason: null,
    check: resumed,
  },
  {
    name: "too old, not resumed",
    server: { clock: () => NOW + LIFETIME },
    resumed: { server: { clock: () => NOW } },
    reason: null,
    check: notResumed,
  },
  {
    name: "from the future, not resumed",
    resumed: { server: { clock: () => NOW + 1000 } },
    reason: null,
    check: notResumed,
  },
];

/** Only tickets are sealed. */
const TICKETS: readonly Case[] = [
  {
    name: "of another server's keys, not resumed",
    resumed: { otherTicketKeys: true },
    reason: null,
    check: notResumed,
  },
];

const suiteIsOff = (now: number, then: number): Case => ({
  name: "of a suite that is off by now, not resumed",
  server: { cipherSuites: suite(now) },
  resumed: { server: { cipherSuites: suite(then) } },
  reason: null,
  check: notResumed,
});

/** The edit breaks the binder of a PSK, which nobody looks at. */
const suiteIsNotOffered = (gone: number): Case => ({
  name: "whose suite the client no longer offers, not resumed",
  resumed: { server: { cipherSuites: suite(gone) } },
  edit: clientHello((bytes) =>
    withHello(bytes, ({ cipherSuites }) => ({
      cipherSuites: cipherSuites.filter((code) => code !== gone),
    })),
  ),
  reason: null,
  check: notResumed,
});

const IN_12: readonly Case[] = [
  suiteIsOff(0xc02b, 0xc02c),
  suiteIsNotOffered(0xc02c),
  {
    name: "to a server that has given up the extended master secret, not resumed",
    server: { extendedMasterSecret: "off" },
    resumed: { server: { extendedMasterSecret: "offer" } },
    reason: null,
    check: notResumed,
  },
  {
    name: "triple handshake: without the extended master secret",
    edit: clientHello((bytes) => withoutExtension(bytes, ExtensionType.ExtendedMasterSecret)),
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "without the extended master secret from the start, not kept",
    both: { extendedMasterSecret: "off" },
    reason: null,
    check: notResumed,
  },
];

const victim = "server";

export const ATTACKS_SESSIONS: readonly Attack[] = [
  ...table("TLS 1.3 server, PSK", { victim, both: tls13, resumed: {} }, [
    ...ALWAYS,
    ...TICKETS,
    suiteIsOff(0x1301, 0x1302),
    suiteIsNotOffered(0x1302),
    {
      name: "of another suite than HelloRetryRequest named, not resumed",
      server: {
        cipherSuites: [...suite(0x1303), ...suite(0x1301)],
        groups: [groupNamed("secp256r1")],
      },
      resumed: { server: { cipherSuites: suite(0x1301) } },
      // It is looked at in the second hello only, where it stands at the first place.
      edit: clientHello((bytes) => withPskBehind(bytes, 4)),
      reason: null,
      check: (encounter) => {
        retried(encounter);
        notResumed(encounter);
      },
    },
  ]),
  ...table("TLS 1.2 server, ticket", { victim, both: tls12, resumed: {} }, [
    ...ALWAYS,
    ...TICKETS,
    ...IN_12,
  ]),
  ...table(
    "TLS 1.2 server, session id",
    { victim, both: tls12, server: { ticketCount: 0 }, resumed: {} },
    [...ALWAYS, ...IN_12],
  ),
];
