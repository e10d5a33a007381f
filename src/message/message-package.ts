/**
 * The SSPI functions of a message package, as far as all of them do the same: roles, handshake steps that may wait, states in
 * which messages are refused, attributes, errors. A package derives from this class and adds credentials and contexts.
 */
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import { SECPKG_CRED_ATTR_NAMES } from "../sspi/attributes.ts";
import { hasFlag, ISC_REQ_ALLOCATE_MEMORY } from "../sspi/context-flags.ts";
import {
  SECPKG_CRED_BOTH,
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
  SECQOP_WRAP_NO_ENCRYPT,
} from "../sspi/package-constants.ts";
import { Refusal, refuse } from "../sspi/refusal.ts";
import type { SecBufferDesc } from "../sspi/sec-buffer.ts";
import type {
  AcquireAnswer,
  AcquireCall,
  AttributeAnswer,
  ErrorReport,
  EstablishAnswer,
  EstablishCall,
  SecurityPackage,
} from "../sspi/security-package.ts";
import type { SECURITY_STATUS } from "../sspi/security-status.ts";
import * as status from "../sspi/security-status.ts";
import { MAXIMUM_TIME } from "../sspi/time-stamp.ts";
import { TlsError } from "../sspi/tls-error.ts";
import { queryMessageContext } from "./attributes.ts";
import { MessageBuffers, type MessageFunction } from "./buffers.ts";
import {
  type MessageContext,
  type MessageProtection,
  type MessageRole,
  RefusalWithToken,
} from "./context.ts";
import { type EstablishInput, readEstablishInput, TokenOutput } from "./establish-buffers.ts";
import { Pending } from "./later.ts";

/** What every credential has. */
export interface MessageCredential {
  /** The roles that it is for. */
  readonly roles: readonly MessageRole[];
  /** The user, for SECPKG_CRED_ATTR_NAMES; null: it has none. */
  readonly name: string | null;
  /** Overwrites its secrets. Contexts have copies of what they need. */
  wipe(): void;
}

/** What a first call makes a context of. */
export interface NewContext<Credential> {
  readonly role: MessageRole;
  readonly credential: Credential;
  readonly targetName: string;
  readonly contextReq: number;
}

export abstract class MessagePackage<
  Credential extends MessageCredential,
  Context extends MessageContext,
