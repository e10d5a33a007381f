/**
 * The client of Negotiate (RFC 4178 §4, §5): offers its packages, with the first token of the first one, and follows the
 * server's choice once.
 */
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import { hasFlag, ISC_REQ_INTEGRITY, ISC_RET_INTEGRITY } from "../sspi/context-flags.ts";
import { Refusal, refuse } from "../sspi/refusal.ts";
import {
  SEC_E_LOGON_DENIED,
  SEC_E_NO_CREDENTIALS,
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
} from "../sspi/security-status.ts";
import type { Candidate } from "./credential.ts";
import {
  type Chosen,
  decoded,
  downgraded,
  NegotiateContext,
  unexpected,
} from "./negotiate-context.ts";
import {
  NegState,
  type ResponseToken,
  readInit,
  readResponse,
  writeInit,
  writeMechanismList,
  writeResponse,
} from "./spnego.ts";

const NO_BYTES = new Uint8Array(0);

export class NegotiateClientContext extends NegotiateContext {
  /** What was offered, in order; empty before. */
  #offered: readonly Candidate[] = [];
  /** The server has named its choice. */
  #answered = false;

  protected innerRequirements(contextReq: number): number {
    return contextReq | ISC_REQ_INTEGRITY;
  }

  protected step(input: EstablishInput): Step {
    return this.#offered.length === 0 ? this.#offer(input) : this.#answer(input);
  }

  /** A server that speaks first has nothing to say that counts: its list is not protected. */
  #offer(input: EstablishInput): Step {
    if (input.token.length > 0) decoded(() => readInit(input.token));
    let left = this.credential.candidates;
    let failure: Refusal | null = null;
    for (const candidate of left) {
      try {
        const token = this.advanceChosen(this.choose(candidate), { ...input, token: NO_BYTES });
        this.#offered = left;
        this.mechanismList = writeMechanismList(
          left.flatMap(({ mechanism }) => mechanism.identifiers),
        );
        const init = writeInit(this.mechanismList, token ?? NO_BYTES);
        return { status: SEC_I_CONTINUE_NEEDED, token: init };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failure ??= error;
        left = left.slice(1);
      }
    }
    throw failure ?? noCredential();
  }

  #answer(input: EstablishInput): Step {
    const response = decoded(() => readResponse(input.token));
    if (response.state === NegState.Reject) {
      refuse(SEC_E_LOGON_DENIED, "Rejected", "Negotiate: the server has rejected the login");
    }
    const chosen = this.#follow(response);
    const token = this.#advance(chosen, response, input);
    this.#answered = true;
    return chosen.context.established
      ? this.#conclude(chosen, response, token)
      : this.#goOn(response, token);
  }

  /** The server's choice: the package whose token it has already, or another one of the list, which begins anew. */
  #follow({ mechanism, state }: ResponseToken): Chosen {
    const { chosen } = this;
    if (chosen === null) return unexpected("nothing was offered");
    if (state === NegState.RequestMic) {
      if (this.#answered) unexpected("a MIC can be requested in the first answer only");
      this.micRequired = true;
    }
    if (mechanism === null || chosen.mechanism.identifiers.includes(mechanism)) return chosen;
    if (this.#answered) unexpected("the server changes its choice");
    const candidate = this.#offered.find(({ mechanism: { identifiers } }) =>
      identifiers.includes(mechanism),
    );
    if (candidate === undefined) return unexpected(`${mechanism} was not offered`);
    this.micRequired = true;
    return this.choose(candidate);
  }

  #advance(chosen: Chosen, response: ResponseToken, input: EstablishInput): Uint8Array | null {
    const { context } = chosen;
    const { responseToken } = response;
    if (context.established) {
      if (responseToken !== null) unexpected("a token came after the last one of the package");
      return null;
    }
    const restarted = !this.#answered && !this.#isFirst(chosen);
    if (responseToken === null && !restarted) unexpected("the token of the package is missing");
    return this.advanceChosen(chosen, { ...input, token: responseToken ?? NO_BYTES });
  }

  #isFirst({ mechanism }: Chosen): boolean {
    return this.#offered[0]?.mechanism === mechanism;
  }

  #goOn({ state, mic }: ResponseToken, token: Uint8Array | null): Step {
    if (state === NegState.Completed || mic !== null) {
      unexpected("the server has finished before the package");
    }
    return goesOn({ responseToken: token ?? NO_BYTES });
  }

  /** The package is finished; MICs may be missing. */
  #conclude({ mechanism }: Chosen, { state, mic }: ResponseToken, token: Uint8Array | null): Step {
    const exchanges = this.micRequired || mechanism.signsList || this.ownMicSent;
    if (exchanges && !hasFlag(this.contextAttr, ISC_RET_INTEGRITY)) {
      downgraded("the list of mechanisms cannot be signed: the server has no integrity");
    }
    if (mic !== null) this.checkPeerMic(mic);
    if (state === NegState.Completed && token === null) {
      const bothSigned = this.ownMicSent && this.peerMicChecked;
      if (exchanges && !bothSigned) downgraded("the server ends without the MICs of the list");
      this.finish();
      return { status: SEC_E_OK, token: null };
    }
    if (state === NegState.Completed) unexpected("the server has finished before the package");
    if (this.ownMicSent) unexpected("the server asks for more after the last token");
    const part = token === null ? {} : { responseToken: token };
    const ours = exchanges || mic !== null ? { mic: this.ownMic() } : {};
    return goesOn({ ...part, ...ours });
  }
}

function goesOn(parts: Partial<ResponseToken>): Step {
  const token = writeResponse({ state: NegState.Incomplete, ...parts });
  return { status: SEC_I_CONTINUE_NEEDED, token };
}

function noCredential(): Refusal {
  return new Refusal(SEC_E_NO_CREDENTIALS, "NoPackage", "Negotiate: there is no package to offer");
}
