/**
 * What a SecureSocket passes on to a transport that is a net.Socket, and the inactivity timer of its own.
 */
import type { AddressInfo, Socket, SocketReadyState } from "node:net";
import { TlsError } from "../../sspi/tls-error.ts";
import { checkDuration } from "./argument-types.ts";
import { OnreadStream } from "./onread-stream.ts";

/** What newer versions of node have. */
interface TypeOfService {
  getTypeOfService(): number;
  setTypeOfService(typeOfService: number): unknown;
}

export abstract class Delegate extends OnreadStream {
  /** Milliseconds of `setTimeout`; 0: none; undefined: it was never called. */
  timeout: number | undefined = undefined;
  #timer: NodeJS.Timeout | null = null;

  /** The transport as what it may be: each member is looked for. */
  get #socket(): Partial<Socket> {
    return this.transport as Partial<Socket>;
  }

  /**
   * Connects the transport, which must be a net.Socket that is not connected; the handshake follows. Of `new SecureSocket()`, as in
   * node.
   * @param given as net.Socket's: options, or a port and a host, or a path; then a listener of "connect"
   * @throws TlsError for a transport that cannot connect
   */
  connect(...given: readonly unknown[]): this {
    const { connect } = this.#socket as { connect?: (...given: readonly unknown[]) => unknown };
    if (typeof connect !== "function") {
      throw new TlsError("connect() is not there: the transport is not a net.Socket", {
        code: "ERR_METHOD_NOT_IMPLEMENTED",
        reason: "Unsupported",
      });
    }
    const listener = given.find((one) => typeof one === "function") as (() => void) | undefined;
    if (listener !== undefined) this.once("connect", listener);
    // Options, or a port and a host, or a path.
    const [first, second] = given.filter((one) => one !== listener);
    connect.call(this.transport, first, second);
    return this;
  }

  /** Of the transport, if it is a socket: the peer's address. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /** Of the transport, if it is a socket: the peer's port. */
  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  /** Of the transport, if it is a socket: "IPv4" or "IPv6". */
  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily;
  }

  /** Of the transport, if it is a socket: our address. */
  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  /** Of the transport, if it is a socket: our port. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Of the transport, if it is a socket: "IPv4" or "IPv6". */
  get localFamily(): string | undefined {
    return this.#socket.localFamily;
  }

  /** Of the transport, records included, as in node. */
  get bytesRead(): number {
    return this.#socket.bytesRead ?? 0;
  }

  /** Of the transport, records included, as in node. */
  get bytesWritten(): number {
    return this.#socket.bytesWritten ?? 0;
  }

  /** node's old name of `writableLength`; undefined when destroyed, as in node, whose declarations do not say so. */
  get bufferSize(): number {
    return (this.destroyed ? undefined : this.writableLength) as number;
  }

  /** The transport is not connected yet. */
  get connecting(): boolean {
    return this.#socket.connecting ?? false;
  }

  /** The transport has not begun to connect, or is connecting. */
  get pending(): boolean {
    return this.#socket.pending ?? false;
  }

  /** Of the transport, as of a net.Socket. */
  get readyState(): SocketReadyState {
    if (this.connecting) return "opening";
    if (this.readable && this.writable) return "open";
    if (this.readable) return "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  /**
   * "address:port" that were tried, where `autoSelectFamily` tried several; else undefined, also in node, whose declarations
   * do not say so.
   */
  get autoSelectFamilyAttemptedAddresses(): string[] {
    return this.#socket.autoSelectFamilyAttemptedAddresses as string[];
  }

  /** Of the transport: our address, port and family; an empty object if it has none. */
  address(): AddressInfo | object {
    return this.#socket.address?.() ?? {};
  }

  /**
   * Sets TCP_NODELAY of the transport, if it is a socket.
   * @param noDelay - default: true
   * @returns this
   */
  setNoDelay(noDelay?: boolean): this {
    this.#socket.setNoDelay?.(noDelay);
    return this;
  }

  /**
   * Sets SO_KEEPALIVE of the transport, if it is a socket.
   * @param enable - default: false; or an object of options, where node takes one (24.19 and later)
   * @param initialDelay - milliseconds before the first probe; default: 0
   * @param interval - milliseconds between probes, where node takes it
   * @param count - of probes without answer that end the connection, where node takes it
   * @returns this
   */
  setKeepAlive(
    enable?: boolean | object,
    initialDelay?: number,
    interval?: number,
    count?: number,
  ): this {
    const { setKeepAlive } = this.#socket as { setKeepAlive?: (...settings: unknown[]) => unknown };
    setKeepAlive?.call(this.transport, enable, initialDelay, interval, count);
    return this;
  }

  /** The transport's, where node has it. */
  getTypeOfService(): number {
    return (this.#socket as Partial<TypeOfService>).getTypeOfService?.() ?? 0;
  }

  /**
   * Sets the type of service of the transport, where node has it.
   * @param typeOfService - 0 to 255
   * @returns this
   */
  setTypeOfService(typeOfService: number): this {
    (this.#socket as Partial<TypeOfService>).setTypeOfService?.(typeOfService);
    return this;
  }

  /** The transport keeps the process alive. */
  ref(): this {
    this.#socket.ref?.();
    return this;
  }

  /** The transport does not keep the process alive. */
  unref(): this {
    this.#socket.unref?.();
    return this;
  }

  /**
   * Emits "timeout" after a time without traffic.
   * @param milliseconds - 0: never
   * @param callback - listener for "timeout", once
   * @returns this
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    this.timeout = checkDuration(milliseconds);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (milliseconds > 0 && !this.destroyed) {
      this.#timer = setTimeout(() => this.emit("timeout"), milliseconds).unref();
      if (callback !== undefined) this.once("timeout", callback);
    } else if (callback !== undefined) this.off("timeout", callback);
    return this;
  }

  /** Ends, and destroys when everything is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  /** Drops the connection by RST where the transport can. */
  resetAndDestroy(): this {
    this.#socket.resetAndDestroy?.();
    return this.destroy();
  }

  /** Ends with close_notify and waits until the connection is closed. */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.closed) return;
    const closed = new Promise<void>((resolve) => this.once("close", () => resolve()));
    if (this.secureConnecting) this.destroy();
    else this.destroySoon();
    await closed;
  }

  /** The handshake is under way. */
  abstract get secureConnecting(): boolean;

  protected override onActivity(): void {
    this.#timer?.refresh();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    super._destroy(error, done);
  }
}
