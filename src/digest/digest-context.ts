/**
 * What contexts of both roles and both forms have in common.
 */
import { toBase64 } from "../bytes/base64.ts";
import { MessageContext } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import type { NewContext } from "../message/message-package.ts";
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import type { SealwireAuthentication } from "../sspi/authentication-values.ts";
import type { SecPkgContext_KeyInfo } from "../sspi/cipher-values.ts";
import * as flag from "../sspi/context-flags.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_BAD_BINDINGS, SEC_E_UNSUPPORTED_FUNCTION } from "../sspi/security-status.ts";
import type { Cipher } from "./ciphers.ts";
import type { DigestCredential } from "./credential.ts";
import { DIGEST_INFO } from "./package-info.ts";
import { grantedFlags, type Qop, wantedQops } from "./qop.ts";

const NONCE_LENGTH = 24;

/** What a finished login came to. */
export interface Established {
  readonly user: string;
  readonly realm: string;
  readonly qop: Qop;
  /** HTTP's algorithm; SASL's is DIGEST-MD5. */
  readonly algorithm: string;
  readonly cipher: Cipher | null;
}

export abstract class DigestContext extends MessageContext {
  override readonly packageInfo: SecPkgInfo = DIGEST_INFO;
  protected readonly credential: DigestCredential;
  protected readonly contextReq: number;
  /** In order of preference. */
  protected readonly wanted: readonly Qop[];
  #result: Established | null = null;

  constructor({ role, credential, targetName, contextReq }: NewContext<DigestCredential>) {
    super(role);
    const refused = flag.ISC_REQ_DELEGATE | flag.ISC_REQ_PROMPT_FOR_CREDS;
    if (role === "client" && (contextReq & refused) !== 0) {
      refuse(
        SEC_E_UNSUPPORTED_FUNCTION,
        "NotBuilt",
        "Digest neither delegates nor asks the user: leave out DELEGATE and PROMPT_FOR_CREDS",
      );
    }
    this.credential = credential;
    this.contextReq = contextReq;
    this.targetName = targetName;
    const isHttp = flag.hasFlag(contextReq, flag.ISC_REQ_HTTP);
    this.wanted = wantedQops({ role, contextReq, isHttp, options: credential.digest });
  }

  authentication(): SealwireAuthentication | null {
    const known = this.#result;
    if (known === null) return null;
    const { user, realm, qop, algorithm, cipher } = known;
    const mechanism = [algorithm, qop, cipher?.name].filter(Boolean).join(" ");
    const name = DIGEST_INFO.Name;
    return { package: name, user, domain: "", realm, mechanism, flags: 0, bindings: "ignored" };
  }

  /** Digest has keys for each direction, and none for a session. */
  sessionKey(): null {
    return null;
  }

  keyInfo(): SecPkgContext_KeyInfo | null {
    const known = this.#result;
    if (known === null) return null;
    const { cipher, qop, algorithm } = known;
    return {
      sSignatureAlgorithmName: qop === "auth" ? algorithm : "HMAC-MD5",
      sEncryptAlgorithmName: cipher?.algorithm ?? "",
      KeySize: cipher?.bits ?? (qop === "auth" ? 0 : 128),
      SignatureAlgorithm: 0,
      EncryptAlgorithm: cipher?.id ?? 0,
    };
  }

  protected establish(result: Established): void {
    this.#result = Object.freeze({ ...result });
    this.contextAttr = grantedFlags(this.role, this.contextReq, result.qop);
  }

  /** Digest has no channel bindings: a server that is given some must not take a login for a bound one. */
  protected refuseBindings(bindings: EstablishInput["bindings"]): void {
    if (bindings === null || this.credential.options.bindings) return;
    refuse(
      SEC_E_BAD_BINDINGS,
      "MissingBindings",
      'Digest has no channel bindings; sealwire.bindings: "ignore" accepts clients without',
    );
  }

  /** A nonce as text. */
  protected freshNonce(): string {
    return toBase64(this.credential.random(NONCE_LENGTH));
  }
}
