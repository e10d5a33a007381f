/**
 * The client of HTTP Digest (RFC 7616): an Authorization for the server's WWW-Authenticate. `targetName` is the URI of the
 * request; PKG_PARAMS hold its method and, for auth-int, the hash of its body.
 */
import { fromLatin1, latin1, utf8 } from "../bytes/text.ts";
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import type { NewContext } from "../message/message-package.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { type Challenge, readChallenge } from "./challenge.ts";
import type { DigestCredential } from "./credential.ts";
import { DigestContext } from "./digest-context.ts";
import type { Written } from "./directives.ts";
import { secretHash } from "./hashes.ts";
import { ALGORITHMS, type Algorithm, algorithmOf, extendedValue, userHash } from "./http.ts";
import {
  authorize,
  type ClientSession,
  HttpClientProtection,
  keyOf,
  requestOf,
} from "./http-protection.ts";
import { EncodedText } from "./text.ts";

export class HttpClientContext extends DigestContext {
  readonly #password: EncodedText;

  constructor(start: NewContext<DigestCredential>) {
    super(start);
    if (this.credential.user === "") {
      refuse(status.SEC_E_NO_CREDENTIALS, "NoUser", "the credential has no User");
    }
    this.#password = this.credential.password();
  }

  protected step({ token, parameters }: EstablishInput): Step {
    if (token.length === 0) return { status: status.SEC_I_CONTINUE_NEEDED, token: null };
    const challenge = readChallenge(token);
    const algorithm = this.#algorithm(challenge);
    const qop = this.#qop(challenge);
    const [method, entity] = parameters;
    const uri = utf8(this.targetName);
    const request = requestOf({ algorithm, qop }, [method, uri, entity]);
    const realm = this.#realm(challenge);
    const user = EncodedText.of(this.credential.user);
    const session: ClientSession = {
      algorithm,
      secret: secretHash(algorithm.hash, user.utf8, latin1(realm), this.#password.utf8),
      nonce: challenge.nonce,
      qop,
      names: this.#names(challenge, algorithm, user, realm),
      realm,
      opaque: challenge.directives.optional("opaque"),
      freshNonce: () => this.freshNonce(),
    };
    const cnonce = this.freshNonce();
    const place = { nonce: challenge.nonce, count: 1, ha1: keyOf(session, cnonce), cnonce };
    const { exchanged, token: authorization } = authorize(session, request, place);
    this.#password.wipe();
    this.protection = new HttpClientProtection(session, exchanged);
    this.establish({
      user: this.credential.user,
      realm,
      qop,
      algorithm: algorithm.name,
      cipher: null,
    });
    return { status: status.SEC_E_OK, token: authorization };
  }

  #algorithm({ directives }: Challenge): Algorithm {
    const named = (directives.optional("algorithm") ?? "MD5").toUpperCase();
    const allowed = this.credential.digest.algorithms ?? ALGORITHMS;
    const found = allowed.find((name) => name.toUpperCase() === named);
    if (found !== undefined) return algorithmOf(this.credential.environment, found);
    return refuse(
      status.SEC_E_ALGORITHM_MISMATCH,
      "WrongAlgorithm",
      `the server's algorithm is not among ${allowed.join(", ")}; another of its challenges may be`,
    );
  }

  #qop({ qops, directives }: Challenge): "auth" | "auth-int" {
    const offered = directives.optional("qop") === undefined ? [] : qops;
    const found = this.wanted.find((qop) => offered.includes(qop));
    if (found === "auth" || found === "auth-int") return found;
    return refuse(
      status.SEC_E_QOP_NOT_SUPPORTED,
      "TooWeak",
      `the server offers the qualities of protection ${offered.join(", ") || "(none)"}, and ${this.wanted.join(", ")} is wanted`,
    );
  }

  #realm({ directives }: Challenge): string {
    const realm = directives.one("realm");
    const wanted = this.credential.realm;
    if (wanted === "" || realm === fromLatin1(utf8(wanted))) return realm;
    return refuse(
      status.SEC_E_LOGON_DENIED,
      "WrongRealm",
      "the server's realm is not that of authData.Domain",
    );
  }

  #names(
    { directives, isUtf8 }: Challenge,
    algorithm: Algorithm,
    user: EncodedText,
    realm: string,
  ): readonly Written[] {
    const isOffered = directives.optional("userhash")?.toLowerCase() === "true";
    if (isOffered && this.credential.digest.userhash !== false) {
      const hashed = userHash(algorithm, user.utf8, latin1(realm));
      return [
        ["username", hashed, "quoted"],
        ["userhash", "true", "bare"],
      ];
    }
    const isAscii = user.utf8.every((byte) => byte < 0x80);
    return isAscii || !isUtf8
      ? [["username", fromLatin1(user.utf8), "quoted"]]
      : [["username*", extendedValue(user.utf8), "bare"]];
  }

  protected wipe(): void {
    this.#password.wipe();
  }
}
