/**
 * Messages of a context with extended session security ([MS-NLMP] 3.4.4.2): a key, a stream and a counter for each direction,
 * which run on over all messages.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { u32le } from "../bytes/little-endian.ts";
import { Rc4 } from "../legacy/rc4.ts";
import { fill, type MessageBuffers, showPlaintext } from "../message/buffers.ts";
import type { MessageProtection } from "../message/context.ts";
import type { LegacyCrypto } from "../message/legacy-crypto.ts";
import type { SecPkgContext_Sizes } from "../sspi/attribute-values.ts";
import { SECQOP_WRAP_NO_ENCRYPT } from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_QOP_NOT_SUPPORTED } from "../sspi/security-status.ts";
import { has, KEY_EXCH, SEAL, SIGN } from "./flags.ts";
import { type Direction, sealingKey, signingKey } from "./keys.ts";
import {
  altered,
  CONSTANT_SIGNATURE,
  checkNumber,
  parts,
  type Received,
  received,
  SIGNATURE_LENGTH,
  signature,
  tokenFor,
} from "./signature.ts";

export const NTLM_SIZES: Omit<SecPkgContext_Sizes, "cbMaxToken"> = Object.freeze({
  cbMaxSignature: SIGNATURE_LENGTH,
  cbBlockSize: 0,
  cbSecurityTrailer: SIGNATURE_LENGTH,
});

const CHECKSUM_LENGTH = 8;

/** One direction. */
class Way {
  readonly stream: Rc4;
  readonly #crypto: LegacyCrypto;
  readonly #signingKey: Uint8Array;
  readonly #sealingKey: Uint8Array;
  readonly #encryptsChecksum: boolean;
  /** Of the next message. */
  number = 0;

  constructor(crypto: LegacyCrypto, sessionKey: Uint8Array, flags: number, direction: Direction) {
    this.#crypto = crypto;
    this.#signingKey = signingKey(crypto, sessionKey, direction);
    this.#sealingKey = sealingKey(crypto, sessionKey, flags, direction);
    this.#encryptsChecksum = has(flags, KEY_EXCH);
    this.stream = new Rc4(this.#sealingKey);
  }

  /** The signature of clear data under the current number; takes eight bytes of the stream with KEY_EXCH. */
  signature(checksum: Uint8Array): Uint8Array {
    if (this.#encryptsChecksum) this.stream.apply(checksum);
    return signature(checksum, u32le(this.number));
  }

  checksum(signed: readonly Uint8Array[]): Uint8Array {
    const number = u32le(this.number);
    const mac = this.#crypto.hmacMd5(this.#signingKey, number, ...signed);
    return mac.slice(0, CHECKSUM_LENGTH);
  }

  count(): void {
    this.number = (this.number + 1) >>> 0;
  }

  /** The stream from its start again. */
  restart(): void {
    this.stream.become(new Rc4(this.#sealingKey));
  }

  wipe(): void {
    wipe(this.#signingKey, this.#sealingKey);
    this.stream.wipe();
  }
}

export class NtlmProtection implements MessageProtection {
  readonly sizes: Omit<SecPkgContext_Sizes, "cbMaxToken"> = NTLM_SIZES;
  readonly #seals: boolean;
  readonly #signs: boolean;
  readonly #outgoing: Way;
  readonly #incoming: Way;
  /** Where the incoming stream was before a message that may be refused. */
  readonly #before: Rc4 = new Rc4(new Uint8Array(1));

  constructor(crypto: LegacyCrypto, sessionKey: Uint8Array, flags: number, isClient: boolean) {
    const ways = [
      new Way(crypto, sessionKey, flags, "client-to-server"),
      new Way(crypto, sessionKey, flags, "server-to-client"),
    ] as const;
    this.#outgoing = ways[isClient ? 0 : 1];
    this.#incoming = ways[isClient ? 1 : 0];
    this.#seals = has(flags, SEAL);
    this.#signs = has(flags, SIGN | SEAL);
  }

  seal(message: MessageBuffers, fQOP: number): void {
    this.#needKeys(message);
    const token = tokenFor(message);
    const way = this.#outgoing;
    const { sealed, signed } = parts(message, true);
    const checksum = way.checksum(signed);
    if (this.#encrypts(fQOP)) for (const bytes of sealed) way.stream.apply(bytes);
    fill(token, way.signature(checksum));
    way.count();
    if (message.padding !== null) message.padding.cbBuffer = 0;
  }

  open(message: MessageBuffers): number {
    this.#needKeys(message);
    const whole = received(message, true);
    this.#check(message, whole, this.#seals);
    if (message.stream !== null && message.token === null) {
      showPlaintext(message, SIGNATURE_LENGTH, whole.sealed[0]?.length ?? 0);
    }
    return this.#seals ? 0 : SECQOP_WRAP_NO_ENCRYPT;
  }

  sign(message: MessageBuffers): void {
    const token = tokenFor(message);
    if (!this.#signs) {
      fill(token, CONSTANT_SIGNATURE);
      return;
    }
    const way = this.#outgoing;
    fill(token, way.signature(way.checksum(parts(message, true).signed)));
    way.count();
  }

  verify(message: MessageBuffers): number {
    const whole = received(message, true);
    if (this.#signs) this.#check(message, whole, false);
    else if (!equalConstantTime(whole.token, CONSTANT_SIGNATURE)) altered(message.call);
    return SECQOP_WRAP_NO_ENCRYPT;
  }

  /** Both streams from their starts again, while the counters go on ([MS-SPNG] 3.2.5.1). */
  restartStreams(): void {
    this.#outgoing.restart();
    this.#incoming.restart();
  }

  wipe(): void {
    this.#outgoing.wipe();
    this.#incoming.wipe();
    this.#before.wipe();
  }

  /** A context that only signs never encrypts; the token does not state whether data was. */
  #encrypts(fQOP: number): boolean {
    return this.#seals && fQOP !== SECQOP_WRAP_NO_ENCRYPT;
  }

  #needKeys({ call }: MessageBuffers): void {
    if (this.#signs) return;
    refuse(
      SEC_E_QOP_NOT_SUPPORTED,
      "NoProtection",
      `${call}: neither integrity nor confidentiality was negotiated; ask for ISC_REQ_INTEGRITY or ISC_REQ_CONFIDENTIALITY`,
    );
  }

  /** Decrypts and verifies, or leaves everything as it was. */
  #check({ call }: MessageBuffers, { token, sealed, signed }: Received, decrypts: boolean): void {
    const way = this.#incoming;
    checkNumber(call, token, way.number);
    this.#before.become(way.stream);
    if (decrypts) for (const bytes of sealed) way.stream.apply(bytes);
    if (equalConstantTime(way.signature(way.checksum(signed)), token)) {
      way.count();
      return;
    }
    way.stream.become(this.#before);
    if (decrypts) {
      for (const bytes of sealed) way.stream.apply(bytes);
      way.stream.become(this.#before);
    }
    altered(call);
  }
}
