/**
 * What makes a credential one for servers: ticket keys, the caller's choice of a certificate, and what sessions may be
 * shared between. An environment that has no servers does not have it.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { toHex, utf8 } from "../bytes/text.ts";
import type { Configuration } from "../handshake/configuration.ts";
import { whenSettled } from "../handshake/handshake-context.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import { makeTicketKeys } from "../handshake/ticket.ts";
import {
  DEFAULT_MUTUAL_SERVER_LIMITS,
  DEFAULT_SERVER_LIMITS,
  type Limits,
} from "../protocol/limits.ts";
import { Refusal } from "../sspi/refusal.ts";
import * as constants from "./constants.ts";
import type { SealwireOptions } from "./credential-types.ts";
import { type Helpers, helperFailed, isForeignKey } from "./helpers.ts";
import { loadCertificate } from "./local-certificates.ts";
import type { ServerCredential, ServerSupport } from "./package-dependencies.ts";
import type { ValidationMode } from "./peer-verifier.ts";
import { rootsDigest } from "./session-key.ts";

const KEY_LENGTH = 16;
const SELECT = "sealwire.selectCredential";

const isCertificate = (answer: unknown): string | null =>
  answer == null || typeof answer === "object" ? null : "with a CertContext or null";

function selector(
  credential: ServerCredential,
  helpers: Helpers,
): Configuration["selectCredential"] {
  const select = credential.options.selectCredential;
  if (select == null) return null;
  const sendRoot = (credential.flags & constants.SCH_SEND_ROOT_CERT) !== 0;
  const load = (chosen: Awaited<ReturnType<typeof select>>): Credential | null => {
    if (chosen == null) return null;
    try {
      const loaded = loadCertificate(chosen, credential.environment.certificates, sendRoot);
      return isForeignKey(chosen.privateKey) ? helpers.signing(loaded) : loaded;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw helperFailed(SELECT, `answered with what cannot be used: ${error.message}`);
    }
  };
  return (hello) =>
    whenSettled<Awaited<ReturnType<typeof select>>, Credential | null>(
      helpers.needed(SELECT, () => select(hello), isCertificate),
      load,
    );
}

/** The handshake continues at once, so the answer is not a promise. */
function protocolSelector(
  { selectProtocol: select }: SealwireOptions,
  helpers: Helpers,
): Configuration["selectProtocol"] {
  if (select == null) return null;
  return (hello) => {
    const offered = hello.alpnProtocols;
    const isOffered = (answer: unknown): string | null =>
      answer == null || (typeof answer === "string" && offered.includes(answer))
        ? null
        : "with one of the protocols that the client offers, or null";
    return helpers.now("sealwire.selectProtocol", () => select(hello), isOffered) ?? null;
  };
}

/**
 * Ticket keys and stores may be shared by servers that trust other clients; an identity that one of them accepted is
 * not one for the others.
 */
function sessionKey(credential: ServerCredential, mode: ValidationMode): string {
  const { environment, flags, options } = credential;
  const { provider } = environment;
  const required = options.requireClientCertificate === true;
  const settings = utf8(JSON.stringify([mode, required, flags, options.verifyPeer != null]));
  const digest = provider.digest("sha256", concat(settings, rootsDigest(credential)));
  return toHex(digest.subarray(0, KEY_LENGTH));
}

function limits(mutual: boolean): Limits {
  return mutual ? DEFAULT_MUTUAL_SERVER_LIMITS : DEFAULT_SERVER_LIMITS;
}

export const SERVER_SUPPORT: ServerSupport = {
  makeTicketKeys,
  limits,
  selector,
  protocolSelector,
  sessionKey,
};
