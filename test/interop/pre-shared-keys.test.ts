/**
 * Keys agreed on outside TLS, and OpenSSL's s_client and s_server.
 */
import { execFileSync } from "node:child_process";
import { toHex } from "../../src/bytes/text.ts";
import { dhParametersFile } from "./dh-parameters.ts";
import { opensslClient, opensslServer, opensslSuite, suiteOptions } from "./openssl.ts";
import { HINT, KEY, pskSuite } from "./psk-peer.ts";
import { reversedLines } from "./test-peer.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const known: ReadonlySet<string> = new Set(
  execFileSync("openssl", ["ciphers", "ALL"], { encoding: "latin1" }).trim().split(":"),
);
const key = ["-psk", toHex(KEY.key)];

pskSuite({
  name: "openssl",
  knows: ({ code }) => known.has(opensslSuite(code)),
  dials: () => true,
  resumes: true,
  server: ({ code, keyExchange }) =>
    opensslServer(
      [],
      ...["-nocert", "-rev", "-psk_identity", text(KEY.identity), "-psk_hint", HINT],
      ...[...key, ...suiteOptions(code)],
      // Left to itself it takes 1024 bits for AES-128.
      ...(keyExchange === "dhe" ? ["-dhparam", dhParametersFile("ffdhe2048")] : []),
    ),
  answer: (line) => text(reversedLines(Buffer.from(line))),
  client: (port, { code }, identity) =>
    opensslClient(port, "-psk_identity", identity, ...key, ...suiteOptions(code)),
}).run();
