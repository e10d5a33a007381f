/**
 * One question to a server: a ClientHello of any kind, and what is said to it in plaintext. No key is agreed on; what the
 * server answers is not trusted and not checked beyond what is told.
 */
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { ByteReader } from "../../bytes/byte-reader.ts";
import { GrowingBytes } from "../../bytes/growing-bytes.ts";
import { toHex } from "../../bytes/text.ts";
import { alertName } from "../../protocol/alert.ts";
import { ContentType } from "../../protocol/content-type.ts";
import { ExtensionType } from "../../protocol/extension-type.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../../protocol/limits.ts";
import { TLS10, TLS12, TLS13 } from "../../protocol/version.ts";
import { encodeClientHello } from "../../wire/client-hello.ts";

export interface Question {
  /** The only version of TLS 1.3; else the highest one. */
  readonly version: number;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  readonly name: string | null;
  /** DEFLATE is offered (RFC 3749). */
  readonly compression?: boolean;
}

/** What a ServerHello says, and the ServerKeyExchange after it. */
export interface Answer {
  readonly version: number;
  readonly suite: number;
  readonly compression: number;
  /** Numbers of the extensions. */
  readonly extensions: ReadonlySet<number>;
  readonly group: number | null;
  readonly scheme: number | null;
  /** Bits of the prime of DHE. */
  readonly primeBits: number | null;
}

/** Why there is no answer: the name of an alert, or what happened. */
export interface NoAnswer {
  readonly refused: string;
  /** Of an answer that is not TLS its first bytes. */
  readonly begin?: Uint8Array;
}

/** The answers of servers that do not speak TLS at all. */
export const NOT_TLS = "an answer that is not TLS";
export const SILENCE = "silence";

/** A flight in plaintext is not longer. */
const MAX_BYTES = 1 << 18;
/** SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3), first eight bytes. */
const RETRY = "cf21ad74e59a6111";

/** Asks over a fresh connection, which is closed after it. */
export async function ask(
  stream: Duplex,
  question: Question,
  timeout: number | null,
): Promise<Answer | NoAnswer> {
  return new Promise((resolve) => {
    const got = new GrowingBytes();
    const timer = timeout === null ? null : setTimeout(() => end(SILENCE), timeout);
    const end = (why: string): void => {
      if (timer !== null) clearTimeout(timer);
      resolve(understood(got.bytes, true) ?? { refused: why });
      stream.destroy();
    };
    stream.on("data", (bytes: Uint8Array) => {
      got.append(bytes);
      if (understood(got.bytes, false) !== null || got.length > MAX_BYTES) end("no ServerHello");
    });
    stream.on("end", () => end("connection closed"));
    stream.on("close", () => end("connection closed"));
    stream.on("error", (error: Error) =>
      end((error as NodeJS.ErrnoException).code ?? error.message),
    );
    stream.write(clientHello(question));
  });
}

function clientHello({
  version,
  suites,
  groups,
  schemes,
  name,
  compression,
}: Question): Uint8Array {
  const is13 = version === TLS13;
  const extensions = {
    ...(name === null ? {} : { serverName: name }),
    ...(is13 ? { supportedVersions: [TLS13], keyShare: [] } : {}),
    ...(groups.length === 0 ? {} : { supportedGroups: groups }),
    ...(version < TLS12 ? {} : { signatureAlgorithms: schemes }),
    ...(is13
      ? {}
      : {
          ecPointFormats: [0],
          extendedMasterSecret: true as const,
          encryptThenMac: true as const,
          renegotiationInfo: new Uint8Array(0),
          sessionTicket: new Uint8Array(0),
        }),
  };
  const message = encodeClientHello({
    legacyVersion: Math.min(version, TLS12),
    random: randomBytes(32),
    sessionId: is13 ? randomBytes(32) : new Uint8Array(0),
    cipherSuites: suites,
    compressionMethods: compression === true ? Uint8Array.of(1, 0) : Uint8Array.of(0),
    // SSL 3.0 has none.
    extensions: version < TLS10 ? {} : extensions,
  });
  const record = new Uint8Array(RECORD_HEADER_LENGTH + message.length);
  const outer = Math.min(version, TLS10);
  record.set([
    ContentType.Handshake,
    outer >> 8,
    outer & 0xff,
    message.length >> 8,
    message.length & 0xff,
  ]);
  record.set(message, RECORD_HEADER_LENGTH);
  return record;
}

