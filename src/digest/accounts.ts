/**
 * The secret of a client: H(user:realm:password), found by the caller's lookup.
 */

import { readAccount } from "../message/identity.ts";
import type { AccountQuestion } from "../message/identity-types.ts";
import type { LaterAnswers } from "../message/later.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_INVALID_PARAMETER, SEC_E_LOGON_DENIED } from "../sspi/security-status.ts";
import { TlsError } from "../sspi/tls-error.ts";
import type { DigestCredential } from "./credential.ts";
import { type Hash, secretHash } from "./hashes.ts";
import { type Charset, EncodedText, hashedBytes } from "./text.ts";

const NONE = new Uint8Array(0);

export interface Asked {
  readonly question: AccountQuestion;
  readonly hash: Hash;
  /** Bytes of the hash. */
  readonly hashLength: number;
  readonly charset: Charset;
}

export interface Secret {
  /** To be wiped. Of an unknown user that of an empty password, so that the rest takes the same time. */
  readonly hash: Uint8Array;
  readonly isKnown: boolean;
  /** The name; of a hashed one, what the account has. */
  readonly user: string;
}

/** @throws Pending. Refusal SEC_E_INVALID_PARAMETER (HelperFailed): the answer cannot be used */
export function secretOf(
  credential: DigestCredential,
  answers: LaterAnswers,
  { question, hash, hashLength, charset }: Asked,
): Secret {
  const { lookup } = credential.options;
  const answer = answers.of("sealwire.lookup", JSON.stringify(question), () => lookup?.(question));
  try {
    const account = readAccount(answer);
    const user = account?.user || question.user;
    if (account?.ha1) {
      if (account.ha1.length === hashLength) {
        return { hash: account.ha1.slice(), isKnown: true, user };
      }
      return failed(`ha1 has ${account.ha1.length} bytes, and the hash has ${hashLength}`);
    }
    const isNamed = question.isUserHash !== true || Boolean(account?.user);
    const password = isNamed ? (account?.password ?? null) : null;
    const texts = [user, question.realm, password ?? ""].map((text) => EncodedText.of(text));
    const [name, realm, word] = texts.map((text) => hashedBytes(text, charset));
    const isKnown = password !== null && Boolean(name && realm && word);
    const secret = secretHash(hash, name ?? NONE, realm ?? NONE, word ?? NONE);
    for (const text of texts) text.wipe();
    return { hash: secret, isKnown, user };
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return failed(error.message);
  }
}

function failed(why: string): never {
  return refuse(SEC_E_INVALID_PARAMETER, "HelperFailed", `sealwire.lookup() failed: ${why}`);
}

/** One refusal for an unknown user and for a wrong password. */
export function denied(): never {
  return refuse(
    SEC_E_LOGON_DENIED,
    "WrongPassword",
    "the client's response is not that of a known user with the right password",
  );
}
