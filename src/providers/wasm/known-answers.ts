/**
 * The self test of the WebAssembly module: each cipher seals 85 bytes to the tag that it must have (made with OpenSSL),
 * opens them again, and refuses a wrong tag.
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import { fromHex } from "../../bytes/text.ts";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS } from "../../protocol/cipher-suite.ts";
import type { AeadName } from "./instance.ts";

/** The tags, which depend on each byte of the ciphertext. */
const TAGS: Readonly<Record<AeadName, string>> = {
  "aes-128-gcm": "ebd03cc2bccbf528a202824e1054b04b",
  "aes-256-gcm": "c4d4237bb990cb74e1c9ee0814e6c654",
  "chacha20-poly1305": "3e0a604f9b455c6822bd73bbddfa3d9b",
};

const LENGTH = 85;
const NO_BYTES = new Uint8Array(0);

/** 0, 1, 2, … */
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

/** True if the AEADs do what they must. A call that throws, as a trap of the module does, is a wrong answer too. */
export function answersAsKnown(make: (name: AeadName, key: Uint8Array) => Aead): boolean {
  try {
    return NAMES.every((name) => answers(name, make(name, counting(CIPHERS[name].keyLength))));
  } catch {
    return false;
  }
}

function answers(name: AeadName, aead: Aead): boolean {
  const [nonce, additional] = [counting(12), counting(13)];
  const [data, tag] = [counting(LENGTH), new Uint8Array(16)];
  aead.seal(nonce, additional, data, NO_BYTES, tag);
  const sealed = equalBytes(tag, fromHex(TAGS[name]));
  const opened = aead.open(nonce, additional, data, tag) !== null;
  const same = equalBytes(data, counting(LENGTH));
  const refused = aead.open(nonce, counting(12), data, tag) === null;
  aead.wipe();
  return sealed && opened && same && refused;
}

const NAMES: readonly AeadName[] = ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"];
