/**
 * What is remembered of a connection so that a later one can resume it (RFC 8446 §4.6.1, RFC 5246 §F.1.4, RFC 5077),
 * as bytes for the stores and for sealing into tickets. One layout for both roles and versions.
 *
 *   format (1) | version (2) | suite (2) | flags (1) | created ms (8) | authenticated ms (8) | lifetime s (4) | age_add
 *   (4) secret <1> | ticket <2> | session id <1> | server name <1> | key <1> | own identity <1> | [PSK identity <2>]
 *   [OCSP response <3>] | chain <3: certificate <3>>
 */
import { toUint8Array } from "../bytes/byte-arrays.ts";
import { ByteReader, DecodeError } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { fromLatin1, latin1 } from "../bytes/text.ts";
import { type CipherSuite, cipherSuite } from "../protocol/cipher-suite.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../protocol/version.ts";

const FORMAT = 3;
const FLAG_EXTENDED_MASTER_SECRET = 1;
const FLAG_SERVER_NAME = 2;
const FLAG_OCSP_RESPONSE = 4;
const FLAG_PSK_IDENTITY = 8;

/** Bytes of a session without ticket, PSK identity and chain, at most: numbers, and five vectors of up to 255 bytes. */
const MAX_FIXED_PART = 2048;

export interface Session {
  readonly version: ProtocolVersion;
  readonly suite: CipherSuite;
  readonly extendedMasterSecret: boolean;
  /** Milliseconds since 1970: when this session, or this ticket of it, was made. */
  readonly created: number;
  /**
   * Milliseconds since 1970: when the peer last proved itself in a full handshake. Resuming does not make it younger.
   */
  readonly authenticated: number;
  /** Seconds. */
  readonly lifetime: number;
  /** TLS 1.3: added to the ticket's age in milliseconds. */
  readonly ageAdd: number;
  /** TLS 1.3: the PSK; TLS 1.2: the 48 bytes of master secret. */
  readonly secret: Uint8Array;
  /** Client: the server's ticket, or empty. */
  readonly ticket: Uint8Array;
  /**
   * What names the session on this side, at most 32 bytes. TLS 1.2: the id that the server gave. Where it gave none,
   * and in TLS 1.3: an id of our own, which is never sent in clear but may be sealed in a ticket. Empty: it has no
   * name.
   */
  readonly sessionId: Uint8Array;
  /** Client: the name in SNI. Server: the name the client asked for. */
  readonly serverName: string | null;
  /**
   * Server: the key of the configuration, at most 255 characters; client: empty, for its stores find sessions by it.
   */
  readonly key: string;
  /** Client: SHA-256 of the certificate that we showed, or empty. */
  readonly ownIdentity: Uint8Array;
  /** TLS 1.2: the identity of the external PSK that established the session, at most 65535 bytes, or null. */
  readonly pskIdentity: Uint8Array | null;
  /** The peer's certificates, DER, leaf first; empty: the peer was not authenticated. */
  readonly peerChain: readonly Uint8Array[];
  /** Client: DER OCSPResponse that came with the chain, to judge it again, or null. */
  readonly ocspResponse: Uint8Array | null;
}

/** Bytes of a session; they hold its secret. */
export function encodeSession(session: Session): Uint8Array {
  // All of it at once: memory that a growing writer leaves behind would keep the secret.
  const { ticket, pskIdentity, peerChain } = session;
  const certificates = peerChain.reduce((sum, one) => sum + one.length + 3, 0);
  const writer = new ByteWriter(
    MAX_FIXED_PART + ticket.length + (pskIdentity?.length ?? 0) + certificates,
  );
  let flags = session.extendedMasterSecret ? FLAG_EXTENDED_MASTER_SECRET : 0;
  if (session.serverName !== null) flags |= FLAG_SERVER_NAME;
  if (session.ocspResponse !== null) flags |= FLAG_OCSP_RESPONSE;
  if (session.pskIdentity !== null) flags |= FLAG_PSK_IDENTITY;
  writer.u8(FORMAT).u16(session.version).u16(session.suite.code).u8(flags);
  for (const time of [session.created, session.authenticated])
    writer.u32(Math.floor(time / 0x100000000)).u32(time % 0x100000000);
  writer.u32(session.lifetime).u32(session.ageAdd);
  writer.vector(1, session.secret).vector(2, session.ticket).vector(1, session.sessionId);
  writer.vector(1, latin1(session.serverName ?? ""));
  writer.vector(1, latin1(session.key)).vector(1, session.ownIdentity);
  if (session.pskIdentity !== null) writer.vector(2, session.pskIdentity);
  if (session.ocspResponse !== null) writer.vector(3, session.ocspResponse);
  writer.vector(3, () => {
    for (const certificate of session.peerChain) writer.vector(3, certificate);
  });
  return writer.finish();
}

/** The session of some bytes, or null if they are none: another format, a suite that is not built. */
export function decodeSession(bytes: Uint8Array): Session | null {
  try {
    return read(new ByteReader(toUint8Array(bytes), "session"));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function read(reader: ByteReader): Session | null {
  if (reader.u8("format") !== FORMAT) return null;
  const version = reader.u16("version");
  const suite = cipherSuite(reader.u16("suite"));
  const flags = reader.u8("flags");
  const created = reader.u32("created") * 0x100000000 + reader.u32("created");
  const authenticated = reader.u32("authenticated") * 0x100000000 + reader.u32("authenticated");
  const lifetime = reader.u32("lifetime");
  const ageAdd = reader.u32("age_add");
  const secret = reader.vector(1, "secret", 1).slice();
  const ticket = reader.vector(2, "ticket").slice();
  const sessionId = reader.vector(1, "session_id", 0, 32).slice();
  const name = fromLatin1(reader.vector(1, "server_name"));
  const key = fromLatin1(reader.vector(1, "key"));
  const ownIdentity = reader.vector(1, "own_identity").slice();
  const pskIdentity =
    (flags & FLAG_PSK_IDENTITY) === 0 ? null : reader.vector(2, "psk_identity").slice();
  const ocspResponse =
    (flags & FLAG_OCSP_RESPONSE) === 0 ? null : reader.vector(3, "ocsp_response").slice();
  const chain = reader.nested(3, "chain");
  reader.end();
  const peerChain: Uint8Array[] = [];
  while (chain.remaining > 0) peerChain.push(chain.vector(3, "certificate", 1).slice());
  if ((version !== TLS12 && version !== TLS13) || suite?.version !== version) return null;
  return {
    version,
    suite,
    extendedMasterSecret: (flags & FLAG_EXTENDED_MASTER_SECRET) !== 0,
    created,
    authenticated,
    lifetime,
    ageAdd,
    secret,
    ticket,
    sessionId,
    serverName: (flags & FLAG_SERVER_NAME) !== 0 ? name : null,
    key,
    ownIdentity,
    pskIdentity,
    peerChain,
    ocspResponse,
  };
}

/** True while a session may be resumed: made not after now, and not older than its lifetime. */
export function isFresh(session: Session, now: number): boolean {
  const age = now - session.created;
  return age >= 0 && age < session.lifetime * 1000;
}
