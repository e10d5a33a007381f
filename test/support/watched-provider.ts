/**
 * A provider that remembers, as numbers, each secret that the key schedules of TLS make: what comes out of a key agreement,
 * of the PRF of TLS 1.2 and of HKDF in TLS 1.3, but for what goes out on the wire or to the application.
 */
import { fromLatin1 } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";

/** So many bytes of a secret are looked for: what is cut to the length of an IV is found as well. */
const SHOWN = 12;
const SECRET_LABELS_12 = ["master secret", "key expansion"];

export class Watched {
  readonly provider: CryptoProvider;
  /** First bytes of secrets → what they are. */
  readonly secrets: Map<string, string> = new Map();
  readonly #finishedKeys = new Set<string>();

  constructor(provider: CryptoProvider) {
    this.provider = {
      ...provider,
      hmac: (hash, key, ...parts) => {
        const output = provider.hmac(hash, key, ...parts);
        this.#derived(key, parts, output);
        return output;
      },
      keyAgreement: (group) => {
        const agreement = provider.keyAgreement(group);
        if (agreement === null) return agreement;
        return {
          ...agreement,
          generate: () => {
            const pair = agreement.generate();
            return {
              publicKey: pair.publicKey,
              wipe: () => pair.wipe(),
              derive: (peer) => {
                const secret = pair.derive(peer);
                if (secret !== null) this.#add("a shared secret", secret);
                return secret;
              },
            };
          },
        };
      },
    };
  }

  /** Forgets what was made until now. */
  clear(): void {
    this.secrets.clear();
  }

  #add(what: string, secret: Uint8Array): void {
    this.secrets.set(Array.from(secret.subarray(0, SHOWN)).join(), what);
  }

  #derived(key: Uint8Array, parts: readonly Uint8Array[], output: Uint8Array): void {
    const text = parts.map(fromLatin1).join("");
    const label = /tls13 ([a-z ]+)/.exec(text)?.[1]?.trim();
    if (label === "exporter") return;
    if (label !== undefined) {
      this.#add(label, output);
      if (label === "finished") this.#finishedKeys.add(Array.from(output).join());
      return;
    }
    // A label at the beginning makes A(1), which is not a key.
    const label12 = SECRET_LABELS_12.find((one) => text.indexOf(one) >= output.length);
    if (label12 !== undefined) this.#add(label12, output);
    else if (text.startsWith("sealwire ticket")) this.#add("a ticket's key", output);
    else if (this.#isExtract(key, parts)) this.#add("a stage of the key schedule", output);
  }

  /** HKDF-Extract: its message is a key, and its own key is not one that proves Finished or binders. */
  #isExtract(key: Uint8Array, parts: readonly Uint8Array[]): boolean {
    const [message] = parts;
    const length = message?.length ?? 0;
    const proves = this.#finishedKeys.has(Array.from(key).join());
    return parts.length === 1 && (length === 32 || length === 48) && !proves && key.length !== 48;
  }
}
