/**
 * SecureSocket: a TlsStream with the options and the handshake of node:tls's TLSSocket. What it tells about the session
 * is in `session-facts.ts`, what it passes on to the transport in `delegate.ts`.
 */
import { type Server, Socket } from "node:net";
import { addAbortSignal, type Duplex } from "node:stream";
import * as sspi from "../../api/node.ts";
import { MAX_HELPER_TIME } from "../../session/helper-time.ts";
import { TlsSession } from "../../session/tls-session.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { AlpnChoice, type ClientHello } from "./alpn-choice.ts";
import { checkDuplex, checkText } from "./argument-types.ts";
import { ClientSessions, sessionOf } from "./client-session.ts";
import { acquireFor } from "./credential.ts";
import { HandshakeDeadline } from "./handshake-deadline.ts";
import { keyLogOf } from "./key-log.ts";
import type { Maker, ServerSide } from "./maker.ts";
import { allocate, asBuffer } from "./memory.ts";
import { refusesStrangers } from "./node-defaults.ts";
import { invalidOption, wrongType } from "./node-error.ts";
import { checkSocketOptions, protocolsOf, type SecureSocketOptions } from "./options.ts";
import { checkPeer, clientVerdict } from "./peer-check.ts";
import { asciiPeerName, isAddress } from "./peer-name.ts";
import {
  type ClientPskCallback,
  clientKeys,
  type ServerPskCallback,
  serverKeys,
} from "./pre-shared-keys.ts";
import {
  contextFrom,
  contextOf,
  type GivenContext,
  type SecureContext,
  type SecureContextOptions,
} from "./secure-context.ts";
import { SharedSchemes } from "./shared-schemes.ts";
import { shownError } from "./shown-error.ts";
import { fitting, selectorFor } from "./sni.ts";
import { SessionFacts } from "./socket-facts.ts";
import { throwOutside } from "./user-callback.ts";

/**
 * A TLS connection as a Duplex over any Duplex, as tls.TLSSocket: plaintext in and out. It emits "secureConnect" when
 * the handshake is finished and the peer was accepted.
 */
export class SecureSocket extends SessionFacts {
  readonly #options: SecureSocketOptions;
  readonly #context: SecureContext;
  readonly #serverSide: ServerSide<SecureSocket> | null;
  readonly #target: object | null;
  #given: Buffer | null;
  #started = false;
  /** Of setKeyCert: shown in place of the context's. */
  #keyCert: readonly sspi.CertContext[] | null = null;
  /** The server that it belongs to, if any. */
  readonly server: Server | null;
  /** The name to check; what SNI says unless it is none. */
  #host: string;
  #sni: string | null;
  /** Server: what SNICallback answered, whose anchors and lists then count for clients. */
  #ofName: SecureContext | null = null;
  /** A refusal with an error of its own, for when the handshake fails of it. */
  #refusal: Error | null = null;
  /** A function of the program threw, which was told elsewhere. */
  #threw = false;
  #deadline: HandshakeDeadline | null = null;
  protected override readonly schemes: SharedSchemes;
  /** Server with an ALPNCallback. */
  #protocol: AlpnChoice | null = null;

