/**
 * AES-CBC of both providers: Wycheproof (with the padding that its cases have and TLS has not), in place, agreement.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat, equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../src/protocol/cipher-suite.ts";
import { PAIRS, PROVIDERS } from "./subjects.ts";
import { checkFile } from "./wycheproof.ts";

type CbcName = Extract<CipherName, `${string}-cbc`>;

interface CbcCase {
  readonly key: string;
  readonly iv: string;
  readonly msg: string;
  readonly ct: string;
}

const NAMES: readonly CbcName[] = ["aes-128-cbc", "aes-256-cbc"];
const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 11 + (i >> 8)) & 0xff);

function cbcSuite(provider: CryptoProvider) {
  const cbc = suite(`CBC: ${provider.name}`);

  cbc("Wycheproof aes_cbc_pkcs5", () => {
    checkFile<{ readonly keySize: number }, CbcCase>("aes_cbc_pkcs5", [144, 72], (group, test) => {
      const name = `aes-${group.keySize}-cbc` as CbcName;
      // What is no whole number of blocks never reaches the cipher: the record layer refuses it.
      if (!NAMES.includes(name) || test.ct.length % 32 !== 0) return null;
      const data = fromHex(test.ct);
      provider.cbc(name, fromHex(test.key)).decrypt(fromHex(test.iv), data);
      const message = fromHex(test.msg);
      const padding = 16 - (message.length % 16);
      const padded = concat(message, new Uint8Array(padding).fill(padding));
      if (!equalBytes(data, padded)) return false;
      provider.cbc(name, fromHex(test.key)).encrypt(fromHex(test.iv), data);
      return equalBytes(data, fromHex(test.ct));
    });
  });

  for (const name of NAMES) {
    cbc(`${name}: in place, at any place in memory, nothing around is touched`, () => {
      const cipher = provider.cbc(name, pattern(CIPHERS[name].keyLength));
      for (const length of [0, 16, 32, 4096, 16400 - (16400 % 16)]) {
        for (const shift of [0, 1, 5]) {
          const memory = pattern(length + shift + 8);
          const data = memory.subarray(shift, shift + length);
          cipher.encrypt(pattern(16), data);
          if (length > 0) assert.not.equal(data, pattern(length + shift).subarray(shift));
          cipher.decrypt(pattern(16), data);
          assert.equal(memory, pattern(length + shift + 8));
        }
      }
    });

    cbc(`${name}: refuses parts of blocks and wrong keys, and is of no use once wiped`, () => {
      const cipher = provider.cbc(name, pattern(CIPHERS[name].keyLength));
      assert.throws(() => cipher.encrypt(pattern(16), pattern(17)), /17/);
      assert.throws(() => cipher.decrypt(pattern(16), pattern(31)), /31/);
      assert.throws(() => provider.cbc(name, pattern(5)), /5/);
      cipher.wipe();
      assert.throws(() => cipher.encrypt(pattern(16), pattern(16)), /wiped/);
    });
  }
  return cbc;
}

function agreementSuite() {
  const agreement = suite("CBC: providers agree");
  for (const [first, second] of PAIRS) {
    agreement(`${second.name} decrypts what ${first.name} encrypted`, () => {
      for (const name of NAMES) {
        const key = first.random(CIPHERS[name].keyLength);
        const data = pattern(1024);
        first.cbc(name, key).encrypt(pattern(16), data);
        second.cbc(name, key).decrypt(pattern(16), data);
        assert.equal(data, pattern(1024));
      }
    });
  }
  return agreement;
}

agreementSuite().run();
for (const provider of PROVIDERS) cbcSuite(provider).run();
