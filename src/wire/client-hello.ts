/**
 * ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), and the part of it that PSK binders cover (RFC 8446 §4.2.11.2):
 *   legacy_version (2) | random (32) | session_id <1> | cipher_suites <2> | compression_methods <1> | extensions <2>
 * The handshake decides which versions, suites and compression methods are acceptable.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { ExtensionType } from "../protocol/extension-type.ts";
import { fail } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../protocol/limits.ts";
import { bindersLength } from "./extensions/pre-shared-key.ts";
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

/** The parts of a ClientHello that is to be sent. */
export interface ClientHelloParts {
  readonly legacyVersion: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** 0 to 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  /** One byte per method, at least one. */
  readonly compressionMethods: Uint8Array;
  readonly extensions: ExtensionValues;
}

/** A ClientHello that was received. Byte arrays are views of the message. */
export interface ClientHello extends ClientHelloParts {
  readonly extensions: Extensions;
  /** Bytes of the message, header included, before the list of PSK binders; the whole message without PSK. */
  readonly truncatedLength: number;
}

/**
 * Decodes a ClientHello. TLS 1.2 may leave out the block of extensions.
 * @param body the message without its header
 * @throws DecodeError, TlsFailure DuplicateExtension, MisplacedExtension, ForbiddenValue
 */
export function decodeClientHello(body: Uint8Array): ClientHello {
  const reader = new ByteReader(body, "ClientHello");
  const legacyVersion = reader.u16("legacy_version");
  const random = reader.bytes(RANDOM_LENGTH, "random");
  const sessionId = reader.vector(1, "legacy_session_id", 0, MAX_SESSION_ID_LENGTH);
  const cipherSuites = reader.u16List(2, "cipher_suites", 2, 0xfffe);
  const compressionMethods = reader.vector(1, "legacy_compression_methods", 1);
  const extensions = reader.remaining === 0 ? NO_EXTENSIONS : readExtensions(reader, "clientHello");
  reader.end();
  const { preSharedKey, order } = extensions;
  // RFC 8446 §4.2.11: the binders would not cover what comes after them.
  if (preSharedKey !== undefined && order.at(-1) !== ExtensionType.PreSharedKey) {
    fail("MisplacedExtension", "pre_shared_key is not the last extension (RFC 8446 §4.2.11)");
  }
  return {
    legacyVersion,
    random,
    sessionId,
    cipherSuites,
    compressionMethods,
    extensions,
    truncatedLength: truncatedLength(extensions, HANDSHAKE_HEADER_LENGTH + body.length),
  };
}

/** Encodes a ClientHello with its header. Binders are written as given: zeros first, see `patchBinders`. */
export function encodeClientHello(hello: ClientHelloParts): Uint8Array {
  return handshakeMessage(HandshakeType.ClientHello, (writer) => {
    writer.u16(hello.legacyVersion).bytes(hello.random).vector(1, hello.sessionId);
    writer.vector(2, () => {
      for (const code of hello.cipherSuites) writer.u16(code);
    });
    writer.vector(1, hello.compressionMethods);
    writeExtensions(writer, "clientHello", hello.extensions);
  });
}

/**
 * Bytes of a message, header included, before its list of binders: what the binders cover (RFC 8446 §4.2.11.2).
 * @param extensions those of the message
 * @param messageLength bytes of the whole message
 */
export function truncatedLength({ preSharedKey }: ExtensionValues, messageLength: number): number {
  return messageLength - (preSharedKey === undefined ? 0 : bindersLength(preSharedKey));
}

/**
 * Writes the binders over the zeros at the end of an encoded message.
 * @param message changed in place
 * @param binders in the order and of the lengths that the message was encoded with
 * @throws RangeError if they are of other lengths
 */
export function patchBinders(message: Uint8Array, binders: readonly Uint8Array[]): void {
  let end = message.length;
  for (const binder of binders.toReversed()) {
    const start = end - binder.length;
    if (message[start - 1] !== binder.length) {
      throw new RangeError(`no room for a binder of ${binder.length} bytes before offset ${end}`);
    }
    message.set(binder, start);
    end = start - 1;
  }
  if (new ByteReader(message.subarray(end - 2), "binders").u16("length") !== message.length - end) {
    throw new RangeError(`${binders.length} binders are not as many as the message has room for`);
  }
}

/** Numbers of the extensions in our hello, in the order sent. */
export function sentExtensions(hello: ClientHelloParts): number[] {
  return extensionTypes("clientHello", hello.extensions);
}
