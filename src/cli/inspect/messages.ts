/**
 * Messages told field by field, by the decoders of `wire/`. A message that they refuse is told with their reason.
 */
import { X509Certificate } from "node:crypto";
import { alertName } from "../../protocol/alert.ts";
import {
  cipherSuiteName,
  EMPTY_RENEGOTIATION_INFO_SCSV,
  FALLBACK_SCSV,
} from "../../protocol/cipher-suite.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { namedGroupName } from "../../protocol/named-group.ts";
import { signatureSchemeName } from "../../protocol/signature-scheme.ts";
import { TLS13, versionName } from "../../protocol/version.ts";
import {
  decodeCertificate12,
  decodeCertificate13,
  decodeCertificateStatus,
} from "../../wire/certificate.ts";
import {
  decodeCertificateRequest12,
  decodeCertificateRequest13,
} from "../../wire/certificate-request.ts";
import { type CertificateVerify, decodeCertificateVerify } from "../../wire/certificate-verify.ts";
import { decodeClientHello } from "../../wire/client-hello.ts";
import { decodeEncryptedExtensions } from "../../wire/encrypted-extensions.ts";
import {
  type DheParameters,
  decodeClientKeyExchange,
  decodePskServerKeyExchange,
  decodeServerKeyExchange,
  type EcdheParameters,
  type ParameterReader,
  readDheParameters,
  readEcdheParameters,
  readNoParameters,
} from "../../wire/key-exchange-12.ts";
import { decodeKeyUpdate } from "../../wire/key-update.ts";
import {
  decodeNewSessionTicket12,
  decodeNewSessionTicket13,
} from "../../wire/new-session-ticket.ts";
import { decodeServerHello } from "../../wire/server-hello.ts";
import { printable, spacedHex } from "../terminal.ts";
import type { WireEvent } from "../wire-view.ts";
import { extensionFields, named } from "./extensions.ts";
import { coded, type Field, field } from "./field.ts";

/** Lines of data that are shown. */
const DATA_LINES = 8;
/** So few that hex and text fit into 80 columns. */
const DATA_PER_LINE = 8;

/** The fields of what a record held. */
export function explain(event: WireEvent): readonly Field[] {
  switch (event.kind) {
    case "alert": {
      const [level = 0, description = 0] = event.content;
      return [
        field("level", coded(level, level === 1 ? "warning" : "fatal", 2)),
        field("description", coded(description, alertName(description), 2)),
      ];
    }
    case "data":
      return [field("data", dataLines(event.content))];
    case "unreadable":
      return [field("protected", event.lacks ?? "no key opens it")];
    case "change-cipher-spec":
      return [field("type", event.content)];
    case "handshake":
      return handshakeFields(event);
  }
}

