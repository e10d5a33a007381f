/**
 * Worlds with a certificate that OpenSSL made (`fixtures/openssl-chain`), whose bytes are then changed at random and signed again: what reads them
 * differently shows here. Every mutant has a valid signature, so only its reading can decide.
 */
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DerReader, DerTag } from "../../src/bytes/der.ts";
import { pemBlocks } from "../../src/pki/files/pem.ts";
import { ROOT } from "../support/data.ts";
import { makeKey, signed, type TestKey } from "./certificate-maker.ts";
import { randomNumbers, type World } from "./chain-generator.ts";

interface Original {
  readonly root: Uint8Array;
  readonly leaf: Uint8Array;
  readonly signer: TestKey;
}

/** Worlds of one root and one mutant: OpenSSL stops at the first file that it cannot read. */
export function mutatedWorlds(seed: number, count: number): World[] {
  const random = randomNumbers(seed);
  const { root, leaf, signer } = openSslChain();
  const tbs = new DerReader(leaf).sequence().next().encoded;
  const below = (limit: number): number => Math.floor(random() * limit);
  const mutant = (): Uint8Array => {
    const bytes = new Uint8Array(tbs);
    for (let changes = 1 + below(2); changes > 0; changes--) mutate(bytes, below);
    return signed(bytes, signer, { hash: "sha256", broken: false });
  };
  return Array.from({ length: count }, () => ({
    roots: [root],
    intermediates: [],
    leaves: [{ der: mutant(), words: ["mutant"] }],
    words: [],
  }));
}

/** Changes one byte: another value, one bit, the next number, or a tag of its own. */
function mutate(bytes: Uint8Array, below: (limit: number) => number): void {
  const at = below(bytes.length);
  const old = bytes[at] ?? 0;
  const tags = Object.values(DerTag);
  const values = [
    below(256),
    old ^ (1 << below(8)),
    old + 1,
    old - 1,
    tags[below(tags.length)] ?? 0,
  ];
  bytes[at] = values[below(values.length)] ?? 0;
}

function openSslChain(): Original {
  const text = (name: string): string =>
    readFileSync(join(ROOT, "fixtures/openssl-chain", name), "utf8");
  const der = (name: string): Uint8Array => {
    const [block] = pemBlocks(text(name));
    if (block === undefined) throw new Error(`${name} holds no certificate`);
    return block.der;
  };
  const secret = createPrivateKey(text("root.key"));
  return { root: der("root.pem"), leaf: der("leaf.pem"), signer: { ...makeKey("p256"), secret } };
}
