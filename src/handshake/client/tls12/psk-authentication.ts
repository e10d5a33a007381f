/**
 * Authentication of a TLS 1.2 server and client by an external PSK (RFC 4279 §2, §5): the key goes
 * into the premaster secret, so only its holder computes the same Finished. A module of its own: small builds leave
 * it out.
 */
import { pskPremaster } from "../../../crypto/psk-key-exchange.ts";
import { fail } from "../../../protocol/failure.ts";
import { decodePskServerKeyExchange } from "../../../wire/key-exchange-12.ts";
import { whenSettled } from "../../handshake-context.ts";
import { type ExternalPsk, pskNameText } from "../../pre-shared-key.ts";
import type { KeyExchangeResult, ServerAuthentication } from "../../server-authentication.ts";

/** The key that a server's hint asks for, null if there is none. `hint`: a copy; null: the server sent no hint. */
export type AnswerHint = (
  hint: Uint8Array | null,
) => ExternalPsk | null | Promise<ExternalPsk | null>;

/** @param answer asked once in each full handshake, when our part is made */
export const pskAuthentication = (answer: AnswerHint): ServerAuthentication => ({
  read: (body, parameterReader) => {
    const { hint: received, parameters } = decodePskServerKeyExchange(body, parameterReader);
    const hint = received.length === 0 ? null : received.slice();
    return {
      parameters,
      prove: () => {},
      complete: (agree) => () =>
        whenSettled<ExternalPsk | null, KeyExchangeResult>(answer(hint?.slice() ?? null), (psk) => {
          if (psk === null) {
            const asked = hint === null ? "no hint" : `the hint ${pskNameText(hint)}`;
            fail("NoUsableCredential", `there is no pre-shared key for a server with ${asked}`);
          }
          return whenSettled<KeyExchangeResult, KeyExchangeResult>(agree(), (agreed) =>
            mixed(agreed, psk),
          );
        }),
    };
  },
});

function mixed(
  { share, premaster }: KeyExchangeResult,
  { identity, key }: ExternalPsk,
): KeyExchangeResult {
  return { identity, share, premaster: pskPremaster(premaster, key) };
}