> implements SecurityPackage<Credential, Context>
{
  readonly info: SecPkgInfo;
  readonly aliases: readonly string[];

  constructor(info: SecPkgInfo, aliases: readonly string[] = []) {
    this.info = Object.freeze({ ...info });
    this.aliases = aliases;
  }

  /** @throws Refusal or TlsError: the structure cannot be used */
  abstract acquire(roles: readonly MessageRole[], authData: unknown): Credential;
  /** @throws Refusal: the first call cannot be made like this */
  abstract newContext(start: NewContext<Credential>): Context;

  acquireCredentialsHandle(call: AcquireCall): AcquireAnswer<Credential> {
    try {
      const credential = this.acquire(rolesOf(call.credentialUse, this.info.Name), call.authData);
      return { status: status.SEC_E_OK, credential, expiry: MAXIMUM_TIME };
    } catch (error) {
      const report = reportOf(error);
      return { status: report.status, error: report };
    }
  }

  queryCredentialsAttributes({ name }: Credential, attribute: number): AttributeAnswer {
    if (attribute !== SECPKG_CRED_ATTR_NAMES) return { status: status.SEC_E_UNSUPPORTED_FUNCTION };
    return name === null
      ? { status: status.SEC_E_NO_CREDENTIALS }
      : { status: status.SEC_E_OK, value: { sUserName: name } };
  }

  setCredentialsAttributes(): SECURITY_STATUS {
    return status.SEC_E_UNSUPPORTED_FUNCTION;
  }

  freeCredentialsHandle(credential: Credential): SECURITY_STATUS {
    credential.wipe();
    return status.SEC_E_OK;
  }

  initializeSecurityContext(call: EstablishCall<Credential, Context>): EstablishAnswer<Context> {
    return withoutPending(this.#establish("client", call));
  }

  initializeSecurityContextAsync(
    call: EstablishCall<Credential, Context>,
  ): Promise<EstablishAnswer<Context>> {
    return this.#establishAsync("client", call);
  }

  acceptSecurityContext(call: EstablishCall<Credential, Context>): EstablishAnswer<Context> {
    return withoutPending(this.#establish("server", call));
  }

  acceptSecurityContextAsync(
    call: EstablishCall<Credential, Context>,
  ): Promise<EstablishAnswer<Context>> {
    return this.#establishAsync("server", call);
  }

  applyControlToken(_context: Context, _input: SecBufferDesc | null): SECURITY_STATUS {
    return status.SEC_E_UNSUPPORTED_FUNCTION;
  }

  deleteSecurityContext(context: Context): SECURITY_STATUS {
    context.refused({ status: status.SEC_E_CONTEXT_EXPIRED, ...DELETED }, true);
    return status.SEC_E_OK;
  }

  encryptMessage(
    context: Context,
    fQOP: number,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS {
    return this.#protected(context, "encryptMessage", message, (protection, buffers) => {
      protection.seal(buffers, checkQop(fQOP, "encryptMessage"), messageSeqNo);
    });
  }

  decryptMessage(
    context: Context,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS {
    return this.#protected(context, "decryptMessage", message, (protection, buffers) => {
      context.lastQop = protection.open(buffers, messageSeqNo);
    });
  }

  makeSignature(
    context: Context,
    fQOP: number,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS {
    return this.#protected(context, "makeSignature", message, (protection, buffers) => {
      protection.sign(buffers, checkQop(fQOP, "makeSignature"), messageSeqNo);
    });
  }

  verifySignature(
    context: Context,
    message: SecBufferDesc | null,
    messageSeqNo: number,
  ): SECURITY_STATUS {
    return this.#protected(context, "verifySignature", message, (protection, buffers) => {
      context.lastQop = protection.verify(buffers, messageSeqNo);
    });
  }

  queryContextAttributes(context: Context, attribute: number): AttributeAnswer {
    return queryMessageContext(context, attribute, this.info.cbMaxToken);
  }

  setContextAttributes(_context: Context, _attribute: number, _value: unknown): SECURITY_STATUS {
    return status.SEC_E_UNSUPPORTED_FUNCTION;
  }

  lastQop(context: Context): number {
    return context.lastQop;
  }

  lastError(context: Context): ErrorReport | null {
    return context.error;
  }

  /** A message package does not see where a stream ends. */
  endOfInput(_context: Context): SECURITY_STATUS {
    return status.SEC_E_OK;
  }

  requestKeyUpdate(_context: Context, _requestPeer: boolean): SECURITY_STATUS {
    return status.SEC_E_UNSUPPORTED_FUNCTION;
  }

  /** One message function on a context in a state that allows it. */
  #protected(
    context: Context,
    call: MessageFunction,
    message: SecBufferDesc | null,
    run: (protection: MessageProtection, buffers: MessageBuffers) => void,
  ): SECURITY_STATUS {
    try {
      run(protectionOf(context, call), new MessageBuffers(call, message));
      return status.SEC_E_OK;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      context.refused(error.report, false);
      return error.status;
    }
  }

  async #establishAsync(
    role: MessageRole,
    call: EstablishCall<Credential, Context>,
  ): Promise<EstablishAnswer<Context>> {
    let answer = this.#establish(role, call);
    while (answer.pending !== undefined && answer.context !== undefined) {
      const { context } = answer;
      await answer.pending;
      answer = this.#establish(role, { ...call, context }, call.context === null);
    }
    return withoutPending(answer);
  }

  /** @param first the call, or the one that it repeats, has made the context */
  #establish(
    role: MessageRole,
    call: EstablishCall<Credential, Context>,
    first: boolean = call.context === null,
  ): PendingAnswer<Context> {
    let context = call.context;
    let began = false;
    try {
      const allocate = hasFlag(call.contextReq, ISC_REQ_ALLOCATE_MEMORY);
      const output = new TokenOutput(call.output, allocate);
      const input = readEstablishInput(call.input);
      context ??= this.#contextFor(role, call);
      checkContext(context, role, call.credential);
      began = true;
      const step = this.#advance(context, input, output);
      if (allocate) context.contextAttr |= ISC_REQ_ALLOCATE_MEMORY;
      const { contextAttr, expiry } = context;
      return { status: step, context, contextAttr, expiry };
    } catch (error) {
      if (error instanceof Pending && context !== null) {
        const { contextAttr } = context;
        const code = status.SEC_I_ASYNC_CALL_PENDING;
        return { status: code, context, contextAttr, pending: error.promise };
      }
      if (!(error instanceof Refusal)) throw error;
      return refusedAnswer(error, { context, first, final: began });
    }
  }

  #contextFor(role: MessageRole, call: EstablishCall<Credential, Context>): Context {
    const { credential, contextReq } = call;
    if (credential === null) {
      return refuse(
        status.SEC_E_INVALID_HANDLE,
        "NoCredential",
        "the first call needs a credential",
      );
    }
    const targetName = call.targetName ?? "";
    checkRole(credential, role);
    return this.newContext({ role, credential, targetName, contextReq });
  }

  #advance(context: Context, input: EstablishInput, output: TokenOutput): SECURITY_STATUS {
    try {
      return context.advance(input, ({ token }) => output.write(token)).status;
    } catch (error) {
      if (error instanceof RefusalWithToken) writeIfItFits(output, error.token);
      throw error;
    }
  }
}

