/**
 * The server of NTLM ([MS-NLMP] 3.2): CHALLENGE for the client's NEGOTIATE, then the check of its AUTHENTICATE.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { toHex } from "../bytes/text.ts";
import { fromUtf16le, utf16le } from "../bytes/utf16.ts";
import { Rc4 } from "../legacy/rc4.ts";
import { hashOfBindings } from "../message/channel-bindings.ts";
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import { readAccount } from "../message/identity.ts";
import type { ServerNames } from "../message/identity-types.ts";
import * as req from "../sspi/context-flags.ts";
import { NTLMSP_NAME } from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { TlsError } from "../sspi/tls-error.ts";
import { AV_HAS_MIC, AvId, type AvPair, avFlags, avValue, writeAvPairs } from "./av-pairs.ts";
import { checkBindings } from "./bindings-policy.ts";
import * as flag from "./flags.ts";
import {
  type AuthenticateMessage,
  CHALLENGE_LENGTH,
  MIC_LENGTH,
  MIC_OFFSET,
  readAuthenticate,
  readNegotiate,
  writeChallenge,
} from "./messages.ts";
import { decoded, NtlmContext } from "./ntlm-context.ts";
import { type Checked, checkResponse, pairsOf } from "./response-check.ts";
import { ntHashOf } from "./responses.ts";

const KEY_LENGTH = 16;
/** NetBIOS name of a server whose caller names none; clients of Windows want one. */
const DEFAULT_NAME = "SEALWIRE";
/** Seconds that an authentication is remembered: as long as clients of Windows take a challenge to be fresh. */
const REPLAY_LIFETIME = 36 * 60 * 60;

interface Challenged {
  readonly negotiate: Uint8Array;
  readonly challenge: Uint8Array;
  readonly serverChallenge: Uint8Array;
  readonly flags: number;
}

export class NtlmServerContext extends NtlmContext {
  #challenged: Challenged | null = null;
  /** The hash of the caller's bindings; null: it gave none. */
  #bindings: Uint8Array | null = null;

  protected step({ token, bindings }: EstablishInput): Step {
    if (bindings !== null) this.#bindings = hashOfBindings(this.credential.crypto, bindings);
    return this.#challenged === null
      ? this.#challenge(token)
      : this.#authenticate(this.#challenged, token);
  }

