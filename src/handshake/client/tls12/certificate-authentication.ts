/**
 * A TLS 1.2 server that proves itself by its certificate: the signature over its parameters (RFC 5246 §7.4.3, RFC 8422
 * §5.4).
 */
import { serverKeyExchangeContent } from "../../../crypto/signed-content.ts";
import { TLS12 } from "../../../protocol/version.ts";
import { decodeServerKeyExchange } from "../../../wire/key-exchange-12.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { ServerAuthentication } from "../../server-authentication.ts";
import { verifyPeerSignature } from "../../verify-signature.ts";

/** The signature with the key of the server's certificate. */
export const certificateAuthentication = (
  context: HandshakeContext,
  leaf: LeafCertificate,
): ServerAuthentication => ({
  read: (body, parameterReader) => {
    const { parameters, signedBytes, signature } = decodeServerKeyExchange(body, parameterReader);
    return {
      parameters,
      prove: () => {
        const { clientRandom, serverRandom } = context.facts;
        const content = serverKeyExchangeContent(clientRandom, serverRandom, signedBytes);
        const { scheme, signature: bytes } = signature;
        return verifyPeerSignature(context, leaf, TLS12, scheme, content, bytes);
      },
      complete: (agree) => agree,
    };
  },
});
