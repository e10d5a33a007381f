/**
 * The portable provider, whose slow steps of a handshake WebCrypto does where it is faster: signatures of RSA and ECDSA
 * keys, and checking ECDSA ones. Whatever WebCrypto does not do, the portable code does: it has the last word on all
 * failures.
 */
import { wipe } from "../../bytes/byte-arrays.ts";
import type { CryptoProvider, PrivateKey, PublicKey } from "../../crypto/provider.ts";
import { importParameters, type WebSubtle, webSigner, webVerify } from "../../crypto/web-crypto.ts";
import type { SignatureAlgorithm, SignatureScheme } from "../../protocol/signature-scheme.ts";
import { portableProvider } from "../noble/provider.ts";

/** @param subtle the runtime's; undefined where it has none, as on pages without HTTPS: then all is portable */
export function createWebProvider(subtle: WebSubtle | undefined): CryptoProvider {
  if (subtle === undefined) return portableProvider;
  return {
    ...portableProvider,
    name: "web",
    importPublicKey(spki) {
      const key = portableProvider.importPublicKey(spki);
      return key === null ? null : withWebVerification(subtle, key, new Uint8Array(spki));
    },
    importPrivateKey(pkcs8) {
      const key = portableProvider.importPrivateKey(pkcs8);
      return key === null ? null : withWebSigning(subtle, key, pkcs8);
    },
  };
}

/** RSA is left alone: checking it is a matter of microseconds, and asking takes longer. */
function withWebVerification(
  subtle: WebSubtle,
  key: PublicKey,
  spki: Uint8Array<ArrayBuffer>,
): PublicKey {
  const { curve } = key;
  if (curve === null) return key;
  let imported: Promise<unknown> | null = null;
  const importOnce = async (algorithm: SignatureAlgorithm): Promise<unknown> => {
    const parameters = importParameters("ECDSA", curve, algorithm);
    return subtle.importKey("spki", spki, parameters, false, ["verify"]);
  };
  const verifyAsync = async (
    algorithm: SignatureAlgorithm,
    data: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean> => {
    const [content, proof] = [new Uint8Array(data), new Uint8Array(signature)];
    if (algorithm.family !== "ecdsa") return false;
    try {
      imported ??= importOnce(algorithm);
      return await webVerify(subtle, await imported, curve, algorithm, content, proof);
    } catch {
      // An unsupported curve or hash, or no signature at all: the answer is the same as without it.
      return key.verify(algorithm, content, proof);
    }
  };
  return Object.assign(key, { verifyAsync });
}

/** Edwards keys sign fast enough, and keys bound to PSS are known to few runtimes. */
function withWebSigning(subtle: WebSubtle, key: PrivateKey, pkcs8: Uint8Array): PrivateKey {
  if (key.type !== "rsa" && key.type !== "ec") return key;
  const own = new Uint8Array(pkcs8);
  const sign = webSigner(subtle, own, key.curve);
  const signAsync = async (scheme: SignatureScheme, data: Uint8Array): Promise<Uint8Array> => {
    const content = new Uint8Array(data);
    const { algorithm, keyType } = scheme;
    if (keyType !== key.type) return key.sign(scheme, content);
    try {
      return await sign(algorithm, content);
    } catch {
      return key.sign(scheme, content);
    }
  };
  const wipeKey = key.wipe?.bind(key);
  return Object.assign(key, {
    signAsync,
    wipe(): void {
      wipe(own);
      wipeKey?.();
    },
  });
}
