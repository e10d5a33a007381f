/**
 * The hashes that suites and certificates of today use.
 */
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { hashing } from "../noble/hashing.ts";

export const HASHING: ReturnType<typeof hashing> = hashing({ sha224, sha256, sha384, sha512 });
