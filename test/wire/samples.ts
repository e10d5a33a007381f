/**
 * One list of samples of every handshake message, from which the tests generate their cases. Contents are bytes of high
 * value, so that a shifted length never lands on another legal one by chance.
 */
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import {
  decodeCertificate12,
  decodeCertificate13,
  decodeCertificateStatus,
  encodeCertificate12,
  encodeCertificate13,
  encodeCertificateStatus,
} from "../../src/wire/certificate.ts";
import {
  decodeCertificateRequest12,
  decodeCertificateRequest13,
  encodeCertificateRequest12,
  encodeCertificateRequest13,
} from "../../src/wire/certificate-request.ts";
import {
  decodeCertificateVerify,
  encodeCertificateVerify,
} from "../../src/wire/certificate-verify.ts";
import {
  type ClientHelloParts,
  decodeClientHello,
  encodeClientHello,
} from "../../src/wire/client-hello.ts";
import {
  decodeEmptyMessage,
  encodeHelloRequest,
  encodeServerHelloDone,
} from "../../src/wire/empty-messages.ts";
import {
  decodeEncryptedExtensions,
  encodeEncryptedExtensions,
} from "../../src/wire/encrypted-extensions.ts";
import type { ExtensionValues } from "../../src/wire/extensions/registry.ts";
import { decodeFinished, encodeFinished } from "../../src/wire/finished.ts";
import {
  type ClientKeyExchange,
  decodeClientKeyExchange,
  decodePskServerKeyExchange,
  decodeServerKeyExchange,
  encodeClientKeyExchange,
  encodeDheParameters,
  encodeEcdheParameters,
  encodePskServerKeyExchange,
  encodeServerKeyExchange,
  type ParameterReader,
  type PskServerKeyExchange,
  readDheParameters,
  readEcdheParameters,
  readNoParameters,
} from "../../src/wire/key-exchange-12.ts";
import { decodeKeyUpdate, encodeKeyUpdate } from "../../src/wire/key-update.ts";
import {
  decodeNewSessionTicket12,
  decodeNewSessionTicket13,
  encodeNewSessionTicket12,
  encodeNewSessionTicket13,
  MAX_TICKET_LIFETIME,
} from "../../src/wire/new-session-ticket.ts";
import {
  decodeServerHello,
  encodeHelloRetryRequest,
  encodeServerHello,
} from "../../src/wire/server-hello.ts";

/** A message whose type of value is forgotten. */
export interface Sample {
  readonly name: string;
  /** What was encoded. */
  readonly value: unknown;
  /** The whole message. */
  readonly message: Uint8Array;
  readonly body: Uint8Array;
  /** Lengths of shorter bodies that are messages, too: without the optional block of extensions. */
  readonly legalPrefixes: readonly number[];
  decode(body: Uint8Array): unknown;
  /** Decodes and encodes again. */
  again(body: Uint8Array): Uint8Array;
}

/** `length` bytes that differ and are all above 0xc0. */
export function bytes(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0xc1 + ((i * 7 + seed) % 0x3d));
}

function sample<Sent, Received extends Sent>(
  name: string,
  value: Sent,
  encode: (value: Sent) => Uint8Array,
  decode: (body: Uint8Array) => Received,
  legalPrefixes: readonly number[] = [],
): Sample {
  const message = encode(value);
  return {
    name,
    value,
    message,
    body: message.subarray(HANDSHAKE_HEADER_LENGTH),
    legalPrefixes,
    decode,
    again: (body) => encode(decode(body)),
  };
}

const NONE = new Uint8Array(0);
const HELLO = {
  legacyVersion: TLS12,
  random: bytes(32),
  sessionId: bytes(32, 1),
  cipherSuites: [0xfafa, 0xcaca, 0xc0ff],
  compressionMethods: Uint8Array.of(0),
};
/** Bytes of a ClientHello like HELLO before its extensions: version, random, session id, suites, compression. */
const HELLO_LENGTH = 2 + 32 + 33 + 8 + 2;
/** Bytes of a ServerHello before its extensions: version, random, session id, suite, compression. */
const SERVER_HELLO_LENGTH = 2 + 32 + 33 + 2 + 1;

const EXTENSIONS_12: ExtensionValues = {
  serverName: "host.example",
  statusRequest: { type: 1 },
  signatureAlgorithms: [0xfafa, 0xc4c3],
  sessionTicket: bytes(40, 2),
  supportedGroups: [0xdada, 0xeaea],
  ecPointFormats: [0xc0, 0xc1],
  alpn: ["\u00fa\u00fb", "\u00fa\u00fc\u00fd"],
  encryptThenMac: true,
  extendedMasterSecret: true,
  renegotiationInfo: bytes(12, 3),
};

const EXTENSIONS_13: ExtensionValues = {
  ...EXTENSIONS_12,
  supportedVersions: [0xfafa, TLS13, TLS12],
  signatureAlgorithmsCert: [0xc4c3, 0xfafa],
  keyShare: [
    { group: 0xdada, keyExchange: Uint8Array.of(0xff) },
    { group: 0xeaea, keyExchange: bytes(32, 4) },
  ],
  pskKeyExchangeModes: [0xc1],
  cookie: bytes(20, 5),
  certificateAuthorities: [bytes(11, 6), bytes(13, 7)],
  postHandshakeAuth: true,
  earlyData: true,
};

