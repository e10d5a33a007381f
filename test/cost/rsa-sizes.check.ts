/**
 * The longest RSA keys: one of 8192 bits works, at a price that is bounded, one of 8193 is refused before anything is computed with
 * it, as issuer, as leaf and as a key of our own. The moduli are products of primes of RFC 3526 and RFC 7919, so none is searched.
 */
import { createPrivateKey, createPublicKey, getDiffieHellman, type KeyObject } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { certContextFromPem } from "../../src/api/node.ts";
import { DerTag, derElement, derUnsigned } from "../../src/bytes/der.ts";
import { encodePublicKey, RSA_ALGORITHM } from "../../src/crypto/key-encoding.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { ffdhePrime } from "../../src/protocol/ffdhe-primes.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
  type TestKey,
} from "../pki/certificate-maker.ts";
import { acquire, functionsOf, SspiSession, SspiSide } from "../support/sspi-session.ts";

const tests = suite("cost: sizes of RSA keys");
const HOST = "localhost";

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

/** d × e = 1 modulo m. */
function inverse(e: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, e % m, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  assert.is(r0, 1n);
  return t0 < 0n ? t0 + m : t0;
}

const P = number(getDiffieHellman("modp16").getPrime());
const Q = ffdhePrime("ffdhe4096");
const N = P * Q;

/** The private key of the product of two primes of 4096 bits. */
function longKey(): KeyObject {
  const e = 65537n;
  const d = inverse(e, (P - 1n) * (Q - 1n));
  const text = (value: bigint): string => bytesOf(value).toString("base64url");
  return createPrivateKey({
    format: "jwk",
    key: {
      ...{ kty: "RSA", n: text(N), e: text(e), d: text(d), p: text(P), q: text(Q) },
      ...{ dp: text(d % (P - 1n)), dq: text(d % (Q - 1n)), qi: text(inverse(Q, P)) },
    },
  });
}

const base = makeKey("rsa2048");
const testKey = (secret: KeyObject): TestKey => ({
  ...{ kind: "rsa2048", secret, id: Uint8Array.of(1, 2, 3) },
  spki: new Uint8Array(createPublicKey(secret).export({ format: "der", type: "spki" })),
});
const KEY_8192 = testKey(longKey());
/** Its modulus is odd and one bit longer; nobody has its private half, so another key signs in its name. */
const KEY_8193: TestKey = {
  ...base,
  id: Uint8Array.of(1, 2, 3),
  spki: encodePublicKey(
    RSA_ALGORITHM,
    derElement(
      DerTag.Sequence,
      derUnsigned(bytesOf((N << 1n) | 1n)),
      derUnsigned(Uint8Array.of(1, 0, 1)),
    ),
  ),
};

const authority = (key: TestKey): Uint8Array =>
  makeCertificate({
    ...{ subject: "Root", issuer: "Root", key, signer: key },
    extensions: authorityExtensions(key, key),
  });
const leafOf = (key: TestKey, signer: TestKey): Uint8Array =>
  makeCertificate({
    ...{ subject: "Leaf", issuer: "Root", key, signer },
    extensions: serverExtensions(signer, `dns:${HOST}`),
  });

/** A provider that counts the signatures that it is asked to check. */
function counting(provider: CryptoProvider): { provider: CryptoProvider; checked: () => number } {
  let checked = 0;
  return {
    checked: () => checked,
    provider: {
      ...provider,
      importPublicKey(spki) {
        const key = provider.importPublicKey(spki);
        if (key === null) return null;
        const verify = key.verify.bind(key);
        return Object.assign(Object.create(key) as typeof key, {
          verify: (...given: Parameters<typeof verify>) => {
            checked++;
            return verify(...given);
          },
        });
      },
    },
  };
}

const small = makeKey("p256");
/** Where the key stands: the root, or the leaf under another root. */
const PLACES = {
  issuer: (key: TestKey) => ({ root: authority(key), leaf: leafOf(small, key) }),
  leaf: (key: TestKey) => ({ root: authority(base), leaf: leafOf(key, base) }),
} as const;

function judge(
  provider: CryptoProvider,
  { root, leaf }: ReturnType<typeof PLACES.issuer>,
): ChainResult {
  return createSspi(provider).verifyChain({
    ...{ chain: [leaf], trust: new TrustStore([root]), name: HOST, purpose: "server", time: NOON },
  });
}

/** Microseconds of CPU time, the least of several. */
function cost(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

/** Verifying is a few products of numbers four times as long: sixteen times the work, with room for noise. */
const MOST = 64;

for (const [name, provider] of [
  ["node:crypto", nodeProvider],
  ["the portable provider", portableProvider],
] as const)
  for (const [place, worldOf] of Object.entries(PLACES)) {
    tests(`${name}: 8192 bits as ${place} are accepted, at a bounded price`, () => {
      const world = worldOf(KEY_8192);
      const { ok, message } = judge(provider, world);
      assert.ok(ok, message);
      const usual = worldOf(base);
      const [long, short] = [
        cost(() => judge(provider, world)),
        cost(() => judge(provider, usual)),
      ];
      assert.ok(long <= MOST * Math.max(short, 1000), `${long} µs, 2048 bits take ${short} µs`);
    });

    tests(
      `${name}: 8193 bits as ${place} are refused before a signature is checked with them`,
      () => {
        const { provider: counted, checked } = counting(provider);
        const world = worldOf(KEY_8193);
        const { ok, faults } = judge(counted, world);
        assert.is(ok, false);
        // A leaf's own key is not asked by its chain: the signature over it is that of the root.
        assert.ok(checked() <= (place === "leaf" ? 1 : 0), `${checked()} signatures were checked`);
        assert.ok(
          faults.some(({ reason }) =>
            ["UnsupportedCertificateKey", "UnverifiedSignature"].includes(reason),
          ),
          faults.map(({ reason, message }) => `${reason} ${message}`).join("; "),
        );
        const most = cost(() => judge(provider, worldOf(KEY_8192)));
        assert.ok(cost(() => judge(provider, world)) <= 3 * Math.max(most, 1000));
      },
    );
  }

tests("a handshake with a certificate of 8192 bits succeeds", () => {
  const functions = functionsOf(nodeProvider);
  const { root, leaf } = PLACES.leaf(KEY_8192);
  const key = KEY_8192.secret.export({ format: "pem", type: "pkcs8" }).toString();
  const paCred = [certContextFromPem(toPem("CERTIFICATE", leaf), key)];
  const session = new SspiSession(
    new SspiSide(
      functions,
      "client",
      acquire(functions, "client", { hRootStore: new TrustStore([root]) }),
    ),
    new SspiSide(functions, "server", acquire(functions, "server", { paCred })),
  );
  session.handshake();
  assert.is(session.client.error?.message ?? session.server.error?.message, undefined);
  assert.ok(session.client.ready && session.server.ready);
});

tests("a private key of 8193 bits cannot be loaded, and the error says how many are read", () => {
  const { leaf } = PLACES.leaf(KEY_8192);
  // The numbers need not fit each other: the length is looked at first.
  const integer = (value: bigint): Uint8Array => derUnsigned(bytesOf(value));
  const pkcs1 = derElement(
    DerTag.Sequence,
    ...[integer(0n), integer((N << 1n) | 1n), integer(65537n), integer(N), integer(P), integer(Q)],
    ...[integer(P), integer(Q), integer(P)],
  );
  const key = toPem("RSA PRIVATE KEY", pkcs1);
  assert.throws(() => certContextFromPem(toPem("CERTIFICATE", leaf), key), /8192/);
});

tests.run();
