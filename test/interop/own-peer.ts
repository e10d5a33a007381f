/**
 * Our own engine in the place of a program that is not on this machine: a server that sends every line back reversed, and
 * a client, over the provider of their own. Much weaker than a stranger, better than nothing.
 */
import { selfSignedCertificate } from "../../src/api/node.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import type { ProtocolVersion } from "../../src/protocol/version.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import type { TlsSession } from "../support/exchange.ts";
import { SERVER_NAME } from "./certificates.ts";
import { connectOurs, ENTRIES, listenOurs, ourCredential, suitesOf } from "./ours.ts";
import { type PeerClient, reversedLines, type TestPeer, type WatchedServer } from "./test-peer.ts";

const entry = ENTRIES.portable;

/** One self-signed identity for the server, which is its own authority. */
export function ownPeer(): TestPeer {
  const { certificate, privateKey, certificatePem } = selfSignedCertificate({
    names: [SERVER_NAME],
  });
  const identity = { chain: [certificate], privateKey };

  const serve = async (cipherSuites: readonly number[]): Promise<WatchedServer> => {
    const alerts: string[] = [];
    const credential = ourCredential({
      ...{ entry, role: "server", identities: [identity], sealwire: { cipherSuites } },
    });
    const server = await listenOurs({ entry, credential }, (pump) => reverse(pump, alerts));
    return {
      port: server.port,
      saw: (alert) => server.next().then(() => demand(alerts, alert)),
      stop: async () => server.close(),
    };
  };

  const dial = async (port: number, credential: CredentialHandle): Promise<PeerClient> => {
    const pump = await connectOurs(port, { entry, credential });
    return {
      write: (data) => pump.write(data),
      read: (length) => pump.readExactly(length),
      saw: async (alert) => demand([await lastAlert(pump)], alert),
      stop: async () => pump.destroy(),
    };
  };

  const clientCredential = (
    cipherSuites: readonly number[],
    supportedGroups: readonly number[] | null = null,
  ): CredentialHandle =>
    ourCredential({
      ...{ entry, role: "client", trust: certificatePem },
      sealwire: { cipherSuites, supportedGroups },
    });

  return {
    name: "our own engine, for want of openssl",
    kinds: ["p256"],
    trust: certificatePem,
    identity: () => identity,
    reverser: () => serve(CIPHER_SUITES.map(({ code }) => code)),
    server: (version: ProtocolVersion) => serve(suitesOf(version)),
    client: (port, suite, groups) => dial(port, clientCredential([suite], groups)),
    watchedClient: (port, version) => dial(port, clientCredential(suitesOf(version))),
  };
}

function demand(alerts: readonly string[], alert: string): void {
  if (!alerts.includes(alert)) throw new Error(`no ${alert}, but: ${alerts.join(", ")}`);
}

/** Reads whole lines and sends them back until an alert ends the session. */
async function reverse(pump: TlsSession, alerts: string[]): Promise<void> {
  await pump.handshake();
  let rest: Uint8Array = new Uint8Array(0);
  alerts.push(
    await lastAlert(pump, async (data) => {
      const all = Buffer.concat([rest, data]);
      const whole = all.lastIndexOf("\n") + 1;
      rest = all.subarray(whole);
      if (whole > 0) await pump.write(reversedLines(all.subarray(0, whole)));
    }),
  );
}

/** Reads until an alert comes: "warning close_notify". */
async function lastAlert(
  pump: TlsSession,
  take: (data: Uint8Array) => Promise<void> = async () => {},
): Promise<string> {
  try {
    for (;;) {
      const data = await pump.read();
      if (data === null) return "warning close_notify";
      await take(data);
    }
  } catch (error) {
    const alert = entry.lastError(pump.context)?.alertReceived;
    if (alert == null) throw error;
    return `fatal ${alert.name}`;
  }
}
