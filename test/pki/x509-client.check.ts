/**
 * The chains of x509-limbo and BetterTLS' path building by the verifier of `sealwire/client`, whose signatures are checked by WebCrypto
 * and later: the same verdicts, for the same reasons, as by the portable provider.
 */
import { webcrypto } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { Verdict, VerifyRequest } from "../../src/handshake/peer-identity.ts";
import { CertificateParser } from "../../src/pki/certificate.ts";
import { ChainContext, ChainVerifier } from "../../src/pki/path/chain-verifier.ts";
import { RetryingVerifier } from "../../src/pki/path/retrying-verifier.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { createSubtleProvider } from "../../src/providers/webcrypto/webcrypto-provider.ts";
import { betterTlsCases, limboCases, type X509Case } from "./x509-cases.ts";

const LIMBO = limboCases().filter(({ crls }) => crls.length === 0);
const BETTER = betterTlsCases("pathbuilding-dev.json.gz");

type Judge = (item: X509Case) => Verdict | Promise<Verdict>;

function judgeBy(provider: CryptoProvider): Judge {
  const context = new ChainContext(new CertificateParser(provider));
  return ({ chain, trusted, profile, maxDepth, purpose, name, time }) => {
    const options = {
      ...(profile == null ? {} : { profile }),
      ...(maxDepth == null ? {} : { maxDepth }),
    };
    const verifier = new ChainVerifier(context, new TrustStore(trusted), options);
    const request: VerifyRequest = {
      ...{ chain, purpose, name: name ?? null, ocspResponse: null },
      time: time?.getTime() ?? Date.now(),
    };
    return new RetryingVerifier((asked) => verifier.verify(asked)).verify(request);
  };
}

const words = (verdict: Verdict): string => (verdict.ok ? "accepted" : verdict.reason);

const check = suite("x509: sealwire/client");

for (const [name, cases] of [
  ["x509-limbo", LIMBO],
  ["BetterTLS", BETTER],
] as const) {
  check(`${name}: the verdicts of the portable provider`, async () => {
    const portable = judgeBy(portableProvider);
    const client = judgeBy(createSubtleProvider(webcrypto.subtle));
    const differ: string[] = [];
    let waited = 0;
    for (const item of cases) {
      const answer = client(item);
      if (answer instanceof Promise) waited++;
      const [theirs, ours] = [words(await portable(item)), words(await answer)];
      if (theirs !== ours) differ.push(`${item.id}: ${theirs}, here ${ours}`);
    }
    console.log(`  ${cases.length} chains, ${waited} waited for`);
    assert.equal(differ, []);
    assert.ok(waited > cases.length / 2);
  });
}

check.run();
