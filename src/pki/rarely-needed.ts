/**
 * What is imported on demand, as one piece: two would leave what they share with the rest in pieces of its own.
 */
import { readPfx } from "./pfx.ts";
import { makeRevocationVerifier } from "./revocation/revocation-verifier.ts";

export const RARELY_NEEDED: {
  readonly readPfx: typeof readPfx;
  readonly makeRevocationVerifier: typeof makeRevocationVerifier;
} = { readPfx, makeRevocationVerifier };
