/**
 * The hybrid groups of RFC 10024 on both providers: vectors in both roles, shares that must be
 * refused, and what one provider makes taken by the other.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import type { Answer, CryptoProvider, KeyAgreement } from "../../src/crypto/provider.ts";
import { HYBRID_GROUPS, KEMS } from "../../src/protocol/hybrid-group.ts";
import { type HybridGroupName, NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { fixture } from "../support/data.ts";
import { PAIRS, PROVIDERS } from "./subjects.ts";

interface Vectors {
  readonly valid: readonly {
    readonly group: HybridGroupName;
    readonly group_id: string;
    readonly client_mlkem_seed: string;
    readonly client_ecdh_private: string;
    readonly client_share: string;
    readonly server_share: string;
    readonly shared_secret: string;
  }[];
  readonly invalid: readonly {
    readonly group: HybridGroupName;
    readonly what: "client_share" | "server_share";
    readonly why: string;
    readonly bytes: string;
  }[];
}

const { valid, invalid } = fixture<Vectors>("hybrid-kex/vectors.json.gz");
const NAMES = Object.keys(HYBRID_GROUPS) as HybridGroupName[];

const hybrid = suite("hybrid groups");

function agreementOf(provider: CryptoProvider, name: HybridGroupName): KeyAgreement {
  const agreement = provider.keyAgreement(name);
  assert.ok(agreement, `${provider.name} has no ${name}`);
  return agreement;
}

function answered(agreement: KeyAgreement, share: Uint8Array): Answer | null {
  assert.ok(agreement.answer);
  return agreement.answer(share);
}

hybrid("are off unless named", () => {
  for (const row of NAMED_GROUPS.filter(({ kind }) => kind === "hybrid"))
    assert.equal([row.enabledByDefault, row.tls12, row.tls13], [false, false, true]);
});

for (const provider of PROVIDERS) {
  hybrid(`${provider.name}: vectors`, () => {
    enablePostQuantum();
    for (const vector of valid) {
      const agreement = agreementOf(provider, vector.group);
      const privateKey = fromHex(vector.client_mlkem_seed + vector.client_ecdh_private);
      const pair = agreement.fromPrivateKey(privateKey);
      assert.ok(pair, vector.group);
      assert.is(toHex(pair.publicKey), vector.client_share);
      const secret = pair.derive(fromHex(vector.server_share));
      assert.is(secret === null ? null : toHex(secret), vector.shared_secret);
      const answer = answered(agreement, pair.publicKey);
      assert.ok(answer);
      assert.equal(pair.derive(answer.publicKey), answer.secret);
    }
  });

  hybrid(`${provider.name}: shares that must be refused`, () => {
    assert.ok(invalid.length > 0);
    for (const { group, what, why, bytes } of invalid) {
      const agreement = agreementOf(provider, group);
      const share = fromHex(bytes);
      const outcome =
        what === "client_share" ? answered(agreement, share) : agreement.generate().derive(share);
      assert.is(outcome, null, `${group}, ${what}: ${why}`);
    }
  });

  for (const name of NAMES) {
    hybrid(`${provider.name}, ${name}: lengths, freshness, and of no use once wiped`, () => {
      const agreement = agreementOf(provider, name);
      const row = NAMED_GROUPS.find((group) => group.name === name);
      const curve = NAMED_GROUPS.find((group) => group.name === HYBRID_GROUPS[name].curve);
      assert.ok(row && curve);
      const pair = agreement.generate();
      assert.is(pair.publicKey.length, row.shareLength);
      assert.not.equal(pair.publicKey, agreement.generate().publicKey);
      const [one, other] = [1, 2].map(() => answered(agreement, pair.publicKey));
      assert.ok(one && other);
      const { ciphertextLength } = KEMS[HYBRID_GROUPS[name].kem];
      assert.is(one.publicKey.length, ciphertextLength + curve.shareLength);
      assert.not.equal(one.publicKey, other.publicKey);
      assert.not.equal(one.secret, other.secret);
      assert.is(one.secret.length, 32 + (curve.shareLength === 32 ? 32 : curve.privateKeyLength));
      for (const length of [0, row.privateKeyLength - 1, row.privateKeyLength + 1])
        assert.is(agreement.fromPrivateKey(new Uint8Array(length)), null);
      // FIPS 203 §7.3: another ciphertext of the right length yields another secret and tells nothing.
      const at = HYBRID_GROUPS[name].kemFirst ? 0 : curve.shareLength;
      const changed = one.publicKey.map((byte, i) => (i === at ? byte ^ 1 : byte));
      const secret = pair.derive(changed);
      assert.ok(secret);
      assert.not.equal(secret, one.secret);
      pair.wipe();
      assert.throws(() => pair.derive(one.publicKey), /wiped/);
    });

    hybrid(
      `${provider.name}, ${name}: the caller's randomness makes the same share each time`,
      () => {
        const agreement = agreementOf(provider, name);
        const pair = agreement.generate();
        const random = () => {
          let counter = 0;
          return (length: number) => new Uint8Array(length).map(() => counter++ & 0xff);
        };
        const [one, same] = [1, 2].map(() => agreement.answer?.(pair.publicKey, random()));
        assert.ok(one && same);
        assert.equal(one.publicKey, same.publicKey);
        assert.equal(pair.derive(one.publicKey), one.secret);
      },
    );
  }
}

for (const [first, second] of PAIRS) {
  for (const name of NAMES) {
    hybrid(`${name}: a client by ${first.name} and a server by ${second.name}`, () => {
      const pair = agreementOf(first, name).generate();
      const answer = answered(agreementOf(second, name), pair.publicKey);
      assert.ok(answer);
      assert.equal(pair.derive(answer.publicKey), answer.secret);
    });
  }
}

hybrid("once enabled, all providers have them", () => {
  for (const name of NAMES) assert.ok(portableProvider.keyAgreement(name));
});

hybrid.run();
