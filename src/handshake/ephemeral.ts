/**
 * Ephemeral key pairs of a handshake, from the provider, or from the caller's randomness where that is fixed so that a
 * session can be replayed.
 */
import type { KeyAgreement, KeyPair } from "../crypto/provider.ts";
import { fail } from "../protocol/failure.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { Configuration } from "./configuration.ts";

/** Draws until a private key is in range; masked to the field size, one draw is nearly always enough. */
const MAX_DRAWS = 100;

/** A fresh pair in a group that the provider has; schannel only configures such groups. */
export function makeKeyPair(config: Configuration, group: NamedGroup): KeyPair {
  return draw(config, group, agreementIn(config, group));
}

/** As `makeKeyPair`, or later if the provider only does it later. */
export function makeKeyPairOrLater(
  config: Configuration,
  group: NamedGroup,
): KeyPair | Promise<KeyPair> {
  const agreement = agreementIn(config, group);
  return agreement.generateLater?.() ?? draw(config, group, agreement);
}

function agreementIn({ provider }: Configuration, group: NamedGroup): KeyAgreement {
  return (
    provider.keyAgreement(group.name) ??
    fail("InternalError", `the provider ${provider.name} has no ${group.name}`)
  );
}

function draw(config: Configuration, group: NamedGroup, agreement: KeyAgreement): KeyPair {
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

/** Those groups that the runtime lacks, where it has to be tried out; null: there is nothing to try. */
export function lackingGroups(config: Configuration): Promise<ReadonlySet<NamedGroup>> | null {
  const lacking = new Set<NamedGroup>();
  const tries = config.groups.flatMap((group) => {
    const available = config.provider.keyAgreement(group.name)?.available?.();
    return available?.then((has) => has || lacking.add(group)) ?? [];
  });
  return tries.length === 0 ? null : Promise.all(tries).then(() => lacking);
}
