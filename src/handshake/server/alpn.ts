/**
 * The server's choice of application protocol (RFC 7301 §3.2), for both versions.
 */
import { fail } from "../../protocol/failure.ts";
import type { ClientHello } from "../../wire/client-hello.ts";
import type { HandshakeContext } from "../handshake-context.ts";
import { chooseProtocol } from "../negotiation.ts";

/** Notes the chosen protocol; one side silent: none. Both offered and nothing common is refused. */
export function negotiateAlpn(context: HandshakeContext, hello: ClientHello): void {
  const { config, facts } = context;
  const offered = hello.extensions.alpn;
  if (offered === undefined || config.alpnProtocols.length === 0) return;
  const protocol = chooseProtocol(config.alpnProtocols, offered);
  if (protocol === null) {
    fail(
      "NoCommonApplicationProtocol",
      `ALPN: the client offers ${offered.join(", ")}; here: ${config.alpnProtocols.join(", ")}`,
    );
  }
  facts.alpnProtocol = protocol;
  facts.alpnNegotiated = true;
}
