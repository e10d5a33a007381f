/**
 * The server's choice of application protocol (RFC 7301 §3.2), for both versions.
 */
import { harmlessList } from "../../bytes/text.ts";
import { fail } from "../../protocol/failure.ts";
import type { ClientHello } from "../../wire/client-hello.ts";
import type { HandshakeContext } from "../handshake-context.ts";
import { chooseProtocol } from "../negotiation.ts";
import { clientHelloFacts } from "./client-hello-facts.ts";

/** Notes the chosen protocol; one side silent: none. Both offered and nothing common is refused. */
export function negotiateAlpn(context: HandshakeContext, hello: ClientHello): void {
  const { config, facts } = context;
  const offered = hello.extensions.alpn;
  const { alpnProtocols, selectProtocol } = config;
  if (offered === undefined || (selectProtocol === null && alpnProtocols.length === 0)) return;
  const protocol =
    selectProtocol === null
      ? chooseProtocol(alpnProtocols, offered)
      : selectProtocol(clientHelloFacts(hello));
  if (protocol === null) {
    const here = selectProtocol === null ? alpnProtocols.join(", ") : "none of them was selected";
    fail(
      "NoCommonApplicationProtocol",
      `ALPN: the client offers ${harmlessList(offered)}; here: ${here}`,
    );
  }
  facts.alpnProtocol = protocol;
  facts.alpnNegotiated = true;
}
