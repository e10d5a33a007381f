/**
 * Peers that break the rules of renegotiation in TLS 1.2, by name (RFC 5246 §7.4.1.1, RFC 5746, RFC 7366 §3.1, RFC 7627).
 */
import { EMPTY_RENEGOTIATION_INFO_SCSV } from "../../src/protocol/cipher-suite.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { DEFAULT_CLIENT_LIMITS, HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { encodeCertificate12 } from "../../src/wire/certificate.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import {
  before,
  change,
  changeContents,
  flip,
  message,
  only,
  overwrite,
  withContents,
  withExtension,
  withHello,
  withoutExtension,
} from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import type { AttackRun, Edit } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  cbc,
  clientHello,
  data,
  mutual,
  notResumed,
  own,
  refusedToRenegotiate,
  renegotiable,
  renegotiate,
  serverHello,
  tls12,
} from "./attack-kit.ts";

const { ClientHello, Certificate, ClientKeyExchange } = HandshakeType;
type Role = Attack["victim"];

const ones = (length: number): number[] => new Array<number>(length).fill(1);
/** The attacker's own limit does not end the attack. */
const tireless = { limits: { ...DEFAULT_CLIENT_LIMITS, renegotiations: 100 } };

/** Either role; `hello` changes that of the attacker. */
const either = (victim: Role, hello: typeof clientHello): readonly Case[] => [
  { name: "as often as the limit says", later: renegotiate(3), reason: null },
  {
    name: "more often than the limit says",
    [victim === "client" ? "server" : "client"]: tireless,
    later: renegotiate(4),
    reason: "TooManyRenegotiations",
  },
  { name: "the same certificates", server: mutual, client: own, reason: null },
  {
    name: "another certificate",
    server: mutual,
    client: own,
    edit: only(
      1,
      change(Certificate, () => encodeCertificate12(identity("p384").chain)),
    ),
    reason: "RenegotiatedIdentityChanged",
  },
  {
    name: "renegotiation_info of another handshake",
    edit: hello(
      (b) =>
        withContents(
          b,
          ExtensionType.RenegotiationInfo,
          ...(victim === "client" ? [24, ...ones(24)] : [12, ...ones(12)]),
        ),
      1,
    ),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "renegotiation_info of a first handshake",
    edit: hello((b) => withContents(b, ExtensionType.RenegotiationInfo, 0), 1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "no renegotiation_info",
    edit: hello((b) => withoutExtension(b, ExtensionType.RenegotiationInfo), 1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "another protocol",
    both: { alpnProtocols: ["h2", "h3"] },
    edit: hello((b) => withContents(b, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x33), 1),
    reason: "ResumptionMismatch",
  },
  {
    name: "extended master secret given up",
    edit: hello((b) => withoutExtension(b, ExtensionType.ExtendedMasterSecret), 1),
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "renegotiation_info whose last bytes are others",
    edit: hello((b) => changeContents(b, ExtensionType.RenegotiationInfo, (c) => flip(c, -1)), 1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "renegotiation_info whose first bytes are others",
    edit: hello((b) => changeContents(b, ExtensionType.RenegotiationInfo, (c) => flip(c, 1)), 1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "renegotiation_info that is longer",
    edit: hello(
      (b) =>
        changeContents(b, ExtensionType.RenegotiationInfo, (c) =>
          Uint8Array.of(c.length, ...c.subarray(1), 0),
        ),
      1,
    ),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "SSL 3.0",
    edit: hello((b) => overwrite(b, 4, 3, 0), 1),
    reason: "NoCommonVersion",
  },
  {
    name: "points without the uncompressed form",
    edit: hello((b) => withPoints(b), 1),
    reason: "ForbiddenValue",
  },
  {
    name: "encrypt-then-MAC given up",
    both: cbc,
    edit: hello((b) => withoutExtension(b, ExtensionType.EncryptThenMac), 1),
    reason: "ForbiddenValue",
  },
];

/** The hello with ec_point_formats of compressed points alone, whatever it said of them. */
const withPoints = (bytes: Uint8Array): Uint8Array =>
  withExtension(
    withoutExtension(bytes, ExtensionType.EcPointFormats),
    ExtensionType.EcPointFormats,
    ...[1, 1],
  );

const TO_CLIENT: readonly Case[] = [
  {
    name: "TLS 1.3",
    both: { versions: [TLS13, TLS12] },
    server: tls12,
    edit: serverHello((b) => withExtension(b, ExtensionType.SupportedVersions, 3, 4), 1),
    reason: "UnsolicitedExtension",
  },
  {
    name: "refused by the server, and the connection goes on",
    server: { allowRenegotiation: false },
    reason: null,
  },
];

const TO_SERVER: readonly Case[] = [
  {
    name: "refused where it is not allowed, and the connection goes on",
    both: { allowRenegotiation: false },
    reason: null,
    check: refusedToRenegotiate,
  },
  {
    name: "without renegotiation_info from the start it is refused even where it is allowed",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.RenegotiationInfo)),
    reason: null,
    check: refusedToRenegotiate,
  },
  {
    name: "the signalling suite",
    edit: clientHello(
      (b) =>
        withHello(b, ({ cipherSuites }) => ({
          cipherSuites: [...cipherSuites, EMPTY_RENEGOTIATION_INFO_SCSV],
        })),
      1,
    ),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "an older version",
    edit: clientHello((b) => withHello(b, () => ({ legacyVersion: 0x0302 })), 1),
    reason: "NoCommonVersion",
  },
  {
    name: "no certificate any more",
    server: { requestClientCertificate: true },
    client: own,
    edit: only(
      1,
      change(Certificate, () => encodeCertificate12([])),
    ),
    reason: "RenegotiatedIdentityChanged",
  },
  {
    name: "a session is not resumed",
    resumed: {},
    edit: withTicketAgain(),
    reason: null,
    check: (encounter: AttackRun) => {
      notResumed(encounter);
      if (encounter.renegotiations !== 1) throw new Error("nothing was renegotiated");
    },
  },
  {
    name: "application data amid it is data of the session that goes on",
    edit: only(1, before(ClientKeyExchange, data(1))),
    reason: null,
    check: ({ data: came }: AttackRun) => {
      if (came.length !== 1) throw new Error(`${came.length} bytes of data came, not 1`);
    },
  },
  {
    name: "ClientHello of TLS 1.3 for a server that turned to TLS 1.2",
    client: { versions: [TLS13, TLS12] },
    reason: null,
  },
];

/** The ticket of the first ClientHello stands in the second one, too. */
function withTicketAgain(): Edit {
  let ticket: readonly number[] = [];
  return (item, nth) => {
    if (item.kind !== "message" || item.bytes[0] !== ClientHello) return [item];
    if (nth > 0) return [message(withContents(item.bytes, ExtensionType.SessionTicket, ...ticket))];
    const body = item.bytes.subarray(HANDSHAKE_HEADER_LENGTH);
    ticket = [...(decodeClientHello(body).extensions.sessionTicket ?? [])];
    if (ticket.length === 0) throw new Error("no ticket was offered");
    return [item];
  };
}

const common = { both: renegotiable, later: renegotiate(1) };

export const ATTACKS_RENEGOTIATION: readonly Attack[] = [
  ...table("TLS 1.2 client, renegotiation", { ...common, victim: "client" }, [
    ...either("client", serverHello),
    ...TO_CLIENT,
  ]),
  ...table("TLS 1.2 server, renegotiation", { ...common, victim: "server" }, [
    ...either("server", clientHello),
    ...TO_SERVER,
  ]),
];
