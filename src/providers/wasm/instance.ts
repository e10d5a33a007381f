/**
 * The instance of the WebAssembly module that holds RustCrypto's AEADs (`wasm/src/lib.rs`). There is none where the runtime has no WebAssembly or no SIMD, where a content security policy
 * forbids it (no `wasm-unsafe-eval`), or where a main thread may not compile so much at once. Callers then take other
 * code.
 */
import { fromHex } from "../../bytes/text.ts";
import { MODULE } from "./module.ts";

/** Bytes of data and additional data that the module takes at once. */
export const MAX_LENGTH: number = 72 * 1024 - 32;

/** Numbers of the ciphers in `expand`. */
export const CIPHER_NUMBERS = {
  "aes-128-gcm": 0,
  "aes-256-gcm": 1,
  "chacha20-poly1305": 2,
} as const;

export type AeadName = keyof typeof CIPHER_NUMBERS;

/** What `wasm/src/lib.rs` exports. Functions return 0 for success. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly area: () => number;
  readonly stack: () => number;
  readonly expand: (slot: number, cipher: number) => number;
  readonly seal: (slot: number, length: number, additional: number) => number;
  readonly open: (slot: number, length: number, additional: number) => number;
  readonly wipe: (slot: number) => void;
}

/** The part of the WebAssembly namespace that is used: the core is compiled without the DOM's types. */
export interface WebAssemblyNamespace {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** A global object that may have WebAssembly. */
export interface Runtime {
  readonly WebAssembly?: WebAssemblyNamespace;
}

/** The module and its memory, which never grows. */
export interface Instance {
  readonly functions: Exports;
  readonly memory: Uint8Array;
  /** Offsets of the parts of the area in the memory. */
  readonly nonce: number;
  readonly tag: number;
  readonly data: number;
  /** The stack is the memory from 0 to this offset. */
  readonly stackEnd: number;
}

/** A new instance, or null where there can be none. */
export function instantiate({ WebAssembly }: Runtime): Instance | null {
  if (WebAssembly === undefined) return null;
  const bytes = new Uint8Array(fromHex(MODULE));
  try {
    if (!WebAssembly.validate(bytes)) return null;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    if (!areExports(exports)) return null;
    const area = exports.area();
    return {
      functions: exports,
      memory: new Uint8Array(exports.memory.buffer),
      nonce: area,
      tag: area + 12,
      data: area + 32,
      stackEnd: exports.stack(),
    };
  } catch {
    // CompileError or EvalError: the policy of the page; RangeError: too much for a main thread, or no memory.
    return null;
  }
}

function areExports(exports: unknown): exports is Exports {
  if (typeof exports !== "object" || exports === null || !("memory" in exports)) return false;
  const named: Record<string, unknown> = { ...exports };
  return FUNCTIONS.every((name) => typeof named[name] === "function");
}

const FUNCTIONS: readonly (keyof Exports)[] = ["area", "stack", "expand", "seal", "open", "wipe"];
