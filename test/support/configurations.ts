/**
 * Configurations of the handshake without the security package above it: settings by hand, real certificates.
 */
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { Configuration } from "../../src/handshake/configuration.ts";
import type { Credential } from "../../src/handshake/peer-identity.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { TicketKeys } from "../../src/handshake/ticket.ts";
import { createCertificateServices } from "../../src/pki/certificate-services.ts";
import { makeRevocationVerifier } from "../../src/pki/revocation/revocation-verifier.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { DEFAULT_CLIENT_LIMITS } from "../../src/protocol/limits.ts";
import { NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { AUTHORITY, type IdentityName, identity } from "./identities.ts";

/** The clock of tests that do not turn it: milliseconds. */
export const NOW: number = Date.UTC(2026, 0, 1);

/** A certificate with its key as the handshake wants it. */
export function credentialOf(
  name: IdentityName,
  provider: CryptoProvider = nodeProvider,
  ocspResponse: Uint8Array | null = null,
): Credential {
  const { chain, privateKey } = identity(name);
  const key = provider.importPrivateKey(privateKey as Uint8Array);
  if (key === null) throw new Error(`${provider.name} cannot use the key of ${name}`);
  return { chain, key, ocspResponse };
}

export const groupNamed = (name: NamedGroup["name"]): NamedGroup => {
  const group = NAMED_GROUPS.find((row) => row.name === name);
  if (group === undefined) throw new Error(`no group ${name}`);
  return group;
};

/** An identity by its name, or with an OCSP response to staple. */
type Named = IdentityName | { readonly name: IdentityName; readonly ocspResponse: Uint8Array };

/** What a test wants to be different. Certificates go by their names, for each provider imports the keys itself. */
export interface Changes extends Partial<Omit<Configuration, "credentials">> {
  readonly identities?: readonly Named[];
}

/** Everything that is on by default; the server has the P-256 certificate; both keep sessions in stores of their own. */
export function configuration(
  role: "client" | "server",
  { identities, ...changes }: Changes = {},
): Configuration {
  const provider = changes.provider ?? nodeProvider;
  const certificates = createCertificateServices(provider, makeRevocationVerifier);
  const client = role === "client";
  const clock = changes.clock ?? ((): number => NOW);
  const random = changes.random ?? provider.random;
  return {
    provider,
    clock,
    random,
    randomIsFixed: changes.random !== undefined,
    readLeaf: certificates.readLeaf,
    limits: DEFAULT_CLIENT_LIMITS,
    versions: [TLS13, TLS12],
    cipherSuites: CIPHER_SUITES.filter((row) => row.enabledByDefault),
    preferClientCipherOrder: false,
    groups: NAMED_GROUPS.filter((row) => row.enabledByDefault),
    keyShares: [groupNamed("x25519")],
    signatureSchemes: SIGNATURE_SCHEMES.filter((row) => row.enabledByDefault),
    certificateSchemes: SIGNATURE_SCHEMES.filter((row) => row.enabledByDefault),
    signingSchemes: SIGNATURE_SCHEMES.filter((row) => row.enabledByDefault),
    alpnProtocols: [],
    extendedMasterSecret: "offer",
    encryptThenMac: true,
    serverName: client ? "localhost" : null,
    verifyName: client ? "localhost" : null,
    verifier: certificates.verifier(AUTHORITY, {
      revocation: { check: "none", ignoreNoRevocationCheck: false, ignoreOffline: false },
    }),
    credentials: (identities ?? (client ? [] : ["p256"])).map((named) =>
      typeof named === "string"
        ? credentialOf(named, provider)
        : credentialOf(named.name, provider, named.ocspResponse),
    ),
    selectCredential: null,
    selectProtocol: null,
    preSharedKey: null,
    pskProof: null,
    selectPreSharedKey: null,
    pskHint: null,
    askForCredential: false,
    postHandshakeAuth: false,
    requestClientCertificate: false,
    requireClientCertificate: false,
    certificateAuthorities: [],
    requestOcsp: client,
    sessionStore: new MemorySessionStore(clock),
    storeIdentity: null,
    sessionKey: client ? "session" : "",
    reuseTickets: false,
    ticketKeys: client ? null : new TicketKeys(provider, random, clock),
    ticketCount: 1,
    sessionLifetime: 36000,
    allowRenegotiation: false,
    keyLog: null,
    ...changes,
  };
}
