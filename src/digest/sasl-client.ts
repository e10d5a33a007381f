/**
 * The client of DIGEST-MD5 (RFC 2831): a response for the server's challenge, then the check of the server's own proof.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { fromLatin1, latin1, utf8 } from "../bytes/text.ts";
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import type { NewContext } from "../message/message-package.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { type Challenge, maximumOf, readChallenge, saslCharset } from "./challenge.ts";
import { type Cipher, SOUND_CIPHERS } from "./ciphers.ts";
import type { DigestCredential } from "./credential.ts";
import { DigestContext } from "./digest-context.ts";
import { hasControl, MAX_TOKEN, readDirectives, writeDirectives } from "./directives.ts";
import { responseOf, secretHash, sessionHash } from "./hashes.ts";
import { DigestLayer, NoLayer } from "./layer.ts";
import type { Qop } from "./qop.ts";
import { EncodedText, hashedBytes, receivedText, sentValue } from "./text.ts";

/** The word in the place of HTTP's method. */
export const METHOD = "AUTHENTICATE";
/** In the place of the hash of a body. */
export const NO_ENTITY: string = "0".repeat(32);
export const FIRST_COUNT = "00000001";
export const SASL_ALGORITHM = "DIGEST-MD5";

const TARGET = /^[^/]+\/[^/]+(?:\/.+)?$/;

interface Answered {
  readonly ha1: Uint8Array;
  readonly rspauth: string;
  readonly realm: string;
  readonly qop: Qop;
  readonly cipher: Cipher | null;
  readonly peerMaximum: number;
}

export class SaslClientContext extends DigestContext {
  readonly #password: EncodedText;
  #answered: Answered | null = null;

  constructor(start: NewContext<DigestCredential>) {
    super(start);
    if (this.credential.user === "") {
      refuse(status.SEC_E_NO_CREDENTIALS, "NoUser", "the credential has no User");
    }
    this.#password = this.credential.password();
  }

  protected step({ token, targetHost }: EstablishInput): Step {
    if (this.targetName === "") this.targetName = targetHost;
    if (this.#answered !== null) return this.#finish(this.#answered, token);
    // A caller may call before it has the challenge: the server speaks first.
    if (token.length === 0) return { status: status.SEC_I_CONTINUE_NEEDED, token: null };
    return this.#respond(readChallenge(token));
  }

  #respond(challenge: Challenge): Step {
    const { credential } = this;
    const { crypto } = credential.environment;
    const { directives, nonce } = challenge;
    if (directives.one("algorithm").toLowerCase() !== "md5-sess") {
      refuse(status.SEC_E_ALGORITHM_MISMATCH, "WrongAlgorithm", "the algorithm is not md5-sess");
    }
    const charset = saslCharset(directives);
    const qop = this.#qop(challenge);
    const cipher = qop === "auth-conf" ? this.#cipher(directives.words("cipher") ?? []) : null;
    const peerMaximum = qop === "auth" ? 0 : maximumOf(directives);
    const uri = this.#uri();
    const realm = this.#realm(challenge);
    const realmText = EncodedText.of(receivedText(realm, charset, "the realm"));
    const user = EncodedText.of(credential.user);
    const userValue = sentValue(user, charset);
    const parts = [user, realmText, this.#password].map((text) => hashedBytes(text, charset));
    const [userBytes, realmBytes, password] = parts;
    if (!userBytes || !realmBytes || !password || userValue === null) {
      return refuse(
        status.SEC_E_INVALID_PARAMETER,
        "WrongCharset",
        "the server takes ISO 8859-1 alone, which User or Password is beyond",
      );
    }
    const exchange = { nonce, cnonce: this.freshNonce(), nc: FIRST_COUNT, qop, uri };
    const secret = secretHash(crypto.md5, userBytes, realmBytes, password);
    const ha1 = sessionHash(crypto.md5, secret, exchange);
    wipe(secret);
    const entity = qop === "auth" ? null : NO_ENTITY;
    const token = writeDirectives(
      [
        challenge.isUtf8 ? ["charset", "utf-8", "bare"] : null,
        ["username", userValue, "quoted"],
        challenge.realms.length > 0 ? ["realm", realm, "quoted"] : null,
        ["nonce", nonce, "quoted"],
        ["nc", FIRST_COUNT, "bare"],
        ["cnonce", exchange.cnonce, "quoted"],
        ["digest-uri", uri, "quoted"],
        ["response", responseOf(crypto.md5, ha1, exchange, METHOD, entity), "bare"],
        ["qop", qop, "bare"],
        cipher === null ? null : ["cipher", cipher.name, "bare"],
        qop === "auth" ? null : ["maxbuf", String(credential.maxbuf), "bare"],
      ],
      MAX_TOKEN,
    );
    const rspauth = responseOf(crypto.md5, ha1, exchange, "", entity);
    this.#password.wipe();
    this.#answered = { ha1, rspauth, realm, qop, cipher, peerMaximum };
    return { status: status.SEC_I_CONTINUE_NEEDED, token };
  }

  #qop({ qops }: Challenge): Qop {
    const found = this.wanted.find((qop) => qops.includes(qop));
    if (found !== undefined) return found;
    return refuse(
      status.SEC_E_QOP_NOT_SUPPORTED,
      "TooWeak",
      `the server offers ${qops.join(", ") || "no quality of protection"}, and ${this.wanted.join(", ")} is wanted`,
    );
  }

