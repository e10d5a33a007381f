/**
 * Options of connect, createServer and SecureSocket: node:tls's own, with our SecureContext in place of OpenSSL's, and a
 * few more. What cannot be done is refused by name.
 */
import type { OnReadOpts } from "node:net";
import type { Duplex } from "node:stream";
import type * as tls from "node:tls";
import type { SealwireOptions } from "../../api/node.ts";
import { checkKinds, checkText } from "./argument-types.ts";
import { bufferOver } from "./memory.ts";
import {
  ArgumentRangeError,
  argumentError,
  invalidOption,
  refuseOption,
  wrongType,
} from "./node-error.ts";
import type { CheckServerIdentity } from "./peer-check.ts";
import type { ClientPskCallback, ServerPskCallback } from "./pre-shared-keys.ts";
import type { GivenContext, SecureContextOptions } from "./secure-context.ts";

/** Beyond node:tls. */
interface OwnOptions {
  /** The peer's first TLS bytes, if they were read from the transport already. */
  readonly head?: Uint8Array | undefined;
  /** Ends the connection with an AbortError. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the handshake; server: 120000, client: no limit. */
  readonly handshakeTimeout?: number | undefined;
  /**
   * Milliseconds for what a callback or a session store promised; 0: no limit. Default 120000. What the connection can do without gets half of
   * it, at most 10000; then the connection goes on without, and a process warning says so.
   */
  readonly helperTimeout?: number | undefined;
  /**
   * Bounds on what the peer may send, as `limits` of the `sealwire` member of credentials. Default: chains of 100 certificates,
   * handshake messages of 128 KiB, or 64 KiB for a server that asks for no certificate.
   */
  readonly limits?: SealwireOptions["limits"] | undefined;
  /** Bytes that both sides of the Duplex buffer, unless the next two say otherwise. */
  readonly highWaterMark?: number | undefined;
  /** Bytes of plaintext that are read ahead. */
  readonly readableHighWaterMark?: number | undefined;
  /** Bytes of plaintext that may wait before `write` answers false. */
  readonly writableHighWaterMark?: number | undefined;
  /**
   * From createSecureContext: certificates, roots and algorithms that were read already, in place of those options.
   */
  readonly secureContext?: GivenContext | undefined;
  /** An end without close_notify between two records is an error, too, and not "end" with `truncated`. */
  readonly requireCloseNotify?: boolean | undefined;
  /** Data comes by its callback, in its memory, and not by "data"; only the callback's false pauses. */
  readonly onread?: OnReadOpts | undefined;
}

/** Options of SecureSocket: those of tls.TLSSocket, and a few more. */
export interface SecureSocketOptions
  extends Omit<SecureContextOptions, "secureContext">,
    OwnOptions {
  /** True: this end is the server. Default: false. */
  readonly isServer?: boolean | undefined;
  /** Server: what the socket's property `server` is. */
  readonly server?: unknown;
  /** Client: the name to check, and for SNI unless `servername` gives another. */
  readonly host?: string | undefined;
  /** Client: SNI and the name to check; "" sends none. */
  readonly servername?: string | undefined;
  /** Client: the session to resume, from `getSession()` or the event "session". */
  readonly session?: Buffer | string | undefined;
  /** Client: asks for a stapled OCSP response, which the event "OCSPResponse" gives. */
  readonly requestOCSP?: boolean | undefined;
  /** Server: asks the client for a certificate. */
  readonly requestCert?: boolean | undefined;
  /** On unless exactly false. */
  readonly rejectUnauthorized?: boolean | undefined;
  /**
   * Client: checks the name of the server's certificate in place of node's function of this name. An error refuses
   * the server.
   */
  readonly checkServerIdentity?: CheckServerIdentity | undefined;
  /** ALPN protocols in order of preference: names, or bytes with their lengths before them. */
  readonly ALPNProtocols?:
    | readonly string[]
    | readonly Uint8Array[]
    | NodeJS.ArrayBufferView
    | undefined;
  /** Server: chooses the ALPN protocol; undefined refuses the client. Not together with `ALPNProtocols`. */
  readonly ALPNCallback?: AlpnCallback | undefined;
  /** Server: chooses the certificate by the name that the client sent. */
  readonly SNICallback?: SniCallback | undefined;
  /** Of a transport that is opened by `connect`: it does not end by itself when the peer has ended. */
  readonly allowHalfOpen?: boolean | undefined;
  /** Refused: OpenSSL's trace is not there. */
  readonly enableTrace?: boolean | undefined;
  /**
   * TLS 1.3, for SHA-256: a client is asked before the hello, a server for each identity, at most four. TLS 1.2, by PSK suites
   * that `ciphers` names: a client is asked when the server has chosen one.
   */
  readonly pskCallback?: ClientPskCallback | ServerPskCallback<tls.TLSSocket> | undefined;
  /** Server, TLS 1.2: the PSK identity hint for clients. */
  readonly pskIdentityHint?: string | undefined;
  /** Client: bits of the smallest DHE group, at most 2048, which is the bound. */
  readonly minDHSize?: number | undefined;
}