  #challenge(token: Uint8Array): Step {
    const offer = decoded(() => readNegotiate(token));
    const names = this.credential.options.names ?? {};
    const flags = flag.answered(offer, Boolean(names.netbiosDomain));
    this.#checkFlags(flags);
    const serverChallenge = this.credential.random(CHALLENGE_LENGTH);
    const pairs = writeAvPairs(pairsFor(names, this.credential.time()));
    const target = names.netbiosDomain || names.netbiosComputer || DEFAULT_NAME;
    const targetName = utf16le(target);
    const challenge = writeChallenge({ flags, targetName, serverChallenge, targetInfo: pairs });
    this.keepTargetInformation(pairs);
    const negotiate = token.slice();
    this.#challenged = { negotiate, challenge: challenge.slice(), serverChallenge, flags };
    return { status: status.SEC_I_CONTINUE_NEEDED, token: challenge };
  }

  #checkFlags(flags: number): void {
    const missing = flag.missing(flags, this.credential.ntlm);
    if (missing === 0 && flag.has(flags, flag.UNICODE | flag.OEM)) return;
    refuse(
      status.SEC_E_UNSUPPORTED_FUNCTION,
      "TooWeak",
      `the client lacks the flags 0x${missing.toString(16)}, which are needed; sealwire.ntlm has weaker ways`,
    );
  }

  #authenticate(challenged: Challenged, token: Uint8Array): Step {
    const message = decoded(() => readAuthenticate(token));
    const flags = flag.flags(message.flags & challenged.flags);
    this.#checkFlags(flags);
    if (isAnonymous(message)) return this.#acceptAnonymous(message, flags);
    const pairs = decoded(() => pairsOf(message.ntResponse));
    const checked = this.#checked(challenged, message, flags);
    const sessionKey = this.#sessionKey(checked, message, flags);
    try {
      this.#checkMic(challenged, token, { message, pairs, sessionKey });
      const bindings = checkBindings(this.#bindings, pairs, this.#bindingsPolicy);
      this.#refuseReplay(challenged, message);
      const { user, domain } = message;
      this.targetName = fromUtf16le(avValue(pairs, AvId.TargetName) ?? new Uint8Array());
      this.contextAttr = this.#granted(flags);
      this.establish({ user, domain, mechanism: checked.mechanism, flags, bindings, sessionKey });
    } catch (error) {
      wipe(sessionKey);
      throw error;
    }
    this.#challenged = null;
    return { status: status.SEC_E_OK, token: null };
  }

  #acceptAnonymous(message: AuthenticateMessage, flags: number): Step {
    if (!req.hasFlag(this.contextReq, req.ASC_REQ_ALLOW_NULL_SESSION)) {
      refuse(
        status.SEC_E_LOGON_DENIED,
        "Anonymous",
        "the client is anonymous; ASC_REQ_ALLOW_NULL_SESSION lets it in",
      );
    }
    const exchangeKey = new Uint8Array(KEY_LENGTH);
    const mechanism = "anonymous";
    const sessionKey = this.#sessionKey({ exchangeKey, mechanism }, message, flags);
    this.contextAttr = this.#granted(flags) | req.ASC_RET_NULL_SESSION;
    const known = { user: "", domain: "", mechanism, bindings: "ignored" } as const;
    this.establish({ ...known, flags, sessionKey });
    this.#challenged = null;
    return { status: status.SEC_E_OK, token: null };
  }

  /** Asks for the account and checks the response. An unknown user takes the time of a known one. */
  #checked({ serverChallenge }: Challenged, message: AuthenticateMessage, flags: number): Checked {
    const account = this.#account(message);
    const checked = checkResponse({
      credential: this.credential,
      serverChallenge,
      message,
      flags,
      ntHash: account ?? this.credential.random(KEY_LENGTH),
    });
    wipe(account);
    if (account !== null && checked !== null) return checked;
    return refuse(
      status.SEC_E_LOGON_DENIED,
      "WrongPassword",
      "the client's response is not that of a known user with the right password",
    );
  }

  /** The NT hash of the account, to be wiped; null: there is none. */
  #account({ user, domain }: AuthenticateMessage): Uint8Array | null {
    const question = { package: NTLMSP_NAME, user, domain, realm: "" };
    const { lookup } = this.credential.options;
    const answer = this.answers.of("sealwire.lookup", JSON.stringify(question), () =>
      lookup?.(question),
    );
    try {
      const account = readAccount(answer);
      if (account?.ntHash) return account.ntHash;
      return typeof account?.password === "string" ? ntHashOf(account.password) : null;
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      return refuse(status.SEC_E_INVALID_PARAMETER, "HelperFailed", error.message);
    }
  }

  #sessionKey(
    { exchangeKey }: Checked,
    { encryptedKey }: AuthenticateMessage,
    flags: number,
  ): Uint8Array {
    if (!flag.has(flags, flag.KEY_EXCH) || !flag.has(flags, flag.SIGN | flag.SEAL)) {
      return exchangeKey;
    }
    if (encryptedKey.length !== KEY_LENGTH) {
      refuse(
        status.SEC_E_INVALID_TOKEN,
        "MalformedToken",
        `AUTHENTICATE: the session key has ${encryptedKey.length} bytes, not ${KEY_LENGTH}`,
      );
    }
    const key = encryptedKey.slice();
    new Rc4(exchangeKey).apply(key);
    wipe(exchangeKey);
    return key;
  }

  #checkMic({ negotiate, challenge }: Challenged, token: Uint8Array, facts: MicFacts): void {
    const { message, pairs, sessionKey } = facts;
    const announced = (avFlags(pairs) & AV_HAS_MIC) !== 0;
    if (!announced && this.credential.options.requireMic !== true) return;
    const { mic } = message;
    if (mic === null || !announced) {
      altered("the client has sent no MIC, which it announced or the server wants");
    }
    const signed = token.slice();
    signed.fill(0, MIC_OFFSET, MIC_OFFSET + MIC_LENGTH);
    const wanted = this.credential.crypto.hmacMd5(sessionKey, negotiate, challenge, signed);
    if (!equalConstantTime(wanted, mic)) altered("the MIC over the three tokens is wrong");
  }

  get #bindingsPolicy(): "ignore" | "allow-missing" | "require" {
    const allows = req.hasFlag(this.contextReq, req.ASC_REQ_ALLOW_MISSING_BINDINGS);
    return this.credential.options.bindings ?? (allows ? "allow-missing" : "require");
  }

  #refuseReplay({ serverChallenge }: Challenged, { ntResponse }: AuthenticateMessage): void {
    const { replayCache } = this.credential.options;
    if (!replayCache) return;
    const key = `ntlm:${toHex(serverChallenge)}:${toHex(ntResponse.subarray(0, KEY_LENGTH))}`;
    const isNew = this.answers.of("sealwire.replayCache.add", key, () =>
      replayCache.add(key, REPLAY_LIFETIME),
    );
    if (isNew === true) return;
    refuse(status.SEC_E_LOGON_DENIED, "Replayed", "this response was accepted before");
  }

  #granted(flags: number): number {
    const signs = flag.has(flags, flag.SIGN | flag.SEAL);
    const echoed = req.ASC_REQ_CONNECTION | req.ASC_REQ_USE_DCE_STYLE | req.ASC_REQ_EXTENDED_ERROR;
    return (
      (this.contextReq & echoed) |
      (signs
        ? req.ASC_RET_INTEGRITY | req.ASC_RET_REPLAY_DETECT | req.ASC_RET_SEQUENCE_DETECT
        : 0) |
      (flag.has(flags, flag.SEAL) ? req.ASC_RET_CONFIDENTIALITY : 0) |
      (flag.has(flags, flag.IDENTIFY) ? req.ASC_RET_IDENTIFY : 0)
    );
  }

  protected override wipe(): void {
    super.wipe();
    this.#challenged = null;
  }
}

interface MicFacts {
  readonly message: AuthenticateMessage;
  readonly pairs: readonly AvPair[];
  readonly sessionKey: Uint8Array;
}

function isAnonymous({ user, ntResponse, lmResponse }: AuthenticateMessage): boolean {
  return user === "" && ntResponse.length === 0 && lmResponse.length <= 1;
}

/** What a challenge reports of the server. There is no pair of flags: with one of value 0, clients of Windows failed. */
function pairsFor(names: ServerNames, time: Uint8Array): AvPair[] {
  const computer = names.netbiosComputer || DEFAULT_NAME;
  const texts: readonly (readonly [number, string | null | undefined])[] = [
    [AvId.NetbiosDomain, names.netbiosDomain || computer],
    [AvId.NetbiosComputer, computer],
    [AvId.DnsDomain, names.dnsDomain],
    [AvId.DnsComputer, names.dnsComputer],
    [AvId.DnsTree, names.dnsTree],
  ];
  const named = texts.flatMap(([id, text]) => (text ? [{ id, value: utf16le(text) }] : []));
  return [...named, { id: AvId.Timestamp, value: time }];
}

function altered(what: string): never {
  return refuse(status.SEC_E_MESSAGE_ALTERED, "WrongMic", what);
}
