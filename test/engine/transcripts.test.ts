/**
 * Whole sessions with fixed randomness and clock against their recordings in fixtures/transcripts, byte for byte, for each pair
 * of providers. SEALWIRE_TRANSCRIPTS=write records them anew: a change is then seen in review.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import { toHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PAIRS } from "../providers/subjects.ts";
import { NOW } from "../support/configurations.ts";
import { ROOT } from "../support/data.ts";
import { type IdentityName, identity } from "../support/identities.ts";
import { METER_KEY } from "../support/pre-shared-keys.ts";
import { desc, token } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const FOLDER = join(ROOT, "fixtures", "transcripts");
const WRITE = process.env["SEALWIRE_TRANSCRIPTS"] === "write";
/** Bytes per line of a recording. */
const LINE = 32;

interface Feature {
  readonly versions: readonly ("1.2" | "1.3")[];
  readonly both?: SealwireOptions;
  readonly server?: SealwireOptions;
  readonly client?: SealwireOptions;
  readonly identity?: IdentityName;
  readonly mutual?: true;
  readonly alpn?: readonly string[];
  /** Connections of the same credentials, one after the other. */
  readonly connections?: number;
  readonly ocsp?: true;
  /** What happens between data and close. */
  readonly middle?: (session: SspiSession) => void;
  /** The handshake fails, with this status of the server. */
  readonly fails?: string;
}

const ALL = ["1.2", "1.3"] as const;
/** In the order of the table, whatever a provider prefers. */
const SUITES = CIPHER_SUITES.flatMap(({ enabledByDefault, code }) =>
  enabledByDefault ? [code] : [],
);

enablePostQuantum();

/** Every feature that sessions are recorded of; signatures that draw randomness of their own (ECDSA, PSS) cannot be. */
const FEATURES: Readonly<Record<string, Feature>> = {
  full: { versions: ALL },
  "aes-128-gcm": { versions: ALL, both: { cipherSuites: [0x1301, 0xc02b] } },
  chacha20: { versions: ALL, both: { cipherSuites: [0x1303, 0xcca9] } },
  "cbc-sha1-mac-then-encrypt": {
    versions: ["1.2"],
    both: { cipherSuites: [0xc009], encryptThenMac: false },
  },
  "cbc-sha384-encrypt-then-mac": { versions: ["1.2"], both: { cipherSuites: [0xc024] } },
  "ecdhe-rsa": {
    versions: ["1.2"],
    identity: "rsa",
    both: { cipherSuites: [0xc02f], signatureSchemes: [0x0401] },
  },
  "static-rsa": { versions: ["1.2"], identity: "rsa", both: { cipherSuites: [0x009d] } },
  psk: {
    versions: ["1.2"],
    both: { cipherSuites: [0x00a8] },
    client: { preSharedKey: METER_KEY },
    server: { selectPreSharedKey: () => METER_KEY },
    connections: 2,
  },
  "ecdhe-psk-with-hint": {
    versions: ["1.2"],
    both: { cipherSuites: [0xd001] },
    client: { preSharedKeyForHint: () => METER_KEY },
    server: { selectPreSharedKey: () => METER_KEY, preSharedKeyHint: METER_KEY.identity },
  },
  "p-384": { versions: ALL, both: { supportedGroups: [0x18] } },
  "x25519-ml-kem-768": { versions: ["1.3"], both: { supportedGroups: [0x11ec] } },
  "client-certificate": { versions: ALL, mutual: true },
  alpn: { versions: ALL, alpn: ["h2", "http/1.1"] },
  "ocsp-staple": { versions: ALL, ocsp: true, client: { verifyPeer: () => ({ ok: true }) } },
  "hello-retry-request": { versions: ["1.3"], server: { supportedGroups: [0x17] } },
  resumption: { versions: ALL, connections: 2 },
  "session-id": { versions: ["1.2"], connections: 2, server: { ticketCount: 0 } },
  "key-update": { versions: ["1.3"], middle: updateKeys },
  renegotiation: { versions: ["1.2"], both: { allowRenegotiation: true }, middle: renegotiate },
  "no-common-suite": {
    versions: ALL,
    client: { cipherSuites: [0x1301, 0xc02b] },
    server: { cipherSuites: [0x1302, 0xc02c] },
    fails: "SEC_E_ALGORITHM_MISMATCH",
  },
};

function updateKeys(session: SspiSession): void {
  const { client } = session;
  client.functions.requestKeyUpdate(client.handle, { requestPeer: true });
  session.carry("client", client.step());
  session.drain(session.server);
  session.drain(client);
}

function renegotiate(session: SspiSession): void {
  const { client, server } = session;
  session.carry("server", server.step());
  assert.is(client.open().code, status.SEC_I_RENEGOTIATE);
  session.carry("client", client.step());
  assert.is(server.open().code, status.SEC_I_RENEGOTIATE);
  session.carry("server", server.step());
  session.run();
}

/** The same bytes in every run: SHA-256 of a seed and a counter. */
function fixedRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      const block = createHash("sha256").update(`${seed} ${counter++}`).digest();
      bytes.set(block.subarray(0, Math.min(32, length - at)), at);
    }
    return bytes;
  };
}

