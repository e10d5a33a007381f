/**
 * ServerHello and HelloRetryRequest, which differ in the random (RFC 8446 §4.1.3, §4.1.4; RFC 5246 §7.4.1.3):
 *   legacy_version (2) | random (32) | session_id <1> | cipher_suite (2) | compression_method (1) | extensions <2>
 * The handshake decides which version it selects and whether its extensions belong to that version.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { ByteReader } from "../bytes/byte-reader.ts";
import { fromHex, latin1 } from "../bytes/text.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { TLS12 } from "../protocol/version.ts";
import {
  type Extensions,
  type ExtensionValues,
  extensionTypes,
  NO_EXTENSIONS,
  readExtensions,
  writeExtensions,
} from "./extensions/registry.ts";
import { handshakeMessage } from "./handshake-header.ts";
import { MAX_SESSION_ID_LENGTH, RANDOM_LENGTH } from "./hello-lengths.ts";

/** The random that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (§4.1.3). */
const RETRY_RANDOM = fromHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

/** Last eight bytes of the random of a server that could do better (§4.1.3): "DOWNGRD" and the version it went to. */
export const DOWNGRADE_TLS12: Uint8Array = latin1("DOWNGRD\x01");
export const DOWNGRADE_TLS11: Uint8Array = latin1("DOWNGRD\x00");

/** The parts of a ServerHello that is to be sent. */
export interface ServerHelloParts {
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** 0 to 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly extensions: ExtensionValues;
}

/** One that was received. Byte arrays are views of the message. */
export interface ServerHello extends ServerHelloParts {
  /** True for a HelloRetryRequest: then the extensions are those that one may hold. */
  readonly isRetry: boolean;
  readonly legacyVersion: number;
  readonly compressionMethod: number;
  readonly extensions: Extensions;
}

/**
 * Decodes a ServerHello or HelloRetryRequest. TLS 1.2 may leave out the block of extensions.
 * @param body the message without its header
 * @throws DecodeError, TlsFailure DuplicateExtension, MisplacedExtension
 */
export function decodeServerHello(body: Uint8Array): ServerHello {
  const reader = new ByteReader(body, "ServerHello");
  const legacyVersion = reader.u16("legacy_version");
  const random = reader.bytes(RANDOM_LENGTH, "random");
  const sessionId = reader.vector(1, "legacy_session_id_echo", 0, MAX_SESSION_ID_LENGTH);
  const cipherSuite = reader.u16("cipher_suite");
  const compressionMethod = reader.u8("legacy_compression_method");
  const isRetry = equalBytes(random, RETRY_RANDOM);
  const place = isRetry ? "helloRetryRequest" : "serverHello";
  const extensions = reader.remaining === 0 ? NO_EXTENSIONS : readExtensions(reader, place);
  reader.end();
  return { isRetry, legacyVersion, random, sessionId, cipherSuite, compressionMethod, extensions };
}

/** Encodes a ServerHello with its header. Without extensions (TLS 1.2) their block is left out. */
export function encodeServerHello(hello: ServerHelloParts): Uint8Array {
  return encode(hello, "serverHello");
}

/** Encodes a HelloRetryRequest with its header. */
export function encodeHelloRetryRequest(hello: Omit<ServerHelloParts, "random">): Uint8Array {
  return encode({ ...hello, random: RETRY_RANDOM }, "helloRetryRequest");
}

function encode(hello: ServerHelloParts, place: "serverHello" | "helloRetryRequest"): Uint8Array {
  return handshakeMessage(HandshakeType.ServerHello, (writer) => {
    // Both versions write 0x0303 here (RFC 8446 §4.1.3), and no compression.
    writer.u16(TLS12).bytes(hello.random).vector(1, hello.sessionId).u16(hello.cipherSuite).u8(0);
    const { extensions } = hello;
    if (extensionTypes(place, extensions).length > 0) writeExtensions(writer, place, extensions);
  });
}
