/**
 * Awaits the ClientHello: version, name, certificate (RFC 8446 §4.1.2, §4.2.1; RFC 5246 §7.4.1.2; RFC 7507).
 * What follows is the business of the version: `tls13/` or `tls12/`.
 */
import { harmlessList } from "../../bytes/text.ts";
import { FALLBACK_SCSV } from "../../protocol/cipher-suite.ts";
import { fail } from "../../protocol/failure.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { isSsl, type ProtocolVersion, TLS12, TLS13, versionName } from "../../protocol/version.ts";
import { type ClientHello, decodeClientHello } from "../../wire/client-hello.ts";
import type { Facts } from "../facts.ts";
import type { Flight } from "../flight.ts";
import { type HandshakeContext, whenSettled } from "../handshake-context.ts";
import type { ServerOpening } from "../handshake-role.ts";
import { chooseVersion } from "../negotiation.ts";
import type { Credential } from "../peer-identity.ts";
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../state.ts";
import { clientHelloFacts } from "./client-hello-facts.ts";
import { acceptClientHello12 } from "./tls12/accept-client-hello.ts";
import { storeKey } from "./tls12/find-session.ts";
import { acceptClientHello13 } from "./tls13/accept-client-hello.ts";

export class ExpectClientHello implements HandshakeState {
  readonly name = "server.ExpectClientHello";
  readonly expects: readonly number[] = [HandshakeType.ClientHello];
  readonly #context: HandshakeContext;

  constructor(context: HandshakeContext) {
    this.#context = context;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { config, facts } = this.#context;
    const hello = decodeClientHello(message.body);
    const version = negotiateVersion(config.versions, hello);
    refuseCompression(hello, version);
    facts.version = version;
    noteClientHello(this.#context, hello);
    return whenSettled<readonly Credential[], Settled>(
      offeredCredentials(this.#context, hello),
      (credentials) =>
        version === TLS13
          ? acceptClientHello13(this.#context, hello, message, credentials, flight)
          : acceptClientHello12(this.#context, hello, message, credentials, flight),
    );
  }
}

export const SERVER: ServerOpening = {
  role: "server",
  await: (context) => new ExpectClientHello(context),
  forgetSession,
};

/** Only a session that the client has proven to have: anybody can name another one in a ClientHello. */
function forgetSession({ config }: HandshakeContext, proven: Facts): void | Promise<void> {
  const { sessionId, version } = proven;
  if (sessionId.length === 0) return;
  config.ticketKeys?.forget(sessionId, config.sessionLifetime);
  if (version === TLS12) return config.sessionStore?.delete(storeKey(sessionId));
}

/**
 * RFC 8446 §4.2.1: the extension rules where there is one, else legacy_version; §D.5: SSL 3.0 is refused in any case.
 */
function negotiateVersion(ours: readonly ProtocolVersion[], hello: ClientHello): ProtocolVersion {
  const { legacyVersion } = hello;
  const theirs = (isSsl(legacyVersion) ? null : hello.extensions.supportedVersions) ?? null;
  const version = chooseVersion(ours, theirs ?? (legacyVersion >= TLS12 ? [TLS12] : []));
  const highest = ours[0] ?? TLS12;
  if (version === null) {
    fail(
      "NoCommonVersion",
      `the client offers ${harmlessList((theirs ?? [legacyVersion]).map(versionName))}; enabled here: ${ours.map(versionName).join(", ")}`,
    );
  }
  if (version < highest && hello.cipherSuites.includes(FALLBACK_SCSV)) {
    fail(
      "InappropriateFallback",
      `the client fell back to ${versionName(version)} though both sides speak ${versionName(highest)} (RFC 7507)`,
    );
  }
  return version;
}

function refuseCompression(hello: ClientHello, version: ProtocolVersion): void {
  const { compressionMethods } = hello;
  const right =
    version === TLS13
      ? compressionMethods.length === 1 && compressionMethods[0] === 0
      : compressionMethods.includes(0);
  if (!right) {
    fail(
      "ForbiddenCompression",
      "legacy_compression_methods does not offer what the version demands: null",
    );
  }
}

/** Keeps what attributes and callbacks may ask for, from the first message on. */
export function noteClientHello(context: HandshakeContext, hello: ClientHello): void {
  const { facts } = context;
  facts.clientRandom = hello.random.slice();
  facts.serverName = hello.extensions.serverName ?? null;
  facts.peerSignatureSchemes = hello.extensions.signatureAlgorithms ?? [];
}

/** The caller's choice for this client, alone; or all certificates, for the version's own rules to choose from. */
export function offeredCredentials(
  context: HandshakeContext,
  hello: ClientHello,
): readonly Credential[] | Promise<readonly Credential[]> {
  const { selectCredential, credentials } = context.config;
  if (selectCredential === null) return credentials;
  return whenSettled<Credential | null, readonly Credential[]>(
    selectCredential(clientHelloFacts(hello)),
    (chosen) => (chosen === null ? credentials : [chosen]),
  );
}
