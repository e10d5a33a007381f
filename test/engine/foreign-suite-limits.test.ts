/**
 * Bounds and hints that a foreign protocol suite looks for: exporters by version (RFC 8446 §7.1, RFC 5705 §4), lengths of keys
 * from outside TLS, certificate types of TLS 1.2 as hints, and how long a ClientHello may be at each face.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { SecureSocket } from "../../src/entries/node.ts";
import { secure } from "../../src/entries/streams.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { PreSharedKey, SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { OWN, pipe } from "../node/kit.ts";
import { withExtension } from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import { messagesOf, recordsOf } from "../support/record-surgery.ts";
import { is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  makeSession,
  type SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const tests = suite("engine: bounds and hints");
const VERSIONS = [TLS12, TLS13] as const;
const named = (version: ProtocolVersion): string => `TLS 1.${version - 0x0301}`;
const PSK_SUITE = 0x00a8;
/** TLS_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: both with a hash of 32 bytes. */
const SUITES = [0x1301, 0xc02b];

// --- exporters -------------------------------------------------------------------------------------------------

function exported(
  { functions, handle }: SspiSide,
  label: string,
  length: number,
  context: Uint8Array | null,
): Uint8Array | number {
  const set = functions.setContextAttributes(handle, attribute.SECPKG_ATTR_KEYING_MATERIAL_INFO, {
    pszLabel: label,
    pbContextValue: context,
    cbKeyingMaterial: length,
  });
  if (set !== status.SEC_E_OK) return set;
  const got = functions.queryContextAttributes(handle, attribute.SECPKG_ATTR_KEYING_MATERIAL);
  return got.value?.pbKeyingMaterial ?? got.status;
}

/** Bytes of keying material. */
const longest = (version: ProtocolVersion): number => (version === TLS12 ? 65535 : 255 * 32);
const longestLabel = (version: ProtocolVersion): number => (version === TLS12 ? 65535 : 249);

for (const version of VERSIONS) {
  const session = makeSession(nodeProvider, nodeProvider, {
    client: { ...versionOnly(version), sealwire: { cipherSuites: SUITES } },
  });
  session.handshake();
  for (const [what, label, length, context, right] of [
    ["an empty label", "", 32, null, true],
    ["one byte", "EXPORTER-x", 1, null, true],
    ["no byte", "EXPORTER-x", 0, null, false],
    ["a length below zero", "EXPORTER-x", -1, null, false],
    ["half a byte", "EXPORTER-x", 1.5, null, false],
    ["the most bytes", "EXPORTER-x", longest(version), null, true],
    ["one more", "EXPORTER-x", longest(version) + 1, null, false],
    ["the longest label", "x".repeat(longestLabel(version)), 32, null, true],
    ["a longer label", "x".repeat(longestLabel(version) + 1), 32, null, false],
    ["an empty context", "EXPORTER-x", 32, new Uint8Array(0), true],
    ["the longest context", "EXPORTER-x", 32, new Uint8Array(0xffff), true],
    ["a longer context", "EXPORTER-x", 32, new Uint8Array(0x10000), false],
    ["a label of the key schedule", "master secret", 32, null, version === TLS13],
  ] as const) {
    tests(`${named(version)}: an exporter ${right ? "gives" : "refuses"} ${what}`, () => {
      const [mine, theirs] = [session.client, session.server].map((side) =>
        exported(side, label, length, context),
      );
      assert.is(mine instanceof Uint8Array, right, String(mine));
      assert.equal(mine, theirs);
      if (mine instanceof Uint8Array) assert.is(mine.length, length);
      else is(mine as number, status.SEC_E_INVALID_PARAMETER);
    });
  }

  tests(`${named(version)}: no two labels or contexts give the same bytes`, () => {
    const all = ["", "a", "x".repeat(longestLabel(version))].flatMap((label) =>
      [new Uint8Array(0), new Uint8Array(1)].map((context) =>
        String(exported(session.client, label, 32, context)),
      ),
    );
    assert.is(new Set(all).size, all.length);
  });
}

// --- keys from outside TLS -------------------------------------------------------------------------------------

function withKey(
  version: ProtocolVersion,
  key: PreSharedKey,
  client: SealwireOptions,
  server: SealwireOptions,
): ReturnType<typeof makeSession> {
  const suites = version === TLS12 ? { cipherSuites: [PSK_SUITE] } : {};
  const only: Auth = version === TLS12 ? {} : versionOnly(TLS13);
  const session = makeSession(nodeProvider, nodeProvider, {
    client: { ...only, sealwire: { ...suites, preSharedKey: key, ...client } },
    server: { sealwire: { ...suites, selectPreSharedKey: () => key, ...server } },
  });
  session.handshake();
  return session;
}

const keyOf = (length: number, name = "meter"): PreSharedKey => ({
  identity: new TextEncoder().encode(name),
  key: new Uint8Array(length).fill(7),
});

for (const version of VERSIONS) {
  const shorter: SealwireOptions = { limits: { shortestPreSharedKey: 8 } };
  tests(`${named(version)}: a key of 16 bytes connects`, () => {
    const { client, server } = withKey(version, keyOf(16), {}, {});
    assert.ok(client.ready && server.ready, server.error?.message);
    assert.ok(server.connection().preSharedKeyIdentity !== null);
  });

  tests(
    `${named(version)}: a shorter key is refused in both roles, by the name of the limit`,
    () => {
      assert.throws(
        () => withKey(version, keyOf(15), {}, shorter),
        /preSharedKey: key must be at least 16 bytes .*limits\.shortestPreSharedKey/,
      );
      const { server } = withKey(version, keyOf(15), shorter, {});
      assert.is(server.error?.reason, "HelperFailed");
      assert.match(server.error?.message ?? "", /at least 16 bytes .*limits\.shortestPreSharedKey/);
    },
  );

  tests(`${named(version)}: a limit of 8 bytes lets a key of 8 connect, and not one of 7`, () => {
    const { client, server } = withKey(version, keyOf(8), shorter, shorter);
    assert.ok(client.ready && server.ready, server.error?.message);
    assert.throws(() => withKey(version, keyOf(7), shorter, shorter), /at least 8 bytes/);
  });
}

