/**
 * A provider for clients that are to be small: keys are WebCrypto's, which answers by promise, and records, hashes and MACs are
 * @noble's. What needs more code than that is not here, and says so: Edwards keys, CBC, static RSA, DHE, and all that only
 * servers and files of keys want.
 */
import type { CryptoProvider, KeyAgreement } from "../../crypto/provider.ts";
import type { WebKeySubtle } from "../../crypto/web-crypto.ts";
import type { GroupName } from "../../protocol/named-group.ts";
import { aead } from "../portable/aead.ts";
import { digest, hash, hmac } from "../portable/hash.ts";
import { random } from "../portable/random.ts";
import { webKeyAgreement } from "./key-agreement.ts";
import { importWebPublicKey } from "./public-key.ts";

/** @param subtle the runtime's `crypto.subtle` */
export function createSubtleProvider(subtle: WebKeySubtle): CryptoProvider {
  const agreements = new Map<GroupName, KeyAgreement | null>();
  return {
    name: "subtle",
    random,
    hash,
    digest,
    hmac,
    aead,
    lacks: (row) =>
      "format" in row
        ? row.format === "cbc12" || row.keyExchange === "rsa" || row.keyExchange === "dhe"
        : row.algorithm.hash === null,
    keyAgreement(group) {
      const known = agreements.get(group);
      if (known !== undefined) return known;
      const made = webKeyAgreement(subtle, group);
      agreements.set(group, made);
      return made;
    },
    importPublicKey: (spki) => importWebPublicKey(subtle, spki),
    finiteField: () => null,
    importPrivateKey: notHere,
    cbc: notHere,
    pbkdf2: notHere,
    scrypt: notHere,
  };
}

function notHere(): never {
  throw new TypeError("the provider for small clients does not do this: take another");
}
