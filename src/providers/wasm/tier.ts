/**
 * The WebAssembly tier of this runtime: made when it is first asked for, and only used if its self test passes.
 */
import type { Aead } from "../../crypto/provider.ts";
import { WasmAead } from "./aead.ts";
import { type AeadName, instantiate, type Runtime } from "./instance.ts";
import { answersAsKnown } from "./known-answers.ts";
import { Slots } from "./slots.ts";

/** Makes an AEAD under one key of the cipher's length (RangeError otherwise); the key is copied. */
export type AeadMaker = (name: AeadName, key: Uint8Array) => Aead;

/** The tier of a runtime, or null where it has none. */
export function tierOf(runtime: Runtime): AeadMaker | null {
  const instance = instantiate(runtime);
  if (instance === null) return null;
  const slots = new Slots(instance);
  const make: AeadMaker = (name, key) => new WasmAead(instance, slots, name, key);
  return answersAsKnown(make) ? make : null;
}

let tier: AeadMaker | null | undefined;

/** The tier of this runtime, or null where it has none. */
export function wasmTier(): AeadMaker | null {
  if (tier === undefined) tier = tierOf(globalThis as Runtime);
  return tier;
}