  #cipher(offered: readonly string[]): Cipher {
    const { ciphers } = this.credential;
    const found = ciphers.find(({ name }) => offered.includes(name));
    if (found !== undefined) return found;
    return refuse(
      status.SEC_E_ALGORITHM_MISMATCH,
      "NoCommonCipher",
      `the server offers the ciphers ${offered.join(", ") || "(none)"}; sealwire.digest.ciphers can allow more than ${SOUND_CIPHERS.join(", ")}`,
    );
  }

  #uri(): string {
    const { targetName } = this;
    if (TARGET.test(targetName) && !hasControl(targetName)) {
      return fromLatin1(utf8(targetName));
    }
    return refuse(
      status.SEC_E_TARGET_UNKNOWN,
      "WrongTarget",
      "targetName must be service/host or service/host/name, as in ldap/host.example",
    );
  }

  /** As the challenge has it. */
  #realm({ realms, isUtf8 }: Challenge): string {
    const wanted = this.credential.realm;
    const charset = isUtf8 ? "either" : "latin1";
    if (wanted === "" || realms.length === 0) return realms[0] ?? "";
    const found = realms.find((realm) => receivedText(realm, charset, "a realm") === wanted);
    if (found !== undefined) return found;
    return refuse(
      status.SEC_E_LOGON_DENIED,
      "WrongRealm",
      "the server does not offer the realm of authData.Domain",
    );
  }

  #finish({ ha1, rspauth, ...known }: Answered, token: Uint8Array): Step {
    const { crypto } = this.credential.environment;
    const { realm, qop, cipher, peerMaximum } = known;
    const proof = readDirectives(token).one("rspauth");
    if (!equalConstantTime(latin1(proof.toLowerCase()), latin1(rspauth))) {
      refuse(
        status.SEC_E_MESSAGE_ALTERED,
        "WrongProof",
        "the server has not proved that it knows the password",
      );
    }
    this.protection =
      qop === "auth"
        ? new NoLayer()
        : new DigestLayer(crypto, {
            ha1,
            isClient: true,
            cipher,
            peerMaximum,
            ownMaximum: this.credential.maxbuf,
          });
    this.establish({ user: this.credential.user, realm, qop, cipher, algorithm: SASL_ALGORITHM });
    wipe(ha1);
    this.#answered = null;
    return { status: status.SEC_E_OK, token: null };
  }

  protected wipe(): void {
    this.#password.wipe();
    wipe(this.#answered?.ha1);
  }
}
