/**
 * Captured flows with Windows on one side or both: every plaintext message parses, and ServerHello says what it should.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex } from "../../src/bytes/text.ts";
import { cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { HandshakeType, handshakeTypeName } from "../../src/protocol/handshake-type.ts";
import { decodeCertificate12, decodeCertificateStatus } from "../../src/wire/certificate.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { decodeEmptyMessage } from "../../src/wire/empty-messages.ts";
import {
  decodeClientKeyExchange,
  decodeServerKeyExchange,
  readEcdheParameters,
} from "../../src/wire/key-exchange-12.ts";
import { decodeNewSessionTicket12 } from "../../src/wire/new-session-ticket.ts";
import { decodeServerHello, type ServerHello } from "../../src/wire/server-hello.ts";
import { fixture } from "../support/data.ts";
import { handshakeMessages, type PlainMessage } from "./records.ts";

interface Flow {
  readonly id: string;
  readonly client_messages: readonly string[];
  readonly server_messages: readonly string[];
  readonly server_hello: {
    readonly version: string;
    readonly cipher_suite: string;
    readonly session_id_length: number;
    readonly extensions: readonly string[];
  };
  readonly server_certificates: readonly unknown[];
  readonly client_records: readonly { readonly bytes: string }[];
  readonly server_records: readonly { readonly bytes: string }[];
}

const FLOWS = fixture<{ readonly flows: readonly Flow[] }>("clienthello/schannel-flows.json.gz");

/** Names up to the ChangeCipherSpec: what comes later is encrypted. */
const plaintext = (names: readonly string[]): string[] => {
  const end = names.indexOf("ChangeCipherSpec");
  return names.slice(0, end < 0 ? names.length : end);
};
const plainMessages = (records: Flow["server_records"]): PlainMessage[] =>
  handshakeMessages(records.map((record) => fromHex(record.bytes)));
/** Encrypted Finished messages come after a ChangeCipherSpec, where `handshakeMessages` stops. */
const names = (messages: readonly PlainMessage[]): string[] =>
  messages.map((message) => handshakeTypeName(message.type));

const hex4 = (value: number): string => value.toString(16).padStart(4, "0");

/** How each message of a server is decoded. */
const SERVER: Readonly<Record<number, (body: Uint8Array) => unknown>> = {
  [HandshakeType.ServerHello]: decodeServerHello,
  [HandshakeType.Certificate]: decodeCertificate12,
  [HandshakeType.CertificateStatus]: decodeCertificateStatus,
  [HandshakeType.ServerKeyExchange]: (body) => decodeServerKeyExchange(body, readEcdheParameters),
  [HandshakeType.ServerHelloDone]: (body) =>
    decodeEmptyMessage(HandshakeType.ServerHelloDone, body),
  [HandshakeType.NewSessionTicket]: decodeNewSessionTicket12,
};

function decodedServer(messages: readonly PlainMessage[]): ReadonlyMap<number, unknown> {
  return new Map(
    messages.map(({ type, body }) => {
      const decode = SERVER[type];
      if (decode === undefined) throw new Error(`no decoder for ${handshakeTypeName(type)}`);
      return [type, decode(body)];
    }),
  );
}

const flows = suite("wire: flows of Schannel");

for (const flow of FLOWS.flows) {
  flows(`${flow.id}: the server`, () => {
    const messages = plainMessages(flow.server_records);
    assert.equal(names(messages), plaintext(flow.server_messages));
    const decoded = decodedServer(messages);
    const hello = decoded.get(HandshakeType.ServerHello) as ServerHello;
    assert.equal(
      {
        version: hex4(hello.legacyVersion),
        cipher_suite: hex4(hello.cipherSuite),
        session_id_length: hello.sessionId.length,
        extensions: hello.extensions.order.map(hex4),
      },
      flow.server_hello,
    );
    const chain = (decoded.get(HandshakeType.Certificate) ?? []) as readonly Uint8Array[];
    assert.is(chain.length, flow.server_certificates.length);
  });

  flows(`${flow.id}: the client`, () => {
    const messages = plainMessages(flow.client_records);
    assert.equal(names(messages), plaintext(flow.client_messages));
    const suiteCode = Number.parseInt(flow.server_hello.cipher_suite, 16);
    const exchange = cipherSuite(suiteCode)?.keyExchange === "ecdhe" ? "ecdhe" : "rsa";
    for (const { type, body } of messages) {
      if (type === HandshakeType.ClientHello) decodeClientHello(body);
      else decodeClientKeyExchange(exchange, false, body);
    }
  });
}

flows.run();
