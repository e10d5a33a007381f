/**
 * Checks on a server's answers that both versions share: extensions that were not asked for, the chosen protocol.
 */
import { harmless } from "../../bytes/text.ts";
import { extensionName } from "../../protocol/extension-type.ts";
import { fail } from "../../protocol/failure.ts";
import { type ClientHelloParts, sentExtensions } from "../../wire/client-hello.ts";
import type { HandshakeContext } from "../handshake-context.ts";

/** Refuses an answer to an extension that was not sent (RFC 8446 §4.2, RFC 5246 §7.4.1.4). */
export function rejectUnsolicitedExtensions(
  answered: readonly number[],
  hello: ClientHelloParts,
): void {
  const sent = sentExtensions(hello);
  const unsolicited = answered.find((type) => !sent.includes(type));
  if (unsolicited !== undefined) {
    fail(
      "UnsolicitedExtension",
      `the server answers ${extensionName(unsolicited)}, which was not sent`,
    );
  }
}

/** Takes the server's choice of application protocol (RFC 7301 §3.2): exactly one, of those offered. */
export function acceptAlpn(context: HandshakeContext, chosen: readonly string[] | undefined): void {
  const { config, facts } = context;
  if (chosen === undefined) return;
  const protocol = chosen[0];
  if (chosen.length !== 1 || protocol === undefined) {
    fail("ForbiddenValue", `ALPN: the server chose ${chosen.length} protocols instead of one`);
  }
  if (!config.alpnProtocols.includes(protocol)) {
    fail(
      "UnofferedApplicationProtocol",
      `ALPN: the server chose "${harmless(protocol)}", which was not offered`,
    );
  }
  facts.alpnProtocol = protocol;
  facts.alpnNegotiated = true;
}