interface PendingAnswer<Context> extends EstablishAnswer<Context> {
  readonly pending?: Promise<void>;
}

const DELETED = { reason: "Deleted", message: "the context was deleted" };

function withoutPending<Context>({
  pending: _none,
  ...answer
}: PendingAnswer<Context>): EstablishAnswer<Context> {
  return answer;
}

/** The token of a refusal helps the peer only; the refusal itself counts. */
function writeIfItFits(output: TokenOutput, token: Uint8Array): void {
  try {
    output.write(token);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

interface RefusedCall<Context> {
  readonly context: Context | null;
  readonly first: boolean;
  /** False: the arguments were refused, and the context is as it was. */
  readonly final: boolean;
}

function refusedAnswer<Context extends MessageContext>(
  refusal: Refusal,
  { context, first, final }: RefusedCall<Context>,
): EstablishAnswer<Context> {
  const { report } = refusal;
  const outOfOrder = report.reason === "WrongState" || context?.waitsForRoom === true;
  context?.refused(report, final && !outOfOrder);
  if (first) context?.dispose();
  return {
    status: report.status,
    contextAttr: context?.contextAttr ?? 0,
    error: report,
    ...(context === null || first ? {} : { context }),
  };
}

function checkRole(credential: MessageCredential, role: MessageRole): void {
  if (credential.roles.includes(role)) return;
  refuse(status.SEC_E_INVALID_HANDLE, "WrongDirection", `the credential is not for a ${role}`);
}

function checkContext(
  context: MessageContext,
  role: MessageRole,
  credential: MessageCredential | null,
): void {
  if (credential !== null) checkRole(credential, role);
  if (context.role !== role) {
    refuse(status.SEC_E_INVALID_HANDLE, "WrongDirection", `the context is not for a ${role}`);
  }
  const { failedStatus, error } = context;
  if (failedStatus !== null) {
    throw new Refusal(failedStatus, error?.reason ?? "Failed", error?.message ?? "it has failed");
  }
  if (context.established) {
    refuse(status.SEC_E_OUT_OF_SEQUENCE, "WrongState", "the context is established already");
  }
}

function protectionOf(context: MessageContext, call: MessageFunction): MessageProtection {
  const { failedStatus, established, protection } = context;
  if (failedStatus !== null || context.expired) {
    const why = failedStatus === null ? "has expired" : "has failed before";
    refuse(status.SEC_E_CONTEXT_EXPIRED, "ContextExpired", `${call}: the context ${why}`);
  }
  if (!established || protection === null) {
    refuse(
      status.SEC_E_OUT_OF_SEQUENCE,
      "WrongState",
      `${call}: the handshake is not finished: call the handshake function until it answers SEC_E_OK`,
    );
  }
  return protection;
}

function checkQop(fQOP: number, call: MessageFunction): number {
  const quality = fQOP >>> 0;
  if (quality === 0 || quality === SECQOP_WRAP_NO_ENCRYPT) return quality;
  return refuse(
    status.SEC_E_QOP_NOT_SUPPORTED,
    "WrongQuality",
    `${call}: fQOP is 0x${quality.toString(16)}; it may be 0 or SECQOP_WRAP_NO_ENCRYPT`,
  );
}

function rolesOf(credentialUse: number, name: string): readonly MessageRole[] {
  switch (credentialUse) {
    case SECPKG_CRED_INBOUND:
      return ["server"];
    case SECPKG_CRED_OUTBOUND:
      return ["client"];
    case SECPKG_CRED_BOTH:
      return ["client", "server"];
    default:
      return refuse(
        status.SEC_E_NO_CREDENTIALS,
        "NoDefaultCredential",
        `${name} has no credential of the logon session: give SECPKG_CRED_OUTBOUND, _INBOUND or _BOTH with authData`,
      );
  }
}

function reportOf(error: unknown): ErrorReport {
  if (error instanceof Refusal) return error.report;
  if (error instanceof TlsError && error.status !== undefined) {
    return { status: error.status, reason: error.reason ?? error.code, message: error.message };
  }
  throw error;
}