/** Chooses an ALPN protocol of those that the client offers; undefined refuses the client. */
export type AlpnCallback = (offer: {
  servername: string;
  protocols: string[];
}) => string | undefined;

/**
 * Chooses the context for a name: it calls `done` with a context of createSecureContext, or without one for the
 * default.
 */
export type SniCallback = (
  servername: string,
  done: (error: Error | null, context?: GivenContext) => void,
) => void;

type NodeConnect = Omit<
  tls.ConnectionOptions,
  keyof SecureContextOptions | keyof SecureSocketOptions | "socket"
>;

/** Options of connect: those of tls.connect, and a few more. */
export interface ConnectOptions extends NodeConnect, Omit<SecureSocketOptions, "pskCallback"> {
  /**
   * Asked for the external PSK before the ClientHello (TLS 1.3, for SHA-256), or when the server has chosen a PSK suite (TLS 1.2).
   */
  readonly pskCallback?: ClientPskCallback | undefined;
  /** The transport: any Duplex. */
  readonly socket?: Duplex | undefined;
}

type NodeServer = Omit<tls.TlsOptions, keyof SecureContextOptions | keyof SecureSocketOptions>;

/** Options of createServer: those of tls.createServer, and a few more. */
export interface ServerOptions
  extends NodeServer,
    Omit<SecureSocketOptions, "isServer" | "server" | "pskCallback"> {
  /**
   * Asked for the external PSK of each identity that a client offers, at most four (TLS 1.3, for SHA-256), or of the one that
   * it sends (TLS 1.2).
   */
  readonly pskCallback?: ServerPskCallback<tls.TLSSocket> | undefined;
}

/** Bits of the smallest finite-field group that is accepted. */
const MIN_DH = 2048;
/** Bytes of an ALPN name: its length has 8 bits. */
const MAX_NAME = 0xff;
/** Bytes of a list of ALPN names: its length has 16 bits. */
const MAX_LIST = 0xffff;

/** Refuses, by its name, what nothing here stands for. */
export function checkSocketOptions(options: SecureSocketOptions): void {
  checkKinds(options);
  if (options.session) checkText("options.session", options.session);
  if (options.signal != null && !(options.signal instanceof AbortSignal)) {
    wrongType("options.signal", "an instance of AbortSignal", options.signal);
  }
  if (options.enableTrace === true) {
    refuseOption("enableTrace", "`sealwire connect --trace` draws a handshake");
  }
  if (options.minDHSize != null && !(options.minDHSize <= MIN_DH)) {
    refuseOption("minDHSize", `${MIN_DH} bits is the bound, and cannot be raised`);
  }
  if (options.ALPNCallback && options.ALPNProtocols) {
    throw argumentError(
      "The ALPNCallback and ALPNProtocols TLS options are mutually exclusive",
      "ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS",
    );
  }
}

/** RFC 7301 §3.1: names of 1 to 255 bytes, 65535 in all with the byte of each length. */
function checkProtocols(names: readonly string[]): void {
  let sum = 0;
  for (const [i, name] of names.entries()) {
    const length = Buffer.byteLength(name);
    sum += length + 1;
    if (length >= 1 && length <= MAX_NAME && sum <= MAX_LIST) continue;
    throw new ArgumentRangeError(
      sum > MAX_LIST
        ? `ALPNProtocols takes more than ${MAX_LIST} bytes from index ${i} on`
        : `The byte length of the protocol at index ${i} ${length === 0 ? "is too short. It must be >= 1" : `exceeds the maximum length. It must be <= ${MAX_NAME}`}. Received ${length}`,
      "ERR_OUT_OF_RANGE",
    );
  }
}

/** Names, of node's three ways to give them. @throws TlsError */
export function protocolsOf(given: SecureSocketOptions["ALPNProtocols"]): readonly string[] {
  if (!given) return [];
  if (!ArrayBuffer.isView(given)) {
    if (!Array.isArray(given)) {
      wrongType(
        "options.ALPNProtocols",
        "an instance of Array, Buffer, TypedArray, or DataView",
        given,
      );
    }
    const list = given.map((name: unknown) =>
      typeof name === "string" || name instanceof String
        ? String(name)
        : Buffer.from(name as Uint8Array).toString("latin1"),
    );
    checkProtocols(list);
    return list;
  }
  const names: string[] = [];
  const bytes = bufferOver(given);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + (bytes[at] ?? 0);
    if (end === at + 1 || end > bytes.length || bytes.length > MAX_LIST) {
      invalidOption("ALPNProtocols: the bytes are not a list of names with their lengths");
    }
    names.push(bytes.toString("latin1", at + 1, end));
    at = end;
  }
  return names;
}
