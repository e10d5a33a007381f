/**
 * Our end of a connection with a peer, over a loopback socket: credentials of either role through the SSPI face of
 * either provider, a client that connects, a server that listens.
 */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import * as nodeEntry from "../../src/api/node.ts";
import * as portableEntry from "../../src/api/portable.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import type { ProtocolVersion } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import type { SealwireConnection } from "../../src/sspi/attribute-values.ts";
import { SEALWIRE_ATTR_CONNECTION } from "../../src/sspi/attributes.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import { SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND } from "../../src/sspi/package-constants.ts";
import { SEC_E_OK, statusName } from "../../src/sspi/security-status.ts";
import { TlsSession, type TlsSessionOptions } from "../support/exchange.ts";
import { type Identity, SERVER_NAME } from "./certificates.ts";

/** An entry of the package: the SSPI face over one provider. */
export type Entry = typeof portableEntry;
export type ProviderName = "node" | "portable";
export const ENTRIES: Readonly<Record<ProviderName, Entry>> = {
  node: nodeEntry,
  portable: portableEntry,
};

export interface OurCredential {
  readonly entry?: Entry;
  readonly role: "client" | "server";
  /** Our certificates with their keys. */
  readonly identities?: readonly (Identity | CertContext)[];
  /** DER OCSPResponse that goes with them. */
  readonly staple?: Uint8Array;
  /** PEM of the authority that we trust. */
  readonly trust?: string;
  readonly sealwire?: SealwireOptions;
}

/** A credential handle, for as many connections as one likes. */
export function ourCredential(options: OurCredential): CredentialHandle {
  const { entry = nodeEntry, role, identities = [], trust, staple, sealwire = {} } = options;
  const { status, credential, error } = entry.acquireCredentialsHandle({
    package: entry.UNISP_NAME,
    credentialUse: role === "client" ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND,
    authData: {
      dwVersion: 5,
      paCred: identities.map((one) => ({
        ...("chain" in one ? one : entry.certContextFromPem(one.certificate, one.key)),
        ...(staple === undefined ? {} : { ocspResponse: staple }),
      })),
      hRootStore: trust === undefined ? null : entry.trustStoreFromPem(trust),
      sealwire,
    },
  });
  if (status !== SEC_E_OK || credential === undefined)
    throw new Error(`acquireCredentialsHandle: ${statusName(status)} ${error?.message ?? ""}`);
  return credential;
}

/** Suites of one version, in default order. */
export function suitesOf(version: ProtocolVersion): number[] {
  return CIPHER_SUITES.filter((suite) => suite.version === version && suite.enabledByDefault).map(
    (suite) => suite.code,
  );
}

export type Connecting = Omit<TlsSessionOptions, "role"> & { readonly entry?: Entry };

/** Below those that the system chooses from. */
const FIRST_PORT = 12_000;
const PORTS = 20_000;
let dialled = randomInt(PORTS);

/**
 * A connection from a port that no other has had for long: peers tell connections apart by it, and the system gives the same one
 * to connections to different servers.
 */
async function dial(port: number): Promise<Socket> {
  for (;;) {
    const localPort = FIRST_PORT + (dialled++ % PORTS);
    const socket = connect({ port, host: "127.0.0.1", localPort });
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}

/** Connects and handshakes. */
export async function connectOurs(port: number, options: Connecting): Promise<TlsSession> {
  const socket = await dial(port);
  const pump = new TlsSession(options.entry ?? nodeEntry, socket, {
    targetName: SERVER_NAME,
    ...options,
    role: "client",
  });
  try {
    await pump.handshake();
  } catch (error) {
    pump.destroy();
    throw error;
  }
  return pump;
}

export interface OurServer {
  readonly port: number;
  /** Resolves when one connection more has ended; rejects with what went wrong in it. */
  next(): Promise<void>;
  close(): void;
}

/** Listens; `serve` gets each connection before its handshake. */
export function listenOurs(
  options: Connecting,
  serve: (pump: TlsSession) => Promise<void>,
): Promise<OurServer> {
  const over: Promise<void>[] = [];
  const waiting: ((connection: Promise<void>) => void)[] = [];
  const server: Server = createServer((socket) => {
    const pump = new TlsSession(options.entry ?? nodeEntry, socket, { ...options, role: "server" });
    const connection = serve(pump).finally(() => pump.close());
    // Who waits for this connection sees what went wrong.
    connection.catch(() => {});
    const waiter = waiting.shift();
    if (waiter === undefined) over.push(connection);
    else waiter(connection);
  });
  const next = (): Promise<void> =>
    over.shift() ??
    new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  // A test that fails leaves it open; who is awaited keeps the run alive.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve({ port: address.port, next, close: () => server.close() });
    });
  });
}

/** What our side negotiated. */
export function factsOf(pump: TlsSession, entry: Entry = nodeEntry): SealwireConnection {
  const { status, value } = entry.queryContextAttributes(pump.context, SEALWIRE_ATTR_CONNECTION);
  if (status !== SEC_E_OK || value === undefined)
    throw new Error(`connection facts: ${statusName(status)}`);
  return value;
}
