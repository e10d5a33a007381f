/**
 * Mutation of certificate files, the same for the same seed: what they are made of, how they are changed, and what the code
 * under test must do with it: answer, or throw the declared error, within a bound of steps.
 */

import { createLoaders } from "../../src/api/loaders.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { CertificateParser } from "../../src/pki/certificate.ts";
import { contextOfPfx } from "../../src/pki/files/loaders.ts";
import { openPfx } from "../../src/pki/files/pfx.ts";
import { CrlSet } from "../../src/pki/revocation/crl-set.ts";
import { ocspEvidence } from "../../src/pki/revocation/ocsp.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { TlsError } from "../../src/sspi/tls-error.ts";
import { NOON } from "../pki/certificate-maker.ts";
import { fixture } from "../support/data.ts";

export const PASSPHRASE = "fuzz";

/** xorshift32: numbers from 0 to below `limit`. */
export function randomOf(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Bytes that break parsers: lengths, tags, indefinite forms, ends. */
const NASTY = [0, 1, 2, 3, 4, 5, 0x1f, 0x24, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff];
/** Longest input that growth may make. */
const LONGEST = 32 * 1024;

/** One to four changes of a copy. */
export function mutate(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let changes = 1 + random(4); changes > 0; changes--) changed = change(changed, random);
  return changed;
}

function change(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const at = random(bytes.length + 1);
  const piece = bytes.slice(at, at + random(64));
  switch (random(7)) {
    case 0:
      bytes[at] = random(256);
      return bytes;
    case 1:
      bytes[at] = NASTY[random(NASTY.length)] ?? 0;
      return bytes;
    case 2:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + piece.length));
    case 5:
      return bytes.length > LONGEST
        ? bytes
        : Uint8Array.of(...bytes.slice(0, at), ...piece, ...bytes.slice(at));
    default: {
      // Nesting: what follows becomes the content of the same tag again and again.
      const depth = random(60);
      const tags = new Uint8Array(2 * depth).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80));
      return Uint8Array.of(...bytes.slice(0, at), ...tags, ...bytes.slice(at));
    }
  }
}

/** Counts what the code asks of the provider: the steps of a case. */
export class CountingProvider {
  /** Hashes, MACs, signatures, and a thousand iterations of a key derivation each count as one. */
  steps = 0;
  readonly provider: CryptoProvider;

  constructor(inner: CryptoProvider) {
    const count = (steps: number): void => {
      this.steps += steps;
    };
    this.provider = {
      ...inner,
      digest(name, data) {
        count(1);
        return inner.digest(name, data);
      },
      hmac(name, key, ...parts) {
        count(1);
        return inner.hmac(name, key, ...parts);
      },
      pbkdf2(hash, password, salt, iterations, length) {
        count(Math.ceil(iterations / 1000));
        // Its time is the file's wish, its bound is checked; the result is of no use for a mutated file.
        return inner.pbkdf2(hash, password, salt, Math.min(iterations, 2048), length);
      },
      scrypt(password, salt, cost, length) {
        count(cost.cost * cost.blockSize * cost.parallelization * 2 ** -10);
        return inner.scrypt(password, salt, { cost: 2, blockSize: 1, parallelization: 1 }, length);
      },
      importPublicKey(spki) {
        const key = inner.importPublicKey(spki);
        if (key === null) return null;
        const { type, curve, bits } = key;
        return {
          ...{ type, curve, bits },
          verify(...given) {
            count(1);
            return key.verify(...given);
          },
        };
      },
    };
  }
}

/** Steps that no input may take; 500,000 iterations of PKCS#12 twice are the most that a file may ask for. */
export const MAX_STEPS = 2_100_000;

export interface Target {
  readonly name: string;
  readonly corpus: readonly Uint8Array[];
  run(bytes: Uint8Array, counting: CountingProvider): void;
}

const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

interface StoredCorpus {
  readonly root: string;
  readonly middle: string;
  readonly server: string;
  readonly corpora: Readonly<Record<string, readonly string[]>>;
}

const STORED = fixture<StoredCorpus>("corpora/pki/corpus.json");
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const stored = {
  root: bytesOf(STORED.root),
  middle: bytesOf(STORED.middle),
  server: bytesOf(STORED.server),
};
const NOW = NOON.getTime();

function corpusOf(name: string): readonly Uint8Array[] {
  const files = STORED.corpora[name] ?? [];
  if (files.length === 0) throw new Error(`the corpus has no ${name}`);
  return files.map(bytesOf);
}

/** What is fuzzed. */
export function makeTargets(): readonly Target[] {
  const plain = new CertificateParser(nodeProvider);
  const [leaf, issuer] = [plain.parse(stored.server), plain.parse(stored.middle)];
  return [
    {
      name: "certificates",
      corpus: corpusOf("certificates"),
      run(bytes, { provider }) {
        const trust = new TrustStore([stored.root]);
        const { verifyChain } = createLoaders(provider, () => NOW);
        const request = { trust, name: "localhost", purpose: "server" } as const;
        verifyChain({ ...request, chain: [bytes, stored.middle] });
        verifyChain({ ...request, chain: [stored.server, bytes], revocationCheck: "chain" });
        new CertificateParser(provider).parse(bytes);
      },
    },
    {
      name: "OCSP responses",
      corpus: corpusOf("OCSP responses"),
      run(bytes, { provider }) {
        ocspEvidence(new CertificateParser(provider), bytes, leaf, issuer, NOW);
      },
    },
    {
      name: "CRLs",
      corpus: corpusOf("CRLs"),
      run(bytes, { provider }) {
        const parser = new CertificateParser(provider);
        const crls = new CrlSet();
        crls.add([bytes]);
        crls.evidence(parser.parse(stored.server), parser.parse(stored.middle), [], NOW);
      },
    },
    {
      name: "keys",
      corpus: corpusOf("keys"),
      run(bytes, { provider }) {
        const { certContextFromPem } = createLoaders(provider, () => NOW);
        certContextFromPem(stored.server, bytes, PASSPHRASE);
      },
    },
    {
      name: "PFX",
      corpus: corpusOf("PFX"),
      run(bytes, { provider }) {
        contextOfPfx(new CertificateParser(provider), openPfx(provider, bytes, PASSPHRASE));
      },
    },
    {
      name: "PEM",
      corpus: corpusOf("PEM"),
      run(bytes, { provider }) {
        const { certContextFromPem } = createLoaders(provider, () => NOW);
        certContextFromPem(text(bytes), text(bytes), PASSPHRASE);
      },
    },
  ];
}

/** Runs one case. An exception that is not declared, or too many steps, is thrown on. */
export function runCase(target: Target, bytes: Uint8Array): number {
  const counting = new CountingProvider(nodeProvider);
  try {
    target.run(bytes, counting);
  } catch (error) {
    if (!(error instanceof TlsError) && !(error instanceof TlsFailure)) throw error;
  }
  if (counting.steps > MAX_STEPS) throw new Error(`${counting.steps} steps`);
  return counting.steps;
}
