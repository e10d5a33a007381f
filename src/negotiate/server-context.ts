/**
 * The server of Negotiate (RFC 4178 §4, §5): takes the first package of the client's list that it has, or a token of a package
 * without SPNEGO, which it answers in kind.
 */
import { RefusalWithToken, type Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import { ASC_REQ_INTEGRITY, ASC_RET_INTEGRITY, hasFlag } from "../sspi/context-flags.ts";
import {
  SEC_E_OK,
  SEC_E_SECPKG_NOT_FOUND,
  SEC_I_CONTINUE_NEEDED,
} from "../sspi/security-status.ts";
import type { Candidate } from "./credential.ts";
import {
  type Chosen,
  decoded,
  downgraded,
  NegotiateContext,
  rejecting,
  unexpected,
} from "./negotiate-context.ts";
import {
  isSpnego,
  NegState,
  readInit,
  readResponse,
  writeHint,
  writeMechanismList,
  writeResponse,
} from "./spnego.ts";

export class NegotiateServerContext extends NegotiateContext {
  /** True: tokens are those of the package, without SPNEGO. */
  #isRaw = false;
  /** The choice, as long as the client has not been told of it. */
  #toName: string | null = null;

  protected innerRequirements(contextReq: number): number {
    return contextReq | ASC_REQ_INTEGRITY;
  }

  protected step(input: EstablishInput): Step {
    const { chosen } = this;
    if (this.#isRaw && chosen !== null) return this.#raw(chosen, input);
    if (chosen !== null && this.mechanismList !== null) return this.#respond(chosen, input);
    if (input.token.length === 0) return this.#hint();
    return isSpnego(input.token) ? this.#begin(input) : this.#beginRaw(input);
  }

  /** A call without a token: a server that speaks first lists what it has. */
  #hint(): Step {
    const all = this.credential.candidates.flatMap(({ mechanism }) => mechanism.identifiers);
    return { status: SEC_I_CONTINUE_NEEDED, token: writeHint(writeMechanismList(all)) };
  }

  #beginRaw(input: EstablishInput): Step {
    const candidate = this.credential.candidates.find(({ mechanism }) =>
      mechanism.recognizes(input.token),
    );
    if (candidate === undefined) return unexpected("the token is of no package that is allowed");
    this.#isRaw = true;
    return this.#raw(this.choose(candidate), input);
  }

  #raw(chosen: Chosen, input: EstablishInput): Step {
    const token = this.advanceChosen(chosen, input);
    if (!chosen.context.established) return { status: SEC_I_CONTINUE_NEEDED, token };
    this.finish();
    return { status: SEC_E_OK, token };
  }

  #begin(input: EstablishInput): Step {
    const { mechanisms, mechanismList, mechToken } = decoded(() => readInit(input.token));
    const [first] = mechanisms;
    const name = mechanisms.find((mechanism) => this.#candidate(mechanism) !== undefined);
    const candidate = name === undefined ? undefined : this.#candidate(name);
    if (name === undefined || candidate === undefined) return noCommonPackage(mechanisms);
    const isFirst = first !== undefined && candidate.mechanism.identifiers.includes(first);
    const chosen = this.chosen ?? this.choose(candidate);
    const list = mechanismList.slice();
    if (!isFirst || mechToken === null) {
      // Its token, if there is one, is of a package that is not chosen.
      this.mechanismList = list;
      this.micRequired = !isFirst;
      const state = isFirst ? NegState.Incomplete : NegState.RequestMic;
      const token = writeResponse({ state, mechanism: name });
      return { status: SEC_I_CONTINUE_NEEDED, token };
    }
    this.#toName = name;
    const answer = rejecting(() => this.advanceChosen(chosen, { ...input, token: mechToken }));
    this.mechanismList = list;
    return this.#answer(chosen, answer, null);
  }

  #candidate(identifier: string): Candidate | undefined {
    return this.credential.candidates.find(({ mechanism }) =>
      mechanism.identifiers.includes(identifier),
    );
  }

  #respond(chosen: Chosen, input: EstablishInput): Step {
    const { state, mechanism, responseToken, mic } = decoded(() => readResponse(input.token));
    if (state === NegState.Reject) unexpected("the client has rejected the server");
    if (mechanism !== null) unexpected("a client does not name a package twice");
    const { context } = chosen;
    if (context.established) {
      if (responseToken !== null) unexpected("a token came after the last one of the package");
      return rejecting(() => this.#answer(chosen, null, mic));
    }
    if (responseToken === null) return unexpected("the token of the package is missing");
    const token = rejecting(() => this.advanceChosen(chosen, { ...input, token: responseToken }));
    return rejecting(() => this.#answer(chosen, token, mic));
  }

  #answer(chosen: Chosen, token: Uint8Array | null, mic: Uint8Array | null): Step {
    const named = this.#toName === null ? {} : { mechanism: this.#toName };
    this.#toName = null;
    const part = { ...named, ...(token === null ? {} : { responseToken: token }) };
    if (!chosen.context.established) {
      if (mic !== null) unexpected("a MIC came before there is a key");
      const state = NegState.Incomplete;
      return { status: SEC_I_CONTINUE_NEEDED, token: writeResponse({ state, ...part }) };
    }
    return this.#conclude(chosen, part, mic);
  }

  /** The package is finished. A MIC that may come later is waited for if our own token is the last of the package. */
  #conclude(
    { mechanism }: Chosen,
    part: { readonly responseToken?: Uint8Array },
    mic: Uint8Array | null,
  ): Step {
    if (mic !== null) this.checkPeerMic(mic);
    const couldChooseOther = this.credential.candidates.length > 1;
    const required = this.micRequired || (mechanism.signsList && couldChooseOther);
    if (required && !hasFlag(this.contextAttr, ASC_RET_INTEGRITY)) {
      downgraded("the list of mechanisms cannot be signed: the client has no integrity");
    }
    if (required && !this.peerMicChecked) {
      if (part.responseToken === undefined || this.ownMicSent) {
        downgraded("the client ends without the MIC of the list");
      }
      const waiting = { state: NegState.Incomplete, ...part, mic: this.ownMic() };
      return { status: SEC_I_CONTINUE_NEEDED, token: writeResponse(waiting) };
    }
    const owesMic = this.peerMicChecked && !this.ownMicSent;
    const last = { state: NegState.Completed, ...part, ...(owesMic ? { mic: this.ownMic() } : {}) };
    this.finish();
    return { status: SEC_E_OK, token: writeResponse(last) };
  }
}

function noCommonPackage(mechanisms: readonly string[]): never {
  const message = `Negotiate: the client offers ${mechanisms.join(", ")}, none of which is allowed here`;
  const report = { status: SEC_E_SECPKG_NOT_FOUND, reason: "NoCommonPackage", message };
  throw new RefusalWithToken(report, writeResponse({ state: NegState.Reject }));
}
