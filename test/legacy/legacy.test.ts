/**
 * MD4 and RC4 against the vectors of their RFCs, and node:crypto against @noble for what message packages take of either.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex, latin1, toHex } from "../../src/bytes/text.ts";
import { md4 } from "../../src/legacy/md4.ts";
import { Rc4 } from "../../src/legacy/rc4.ts";
import { desKey } from "../../src/message/legacy-crypto.ts";
import { nobleLegacyCrypto } from "../../src/providers/noble/legacy-crypto.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import { fixture } from "../support/data.ts";

const legacy = suite("legacy: algorithms");

legacy("MD4 gives the hashes of RFC 1320", () => {
  const { vectors } = fixture<{ vectors: [string, string][] }>("legacy/md4.json");
  for (const [text, hash] of vectors) assert.is(toHex(md4(latin1(text))), hash);
});

legacy("MD4 differs for each length of the input around a block", () => {
  const hashes = Array.from({ length: 200 }, (_, length) => toHex(md4(new Uint8Array(length))));
  assert.is(new Set(hashes).size, hashes.length);
});

interface Stream {
  readonly key: string;
  readonly stream: Readonly<Record<string, string>>;
}

legacy("RC4 gives the streams of RFC 6229, in one call and in pieces", () => {
  for (const { key, stream } of fixture<{ vectors: Stream[] }>("legacy/rc4.json").vectors) {
    for (const piece of [5000, 1, 7, 256]) {
      const rc4 = new Rc4(fromHex(key));
      const data = new Uint8Array(5000);
      for (let at = 0; at < data.length; at += piece) rc4.apply(data.subarray(at, at + piece));
      for (const [offset, wanted] of Object.entries(stream)) {
        const at = Number(offset);
        assert.is(toHex(data.subarray(at, at + wanted.length / 2)), wanted, `${key} ${offset}`);
      }
    }
  }
});

legacy("an RC4 stream goes back to where a copy of it stayed", () => {
  const rc4 = new Rc4(fromHex("0102030405"));
  const kept = new Rc4(new Uint8Array(1));
  rc4.apply(new Uint8Array(33));
  kept.become(rc4);
  const [one, other] = [new Uint8Array(50), new Uint8Array(50)];
  rc4.apply(one);
  rc4.become(kept);
  rc4.apply(other);
  assert.equal(one, other);
});

legacy("MD5 and HMAC-MD5 are the same by node:crypto and by @noble", () => {
  for (const length of [0, 1, 16, 63, 64, 65, 200]) {
    const [key, data] = [nodeLegacyCrypto.random(length), nodeLegacyCrypto.random(length)];
    assert.equal(nodeLegacyCrypto.md5(key, data), nobleLegacyCrypto.md5(key, data));
    assert.equal(
      nodeLegacyCrypto.hmacMd5(key, data, key),
      nobleLegacyCrypto.hmacMd5(key, data, key),
    );
  }
});

legacy("3DES with three times the same key is DES", () => {
  // FIPS 81's key and plaintext "Now is t", whose ciphertext the standard prints.
  const key = fromHex("0123456789abcdef".repeat(3));
  const { tripleDes } = nodeLegacyCrypto;
  const sealed = tripleDes?.encrypt(key, new Uint8Array(8), latin1("Now is t"));
  assert.is(toHex(sealed ?? new Uint8Array()), "3fa40e8a984d4815");
  assert.equal(tripleDes?.decrypt(key, new Uint8Array(8), sealed ?? key), latin1("Now is t"));
});

legacy("seven bytes are spread over a DES key, seven bits to a byte", () => {
  assert.is(toHex(desKey(fromHex("ffffffffffffff"))), "fefefefefefefefe");
  assert.is(toHex(desKey(fromHex("80000000000001"))), "8000000000000002");
});

legacy.run();