tests("TLS 1.2: an identity may be empty", () => {
  const asked: number[] = [];
  const { client, server } = withKey(
    TLS12,
    keyOf(16, ""),
    {},
    {
      selectPreSharedKey: (name) => {
        asked.push(name.length);
        return keyOf(16, "");
      },
    },
  );
  assert.ok(client.ready && server.ready, server.error?.message);
  assert.equal(asked, [0]);
});

// --- certificate types of TLS 1.2 ------------------------------------------------------------------------------

for (const supplied of [true, false]) {
  const what = supplied ? "sent when the caller gives it" : "not chosen by us";
  tests(`TLS 1.2: a certificate of a type that is not named is ${what}`, () => {
    const functions = functionsOf(nodeProvider);
    const certificate: Auth = { ...versionOnly(TLS12), paCred: [identity("p256-other")] };
    const session = makeSession(nodeProvider, nodeProvider, {
      client: supplied ? versionOnly(TLS12) : certificate,
      clientSide: supplied ? {} : { contextReq: flags.ISC_REQ_USE_SUPPLIED_CREDS },
      serverSide: { contextReq: flags.ASC_REQ_MUTUAL_AUTH },
    });
    const { client, server } = session;
    server.receive(client.step());
    const flight = server.step();
    let requests = 0;
    let at = 0;
    for (const record of recordsOf(flight)) {
      let inside = at + 5;
      for (const message of messagesOf(record.subarray(5))) {
        if (message[0] === HandshakeType.CertificateRequest) {
          assert.equal([...message.subarray(4, 7)], [2, 64, 1], "ecdsa_sign, rsa_sign");
          flight.set([1], inside + 5);
          requests++;
        }
        inside += message.length;
      }
      at += record.length;
    }
    assert.is(requests, 1);
    client.receive(flight);
    let answer = client.step();
    if (supplied) {
      is(client.last.status, status.SEC_I_INCOMPLETE_CREDENTIALS);
      answer = client.step(acquire(functions, "client", certificate));
    }
    is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
    const [first] = messagesOf(recordsOf(answer)[0]?.subarray(5) ?? new Uint8Array(0));
    assert.is(first?.[0], HandshakeType.Certificate);
    assert.is((first?.length ?? 0) > 100, supplied);
  });
}

// --- a long ClientHello ----------------------------------------------------------------------------------------

/** A ClientHello of `length` bytes with its header, in records. */
function helloOf(length: number): Uint8Array {
  const { client } = makeSession(nodeProvider, nodeProvider);
  const hello = client.step().slice(5);
  // An extension that nobody knows, behind the others.
  const padding = new Array<number>(length - hello.length - 4).fill(0);
  const long = withExtension(hello, 0x3a3a, ...padding);
  assert.is(long.length, length);
  const records: Uint8Array[] = [];
  for (let from = 0; from < long.length; from += 16384) {
    const part = long.subarray(from, from + 16384);
    records.push(Uint8Array.of(22, 3, 1, part.length >> 8, part.length & 0xff), part);
  }
  return concat(...records);
}

/** The type of the first record that answers: 22 a handshake, 21 an alert. */
async function answeredBySocket(bytes: Uint8Array): Promise<number> {
  const [near, far] = pipe();
  const server = new SecureSocket(far, { ...OWN, isServer: true });
  server.on("error", () => {});
  const answer = once(near, "data");
  near.write(bytes);
  const [chunk] = (await answer) as [Buffer];
  near.destroy();
  server.destroy();
  return chunk[0] ?? 0;
}

async function answeredByStreams(bytes: Uint8Array): Promise<number> {
  const there = new TransformStream<Uint8Array, Uint8Array>();
  const back = new TransformStream<Uint8Array, Uint8Array>();
  const server = secure(
    { readable: there.readable, writable: back.writable },
    { role: "server", ...OWN },
  );
  for (const end of [server.opened, server.closed]) end.catch(() => {});
  const writer = there.writable.getWriter();
  writer.write(bytes).catch(() => {});
  const { value } = await back.readable.getReader().read();
  await server.close().catch(() => {});
  return value?.[0] ?? 0;
}

const MESSAGE = 0x10000 + 4;
for (const [name, answered] of [
  ["sealwire/node", answeredBySocket],
  ["sealwire/web", answeredByStreams],
] as const) {
  tests(`${name}: a ClientHello of 64 KiB is answered, a longer one refused`, async () => {
    assert.is(await answered(helloOf(MESSAGE)), 22);
    assert.is(await answered(helloOf(MESSAGE + 1)), 21);
  });
}

tests("the SSPI functions keep Schannel's number: 16 KiB", () => {
  for (const [length, taken] of [
    [0x4004, true],
    [0x4005, false],
  ] as const) {
    const { server } = makeSession(nodeProvider, nodeProvider);
    server.receive(helloOf(length));
    server.step();
    assert.is(!server.failed, taken, server.error?.message);
    if (!taken) assert.match(server.error?.message ?? "", /handshakeMessage/);
  }
});

tests.run();
