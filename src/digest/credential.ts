/**
 * A credential of Digest: the user's name and password as bytes, and the options.
 */
import { accountName } from "../message/attributes.ts";
import type { MessageRole } from "../message/context.ts";
import type { Identity } from "../message/identity.ts";
import type { DigestOptions, IdentityOptions } from "../message/identity-types.ts";
import type { DigestHashes, LegacyCrypto } from "../message/legacy-crypto.ts";
import type { MessageCredential } from "../message/message-package.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { CIPHERS, type Cipher, SOUND_CIPHERS } from "./ciphers.ts";
import { hasControl } from "./directives.ts";
import { EncodedText } from "./text.ts";

/** What an entry gives the package. */
export interface DigestEnvironment {
  readonly crypto: LegacyCrypto;
  readonly hashes: DigestHashes;
}

const DEFAULT_MAXBUF = 65536;

export class DigestCredential implements MessageCredential {
  readonly roles: readonly MessageRole[];
  readonly name: string | null;
  readonly user: string;
  /** The realm that a client wants; empty: the first one of the server. */
  readonly realm: string;
  /** The realm of a server. */
  readonly ownRealm: string;
  readonly options: IdentityOptions;
  readonly digest: DigestOptions;
  readonly ciphers: readonly Cipher[];
  readonly maxbuf: number;
  readonly environment: DigestEnvironment;
  readonly #password: EncodedText;

  /** @throws Refusal: what a role needs is missing */
  constructor(roles: readonly MessageRole[], identity: Identity, environment: DigestEnvironment) {
    const { options, User, Domain, Password } = identity;
    const names = options.names ?? {};
    this.roles = roles;
    this.options = options;
    this.digest = options.digest ?? {};
    this.user = User;
    this.realm = Domain;
    this.ownRealm = Domain || names.dnsDomain || names.dnsComputer || "";
    this.name = User === "" ? null : accountName({ user: User, domain: "", realm: Domain });
    this.environment = environment;
    this.maxbuf = this.digest.maxbuf ?? DEFAULT_MAXBUF;
    this.#check(Password !== null);
    this.ciphers = this.#chosenCiphers();
    this.#password = EncodedText.of(Password ?? "");
  }

  #check(hasPassword: boolean): void {
    const { options, roles, user, ownRealm } = this;
    if (hasControl(user + ownRealm)) {
      refuse(
        status.SEC_E_INVALID_PARAMETER,
        "WrongName",
        "User and Domain cannot have control characters",
      );
    }
    if (roles.includes("client") && !roles.includes("server") && (user === "" || !hasPassword)) {
      refuse(status.SEC_E_NO_CREDENTIALS, "NoPassword", "a client needs User and Password");
    }
    if (roles.includes("server") && !options.lookup) {
      refuse(
        status.SEC_E_NO_CREDENTIALS,
        "NoLookup",
        "a server needs sealwire.lookup, which finds the password or H(user:realm:password) of a user",
      );
    }
    if (roles.includes("server") && ownRealm === "") {
      refuse(
        status.SEC_E_NO_CREDENTIALS,
        "NoRealm",
        "a server needs a realm: authData.Domain, or sealwire.names.dnsDomain",
      );
    }
    if (roles.includes("server") && options.bindings === "require") {
      refuse(
        status.SEC_E_UNSUPPORTED_FUNCTION,
        "NotBuilt",
        'Digest has no channel bindings: sealwire.bindings cannot be "require"',
      );
    }
  }

  #chosenCiphers(): readonly Cipher[] {
    const hasDes = this.environment.crypto.tripleDes !== null;
    const { ciphers } = this.digest;
    const runs = ({ blockSize }: Cipher): boolean => hasDes || blockSize === 0;
    const named = (ciphers ?? SOUND_CIPHERS).flatMap((name) =>
      CIPHERS.filter((cipher) => cipher.name === name),
    );
    if (ciphers && !named.every(runs)) {
      refuse(
        status.SEC_E_CRYPTO_SYSTEM_INVALID,
        "NotBuilt",
        'sealwire.digest.ciphers names 3des or des, which only Node has: name "rc4"',
      );
    }
    return named.filter(runs);
  }

  /** A copy of the password, for one context, which wipes it. */
  password(): EncodedText {
    return this.#password.copy();
  }

  /** @throws Refusal SEC_E_INVALID_PARAMETER (HelperFailed): the caller's randomness is not so many bytes */
  random(length: number): Uint8Array {
    const { random } = this.options;
    if (!random) return this.environment.crypto.random(length);
    let bytes: unknown;
    try {
      bytes = random(length);
    } catch (error) {
      return randomFailed(error instanceof Error ? error.message : String(error));
    }
    if (bytes instanceof Uint8Array && bytes.length === length) return bytes.slice();
    return randomFailed(`it did not answer with ${length} bytes`);
  }

  wipe(): void {
    this.#password.wipe();
  }
}

function randomFailed(why: string): never {
  return refuse(status.SEC_E_INVALID_PARAMETER, "HelperFailed", `sealwire.random() failed: ${why}`);
}
