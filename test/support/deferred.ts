/**
 * Promises that settle when a test says so, and keys that answer with them.
 */
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { signatureScheme } from "../../src/protocol/signature-scheme.ts";
import { credentialOf } from "./configurations.ts";
import { type IdentityName, identity } from "./identities.ts";

/** A promise that settles when the test says so. */
export class Gate {
  /** Times that something waited here. */
  visits = 0;
  #open: () => void = () => {};
  #promise: Promise<void> = new Promise((resolve) => {
    this.#open = resolve;
  });

  async pass<T>(value: () => T): Promise<T> {
    this.visits++;
    await this.#promise;
    return value();
  }

  open(): void {
    this.#open();
  }
}

/** A certificate whose key, of a provider, answers with promises. */
export function slowIdentity(
  name: IdentityName,
  gate: Gate,
  provider: CryptoProvider,
): CertContext {
  const { key } = credentialOf(name, provider);
  return {
    chain: identity(name).chain,
    privateKey: {
      sign: (code: number, content: Uint8Array) => {
        const scheme = signatureScheme(code);
        if (scheme === undefined) throw new Error(`no scheme ${code}`);
        // What is to be signed is only valid now.
        const copy = content.slice();
        return gate.pass(() => key.sign(scheme, copy) as Uint8Array);
      },
    },
  };
}
