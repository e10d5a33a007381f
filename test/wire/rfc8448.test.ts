/**
 * The messages of RFC 8448 parse, and where the order of extensions leaves no choice they are written again byte by byte.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { decodeCertificate13, encodeCertificate13 } from "../../src/wire/certificate.ts";
import {
  decodeCertificateRequest13,
  encodeCertificateRequest13,
} from "../../src/wire/certificate-request.ts";
import {
  decodeCertificateVerify,
  encodeCertificateVerify,
} from "../../src/wire/certificate-verify.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { decodeEmptyMessage } from "../../src/wire/empty-messages.ts";
import { decodeEncryptedExtensions } from "../../src/wire/encrypted-extensions.ts";
import { decodeFinished, encodeFinished } from "../../src/wire/finished.ts";
import { decodeNewSessionTicket13 } from "../../src/wire/new-session-ticket.ts";
import { decodeServerHello } from "../../src/wire/server-hello.ts";
import { RFC8448 } from "../support/rfc8448-traces.ts";

/** All traces use SHA-256. */
const FINISHED_LENGTH = 32;

/** Decodes a body; what is returned is the message written again, or null where the traces have an order of their own. */
const AGAIN: Readonly<Record<string, (body: Uint8Array) => Uint8Array | null>> = {
  ClientHello(body) {
    assert.is(decodeClientHello(body).extensions.serverName, "server");
    return null;
  },
  ServerHello(body) {
    assert.is(decodeServerHello(body).isRetry, false);
    return null;
  },
  HelloRetryRequest(body) {
    assert.is(decodeServerHello(body).isRetry, true);
    return null;
  },
  EncryptedExtensions(body) {
    assert.is(decodeEncryptedExtensions(body).serverNameAccepted, true);
    return null;
  },
  CertificateRequest(body) {
    const { context, extensions } = decodeCertificateRequest13(body);
    return encodeCertificateRequest13(context, extensions);
  },
  Certificate(body) {
    const { context, entries } = decodeCertificate13(body);
    const chain = entries.map((entry) => entry.certificate);
    return encodeCertificate13(context, chain, null);
  },
  CertificateVerify: (body) => encodeCertificateVerify(decodeCertificateVerify(body)),
  Finished: (body) => encodeFinished(decodeFinished(body, FINISHED_LENGTH)),
  NewSessionTicket(body) {
    assert.ok(decodeNewSessionTicket13(body).ticket.length > 0);
    return null;
  },
  EndOfEarlyData(body) {
    decodeEmptyMessage(HandshakeType.EndOfEarlyData, body);
    return null;
  },
};

const traces = suite("wire: messages of RFC 8448");

for (const { id, handshake_messages } of RFC8448) {
  for (const [index, { type, from, bytes }] of handshake_messages.entries()) {
    traces(`${id}, ${index}: ${type} of the ${from}`, () => {
      const again = AGAIN[type]?.(fromHex(bytes).subarray(HANDSHAKE_HEADER_LENGTH));
      assert.is.not(again, undefined, `no decoder for ${type}`);
      if (again) assert.is(toHex(again), bytes);
    });
  }
}

traces.run();
