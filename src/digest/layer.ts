/**
 * The security layer of DIGEST-MD5 (RFC 2831 §2.3, §2.4) behind the message functions. A packet is the message, encrypted with
 * its MAC for auth-conf, then a version and a number; the four bytes of its length, which SASL puts in front, are the caller's.
 */
import { concat, concatAll, wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { fill, type MessageBuffers, showPlaintext } from "../message/buffers.ts";
import type { MessageProtection } from "../message/context.ts";
import type { LegacyCrypto } from "../message/legacy-crypto.ts";
import type { SecPkgContext_Sizes } from "../sspi/attribute-values.ts";
import { SECQOP_WRAP_NO_ENCRYPT } from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import { type Cipher, type LayerCipher, layerCipher, MAC_LENGTH } from "./ciphers.ts";
import { confidentialityKey, type Direction, integrityKey } from "./hashes.ts";
import { incoming, outgoing, signatureOf } from "./layer-buffers.ts";
import { unpadded } from "./padding.ts";

/** Version and number, in clear. */
const TRAILER = 6;
export const SIGNATURE_LENGTH: number = MAC_LENGTH + TRAILER;
const LAST_NUMBER = 0xffffffff;

/** What a login came to. */
export interface LayerSettings {
  /** H(A1), 16 bytes. It is not kept. */
  readonly ha1: Uint8Array;
  readonly isClient: boolean;
  /** Null: auth-int. */
  readonly cipher: Cipher | null;
  /** Longest packet that the peer accepts, and that we accept; bytes. */
  readonly peerMaximum: number;
  readonly ownMaximum: number;
}

/** One direction. */
class Way {
  readonly cipher: LayerCipher | null;
  readonly #crypto: LegacyCrypto;
  readonly #key: Uint8Array;
  /** Of the next message. */
  number = 0;

  constructor(crypto: LegacyCrypto, { ha1, cipher }: LayerSettings, direction: Direction) {
    this.#crypto = crypto;
    this.#key = integrityKey(crypto, ha1, direction);
    this.cipher = null;
    if (cipher === null) return;
    const key = confidentialityKey(crypto, ha1, direction, cipher);
    this.cipher = layerCipher(crypto, cipher, key);
    wipe(key);
  }

  mac(parts: readonly Uint8Array[]): Uint8Array {
    const mac = this.#crypto.hmacMd5(this.#key, u32(this.number), ...parts);
    return mac.slice(0, MAC_LENGTH);
  }

  /** Version and number. */
  trailer(): Uint8Array {
    return concat(Uint8Array.of(0, 1), u32(this.number));
  }

  wipe(): void {
    wipe(this.#key);
    this.cipher?.wipe();
  }
}

export class DigestLayer implements MessageProtection {
  readonly sizes: Omit<SecPkgContext_Sizes, "cbMaxToken">;
  readonly #blockSize: number;
  readonly #settings: Pick<LayerSettings, "peerMaximum" | "ownMaximum">;
  readonly #sending: Way;
  readonly #receiving: Way;

  constructor(crypto: LegacyCrypto, settings: LayerSettings) {
    const { isClient, cipher, peerMaximum, ownMaximum } = settings;
    const ways = [
      new Way(crypto, settings, "client-to-server"),
      new Way(crypto, settings, "server-to-client"),
    ] as const;
    this.#sending = ways[isClient ? 0 : 1];
    this.#receiving = ways[isClient ? 1 : 0];
    this.#settings = { peerMaximum, ownMaximum };
    const block = cipher?.blockSize ?? 0;
    this.#blockSize = block;
    this.sizes = Object.freeze({
      cbMaxSignature: SIGNATURE_LENGTH,
      cbBlockSize: block,
      cbSecurityTrailer: SIGNATURE_LENGTH + block,
    });
  }

  seal(message: MessageBuffers, fQOP: number, sequence: number): void {
    checkNumbers(message, fQOP, sequence);
    const { body, length, rest, name } = outgoing(message);
    const block = this.#blockSize;
    const added = SIGNATURE_LENGTH + (block === 0 ? 0 : block - ((length + MAC_LENGTH) % block));
    message.reserve(rest, added, name);
    const { peerMaximum } = this.#settings;
    if (length + added > peerMaximum) {
      refuse(
        status.SEC_E_INVALID_PARAMETER,
        "TooLong",
        `${message.call}: the packet would have ${length + added} bytes, and the peer accepts ${peerMaximum}: send several`,
      );
    }
    const way = this.#next(message);
    const mac = way.mac(body);
    fill(rest, concat(way.cipher?.seal(body, mac) ?? mac, way.trailer()));
    way.number++;
  }

  open(message: MessageBuffers, sequence: number): number {
    checkNumbers(message, 0, sequence);
    const parts = incoming(message);
    const packet = concatAll(parts.map(({ bytes }) => bytes));
    const clear = this.#opened(message, packet);
    if (message.stream !== null && message.data.length > 0) {
      message.stream.pvBuffer?.set(clear);
      showPlaintext(message, 0, clear.length);
    } else {
      let at = 0;
      for (const part of parts) {
        const piece = clear.subarray(at, at + part.cbBuffer);
        fill(part, piece);
        at += piece.length;
      }
    }
    wipe(clear);
    return this.#receiving.cipher === null ? SECQOP_WRAP_NO_ENCRYPT : 0;
  }

  sign(message: MessageBuffers, fQOP: number, sequence: number): void {
    checkNumbers(message, fQOP, sequence);
    const { signed, token, name } = signatureOf(message);
    message.reserve(token, SIGNATURE_LENGTH, name);
    const way = this.#next(message);
    fill(token, concat(way.mac(signed), way.trailer()));
    way.number++;
  }

  verify(message: MessageBuffers, sequence: number): number {
    checkNumbers(message, 0, sequence);
    const { signed, token } = signatureOf(message);
    const { bytes } = token;
    if (bytes.length !== SIGNATURE_LENGTH) {
      altered(message, `the signature has ${bytes.length} bytes, not ${SIGNATURE_LENGTH}`);
    }
    this.#checkTrailer(message, bytes.subarray(MAC_LENGTH));
    const way = this.#receiving;
    if (!equalConstantTime(way.mac(signed), bytes.subarray(0, MAC_LENGTH))) altered(message);
    way.number++;
    return SECQOP_WRAP_NO_ENCRYPT;
  }

  wipe(): void {
    this.#sending.wipe();
    this.#receiving.wipe();
  }

  /** The sending direction, if it has a number left. */
  #next({ call }: MessageBuffers): Way {
    const way = this.#sending;
    if (way.number <= LAST_NUMBER) return way;
    return refuse(
      status.SEC_E_CONTEXT_EXPIRED,
      "NumbersUsed",
      `${call}: all numbers of messages are used: log in again`,
    );
  }

  /** The message of a packet in memory of its own. */
  #opened(message: MessageBuffers, packet: Uint8Array): Uint8Array {
    const { ownMaximum } = this.#settings;
    if (packet.length > ownMaximum) {
      refuse(
        status.SEC_E_INVALID_TOKEN,
        "TooLong",
        `${message.call}: the packet has ${packet.length} bytes, and ${ownMaximum} were announced as the most`,
      );
    }
    const end = packet.length - TRAILER;
    if (end < MAC_LENGTH)
      altered(message, `the packet has ${packet.length} bytes, which is too short`);
    this.#checkTrailer(message, packet.subarray(end));
    const way = this.#receiving;
    const body = packet.subarray(0, end);
    const { cipher } = way;
    if (cipher === null) return this.#checked(message, body);
    const block = this.#blockSize;
    if (block !== 0 && (end % block !== 0 || end < 2 * block)) {
      altered(message, `the ciphertext has ${end} bytes, which are not whole blocks`);
    }
    const clear = cipher.decrypt(body);
    try {
      const opened = block === 0 ? this.#checked(message, clear) : this.#unpadded(message, clear);
      cipher.accept();
      return opened;
    } catch (error) {
      cipher.reject();
      throw error;
    } finally {
      wipe(clear);
    }
  }

  #checked(message: MessageBuffers, clear: Uint8Array): Uint8Array {
    const way = this.#receiving;
    const end = clear.length - MAC_LENGTH;
    const data = clear.subarray(0, end);
    if (!equalConstantTime(way.mac([data]), clear.subarray(end))) altered(message);
    way.number++;
    return data.slice();
  }

  /** As `#checked`, in the same time for wrong padding and for a wrong MAC. */
  #unpadded(message: MessageBuffers, clear: Uint8Array): Uint8Array {
    const way = this.#receiving;
    const { length, fault, balance } = unpadded(clear);
    const data = clear.subarray(0, length);
    const mac = way.mac([data]);
    way.mac([clear.subarray(0, balance)]);
    const same = equalConstantTime(mac, clear.subarray(clear.length - MAC_LENGTH));
    if (!same || fault !== 0) altered(message);
    way.number++;
    return data.slice();
  }

  #checkTrailer(message: MessageBuffers, trailer: Uint8Array): void {
    const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER);
    const version = view.getUint16(0);
    if (version !== 1) altered(message, `the version of the packet is ${version}`);
    const found = view.getUint32(2);
    const { number } = this.#receiving;
    if (found === number) return;
    refuse(
      status.SEC_E_OUT_OF_SEQUENCE,
      "OutOfSequence",
      `${message.call}: message ${found} came, and message ${number} was next: one was lost, repeated or moved`,
    );
  }
}

