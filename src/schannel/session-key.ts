/**
 * What a client's session may be shared between: the name that its store keeps it under.
 */
import { concatAll } from "../bytes/byte-arrays.ts";
import { toHex, utf8 } from "../bytes/text.ts";
import type { SchannelCredential } from "./credentials.ts";
import type { ValidationMode } from "./peer-verifier.ts";

const LENGTH = 16;
const NONE: readonly Uint8Array[] = [];

/** A name for each function that decides on peers: what two of them do cannot be compared. */
const deciders = new WeakMap<object, string>();
const digests = new WeakMap<readonly Uint8Array[], Uint8Array>();

/**
 * Client: same target, same protocols, same way of deciding on the peer, same own identity. In the default store,
 * which is the credential handle's own, the target and the call tell apart enough; a store of the caller's also sees
 * the other settings.
 */
export function clientSessionKey(
  credential: SchannelCredential,
  mode: ValidationMode,
  target: string,
  serverName: string | null,
  alpnProtocols: readonly string[],
): string {
  const connection = JSON.stringify([target, serverName, alpnProtocols, mode]);
  if (!credential.sharedStore) return `${target}|${connection}`;
  const { environment, options, certificates } = credential;
  const { provider } = environment;
  const parts = [
    utf8(connection),
    utf8(JSON.stringify([credential.flags, deciderOf(options.verifyPeer, provider.random)])),
    ...certificates.map(({ chain }) => provider.digest("sha256", chain[0] ?? new Uint8Array(0))),
    rootsDigest(credential),
    ...(environment.preSharedKeys?.sessionParts(options, provider) ?? []),
  ];
  return `${target}|${toHex(provider.digest("sha256", concatAll(parts)))}`;
}

/** SHA-256 of the anchors, which are many. */
export function rootsDigest({
  environment,
  trust,
}: Pick<SchannelCredential, "environment" | "trust">): Uint8Array {
  const { certificates, provider } = environment;
  const roots = trust === null ? NONE : certificates.roots(trust);
  let digest = digests.get(roots);
  if (digest === undefined) {
    digest = provider.digest("sha256", concatAll(roots));
    digests.set(roots, digest);
  }
  return digest;
}

/** The name of a function of the caller's, or null if there is none. */
export function deciderOf(
  decider: object | null | undefined,
  random: (length: number) => Uint8Array,
): string | null {
  if (decider == null) return null;
  let name = deciders.get(decider);
  if (name === undefined) {
    name = toHex(random(LENGTH));
    deciders.set(decider, name);
  }
  return name;
}
