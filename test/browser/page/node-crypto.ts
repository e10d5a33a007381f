/**
 * Stands for `node:crypto` where suites run in a page: keys and certificates are made and read by the server of the
 * page, which is asked synchronously. Only what the suites of `test/providers` and `test/record` use.
 */
import { fromHex } from "../../../src/bytes/text.ts";
import { ask } from "./ask.ts";

interface Encoded {
  /** Hexadecimal. */
  readonly spki: string;
  readonly pkcs8?: string;
  readonly jwk?: Readonly<Record<string, string>>;
}

/** A key object with as much as can be exported. */
class Key {
  readonly #der: string;
  readonly #jwk: Encoded["jwk"];

  constructor(der: string, jwk: Encoded["jwk"]) {
    this.#der = der;
    this.#jwk = jwk;
  }

  export({ format }: { readonly format: string }): unknown {
    return format === "jwk" ? this.#jwk : fromHex(this.#der);
  }
}

export function generateKeyPairSync(
  type: string,
  options: object = {},
): { readonly publicKey: Key; readonly privateKey: Key } {
  const made = ask<Encoded>("/key-pair", { type, options: JSON.stringify(options) });
  return { publicKey: new Key(made.spki, made.jwk), privateKey: new Key(made.pkcs8 ?? "", {}) };
}

export class X509Certificate {
  readonly publicKey: Key;

  constructor(der: Uint8Array) {
    const { spki } = ask<Encoded>("/certificate-key", {
      der: der.reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), ""),
    });
    this.publicKey = new Key(spki, {});
  }
}
