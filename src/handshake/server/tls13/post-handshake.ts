/**
 * Post-handshake authentication asked for by a server (RFC 8446 §4.6.2). The answer's messages come one after the
 * other: once Certificate is there, nothing else is awaited until Finished. Application data flows until then.
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { finishedVerifyData } from "../../../crypto/key-schedule-13.ts";
import { certificateVerifyContent } from "../../../crypto/signed-content.ts";
import type { Transcript } from "../../../crypto/transcript.ts";
import { type CipherSuite, HASHES } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { decodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import { decodeFinished } from "../../../wire/finished.ts";
import type { PostHandshake } from "../../connected-13.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { storePeerChain, verifyPeer } from "../../peer-chain.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { verifyPeerSignature } from "../../verify-signature.ts";
import { certificateRequest, readClientCertificate } from "./certificate-request.ts";

/** Bytes of the context that tells requests apart. */
const REQUEST_CONTEXT_LENGTH = 16;

/** A request that was sent. */
interface Request {
  readonly context: Uint8Array;
  /** The handshake and the request. */
  readonly transcript: Transcript;
}

export class ServerPostHandshake implements PostHandshake {
  readonly expects: readonly number[];
  readonly #context: HandshakeContext;
  readonly #suite: CipherSuite;
  readonly #request: Request | null;

  /** @param request null: nothing was asked for yet, or it was answered */
  constructor(context: HandshakeContext, suite: CipherSuite, request: Request | null = null) {
    this.#context = context;
    this.#suite = suite;
    this.#request = request;
    this.expects = request === null ? [] : [HandshakeType.Certificate];
  }

  ask(flight: Flight): PostHandshake {
    if (this.#request !== null) return this;
    const { config, transcript } = this.#context;
    const context = config.random(REQUEST_CONTEXT_LENGTH).slice();
    const message = certificateRequest(config, context);
    const asked = transcript.copy();
    asked.add(message);
    flight.message(message);
    return new ServerPostHandshake(this.#context, this.#suite, { context, transcript: asked });
  }

  handle(
    message: HandshakeMessage,
    _flight: Flight,
    clientSecret: Uint8Array,
    _connected: HandshakeState,
    reconnected: (next: PostHandshake) => HandshakeState,
  ): Next {
    const request = this.#request;
    if (request === null)
      fail("UnexpectedMessage", "a Certificate came without a CertificateRequest");
    const context = this.#context;
    const { entries } = readClientCertificate(context.config, message.body, request.context);
    const { transcript } = request;
    transcript.add(message.bytes);
    const finished = new ExpectFinished(context, this.#suite, transcript, clientSecret, () =>
      reconnected(new ServerPostHandshake(context, this.#suite)),
    );
    if (entries.length === 0) return finished;
    const leaf = storePeerChain(
      context,
      entries.map((entry) => entry.certificate),
    );
    return new ExpectCertificateVerify(context, transcript, leaf, finished);
  }
}

class ExpectCertificateVerify implements HandshakeState {
  readonly name = "server13.PostHandshakeExpectCertificateVerify";
  readonly expects: readonly number[] = [HandshakeType.CertificateVerify];
  readonly #context: HandshakeContext;
  readonly #transcript: Transcript;
  readonly #leaf: LeafCertificate;
  readonly #finished: HandshakeState;

  constructor(
    context: HandshakeContext,
    transcript: Transcript,
    leaf: LeafCertificate,
    finished: HandshakeState,
  ) {
    this.#context = context;
    this.#transcript = transcript;
    this.#leaf = leaf;
    this.#finished = finished;
  }

  handle(message: HandshakeMessage): Next {
    const { scheme, signature } = decodeCertificateVerify(message.body);
    const content = certificateVerifyContent("client", this.#transcript.digest());
    const context = this.#context;
    const proof = verifyPeerSignature(context, this.#leaf, TLS13, scheme, content, signature);
    this.#transcript.add(message.bytes);
    return whenSettled<void, HandshakeState>(proof, () =>
      verifyPeer<HandshakeState>(context, "client", () => this.#finished),
    );
  }
}

class ExpectFinished implements HandshakeState {
  readonly name = "server13.PostHandshakeExpectFinished";
  readonly expects: readonly number[] = [HandshakeType.Finished];
  readonly #context: HandshakeContext;
  readonly #suite: CipherSuite;
  readonly #transcript: Transcript;
  readonly #clientSecret: Uint8Array;
  readonly #reconnect: () => HandshakeState;

  constructor(
    context: HandshakeContext,
    suite: CipherSuite,
    transcript: Transcript,
    clientSecret: Uint8Array,
    reconnect: () => HandshakeState,
  ) {
    this.#context = context;
    this.#suite = suite;
    this.#transcript = transcript;
    this.#clientSecret = clientSecret;
    this.#reconnect = reconnect;
  }

  handle(message: HandshakeMessage): Next {
    const { provider } = this.#context.config;
    const { hash } = this.#suite;
    const received = decodeFinished(message.body, HASHES[hash].length);
    const digest = this.#transcript.digest();
    if (
      !equalConstantTime(received, finishedVerifyData(provider, hash, this.#clientSecret, digest))
    ) {
      fail("BadFinished", "the Finished of the client's answer to CertificateRequest does not fit");
    }
    return this.#reconnect();
  }
}
