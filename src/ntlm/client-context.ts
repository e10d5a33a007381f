/**
 * The client of NTLM ([MS-NLMP] 3.1): NEGOTIATE, then AUTHENTICATE for the server's CHALLENGE.
 */
import { concat, wipe } from "../bytes/byte-arrays.ts";
import { u32le } from "../bytes/little-endian.ts";
import { utf16le } from "../bytes/utf16.ts";
import { md4 } from "../legacy/md4.ts";
import { Rc4 } from "../legacy/rc4.ts";
import { hashOfBindings } from "../message/channel-bindings.ts";
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import type { NewContext } from "../message/message-package.ts";
import * as req from "../sspi/context-flags.ts";
import { refuse } from "../sspi/refusal.ts";
import {
  SEC_E_INVALID_TOKEN,
  SEC_E_NO_CREDENTIALS,
  SEC_E_OK,
  SEC_E_UNSUPPORTED_FUNCTION,
  SEC_I_CONTINUE_NEEDED,
} from "../sspi/security-status.ts";
import {
  AV_HAS_MIC,
  AV_UNVERIFIED_TARGET,
  AvId,
  type AvPair,
  avFlags,
  avValue,
  readAvPairs,
  writeAvPairs,
} from "./av-pairs.ts";
import type { NtlmCredential } from "./credential.ts";
import * as flag from "./flags.ts";
import {
  type ChallengeMessage,
  MIC_OFFSET,
  readChallenge,
  writeAuthenticate,
  writeNegotiate,
} from "./messages.ts";
import { decoded, NtlmContext } from "./ntlm-context.ts";
import {
  bothChallenges,
  lm2Response,
  ntowf2,
  proofOf,
  responseBody,
  VERSION2,
  version1Response,
} from "./responses.ts";

const KEY_LENGTH = 16;
const NO_BYTES = new Uint8Array(0);

interface Response {
  readonly ntResponse: Uint8Array;
  readonly lmResponse: Uint8Array;
  readonly exchangeKey: Uint8Array;
  readonly mechanism: string;
  readonly hasMic: boolean;
}

export class NtlmClientContext extends NtlmContext {
  readonly #wanted: flag.Wanted;
  readonly #anonymous: boolean;
  readonly #secrets: ReturnType<NtlmCredential["secrets"]>;
  #negotiate: Uint8Array | null = null;
  /** Null: the caller gave no bindings. */
  #bindings: Uint8Array | null = null;

  constructor(start: NewContext<NtlmCredential>) {
    super(start);
    const { contextReq, credential } = start;
    const asks = (...flags: readonly number[]): boolean =>
      flags.some((one) => req.hasFlag(contextReq, one));
    const seal = asks(req.ISC_REQ_CONFIDENTIALITY, req.ISC_REQ_USE_DCE_STYLE);
    const detects = asks(req.ISC_REQ_REPLAY_DETECT, req.ISC_REQ_SEQUENCE_DETECT);
    const sign = seal || detects || asks(req.ISC_REQ_INTEGRITY);
    this.#wanted = { seal, sign, identify: asks(req.ISC_REQ_IDENTIFY) };
    this.#anonymous = credential.isAnonymous;
    if (this.#anonymous && !asks(req.ISC_REQ_NULL_SESSION)) {
      refuse(
        SEC_E_NO_CREDENTIALS,
        "NoUser",
        "the credential has no User; an anonymous logon has to be asked for with ISC_REQ_NULL_SESSION",
      );
    }
    this.#secrets = credential.secrets();
  }