/** Runs a feature and writes down what was on the wire. */
function play(
  version: "1.2" | "1.3",
  feature: Feature,
  [clientProvider, serverProvider]: readonly [CryptoProvider, CryptoProvider],
): string {
  const { both = {}, identity: name = "ed25519", mutual, alpn = [], connections = 1 } = feature;
  const fixed = (role: string): SealwireOptions => ({
    cipherSuites: SUITES,
    random: fixedRandom(role),
    clock: () => NOW,
    ...both,
  });
  const alone = versionOnly(version === "1.3" ? TLS13 : TLS12);
  const clientAuth: Auth = {
    ...alone,
    ...(mutual ? { paCred: [identity("ed25519")] } : {}),
    sealwire: { ...fixed("client"), ...feature.client },
  };
  const own = identity(name);
  const serverAuth: Auth = {
    ...alone,
    paCred: [feature.ocsp ? { ...own, ocspResponse: Uint8Array.of(0x30, 3, 10, 1, 0) } : own],
    sealwire: { ...fixed("server"), ...feature.server },
  };
  const faces = { client: functionsOf(clientProvider), server: functionsOf(serverProvider) };
  const credentials = {
    client: acquire(faces.client, "client", clientAuth),
    server: acquire(faces.server, "server", serverAuth),
  };
  const lines: string[] = [];
  for (let count = 1; count <= connections; count++) {
    lines.push(`connection ${count}`);
    const extended = flags.ASC_REQ_EXTENDED_ERROR;
    const session = new SspiSession(
      new SspiSide(faces.client, "client", credentials.client, { alpn }),
      new SspiSide(faces.server, "server", credentials.server, {
        alpn,
        contextReq: extended | (mutual ? flags.ASC_REQ_MUTUAL_AUTH : 0),
      }),
    );
    session.handshake();
    if (feature.fails === undefined) talk(session, feature);
    else assert.is(status.statusName(session.server.last.status), feature.fails);
    if (count === 2) assert.is(session.client.connection().resumed, true);
    for (const { from, bytes } of session.flights) {
      lines.push(`>>> ${from}`);
      for (let at = 0; at < bytes.length; at += LINE)
        lines.push(toHex(bytes.subarray(at, at + LINE)));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Data both ways, what the feature does, data again, close_notify of both. */
function talk(session: SspiSession, feature: Feature): void {
  for (const side of [session.client, session.server])
    assert.is(status.statusName(side.last.status), "SEC_E_OK", side.error?.message ?? "");
  const hello = Uint8Array.from("hello", (letter) => letter.charCodeAt(0));
  const speak = (): void => {
    for (const from of ["client", "server"] as const)
      assert.equal(session.send(from, hello), hello);
  };
  speak();
  feature.middle?.(session);
  if (feature.middle !== undefined) speak();
  for (const from of ["client", "server"] as const) {
    const side = session[from];
    side.functions.applyControlToken(side.handle, desc(token(Uint8Array.of(1, 0, 0, 0))));
    session.carry(from, side.step());
    const other = session[from === "client" ? "server" : "client"];
    assert.is(status.statusName(other.open().code), "SEC_I_CONTEXT_EXPIRED");
  }
}

const tests = suite("engine: recorded sessions");

const NAMES = Object.entries(FEATURES).flatMap(([name, feature]) =>
  feature.versions.map((version) => ({ file: `tls${version}-${name}.txt`, version, feature })),
);

for (const { file, version, feature } of NAMES) {
  for (const pair of PAIRS) {
    tests(`${file}, ${pair[0].name} to ${pair[1].name}`, () => {
      const played = play(version, feature, pair);
      const path = join(FOLDER, file);
      if (WRITE) {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(path, played);
      }
      assert.ok(existsSync(path), `${file} is missing: run with SEALWIRE_TRANSCRIPTS=write`);
      const recorded = readFileSync(path, "utf8");
      const [a, b] = [played.split("\n"), recorded.split("\n")];
      const differs = a.findIndex((line, i) => line !== b[i]);
      assert.is(differs, a.length === b.length ? -1 : differs, `line ${differs + 1} differs`);
      assert.is(played.length, recorded.length);
    });
  }
}

tests("nothing is recorded that nobody plays, and no feature is absent", () => {
  const recorded = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));
  assert.equal(recorded.sort(), NAMES.map(({ file }) => file).sort());
  // Versions that lack a feature, by name: what one of them alone has.
  const alone = Object.entries(FEATURES).filter(([, { versions }]) => versions.length === 1);
  assert.equal(
    alone.map(([name, { versions }]) => `${versions[0]} ${name}`),
    [
      "1.2 cbc-sha1-mac-then-encrypt",
      "1.2 cbc-sha384-encrypt-then-mac",
      "1.2 ecdhe-rsa",
      "1.2 static-rsa",
      "1.2 psk",
      "1.2 ecdhe-psk-with-hint",
      "1.3 x25519-ml-kem-768",
      "1.3 hello-retry-request",
      "1.2 session-id",
      "1.3 key-update",
      "1.2 renegotiation",
    ],
  );
});

tests.run();
