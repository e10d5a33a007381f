/**
 * Transcript, key agreement and key schedule give every value that RFC 8448 prints, on both providers.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import { expandLabel } from "../../src/crypto/hkdf-label.ts";
import {
  EarlySecret,
  finishedVerifyData,
  resumptionPsk,
  trafficKeys,
} from "../../src/crypto/key-schedule-13.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { Transcript } from "../../src/crypto/transcript.ts";
import { HASHES } from "../../src/protocol/cipher-suite.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import {
  RFC8448,
  RFC8448_SUITE,
  type Trace,
  type TraceMessage,
} from "../support/rfc8448-traces.ts";

const HASH = RFC8448_SUITE.hash;
const NONE = new Uint8Array(0);

/** Transcript hashes at the points where the key schedule looks at them. */
interface Hashes {
  /** ClientHello … ServerHello. */
  readonly serverHello: Uint8Array;
  /** … before the server's Finished. */
  readonly beforeServerFinished: Uint8Array;
  readonly serverFinished: Uint8Array;
  /** … before the client's Finished. */
  readonly beforeClientFinished: Uint8Array;
  readonly clientFinished: Uint8Array;
  /** The first ClientHello. */
  readonly clientHello: Uint8Array;
}

const isIn = (message: TraceMessage): boolean => message.type !== "NewSessionTicket";

/** Feeds the messages, comparing each hash on the way. */
function follow(provider: CryptoProvider, trace: Trace): Hashes {
  const transcript = new Transcript(provider);
  const found: Record<string, Uint8Array> = {};
  for (const [index, message] of trace.handshake_messages.filter(isIn).entries()) {
    if (message.type === "HelloRetryRequest") transcript.replaceByMessageHash();
    if (message.type === "Finished") found[`before ${message.from}`] = transcript.digest();
    transcript.add(fromHex(message.bytes));
    // The hash is known from ServerHello on; what came before is hashed then.
    if (index === 0) transcript.select(HASH);
    const digest = transcript.digest();
    if (message.transcript_hash_after !== null)
      assert.is(toHex(digest), message.transcript_hash_after, `after ${message.type}`);
    found[message.type === "Finished" ? `after ${message.from}` : message.type] ??= digest;
    if (message.type === "ServerHello") found["server hello"] = digest;
  }
  const hash = (name: string): Uint8Array => {
    const value = found[name];
    if (value === undefined) throw new Error(`${trace.id} has no hash at ${name}`);
    return value;
  };
  return {
    clientHello: hash("ClientHello"),
    serverHello: hash("server hello"),
    beforeServerFinished: hash("before server"),
    serverFinished: hash("after server"),
    beforeClientFinished: hash("before client"),
    clientFinished: hash("after client"),
  };
}

const finishedOf = (trace: Trace, from: "client" | "server"): string =>
  trace.handshake_messages
    .find((message) => message.type === "Finished" && message.from === from)
    ?.bytes.slice(2 * HANDSHAKE_HEADER_LENGTH) ?? "";

for (const provider of PROVIDERS) {
  const tests = suite(`crypto: RFC 8448, ${provider.name}`);

  for (const trace of RFC8448) {
    const { secrets } = trace;
    const same = (name: string, value: Uint8Array): void => {
      assert.ok(name in secrets, `${trace.id} has ${name}`);
      assert.is(toHex(value), secrets[name], name);
    };

    tests(`${trace.id}: transcript`, () => {
      const hashes = follow(provider, trace);
      assert.is(hashes.clientFinished.length, HASHES[HASH].length);
    });

    tests(`${trace.id}: key shares and shared secret`, () => {
      for (const side of ["client", "server"] as const) {
        for (const own of trace.key_share_keys[side]) {
          const group = NAMED_GROUPS.find((row) => row.name === own.group);
          const pair = provider
            .keyAgreement(group?.name ?? "x25519")
            ?.fromPrivateKey(fromHex(own.private));
          assert.is(toHex(pair?.publicKey ?? NONE), own.public, `${side} ${own.group}`);
        }
      }
      const server = trace.key_share_keys.server.at(-1);
      const client = trace.key_share_keys.client.find((pair) => pair.group === server?.group);
      const group = NAMED_GROUPS.find((row) => row.name === server?.group);
      const pair = provider
        .keyAgreement(group?.name ?? "x25519")
        ?.fromPrivateKey(fromHex(client?.private ?? ""));
      const shared = pair?.derive(fromHex(server?.public ?? ""));
      assert.is(toHex(shared ?? NONE), trace.ecdhe_shared_secret);
    });

    tests(`${trace.id}: secrets, traffic keys, Finished`, () => {
      const hashes = follow(provider, trace);
      const psk = trace.psk === null ? null : fromHex(trace.psk);
      const early = new EarlySecret(provider, HASH, psk);
      if (psk !== null) {
        same("c_e_traffic", early.clientEarlyTrafficSecret(hashes.clientHello));
        same("e_exp_master", early.earlyExporterSecret(hashes.clientHello));
        const binderKey = early.binderKey("resumption");
        same("binder_key", binderKey);
        const prefix = fromHex(secrets["client_hello_prefix_hash"] ?? "");
        same("binder", finishedVerifyData(provider, HASH, binderKey, prefix));
      }
      const handshake = early.handshakeSecret(fromHex(trace.ecdhe_shared_secret));
      const client = handshake.clientHandshakeTrafficSecret(hashes.serverHello);
      const server = handshake.serverHandshakeTrafficSecret(hashes.serverHello);
      same("c_hs_traffic", client);
      same("s_hs_traffic", server);
      for (const [name, base] of [
        ["client_finished_key", client],
        ["server_finished_key", server],
      ] as const)
        same(name, expandLabel(provider, HASH, base, "finished", NONE, HASHES[HASH].length));
      assert.is(
        toHex(finishedVerifyData(provider, HASH, server, hashes.beforeServerFinished)),
        finishedOf(trace, "server"),
      );
      assert.is(
        toHex(finishedVerifyData(provider, HASH, client, hashes.beforeClientFinished)),
        finishedOf(trace, "client"),
      );
      const main = handshake.mainSecret();
      same("c_ap_traffic", main.clientApplicationTrafficSecret(hashes.serverFinished));
      same("s_ap_traffic", main.serverApplicationTrafficSecret(hashes.serverFinished));
      same("exp_master", main.exporterSecret(hashes.serverFinished));
      const resumption = main.resumptionMainSecret(hashes.clientFinished);
      same("res_master", resumption);
      if ("ticket_nonce" in secrets) {
        const nonce = fromHex(secrets["ticket_nonce"] ?? "");
        same("resumption_psk", resumptionPsk(provider, HASH, resumption, nonce));
      }
      for (const [name, { secret, key, iv }] of Object.entries(trace.traffic_keys)) {
        const keys = trafficKeys(provider, RFC8448_SUITE, fromHex(secret));
        assert.is(toHex(concat(keys.key, keys.iv)), key + iv, name);
      }
    });

    tests(`${trace.id}: a stage that was advanced is over`, () => {
      const early = new EarlySecret(provider, HASH, null);
      const handshake = early.handshakeSecret(null);
      assert.throws(() => early.binderKey("external"), /over/);
      assert.throws(() => early.handshakeSecret(null), /over/);
      handshake.mainSecret();
      assert.throws(() => handshake.clientHandshakeTrafficSecret(NONE), /over/);
    });
  }

  tests.run();
}
