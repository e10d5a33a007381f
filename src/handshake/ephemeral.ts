/**
 * Ephemeral key pairs of a handshake, from the provider, or from the caller's randomness where that is fixed so that a
 * session can be replayed.
 */
import type { KeyPair } from "../crypto/provider.ts";
import { fail } from "../protocol/failure.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { Configuration } from "./configuration.ts";

/** Draws until a private key is in range; masked to the field size, one draw is nearly always enough. */
const MAX_DRAWS = 100;

/** A fresh pair in a group that the provider has; schannel only configures such groups. */
export function makeKeyPair(config: Configuration, group: NamedGroup): KeyPair {
  const agreement = config.provider.keyAgreement(group.name);
  if (agreement === null) {
    fail("InternalError", `the provider ${config.provider.name} has no ${group.name}`);
  }
  if (!config.randomIsFixed) return agreement.generate();
  const excessBits = group.kind === "weierstrass" ? group.privateKeyLength * 8 - group.bits : 0;
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const privateKey = config.random(group.privateKeyLength).slice();
    privateKey[0] = (privateKey[0] as number) & (0xff >> excessBits);
    const pair = agreement.fromPrivateKey(privateKey);
    if (pair !== null) return pair;
  }
  return fail("InternalError", `the given random function yields no private key for ${group.name}`);
}
