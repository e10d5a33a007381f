/**
 * What a ClientHello offers for key agreement in TLS 1.3 (RFC 8446 §4.2.7, §4.2.8, §9.2).
 */
import { fail } from "../../../protocol/failure.ts";
import { type NamedGroup, namedGroupName } from "../../../protocol/named-group.ts";
import type { ClientHello } from "../../../wire/client-hello.ts";
import { requireExtensions13 } from "../../../wire/extensions/registry.ts";

export interface KeyExchangeOffer {
  /** By group. */
  readonly shares: ReadonlyMap<number, Uint8Array>;
  readonly groups: readonly number[];
}

/** The client's shares and groups. Refuses what RFC 8446 §4.2.8 and §9.2 forbid. */
export function keyExchangeOffer(hello: ClientHello): KeyExchangeOffer {
  requireExtensions13(hello.extensions);
  const { supportedGroups = [], keyShare = [] } = hello.extensions;
  const shares = new Map<number, Uint8Array>();
  // Both lists are as long as the client likes: one must not be searched for each entry of the other.
  const groups = new Set(supportedGroups);
  for (const { group, keyExchange } of keyShare) {
    if (shares.has(group)) {
      fail("BadKeyShare", `key_share holds two shares for ${namedGroupName(group)}`);
    }
    if (!groups.has(group)) {
      fail(
        "BadKeyShare",
        `key_share holds a share for ${namedGroupName(group)}, which supported_groups lacks`,
      );
    }
    shares.set(group, keyExchange);
  }
  return { shares, groups: supportedGroups };
}

/** The share that must be there after HelloRetryRequest: that one group's, alone (RFC 8446 §4.1.2). */
export function shareAfterRetry(hello: ClientHello, group: NamedGroup): Uint8Array {
  const { shares } = keyExchangeOffer(hello);
  const share = shares.get(group.code);
  if (share === undefined || shares.size !== 1) {
    fail("SecondHelloDiffers", `the second ClientHello must hold one share, for ${group.name}`);
  }
  return share;
}
