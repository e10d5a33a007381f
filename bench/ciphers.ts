/**
 * AEADs by tier: WebAssembly against @noble, which it takes the place of in portable code, Node's two tiers together
 * against node:crypto alone, and the native tier where it was built.
 */
import type { Aead } from "../src/crypto/provider.ts";
import { CIPHERS } from "../src/protocol/cipher-suite.ts";
import { nativeTier } from "../src/providers/native/tier.ts";
import { aead as nobleAead } from "../src/providers/noble/aead.ts";
import { nodeCryptoAead } from "../src/providers/node/aead.ts";
import { aead as tieredAead } from "../src/providers/node/aead-tiers.ts";
import { type AeadMaker, wasmTier } from "../src/providers/wasm/tier.ts";
import type { BenchRow, Work } from "./row.ts";

type Name = Parameters<AeadMaker>[0];

const BATCH = 64;
const HEADER = new Uint8Array(5);
const NOTHING = new Uint8Array(0);

/** What the issue of this tier asks for: ratio to @noble at 64 bytes and at 16 KiB. */
const WANTED: Readonly<Record<Name, readonly [short: number, long: number]>> = {
  "aes-128-gcm": [5, 2],
  "aes-256-gcm": [5, 2],
  "chacha20-poly1305": [5, 2.5],
};
const NAMES: readonly Name[] = ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"];
const [SHORT, LONG] = [64, 16_384];

/** Seals records with a nonce of their own each, and opens each again. */
function bothWays(make: (name: Name, key: Uint8Array) => Aead, name: Name, length: number): Work {
  const aead = make(name, new Uint8Array(CIPHERS[name].keyLength).fill(7));
  const [nonce, tag, content] = [new Uint8Array(12), new Uint8Array(16), new Uint8Array(length)];
  const counter = new DataView(nonce.buffer);
  let sequence = 0;
  return () => {
    for (let i = 0; i < BATCH; i++) {
      counter.setUint32(8, sequence++);
      aead.seal(nonce, HEADER, content, NOTHING, tag);
      if (aead.open(nonce, HEADER, content, tag) === null) throw new Error("not opened");
    }
    return 2 * BATCH * length;
  };
}

function wasmAead(...[name, key]: Parameters<AeadMaker>): Aead {
  const make = wasmTier();
  if (make === null) throw new Error("this runtime has no WebAssembly tier");
  return make(name, key);
}

const native = nativeTier();

export const cipherRows: readonly BenchRow[] = [
  ...wasmRows(),
  // Where `npm run build:native` was called before.
  ...(native === null ? [] : nativeRows(native)),
];

/** The native tier beside node:crypto, whose calls it saves. */
function nativeRows(make: AeadMaker): readonly BenchRow[] {
  return NAMES.flatMap((name) =>
    [SHORT, 1350, LONG].map((length) => ({
      name: `${name}, seal and open ${length} B by the native tier`,
      unit: "bytes",
      peerName: "node:crypto",
      prepare: () => ({
        sealwire: bothWays(make, name, length),
        peer: bothWays(nodeCryptoAead, name, length),
      }),
    })),
  );
}

function wasmRows(): readonly BenchRow[] {
  return NAMES.flatMap((name) => [
    ...[SHORT, LONG].map((length, at) => ({
      name: `${name}, seal and open ${length} B in WebAssembly`,
      unit: "bytes",
      peerName: "@noble",
      wanted: WANTED[name][at] ?? 0,
      prepare: () => ({
        sealwire: bothWays(wasmAead, name, length),
        peer: bothWays(nobleAead, name, length),
      }),
    })),
    ...[SHORT, 1350, LONG].map((length) => ({
      name: `${name}, seal and open ${length} B by Node's tiers`,
      unit: "bytes",
      peerName: "node:crypto alone",
      prepare: () => ({
        sealwire: bothWays(tieredAead, name, length),
        peer: bothWays(nodeCryptoAead, name, length),
      }),
    })),
  ]);
}