/** The protection of a login without a layer. */
export class NoLayer implements MessageProtection {
  readonly sizes: Omit<SecPkgContext_Sizes, "cbMaxToken"> = Object.freeze({
    cbMaxSignature: 0,
    cbBlockSize: 0,
    cbSecurityTrailer: 0,
  });

  seal(message: MessageBuffers): never {
    return refuse(
      status.SEC_E_QOP_NOT_SUPPORTED,
      "NoProtection",
      `${message.call}: neither integrity nor confidentiality was negotiated; ask for ISC_REQ_INTEGRITY or ISC_REQ_CONFIDENTIALITY`,
    );
  }

  open(message: MessageBuffers): never {
    return this.seal(message);
  }

  sign(message: MessageBuffers): never {
    return this.seal(message);
  }

  verify(message: MessageBuffers): never {
    return this.seal(message);
  }

  wipe(): void {
    // There are no keys.
  }
}

/** The page of EncryptMessage wants zero for both. */
export function checkNumbers({ call }: MessageBuffers, fQOP: number, sequence: number): void {
  if (fQOP !== 0) {
    refuse(status.SEC_E_QOP_NOT_SUPPORTED, "WrongQuality", `${call}: fQOP of Digest must be 0`);
  }
  if (sequence === 0) return;
  refuse(
    status.SEC_E_OUT_OF_SEQUENCE,
    "WrongNumber",
    `${call}: messageSeqNo is ${sequence}, and must be 0: Digest counts by itself`,
  );
}

function altered({ call }: MessageBuffers, what = "the MAC or the padding is wrong"): never {
  return refuse(status.SEC_E_MESSAGE_ALTERED, "MessageAltered", `${call}: ${what}`);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
