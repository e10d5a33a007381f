/**
 * The handshake functions over any set of security packages: the package is found by the handles. Those that accept are
 * created separately, so that the bundle of a client leaves them out with all that only a server needs.
 */

import { faultOf, refused } from "./faults.ts";
import type {
  AcceptArguments,
  AcceptResult,
  EstablishResult,
  HandshakeArguments,
  InitializeArguments,
  InitializeResult,
} from "./function-types.ts";
import { type Binding, ContextHandle, contextBinding, credentialBinding } from "./handles.ts";
import {
  anything,
  type Hints,
  type ReadSettings,
  readOptions,
  text,
  whole,
} from "./option-shape.ts";
import type {
  AnyAcceptor,
  AnySecurityPackage,
  EstablishAnswer,
  EstablishCall,
} from "./security-package.ts";
import { SEC_E_INVALID_HANDLE, SEC_E_UNSUPPORTED_FUNCTION } from "./security-status.ts";

/** A handshake call with its handles resolved. */
interface Resolved {
  readonly package: AnySecurityPackage;
  readonly call: EstablishCall<object, object>;
  /** The caller's handle on a later call, else null. */
  readonly handle: ContextHandle | null;
  readonly binding: Binding | null;
}

type Form = ReadSettings<HandshakeArguments>;

const ARGUMENTS: Form["shape"] = {
  credential: anything,
  context: anything,
  contextReq: whole,
  input: anything,
  output: anything,
  // An acceptor has no use for it; one loop for both roles may give it all the same.
  targetName: text,
};
/** The SDK's names of the parameters. */
const HINTS: Hints = {
  phCredential: "the member is credential",
  phContext: "the member is context",
  pszTargetName: "the member is targetName",
  fContextReq: "the member is contextReq",
  pInput: "the member is input",
  pOutput: "the member is output",
};
const INITIALIZE: Form = {
  shape: ARGUMENTS,
  hints: HINTS,
  path: "initializeSecurityContext()",
  nullIsAbsent: true,
};
const ACCEPT: Form = {
  shape: ARGUMENTS,
  hints: HINTS,
  path: "acceptSecurityContext()",
  nullIsAbsent: true,
};

/**
 * Takes the next step of a client's handshake (SDK: InitializeSecurityContext): reads the server's bytes and gives
 * those to send. Call it until it answers SEC_E_OK; also to answer SEC_I_RENEGOTIATE of `decryptMessage`, and to emit
 * what `applyControlToken` or `requestKeyUpdate` armed.
 *
 * Input: TOKEN with the received bytes, then EMPTY, which becomes EXTRA with the number of bytes that were not used
 * (the tail of TOKEN), or MISSING with the number of bytes wanted; SECBUFFER_APPLICATION_PROTOCOLS on the first call.
 * Output: TOKEN, and ALERT if it was requested there. With ISC_REQ_ALLOCATE_MEMORY, or where `pvBuffer` is null, the memory
 * of the output is new and the caller's; else the caller's memory is written. `cbBuffer` is the number of bytes to
 * send, with any status.
 *
 * ```ts
 * const output = new SecBuffer(SECBUFFER_TOKEN);
 * const { status, context } = initializeSecurityContext({
 *   credential, targetName: "example.org", contextReq: ISC_REQ_ALLOCATE_MEMORY, output: new SecBufferDesc([output]),
 * });
 * if (status === SEC_I_CONTINUE_NEEDED) send(output.bytes);
 * ```
 *
 * @param call - `credential` (outbound), `context` (from the second call on), `targetName` (for SNI, the check of the
 *   certificate and the session cache), `contextReq` (ISC_REQ_*), `input` and `output`. The memory of the input stays
 *   the caller's and is not kept
 * @returns `status`, `context` (absent if a first call failed), `contextAttr` (ISC_RET_*), `expiry` and, for a failure,
 *   `error`. SEC_I_CONTINUE_NEEDED: send, receive, call again. SEC_E_INCOMPLETE_MESSAGE: nothing was used, call again
 *   with more bytes. SEC_E_OK: established; send what is in TOKEN. SEC_I_INCOMPLETE_CREDENTIALS, once: the server asks
 *   for a certificate, and nothing was used; call again with the same input, and with another credential if there is
 *   one. SEC_I_ASYNC_CALL_PENDING: something answers with a promise, and nothing is lost; go on with
 *   {@link initializeSecurityContextAsync}. SEC_E_INSUFFICIENT_MEMORY: the output does not fit; call again with more
 *   room. Every other failure is final; with ISC_REQ_EXTENDED_ERROR the output has the alert to send
 * @see https://learn.microsoft.com/windows/win32/secauthn/initializesecuritycontext--schannel
 */
export function initializeSecurityContext(call: InitializeArguments): InitializeResult {
  const resolved = resolve(call, INITIALIZE);
  if ("status" in resolved) return resolved;
  try {
    return result(resolved, resolved.package.initializeSecurityContext(resolved.call));
  } catch (error) {
    return faulty(resolved, error);
  }
}

/**
 * As {@link initializeSecurityContext}, but waits where a key, a callback or a store answers with a promise (beyond
 * Windows). It never answers SEC_I_ASYNC_CALL_PENDING.
 *
 * @param call - as for `initializeSecurityContext`; the buffers belong to the call until the promise is settled
 * @returns a promise of the same result; it never rejects
 */
export async function initializeSecurityContextAsync(
  call: InitializeArguments,
): Promise<InitializeResult> {
  const resolved = resolve(call, INITIALIZE);
  if ("status" in resolved) return resolved;
  try {
    const answer = await resolved.package.initializeSecurityContextAsync(resolved.call);
    return result(resolved, answer);
  } catch (error) {
    return faulty(resolved, error);
  }
}

