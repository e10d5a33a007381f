/**
 * Judging a certificate chain, leaf and one intermediate of P-256, beside its two signature checks with the keys out of the
 * certificates: a chain that was never seen before, and one that was seen a moment ago. The trust store is known to both.
 */
import { createPublicKey, verify } from "node:crypto";
import { CertificateParser } from "../src/pki/certificate.ts";
import { ChainContext, ChainVerifier } from "../src/pki/path/chain-verifier.ts";
import { TrustStore } from "../src/pki/trust-store.ts";
import { nodeProvider } from "../src/providers/node/provider.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
} from "../test/pki/certificate-maker.ts";
import type { BenchRow, Subjects } from "./row.ts";

/** More chains than are remembered, so that each one has been forgotten when its turn comes again. */
const CHAINS = 600;
const HOST = "www.example.com";

interface Chain {
  readonly der: readonly Uint8Array[];
  /** What is checked: key, signed bytes, signature. */
  readonly checks: readonly {
    readonly spki: Uint8Array;
    readonly tbs: Uint8Array;
    readonly signature: Uint8Array;
  }[];
}

function makeChains(count: number): { root: Uint8Array; chains: Chain[] } {
  const rootKey = makeKey("p256");
  const parser = new CertificateParser(nodeProvider);
  const root = makeCertificate({
    ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
    extensions: authorityExtensions(rootKey, rootKey),
  });
  const chains = Array.from({ length: count }, (_, i): Chain => {
    const [middleKey, leafKey] = [makeKey("p256"), makeKey("p256")];
    const middle = makeCertificate({
      ...{ subject: `Middle ${i}`, issuer: "Root", key: middleKey, signer: rootKey },
      extensions: authorityExtensions(middleKey, rootKey),
    });
    const leaf = makeCertificate({
      ...{ subject: HOST, issuer: `Middle ${i}`, key: leafKey, signer: middleKey },
      extensions: serverExtensions(middleKey, `dns:${HOST}`),
    });
    const der = [leaf, middle];
    const keys = [middleKey.spki, rootKey.spki];
    const checks = der.map((certificate, at) => {
      const { tbs, signature } = parser.parse(certificate);
      return { spki: keys[at] ?? rootKey.spki, tbs, signature };
    });
    return { der, checks };
  });
  return { root, chains };
}

function prepare(count: number): Subjects {
  const { root, chains } = makeChains(count);
  const context = new ChainContext(new CertificateParser(nodeProvider));
  const verifier = new ChainVerifier(context, new TrustStore([root]));
  const turns = { ours: 0, theirs: 0 };
  const next = (whose: "ours" | "theirs"): Chain => {
    const chain = chains[turns[whose]++ % count];
    if (chain === undefined) throw new RangeError("there are no chains");
    return chain;
  };
  return {
    sealwire: () => {
      const { ok } = verifier.verify({
        ...{ chain: next("ours").der, purpose: "server", name: HOST },
        ...{ time: NOON.getTime(), ocspResponse: null },
      });
      if (!ok) throw new Error("a good chain was refused");
      return 1;
    },
    peer: () => {
      for (const { spki, tbs, signature } of next("theirs").checks) {
        const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
        if (!verify("sha256", tbs, key, signature)) throw new Error("a good signature was refused");
      }
      return 1;
    },
  };
}

export const chainRows: readonly BenchRow[] = [
  {
    name: "certificate chain, P-256, leaf and intermediate, never seen before",
    unit: "chains",
    peerName: "two signature checks",
    wanted: 1 / 1.3,
    prepare: () => prepare(CHAINS),
  },
  {
    name: "certificate chain, P-256, leaf and intermediate, seen before",
    unit: "chains",
    peerName: "two signature checks",
    wanted: 20,
    prepare: () => prepare(1),
  },
];
