/**
 * A key agreed on outside TLS, for sessions of any suite.
 */
import { utf8 } from "../../src/bytes/text.ts";
import type { CipherSuite } from "../../src/protocol/cipher-suite.ts";
import type { PreSharedKey, SealwireOptions } from "../../src/schannel/credential-types.ts";
import { pattern } from "./record-kit.ts";

export const METER_KEY: Required<PreSharedKey> & { readonly hash: "sha256" } = {
  identity: utf8("meter 7"),
  key: pattern(32),
  hash: "sha256",
};

const CLIENT: SealwireOptions = { preSharedKey: METER_KEY };
const SERVER: SealwireOptions = { selectPreSharedKey: () => METER_KEY };
const NONE: SealwireOptions = {};

/** What a credential needs so that a suite by such a key counts. */
export function keysFor(
  { authentication }: CipherSuite,
  role: "client" | "server",
): SealwireOptions {
  if (authentication !== "psk") return NONE;
  return role === "client" ? CLIENT : SERVER;
}