/** AcceptSecurityContext of the packages that can accept. */
export function createAccept(
  acceptors: readonly AnyAcceptor[],
): (call: AcceptArguments) => AcceptResult {
  return (call) => {
    const resolved = resolve(call, ACCEPT);
    if ("status" in resolved) return resolved;
    const acceptor = acceptorOf(resolved, acceptors);
    if (acceptor === undefined) return noAcceptor(resolved);
    try {
      return result(resolved, acceptor.acceptSecurityContext(resolved.call));
    } catch (error) {
      return faulty(resolved, error);
    }
  };
}

/** As `createAccept`; waits for what answers later. */
export function createAcceptAsync(
  acceptors: readonly AnyAcceptor[],
): (call: AcceptArguments) => Promise<AcceptResult> {
  return async (call) => {
    const resolved = resolve(call, ACCEPT);
    if ("status" in resolved) return resolved;
    const acceptor = acceptorOf(resolved, acceptors);
    if (acceptor === undefined) return noAcceptor(resolved);
    try {
      return result(resolved, await acceptor.acceptSecurityContextAsync(resolved.call));
    } catch (error) {
      return faulty(resolved, error);
    }
  };
}

function acceptorOf(
  resolved: Resolved,
  acceptors: readonly AnyAcceptor[],
): Pick<AnyAcceptor, "acceptSecurityContext" | "acceptSecurityContextAsync"> | undefined {
  const its = resolved.package;
  return canAccept(its) ? its : acceptors.find(({ packageName }) => packageName === its.info.Name);
}

type Accepting = Required<
  Pick<AnySecurityPackage, "acceptSecurityContext" | "acceptSecurityContextAsync">
>;

function canAccept(its: AnySecurityPackage): its is AnySecurityPackage & Accepting {
  return "acceptSecurityContext" in its && "acceptSecurityContextAsync" in its;
}

function noAcceptor(resolved: Resolved): EstablishResult {
  return {
    ...refused(
      SEC_E_UNSUPPORTED_FUNCTION,
      "NotBuilt",
      `${resolved.package.info.Name} cannot accept here: this build is for clients`,
    ),
    ...(resolved.handle === null ? {} : { context: resolved.handle }),
    contextAttr: 0,
  };
}

/**
 * A copy of a call that has nothing to refuse, else null. Each handshake makes some calls, and few of them are wrong:
 * only those are read with care.
 */
function properCall(given: HandshakeArguments | null | undefined): HandshakeArguments | null {
  if (typeof given !== "object" || given === null) return null;
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return null;
  try {
    for (const name in given) if (!Object.hasOwn(ARGUMENTS, name)) return null;
    const { credential, context, targetName, contextReq, input, output } = given;
    const right =
      (targetName == null || typeof targetName === "string") &&
      (contextReq == null || Number.isSafeInteger(contextReq));
    return right ? { credential, context, targetName, contextReq, input, output } : null;
  } catch {
    // A getter: a careful reader of options reports it.
    return null;
  }
}

/** Handles and absent arguments of a handshake call made plain, or the refusal. */
function resolve(given: HandshakeArguments, form: Form): Resolved | EstablishResult {
  let call: HandshakeArguments;
  try {
    call = properCall(given) ?? readOptions<HandshakeArguments>(given ?? {}, form);
  } catch (error) {
    const report = faultOf(error);
    return { status: report.status, error: report, contextAttr: 0 };
  }
  const credential = call?.credential ?? null;
  const context = call?.context ?? null;
  const fromCredential = credentialBinding(credential);
  const fromContext = contextBinding(context);
  const binding = fromContext ?? fromCredential;
  const dead =
    (credential !== null && fromCredential === null) || (context !== null && fromContext === null);
  if (dead || binding === null) {
    return {
      ...refused(
        SEC_E_INVALID_HANDLE,
        "InvalidHandle",
        dead
          ? "the credential or the context is not a handle, or it was deleted"
          : "neither a credential nor a context was given",
      ),
      contextAttr: 0,
    };
  }
  if (fromCredential !== null && fromCredential.package !== binding.package) {
    return {
      ...refused(
        SEC_E_INVALID_HANDLE,
        "ForeignCredential",
        `the credential is of ${fromCredential.package.info.Name}, the context of ${binding.package.info.Name}`,
      ),
      contextAttr: 0,
    };
  }
  return {
    package: binding.package,
    handle: context,
    binding: fromContext,
    call: {
      credential: fromCredential?.state ?? null,
      context: fromContext?.state ?? null,
      targetName: call.targetName ?? null,
      contextReq: call.contextReq ?? 0,
      input: call.input ?? null,
      output: call.output ?? null,
    },
  };
}

/** The package's answer with its context inside a handle: the caller's own one on later calls. */
function result(resolved: Resolved, answer: EstablishAnswer<object>): EstablishResult {
  const { status, contextAttr, expiry, error, context } = answer;
  const made: EstablishResult = { status, contextAttr };
  if (expiry !== undefined) made.expiry = expiry;
  if (error !== undefined) made.error = error;
  if (resolved.handle !== null) made.context = resolved.handle;
  else if (context !== undefined) {
    made.context = new ContextHandle({ package: resolved.package, state: context, fault: null });
  }
  return made;
}

function faulty(resolved: Resolved, error: unknown): EstablishResult {
  const report = faultOf(error, resolved.call.input, resolved.call.output);
  if (resolved.binding !== null) resolved.binding.fault = report;
  const refusal = { status: report.status, contextAttr: 0, error: report };
  return resolved.handle === null ? refusal : { ...refusal, context: resolved.handle };
}
