/**
 * What WebCrypto does for `sealwire/web`: handshakes with every kind of key, with a `crypto.subtle` that works, that is
 * absent, and that fails in each of its ways; and signatures that are wrong.
 */
import { webcrypto } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SecureOptions } from "../../src/adapters/streams/option-types.ts";
import { WebSession } from "../../src/adapters/streams/stream-session.ts";
import { createSspi, type Sspi } from "../../src/api/compose.ts";
import type { WebSubtle } from "../../src/crypto/web-crypto.ts";
import type { CertContext, TlsError, Version } from "../../src/entries/streams.ts";
import { signatureScheme } from "../../src/protocol/signature-scheme.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { createWebProvider } from "../../src/providers/webcrypto/noble-webcrypto-provider.ts";
import { startOf } from "../../src/session/options.ts";
import { AUTHORITY, type IdentityName, identity } from "../support/identities.ts";
import { linked, pattern, readAll, refusal, writeAll } from "./web-kit.ts";

const VERSIONS: readonly Version[] = ["TLSv1.2", "TLSv1.3"];
const IDENTITIES: readonly IdentityName[] = ["rsa", "rsa-pss", "p256", "p384", "p521", "ed25519"];
/** Kinds of keys that WebCrypto signs with, and whose signatures it checks. */
const SIGNS: readonly IdentityName[] = ["rsa", "p256", "p384", "p521"];
const VERIFIES: readonly IdentityName[] = ["p256", "p384", "p521"];

type Calls = Record<"importKey" | "sign" | "verify", number>;

/** The runtime's `crypto.subtle`, counted, with some members replaced. */
function counted(replaced: Partial<WebSubtle> = {}): { subtle: WebSubtle; calls: Calls } {
  const calls: Calls = { importKey: 0, sign: 0, verify: 0 };
  const real: WebSubtle = webcrypto.subtle;
  const subtle: WebSubtle = {
    importKey(...parameters) {
      calls.importKey++;
      return replaced.importKey?.(...parameters) ?? real.importKey(...parameters);
    },
    sign(...parameters) {
      calls.sign++;
      return replaced.sign?.(...parameters) ?? real.sign(...parameters);
    },
    verify(...parameters) {
      calls.verify++;
      return replaced.verify?.(...parameters) ?? real.verify(...parameters);
    },
  };
  return { subtle, calls };
}

const reject = (): Promise<never> => Promise.reject(new Error("OperationError"));
const throwing = (): never => {
  throw new Error("NotSupportedError");
};

/** What a runtime's WebCrypto may be unable to do. */
const FAILURES: readonly (readonly [words: string, replaced: Partial<WebSubtle>])[] = [
  ["importKey rejects", { importKey: reject }],
  ["importKey throws", { importKey: throwing }],
  ["sign and verify reject", { sign: reject, verify: reject }],
  ["sign and verify throw", { sign: throwing, verify: throwing }],
];

const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

/** Both sides with the same kind of certificate, each validated by the other. */
function mutual(
  sspi: Sspi,
  version: Version,
  client: CertContext,
  server: CertContext,
): { client: WebSession; server: WebSession } {
  const session = (transport: ReturnType<typeof linked>[0], options: SecureOptions): WebSession =>
    new WebSession({ functions: sspi, ...startOf(sspi, options, "secure()") }, {}, transport);
  const [left, right] = linked();
  const common = { ca: AUTHORITY, versions: [version] };
  return {
    client: session(left, { ...common, serverName: "localhost", cert: client }),
    server: session(right, {
      ...common,
      ...{ role: "server", cert: server, requestCert: true, requireClientCertificate: true },
    }),
  };
}

async function completes(sspi: Sspi, version: Version, name: IdentityName): Promise<void> {
  const { client, server } = mutual(sspi, version, identity(name), identity(name));
  const [mine, theirs] = await Promise.all([client.opened, server.opened]);
  assert.equal(mine.peerCertificates, theirs.peerCertificates);
  const [there, back] = await Promise.all([
    readAll(server.readable),
    readAll(client.readable),
    writeAll(client.writable, pattern(100)),
    writeAll(server.writable, pattern(200)),
  ]);
  assert.is(there.length, 100);
  assert.is(back.length, 200);
  await Promise.all([client.closed, server.closed]);
}

const web = suite("web: WebCrypto");

