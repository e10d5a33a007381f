/**
 * What TLS 1.2 clients may ask for in finite fields, in sessions and in static RSA, and what they get, by name
 * (RFC 5077 §3.4, RFC 5246 §7.4.7.1, RFC 7627 §5.4, RFC 7919 §4).
 */
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { groupNamed } from "../support/configurations.ts";
import { change, withBody, withContents, withHello, withoutExtension } from "../support/edits.ts";
import type { AttackRun } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  clientHello,
  NONE,
  notResumed,
  resumed,
  rsa,
  suite,
  suites12,
  tls12,
} from "./attack-kit.ts";

const { ClientKeyExchange } = HandshakeType;

/** The client's groups, by number. */
const groups = (...codes: readonly number[]): NonNullable<Case["edit"]> =>
  clientHello((b) =>
    withContents(
      b,
      ExtensionType.SupportedGroups,
      ...[0, 2 * codes.length],
      ...codes.flatMap((code) => [code >> 8, code & 255]),
    ),
  );

const suiteIs =
  (code: number) =>
  ({ victim }: AttackRun): void => {
    if (victim.facts.suite?.code !== code) throw new Error(`${victim.facts.suite?.name}`);
  };
const groupIs =
  (code: number) =>
  ({ victim }: AttackRun): void => {
    if (victim.facts.group?.code !== code) throw new Error(`${victim.facts.group?.name}`);
  };

const DHE = suites12(({ code }) => code === 0x9e);
const ECDHE = suites12(({ code }) => code === 0xc02f);

/** The server has ffdhe2048 and ffdhe3072. */
const FINITE_FIELDS: readonly Case[] = [
  { name: "no groups of finite fields: the server's", reason: null, edit: groups(0x17, 0x1d) },
  {
    name: "no groups at all: the server's",
    reason: null,
    edit: clientHello((b) => withoutExtension(b, ExtensionType.SupportedGroups)),
  },
  {
    name: "a group of the server's",
    reason: null,
    edit: groups(0x17, 0x101),
    check: groupIs(0x101),
  },
  {
    name: "a group of the server's among unknown ones",
    edit: groups(0x1ff, 0x104, 0x101),
    reason: null,
    check: groupIs(0x101),
  },
  { name: "ffdhe4096, which is off here", edit: groups(0x17, 0x102), reason: "WeakKeyExchange" },
  { name: "ffdhe8192, which is not built", edit: groups(0x17, 0x104), reason: "WeakKeyExchange" },
  { name: "a group of tomorrow", edit: groups(0x17, 0x1fb), reason: "WeakKeyExchange" },
  {
    name: "ffdhe8192, and a suite without",
    both: { cipherSuites: [...DHE, ...ECDHE] },
    edit: groups(0x1d, 0x104),
    reason: null,
    check: suiteIs(0xc02f),
  },
  {
    name: "ffdhe8192, and a suite for whose certificate there is none",
    both: { cipherSuites: [...DHE, ...suite(0xc02b)] },
    edit: groups(0x17, 0x104),
    reason: "WeakKeyExchange",
  },
];

const finite = {
  both: { ...tls12, cipherSuites: DHE },
  client: { groups: [...NAMED_GROUPS] },
  server: {
    ...rsa,
    groups: [groupNamed("x25519"), groupNamed("ffdhe2048"), groupNamed("ffdhe3072")],
  },
} as const;

const flightOf = (...content: readonly number[]): NonNullable<Case["edit"]> =>
  change(ClientKeyExchange, (b) => withBody(b, Uint8Array.from(content)));

/** Nothing is told about a premaster secret that cannot be read: the keys are others, and that is seen by the next record. */
const RSA: readonly Case[] = [
  { name: "empty premaster secret", edit: flightOf(0, 0), reason: "BadRecordMac" },
  { name: "premaster secret of one byte", edit: flightOf(0, 1, 9), reason: "BadRecordMac" },
  {
    name: "premaster secret longer than the modulus",
    edit: change(ClientKeyExchange, (b) => withBody(b, Uint8Array.of(1, 1, 0, ...b.subarray(6)))),
    reason: "BadRecordMac",
  },
  {
    name: "premaster secret that is the modulus or more",
    edit: flightOf(1, 0, ...new Array<number>(256).fill(255)),
    reason: "BadRecordMac",
  },
  {
    name: "premaster secret of zeros",
    edit: flightOf(1, 0, ...new Array<number>(256).fill(0)),
    reason: "BadRecordMac",
  },
  { name: "premaster secret cut", edit: flightOf(1, 0, 1, 2, 3), reason: "MalformedMessage" },
  {
    name: "a byte behind the premaster secret",
    edit: change(ClientKeyExchange, (b) => withBody(b, Uint8Array.of(...b.subarray(4), 0))),
    reason: "MalformedMessage",
  },
  {
    name: "no premaster secret at all",
    edit: change(ClientKeyExchange, (b) => withBody(b, NONE)),
    reason: "MalformedMessage",
  },
];

const staticRsa = {
  both: { ...tls12, cipherSuites: suites12(({ keyExchange }) => keyExchange === "rsa") },
  server: rsa,
} as const;

/** Tickets as a client might bring them; `resumed` is what was before. */
const TICKETS: readonly Case[] = [
  { name: "ticket", reason: null, check: resumed },
  {
    name: "ticket cut",
    forge: ({ ticket }) => ({ ticket: ticket.slice(0, -1) }),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket with a byte more",
    forge: ({ ticket }) => ({ ticket: Uint8Array.of(...ticket, 0) }),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of one byte",
    forge: () => ({ ticket: Uint8Array.of(1) }),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of 10000 bytes",
    forge: () => ({ ticket: new Uint8Array(10_000) }),
    reason: null,
    check: notResumed,
  },
  ...[0, 16, 28, -1].map(
    (at): Case => ({
      name: `ticket, changed at ${at}`,
      forge: ({ ticket }) => {
        const changed = ticket.slice();
        const place = at < 0 ? changed.length + at : at;
        changed[place] = (changed[place] ?? 0) ^ 0x80;
        return { ticket: changed };
      },
      reason: null,
      check: notResumed,
    }),
  ),
  {
    name: "ticket, and another suite of the client's first",
    edit: clientHello((b) =>
      withHello(b, ({ cipherSuites }) => ({ cipherSuites: cipherSuites.toReversed() })),
    ),
    reason: null,
    check: resumed,
  },
];

const victim = "server";

export const ATTACKS_12_HELLO: readonly Attack[] = [
  ...table("TLS 1.2 server, finite fields", { victim, ...finite }, FINITE_FIELDS),
  ...table("TLS 1.2 server, static RSA", { victim, ...staticRsa }, RSA),
  ...table("TLS 1.2 server, sessions", { victim, both: tls12, resumed: {} }, TICKETS),
];
