/**
 * A resumed TLS 1.2 handshake, server's side: ServerHello, ticket, ChangeCipherSpec, Finished at once (RFC 5246 §7.3
 * figure 2, RFC 5077 §3.1).
 */
import type { ClientHello } from "../../../wire/client-hello.ts";
import { sendFinished12 } from "../../finish-12.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import { negotiateEncryptThenMac } from "../../negotiate-encrypt-then-mac.ts";
import { type Resumable, takeOver } from "../../peer-chain.ts";
import { Secrets12 } from "../../secrets-12.ts";
import type { HandshakeState } from "../../state.ts";
import { expectClientEnd } from "./expect-client-finished.ts";
import type { AcceptClientHello, ServerHandshake12 } from "./handshake.ts";
import { sendServerHello } from "./server-hello.ts";

/** The abbreviated handshake of a known session: ServerHello and Finished at once (RFC 5246 §7.3, figure 2). */
export function resume(
  context: HandshakeContext,
  hello: ClientHello,
  resumable: Resumable,
  acceptClientHello: AcceptClientHello,
  flight: Flight,
): HandshakeState {
  const { config, facts, transcript } = context;
  const { session } = resumable;
  const { suite } = session;
  const encryptThenMac = config.encryptThenMac && hello.extensions.encryptThenMac === true;
  facts.encryptThenMac = negotiateEncryptThenMac(context, suite, encryptThenMac);
  transcript.select(suite.hash);
  sendServerHello(
    context,
    // The id is echoed: that is how the client sees that its session (or ticket) was taken.
    {
      suite,
      pointFormatsOffered: hello.extensions.ecPointFormats !== undefined,
      sessionId: hello.sessionId.slice(),
      resumed: true,
      ticketPromised: false,
      statusPromised: false,
    },
    flight,
  );
  // What names the session is in the ticket or the store. The id that is echoed is whatever the client likes.
  takeOver(context, resumable);
  const secrets = new Secrets12(context, suite, session.secret);
  const own = sendFinished12("server", context, secrets, flight);
  facts.firstFinished = own;
  const handshake: ServerHandshake12 = {
    context,
    suite,
    clientVersion: hello.legacyVersion,
    ticketPromised: false,
    acceptClientHello,
    sessionKey: session.key,
  };
  return expectClientEnd({ handshake, secrets, own });
}
