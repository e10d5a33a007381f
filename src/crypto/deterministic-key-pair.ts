/**
 * Key pairs out of randomness that is given.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { fail } from "../protocol/failure.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { KeyAgreement, KeyPair } from "./provider.ts";

/** Masked to the field size, one draw is nearly always enough. */
const MAX_DRAWS = 100;

/** Draws until a private key is in range. @throws TlsFailure if none is for long */
export function keyPairFromRandom(
  agreement: KeyAgreement,
  { kind, privateKeyLength, bits, name }: NamedGroup,
  random: (length: number) => Uint8Array,
): KeyPair {
  const excessBits = kind === "weierstrass" ? privateKeyLength * 8 - bits : 0;
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const privateKey = random(privateKeyLength).slice();
    privateKey[0] = (privateKey[0] as number) & (0xff >> excessBits);
    const pair = agreement.fromPrivateKey(privateKey);
    wipe(privateKey);
    if (pair !== null) return pair;
  }
  return fail("InternalError", `the given random function yields no private key for ${name}`);
}