const OFFERED_PSKS = {
  identities: [
    { identity: bytes(60, 8), obfuscatedTicketAge: 0xfffefdfc },
    { identity: bytes(61, 9), obfuscatedTicketAge: 0xf0e0d0c0 },
  ],
  binders: [bytes(32, 10), bytes(48, 11)],
};

const clientHello = (name: string, extensions: ExtensionValues): Sample =>
  sample<ClientHelloParts, ClientHelloParts>(
    `ClientHello, ${name}`,
    { ...HELLO, extensions },
    encodeClientHello,
    decodeClientHello,
    [HELLO_LENGTH],
  );

const serverHello = (name: string, extensions: ExtensionValues): Sample =>
  sample(
    `ServerHello, ${name}`,
    { random: bytes(32, 12), sessionId: bytes(32, 13), cipherSuite: 0xcaca, extensions },
    encodeServerHello,
    decodeServerHello,
    [SERVER_HELLO_LENGTH],
  );

const SIGNATURE = { scheme: 0xcaca, signature: bytes(70, 14) };

/** ServerKeyExchange: what is encoded are the parameters, what is decoded holds the signature, too. */
const serverKeyExchange = <P>(
  name: string,
  parameters: P,
  encode: (parameters: P) => Uint8Array,
  decode: (body: Uint8Array) => { readonly parameters: P; readonly signature: typeof SIGNATURE },
): Sample =>
  sample(
    `ServerKeyExchange, ${name}`,
    { parameters, signature: SIGNATURE },
    (value) => encodeServerKeyExchange(encode(value.parameters), value.signature),
    decode,
  );

const certificate13 = (
  name: string,
  chain: readonly Uint8Array[],
  staple: Uint8Array | null,
): Sample => {
  const message = encodeCertificate13(bytes(5, 15), chain, staple);
  return {
    name: `Certificate of TLS 1.3, ${name}`,
    value: { context: bytes(5, 15), entries: chain.map((certificate) => ({ certificate })) },
    message,
    body: message.subarray(HANDSHAKE_HEADER_LENGTH),
    legalPrefixes: [],
    decode: decodeCertificate13,
    again(body) {
      const { context, entries } = decodeCertificate13(body);
      return encodeCertificate13(
        context,
        entries.map((entry) => entry.certificate),
        entries[0]?.extensions.ocspResponse ?? null,
      );
    },
  };
};

/** ServerKeyExchange of a PSK suite. */
const pskServerKeyExchange = <P>(
  name: string,
  value: PskServerKeyExchange<P>,
  encode: (parameters: P) => Uint8Array,
  read: ParameterReader<P>,
): Sample =>
  sample(
    `ServerKeyExchange with PSK, ${name}`,
    value,
    ({ hint, parameters }) => encodePskServerKeyExchange(hint, encode(parameters)),
    (body) => decodePskServerKeyExchange(body, read),
  );

const clientKeyExchange = (
  kind: "ecdhe" | "dhe" | "rsa" | "psk",
  share: Uint8Array,
  identity: Uint8Array | null = null,
): Sample =>
  sample<ClientKeyExchange, ClientKeyExchange>(
    `ClientKeyExchange, ${kind}${identity === null ? "" : " with PSK"}`,
    { identity, share },
    (exchange) => encodeClientKeyExchange(kind, exchange),
    (body) => decodeClientKeyExchange(kind, identity !== null, body),
  );

