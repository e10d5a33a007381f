/**
 * The WebAssembly tier: where there is none, that records of any length come out as @noble's, that the bounded places
 * for keys are shared, and that no key stays in its memory.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { CIPHERS } from "../../src/protocol/cipher-suite.ts";
import { aead as nobleAead } from "../../src/providers/noble/aead.ts";
import { WasmAead } from "../../src/providers/wasm/aead.ts";
import {
  type AeadName,
  type Instance,
  instantiate,
  MAX_LENGTH,
  type Runtime,
  type WebAssemblyNamespace,
} from "../../src/providers/wasm/instance.ts";
import { answersAsKnown } from "../../src/providers/wasm/known-answers.ts";
import { SLOTS, Slots } from "../../src/providers/wasm/slots.ts";
import { tierOf } from "../../src/providers/wasm/tier.ts";
import { wasmAead } from "./subjects.ts";

const NAMES: readonly AeadName[] = ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"];
const NO_BYTES = new Uint8Array(0);
const ROUNDS = 150;

/** The namespace of this runtime, as the core sees it. */
const HERE: WebAssemblyNamespace = WebAssembly;

/** Bytes that depend on their name alone: the same in every run. */
function bytesOf(name: string, length: number): Uint8Array {
  let state = 1;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 0x915f77f5) + 1) | 0;
    return state >>> 24;
  });
}

function freshInstance(): Instance {
  const instance = instantiate({ WebAssembly: HERE });
  if (instance === null) throw new Error("this runtime has no WebAssembly tier");
  return instance;
}

const wasm = suite("AEAD: WebAssembly");

wasm("there is a tier in this runtime", () => {
  assert.type(tierOf({ WebAssembly: HERE }), "function");
});

class Refused {
  constructor() {
    throw new EvalError("Refused by the content security policy");
  }
}

/** A module that does something else than it must. */
const falsified = (change: (exports: Record<string, unknown>) => void): Runtime => ({
  WebAssembly: {
    validate: HERE.validate,
    Module: HERE.Module,
    Instance: class {
      readonly exports: Record<string, unknown>;
      constructor(module: object) {
        this.exports = { ...new WebAssembly.Instance(module).exports };
        change(this.exports);
      }
    },
  },
});

const ABSENT: readonly (readonly [why: string, runtime: Runtime])[] = [
  ["the runtime has no WebAssembly", {}],
  ["SIMD is not valid", { WebAssembly: { ...bare(), validate: () => false } }],
  ["the page's policy forbids it", { WebAssembly: { ...bare(), Module: Refused } }],
  ["there is no memory for it", { WebAssembly: { ...bare(), Instance: Refused as never } }],
  ["an export is missing", falsified((exports) => Reflect.deleteProperty(exports, "wipe"))],
  [
    "sealing does nothing",
    falsified((exports) => {
      exports["seal"] = () => 0;
    }),
  ],
  [
    "opening takes every tag",
    falsified((exports) => {
      const open = exports["open"] as (...of: number[]) => number;
      exports["open"] = (...of: number[]) => open(...of) & 0;
    }),
  ],
  [
    "keys are not expanded",
    falsified((exports) => {
      exports["expand"] = () => 2;
    }),
  ],
];

function bare(): WebAssemblyNamespace {
  return { validate: HERE.validate, Module: HERE.Module, Instance: HERE.Instance };
}

for (const [why, runtime] of ABSENT) {
  wasm(`there is no tier where ${why}`, () => {
    assert.is(tierOf(runtime), null);
  });
}

wasm("the self test refuses each cipher that answers wrongly", () => {
  for (const wrong of NAMES) {
    const make = (name: AeadName, key: Uint8Array) =>
      wasmAead(name, name === wrong ? key.map((byte) => byte ^ 1) : key);
    assert.is(answersAsKnown(make), false, wrong);
  }
  assert.is(answersAsKnown(wasmAead), true);
});

for (const name of NAMES) {
  wasm(`${name}: records of random lengths are those of @noble`, () => {
    const key = bytesOf(name, CIPHERS[name].keyLength);
    const [ours, theirs] = [wasmAead(name, key), nobleAead(name, key)];
    for (let round = 0; round < ROUNDS; round++) {
      const seed = bytesOf(`${name} ${round}`, 8);
      const view = new DataView(seed.buffer);
      // Short ones are as many as long ones.
      const length = round % 2 === 0 ? view.getUint16(0) % 16385 : view.getUint16(0) % 150;
      const cut = view.getUint16(2) % (length + 1);
      const nonce = bytesOf(`nonce ${round}`, 12);
      const additional = bytesOf(`additional ${round}`, view.getUint8(4) % 60);
      const content = bytesOf(`content ${round}`, length);
      const [sealed, expected] = [content.slice(), content.slice()];
      const [tag, expectedTag] = [new Uint8Array(16), new Uint8Array(16)];
      ours.seal(nonce, additional, sealed.subarray(0, cut), sealed.subarray(cut), tag);
      theirs.seal(nonce, additional, expected, NO_BYTES, expectedTag);
      assert.ok(equalBytes(sealed, expected) && equalBytes(tag, expectedTag), `${length} ${cut}`);
      const wrong = tag.slice();
      wrong[view.getUint8(5) % 16] = (wrong[view.getUint8(5) % 16] ?? 0) ^ (1 << (round % 8));
      assert.is(ours.open(nonce, additional, sealed, wrong), null);
      assert.ok(equalBytes(sealed, expected), "a refusal changes nothing");
      const apart = ours.open(nonce, additional, sealed, tag, false);
      assert.ok(apart !== null && equalBytes(apart, content) && equalBytes(sealed, expected));
      assert.is(ours.open(nonce, additional, sealed, tag), sealed);
      assert.ok(equalBytes(sealed, content));
    }
  });
}

