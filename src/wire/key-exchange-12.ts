/**
 * ServerKeyExchange and ClientKeyExchange of TLS 1.2:
 *   ECDHE (RFC 8422 §5.4): curve_type (1) = named_curve | namedcurve (2) | point <1>
 *   DHE (RFC 5246 §7.4.3): dh_p <2> | dh_g <2> | dh_Ys <2>
 *   signed: parameters | scheme (2) | signature <2> (RFC 5246 §4.7); by key: hint <2> | parameters (RFC 4279 §2, §3;
 *   RFC 5489 §2) ClientKeyExchange: ECDHE point <1> (RFC 8422 §5.7), DHE dh_Yc <2>, RSA EncryptedPreMasterSecret <2>
 *   (RFC 5246 §7.4.7);
 *     by key: identity <2> | what the exchange adds, which is nothing in plain PSK
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
  /** The parameters as they are encoded in the message. The signature covers them after the two randoms. */
  readonly signedBytes: Uint8Array;
  readonly signature: CertificateVerify;
}

/** A ServerKeyExchange of a PSK suite; byte arrays are views of the body. */
export interface PskServerKeyExchange<Parameters> {
  /** The server's hint about which key to use; empty: no hint. */
  readonly hint: Uint8Array;
  readonly parameters: Parameters;
}

/** Reads the parameters of a kind of key exchange. The handshake decides whether the group is sound. */
export type ParameterReader<Parameters> = (reader: ByteReader) => Parameters;

/** Of ECDHE. Throws TlsFailure ForbiddenValue for a curve that is not named (RFC 8422 §5.4). */
export const readEcdheParameters: ParameterReader<EcdheParameters> = (reader) => {
  const curveType = reader.u8("curve_type");
  if (curveType !== NAMED_CURVE) {
    fail("ForbiddenValue", `ServerKeyExchange.curve_type is ${curveType}, not named_curve (3)`);
  }
  return { group: reader.u16("namedcurve"), publicKey: reader.vector(1, "public", 1) };
};

export const readDheParameters: ParameterReader<DheParameters> = (reader) => ({
  prime: reader.vector(2, "dh_p", 1),
  generator: reader.vector(2, "dh_g", 1),
  publicKey: reader.vector(2, "dh_Ys", 1),
});

/** Of plain PSK, which has none. */
export const readNoParameters: ParameterReader<null> = () => null;

/**
 * Decodes a ServerKeyExchange that is signed.
 * @param body the message without its header
 * @throws DecodeError, and what `read` throws
 */
export function decodeServerKeyExchange<P>(
  body: Uint8Array,
  read: ParameterReader<P>,
): ServerKeyExchange<P> {
  const reader = new ByteReader(body, "ServerKeyExchange");
  const parameters = read(reader);
  const signedBytes = body.subarray(0, reader.offset);
  const signature = readSignature(reader);
  reader.end();
  return { parameters, signedBytes, signature };
}

/** Decodes a ServerKeyExchange of a PSK suite, which is not signed: as `decodeServerKeyExchange`. */
export function decodePskServerKeyExchange<P>(
  body: Uint8Array,
  read: ParameterReader<P>,
): PskServerKeyExchange<P> {
  const reader = new ByteReader(body, "ServerKeyExchange");
  const hint = reader.vector(2, "psk_identity_hint");
  const parameters = read(reader);
  reader.end();
  return { hint, parameters };
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

/**
 * Encodes a ServerKeyExchange of a PSK suite with its header.
 * @param hint at most 65535 bytes
 * @param parameters as above; none in plain PSK
 */
export function encodePskServerKeyExchange(hint: Uint8Array, parameters: Uint8Array): Uint8Array {
  return handshakeMessage(HandshakeType.ServerKeyExchange, (writer) => {
    writer.vector(2, hint).bytes(parameters);
  });
}

/** Length prefix of the client's share in bytes, and the field's name, by kind of key exchange. */
const CLIENT_FIELD = {
  ecdhe: { prefix: 1, name: "ecdh_Yc", min: 1 },
  dhe: { prefix: 2, name: "dh_Yc", min: 1 },
  rsa: { prefix: 2, name: "encrypted_pre_master_secret", min: 0 },
  psk: null,
} as const;

/** What a client sends for the premaster secret. */
export interface ClientKeyExchange {
  /** PSK suites: the name of its key, 0 to 65535 bytes; else null. */
  readonly identity: Uint8Array | null;
  /** Its share, or the encrypted premaster secret; empty in plain PSK, which has none. */
  readonly share: Uint8Array;
}

/**
 * Decodes a ClientKeyExchange.
 * @param kind of the cipher suite
 * @param byKey the suite uses an external PSK
 * @param body the message without its header; what is returned are views of it
 * @throws DecodeError
 */
export function decodeClientKeyExchange(
  kind: keyof typeof CLIENT_FIELD,
  byKey: boolean,
  body: Uint8Array,
): ClientKeyExchange {
  const reader = new ByteReader(body, "ClientKeyExchange");
  const identity = byKey ? reader.vector(2, "psk_identity") : null;
  const field = CLIENT_FIELD[kind];
  const share =
    field === null ? body.subarray(0, 0) : reader.vector(field.prefix, field.name, field.min);
  reader.end();
  return { identity, share };
}

/** Encodes a ClientKeyExchange with its header. */
export function encodeClientKeyExchange(
  kind: keyof typeof CLIENT_FIELD,
  { identity, share }: ClientKeyExchange,
): Uint8Array {
  return handshakeMessage(HandshakeType.ClientKeyExchange, (writer) => {
    const field = CLIENT_FIELD[kind];
    if (identity !== null) writer.vector(2, identity);
    if (field !== null) writer.vector(field.prefix, share);
  });
}
