/**
 * MD4 (RFC 1320). OpenSSL 3 hides it from node:crypto, the noble libraries and node-forge do not have it, and the one package
 * of the registry was last changed in 2017. It is broken as a hash; NTLM derives keys of passwords with it.
 */
const BLOCK = 64;

/** Shifts of each round, repeated four times. */
const SHIFTS: readonly (readonly number[])[] = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
];
/** The word that each step of a round takes. */
const ORDERS: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
];
/** What each round adds. */
const CONSTANTS: readonly number[] = [0, 0x5a827999, 0x6ed9eba1];

const ROUNDS: readonly ((x: number, y: number, z: number) => number)[] = [
  (x, y, z) => (x & y) | (~x & z),
  (x, y, z) => (x & y) | (x & z) | (y & z),
  (x, y, z) => x ^ y ^ z,
];

/** Hash of `data`, 16 bytes in new memory. `data` has less than 2^29 bytes. */
export function md4(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((data.length + 9) / BLOCK) * BLOCK);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, data.length * 8, true);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let at = 0; at < padded.length; at += BLOCK) addBlock(state, view, at);
  padded.fill(0);
  const result = new Uint8Array(16);
  const out = new DataView(result.buffer);
  for (const [i, word] of state.entries()) out.setInt32(4 * i, word, true);
  return result;
}

function addBlock(state: number[], view: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (const [round, mix] of ROUNDS.entries()) {
    for (const [step, word] of (ORDERS[round] ?? []).entries()) {
      const sum = a + mix(b, c, d) + view.getInt32(at + 4 * word, true) + (CONSTANTS[round] ?? 0);
      const shift = SHIFTS[round]?.[step % 4] ?? 0;
      const turned = (sum << shift) | ((sum | 0) >>> (32 - shift));
      a = d;
      d = c;
      c = b;
      b = turned;
    }
  }
  for (const [i, word] of [a, b, c, d].entries()) state[i] = ((state[i] ?? 0) + word) | 0;
}
