/**
 * The NIST curves of @noble/curves by their TLS names.
 */
import { p256, p384, p521 } from "@noble/curves/nist.js";
import type { CurveName } from "../../protocol/signature-scheme.ts";

/** Curve arithmetic and ECDSA of each curve. */
export const CURVES: Readonly<Record<CurveName, typeof p256>> = {
  secp256r1: p256,
  secp384r1: p384,
  secp521r1: p521,
};
