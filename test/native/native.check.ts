/**
 * The native tier, built by `npm run build:native` before: that it is at work, that its answers are those of node:crypto, that
 * wrong arguments are refused, also under the address and undefined-behaviour sanitizers, and what happens where it cannot be
 * loaded.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CIPHERS } from "../../src/protocol/cipher-suite.ts";
import { type NativeFunctions, nativeTier, tierOf } from "../../src/providers/native/tier.ts";
import { type AeadName, nodeCryptoAead } from "../../src/providers/node/aead.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { ROOT } from "../support/data.ts";

const NAMES: readonly AeadName[] = ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"];
const FILE = join(ROOT, "native/build/seal.node");
const SANITIZED = join(ROOT, "native/build/seal-sanitized.node");
const ABUSE = join(ROOT, "test/native/abuse.cjs");
const ROUNDS = "20000";
const NO_BYTES = new Uint8Array(0);

const native = suite("the native tier");

native("it is at work in Node", () => {
  assert.type(nativeTier(), "function");
  for (const name of NAMES) assert.equal(nodeProvider.tiers?.(name), ["native"]);
});

for (const name of NAMES) {
  native(`${name}: records of every length are those of node:crypto`, () => {
    const make = nativeTier();
    if (make === null) throw new Error("there is no native tier");
    const key = randomBytes(CIPHERS[name].keyLength);
    const [ours, theirs] = [make(name, key), nodeCryptoAead(name, key)];
    for (let length = 0; length <= 16_640; length += length < 300 ? 1 : 511) {
      const [nonce, additional, text] = [randomBytes(12), randomBytes(5), randomBytes(length)];
      const cut = Math.floor(length / 3);
      const [sealed, expected] = [new Uint8Array(text), new Uint8Array(text)];
      const [tag, expectedTag] = [new Uint8Array(16), new Uint8Array(16)];
      ours.seal(nonce, additional, sealed.subarray(0, cut), sealed.subarray(cut), tag);
      theirs.seal(nonce, additional, expected, NO_BYTES, expectedTag);
      assert.equal(Buffer.from(sealed), Buffer.from(expected), `${length} bytes`);
      assert.equal(tag, expectedTag, `${length} bytes`);
      const apart = ours.open(nonce, additional, sealed, tag, false);
      assert.equal(Buffer.from(apart ?? NO_BYTES), text);
      assert.equal(Buffer.from(sealed), Buffer.from(expected), "the record stays as it is");
      tag[length % 16] = (tag[length % 16] ?? 0) ^ 1;
      for (const inPlace of [true, false]) {
        assert.is(ours.open(nonce, additional, sealed, tag, inPlace), null);
        assert.equal(Buffer.from(sealed), Buffer.from(expected), "a refused record is as it was");
      }
      assert.is(ours.open(nonce, additional, sealed, expectedTag), sealed);
      assert.equal(Buffer.from(sealed), text);
    }
    ours.wipe();
    assert.throws(() =>
      ours.seal(randomBytes(12), NO_BYTES, NO_BYTES, NO_BYTES, new Uint8Array(16)),
    );
  });
}

native("hundreds of thousands of wrong arguments are refused, and nothing breaks", () => {
  const said = execFileSync(process.execPath, [ABUSE, FILE, "300000"], { encoding: "utf8" });
  assert.match(said, /^survived: /m);
});

native("wrong arguments do no harm under the sanitizers", () => {
  const library = execFileSync(process.env["CC"] ?? "cc", ["-print-file-name=libasan.so"], {
    encoding: "utf8",
  }).trim();
  assert.ok(existsSync(library), "the C compiler has no libasan");
  const { status, stdout, stderr } = spawnSync(process.execPath, [ABUSE, SANITIZED, ROUNDS], {
    encoding: "utf8",
    // Node itself leaves memory behind when it ends.
    env: { ...process.env, LD_PRELOAD: library, ASAN_OPTIONS: "detect_leaks=0" },
  });
  assert.is(status, 0, stderr);
  assert.match(stdout, /^survived: /m);
});

const functions = createRequire(import.meta.url)(FILE) as NativeFunctions;
const ABSENT: readonly (readonly [why: string, load: () => unknown])[] = [
  [
    "the package is not installed",
    () => {
      throw new Error("Cannot find module 'sealwire-native'");
    },
  ],
  ["the package is of another interface", () => ({ ...functions, interface: 2 })],
  ["the runtime has an OpenSSL of another version", () => ({ ...functions, opensslMajor: 1 })],
  ["a function is missing", () => ({ ...functions, open: undefined })],
  ["a function answers wrongly", () => ({ ...functions, open: () => true })],
  ["sealing does nothing", () => ({ ...functions, seal: () => undefined })],
];
for (const [why, load] of ABSENT)
  native(`there is no native tier where ${why}`, () => assert.is(tierOf(load), null));

/** A project with both packages. */
function withBoth<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-native-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules/sealwire"));
    symlinkSync(join(ROOT, "native"), join(folder, "node_modules/sealwire-native"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "program.js"),
      `import { createClientSession, createServerSession, selfSignedCertificate } from "sealwire/session";
       const own = selfSignedCertificate({ names: ["localhost"] });
       const client = createClientSession({ serverName: "localhost", ca: own.certificatePem });
       const server = createServerSession({ cert: own.certificatePem, key: own.privateKey });
       for (let i = 0; i < 4; i++) { server.receive(client.takeOutput()); client.receive(server.takeOutput()); }
       client.write(new Uint8Array(100_000));
       const data = server.receive(client.takeOutput()).map((event) => event.data?.length ?? 0);
       console.log(client.phase + " " + data.reduce((a, b) => a + b, 0));`,
    );
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const RUNTIMES: readonly (readonly [
  name: string,
  program: string,
  parameters: readonly string[],
])[] = [
  ["node22", "node22/bin/node", []],
  ["node24", "node24/bin/node", []],
  ["node-newest", "node-newest/bin/node", []],
  ["bun", "@oven/bun-linux-x64/bin/bun", []],
  ["deno", "@deno/linux-x64-glibc/deno", ["run", "--allow-all", "--node-modules-dir=manual"]],
];
for (const [name, program, parameters] of RUNTIMES) {
  native(`${name} starts with the package installed, and sessions work`, () => {
    const said = withBoth((cwd) =>
      execFileSync(
        join(ROOT, "test/runtimes/node_modules", program),
        [...parameters, "program.js"],
        {
          cwd,
          encoding: "utf8",
        },
      ),
    );
    assert.match(said, /open 65536/);
  });
}

native.run();
