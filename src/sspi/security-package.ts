/**
 * Contract of a security package: one method per SSPI function. The SSPI functions find the package by name or by
 * handle, check handles, and catch every exception; everything else is the package's. Credentials and contexts are the
 * package's own objects; the SSPI functions keep them inside their handles.
 */
import type { SecPkgInfo, TimeStamp } from "./attribute-values.ts";
import type { TLS1_ALERT, TLS1_ALERT_LEVEL } from "./kinds.ts";
import type { SecBufferDesc } from "./sec-buffer.ts";
import type { SECURITY_STATUS } from "./security-status.ts";

/** An alert as it went over the wire, with the RFC's name. */
export interface AlertReport {
  /** 1: warning, 2: fatal. */
  readonly level: TLS1_ALERT_LEVEL;
  /** IANA number of the alert. */
  readonly description: TLS1_ALERT;
  /** Its name in the RFC, e.g. "handshake_failure". */
  readonly name: string;
}

/** Why a call failed, finer than its status. */
export interface ErrorReport {
  /** The status that the call answered. */
  readonly status: SECURITY_STATUS;
  /** A stable word, one per refusal. */
  readonly reason: string;
  /** What, where, which value, what to do about it. */
  readonly message: string;
  /** Of a refused certificate chain: everything that the built-in verifier found wrong with it, the gravest first. */
  readonly faults?: readonly { readonly reason: string; readonly message: string }[];
  /** The alert that was made for the peer, if there was one. */
  readonly alertSent?: AlertReport;
  /** The alert that the peer sent, if there was one. */
  readonly alertReceived?: AlertReport;
}

export interface AcquireCall {
  /** SECPKG_CRED_*. */
  readonly credentialUse: number;
  readonly authData: unknown;
}

export interface AcquireAnswer<Credential> {
  readonly status: SECURITY_STATUS;
  readonly credential?: Credential;
  readonly expiry?: TimeStamp;
  readonly error?: ErrorReport;
}

/** Arguments of initialize- and acceptSecurityContext with "not given" as null. */
export interface EstablishCall<Credential, Context> {
  readonly credential: Credential | null;
  /** Null on the first call. */
  readonly context: Context | null;
  readonly targetName: string | null;
  readonly contextReq: number;
  readonly input: SecBufferDesc | null;
  readonly output: SecBufferDesc | null;
}

export interface EstablishAnswer<Context> {
  readonly status: SECURITY_STATUS;
  /** Absent if a first call did not make a context. */
  readonly context?: Context;
  readonly contextAttr: number;
  readonly expiry?: TimeStamp;
  readonly error?: ErrorReport;
}

export interface AttributeAnswer {
  readonly status: SECURITY_STATUS;
  readonly value?: unknown;
}

export interface SecurityPackage<Credential extends object, Context extends object> {
  readonly info: SecPkgInfo;
  /** Other names that the package answers to; compared without regard to case, like `info.Name`. */
  readonly aliases: readonly string[];

  acquireCredentialsHandle(call: AcquireCall): AcquireAnswer<Credential>;
  queryCredentialsAttributes(credential: Credential, attribute: number): AttributeAnswer;
  setCredentialsAttributes(
    credential: Credential,
    attribute: number,
    value: unknown,
  ): SECURITY_STATUS;
  /** The handle is dead; contexts made with the credential go on. */
  freeCredentialsHandle(credential: Credential): SECURITY_STATUS;

  initializeSecurityContext(call: EstablishCall<Credential, Context>): EstablishAnswer<Context>;
  initializeSecurityContextAsync(
    call: EstablishCall<Credential, Context>,
  ): Promise<EstablishAnswer<Context>>;
  applyControlToken(context: Context, input: SecBufferDesc | null): SECURITY_STATUS;
  deleteSecurityContext(context: Context): SECURITY_STATUS;

  encryptMessage(
    context: Context,
    fQOP: number,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS;
  decryptMessage(
    context: Context,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS;
  makeSignature(
    context: Context,
    fQOP: number,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS;
  verifySignature(
    context: Context,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS;

  queryContextAttributes(context: Context, attribute: number): AttributeAnswer;
  setContextAttributes(context: Context, attribute: number, value: unknown): SECURITY_STATUS;

  /** Completes a token that the last handshake call wrote; absent: the package has no such tokens. */
  completeAuthToken?(context: Context, token: SecBufferDesc | null): SECURITY_STATUS;

  /** Beyond Windows: the quality of protection of the last decrypted message; absent: always 0. */
  lastQop?(context: Context): number;
  /** Beyond Windows. */
  lastError(context: Context): ErrorReport | null;
  /** Beyond Windows: the transport has ended. */
  endOfInput(context: Context): SECURITY_STATUS;
  /** Beyond Windows: arms an update of our keys, as a control token does. */
  requestKeyUpdate(context: Context, requestPeer: boolean): SECURITY_STATUS;

  /** A package may accept by itself. If it does not, its `Acceptor` is apart, or it is for clients. */
  acceptSecurityContext?(call: EstablishCall<Credential, Context>): EstablishAnswer<Context>;
  acceptSecurityContextAsync?(
    call: EstablishCall<Credential, Context>,
  ): Promise<EstablishAnswer<Context>>;
}

/** The half of a package that accepts: apart from it, so that the bundle of a client is without it. */
export interface Acceptor<Credential extends object, Context extends object> {
  /** `info.Name` of its package. */
  readonly packageName: string;
  acceptSecurityContext(call: EstablishCall<Credential, Context>): EstablishAnswer<Context>;
  acceptSecurityContextAsync(
    call: EstablishCall<Credential, Context>,
  ): Promise<EstablishAnswer<Context>>;
}

/** A package whose credentials and contexts are opaque outside. */
export type AnySecurityPackage = SecurityPackage<object, object>;
export type AnyAcceptor = Acceptor<object, object>;

/** Where the package of an `AddedPackage` is: the SSPI functions alone read it. */
export const PACKAGE: unique symbol = Symbol.for("sealwire.package") as never;

/** A security package as a value, for `addSecurityPackage`. */
export interface AddedPackage {
  /** Its name for acquireCredentialsHandle. */
  readonly name: string;
  /** The package itself, for the SSPI functions. */
  readonly [PACKAGE]: AnySecurityPackage;
}

/** @param its the package, which accepts by itself if it can */
export function addedPackage<Credential extends object, Context extends object>(
  its: SecurityPackage<Credential, Context>,
): AddedPackage {
  // The SSPI functions give a package only credentials and contexts of its own.
  return { name: its.info.Name, [PACKAGE]: its as unknown as AnySecurityPackage };
}
