/**
 * ServerKeyExchange and ClientKeyExchange of TLS 1.2:
 *   ECDHE (RFC 8422 §5.4): curve_type (1) = named_curve | namedcurve (2) | point <1> | signature
 *   DHE (RFC 5246 §7.4.3): dh_p <2> | dh_g <2> | dh_Ys <2> | signature
 *   signature (RFC 5246 §4.7): scheme (2) | signature <2>
 *   ClientKeyExchange: ECDHE point <1> (RFC 8422 §5.7), DHE dh_Yc <2>, RSA EncryptedPreMasterSecret <2> (RFC 5246 §7.4.7)
 * Explicit curves and anonymous exchanges are not read.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { fail } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { type CertificateVerify, readSignature, writeSignature } from "./certificate-verify.ts";
import { handshakeMessage } from "./handshake-header.ts";

const NAMED_CURVE = 3;

/** The server's share in a named group. */
export interface EcdheParameters {
  /** NamedGroup number. */
  readonly group: number;
  /** 1 to 255 bytes. */
  readonly publicKey: Uint8Array;
}

/** The server's group and share, as unsigned big-endian integers of 1 to 65535 bytes. */
export interface DheParameters {
  readonly prime: Uint8Array;
  readonly generator: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A ServerKeyExchange as received; byte arrays are views of the body. */
export interface ServerKeyExchange<Parameters> {
  readonly parameters: Parameters;
  /** The parameters as they stand in the message: what is signed after the two randoms. */
  readonly signedBytes: Uint8Array;
  readonly signature: CertificateVerify;
}

/**
 * Decodes a ServerKeyExchange of an ECDHE suite.
 * @param body the message without its header
 * @throws DecodeError, TlsFailure ForbiddenValue for a curve that is not named (RFC 8422 §5.4)
 */
export function decodeEcdheServerKeyExchange(body: Uint8Array): ServerKeyExchange<EcdheParameters> {
  return decodeServerKeyExchange(body, (reader) => {
    const curveType = reader.u8("curve_type");
    if (curveType !== NAMED_CURVE) {
      fail("ForbiddenValue", `ServerKeyExchange.curve_type is ${curveType}, not named_curve (3)`);
    }
    return { group: reader.u16("namedcurve"), publicKey: reader.vector(1, "public", 1) };
  });
}

/**
 * Decodes a ServerKeyExchange of a DHE suite. Whether the group is sound is for the handshake to say.
 * @param body the message without its header
 * @throws DecodeError
 */
export function decodeDheServerKeyExchange(body: Uint8Array): ServerKeyExchange<DheParameters> {
  return decodeServerKeyExchange(body, (reader) => ({
    prime: reader.vector(2, "dh_p", 1),
    generator: reader.vector(2, "dh_g", 1),
    publicKey: reader.vector(2, "dh_Ys", 1),
  }));
}

function decodeServerKeyExchange<P>(
  body: Uint8Array,
  readParameters: (reader: ByteReader) => P,
): ServerKeyExchange<P> {
  const reader = new ByteReader(body, "ServerKeyExchange");
  const parameters = readParameters(reader);
  const signedBytes = body.subarray(0, reader.offset);
  const signature = readSignature(reader);
  reader.end();
  return { parameters, signedBytes, signature };
}

/** Encodes the parameters of an ECDHE suite: what is signed, and the first part of the message. A new array. */
export function encodeEcdheParameters({ group, publicKey }: EcdheParameters): Uint8Array {
  return new ByteWriter().u8(NAMED_CURVE).u16(group).vector(1, publicKey).finish();
}

/** Encodes the parameters of a DHE suite: what is signed, and the first part of the message. A new array. */
export function encodeDheParameters({ prime, generator, publicKey }: DheParameters): Uint8Array {
  return new ByteWriter().vector(2, prime).vector(2, generator).vector(2, publicKey).finish();
}

/**
 * Encodes a ServerKeyExchange with its header.
 * @param parameters as `encodeEcdheParameters` or `encodeDheParameters` made them
 */
export function encodeServerKeyExchange(
  parameters: Uint8Array,
  signature: CertificateVerify,
): Uint8Array {
  return handshakeMessage(HandshakeType.ServerKeyExchange, (writer) => {
    writer.bytes(parameters);
    writeSignature(writer, signature);
  });
}

/** Length prefix of the one field of a ClientKeyExchange, in bytes, and the field's name, by kind of key exchange. */
const CLIENT_FIELD = {
  ecdhe: { prefix: 1, name: "ecdh_Yc", min: 1 },
  dhe: { prefix: 2, name: "dh_Yc", min: 1 },
  rsa: { prefix: 2, name: "encrypted_pre_master_secret", min: 0 },
} as const;

/**
 * Decodes a ClientKeyExchange.
 * @param kind of the cipher suite
 * @param body the message without its header
 * @returns the client's share, or the encrypted premaster secret; a view of the body
 * @throws DecodeError
 */
export function decodeClientKeyExchange(
  kind: keyof typeof CLIENT_FIELD,
  body: Uint8Array,
): Uint8Array {
  const { prefix, name, min } = CLIENT_FIELD[kind];
  const reader = new ByteReader(body, "ClientKeyExchange");
  const value = reader.vector(prefix, name, min);
  reader.end();
  return value;
}

/** Encodes a ClientKeyExchange with its header. `value`: our share, or the encrypted premaster secret. */
export function encodeClientKeyExchange(
  kind: keyof typeof CLIENT_FIELD,
  value: Uint8Array,
): Uint8Array {
  return handshakeMessage(HandshakeType.ClientKeyExchange, (writer) => {
    writer.vector(CLIENT_FIELD[kind].prefix, value);
  });
}
