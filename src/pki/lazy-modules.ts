/**
 * What is imported on demand, as one piece: two would leave what they share with the rest in pieces of its own.
 */
import { readPfx } from "./files/pfx.ts";
import { makeRevocationVerifier } from "./revocation/revocation-verifier.ts";

export const LAZY_MODULES: {
  readonly readPfx: typeof readPfx;
  readonly makeRevocationVerifier: typeof makeRevocationVerifier;
} = { readPfx, makeRevocationVerifier };