function handshakeFields(event: WireEvent): readonly Field[] {
  try {
    return FIELDS.get(event.messageType ?? -1)?.(event) ?? [field("content", event.content)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [field("cannot be decoded", reason), field("content", event.content)];
  }
}

const is13 = ({ version }: WireEvent): boolean => version === TLS13;

const suite = (code: number): string => {
  if (code === EMPTY_RENEGOTIATION_INFO_SCSV) return coded(code, "EMPTY_RENEGOTIATION_INFO_SCSV");
  if (code === FALLBACK_SCSV) return coded(code, "FALLBACK_SCSV");
  return named(code, cipherSuiteName);
};

const FIELDS: ReadonlyMap<number, (event: WireEvent) => readonly Field[]> = new Map([
  [HandshakeType.ClientHello, ({ content }) => clientHello(content)],
  [HandshakeType.ServerHello, ({ content }) => serverHello(content)],
  [
    HandshakeType.EncryptedExtensions,
    ({ content }) => extensionFields("encryptedExtensions", decodeEncryptedExtensions(content)),
  ],
  [
    HandshakeType.Certificate,
    (event) => (is13(event) ? certificate13(event.content) : certificate12(event.content)),
  ],
  [
    HandshakeType.CertificateStatus,
    ({ content }) => [field("ocsp_response", decodeCertificateStatus(content))],
  ],
  [HandshakeType.CertificateRequest, certificateRequest],
  [HandshakeType.CertificateVerify, ({ content }) => signed(decodeCertificateVerify(content))],
  [HandshakeType.ServerKeyExchange, serverKeyExchange],
  [HandshakeType.ClientKeyExchange, clientKeyExchange],
  [HandshakeType.Finished, ({ content }) => [field("verify_data", content)]],
  [HandshakeType.NewSessionTicket, newSessionTicket],
  [
    HandshakeType.KeyUpdate,
    ({ content }) => [
      field("request_update", decodeKeyUpdate(content) ? "update_requested" : "not_requested"),
    ],
  ],
  [HandshakeType.ServerHelloDone, () => []],
  [HandshakeType.HelloRequest, () => []],
  [HandshakeType.EndOfEarlyData, () => []],
]);

function clientHello(body: Uint8Array): readonly Field[] {
  const hello = decodeClientHello(body);
  return [
    field("legacy_version", coded(hello.legacyVersion, versionName(hello.legacyVersion))),
    field("random", hello.random),
    field("legacy_session_id", hello.sessionId),
    field("cipher_suites", hello.cipherSuites.map(suite)),
    field("compression_methods", hello.compressionMethods),
    field("extensions", "", extensionFields("clientHello", hello.extensions)),
  ];
}

function serverHello(body: Uint8Array): readonly Field[] {
  const hello = decodeServerHello(body);
  const place = hello.isRetry ? "helloRetryRequest" : "serverHello";
  return [
    field("legacy_version", coded(hello.legacyVersion, versionName(hello.legacyVersion))),
    field("random", hello.random),
    field("legacy_session_id_echo", hello.sessionId),
    field("cipher_suite", suite(hello.cipherSuite)),
    field("compression_method", coded(hello.compressionMethod, "", 2)),
    field("extensions", "", extensionFields(place, hello.extensions)),
  ];
}

function certificate13(body: Uint8Array): readonly Field[] {
  const { context, entries } = decodeCertificate13(body);
  return [
    field("request_context", context),
    ...entries.flatMap(({ certificate, extensions }, index) => [
      certificateField(certificate, index),
      ...extensionFields("certificate", extensions),
    ]),
  ];
}

function certificate12(body: Uint8Array): readonly Field[] {
  return decodeCertificate12(body).map(certificateField);
}

function certificateField(der: Uint8Array, index: number): Field {
  const name = `certificate ${index}`;
  try {
    const parsed = new X509Certificate(der);
    const line = (text: string): string => printable(text.split("\n").join(", "));
    return field(name, `${der.length} bytes`, [
      field("subject", line(parsed.subject ?? "")),
      field("issuer", line(parsed.issuer ?? "")),
      field("names", line(parsed.subjectAltName ?? "none")),
      field("valid", `${parsed.validFrom} to ${parsed.validTo}`),
      field("key", parsed.publicKey.asymmetricKeyType ?? "unknown"),
    ]);
  } catch {
    // One that node cannot read: its bytes are what there is to show.
    return field(name, der);
  }
}

function certificateRequest(event: WireEvent): readonly Field[] {
  if (is13(event)) {
    const { context, extensions } = decodeCertificateRequest13(event.content);
    return [
      field("request_context", context),
      field("extensions", "", extensionFields("certificateRequest", extensions)),
    ];
  }
  const request = decodeCertificateRequest12(event.content);
  return [
    field("certificate_types", Uint8Array.from(request.certificateTypes)),
    field(
      "signature_algorithms",
      request.signatureAlgorithms.map((code) => named(code, signatureSchemeName)),
    ),
    field(
      "authorities",
      request.authorities.map((name) => `a name of ${name.length} bytes`),
    ),
  ];
}

function signed({ scheme, signature }: CertificateVerify): readonly Field[] {
  return [field("algorithm", named(scheme, signatureSchemeName)), field("signature", signature)];
}

const ecdheFields = ({ group, publicKey }: EcdheParameters): readonly Field[] => [
  field("named_curve", named(group, namedGroupName)),
  field("public", publicKey),
];
const dheFields = ({ prime, generator, publicKey }: DheParameters): readonly Field[] => [
  field("dh_p", prime),
  field("dh_g", generator),
  field("dh_Ys", publicKey),
];

function serverKeyExchange(event: WireEvent): readonly Field[] {
  switch (event.suite?.keyExchange) {
    case "dhe":
      return exchangeFields(event, readDheParameters, dheFields);
    case "psk":
      return exchangeFields(event, readNoParameters, () => []);
    default:
      return exchangeFields(event, readEcdheParameters, ecdheFields);
  }
}

function exchangeFields<P>(
  { content, suite: chosen }: WireEvent,
  read: ParameterReader<P>,
  fields: (parameters: P) => readonly Field[],
): readonly Field[] {
  if (chosen?.authentication === "psk") {
    const { hint, parameters } = decodePskServerKeyExchange(content, read);
    return [field("psk_identity_hint", hint), ...fields(parameters)];
  }
  const { parameters, signature } = decodeServerKeyExchange(content, read);
  return [...fields(parameters), ...signed(signature)];
}

function clientKeyExchange({ content, suite: chosen }: WireEvent): readonly Field[] {
  const exchange = chosen?.keyExchange ?? "ecdhe";
  const kind = exchange === "tls13" ? "ecdhe" : exchange;
  const byKey = chosen?.authentication === "psk";
  const { identity, share } = decodeClientKeyExchange(kind, byKey, content);
  return [
    ...(identity === null ? [] : [field("psk_identity", identity)]),
    ...(kind === "psk" ? [] : [field(kind === "rsa" ? "encrypted_premaster" : "public", share)]),
  ];
}

function newSessionTicket(event: WireEvent): readonly Field[] {
  if (!is13(event)) {
    const { lifetimeHint, ticket } = decodeNewSessionTicket12(event.content);
    return [field("lifetime_hint", `${lifetimeHint} s`), field("ticket", ticket)];
  }
  const { lifetime, ageAdd, nonce, ticket } = decodeNewSessionTicket13(event.content);
  return [
    field("ticket_lifetime", `${lifetime} s`),
    field("ticket_age_add", `${ageAdd}`),
    field("ticket_nonce", nonce),
    field("ticket", ticket),
  ];
}

/** Hex and text side by side. */
function dataLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  const shown = Math.min(bytes.length, DATA_LINES * DATA_PER_LINE);
  for (let at = 0; at < shown; at += DATA_PER_LINE) {
    const part = bytes.subarray(at, Math.min(at + DATA_PER_LINE, shown));
    const text = printable(new TextDecoder("latin1").decode(part));
    lines.push(`${spacedHex(part).padEnd(3 * DATA_PER_LINE)} ${text}`);
  }
  if (bytes.length > shown) lines.push(`(${bytes.length} bytes in all)`);
  return lines.length === 0 ? ["empty"] : lines;
}
