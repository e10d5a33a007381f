/**
 * createServer of node:tls: a net.Server whose connections become SecureSockets; also over transports that somebody
 * else accepted (`server.emit("connection", duplex)`).
 */

import { randomBytes } from "node:crypto";
import { captureRejectionSymbol } from "node:events";
import { Server, type ServerOpts } from "node:net";
import type { Duplex } from "node:stream";
import type { CertContext, SealwireOptions } from "../../api/common.ts";
import { MAX_HELPER_TIME, patienceOf } from "../../session/helper-time.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { checkKinds } from "./argument-types.ts";
import { warn } from "./credential.ts";
import type { ServerSide } from "./maker.ts";
import { type UnsharedBuffer, unpooled } from "./memory.ts";
import { convertALPNProtocols } from "./old-exports.ts";
import {
  checkSocketOptions,
  protocolsOf,
  type ServerOptions,
  type SniCallback,
} from "./options.ts";
import {
  checkedTicketKeys,
  contextFrom,
  contextOf,
  type GivenContext,
  SecureContext,
  type SecureContextOptions,
} from "./secure-context.ts";
import { SecureSocket } from "./secure-socket.ts";
import { NamedContexts } from "./sni.ts";
import { errorOf } from "./thrown.ts";

/** Milliseconds. */
const HANDSHAKE_TIMEOUT = 120_000;
const TICKET_KEYS_LENGTH = 48;
const TLS12_SESSION = "tls12 ";

/**
 * A TLS server over TCP, as tls.Server: it emits "secureConnection" with each socket, and "tlsClientError" with what
 * became of the others.
 */
