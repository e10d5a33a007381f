/**
 * TLS bytes without a connection around them: records, or bare handshake messages, in binary or out of hex. Says whose they
 * are where nobody said, by the messages that only one side sends.
 */
import { ContentType } from "../../protocol/content-type.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../../protocol/limits.ts";
import type { Side } from "../wire-keys.ts";
import type { Conversation } from "./conversation.ts";
import { Gathered } from "./gathered.ts";

const CLIENTS_MESSAGES: ReadonlySet<number> = new Set([
  HandshakeType.ClientHello,
  HandshakeType.ClientKeyExchange,
  HandshakeType.EndOfEarlyData,
]);
const SERVERS_MESSAGES: ReadonlySet<number> = new Set([
  HandshakeType.ServerHello,
  HandshakeType.HelloRequest,
  HandshakeType.EncryptedExtensions,
  HandshakeType.ServerKeyExchange,
  HandshakeType.CertificateRequest,
  HandshakeType.ServerHelloDone,
  HandshakeType.NewSessionTicket,
  HandshakeType.CertificateStatus,
]);
/** Content of one record that is made for bare messages. */
const MAX_CONTENT = 0x4000;

/** What bytes begin with; null: no TLS. */
export function flatForm(begin: Uint8Array): "records" | "messages" | null {
  const [type = 0, major = 0] = begin;
  const isRecord = type >= ContentType.ChangeCipherSpec && type <= ContentType.Heartbeat;
  if (isRecord && major === 3) return "records";
  return areMessages(begin) ? "messages" : null;
}

/** Handshake messages end to end, as far as they are there. Zeros could be HelloRequests, but nobody has a file of those. */
function areMessages(begin: Uint8Array): boolean {
  const { HelloRequest, ...others } = HandshakeType;
  const types: readonly number[] = Object.values(others);
  let at = 0;
  while (at + HANDSHAKE_HEADER_LENGTH <= begin.length) {
    const [type = -1, high = 0, middle = 0, low = 0] = begin.subarray(
      at,
      at + HANDSHAKE_HEADER_LENGTH,
    );
    if (!types.includes(type)) return false;
    at += HANDSHAKE_HEADER_LENGTH + ((high << 16) | (middle << 8) | low);
  }
  return at === begin.length && at > 0;
}

/** Bytes of one side or of both, in pieces, to a conversation. */
export class FlatInput {
  readonly #conversation: Conversation;
  readonly #form: "records" | "messages";
  /** Bytes of nobody, up to a whole record. */
  readonly #bytes = new Gathered();
  #side: Side = "client";

  constructor(form: "records" | "messages", conversation: Conversation) {
    this.#form = form;
    this.#conversation = conversation;
  }

  /** @param from whose they are, or null */
  bytes(from: Side | null, bytes: Uint8Array): void {
    if (this.#form === "messages") this.#messages(from, bytes);
    else if (from !== null) this.#conversation.bytes(from, bytes);
    else {
      this.#bytes.push(bytes);
      this.#sort();
    }
  }

  end(): void {
    const rest = this.#bytes.all();
    if (rest.length > 0) this.#conversation.bytes(this.#side, rest);
    this.#conversation.end();
  }

  /** Bare messages get records around them. */
  #messages(from: Side | null, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_CONTENT) {
      const content = bytes.subarray(at, at + MAX_CONTENT);
      if (from === null && at === 0) this.#sideOf(content[0] ?? -1);
      const { length } = content;
      const record = new Uint8Array(RECORD_HEADER_LENGTH + length);
      record.set([ContentType.Handshake, 3, 3, length >> 8, length & 0xff]);
      record.set(content, RECORD_HEADER_LENGTH);
      this.#conversation.bytes(from ?? this.#side, record);
    }
  }

  #sort(): void {
    for (;;) {
      const header = this.#bytes.peek(RECORD_HEADER_LENGTH + 1);
      if (header === null) return;
      const length = RECORD_HEADER_LENGTH + (((header[3] as number) << 8) | (header[4] as number));
      const record = this.#bytes.peek(length);
      if (record === null) return;
      if (record[0] === ContentType.Handshake) this.#sideOf(header[RECORD_HEADER_LENGTH] as number);
      this.#conversation.bytes(this.#side, record);
      this.#bytes.drop(length);
    }
  }

  #sideOf(message: number): void {
    if (CLIENTS_MESSAGES.has(message)) this.#side = "client";
    if (SERVERS_MESSAGES.has(message)) this.#side = "server";
  }
}
