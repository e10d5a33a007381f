/**
 * The server of HTTP Digest (RFC 7616): a challenge for WWW-Authenticate, then the check of an Authorization. PKG_PARAMS hold
 * method, URI and, for auth-int, the hash of the body. The caller finds the context of a request by `opaque`.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { fromLatin1, latin1, toHex, utf8 } from "../bytes/text.ts";
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import type { NewContext } from "../message/message-package.ts";
import { WDIGEST_SP_NAME } from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { denied, secretOf } from "./accounts.ts";
import { MAX_CHALLENGE } from "./challenge.ts";
import type { DigestCredential } from "./credential.ts";
import { DigestContext } from "./digest-context.ts";
import { type Directives, malformed, readDirectives, writeDirectives } from "./directives.ts";
import { type Algorithm, algorithmOf, DEFAULT_ALGORITHM } from "./http.ts";
import {
  authenticationInfo,
  checkRequest,
  HttpServerProtection,
  type Presented,
  requestOf,
} from "./http-protection.ts";
import { receivedText } from "./text.ts";

const OPAQUE_LENGTH = 16;

export class HttpServerContext extends DigestContext {
  readonly #algorithm: Algorithm;
  #nonce: string | null = null;
  #opaque = "";

  constructor(start: NewContext<DigestCredential>) {
    super(start);
    const [name = DEFAULT_ALGORITHM] = this.credential.digest.algorithms ?? [];
    this.#algorithm = algorithmOf(this.credential.environment, name);
  }

  protected step({ token, parameters, bindings }: EstablishInput): Step {
    this.refuseBindings(bindings);
    // An Authorization for a nonce that nobody knows any more is answered with a new one.
    if (this.#nonce === null) return this.#challenge(token.length > 0);
    return this.#check(this.#nonce, readDirectives(token), parameters);
  }

  #challenge(isStale: boolean): Step {
    const { ownRealm, digest } = this.credential;
    const nonce = this.freshNonce();
    const opaque = toHex(this.credential.random(OPAQUE_LENGTH));
    const token = writeDirectives(
      [
        ["realm", fromLatin1(utf8(ownRealm)), "quoted"],
        ["nonce", nonce, "quoted"],
        ["opaque", opaque, "quoted"],
        ["qop", this.wanted.join(", "), "quoted"],
        ["algorithm", this.#algorithm.name, "bare"],
        ["charset", "UTF-8", "bare"],
        digest.userhash === true ? ["userhash", "true", "bare"] : null,
        isStale ? ["stale", "true", "bare"] : null,
      ],
      MAX_CHALLENGE,
    );
    this.#nonce = nonce;
    this.#opaque = opaque;
    return { status: status.SEC_I_CONTINUE_NEEDED, token };
  }

  #check(nonce: string, directives: Directives, parameters: readonly Uint8Array[]): Step {
    const { credential } = this;
    const algorithm = this.#algorithm;
    const presented = this.#read(directives);
    const qop = this.#qop(presented.qop);
    const request = requestOf({ algorithm, qop }, parameters);
    const { realm } = presented;
    const isUserHash = isHashed(directives);
    const question = {
      package: WDIGEST_SP_NAME,
      user: presented.user,
      domain: "",
      realm: receivedText(realm, "utf-8", "realm"),
      ...(isUserHash ? { isUserHash } : {}),
    };
    const secret = secretOf(credential, this.answers, {
      question,
      hash: algorithm.hash,
      hashLength: algorithm.length,
      charset: "utf-8",
    });
    const session = {
      algorithm,
      secret: secret.hash,
      nonce,
      qop,
      user: presented.user,
      realm,
      read: (token: Uint8Array) => this.#read(readDirectives(token)),
    };
    const exchanged = checkRequest(session, presented, request, { count: 0, last: null });
    const isOurs = realm === fromLatin1(utf8(credential.ownRealm)) && secret.isKnown;
    if (exchanged === null || !isOurs) {
      wipe(secret.hash, exchanged?.ha1);
      return denied();
    }
    this.protection = new HttpServerProtection(session, exchanged);
    this.targetName = request.uri;
    const { user } = secret;
    this.establish({ user, realm: question.realm, qop, algorithm: algorithm.name, cipher: null });
    // With auth-int the proof covers a body that is not made yet: makeSignature writes it.
    const info = qop === "auth" ? authenticationInfo(session, exchanged, null) : null;
    return { status: status.SEC_E_OK, token: info };
  }

  #qop(named: string): "auth" | "auth-int" {
    const found = this.wanted.find((qop) => qop === named);
    if (found === "auth" || found === "auth-int") return found;
    return refuse(
      status.SEC_E_QOP_NOT_SUPPORTED,
      "TooWeak",
      `the client does not use a quality of protection that was offered: ${this.wanted.join(", ")}`,
    );
  }

  #read(directives: Directives): Presented {
    const opaque = directives.optional("opaque");
    const algorithm = directives.optional("algorithm") ?? "MD5";
    if (opaque !== undefined && opaque !== this.#opaque) malformed("opaque is not the server's");
    if (algorithm.toUpperCase() !== this.#algorithm.name.toUpperCase()) {
      malformed("the algorithm is not the server's");
    }
    return {
      nonce: directives.one("nonce"),
      cnonce: directives.one("cnonce"),
      nc: directives.one("nc"),
      uri: directives.one("uri"),
      qop: directives.one("qop").toLowerCase(),
      response: directives.one("response"),
      user: userOf(directives),
      realm: directives.one("realm"),
    };
  }

  protected wipe(): void {
    this.#nonce = null;
  }
}

function isHashed(directives: Directives): boolean {
  return directives.optional("userhash")?.toLowerCase() === "true";
}

/** `username`, or `username*` (RFC 5987), but not both. */
function userOf(directives: Directives): string {
  const plain = directives.optional("username");
  const extended = directives.optional("username*");
  if (extended === undefined) {
    return receivedText(plain ?? malformed("username is missing"), "utf-8", "username");
  }
  if (plain !== undefined || isHashed(directives)) malformed("username* stands beside username");
  const encoded = /^utf-8'[^']*'((?:[^%]|%[0-9a-f]{2})*)$/i.exec(extended)?.[1];
  if (encoded === undefined) return malformed("username* is not UTF-8 in percent signs");
  const bytes = encoded.replace(/%(..)/g, (_, digits: string) =>
    fromLatin1(Uint8Array.of(Number.parseInt(digits, 16))),
  );
  return receivedText(fromLatin1(latin1(bytes)), "utf-8", "username*");
}
