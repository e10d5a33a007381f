/**
 * Pre-shared keys of TLS 1.3 that are offered in a broken or odd way, and clients that prove themselves so, by name
 * (RFC 8446 §4.1.2, §4.2.9, §4.2.11, §4.4.2, §4.4.3).
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { ByteReader } from "../../src/bytes/byte-reader.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import {
  before,
  change,
  changeContents,
  changeExtensions,
  flip,
  message,
  type RawExtension,
  withBody,
  withContents,
  withExtension,
  withoutExtension,
} from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import type { AttackRun, Edit } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  clientHello,
  mutual,
  NONE,
  notResumed,
  own,
  resumed,
  retried,
  retrying,
  tls13,
} from "./attack-kit.ts";

const { Certificate, CertificateVerify, ClientHello, Finished } = HandshakeType;
const { Cookie, KeyShare, PreSharedKey, PskKeyExchangeModes, SupportedGroups } = ExtensionType;

interface Offered {
  identities: readonly Uint8Array[];
  binders: readonly Uint8Array[];
}

/** The pre_shared_key of the client with other identities or binders. */
const offering = (how: (psk: Offered) => Partial<Offered>, nth: number | null = 0): Edit =>
  clientHello((bytes) => changeContents(bytes, PreSharedKey, (psk) => rewritten(psk, how)), nth);

function rewritten(psk: Uint8Array, how: (psk: Offered) => Partial<Offered>): Uint8Array {
  const reader = new ByteReader(psk, "pre_shared_key");
  const list = reader.nested(2, "identities");
  const proofs = reader.nested(2, "binders");
  const offered = { identities: [list.rest()], binders: [proofs.vector(1, "binder")] };
  const { identities, binders } = { ...offered, ...how(offered) };
  const writer = new ByteWriter();
  writer.vector(2, () => {
    for (const one of identities) writer.bytes(one);
  });
  writer.vector(2, () => {
    for (const binder of binders) writer.vector(1, binder);
  });
  return writer.finish();
}

/** An identity with its age. */
const named = (...name: readonly number[]): Uint8Array =>
  Uint8Array.of(0, name.length, ...name, 0, 0, 0, 0);

