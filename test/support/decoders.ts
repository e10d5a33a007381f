/**
 * Which decoder reads a message, for tests that look at messages between two states.
 */

import { VERIFY_DATA_LENGTH } from "../../src/crypto/key-schedule-12.ts";
import type { Facts } from "../../src/handshake/facts.ts";
import type { HandshakeMessage } from "../../src/handshake/state.ts";
import { HASHES } from "../../src/protocol/cipher-suite.ts";
import { HandshakeType, handshakeTypeName } from "../../src/protocol/handshake-type.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import {
  decodeCertificate12,
  decodeCertificate13,
  decodeCertificateStatus,
} from "../../src/wire/certificate.ts";
import {
  decodeCertificateRequest12,
  decodeCertificateRequest13,
} from "../../src/wire/certificate-request.ts";
import { decodeCertificateVerify } from "../../src/wire/certificate-verify.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { decodeEmptyMessage } from "../../src/wire/empty-messages.ts";
import { decodeEncryptedExtensions } from "../../src/wire/encrypted-extensions.ts";
import { decodeFinished } from "../../src/wire/finished.ts";
import {
  decodeClientKeyExchange,
  decodePskServerKeyExchange,
  decodeServerKeyExchange,
  type ParameterReader,
  readDheParameters,
  readEcdheParameters,
  readNoParameters,
} from "../../src/wire/key-exchange-12.ts";
import { decodeKeyUpdate } from "../../src/wire/key-update.ts";
import {
  decodeNewSessionTicket12,
  decodeNewSessionTicket13,
} from "../../src/wire/new-session-ticket.ts";
import { decodeServerHello } from "../../src/wire/server-hello.ts";

type Decoder = (body: Uint8Array) => unknown;

const PARAMETERS: Readonly<Record<"ecdhe" | "dhe" | "rsa" | "psk", ParameterReader<unknown>>> = {
  ecdhe: readEcdheParameters,
  dhe: readDheParameters,
  rsa: readNoParameters,
  psk: readNoParameters,
};

function kindOf({ suite }: Facts): keyof typeof PARAMETERS {
  const kind = suite?.keyExchange ?? "ecdhe";
  return kind === "tls13" ? "ecdhe" : kind;
}

/** @param facts of the side that sent the message */
export function decoderOf(message: HandshakeMessage, facts: Facts): Decoder {
  const tls13 = facts.version === TLS13;
  const kind = kindOf(facts);
  const byKey = facts.suite?.authentication === "psk";
  const hash = facts.suite?.hash ?? "sha256";
  switch (message.type) {
    case HandshakeType.HelloRequest:
    case HandshakeType.ServerHelloDone:
      return (body) => decodeEmptyMessage(message.type, body);
    case HandshakeType.ClientHello:
      return decodeClientHello;
    case HandshakeType.ServerHello:
      return decodeServerHello;
    case HandshakeType.NewSessionTicket:
      return tls13 ? decodeNewSessionTicket13 : decodeNewSessionTicket12;
    case HandshakeType.EncryptedExtensions:
      return decodeEncryptedExtensions;
    case HandshakeType.Certificate:
      return tls13 ? decodeCertificate13 : decodeCertificate12;
    case HandshakeType.ServerKeyExchange:
      return (body) =>
        (byKey ? decodePskServerKeyExchange : decodeServerKeyExchange)(body, PARAMETERS[kind]);
    case HandshakeType.CertificateRequest:
      return tls13 ? decodeCertificateRequest13 : decodeCertificateRequest12;
    case HandshakeType.CertificateVerify:
      return decodeCertificateVerify;
    case HandshakeType.ClientKeyExchange:
      return (body) => decodeClientKeyExchange(kind, byKey, body);
    case HandshakeType.Finished:
      return (body) => decodeFinished(body, tls13 ? HASHES[hash].length : VERIFY_DATA_LENGTH);
    case HandshakeType.CertificateStatus:
      return decodeCertificateStatus;
    case HandshakeType.KeyUpdate:
      return decodeKeyUpdate;
    default:
      throw new Error(`no decoder for ${handshakeTypeName(message.type)}`);
  }
}
