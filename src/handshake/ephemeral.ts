/**
 * Ephemeral key pairs of a handshake, from the provider, or from the caller's randomness where that is fixed so that a
 * session can be replayed.
 */
import { keyPairFromRandom } from "../crypto/deterministic-key-pair.ts";
import type { Answer, KeyAgreement, KeyPair } from "../crypto/provider.ts";
import { fail } from "../protocol/failure.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { Configuration } from "./configuration.ts";

/** A fresh pair in a group that the provider has; schannel only configures such groups. */
export function makeKeyPair(config: Configuration, group: NamedGroup): KeyPair {
  return draw(config, group, agreementIn(config, group));
}

/** As `makeKeyPair`, or later if the provider only does it later. */
export function makeKeyPairOrAsync(
  config: Configuration,
  group: NamedGroup,
): KeyPair | Promise<KeyPair> {
  const agreement = agreementIn(config, group);
  return agreement.generateAsync?.() ?? draw(config, group, agreement);
}

function agreementIn({ provider }: Configuration, group: NamedGroup): KeyAgreement {
  return (
    provider.keyAgreement(group.name) ??
    fail("InternalError", `the provider ${provider.name} has no ${group.name}`)
  );
}

function draw(config: Configuration, group: NamedGroup, agreement: KeyAgreement): KeyPair {
  if (!config.randomIsFixed) return agreement.generate();
  return keyPairFromRandom(agreement, group, config.random);
}

/** A server's share for a client's, and the secret; null if the client's share is not valid. */
export function answerShare(
  config: Configuration,
  group: NamedGroup,
  share: Uint8Array,
): Answer | null {
  const agreement = agreementIn(config, group);
  if (agreement.answer !== undefined) {
    return agreement.answer(share, config.randomIsFixed ? config.random : undefined);
  }
  const pair = draw(config, group, agreement);
  const secret = pair.derive(share);
  pair.wipe();
  return secret === null ? null : { publicKey: pair.publicKey, secret };
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
