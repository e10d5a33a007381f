/**
 * ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2):
 *   legacy_version (2) | random (32) | session_id <1> | cipher_suites <2> | compression_methods <1> | extensions <2>
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

const RANDOM_LENGTH = 32;

/** The parts of a ClientHello that is to be sent. */
export interface ClientHelloParts {
  readonly legacyVersion: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** 0 to 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: Uint8Array;
  readonly extensions: ExtensionValues;
}

/** A ClientHello that was received. Byte arrays are views of the message. */
export interface ClientHello extends ClientHelloParts {
  readonly extensions: Extensions;
  /** Bytes of the message, header included, before the list of PSK binders (§4.2.11.2); the whole message without PSK. */
  readonly truncatedLength: number;
}

/** @param body the message without its header */
export function decodeClientHello(body: Uint8Array): ClientHello {
  const reader = new ByteReader(body, "ClientHello");
  const legacyVersion = reader.u16("legacy_version");
  const random = reader.bytes(RANDOM_LENGTH, "random");
  const sessionId = reader.vector(1, "legacy_session_id", 0, 32);
  const cipherSuites = reader.u16List(2, "cipher_suites", 2, 0xfffe);
  const compressionMethods = reader.vector(1, "legacy_compression_methods", 1);
  const extensions = reader.remaining === 0 ? NO_EXTENSIONS : readExtensions(reader, "clientHello");
  reader.end();
  const { preSharedKey, order } = extensions;
  if (preSharedKey !== undefined && order.at(-1) !== ExtensionType.PreSharedKey) {
    fail("MisplacedExtension", "pre_shared_key is not the last extension (RFC 8446 §4.2.11)");
  }
  const behind = preSharedKey === undefined ? 0 : bindersLength(preSharedKey);
  return {
    legacyVersion,
    random,
    sessionId,
    cipherSuites,
    compressionMethods,
    extensions,
    truncatedLength: HANDSHAKE_HEADER_LENGTH + body.length - behind,
  };
}

/** The message with its header. Binders are written as they are given: zeros first, see `patchBinders`. */
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

/** Bytes of a message before its list of binders. */
export function truncatedLength(hello: ClientHelloParts, messageLength: number): number {
  const { preSharedKey } = hello.extensions;
  return messageLength - (preSharedKey === undefined ? 0 : bindersLength(preSharedKey));
}

/** Writes the binders over the zeros at the end of an encoded message; lengths as announced. */
export function patchBinders(message: Uint8Array, binders: readonly Uint8Array[]): void {
  let end = message.length;
  for (const binder of binders.toReversed()) {
    end -= binder.length;
    message.set(binder, end);
    end -= 1;
  }
}

/** Numbers of the extensions in a hello of ours. */
export function sentExtensions(hello: ClientHelloParts): number[] {
  return extensionTypes("clientHello", hello.extensions);
}
