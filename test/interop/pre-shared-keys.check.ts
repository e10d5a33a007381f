/**
 * Keys agreed on outside TLS, and GnuTLS's gnutls-cli and gnutls-serv.
 */
import { writeFileSync } from "node:fs";
import { toHex } from "../../src/bytes/text.ts";
import type { CipherSuite } from "../../src/protocol/cipher-suite.ts";
import { freePort, start, temporaryFiles, versionLine } from "./processes.ts";
import { HINT, KEY, type PskPeer, pskSuite } from "./psk-peer.ts";

const newFile = temporaryFiles("gnutls-psk");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const EXCHANGES: Readonly<Record<CipherSuite["keyExchange"], string>> = {
  ecdhe: "ECDHE-PSK",
  dhe: "DHE-PSK",
  psk: "PSK",
  rsa: "",
  tls13: "",
};

/** That suite and no other. */
function priority({ keyExchange, cipher, mac }: CipherSuite): string {
  const one = (kind: string, name: string): string[] => [`-${kind}-ALL`, `+${name}`];
  return [
    "NORMAL",
    ...one("VERS", "VERS-TLS1.2"),
    ...one("KX", EXCHANGES[keyExchange]),
    ...one("CIPHER", cipher.name.toUpperCase()),
    ...one("MAC", mac?.toUpperCase() ?? "AEAD"),
  ].join(":");
}

async function server(row: CipherSuite): ReturnType<PskPeer["server"]> {
  const port = await freePort();
  const file = newFile();
  writeFileSync(file, `${text(KEY.identity)}:${toHex(KEY.key)}\n`);
  const program = start("gnutls-serv", [
    ...["--port", String(port), "--echo", "--pskpasswd", file, "--pskhint", HINT],
    ...["--priority", priority(row)],
  ]);
  await program.until(/listening on IPv4 .*done/);
  return { port, stop: () => program.stop() };
}

pskSuite({
  name: versionLine("gnutls-cli", "--version"),
  // It has no suites of ECDHE_PSK with AES-GCM (RFC 8442).
  knows: ({ keyExchange, cipher }) => keyExchange !== "ecdhe" || !cipher.name.endsWith("gcm"),
  // Its client falls over (SIGSEGV in 3.7.9) where a key goes with a key agreement, before its own server as well.
  dials: ({ keyExchange }) => keyExchange === "psk",
  resumes: true,
  server,
  answer: (line) => line,
  client: (port, row, identity) =>
    start("gnutls-cli", [
      ...["--port", String(port), "--pskusername", identity, "--pskkey", toHex(KEY.key)],
      ...["--insecure", "--priority", priority(row), "127.0.0.1"],
    ]),
}).run();
