/**
 * The memory of paths: the second handshake checks no signature, and only the same question to the same store has the
 * same answer.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { ByteCache } from "../../src/pki/byte-cache.ts";
import type { ChainRequest } from "../../src/pki/path/chain-request.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
} from "./certificate-maker.ts";

let checked = 0;
/** Counts the signatures that are checked. */
const counting: CryptoProvider = {
  ...nodeProvider,
  importPublicKey(spki) {
    const key = nodeProvider.importPublicKey(spki);
    if (key === null) return null;
    return {
      type: key.type,
      curve: key.curve,
      bits: key.bits,
      verify(algorithm, data, signature) {
        checked++;
        return key.verify(algorithm, data, signature);
      },
    };
  },
};

const [rootKey, leafKey] = [makeKey("p256"), makeKey("p256")];
const root = makeCertificate({
  ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
  extensions: authorityExtensions(rootKey, rootKey),
});
const notAfter = NOON.getTime();
const leaf = makeCertificate({
  ...{ subject: "Leaf", issuer: "Root", key: leafKey, signer: rootKey, notAfter },
  extensions: serverExtensions(rootKey, "dns:a.example.com", "dns:b.example.com"),
});

const cache = suite("pki: verdict cache");

cache("the same question costs no signature, another does", () => {
  const { verifyChain } = createSspi(counting);
  const trust = new TrustStore([root]);
  const cost = (change: Partial<ChainRequest>, ok = true): number => {
    const before = checked;
    const request = {
      chain: [leaf.slice()],
      trust,
      name: "a.example.com",
      purpose: "server",
    } as const;
    const result = verifyChain({ ...request, time: NOON, ...change });
    assert.is(result.ok, ok, result.message);
    return checked - before;
  };
  assert.is(cost({}), 1);
  assert.is(cost({}), 0);
  assert.is(cost({ name: "b.example.com" }), 0, "the name is no matter of the path");
  assert.is(cost({ name: "c.example.com" }, false), 0);
  assert.is(cost({}), 0);
  assert.is(cost({ profile: "rfc5280" }), 1);
  assert.is(cost({ maxDepth: 3 }), 1);
  assert.is(cost({ chain: [leaf, root] }), 1);
  assert.is(cost({ trust: new TrustStore([root]) }), 1);
  cost({ purpose: "client" }, false);
  cost({ trust: new TrustStore([]) }, false);
});

cache("nothing is remembered beyond the end of validity", () => {
  const { verifyChain } = createSspi(counting);
  const request = { chain: [leaf], trust: new TrustStore([root]), purpose: "server" } as const;
  assert.is(verifyChain({ ...request, time: NOON }).ok, true);
  const late = verifyChain({ ...request, time: new Date(notAfter + 1000) });
  assert.is(late.reason, "CertificateExpired");
});

cache.run();

const bytes = suite("pki: values by bytes");

bytes(
  "bounded, the oldest leaves first; large ones and other bytes at the same place are not found",
  () => {
    const memory = new ByteCache<number>(2, 1000);
    const key = (value: number): Uint8Array => new Uint8Array(100).fill(value);
    for (const value of [1, 2, 3]) memory.set(key(value), value, 1);
    assert.equal(
      [1, 2, 3].map((value) => memory.get(key(value))),
      [null, 2, 3],
    );
    const twin = key(3);
    twin[0] = 0;
    assert.is(memory.get(twin), null);
    memory.set(key(4), 4, 251);
    assert.is(memory.get(key(4)), null);
  },
);

bytes("the sizes of all values together stay below the bound", () => {
  const memory = new ByteCache<number>(100, 1000);
  for (let value = 0; value < 100; value++) {
    memory.set(Uint8Array.of(value, value), value, 100 + value);
    assert.ok(memory.size <= 1000);
  }
  memory.set(Uint8Array.of(99, 99), 99, 10);
  assert.is(memory.get(Uint8Array.of(99, 99)), 99);
  assert.ok(memory.size < 900, "what is set anew gives its old size back");
});

bytes.run();
