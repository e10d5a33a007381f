/**
 * The premaster secret out of a client's block (RFC 5246 §7.4.7.1): the one that is there, or random bytes that were drawn
 * before anything was known of the block. On both providers.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import { decryptPremaster, encryptPremaster } from "../../src/crypto/rsa-key-exchange.ts";
import { createCertificateServices } from "../../src/pki/certificate-services.ts";
import { makeRevocationVerifier } from "../../src/pki/revocation/revocation-verifier.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { PAIRS, PROVIDERS } from "../providers/subjects.ts";
import { credentialOf } from "../support/configurations.ts";
import { pattern } from "../support/record-kit.ts";
import { encryptedBlocks, PREMASTER_SECRET } from "../support/rsa-blocks.ts";

const LENGTH = 48;

for (const provider of PROVIDERS) {
  const tests = suite(`crypto: RSA key exchange, ${provider.name}`);
  const { key } = credentialOf("rsa", provider);
  const { right, wrong } = encryptedBlocks(provider);
  const decrypted = (share: Uint8Array, version: number = TLS12): string =>
    toHex(decryptPremaster(key, share, version, (length) => pattern(length, 77)));
  const random = toHex(pattern(LENGTH, 77));

  tests("the right block holds its secret", () => {
    assert.is(decrypted(right), toHex(PREMASTER_SECRET));
  });

  for (const [name, share] of Object.entries(wrong))
    tests(`${name}: random bytes`, () => assert.is(decrypted(share), random));

  tests("the version is that of the ClientHello", () => {
    assert.is(decrypted(right, 0x0302), random);
  });

  tests("every byte of the padding counts", () => {
    const { rsaPrivate } = key;
    for (let at = 0; at < 256 - LENGTH; at++) {
      const block = (rsaPrivate?.call(key, right) ?? new Uint8Array(0)).slice();
      block[at] = at > 1 && at < 255 - LENGTH ? 0 : (block[at] as number) ^ 0x40;
      const given = { ...key, bits: key.bits, rsaPrivate: () => block };
      const found = decryptPremaster(given, right, TLS12, (length) => pattern(length, 77));
      assert.is(toHex(found), random, `byte ${at}`);
    }
  });

  tests.run();
}

const tests = suite("crypto: RSA key exchange between providers");

for (const [client, server] of PAIRS)
  tests(`${client.name} to ${server.name}`, () => {
    const { chain, key } = credentialOf("rsa", server);
    const { publicKey } = createCertificateServices(client, makeRevocationVerifier).readLeaf(
      chain[0] ?? new Uint8Array(0),
    );
    const { share, premaster } = encryptPremaster(publicKey, client.random);
    assert.is(toHex(decryptPremaster(key, share, TLS12, server.random)), toHex(premaster));
  });

tests.run();