export const SAMPLES: readonly Sample[] = [
  sample<ClientHelloParts, ClientHelloParts>(
    "ClientHello, empty block of extensions",
    { ...HELLO, extensions: {} },
    encodeClientHello,
    decodeClientHello,
    [HELLO_LENGTH],
  ),
  clientHello("TLS 1.2", EXTENSIONS_12),
  clientHello("TLS 1.3", EXTENSIONS_13),
  clientHello("TLS 1.3 with two PSKs", { ...EXTENSIONS_13, preSharedKey: OFFERED_PSKS }),
  serverHello("TLS 1.2 without extensions", {}),
  serverHello("TLS 1.2", {
    serverNameAccepted: true,
    statusRequestAccepted: true,
    sessionTicket: NONE,
    supportedGroups: [0xdada],
    ecPointFormats: [0xc0],
    alpn: ["\u00fa\u00fb"],
    encryptThenMac: true,
    extendedMasterSecret: true,
    renegotiationInfo: bytes(24, 16),
  }),
  serverHello("TLS 1.3", {
    selectedVersion: TLS13,
    serverShare: { group: 0xdada, keyExchange: bytes(65, 17) },
    selectedIdentity: 0xfff0,
  }),
  sample(
    "HelloRetryRequest",
    {
      sessionId: bytes(32, 18),
      cipherSuite: 0xcaca,
      extensions: { selectedVersion: TLS13, selectedGroup: 0xdada, cookie: bytes(32, 19) },
    },
    encodeHelloRetryRequest,
    decodeServerHello,
    [SERVER_HELLO_LENGTH],
  ),
  sample("EncryptedExtensions, empty", {}, encodeEncryptedExtensions, decodeEncryptedExtensions),
  sample<ExtensionValues, ExtensionValues>(
    "EncryptedExtensions",
    {
      serverNameAccepted: true,
      supportedGroups: [0xdada, 0xeaea],
      alpn: ["\u00fa\u00fb"],
      earlyData: true,
    },
    encodeEncryptedExtensions,
    decodeEncryptedExtensions,
  ),
  sample<
    { readonly context: Uint8Array; readonly extensions: ExtensionValues },
    { readonly context: Uint8Array; readonly extensions: ExtensionValues }
  >(
    "CertificateRequest of TLS 1.3",
    {
      context: bytes(3, 20),
      extensions: {
        statusRequestAccepted: true,
        signatureAlgorithms: [0xc4c3, 0xfafa],
        signatureAlgorithmsCert: [0xc4c3],
        certificateAuthorities: [bytes(11, 21), bytes(13, 22)],
      },
    },
    ({ context, extensions }) => encodeCertificateRequest13(context, extensions),
    decodeCertificateRequest13,
  ),
  sample(
    "CertificateRequest of TLS 1.2",
    {
      certificateTypes: [0xc1, 0xc2],
      signatureAlgorithms: [0xc4c3, 0xfafa],
      authorities: [bytes(11, 23), bytes(13, 24)],
    },
    encodeCertificateRequest12,
    decodeCertificateRequest12,
  ),
  certificate13("none", [], null),
  certificate13("two and a staple", [bytes(300, 25), bytes(200, 26)], bytes(90, 27)),
  sample("Certificate of TLS 1.2, none", [], encodeCertificate12, decodeCertificate12),
  sample(
    "Certificate of TLS 1.2",
    [bytes(300, 28), bytes(200, 29)],
    encodeCertificate12,
    decodeCertificate12,
  ),
  sample("CertificateStatus", bytes(90, 30), encodeCertificateStatus, decodeCertificateStatus),
  sample("CertificateVerify", SIGNATURE, encodeCertificateVerify, decodeCertificateVerify),
  serverKeyExchange(
    "ECDHE",
    { group: 0xdada, publicKey: bytes(65, 31) },
    encodeEcdheParameters,
    (body) => decodeServerKeyExchange(body, readEcdheParameters),
  ),
  serverKeyExchange(
    "DHE",
    { prime: bytes(256, 32), generator: Uint8Array.of(0xf2), publicKey: bytes(255, 33) },
    encodeDheParameters,
    (body) => decodeServerKeyExchange(body, readDheParameters),
  ),
  clientKeyExchange("ecdhe", bytes(32, 34)),
  clientKeyExchange("dhe", bytes(256, 35)),
  clientKeyExchange("rsa", bytes(256, 36)),
  pskServerKeyExchange(
    "ECDHE",
    { hint: NONE, parameters: { group: 0x001d, publicKey: bytes(32, 37) } },
    encodeEcdheParameters,
    readEcdheParameters,
  ),
  pskServerKeyExchange(
    "DHE",
    {
      hint: bytes(9, 38),
      parameters: { prime: bytes(16, 39), generator: bytes(1, 40), publicKey: bytes(16, 41) },
    },
    encodeDheParameters,
    readDheParameters,
  ),
  pskServerKeyExchange(
    "plain",
    { hint: bytes(300, 42), parameters: null },
    () => NONE,
    readNoParameters,
  ),
  clientKeyExchange("ecdhe", bytes(32, 43), bytes(5, 44)),
  clientKeyExchange("dhe", bytes(256, 45), bytes(400, 46)),
  clientKeyExchange("psk", NONE, bytes(1, 47)),
  ...[12, 32, 48].map((length) =>
    sample(`Finished of ${length} bytes`, bytes(length, 37), encodeFinished, (body) =>
      decodeFinished(body, length),
    ),
  ),
  sample("KeyUpdate, not requested", false, encodeKeyUpdate, decodeKeyUpdate),
  sample("KeyUpdate, requested", true, encodeKeyUpdate, decodeKeyUpdate),
  sample(
    "NewSessionTicket of TLS 1.3",
    {
      lifetime: MAX_TICKET_LIFETIME,
      ageAdd: 0xf1f2f3f4,
      nonce: bytes(8, 38),
      ticket: bytes(150, 39),
    },
    encodeNewSessionTicket13,
    decodeNewSessionTicket13,
  ),
  sample(
    "NewSessionTicket of TLS 1.2",
    { lifetimeHint: 0xffffffff, ticket: bytes(150, 40) },
    encodeNewSessionTicket12,
    decodeNewSessionTicket12,
  ),
  emptyMessage("HelloRequest", encodeHelloRequest()),
  emptyMessage("ServerHelloDone", encodeServerHelloDone()),
];

function emptyMessage(name: string, message: Uint8Array): Sample {
  const [type = 0] = message;
  const decode = (body: Uint8Array): void => decodeEmptyMessage(type, body);
  return sample<void, void>(name, undefined, () => message, decode);
}
