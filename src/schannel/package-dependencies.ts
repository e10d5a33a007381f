/**
 * What the security package is given by an entry: cryptography, certificates, clock. The entries wire `providers/` and
 * `pki/` in here; the package itself imports neither.
 */

import type { CryptoProvider } from "../crypto/provider.ts";
import type { EngineFactory } from "../engine/engine.ts";
import type { Configuration } from "../handshake/configuration.ts";
import type { ExternalPsk } from "../handshake/pre-shared-key.ts";
import type { ServerAuthentication } from "../handshake/server-authentication.ts";
import type { MakeTicketKeys } from "../handshake/ticket.ts";
import type { CertificateServices } from "../pki/services.ts";
import type { Limits } from "../protocol/limits.ts";
import type { AlgorithmChoice, PskPolicy } from "./algorithm-choice.ts";
import type { SealwireOptions } from "./credential-types.ts";
import type { Helpers } from "./helpers.ts";
import type { ValidationMode } from "./peer-verifier.ts";

/** What decides whether a smaller build will do. */
export interface RequestedFeatures {
  readonly server: boolean;
  readonly revocation: boolean;
  readonly ownRandomness: boolean;
  readonly preSharedKey: boolean;
}

/** A client's external PSKs. */
export interface ClientPsk {
  /** TLS 1.3: the key that is offered, or null. */
  readonly preSharedKey: ExternalPsk | null;
  /** TLS 1.2: how a server of the PSK suites proves itself; null: no such suite is offered. */
  readonly pskProof: ServerAuthentication | null;
}

/** External PSKs: `pre-shared-keys.ts`. */
export interface PreSharedKeys {
  readonly suites: PskPolicy;
  /** The client's keys. Refuses what is malformed, and a key that nothing which is switched on could use. */
  ofClient(options: SealwireOptions, choice: AlgorithmChoice): ClientPsk;
  /** A fingerprint of a client's keys, for the names of its sessions; empty without keys. */
  sessionParts(options: SealwireOptions, provider: CryptoProvider): readonly Uint8Array[];
  /** The server's question, whose answers are checked; null: there is none. */
  selector(options: SealwireOptions, helpers: Helpers): Configuration["selectPreSharedKey"];
  /** Refuses a server's question that nothing which is switched on could lead to, and a malformed hint. */
  checkServer(options: SealwireOptions, choice: AlgorithmChoice): void;
}

/** What the parts for servers look at of a credential. */
export interface ServerCredential {
  readonly environment: PackageDependencies;
  readonly flags: number;
  readonly options: SealwireOptions;
  readonly trust: unknown;
}

/** What makes a credential one for servers: `server-parts.ts`. */
export interface ServerSupport {
  readonly makeTicketKeys: MakeTicketKeys;
  /** Defaults; @param mutual clients are asked for certificates */
  limits(mutual: boolean): Limits;
  /** The caller's choice of a certificate, loaded; null: there is none. */
  selector(credential: ServerCredential, helpers: Helpers): Configuration["selectCredential"];
  /** The caller's choice of an ALPN protocol; null: there is none. */
  protocolSelector(options: SealwireOptions, helpers: Helpers): Configuration["selectProtocol"];
  /** Of a server that asks for certificates: names the way of deciding on clients. */
  sessionKey(credential: ServerCredential, mode: ValidationMode): string;
}

export interface PackageDependencies {
  readonly provider: CryptoProvider;
  readonly certificates: CertificateServices;
  readonly clients: EngineFactory;
  /** Absent: there are no servers. */
  readonly servers?: ServerSupport;
  /** Absent: there are none. */
  readonly preSharedKeys?: PreSharedKeys;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /**
   * For reduced builds: explains which requested feature is missing and which entry provides it. Null: all are
   * supported.
   */
  readonly explainMissingFeature?: (asked: RequestedFeatures) => string | null;
}
