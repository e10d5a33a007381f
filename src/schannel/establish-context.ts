/**
 * Body of InitializeSecurityContext and AcceptSecurityContext, one function with a role (reference 2.2, 2.3, 2.9, 2.10,
 * 4.2, 4.4). What is special about a call that must be repeated (no room, a credential wanted, a promise pending): the
 * engine has taken records from the input, so the context keeps a copy of them, the caller's buffers stay as they were,
 * and the repeated call must begin with the same bytes, which then are skipped.
 */
import type { EngineFactory, Role } from "../engine/engine.ts";
import { TlsFailure } from "../protocol/failure.ts";
import { Refusal, refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { SchannelContext } from "./context.ts";
import { failureStatus } from "./failure-status.ts";
import { firstCallProtocols, HandshakeOutput } from "./handshake-buffers.ts";
import { type Answer, type Call, HandshakeCall } from "./handshake-call.ts";
import { lastError } from "./last-error.ts";
import { allocates, checkFlags, resultFlags, SHORT_OF_MEMORY_FLAGS } from "./result-flags.ts";

/** While a call waited, another one on its context went on: its input is used up and its output gone. */
const OVERTAKEN = new Refusal(
  status.SEC_E_OUT_OF_SEQUENCE,
  "Overtaken",
  "another call on this context went on while this one waited: what was to be sent is in its output",
);

/** One handshake call; never waits. */
export function establishContext(call: Call, engines: EngineFactory): Answer {
  const { role } = engines;
  const first = call.context === null;
  let context = call.context;
  try {
    checkCall(role, call);
    const output = new HandshakeOutput(call.output, allocates(role, call.contextReq));
    context ??= newContext(call, engines);
    if (call.credential !== null) context.useCredential(call.credential);
    context.contextAttr = resultFlags(role, call.contextReq);
    const answer = new HandshakeCall(context, call, output).run();
    return first ? firstAnswer(context, answer) : answer;
  } catch (error) {
    if (first) context?.dispose();
    if (error instanceof Refusal) return refused(error, first ? null : call.context, role, call);
    if (error instanceof TlsFailure) {
      const code = failureStatus(error, null, "handshake");
      const refusal = new Refusal(code, error.reason, error.message);
      return refused(refusal, first ? null : call.context, role, call);
    }
    throw error;
  }
}

/** As `establishContext`, but waits until something else than SEC_I_ASYNC_CALL_PENDING comes out. */
export async function establishContextAsync(call: Call, engines: EngineFactory): Promise<Answer> {
  let answer = establishContext(call, engines);
  while (answer.status === status.SEC_I_ASYNC_CALL_PENDING && answer.context !== undefined) {
    const { context } = answer;
    const { waiting } = context;
    if (waiting?.kind === "pending") await context.settled(waiting.promise);
    if (context.deleted) return { status: status.SEC_E_INVALID_HANDLE, contextAttr: 0 };
    // What is still to be delivered is the answer to this call's input.
    const others = waiting !== context.waiting && context.waiting?.kind !== "deliver";
    const overtaken = others && context.failedStatus === null;
    answer =
      overtaken && !context.givenUp
        ? refused(OVERTAKEN, context, engines.role, call)
        : establishContext({ ...call, context }, engines);
    if (call.context === null) answer = firstAnswer(context, answer);
  }
  return answer;
}

/** A first call that fails gives no context. */
function firstAnswer(context: SchannelContext, answer: Answer): Answer {
  if (!status.isFailure(answer.status)) return answer;
  const { context: _none, ...rest } = answer;
  context.dispose();
  return rest;
}

function refused(
  refusal: Refusal,
  context: SchannelContext | null,
  role: Role,
  call: Call,
): Answer {
  const { report } = refusal;
  context?.refused(report.status, report.reason, report.message);
  const noRoom = report.status === status.SEC_E_INSUFFICIENT_MEMORY;
  return {
    status: report.status,
    contextAttr: noRoom ? SHORT_OF_MEMORY_FLAGS : resultFlags(role, call.contextReq),
    error: context?.failedStatus === null ? (lastError(context) ?? report) : report,
    ...(context === null ? {} : { context }),
  };
}

function checkCall(role: Role, { credential, context, contextReq }: Call): void {
  const wrongWay = credential !== null && !credential.roles.includes(role);
  if (wrongWay || (context !== null && context.role !== role)) {
    refuse(
      status.SEC_E_INVALID_HANDLE,
      "WrongDirection",
      `the ${wrongWay ? "credential" : "context"} is not for a ${role}`,
    );
  }
  checkFlags(role, contextReq);
}

function newContext(call: Call, engines: EngineFactory): SchannelContext {
  const { role } = engines;
  const { credential, targetName, contextReq, input } = call;
  if (credential === null) {
    refuse(status.SEC_E_INVALID_HANDLE, "NoCredential", "the first call needs a credential");
  }
  const { certificates, options } = credential;
  const ways = [options.selectCredential, options.selectPreSharedKey];
  if (role === "server" && certificates.length === 0 && ways.every((way) => way == null)) {
    refuse(
      status.SEC_E_NO_CREDENTIALS,
      "NoServerCertificate",
      "the inbound credential has no certificate: give paCred, sealwire.selectCredential or selectPreSharedKey",
    );
  }
  const alpnProtocols = firstCallProtocols(input);
  return new SchannelContext(credential, { role, targetName, contextReq, alpnProtocols }, engines);
}
