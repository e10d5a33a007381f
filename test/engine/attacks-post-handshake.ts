/**
 * What peers can do wrong in post-handshake authentication (RFC 8446 §4.6.2), by name.
 */
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { encodeCertificateRequest13 } from "../../src/wire/certificate-request.ts";
import {
  after,
  before,
  change,
  drop,
  flip,
  message,
  only,
  withBody,
  withEntryExtension,
  withExtension,
} from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import type { AttackRun } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import { data, flood, NONE, nobody, own, tls13, UNKNOWN_EXTENSION, unable } from "./attack-kit.ts";

const { Certificate, CertificateVerify, Finished } = HandshakeType;

/** The server asks; some times. */
const ask =
  (times: number) =>
  (encounter: AttackRun): void => {
    for (let count = 0; count < times; count++) {
      encounter.victim.renegotiate();
      encounter.pump();
    }
  };

const identified = ({ victim }: AttackRun): void => {
  if (victim.facts.peerChain.length !== 1) throw new Error("nobody has shown a certificate");
};

const ANSWERS: readonly Case[] = [
  { name: "an answer", reason: null, check: identified },
  { name: "an answer each time", later: ask(3), reason: null, check: identified },
  {
    name: "an empty Certificate is an answer",
    client: { identities: [] },
    reason: null,
    check: ({ victim }) => {
      if (victim.facts.peerChain.length > 0) throw new Error("somebody has shown a certificate");
    },
  },
  {
    name: "an empty Certificate where one is required",
    server: { requireClientCertificate: true },
    edit: change(Certificate, (bytes) =>
      withBody(bytes, Uint8Array.of(16, ...bytes.subarray(5, 21), 0, 0, 0)),
    ),
    reason: "CertificateRequired",
  },
  {
    name: "Certificate of another request",
    edit: change(Certificate, (bytes) => flip(bytes, 5)),
    reason: "ForbiddenValue",
  },
  {
    name: "Certificate without the context of the request",
    edit: change(Certificate, () => encodeCertificate13(NONE, identity("p384").chain, null)),
    reason: "ForbiddenValue",
  },
  {
    name: "Certificate with an extension",
    edit: change(Certificate, (bytes) => withEntryExtension(bytes, UNKNOWN_EXTENSION)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "Certificate twice",
    edit: (item) =>
      item.kind === "message" && item.bytes[0] === Certificate ? [item, item] : [item],
    reason: "UnexpectedMessage",
  },
  { name: "no Certificate", edit: drop(Certificate), reason: "UnexpectedMessage" },
  { name: "no CertificateVerify", edit: drop(CertificateVerify), reason: "UnexpectedMessage" },
  {
    name: "CertificateVerify that is wrong",
    edit: change(CertificateVerify, (bytes) => flip(bytes, -1)),
    reason: "BadSignature",
  },
  { name: "certificate of nobody", server: nobody, reason: "UnknownIssuer" },
  {
    name: "Finished that is wrong",
    edit: only(
      1,
      change(Finished, (bytes) => flip(bytes, -1)),
    ),
    reason: "BadFinished",
  },
  {
    name: "no Finished, but data",
    edit: only(1, (item) =>
      item.kind === "message" && item.bytes[0] === Finished ? [data(1)] : [item],
    ),
    reason: "UnexpectedRecord",
  },
  {
    name: "data inside the answer",
    edit: before(CertificateVerify, data(1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "KeyUpdate inside the answer",
    edit: before(CertificateVerify, message(Uint8Array.of(24, 0, 0, 1, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "the answer once more",
    edit: only(1, after(Finished, message(encodeCertificate13(new Uint8Array(16), [], null)))),
    reason: "UnexpectedMessage",
  },
  {
    name: "Certificate that nobody asked for",
    later: flood(1, message(encodeCertificate13(NONE, [], null))),
    reason: "UnexpectedMessage",
  },
];

const signatureAlgorithms = [0x0403];

const REQUESTS: readonly Case[] = [
  {
    name: "a request",
    later: ({ impostor: { driver } }) =>
      driver.run((flight) => driver.state?.renegotiate?.(flight) ?? unable("ask")),
    reason: null,
  },
  {
    name: "a request without context",
    later: flood(1, message(encodeCertificateRequest13(NONE, { signatureAlgorithms }))),
    reason: "ForbiddenValue",
  },
  {
    name: "a request without signature_algorithms",
    later: flood(
      1,
      message(withExtension(Uint8Array.of(13, 0, 0, 4, 1, 1, 0, 0), UNKNOWN_EXTENSION)),
    ),
    reason: "MissingExtension",
  },
  {
    name: "a request of a client that did not offer it",
    client: { postHandshakeAuth: false },
    later: flood(1, message(encodeCertificateRequest13(Uint8Array.of(1), { signatureAlgorithms }))),
    reason: "UnexpectedMessage",
  },
];

const client = { ...own, postHandshakeAuth: true };

export const ATTACKS_POST_HANDSHAKE: readonly Attack[] = [
  ...table(
    "TLS 1.3 server, post-handshake authentication",
    { victim: "server", both: tls13, client, later: ask(1) },
    ANSWERS,
  ),
  ...table(
    "TLS 1.3 client, post-handshake authentication",
    { victim: "client", both: tls13, client },
    REQUESTS,
  ),
];
