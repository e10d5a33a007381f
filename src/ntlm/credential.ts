/**
 * A credential of NTLM: hashes instead of the password, and the options.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { accountName } from "../message/attributes.ts";
import type { MessageRole } from "../message/context.ts";
import type { Identity } from "../message/identity.ts";
import type { IdentityOptions, NtlmOptions } from "../message/identity-types.ts";
import type { LegacyCrypto } from "../message/legacy-crypto.ts";
import type { MessageCredential } from "../message/message-package.ts";
import { refuse } from "../sspi/refusal.ts";
import {
  SEC_E_CRYPTO_SYSTEM_INVALID,
  SEC_E_INVALID_PARAMETER,
  SEC_E_NO_CREDENTIALS,
} from "../sspi/security-status.ts";
import { timeStamp } from "../sspi/time-stamp.ts";
import { lmHashOf, ntHashOf } from "./responses.ts";

/** What an entry gives the package. */
export interface NtlmEnvironment {
  readonly crypto: LegacyCrypto;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export class NtlmCredential implements MessageCredential {
  readonly roles: readonly MessageRole[];
  readonly name: string | null;
  readonly user: string;
  readonly domain: string;
  readonly options: IdentityOptions;
  readonly ntlm: NtlmOptions;
  readonly crypto: LegacyCrypto;
  readonly #clock: () => number;
  readonly #ntHash: Uint8Array | null;
  readonly #lmHash: Uint8Array | null;

  /** @throws Refusal: what a role needs is missing */
  constructor(roles: readonly MessageRole[], identity: Identity, environment: NtlmEnvironment) {
    const { options, User, Domain, Password } = identity;
    this.roles = roles;
    this.options = options;
    this.ntlm = options.ntlm ?? {};
    this.user = User;
    this.domain = Domain;
    this.name = User === "" ? null : accountName({ user: User, domain: Domain, realm: "" });
    this.crypto = environment.crypto;
    this.#clock = options.clock ?? environment.clock;
    this.#check(Password !== null);
    const { tripleDes } = this.crypto;
    const sendsLm = this.ntlm.lm === true && tripleDes !== null && Password !== null;
    this.#lmHash = sendsLm ? lmHashOf(tripleDes, Password) : null;
    this.#ntHash = options.ntHash?.slice() ?? (Password === null ? null : ntHashOf(Password));
  }

  #check(hasPassword: boolean): void {
    const { options, user } = this;
    if (this.roles.includes("client") && user !== "" && !hasPassword && !options.ntHash) {
      refuse(
        SEC_E_NO_CREDENTIALS,
        "NoPassword",
        "authData has a User and neither Password nor sealwire.ntHash",
      );
    }
    if (this.roles.includes("server") && !options.lookup) {
      refuse(
        SEC_E_NO_CREDENTIALS,
        "NoLookup",
        "a server needs sealwire.lookup, which finds the NT hash or the password of a user",
      );
    }
    if (this.ntlm.version1 && this.crypto.tripleDes === null) {
      refuse(
        SEC_E_CRYPTO_SYSTEM_INVALID,
        "NotBuilt",
        "sealwire.ntlm.version1 needs DES, which only Node has: leave it out, NTLMv2 needs none",
      );
    }
  }

  /** True if nothing but an anonymous logon is possible. */
  get isAnonymous(): boolean {
    return this.user === "";
  }

  /** Copies of the hashes, for one context, which wipes them. */
  secrets(): { readonly ntHash: Uint8Array; readonly lmHash: Uint8Array | null } {
    return {
      ntHash: this.#ntHash?.slice() ?? new Uint8Array(16),
      lmHash: this.#lmHash?.slice() ?? null,
    };
  }

  /** @throws Refusal SEC_E_INVALID_PARAMETER (HelperFailed): the caller's randomness is not so many bytes */
  random(length: number): Uint8Array {
    const { random } = this.options;
    if (!random) return this.crypto.random(length);
    const bytes = called("sealwire.random", () => random(length));
    if (bytes instanceof Uint8Array && bytes.length === length) return bytes.slice();
    return helperFailed("sealwire.random", `it did not answer with ${length} bytes`);
  }

  /** The time as FILETIME, eight bytes. */
  time(): Uint8Array {
    const now = called("sealwire.clock", this.#clock);
    if (!Number.isFinite(now) || Math.abs(now) > LATEST) {
      return helperFailed("sealwire.clock", "it did not answer with milliseconds since 1970");
    }
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, timeStamp(now), true);
    return bytes;
  }

  wipe(): void {
    wipe(this.#ntHash, this.#lmHash, this.options.ntHash);
  }
}

/** Milliseconds, the latest time of a Date. */
const LATEST = 8.64e15;

function called<Value>(helper: string, call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    return helperFailed(helper, error instanceof Error ? error.message : String(error));
  }
}

function helperFailed(helper: string, why: string): never {
  return refuse(SEC_E_INVALID_PARAMETER, "HelperFailed", `${helper}() failed: ${why}`);
}