/** What the bytes say; null while more may come. @param isAll nothing more comes */
function understood(bytes: Uint8Array, isAll: boolean): Answer | NoAnswer | null {
  const messages = new GrowingBytes();
  let hello: Answer | null = null;
  if (isAll && bytes.length > 0 && bytes.length < RECORD_HEADER_LENGTH)
    return { refused: NOT_TLS, begin: bytes };
  for (let at = 0; at + RECORD_HEADER_LENGTH <= bytes.length; ) {
    const type = bytes[at];
    const start = at + RECORD_HEADER_LENGTH;
    const end = start + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
    if (bytes[at + 1] !== 3) return { refused: NOT_TLS, begin: bytes };
    if (end > bytes.length) break;
    if (type === ContentType.Alert && end - start === 2 && bytes[start] === 2)
      return { refused: alertName(bytes[start + 1] as number) };
    if (type === ContentType.Handshake) messages.append(bytes.subarray(start, end));
    at = end;
  }
  const all = messages.bytes;
  for (let at = 0; at + HANDSHAKE_HEADER_LENGTH <= all.length; ) {
    const start = at + HANDSHAKE_HEADER_LENGTH;
    const length =
      ((all[at + 1] as number) << 16) | ((all[at + 2] as number) << 8) | (all[at + 3] as number);
    if (start + length > all.length) break;
    const body = all.subarray(start, start + length);
    try {
      if (all[at] === HandshakeType.ServerHello) {
        hello = serverHello(body);
        if (hello.version === TLS13) return hello;
      } else if (all[at] === HandshakeType.ServerKeyExchange && hello !== null)
        return { ...hello, ...keyExchange(body, hello.version) };
      else if (all[at] === HandshakeType.ServerHelloDone) return hello;
    } catch (error) {
      return { refused: `an answer that cannot be read: ${(error as Error).message}` };
    }
    at = start + length;
  }
  return isAll ? hello : null;
}

function serverHello(body: Uint8Array): Answer {
  const reader = new ByteReader(body, "ServerHello");
  const legacy = reader.u16("legacy_version");
  const isRetry = toHex(reader.bytes(32, "random").subarray(0, 8)) === RETRY;
  reader.vector(1, "legacy_session_id_echo");
  const suite = reader.u16("cipher_suite");
  const compression = reader.u8("compression_method");
  const extensions = new Map<number, Uint8Array>();
  if (reader.remaining > 0) {
    const block = reader.nested(2, "extensions");
    while (block.remaining > 0) extensions.set(block.u16("type"), block.vector(2, "data"));
  }
  const number = (type: number): number | null => {
    const data = extensions.get(type);
    return data === undefined || data.length < 2
      ? null
      : ((data[0] as number) << 8) | (data[1] as number);
  };
  return {
    ...{ version: number(ExtensionType.SupportedVersions) ?? legacy, suite, compression },
    extensions: new Set(extensions.keys()),
    group: isRetry ? number(ExtensionType.KeyShare) : null,
    ...{ scheme: null, primeBits: null },
  };
}

const NAMED_CURVE = 3;

/** Parameters of ECDHE begin with a 3; those of DHE with the length of a prime, which is never 768 bytes and more here. */
function keyExchange(body: Uint8Array, version: number): Partial<Answer> {
  const reader = new ByteReader(body, "ServerKeyExchange");
  if (body[0] === NAMED_CURVE) {
    reader.u8("curve_type");
    const group = reader.u16("namedcurve");
    reader.vector(1, "public");
    return {
      group,
      scheme: version === TLS12 && reader.remaining > 2 ? reader.u16("algorithm") : null,
    };
  }
  const prime = reader.vector(2, "dh_p", 1);
  reader.vector(2, "dh_g");
  reader.vector(2, "dh_Ys");
  return {
    primeBits: 8 * prime.length,
    scheme: version === TLS12 && reader.remaining > 2 ? reader.u16("algorithm") : null,
  };
}
