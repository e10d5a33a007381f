/**
 * ServerHello of a TLS 1.2 server: states what was negotiated (RFC 5246 §7.4.1.3 and the extensions' own RFCs).
 */
import { concat } from "../../../bytes/byte-arrays.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { ExtensionValues } from "../../../wire/extensions/registry.ts";
import { encodeServerHello } from "../../../wire/server-hello.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import { UNCOMPRESSED } from "../../point-formats.ts";

const NO_BYTES = new Uint8Array(0);

export interface ServerHelloChoices {
  readonly suite: CipherSuite;
  /** The ClientHello holds ec_point_formats. */
  readonly pointFormatsOffered: boolean;
  readonly sessionId: Uint8Array;
  readonly resumed: boolean;
  /** A NewSessionTicket will come. */
  readonly ticketPromised: boolean;
  /** A CertificateStatus will come. */
  readonly statusPromised: boolean;
}

/** Sends it. The facts provide the rest of its contents. */
export function sendServerHello(
  context: HandshakeContext,
  choices: ServerHelloChoices,
  flight: Flight,
): void {
  const { facts, previousFinished } = context;
  const renegotiationInfo =
    previousFinished === null ? NO_BYTES : concat(previousFinished.client, previousFinished.server);
  // RFC 6066 §3: the server confirms the name, except in a resumed session.
  const nameTaken = facts.serverName !== null && !choices.resumed;
  const extensions: ExtensionValues = {
    ...(nameTaken ? { serverNameAccepted: true } : {}),
    ...(choices.statusPromised ? { statusRequestAccepted: true } : {}),
    ...(choices.ticketPromised ? { sessionTicket: NO_BYTES } : {}),
    ...(facts.alpnProtocol === null ? {} : { alpn: [facts.alpnProtocol] }),
    ...(facts.encryptThenMac ? { encryptThenMac: true } : {}),
    ...(facts.extendedMasterSecret ? { extendedMasterSecret: true } : {}),
    ...(facts.secureRenegotiation ? { renegotiationInfo } : {}),
    ...(choices.pointFormatsOffered && usesCurves(choices.suite)
      ? { ecPointFormats: [UNCOMPRESSED] }
      : {}),
  };
  facts.sessionId = choices.sessionId;
  facts.suite = choices.suite;
  context.send(
    encodeServerHello({
      random: facts.serverRandom,
      sessionId: choices.sessionId,
      cipherSuite: choices.suite.code,
      extensions,
    }),
    flight,
  );
}

/** RFC 8422 §5.2: such a suite answers ec_point_formats. */
function usesCurves({ keyExchange, authentication }: CipherSuite): boolean {
  return keyExchange === "ecdhe" || authentication === "ecdsa";
}