for (const version of VERSIONS) {
  for (const name of IDENTITIES) {
    web(
      `${version}, ${name}: both sides sign and check with it, as far as it is worth it`,
      async () => {
        const { subtle, calls } = counted();
        await completes(createSspi(createWebProvider(subtle)), version, name);
        assert.is(calls.sign, SIGNS.includes(name) ? 2 : 0);
        assert.is(calls.verify, VERIFIES.includes(name) ? 2 : 0);
      },
    );
  }

  for (const [words, replaced] of FAILURES) {
    web(`${version}: the portable code takes over where ${words}`, async () => {
      for (const name of ["rsa", "p256"] as const) {
        const { subtle, calls } = counted(replaced);
        await completes(createSspi(createWebProvider(subtle)), version, name);
        assert.ok(calls.importKey > 0);
      }
    });
  }

  for (const side of ["client", "server"] as const) {
    for (const name of ["rsa", "p256", "p384"] as const) {
      web(`${version}, ${name}: the ${side}'s wrong signature is refused`, async () => {
        const { subtle } = counted();
        const sspi = createSspi(createWebProvider(subtle));
        const wrong = liar(name);
        const good = identity(name);
        const { client, server } =
          side === "client"
            ? mutual(sspi, version, wrong, good)
            : mutual(sspi, version, good, wrong);
        const [judge, told] = side === "client" ? [server, client] : [client, server];
        const lost = refusal(told.closed);
        assert.is((await refusal(judge.opened)).reason, "BadSignature");
        assert.is(((await lost) as TlsError).alert?.name, "decrypt_error");
        await refusal(judge.closed);
      });
    }
  }

  web(`${version}: what it says of a signature counts`, async () => {
    const { subtle } = counted({ verify: async () => false });
    const sspi = createSspi(createWebProvider(subtle));
    const { client, server } = mutual(sspi, version, identity("p256"), identity("p256"));
    const lost = refusal(server.closed);
    assert.is((await refusal(client.opened)).reason, "BadSignature");
    await lost;
    await refusal(client.closed);
  });
}

/** A certificate with a key that signs something else. */
function liar(name: IdentityName): CertContext {
  const { chain, privateKey } = identity(name);
  const key = portableProvider.importPrivateKey(privateKey as Uint8Array);
  const sign = (code: number, data: Uint8Array): Uint8Array => {
    const scheme = signatureScheme(code);
    if (key === null || scheme === undefined) throw new TypeError(`no key for ${code}`);
    return key.sign(scheme, data.subarray(1));
  };
  return { chain, privateKey: { sign } };
}

web("a damaged signature is wrong, whichever byte it is, and nothing is thrown", async () => {
  const { subtle, calls } = counted();
  const provider = createWebProvider(subtle);
  for (const [name, code] of [
    ["p256", 0x0403],
    ["p521", 0x0603],
  ] as const) {
    const scheme = signatureScheme(code);
    const key = provider.importPrivateKey(identity(name).privateKey as Uint8Array);
    assert.ok(scheme && key);
    const check = provider.importPublicKey(key.publicKey);
    assert.ok(check?.verifyAsync);
    const data = Uint8Array.of(1, 2, 3);
    const good = key.sign(scheme, data);
    assert.ok(await check.verifyAsync(scheme.algorithm, data, good));
    const flipped = Array.from(good, (_, at) =>
      good.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    );
    const cut = [good.subarray(1), good.subarray(0, -1), new Uint8Array(0), new Uint8Array(64)];
    for (const wrong of [...flipped, ...cut])
      assert.not(await check.verifyAsync(scheme.algorithm, data, wrong));
    assert.not(await check.verifyAsync({ family: "ecdsa", hash: null }, data, good));
    assert.not(await check.verifyAsync({ family: "rsa-pss", hash: "sha256" }, data, good));
  }
  assert.ok(calls.verify > 150);
});

web("a key is imported once for each algorithm", async () => {
  const { subtle, calls } = counted();
  const key = createWebProvider(subtle).importPrivateKey(identity("rsa").privateKey as Uint8Array);
  const [pss, pkcs1] = [signatureScheme(0x0804), signatureScheme(0x0401)];
  assert.ok(key?.signAsync && key.rsaPrivate && pss && pkcs1);
  const data = Uint8Array.of(1, 2, 3);
  for (const scheme of [pss, pkcs1, pss, pkcs1]) {
    const signature = await key.signAsync(scheme, data);
    const check = portableProvider.importPublicKey(key.publicKey);
    assert.ok(check?.verify(scheme.algorithm, data, signature));
  }
  assert.equal(calls, { importKey: 2, sign: 4, verify: 0 });
});

web("what no key of that kind can do is refused as by the portable one", async () => {
  const { subtle, calls } = counted();
  const provider = createWebProvider(subtle);
  const key = provider.importPrivateKey(identity("p256").privateKey as Uint8Array);
  const [rsa] = [signatureScheme(0x0804)];
  assert.ok(key?.signAsync && rsa);
  assert.match((await refusal(key.signAsync(rsa, new Uint8Array(3)))).message, /cannot sign with/);
  assert.is(calls.sign, 0);
});

web("without crypto.subtle nothing answers later", () => {
  const provider = createWebProvider(undefined);
  const key = provider.importPrivateKey(identity("rsa").privateKey as Uint8Array);
  assert.is(key?.signAsync, undefined);
  assert.is(provider, portableProvider);
});

web("the caller's memory may change while a promise is pending", async () => {
  const { subtle } = counted();
  const provider = createWebProvider(subtle);
  const key = provider.importPrivateKey(identity("p384").privateKey as Uint8Array);
  const scheme = signatureScheme(0x0503);
  const check = provider.importPublicKey(key?.publicKey ?? new Uint8Array(0));
  assert.ok(key?.signAsync && scheme && check?.verifyAsync);
  const data = Uint8Array.of(1, 2, 3);
  const signing = key.signAsync(scheme, data);
  data.fill(0);
  const signature = await signing;
  const again = Uint8Array.of(1, 2, 3);
  const verifying = check.verifyAsync(scheme.algorithm, again, signature);
  again.fill(0);
  signature.fill(0);
  assert.ok(await verifying);
});

web.after(() => assert.equal(unhandled, []));

web.run();