  protected step(input: EstablishInput): Step {
    const { token, bindings } = input;
    if (bindings !== null) this.#bindings = hashOfBindings(this.credential.crypto, bindings);
    if (this.targetName === "") this.targetName = input.targetHost;
    if (this.#negotiate !== null) return this.#authenticate(this.#negotiate, token);
    if (token.length > 0) {
      refuse(SEC_E_INVALID_TOKEN, "UnexpectedToken", "NTLM's client speaks first");
    }
    const negotiate = writeNegotiate(this.#offer);
    this.#negotiate = negotiate.slice();
    return { status: SEC_I_CONTINUE_NEEDED, token: negotiate };
  }

  get #offer(): number {
    return flag.offered(this.#wanted, this.credential.ntlm);
  }

  #authenticate(negotiate: Uint8Array, token: Uint8Array): Step {
    const { crypto, user, domain, options } = this.credential;
    const challenge = decoded(() => readChallenge(token));
    const word = flag.agreed(this.#offer, challenge.flags);
    this.#checkFlags(word);
    const response = this.#anonymous ? anonymous() : this.#respond(challenge, word);
    const exchanges = flag.has(word, flag.KEY_EXCH) && flag.has(word, flag.SIGN | flag.SEAL);
    const sessionKey = exchanges
      ? this.credential.random(KEY_LENGTH)
      : response.exchangeKey.slice();
    const encryptedKey = exchanges ? sessionKey.slice() : NO_BYTES;
    if (exchanges) new Rc4(response.exchangeKey).apply(encryptedKey);
    const flags = flag.flags(word, this.#anonymous ? flag.ANONYMOUS : 0);
    const { ntResponse, lmResponse, mechanism, hasMic } = response;
    const workstation = this.#anonymous ? "" : (options.workstation ?? "");
    const names = { user, domain: this.#anonymous ? "" : domain, workstation };
    const message = writeAuthenticate(
      { flags, lmResponse, ntResponse, ...names, encryptedKey },
      hasMic,
    );
    if (hasMic) message.set(crypto.hmacMd5(sessionKey, negotiate, token, message), MIC_OFFSET);
    wipe(response.exchangeKey);
    this.contextAttr = this.#granted(flags);
    if (challenge.targetInfo !== null) this.keepTargetInformation(challenge.targetInfo);
    const sent = this.#bindings !== null && mechanism === VERSION2;
    const bindings = sent ? "checked" : "ignored";
    this.establish({ user, domain: names.domain, mechanism, flags, bindings, sessionKey });
    this.#forget();
    return { status: SEC_E_OK, token: message };
  }

  /** What the caller asked for and the server, or someone between, does not grant. */
  #checkFlags(word: number): void {
    const { sign, seal } = this.#wanted;
    const missing = flag.missing(word, this.credential.ntlm);
    const wanted = flag.flags(sign ? flag.SIGN : 0, seal ? flag.SEAL : 0);
    const lacks = flag.flags(missing, wanted & ~word);
    const noText = !flag.has(word, flag.UNICODE | flag.OEM);
    if (lacks === 0 && !noText) return;
    refuse(
      SEC_E_UNSUPPORTED_FUNCTION,
      "TooWeak",
      `the server's challenge lacks the flags 0x${lacks.toString(16)} of what was asked for, or was changed on its way; sealwire.ntlm has weaker ways`,
    );
  }

  #respond(challenge: ChallengeMessage, word: number): Response {
    if (this.credential.ntlm.version1) return this.#respondByVersion1(challenge, word);
    const { crypto, user, domain } = this.credential;
    const { serverChallenge } = challenge;
    const given = decoded(() =>
      challenge.targetInfo === null ? [] : readAvPairs(challenge.targetInfo),
    );
    const time = avValue(given, AvId.Timestamp);
    const clientChallenge = this.credential.random(8);
    const pairs = writeAvPairs(this.#pairs(given, time !== null));
    const body = responseBody(time ?? this.credential.time(), clientChallenge, pairs);
    const key = ntowf2(crypto, this.#secrets.ntHash, user, domain);
    const { proof, sessionBaseKey } = proofOf(crypto, key, serverChallenge, body);
    const lmResponse =
      time === null ? lm2Response(crypto, key, serverChallenge, clientChallenge) : NO_BYTES;
    wipe(key);
    return {
      ntResponse: concat(proof, body),
      lmResponse,
      exchangeKey: sessionBaseKey,
      mechanism: VERSION2,
      hasMic: time !== null,
    };
  }

  /** The server's pairs with the client's own. Old servers, whose challenge has no time, get only what the caller gave. */
  #pairs(given: readonly AvPair[], withMic: boolean): AvPair[] {
    const unverified = req.hasFlag(this.contextReq, req.ISC_REQ_UNVERIFIED_TARGET_NAME);
    const flags =
      avFlags(given) | (withMic ? AV_HAS_MIC : 0) | (unverified ? AV_UNVERIFIED_TARGET : 0);
    const flagged = { id: AvId.Flags, value: u32le(flags >>> 0) };
    const hasFlags = avValue(given, AvId.Flags) !== null;
    const pairs: AvPair[] = given
      .filter(({ id }) => id !== AvId.TargetName && id !== AvId.Bindings)
      .map((pair) => (pair.id === AvId.Flags ? flagged : pair));
    if (!hasFlags && flags !== 0) pairs.push(flagged);
    if (withMic || this.targetName !== "") {
      pairs.push({ id: AvId.TargetName, value: utf16le(this.targetName) });
    }
    if (withMic || this.#bindings !== null) {
      pairs.push({ id: AvId.Bindings, value: this.#bindings ?? new Uint8Array(KEY_LENGTH) });
    }
    return pairs;
  }

  #respondByVersion1({ serverChallenge }: ChallengeMessage, word: number): Response {
    const { crypto } = this.credential;
    const { ntHash, lmHash } = this.#secrets;
    const des = crypto.tripleDes;
    if (des === null) return refuse(SEC_E_UNSUPPORTED_FUNCTION, "NotBuilt", "there is no DES");
    const sessionBaseKey = md4(ntHash);
    if (!flag.has(word, flag.ESS)) {
      const ntResponse = version1Response(des, ntHash, serverChallenge);
      return {
        ntResponse,
        lmResponse: lmHash === null ? ntResponse : version1Response(des, lmHash, serverChallenge),
        exchangeKey: sessionBaseKey,
        mechanism: "NTLMv1",
        hasMic: false,
      };
    }
    const clientChallenge = this.credential.random(8);
    const challenge = bothChallenges(crypto, serverChallenge, clientChallenge);
    return {
      ntResponse: version1Response(des, ntHash, challenge),
      lmResponse: concat(clientChallenge, new Uint8Array(KEY_LENGTH)),
      exchangeKey: crypto.hmacMd5(sessionBaseKey, serverChallenge, clientChallenge),
      mechanism: "NTLMv1 with extended session security",
      hasMic: false,
    };
  }

  #granted(flags: number): number {
    const signs = flag.has(flags, flag.SIGN | flag.SEAL);
    const echoed = req.ISC_REQ_CONNECTION | req.ISC_REQ_USE_DCE_STYLE | req.ISC_REQ_EXTENDED_ERROR;
    return (
      (this.contextReq & echoed) |
      (signs
        ? req.ISC_RET_INTEGRITY | req.ISC_RET_REPLAY_DETECT | req.ISC_RET_SEQUENCE_DETECT
        : 0) |
      (flag.has(flags, flag.SEAL) ? req.ISC_RET_CONFIDENTIALITY : 0) |
      (flag.has(flags, flag.IDENTIFY) ? req.ISC_RET_IDENTIFY : 0) |
      (this.#anonymous ? req.ISC_RET_NULL_SESSION : 0)
    );
  }

  #forget(): void {
    wipe(this.#secrets.ntHash, this.#secrets.lmHash);
    this.#negotiate = null;
  }

  protected override wipe(): void {
    super.wipe();
    this.#forget();
  }
}

/** A response without a user: one zero byte, and a key of zeros. */
function anonymous(): Response {
  return {
    ntResponse: NO_BYTES,
    lmResponse: new Uint8Array(1),
    exchangeKey: new Uint8Array(KEY_LENGTH),
    mechanism: "anonymous",
    hasMic: false,
  };
}