export class SecureServer extends Server {
  /** As node's: the names, each after its length. */
  readonly ALPNProtocols: Buffer | undefined;
  /** As node's: the function that was given. */
  readonly ALPNCallback: ServerOptions["ALPNCallback"];
  #options: ServerOptions;
  #context: SecureContext;
  #ticketKeys: Buffer;
  readonly #named = new NamedContexts();
  /** Of listeners that are async functions, where `captureRejections` is on. */
  readonly #rejected = (error: Error, event: string | symbol, socket: unknown): void => {
    if (event === "secureConnection" && socket instanceof SecureSocket) socket.destroy(error);
    else this.emit("error", error);
  };

  /**
   * Makes a server, as createServer does.
   * @param options - those of createServer, or the listener
   * @param onConnection - listener for "secureConnection"
   * @throws TlsError for options that are wrong or cannot be done
   */
  constructor(
    options: ServerOptions | ((socket: SecureSocket) => void) | null = {},
    onConnection?: ((socket: SecureSocket) => void) | null,
  ) {
    const given = typeof options === "function" ? {} : (options ?? {});
    const listener = typeof options === "function" ? options : onConnection;
    checkSocketOptions(given);
    protocolsOf(given.ALPNProtocols);
    const context = contextOf(given.secureContext, given);
    super(given as ServerOpts);
    const names: { ALPNProtocols?: Buffer } = {};
    if (given.ALPNProtocols) convertALPNProtocols(given.ALPNProtocols, names);
    this.ALPNProtocols = names.ALPNProtocols;
    this.ALPNCallback = given.ALPNCallback;
    this.#options = given;
    this.#context = context;
    this.#ticketKeys = context.ticketKeys ?? randomBytes(TICKET_KEYS_LENGTH);
    Object.defineProperty(this, captureRejectionSymbol, { value: this.#rejected });
    this.on("connection", (transport: Duplex) => this.#accept(transport));
    if (listener) this.on("secureConnection", listener);
  }

  /**
   * Shows another certificate to clients that ask for a name.
   * @param hostname - the name; "*" stands for one label
   * @param context - of createSecureContext, or options for one
   * @throws TlsError for a context that cannot be used
   */
  addContext(hostname: string, context: SecureContextOptions | GivenContext): void {
    if (!hostname) {
      throw new TlsError("addContext needs a name", {
        code: "ERR_TLS_REQUIRED_SERVER_NAME",
        reason: "InvalidOption",
      });
    }
    this.#named.add(hostname, contextFrom(context, "context"));
  }

  /**
   * Replaces certificates and settings, for connections from now on.
   * @param options - those of createSecureContext
   * @throws TlsError, and then nothing changes
   */
  setSecureContext(options: SecureContextOptions): void {
    checkKinds(options);
    this.#context = new SecureContext(options);
    if (this.#context.ticketKeys !== null) this.#ticketKeys = this.#context.ticketKeys;
  }

  /** What the primary process of a cluster keeps for all workers that listen on the same address. */
  _getServerData(): { readonly ticketKeys: string } {
    return { ticketKeys: this.#ticketKeys.toString("hex") };
  }

  /** What the first worker gave. */
  _setServerData({ ticketKeys }: { readonly ticketKeys: string }): void {
    this.setTicketKeys(Buffer.from(ticketKeys, "hex"));
  }

  /** Gives the key of the session tickets, 48 bytes; it is secret. */
  getTicketKeys(): UnsharedBuffer {
    return unpooled(this.#ticketKeys);
  }

  /**
   * Sets the key of the session tickets, which processes can share.
   * @param keys - 48 bytes; they are copied
   * @throws TlsError unless they are 48 bytes
   */
  setTicketKeys(keys: Buffer): void {
    this.#ticketKeys = checkedTicketKeys("keys", keys);
  }

  #accept(transport: Duplex): void {
    let socket: SecureSocket;
    try {
      socket = this.#secured(transport);
    } catch (error) {
      transport.on("error", () => undefined);
      transport.destroy();
      this.emit("tlsClientError", error, transport);
      return;
    }
    socket.setTimeout(0);
    let told = false;
    const failed = (error: Error): void => {
      told = true;
      this.emit("tlsClientError", error, socket);
    };
    const closed = (): void => {
      if (!told) failed(closedEarly());
    };
    socket.on("error", failed);
    socket.on("close", closed);
    // As in node, by who listens when the connection comes.
    if (this.listenerCount("keylog") > 0) {
      socket.on("keylog", (line: Buffer) => this.emit("keylog", line, socket));
    }
    socket.once("secure", () => {
      socket.off("error", failed);
      socket.off("close", closed);
      if (this.#options.pauseOnConnect === true) socket.pause();
      this.emit("secureConnection", socket);
    });
  }

  #secured(transport: Duplex): SecureSocket {
    const options = this.#options;
    return new SecureSocket(
      transport,
      {
        ...socketOptions(options),
        isServer: true,
        server: this,
        secureContext: this.#context,
        SNICallback: options.SNICallback || this.#byName(),
        handshakeTimeout: options.handshakeTimeout ?? HANDSHAKE_TIMEOUT,
        helperTimeout: options.helperTimeout,
        limits: options.limits,
      },
      this.#side(),
    );
  }

  #byName(): SniCallback | undefined {
    if (this.#named.size === 0) return undefined;
    return (servername, done) => {
      const context = this.#named.find(servername);
      if (context === null) done(null);
      else done(null, context);
    };
  }

  #side(): ServerSide<SecureSocket> {
    return {
      ticketKeys: this.#ticketKeys,
      sessions: (socket) => this.#sessions(socket),
      stapled:
        this.listenerCount("OCSPRequest") === 0 ? null : (...asked) => this.#stapled(...asked),
    };
  }

  /** Sessions without tickets are those of TLS 1.2, and kept by who listens, as in node. */
  #sessions(socket: SecureSocket): SealwireOptions["sessionStore"] {
    const keep = this.listenerCount("newSession") > 0;
    const find = this.listenerCount("resumeSession") > 0;
    if (!keep && !find) return null;
    const idOf = (key: string): Buffer => Buffer.from(key.replace(TLS12_SESSION, ""), "hex");
    return {
      get: (key) =>
        find
          ? new Promise((resolve, reject) => {
              const done = (error: Error | null, session?: Buffer | null): void =>
                error ? reject(error) : resolve(session ?? null);
              const emit = (): void => void this.emit("resumeSession", idOf(key), done);
              if (!this.#asked(socket, emit)) resolve(null);
            })
          : null,
      set: (key, value) =>
        keep
          ? new Promise<void>((resolve, reject) => {
              const done = (error?: Error | null): void => (error ? reject(error) : resolve());
              const emit = (): void =>
                void this.emit("newSession", idOf(key), unpooled(value), done);
              if (!this.#asked(socket, emit)) resolve();
            })
          : undefined,
      // Whoever keeps sessions forgets them by himself.
      delete: () => undefined,
    };
  }

  /** Emits amid a handshake. A listener that throws ends the connection, and is the program's affair: then false. */
  #asked(socket: SecureSocket, emit: () => void): boolean {
    try {
      emit();
      return true;
    } catch (error) {
      socket.programThrew(error);
      socket.destroy();
      return false;
    }
  }

  /**
   * Asks the listeners of OCSPRequest. An error that one gives ends the connection, as in node; without an answer it goes on
   * without a response.
   */
  async #stapled(
    context: CertContext,
    socket: SecureSocket,
    failed: (error: Error) => void,
  ): Promise<CertContext> {
    const [leaf, issuer] = context.chain;
    let given: Error | null = null;
    const asked = new Promise<Uint8Array | null>((resolve, reject) => {
      const done = (error: Error | null, response?: Buffer | null): void => {
        given = error == null ? null : errorOf(error);
        if (given !== null) reject(given);
        else if (response == null || response instanceof Uint8Array) resolve(response ?? null);
        else reject(new Error("it answered with something that is not a Buffer"));
      };
      const [own, above] = [leaf && Buffer.from(leaf), issuer && Buffer.from(issuer)];
      const emit = (): void => void this.emit("OCSPRequest", own, above, done);
      // It has nothing to wait for any more.
      if (!this.#asked(socket, emit)) resolve(null);
    });
    const patience = patienceOf(this.#options.helperTimeout ?? MAX_HELPER_TIME);
    try {
      return { ...context, ocspResponse: await patience(asked, "OCSPRequest", true) };
    } catch (error) {
      if (given === null) {
        warn({ message: `a listener of OCSPRequest failed: ${errorOf(error).message}` });
        return context;
      }
      failed(given);
      throw error;
    }
  }
}

/**
 * Creates a TLS server, as tls.createServer.
 * @param onConnection - listener for "secureConnection"
 * @throws TlsError for options that are wrong or cannot be done
 */
export function createServer(onConnection?: (socket: SecureSocket) => void): SecureServer;
/**
 * Creates a TLS server, as tls.createServer.
 * @param options - those of node:tls, and a few more
 * @param onConnection - listener for "secureConnection"
 * @throws TlsError for options that are wrong or cannot be done
 */
export function createServer(
  options: ServerOptions,
  onConnection?: ((socket: SecureSocket) => void) | null,
): SecureServer;
export function createServer(
  options?: ServerOptions | ((socket: SecureSocket) => void) | null,
  onConnection?: ((socket: SecureSocket) => void) | null,
): SecureServer {
  return new SecureServer(options, onConnection);
}

/** The options of a server that count for each socket; those of the context are in the context. */
function socketOptions(options: ServerOptions): object {
  const { rejectUnauthorized, ALPNProtocols, ALPNCallback, requireCloseNotify } = options;
  const { pskCallback, pskIdentityHint } = options;
  const { highWaterMark, readableHighWaterMark, writableHighWaterMark } = options;
  return {
    requestCert: options.requestCert === true,
    requireCloseNotify,
    pskCallback,
    pskIdentityHint,
    rejectUnauthorized,
    ALPNProtocols,
    ALPNCallback,
    highWaterMark,
    readableHighWaterMark,
    writableHighWaterMark,
  };
}

function closedEarly(): TlsError {
  return new TlsError(
    "socket hang up: the client closed the connection before the handshake was finished",
    {
      code: "ECONNRESET",
      reason: "ClosedDuringHandshake",
    },
  );
}