wasm("as many keys as one likes share the places", () => {
  const count = 3 * SLOTS + 1;
  const keys = Array.from({ length: count }, (_, i) => bytesOf(`key ${i}`, 16));
  const ciphers = keys.map((key) => wasmAead("aes-128-gcm", key));
  for (let pass = 0; pass < 2; pass++) {
    ciphers.forEach((cipher, i) => {
      const [tag, expected] = [new Uint8Array(16), new Uint8Array(16)];
      cipher.seal(new Uint8Array(12), NO_BYTES, NO_BYTES, NO_BYTES, tag);
      nobleAead("aes-128-gcm", keys[i] ?? NO_BYTES).seal(
        ...[new Uint8Array(12), NO_BYTES, NO_BYTES, NO_BYTES, expected],
      );
      assert.equal(tag, expected);
    });
  }
  for (const cipher of ciphers) cipher.wipe();
});

wasm("a wiped AEAD gives its place back, not that of another", () => {
  const instance = freshInstance();
  const slots = new Slots(instance);
  const make = (i: number) => new WasmAead(instance, slots, "aes-256-gcm", bytesOf(`${i}`, 32));
  const tagOf = (aead: WasmAead): Uint8Array => {
    const tag = new Uint8Array(16);
    aead.seal(new Uint8Array(12), NO_BYTES, NO_BYTES, NO_BYTES, tag);
    return tag;
  };
  const displaced = make(0);
  tagOf(displaced);
  const others = Array.from({ length: SLOTS }, (_, i) => make(i + 1));
  const tags = others.map(tagOf);
  displaced.wipe();
  assert.equal(others.map(tagOf), tags);
});

wasm("the memory is as new when the last AEAD is wiped", () => {
  for (const name of NAMES) {
    const instance = freshInstance();
    const before = instance.memory.slice();
    const aead = new WasmAead(
      instance,
      new Slots(instance),
      name,
      bytesOf("secret", CIPHERS[name].keyLength),
    );
    const [data, tag] = [new Uint8Array(1000), new Uint8Array(16)];
    aead.seal(new Uint8Array(12), new Uint8Array(5), data, NO_BYTES, tag);
    aead.open(new Uint8Array(12), new Uint8Array(5), data, tag);
    assert.not.equal(instance.memory.slice(0, instance.nonce), before.slice(0, instance.nonce));
    aead.wipe();
    // The area still holds nonce, tag and additional data of the last record, none of them secret.
    instance.memory.fill(0, instance.nonce, instance.data + 1005);
    assert.ok(equalBytes(instance.memory, before), name);
  }
});

wasm("plaintext does not stay in the memory", () => {
  const instance = freshInstance();
  const aead = new WasmAead(instance, new Slots(instance), "chacha20-poly1305", bytesOf("key", 32));
  const [data, tag] = [new Uint8Array(500).fill(0xaa), new Uint8Array(16)];
  aead.seal(new Uint8Array(12), NO_BYTES, data, NO_BYTES, tag);
  assert.ok(aead.open(new Uint8Array(12), NO_BYTES, data, tag));
  assert.equal(instance.memory.slice(instance.data, instance.data + 500), new Uint8Array(500));
});

wasm("the longest input fits, one byte more is refused", () => {
  const aead = wasmAead("aes-128-gcm", bytesOf("key", 16));
  const [data, tag] = [new Uint8Array(MAX_LENGTH - 5), new Uint8Array(16)];
  aead.seal(new Uint8Array(12), new Uint8Array(5), data, NO_BYTES, tag);
  assert.ok(aead.open(new Uint8Array(12), new Uint8Array(5), data, tag));
  assert.throws(
    () => aead.seal(new Uint8Array(12), new Uint8Array(6), data, NO_BYTES, tag),
    /more than 73696/,
  );
  assert.throws(() => aead.seal(new Uint8Array(11), NO_BYTES, NO_BYTES, NO_BYTES, tag), /12 bytes/);
});

wasm.run();
