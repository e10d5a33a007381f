/**
 * What a server makes of a client's channel bindings: the defence against a login that is relayed from another connection.
 */

import { equalConstantTime } from "../bytes/constant-time.ts";
import type { SealwireAuthentication } from "../sspi/authentication-values.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_BAD_BINDINGS } from "../sspi/security-status.ts";
import { AvId, type AvPair, avValue } from "./av-pairs.ts";

/**
 * A client that sends zeros knows bindings and has no channel: it is refused where the server has one, also under
 * "allow-missing", which is for clients that are too old to send any.
 * @param own hash of the server's bindings; null: the caller gave none
 * @throws Refusal SEC_E_BAD_BINDINGS
 */
export function checkBindings(
  own: Uint8Array | null,
  pairs: readonly AvPair[],
  policy: "ignore" | "allow-missing" | "require",
): SealwireAuthentication["bindings"] {
  if (own === null || policy === "ignore") return "ignored";
  const sent = avValue(pairs, AvId.Bindings);
  if (sent === null) {
    if (policy === "allow-missing") return "missing";
    return badBindings("MissingBindings", "the client has sent no channel bindings");
  }
  if (equalConstantTime(sent, own)) return "checked";
  return badBindings(
    "WrongBindings",
    sent.every((byte) => byte === 0)
      ? "the client's end has no secure channel, and the server's has"
      : "the client's channel bindings are those of another channel",
  );
}

function badBindings(reason: string, message: string): never {
  return refuse(SEC_E_BAD_BINDINGS, reason, `${message}: the login may have been relayed`);
}