  /**
   * Begins TLS over a transport. The handshake begins in the next turn, or when the transport has connected.
   * @param given - any Duplex, which belongs to the socket from then on, and whose own `allowHalfOpen` counts; none: a net.Socket,
   *   for `connect`
   * @param options - those of tls.TLSSocket, and a few more; default: a client's
   * @param maker - a server of ours, or `connect`; programs leave it out
   * @throws TlsError for options that are wrong or cannot be done, and for a transport with bytes in it
   */
  constructor(
    given?: Duplex | null,
    options: SecureSocketOptions = {},
    maker: Maker<SecureSocket> = null,
  ) {
    if (given != null) checkDuplex(given);
    checkSocketOptions(options);
    protocolsOf(options.ALPNProtocols);
    if (options.session) checkText("options.session", options.session);
    const context = contextOf(options.secureContext, options);
    const transport = given ?? new Socket({ allowHalfOpen: Boolean(options.allowHalfOpen) });
    const own = maker !== null || given == null;
    // Nothing after this throws: what listens to the transport must have somebody who listens to it.
    super(transport, own ? options : { ...options, allowHalfOpen: undefined });
    this.isServer = Boolean(options.isServer);
    this.#options = options;
    this.server = options.server as Server | null;
    this.#context = context;
    this.schemes = new SharedSchemes(context, this.isServer);
    this.#serverSide = maker !== null && "ticketKeys" in maker ? maker : null;
    this.#target = maker !== null && "target" in maker ? maker.target : null;
    // As in node, only the sockets of `connect` end a process that does not listen to their errors.
    if (this.#target === null) this.on("error", noMatter);
    this.#given = sessionOf(options.session);
    const { servername } = options;
    this.#host = asciiPeerName(servername || options.host || "localhost");
    this.#sni = servername === "" || isAddress(this.#host) ? null : this.#host;
    if (options.signal != null) addAbortSignal(options.signal, this);
    const time = options.handshakeTimeout ?? 0;
    if (time > 0) this.#deadline = new HandshakeDeadline(time, this);
    // A socket may be given before it is connected.
    const connecting = (transport as { pending?: boolean }).pending === true;
    if (connecting) {
      const connected = (): void => {
        this.emit("connect");
        this.#start();
      };
      transport.once("connect", connected);
      this.once("close", () => transport.off("connect", connected));
    } else process.nextTick(() => this.#start());
  }

  /**
   * Client, before the handshake: sets SNI and the name to check.
   * @param name - a DNS name
   */
  setServername(name: string): void {
    if (typeof name !== "string") wrongType("name", "of type string", name);
    if (this.isServer) {
      throw new TlsError("Cannot issue SNI from a TLS server-side socket", {
        code: "ERR_TLS_SNI_FROM_SERVER",
        reason: "WrongDirection",
      });
    }
    this.#beforeStart("setServername");
    this.#host = asciiPeerName(name);
    this.#sni = name === "" || isAddress(name) ? null : this.#host;
  }

  /**
   * Client, before the handshake: sets the session to resume.
   * @param session - from `getSession()` or the event "session"
   */
  setSession(session: Buffer | string): void {
    checkText("session", session);
    this.#beforeStart("setSession");
    this.#given = sessionOf(session);
  }

  /**
   * Sets the certificate to show, whatever the context or SNICallback say: before the handshake begins, or inside
   * ALPNCallback, where `this` is the socket.
   * @param context - with `cert` and `key`
   */
  setKeyCert(context: SecureContextOptions | GivenContext): void {
    if (this.tls !== null && this.#protocol?.choosing !== true) this.#tooLate("setKeyCert");
    const given = contextFrom(context, "context");
    if (given.certificates instanceof Promise || given.certificates.length === 0) {
      invalidOption("setKeyCert needs `cert` and `key`, or a context of ours made of them");
    }
    this.#keyCert = given.certificates;
  }

  #beforeStart(method: string): void {
    if (this.#started) this.#tooLate(method);
  }

  #tooLate(method: string): never {
    throw new TlsError(`${method} comes too late: the handshake has begun`, {
      code: "ERR_INVALID_STATE",
      reason: "WrongState",
    });
  }

  #start(): void {
    if (this.destroyed || this.#started) return;
    this.#started = true;
    const certificates = this.#keyCert ?? this.#context.certificates;
    if (certificates instanceof Promise) {
      certificates.then(
        (ready) => this.#prepare(ready),
        (error: Error) => this.destroy(error),
      );
    } else this.#prepare(certificates);
  }

  #prepare(certificates: readonly sspi.CertContext[]): void {
    if (this.destroyed) return;
    try {
      this.begin(this.#tls(certificates));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #tls(ready: readonly sspi.CertContext[]): TlsSession {
    const options = this.#options;
    const certificates = this.#keyCert ?? ready;
    const server = this.isServer;
    const requested = server && options.requestCert === true;
    const credential = acquireFor({
      role: server ? "server" : "client",
      context: this.#context,
      certificates,
      roots: server && !requested ? null : this.#context.roots,
      ticketKeys: this.#serverSide?.ticketKeys ?? null,
      helperTimeout: options.helperTimeout ?? MAX_HELPER_TIME,
      ...{ asksClient: requested, limits: options.limits },
      sealwire: server ? this.#serverOptions(requested, certificates) : this.#clientOptions(),
    });
    return new TlsSession(
      {
        functions: sspi,
        role: server ? "server" : "client",
        credential,
        ownsCredential: true,
        targetName: server ? null : this.#host,
        contextReq: requested ? sspi.ASC_REQ_MUTUAL_AUTH : 0,
        applicationProtocols: protocolsOf(options.ALPNProtocols),
        requireCloseNotify: Boolean(options.requireCloseNotify),
        allocate,
        view: asBuffer,
      },
      this.sink,
    );
  }

  protected override get anchors(): sspi.TrustStore | null {
    if (this.isServer && this.#options.requestCert !== true) return null;
    return (this.#ofName ?? this.#context).roots;
  }

  get #reject(): boolean {
    return refusesStrangers(this.#options.rejectUnauthorized, this.isServer);
  }

  #clientOptions(): sspi.SealwireOptions {
    const { pskCallback: psk } = this.#options;
    const keeps = this.#context.operations.tickets;
    const sessions = new ClientSessions({
      host: this.#host,
      given: this.#given,
      saved: (session) => this.gotSession(session),
    });
    return {
      ...this.#commonOptions(),
      serverName: this.#sni,
      sessionStore: keeps ? sessions : null,
      ...(!psk
        ? {}
        : clientKeys(psk as ClientPskCallback, this.#context, (error) => this.#refuse(error))),
    };
  }

  #serverOptions(
    requested: boolean,
    certificates: readonly sspi.CertContext[],
  ): sspi.SealwireOptions {
    const { ALPNCallback: choose, pskCallback: psk } = this.#options;
    const failed = (error: Error): void => this.#refuse(error);
    const protocol = !choose ? null : new AlpnChoice(choose, this, failed);
    this.#protocol = protocol;
    return {
      ...this.#commonOptions(),
      requireClientCertificate: requested && this.#reject,
      sessionStore: this.#serverSide?.sessions(this) ?? null,
      selectCredential: this.#selector(certificates),
      selectProtocol: protocol === null ? null : (hello) => protocol.of(hello),
      ...(!psk
        ? {}
        : serverKeys(
            psk as ServerPskCallback<Duplex>,
            this,
            this.#options.pskIdentityHint ?? null,
            this.#context,
            failed,
          )),
    };
  }

  /** The certificate for a client; null: the first of the credential's that fits. */
  #selector(certificates: readonly sspi.CertContext[]): sspi.SealwireOptions["selectCredential"] {
    const { SNICallback: callback } = this.#options;
    const protocol = this.#protocol;
    const stapled = this.#serverSide?.stapled ?? null;
    const named = !callback ? null : selectorFor(callback, (answer) => this.#named(answer));
    const select = (hello: ClientHello): ReturnType<NonNullable<typeof named>> => {
      this.schemes.heard(hello);
      // First, because it may call setKeyCert.
      protocol?.of(hello);
      if (this.#keyCert !== null) return fitting(this.#keyCert, hello);
      return named?.(hello) ?? null;
    };
    if (stapled !== null) {
      return async (hello) => {
        const chosen = (await select(hello)) ?? certificates[0];
        return chosen === undefined ? null : stapled(chosen, this, (error) => this.#refuse(error));
      };
    }
    const asks =
      this.schemes.asks || protocol !== null || (named !== null && this.#keyCert === null);
    return asks || certificates.length === 0 ? select : null;
  }

  #commonOptions(): sspi.SealwireOptions {
    return {
      keyLog: keyLogOf(this),
      verifyPeer: (chain, facts) =>
        this.#ofName === null
          ? this.#decide(chain, facts, facts.resumption)
          : this.#decideClient(chain, facts.resumption),
    };
  }

  /**
   * Reports to the program that a function of its own threw, and ends the connection.
   * @param error - what it threw
   */
  programThrew(error: unknown): void {
    this.#threw = true;
    throwOutside(error);
  }

  /** @param resumption a refusal leads to a full handshake, so it is not the end of this one */
  #decide(
    chain: readonly Uint8Array[],
    facts: Parameters<typeof checkPeer>[1],
    resumption: boolean,
  ): ReturnType<typeof checkPeer>["decision"] {
    const context = this.#ofName ?? this.#context;
    const { error, faults, decision } = checkPeer(chain, facts, {
      securityLevel: context.securityLevel,
      partialAnchors: context.partialAnchors,
      reject: this.#reject,
      hostname: this.#host,
      anchors: this.anchors,
      checkServerIdentity: this.#options.checkServerIdentity || null,
      threw: (thrown) => this.programThrew(thrown),
    });
    this.judged(error, faults);
    if (decision.ok === false && error !== null && !resumption) {
      this.#refusal = error;
      // node does not check the server of such a client: that it fails must not go unseen.
      if (!this.isServer && this.#target === null) this.off("error", noMatter);
    }
    return decision;
  }

  #decideClient(
    chain: readonly Uint8Array[],
    resumption: boolean,
  ): ReturnType<typeof checkPeer>["decision"] {
    const verdict = clientVerdict(chain, this.#ofName ?? this.#context);
    return this.#decide(chain, { purpose: "client", verdict }, resumption);
  }

  #refuse(error: Error): void {
    this.#refusal = error;
  }

  #named(answer: Error | SecureContext | null): void {
    if (answer instanceof Error) this.#refuse(answer);
    else this.#ofName = answer;
  }

  protected override onSecure(): void {
    this.#deadline?.clear();
    const connection = this.tls?.connection ?? null;
    this.settled(connection, this.#given);
    if (this.isServer && this.#options.requestCert === true) this.settleClient();
    this.servername = (this.isServer ? connection?.serverName : this.#sni) ?? false;
    if (this.#options.requestOCSP && !this.isServer) {
      const response = connection?.peerOcspResponse ?? null;
      this.emit("OCSPResponse", response === null ? null : Buffer.from(response));
    }
    if (!this.isServer) this.tellSecure();
    this.emit("secure");
  }

  protected override errorFor(error: TlsError): Error | undefined {
    const shown = this.#shown(error);
    // As node's internal event, which programs listen to.
    if (shown !== undefined && !this._secureEstablished) this.emit("_tlsError", shown);
    return shown;
  }

  #shown(error: TlsError): Error | undefined {
    if (this.#threw) return undefined;
    return shownError(this.schemes.explained(error), this.#refusal, this.#target);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#deadline?.clear();
    super._destroy(error, done);
  }
}

/** Who wants to know listens. */
const noMatter = (): void => undefined;
