/**
 * Messages of a context without extended session security ([MS-NLMP] 3.4.4.1), of old servers: one stream and one counter serve
 * both directions, and the checksum is a CRC. As Windows does it: zeros are sent for the random pad, whose four bytes of the
 * stream are used up, and data is encrypted even where neither SIGN nor SEAL was negotiated (Wine's vectors, made on Windows).
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { u32le } from "../bytes/little-endian.ts";
import { Rc4 } from "../legacy/rc4.ts";
import { fill, type MessageBuffers, showPlaintext } from "../message/buffers.ts";
import type { MessageProtection } from "../message/context.ts";
import type { SecPkgContext_Sizes } from "../sspi/attribute-values.ts";
import { SECQOP_WRAP_NO_ENCRYPT } from "../sspi/package-constants.ts";
import { crc32 } from "./crc32.ts";
import { has, SEAL, SIGN } from "./flags.ts";
import { NTLM_SIZES } from "./protection.ts";
import {
  altered,
  CONSTANT_SIGNATURE,
  parts,
  received,
  SIGNATURE_LENGTH,
  tokenFor,
} from "./signature.ts";

export class OldNtlmProtection implements MessageProtection {
  readonly sizes: Omit<SecPkgContext_Sizes, "cbMaxToken"> = NTLM_SIZES;
  readonly #key: Uint8Array;
  readonly #stream: Rc4;
  readonly #before: Rc4 = new Rc4(new Uint8Array(1));
  readonly #signs: boolean;
  readonly #encrypts: boolean;
  #number = 0;

  constructor(sessionKey: Uint8Array, flags: number) {
    // Only LM_KEY and datagrams, which are refused, make it shorter.
    this.#key = sessionKey.slice();
    this.#stream = new Rc4(this.#key);
    this.#signs = has(flags, SIGN | SEAL);
    // Without either, Windows encrypts.
    this.#encrypts = has(flags, SEAL) || !has(flags, SIGN);
  }

  seal(message: MessageBuffers, fQOP: number): void {
    const token = tokenFor(message);
    const { sealed, signed } = parts(message, false);
    const checksum = crc32(signed);
    if (this.#encrypts && fQOP !== SECQOP_WRAP_NO_ENCRYPT) this.#apply(sealed);
    fill(token, this.#signature(checksum));
    if (message.padding !== null) message.padding.cbBuffer = 0;
  }

  open(message: MessageBuffers): number {
    this.#check(message, this.#encrypts);
    if (message.stream !== null && message.token === null) {
      showPlaintext(message, SIGNATURE_LENGTH, message.stream.cbBuffer - SIGNATURE_LENGTH);
    }
    return this.#encrypts ? 0 : SECQOP_WRAP_NO_ENCRYPT;
  }

  sign(message: MessageBuffers): void {
    const token = tokenFor(message);
    const { signed } = parts(message, false);
    fill(token, this.#signs ? this.#signature(crc32(signed)) : CONSTANT_SIGNATURE);
  }

  verify(message: MessageBuffers): number {
    if (this.#signs) this.#check(message, false);
    else if (!equalConstantTime(received(message, false).token, CONSTANT_SIGNATURE)) {
      altered(message.call);
    }
    return SECQOP_WRAP_NO_ENCRYPT;
  }

  /** The stream from its start again, while the counter goes on. */
  restartStreams(): void {
    this.#stream.become(new Rc4(this.#key));
  }

  wipe(): void {
    wipe(this.#key);
    this.#stream.wipe();
    this.#before.wipe();
  }

  #apply(buffers: readonly Uint8Array[]): void {
    for (const bytes of buffers) this.#stream.apply(bytes);
  }

  /** Takes twelve bytes of the stream, and the next number. */
  #signature(checksum: number): Uint8Array {
    const token = CONSTANT_SIGNATURE.slice();
    const encrypted = new Uint8Array(12);
    encrypted.set(u32le(checksum), 4);
    encrypted.set(u32le(this.#number), 8);
    this.#stream.apply(encrypted);
    token.set(encrypted.subarray(4), 8);
    this.#number = (this.#number + 1) >>> 0;
    return token;
  }

  /** Decrypts and verifies, or leaves everything as it was. A wrong number cannot be told from a wrong checksum here. */
  #check(message: MessageBuffers, decrypts: boolean): void {
    const { token, sealed, signed } = received(message, false);
    const number = this.#number;
    this.#before.become(this.#stream);
    if (decrypts) this.#apply(sealed);
    if (equalConstantTime(this.#signature(crc32(signed)), token)) return;
    this.#number = number;
    this.#stream.become(this.#before);
    if (decrypts) {
      this.#apply(sealed);
      this.#stream.become(this.#before);
    }
    altered(message.call);
  }
}
