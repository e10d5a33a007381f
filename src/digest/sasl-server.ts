/**
 * The server of DIGEST-MD5 (RFC 2831): a challenge, then the check of the client's response and a proof of its own.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { fromLatin1, fromUtf8, latin1, utf8 } from "../bytes/text.ts";
import type { Step } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import { WDIGEST_SP_NAME } from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { denied, secretOf } from "./accounts.ts";
import { MAX_CHALLENGE, maximumOf, saslCharset } from "./challenge.ts";
import type { Cipher } from "./ciphers.ts";
import { DigestContext } from "./digest-context.ts";
import { type Directives, malformed, readDirectives, writeDirectives } from "./directives.ts";
import { responseOf, sessionHash } from "./hashes.ts";
import { DigestLayer, NoLayer } from "./layer.ts";
import { isQop, type Qop } from "./qop.ts";
import { FIRST_COUNT, METHOD, NO_ENTITY, SASL_ALGORITHM } from "./sasl-client.ts";
import { receivedText } from "./text.ts";

const HASH_LENGTH = 16;
/** Characters of a client's nonce, at most. */
const MAX_NONCE = 512;

export class SaslServerContext extends DigestContext {
  /** Null: the challenge is not sent yet. */
  #nonce: string | null = null;

  protected step({ token, bindings }: EstablishInput): Step {
    this.refuseBindings(bindings);
    // A client that begins with a response knows another challenge (RFC 2831 §2.2): it is given a new one.
    if (this.#nonce === null) return this.#challenge();
    return this.#check(this.#nonce, readDirectives(token));
  }

  #challenge(): Step {
    const { ciphers, ownRealm, maxbuf } = this.credential;
    const nonce = this.freshNonce();
    const conceals = this.wanted.includes("auth-conf");
    const protects = conceals || this.wanted.includes("auth-int");
    const names = ciphers.map(({ name }) => name).join(",");
    const token = writeDirectives(
      [
        ["realm", fromLatin1(utf8(ownRealm)), "quoted"],
        ["nonce", nonce, "quoted"],
        ["qop", this.wanted.join(","), "quoted"],
        conceals ? ["cipher", names, "quoted"] : null,
        protects ? ["maxbuf", String(maxbuf), "bare"] : null,
        ["charset", "utf-8", "bare"],
        ["algorithm", "md5-sess", "bare"],
      ],
      MAX_CHALLENGE,
    );
    this.#nonce = nonce;
    return { status: status.SEC_I_CONTINUE_NEEDED, token };
  }

  #check(nonce: string, directives: Directives): Step {
    const { credential } = this;
    const { crypto } = credential.environment;
    const charset = saslCharset(directives);
    const user = receivedText(directives.one("username"), charset, "username");
    const realm = receivedText(directives.optional("realm") ?? "", charset, "realm");
    const cnonce = directives.one("cnonce");
    if (cnonce === "" || cnonce.length > MAX_NONCE) return malformed("cnonce has a wrong length");
    if (directives.one("nc") !== FIRST_COUNT) return malformed("nc is not 00000001");
    const qop = this.#qop(directives);
    const cipher = qop === "auth-conf" ? this.#cipher(directives) : null;
    const peerMaximum = qop === "auth" ? 0 : maximumOf(directives);
    const uri = this.#uri(directives.one("digest-uri"));
    const response = directives.one("response").toLowerCase();
    const authzid = directives.optional("authzid");
    const question = { package: WDIGEST_SP_NAME, user, domain: "", realm };
    const hash = crypto.md5;
    const asked = { question, hash, hashLength: HASH_LENGTH, charset };
    const secret = secretOf(credential, this.answers, asked);
    const exchange = { nonce, cnonce, nc: FIRST_COUNT, qop, uri };
    const ha1 = sessionHash(hash, secret.hash, exchange, authzid);
    wipe(secret.hash);
    const entity = qop === "auth" ? null : NO_ENTITY;
    const right = responseOf(hash, ha1, exchange, METHOD, entity);
    const proof = responseOf(hash, ha1, exchange, "", entity);
    const isRight =
      [
        equalConstantTime(latin1(response), latin1(right)),
        equalConstantTime(latin1(directives.one("nonce")), latin1(nonce)),
        realm === credential.ownRealm,
        authzid === undefined || authzid === "" || authzid === directives.one("username"),
        secret.isKnown,
      ].filter((holds) => !holds).length === 0;
    if (!isRight) {
      wipe(ha1);
      return denied();
    }
    this.protection =
      qop === "auth"
        ? new NoLayer()
        : new DigestLayer(crypto, {
            ha1,
            isClient: false,
            cipher,
            peerMaximum,
            ownMaximum: credential.maxbuf,
          });
    wipe(ha1);
    this.establish({ user, realm, qop, cipher, algorithm: SASL_ALGORITHM });
    return { status: status.SEC_E_OK, token: latin1(`rspauth=${proof}`) };
  }

  #qop(directives: Directives): Qop {
    const qop = directives.optional("qop") ?? "auth";
    if (isQop(qop) && this.wanted.includes(qop)) return qop;
    return refuse(
      status.SEC_E_QOP_NOT_SUPPORTED,
      "TooWeak",
      `the client does not use what was offered: ${this.wanted.join(", ")}`,
    );
  }

  #cipher(directives: Directives): Cipher {
    const name = directives.one("cipher");
    const found = this.credential.ciphers.find((cipher) => cipher.name === name);
    if (found !== undefined) return found;
    return refuse(
      status.SEC_E_ALGORITHM_MISMATCH,
      "NoCommonCipher",
      "the client does not use a cipher that was offered",
    );
  }

  /** Checks what the client wanted to reach, where the caller names its host. */
  #uri(uri: string): string {
    const [service = "", host = ""] = uri.split("/");
    if (service === "" || host === "") return malformed("digest-uri is not service/host");
    const own = this.credential.options.names?.dnsComputer;
    if (own && own.toLowerCase() !== host.toLowerCase()) {
      refuse(
        status.SEC_E_LOGON_DENIED,
        "WrongTarget",
        "the client's response is for another host than sealwire.names.dnsComputer",
      );
    }
    this.targetName = textOf(uri);
    return uri;
  }

  protected wipe(): void {
    this.#nonce = null;
  }
}

/** UTF-8 where it is. */
function textOf(bytes: string): string {
  try {
    return fromUtf8(latin1(bytes));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return bytes;
  }
}
