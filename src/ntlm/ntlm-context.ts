/**
 * What contexts of both roles have in common: the session's key, its protection, and what is known of the client.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { MessageContext } from "../message/context.ts";
import type { NewContext } from "../message/message-package.ts";
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import type { SealwireAuthentication } from "../sspi/authentication-values.ts";
import type { SecPkgContext_KeyInfo } from "../sspi/cipher-values.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_INVALID_TOKEN, SEC_E_UNSUPPORTED_FUNCTION } from "../sspi/security-status.ts";
import type { NtlmCredential } from "./credential.ts";
import { ESS, has, keyLength } from "./flags.ts";
import { NTLM_INFO } from "./package-info.ts";
import { NtlmProtection } from "./protection.ts";
import { OldNtlmProtection } from "./protection-without-ess.ts";

/** ISC_REQ_DATAGRAM and ASC_REQ_DATAGRAM. */
const DATAGRAM = 0x400;

/** What a finished handshake came to. */
export interface Established extends Omit<SealwireAuthentication, "package" | "realm"> {
  readonly sessionKey: Uint8Array;
}

export abstract class NtlmContext extends MessageContext {
  override readonly packageInfo: SecPkgInfo = NTLM_INFO;
  protected readonly credential: NtlmCredential;
  protected readonly contextReq: number;
  #established: Established | null = null;
  #targetInformation: Uint8Array | null = null;

  constructor({ role, credential, targetName, contextReq }: NewContext<NtlmCredential>) {
    super(role);
    if ((contextReq & DATAGRAM) !== 0) {
      refuse(SEC_E_UNSUPPORTED_FUNCTION, "NotBuilt", "NTLM over datagrams is not built");
    }
    this.credential = credential;
    this.contextReq = contextReq;
    this.targetName = targetName;
  }

  authentication(): SealwireAuthentication | null {
    if (this.#established === null) return null;
    const { sessionKey: _, ...known } = this.#established;
    return { package: NTLM_INFO.Name, realm: "", ...known };
  }

  sessionKey(): Uint8Array | null {
    return this.#established?.sessionKey.slice() ?? null;
  }

  keyInfo(): SecPkgContext_KeyInfo | null {
    return this.#established === null
      ? null
      : {
          sSignatureAlgorithmName: has(this.#established.flags, ESS) ? "HMAC-MD5" : "CRC32",
          sEncryptAlgorithmName: "RC4",
          KeySize: 8 * keyLength(this.#established.flags),
          SignatureAlgorithm: 0,
          EncryptAlgorithm: CALG_RC4,
        };
  }

  override targetInformation(): Uint8Array | null {
    return this.#targetInformation?.slice() ?? null;
  }

  protected keepTargetInformation(pairs: Uint8Array): void {
    this.#targetInformation = pairs.slice();
  }

  protected establish(result: Established): void {
    const { flags, sessionKey } = result;
    this.#established = result;
    this.protection = has(flags, ESS)
      ? new NtlmProtection(this.credential.crypto, sessionKey, flags, this.role === "client")
      : new OldNtlmProtection(sessionKey, flags);
  }

  protected wipe(): void {
    wipe(this.#established?.sessionKey);
  }
}

/** ALG_ID of RC4 in the SDK. */
const CALG_RC4 = 0x6801;

/** What a reader of a token throws becomes a refusal of the token. */
export function decoded<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse(SEC_E_INVALID_TOKEN, "MalformedToken", error.message);
  }
}