const OFFERS: readonly Case[] = [
  { name: "no identity", edit: offering(() => ({ identities: [] })), reason: "MalformedMessage" },
  {
    name: "empty identity",
    edit: offering(() => ({ identities: [named()] })),
    reason: "MalformedMessage",
  },
  { name: "no binder", edit: offering(() => ({ binders: [] })), reason: "MalformedMessage" },
  {
    name: "binder of 31 bytes",
    edit: offering(() => ({ binders: [new Uint8Array(31)] })),
    reason: "MalformedMessage",
  },
  {
    name: "binder cut",
    edit: offering(({ binders: [binder = NONE] }) => ({ binders: [binder.slice(0, -1)] })),
    reason: "BadPskBinder",
  },
  {
    name: "binder with a byte more",
    edit: offering(({ binders: [binder = NONE] }) => ({
      binders: [concat(binder, Uint8Array.of(0))],
    })),
    reason: "BadPskBinder",
  },
  {
    name: "binder of 255 bytes",
    edit: offering(() => ({ binders: [new Uint8Array(255)] })),
    reason: "BadPskBinder",
  },
  {
    name: "two identities and one binder",
    edit: offering(({ identities }) => ({ identities: [...identities, named(1)] })),
    reason: "ForbiddenValue",
  },
  {
    name: "an unknown identity behind it, with a binder",
    edit: offering(({ identities, binders }) => ({
      identities: [...identities, named(1)],
      binders: [...binders, new Uint8Array(32)],
    })),
    reason: "BadPskBinder",
  },
  {
    name: "unknown identities alone",
    edit: offering(() => ({
      identities: [named(1), named(1), named(2)],
      binders: [new Uint8Array(32), new Uint8Array(48), new Uint8Array(255)],
    })),
    reason: null,
    check: notResumed,
  },
  {
    name: "a byte behind the binders",
    edit: clientHello((b) =>
      changeContents(b, PreSharedKey, (psk) => concat(psk, Uint8Array.of(0))),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "twice",
    edit: clientHello((b) =>
      changeExtensions(b, (list) => [...list, ...list.filter(({ type }) => type === PreSharedKey)]),
    ),
    reason: "DuplicateExtension",
  },
  {
    name: "without key_share",
    edit: clientHello((b) => withoutExtension(b, KeyShare)),
    reason: "MissingExtension",
  },
  {
    name: "without groups",
    edit: clientHello((b) => withoutExtension(b, SupportedGroups)),
    reason: "MissingExtension",
  },
  {
    name: "modes that nobody knows",
    edit: clientHello((b) => withContents(b, PskKeyExchangeModes, 2, 0x0b, 0x2a)),
    reason: null,
    check: notResumed,
  },
  {
    name: "both modes are looked through",
    edit: clientHello((b) => withContents(b, PskKeyExchangeModes, 2, 0, 1)),
    reason: "BadPskBinder",
  },
  {
    name: "an age that cannot be",
    forge: () => ({ ageAdd: 0xffffffff }),
    reason: null,
    check: resumed,
  },
  {
    name: "ticket cut",
    forge: ({ ticket }) => ({ ticket: ticket.slice(0, -1) }),
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
];

const both =
  (...checks: readonly ((encounter: AttackRun) => void)[]) =>
  (encounter: AttackRun): void => {
    for (const check of checks) check(encounter);
  };

/** The client goes on without its key in the hello that has a cookie. */
const withoutPsk = (list: readonly RawExtension[]): readonly RawExtension[] =>
  list.some(({ type }) => type === Cookie)
    ? list.filter(({ type }) => type !== PreSharedKey)
    : list;

const RETRIED: readonly Case[] = [
  {
    name: "gone in the second hello",
    lie: (b) => (b[0] === ClientHello ? changeExtensions(b, withoutPsk) : b),
    reason: null,
    check: both(retried, notResumed),
  },
  {
    name: "wrong binder in the second hello",
    edit: offering(({ binders: [binder = NONE] }) => ({ binders: [flip(binder, 0)] }), 1),
    reason: "BadPskBinder",
  },
  {
    name: "another identity in the second hello",
    edit: offering(() => ({ identities: [named(1)] }), 1),
    reason: "SecondHelloDiffers",
  },
  {
    name: "one more identity in the second hello",
    edit: offering(
      ({ identities, binders }) => ({
        identities: [...identities, named(1)],
        binders: [...binders, ...binders],
      }),
      1,
    ),
    reason: "SecondHelloDiffers",
  },
];

const PSK = [0, 7, 0, 1, 5, 0, 0, 0, 0, 0, 33, 32, ...new Array<number>(32).fill(0)];

const NEW: readonly Case[] = [
  {
    name: "for the first time in the second hello",
    edit: clientHello((b) => withExtension(b, PreSharedKey, ...PSK), 1),
    reason: "SecondHelloDiffers",
  },
];

const chain = identity("p256-other").chain;
const [leaf = NONE] = chain;

/** A Certificate of the client's with these entries. */
const certificates = (...entries: readonly Uint8Array[]): Edit =>
  change(Certificate, () => encodeCertificate13(NONE, entries, null));

const CERTIFICATES: readonly Case[] = [
  {
    name: "CertificateVerify of a certificate that was not sent",
    server: { requestClientCertificate: true, requireClientCertificate: false },
    edit: certificates(),
    reason: "UnexpectedMessage",
  },
  {
    name: "certificate without content",
    edit: certificates(NONE),
    reason: "MalformedMessage",
  },
  {
    name: "certificate that is none",
    edit: certificates(Uint8Array.of(1, 2, 3)),
    reason: "MalformedCertificate",
  },
  {
    name: "certificate with a byte more",
    edit: certificates(concat(leaf, Uint8Array.of(0))),
    reason: "MalformedCertificate",
  },
  {
    name: "certificates without end",
    edit: certificates(...Array.from({ length: 17 }, () => leaf)),
    reason: "CertificateChainTooLong",
  },
  {
    name: "Certificate twice",
    edit: before(CertificateVerify, message(encodeCertificate13(NONE, chain, null))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateVerify twice",
    edit: before(Finished, message(withBody(Uint8Array.of(CertificateVerify), NONE))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateVerify before Certificate",
    edit: before(Certificate, message(withBody(Uint8Array.of(CertificateVerify), NONE))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateVerify cut",
    edit: change(CertificateVerify, (b) => withBody(b, b.slice(4, -1))),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateVerify without content",
    edit: change(CertificateVerify, (b) => withBody(b, NONE)),
    reason: "MalformedMessage",
  },
  {
    name: "Finished instead of CertificateVerify",
    edit: change(CertificateVerify, () => withBody(Uint8Array.of(Finished), new Uint8Array(48))),
    reason: "UnexpectedMessage",
  },
];

const common = { victim: "server", both: tls13 } as const;

export const ATTACKS_13_PSK: readonly Attack[] = [
  ...table("TLS 1.3 server, PSK offered", { ...common, resumed: {} }, OFFERS),
  ...table("TLS 1.3 server, PSK", { ...common, server: retrying, resumed: {} }, RETRIED),
  ...table("TLS 1.3 server, PSK", { ...common, server: retrying }, NEW),
  ...table(
    "TLS 1.3 server, client's proof",
    { ...common, server: mutual, client: own },
    CERTIFICATES,
  ),
];
