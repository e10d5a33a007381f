/**
 * TLS over WHATWG streams: what an entry exports for it, over its SSPI functions.
 */
import { type CredentialHandle, TlsError } from "../../api/common.ts";
import type { CredentialOptions } from "../../session/option-types.ts";
import { type SessionSspi, startOf } from "../../session/options.ts";
import type { SecureInfo } from "../../session/session-info.ts";
import type { ByteStreams, MessageStreams } from "./messages.ts";
import { secureOptions } from "./option-shapes.ts";
import type { SecureOptions } from "./option-types.ts";
import { limitOf } from "./promises.ts";
import { WebSession } from "./stream-session.ts";

/** A TLS session: plaintext in and out. */
export interface SecureStreams extends ByteStreams {
  /** Plaintext from the peer. It ends at the peer's close_notify. After cancelling it, what comes is dropped. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What was negotiated, when the handshake is finished; rejects with the reason if it is not to be. */
  readonly opened: Promise<SecureInfo>;
  /** Settles when both directions are closed and the transport was ended; rejects if the session was lost. */
  readonly closed: Promise<void>;
  /**
   * Sends close_notify, stops reading, ends the transport; gives `closed`. To close only our direction, close the
   * writable: the peer may go on sending.
   */
  close(): Promise<void>;
  /**
   * Exports keying material (RFC 5705, RFC 8446 §7.5).
   *
   * @param length - bytes
   * @param label - ASCII
   * @param context - its bytes, or null: none, which TLS 1.2 keeps apart from an empty one
   * @returns new memory
   * @throws TlsError the handshake is not finished, or the arguments cannot be used
   */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array | null): Uint8Array;
  /**
   * Updates the sending keys (TLS 1.3, RFC 8446 §4.6.3).
   *
   * @param requestPeer - true also asks the peer to update its keys
   * @throws TlsError in TLS 1.2, or while there is no session
   */
  renewKeys(requestPeer: boolean): void;
}

/** The functions of an entry for streams, over the SSPI functions. */
export interface WebFunctions {
  /**
   * Begins TLS over a pair of byte streams. They are locked from then on; they may be those of `overMessages`, of a
   * socket, or of another session. Chunks that the transport's readable gives are overwritten. An end of the transport
   * without close_notify is an error of its own (reason "Truncated").
   *
   * ```ts
   * const { readable, writable, opened } = secure(overMessages(webSocket), { serverName: "example.org", ca });
   * const { version, cipherSuiteName } = await opened;
   * ```
   *
   * @param transport - the ciphertext: `readable` and `writable`, and `maxMessageSize` if they carry messages
   * @param options - role, names, certificates and limits of time; default: those of a client without trust anchors
   * @returns the plaintext as streams, and promises for the end of the handshake and of the session
   * @throws TlsError the options cannot be used. TypeError: a stream is locked
   */
  secure(transport: Transport, options?: SecureOptions): SecureStreams;
  /**
   * As `secure`, for a transport that carried plaintext before (STARTTLS). A client speaks first in TLS, so bytes that
   * a server sent before are refused.
   *
   * @param transport - the ciphertext, which begins after `leftover`
   * @param options - those of `secure`; `leftover` must be given: the bytes that were read and not used, even if there
   *   are none
   * @returns the plaintext as streams
   * @throws TlsError the options cannot be used. TypeError: a stream is locked
   */
  startTls(
    transport: Transport,
    options: SecureOptions & { readonly leftover: Uint8Array },
  ): SecureStreams;
  /**
   * Makes what many sessions share: certificates read once, and the sessions and tickets that let a later one resume.
   * Give it to `secure` as `credential`.
   *
   * @param options - certificates, roots and everything of the `sealwire` member of the credentials
   * @returns the handle of the credential
   * @throws TlsError the options cannot be used
   */
  acquireCredentials(options: CredentialOptions): CredentialHandle;
}

/** What carries TLS: byte streams, of messages of limited size if it has `maxMessageSize`. */
export type Transport = ByteStreams & Partial<MessageStreams>;

const HANDSHAKE_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 10_000;

export function secureOver(sspi: SessionSspi): WebFunctions["secure"] {
  return (transport, options = {}) => secure(sspi, transport, options, "secure()");
}

/** `startTls` of an entry. */
export function startTlsOver(sspi: SessionSspi): WebFunctions["startTls"] {
  return (transport, options) => {
    const call = "startTls()";
    const read = secureOptions(options, call);
    if (read.leftover === undefined) {
      throw new TlsError(
        `${call}: leftover must be given: the bytes that were read from the transport and not used, or an empty Uint8Array`,
        { reason: "WrongOption" },
      );
    }
    return secure(sspi, transport, read, call);
  };
}

function secure(
  sspi: SessionSspi,
  transport: Transport,
  given: SecureOptions,
  call: string,
): SecureStreams {
  checkTransport(transport, call);
  const options = secureOptions(given, call);
  const { signal, leftover, highWaterMark, handshakeTimeout, closeTimeout, ...own } = options;
  const start = startOf(sspi, own, call);
  if (start.role === "client" && leftover !== undefined && leftover.length > 0) {
    throw new TlsError(
      `${leftover.length} bytes came before TLS began, where the server has to wait for us: an attacker may have inserted them`,
      { reason: "UnexpectedPlaintext" },
    );
  }
  const settings = {
    ...{ signal, leftover, highWaterMark, maxFragment: own.maxFragment },
    handshakeTimeout: limitOf(handshakeTimeout, HANDSHAKE_TIMEOUT_MS),
    closeTimeout: limitOf(closeTimeout, CLOSE_TIMEOUT_MS),
  };
  const session = new WebSession({ functions: sspi, ...start }, settings, transport);
  const { tls } = session;
  return {
    readable: session.readable,
    writable: session.writable,
    opened: session.opened,
    closed: session.closed,
    close: () => session.close(),
    exportKeyingMaterial: (length, label, context) =>
      tls.exportKeyingMaterial(length, label, context),
    renewKeys: (requestPeer) => tls.renewKeys(requestPeer),
  };
}

function checkTransport(transport: unknown, call: string): void {
  const { readable, writable } = (transport ?? {}) as Partial<Transport>;
  if (typeof readable?.getReader === "function" && typeof writable?.getWriter === "function")
    return;
  throw new TlsError(
    `${call}: the transport must be { readable, writable }, a pair of WHATWG streams; wrap a WebSocket, RTCDataChannel or MessagePort in overMessages()`,
    { reason: "WrongTransport" },
  );
}
