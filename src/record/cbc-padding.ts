/**
 * The hidden end of a TLS 1.2 CBC record: MAC and padding, checked without revealing where they are (RFC 5246
 * §6.2.3.2; the attacks of Vaudenay and "Lucky Thirteen"). No branch and no index depends on the padding; JavaScript
 * engines promise no constant time, so this is as far as it goes.
 */

/** All ones if a < b, else 0; both below 2^31. */
function lessMask(a: number, b: number): number {
  return (a - b) >> 31;
}

/** All ones if a = b, else 0; both below 2^31. */
function equalMask(a: number, b: number): number {
  return ~((a - b) >> 31) & ~((b - a) >> 31);
}

/** Padding lengths go up to 255, and their own byte comes on top. */
const MAX_PADDING = 256;

export interface Padding {
  /** All ones if the padding is right, else 0. */
  readonly good: number;
  /** Bytes of padding with its length byte; 1 if it is not right, so that what follows works on sound numbers. */
  readonly length: number;
}

/**
 * Looks at the padding of a decrypted record.
 * @param plaintext content, MAC, padding: at least macLength + 1 bytes
 * @param macLength bytes of MAC inside (0 with encrypt-then-MAC)
 */
export function readPadding(plaintext: Uint8Array, macLength: number): Padding {
  const total = plaintext.length;
  const value = plaintext[total - 1] as number;
  // value + 1 + macLength <= total
  let good = lessMask(value + macLength, total);
  const looked = Math.min(MAX_PADDING, total);
  for (let i = 0; i < looked; i++) {
    const inside = lessMask(i, value + 1);
    const right = equalMask(plaintext[total - 1 - i] as number, value);
    good &= right | ~inside;
  }
  return { good, length: (value & good) + 1 };
}

/**
 * Copies the MAC from its secret place.
 * @param macEnd offset behind the MAC; secret, within the last 256 bytes
 * @param mac as long as the MAC, overwritten
 */
export function copyMac(plaintext: Uint8Array, macEnd: number, mac: Uint8Array): void {
  const size = mac.length;
  const start = macEnd - size;
  const first = Math.max(0, plaintext.length - size - MAX_PADDING);
  const rotated = new Uint8Array(size);
  let rotation = 0;
  for (let i = first, j = 0; i < plaintext.length; i++, j = j + 1 === size ? 0 : j + 1) {
    const inside = ~lessMask(i, start) & lessMask(i, macEnd);
    rotated[j] = (rotated[j] as number) | ((plaintext[i] as number) & inside);
    rotation |= j & equalMask(i, start);
  }
  for (let k = 0; k < size; k++) {
    let byte = 0;
    // rotated[(k + rotation) % size], with every index touched
    for (let j = 0; j < size; j++) {
      const wanted = k + rotation;
      const at = wanted - (size & ~lessMask(wanted, size));
      byte |= (rotated[j] as number) & equalMask(j, at);
    }
    mac[k] = byte;
  }
}
