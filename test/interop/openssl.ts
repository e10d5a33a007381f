/**
 * OpenSSL's command line as a peer: `s_server` that sends every line back reversed or shows what happens, and
 * `s_client`, each with whatever further options a test wants.
 */

import { cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { namedGroup } from "../../src/protocol/named-group.ts";
import { type ProtocolVersion, TLS13 } from "../../src/protocol/version.ts";
import { type Identity, KEY_KINDS, SERVER_NAME, testAuthority } from "./certificates.ts";
import { type Program, start } from "./processes.ts";
import type { PeerClient, TestPeer } from "./test-peer.ts";

export interface OpensslServer extends Program {
  readonly port: number;
}

/** Starts `s_server` on a port of its own; the first identity is `-cert`, the others are `-xcert`. */
export async function opensslServer(
  identities: readonly Identity[],
  ...options: readonly string[]
): Promise<OpensslServer> {
  const certificates = identities.flatMap(({ certificateFile, keyFile }, index) =>
    index === 0
      ? ["-cert", certificateFile, "-key", keyFile]
      : ["-xcert", certificateFile, "-xkey", keyFile],
  );
  const program = start("openssl", [
    ...["s_server", "-accept", "127.0.0.1:0"],
    ...certificates,
    ...options,
  ]);
  const [, port] = await program.until(/ACCEPT 127\.0\.0\.1:(\d+)/);
  return { ...program, port: Number(port) };
}

/** Starts `s_client`; what the server says comes out of `read`. */
export function opensslClient(port: number, ...options: readonly string[]): Program {
  return start("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, ...options]);
}

/** As above, in an environment with further variables. */
export function opensslClientWith(
  environment: Readonly<Record<string, string>>,
  port: number,
  ...options: readonly string[]
): Program {
  const parameters = ["s_client", "-connect", `127.0.0.1:${port}`, ...options];
  return start("openssl", parameters, environment);
}

/** "-tls1_3" */
export const versionFlag = (version: ProtocolVersion): string =>
  version === TLS13 ? "-tls1_3" : "-tls1_2";

/** OpenSSL's names of the groups. */
export function opensslGroup(code: number): string {
  const name = namedGroup(code)?.name ?? "";
  return (
    { x25519: "X25519", x448: "X448", secp256r1: "P-256", secp384r1: "P-384", secp521r1: "P-521" }[
      name as string
    ] ?? name
  );
}

/** OpenSSL's name of a suite: IANA's in TLS 1.3, its own before. */
export function opensslSuite(code: number): string {
  const suite = cipherSuite(code);
  if (suite === undefined) throw new Error(`no suite ${code}`);
  if (suite.version === TLS13) return suite.name;
  return (
    suite.name
      .replace(/^TLS_/, "")
      .replace(/^RSA_WITH_/, "")
      .replace("_WITH_", "_")
      // In the names of PSK suites OpenSSL says CBC.
      .replace(/AES_(\d+)_CBC_/, suite.authentication === "psk" ? "AES$1_CBC_" : "AES$1_")
      .replace(/AES_(\d+)_GCM_/, "AES$1_GCM_")
      .replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305")
      .replaceAll("_", "-")
  );
}

/** Options that name one suite, and the version with it. */
export function suiteOptions(code: number): string[] {
  const version = cipherSuite(code)?.version ?? TLS13;
  return version === TLS13
    ? ["-tls1_3", "-ciphersuites", opensslSuite(code)]
    : ["-tls1_2", "-cipher", `${opensslSuite(code)}:@SECLEVEL=1`];
}

/** Options that name groups, the wanted one first. */
export const groupOptions = (codes: readonly number[]): string[] => [
  "-groups",
  codes.map(opensslGroup).join(":"),
];

/** Options of a client that verifies. */
export const trustingOptions = (): string[] => [
  ...["-servername", SERVER_NAME, "-CAfile", testAuthority().file, "-verify_return_error"],
];

const asClient = (program: Program): PeerClient => ({
  write: async (data) => {
    program.child.stdin?.write(data);
  },
  read: (length) => program.read(length),
  saw: (alert) => sawAlert(program, alert),
  stop: () => program.stop(),
});

/** Waits for a line such as "<<< TLS 1.3, Alert [length 0002], fatal handshake_failure". */
async function sawAlert(program: Program, alert: string): Promise<void> {
  await program.until(new RegExp(`<<< .*Alert \\[.*\\], ${alert}`));
}

export const OPENSSL: TestPeer = {
  name: "openssl",
  kinds: KEY_KINDS,
  get trust() {
    return testAuthority().pem;
  },
  identity: (kind) => testAuthority().server(kind),
  reverser: (kind) => opensslServer([testAuthority().server(kind)], "-rev"),
  async server(version) {
    const server = await opensslServer(
      [testAuthority().server("p256")],
      ...["-msg", versionFlag(version)],
    );
    return { port: server.port, stop: server.stop, saw: (alert) => sawAlert(server, alert) };
  },
  async client(port, suite, groups) {
    const options = [...suiteOptions(suite), ...groupOptions(groups), ...trustingOptions()];
    return asClient(opensslClient(port, "-quiet", ...options));
  },
  async watchedClient(port, version) {
    return asClient(opensslClient(port, "-msg", versionFlag(version), ...trustingOptions()));
  },
};
