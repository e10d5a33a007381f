/**
 * What a server may look up in a ClientHello before its first AcceptSecurityContext, as SslGetServerIdentity and
 * SslGetExtensions do: the name asked for and the ALPN protocols. Takes nothing and keeps nothing.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { ContentType } from "../protocol/content-type.ts";
import { TlsFailure } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { decodeClientHello } from "../wire/client-hello.ts";

export interface PeekedClientHello {
  readonly serverName: string | null;
  readonly alpnProtocols: readonly string[];
}

/** Nobody sends a larger one; what does is left to the handshake, which refuses it. */
const LONGEST = 0x10000;
const NOTHING: PeekedClientHello = { serverName: null, alpnProtocols: [] };

/**
 * Looks into the first bytes of a client.
 * @returns null as long as the message is not complete; nothing found in bytes that are no ClientHello, which the
 * handshake is going to refuse
 */
export function peekClientHello(bytes: Uint8Array): PeekedClientHello | null {
  const parts: Uint8Array[] = [];
  let have = 0;
  for (let at = 0; ; ) {
    if (at < bytes.length && bytes[at] !== ContentType.Handshake) return NOTHING;
    const body = at + RECORD_HEADER_LENGTH;
    const end = body + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
    if (bytes.length < body || bytes.length < end) return bytes.length > LONGEST ? NOTHING : null;
    parts.push(bytes.subarray(body, end));
    have += end - body;
    at = end;
    if (have < HANDSHAKE_HEADER_LENGTH) continue;
    const message = concat(...parts);
    if (message[0] !== HandshakeType.ClientHello) return NOTHING;
    const length = ((message[1] ?? 0) << 16) | ((message[2] ?? 0) << 8) | (message[3] ?? 0);
    if (length > LONGEST) return NOTHING;
    const whole = HANDSHAKE_HEADER_LENGTH + length;
    if (have >= whole) return read(message.subarray(HANDSHAKE_HEADER_LENGTH, whole));
  }
}

function read(body: Uint8Array): PeekedClientHello {
  try {
    const { serverName, alpn } = decodeClientHello(body).extensions;
    return { serverName: serverName ?? null, alpnProtocols: alpn ?? [] };
  } catch (error) {
    if (error instanceof DecodeError || error instanceof TlsFailure) return NOTHING;
    throw error;
  }
}
