/**
 * The handshake's transcript (RFC 8446 §4.4.1, RFC 5246 §7.4.9): messages wait until the hash is known, then they are
 * hashed as they come. TLS 1.2 client authentication signs the messages themselves, so they can be kept.
 */
import { concat, concatAll } from "../bytes/byte-arrays.ts";
import { HASHES, type HashName } from "../protocol/cipher-suite.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import type { CryptoProvider, RunningHash } from "./provider.ts";

export class Transcript {
  readonly #provider: CryptoProvider;
  #messages: Uint8Array[] = [];
  #keeping = true;
  #name: HashName | null = null;
  #hash: RunningHash | null = null;
  /** Cached hash of the transcript so far: consecutive states ask for the same one. */
  #digest: Uint8Array | null = null;

  constructor(provider: CryptoProvider) {
    this.#provider = provider;
  }

  /** Appends a message with its header; copied where it is not hashed at once. */
  add(message: Uint8Array): void {
    this.#hash?.update(message);
    this.#digest = null;
    if (this.#keeping) this.#messages.push(message.slice());
  }

  /** Settles the hash; saying the same again is fine. What waited is hashed, and forgotten unless it is to be kept. */
  select(name: HashName, keepMessages = false): void {
    if (this.#name === name) return;
    if (this.#name !== null) throw new TypeError(`the transcript is hashed with ${this.#name}`);
    this.#name = name;
    this.#hash = this.#provider.hash(name);
    for (const message of this.#messages) this.#hash.update(message);
    if (!keepMessages) this.forgetMessages();
  }

  /** Hash of all messages so far, not to be changed; the hash must be selected. */
  digest(): Uint8Array {
    if (this.#hash === null) throw new TypeError("the transcript has no hash yet");
    this.#digest ??= this.#hash.digest();
    return this.#digest;
  }

  /** All messages, while they are kept. */
  messages(): Uint8Array {
    return concatAll(this.#messages);
  }

  /** Gives up the messages; the hash goes on. */
  forgetMessages(): void {
    this.#messages = [];
    this.#keeping = false;
  }

  /** HelloRetryRequest: the first ClientHello is replaced by the hash of it (RFC 8446 §4.4.1). */
  replaceByMessageHash(): void {
    const digest = this.digest();
    const name = this.#name ?? "sha256";
    const length = HASHES[name].length;
    this.#hash = this.#provider.hash(name);
    this.#messages = [];
    this.add(concat(Uint8Array.of(HandshakeType.MessageHash, 0, 0, length), digest));
  }

  /** An independent transcript that goes on from here. */
  copy(): Transcript {
    const copy = new Transcript(this.#provider);
    copy.#messages = [...this.#messages];
    copy.#keeping = this.#keeping;
    copy.#name = this.#name;
    copy.#hash = this.#hash?.copy() ?? null;
    copy.#digest = this.#digest;
    return copy;
  }
}
