/**
 * PRF, master secrets, key block, HKDF-Expand-Label and the modes of the TLS 1.3 key schedule against the vectors of NIST
 * and of others, on both providers; HKDF-Expand-Label and the exporters also against twins that are slow and obvious.
 */
import { createHash, createHmac } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, latin1, toHex } from "../../src/bytes/text.ts";
import { expand, expandLabel } from "../../src/crypto/hkdf-label.ts";
import {
  exportKeyingMaterial12,
  extendedMasterSecret,
  keyBlock,
  masterSecret,
  prf,
} from "../../src/crypto/key-schedule-12.ts";
import {
  EarlySecret,
  exportKeyingMaterial13,
  nextTrafficSecret,
} from "../../src/crypto/key-schedule-13.ts";
import { CIPHER_SUITES, HASHES, type HashName } from "../../src/protocol/cipher-suite.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { fixture } from "../support/data.ts";

type Hex<T extends string> = Readonly<Record<T, string>> & { readonly hash: string };

const tests = <T>(file: string): readonly T[] =>
  fixture<{ readonly tests: readonly T[] }>(`tls-kdf/${file}.json`).tests;

const PRF = tests<Hex<"secret" | "label" | "seed" | "output">>("tls12-prf");
const EXTENDED = tests<
  Hex<
    | "id"
    | "pre_master_secret"
    | "session_hash"
    | "client_random"
    | "server_random"
    | "master_secret"
    | "key_block"
  >
>("tls12-extended-master-secret");
const LABELS = tests<Hex<"secret" | "label" | "context" | "output">>("hkdf-expand-label");
const SCHEDULE = tests<
  Omit<
    Hex<
      | "id"
      | "mode"
      | "transcript_client_hello"
      | "transcript_server_hello"
      | "transcript_server_finished"
      | "transcript_client_finished"
      | "client_early_traffic_secret"
      | "early_exporter_master_secret"
      | "client_handshake_traffic_secret"
      | "server_handshake_traffic_secret"
      | "client_application_traffic_secret_0"
      | "server_application_traffic_secret_0"
      | "exporter_master_secret"
      | "resumption_master_secret"
    >,
    "psk"
  > & { readonly psk: string | null; readonly dhe: string | null }
>("tls13-key-schedule");

const isHash = (name: string): name is HashName => name in HASHES;

/** The structure HkdfLabel written out, with a label that is used as given. */
function label(length: number, name: string, context: Uint8Array): Uint8Array {
  return concat(
    Uint8Array.of(length >> 8, length & 0xff, name.length),
    latin1(name),
    Uint8Array.of(context.length),
    context,
  );
}

/** P_hash of RFC 5246 §5, one block after the other. */
function slowPrf(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const hmac = (data: Uint8Array): Uint8Array =>
    new Uint8Array(createHmac(hash, secret).update(data).digest());
  let a = seed;
  let output = new Uint8Array(0);
  while (output.length < length) {
    a = hmac(a);
    output = new Uint8Array(concat(output, hmac(concat(a, seed))));
  }
  return output.subarray(0, length);
}

for (const provider of PROVIDERS) {
  const derive = suite(`crypto: key derivation, ${provider.name}`);

  derive("the vectors are there, and all but those with SHA-224 are for us", () => {
    assert.is(PRF.filter((vector) => isHash(vector.hash)).length, PRF.length - 1);
    assert.is(EXTENDED.length, 14);
    assert.is(LABELS.length, 4);
    assert.is(SCHEDULE.length, 10);
    assert.equal([...new Set(SCHEDULE.map((vector) => vector.mode))].sort(), [
      "DHE",
      "PSK",
      "PSK-DHE",
    ]);
  });

  for (const [index, vector] of PRF.entries()) {
    const { hash } = vector;
    if (!isHash(hash)) continue;
    derive(`TLS 1.2 PRF ${index}: ${hash}`, () => {
      const length = vector.output.length / 2;
      const output = prf(
        provider,
        hash,
        fromHex(vector.secret),
        latin1(vector.label),
        fromHex(vector.seed),
        length,
      );
      assert.is(toHex(output), vector.output);
    });
  }

  for (const vector of EXTENDED) {
    const { hash } = vector;
    if (!isHash(hash)) throw new Error(`no ${hash}`);
    derive(`extended master secret and key block ${vector.id}: ${hash}`, () => {
      const [clientRandom, serverRandom] = [vector.client_random, vector.server_random].map((hex) =>
        fromHex(hex),
      ) as [Uint8Array, Uint8Array];
      const premaster = fromHex(vector.pre_master_secret);
      const secret = extendedMasterSecret(provider, hash, premaster, fromHex(vector.session_hash));
      assert.is(toHex(secret), vector.master_secret);
      const seed = concat(serverRandom, clientRandom);
      const block = prf(provider, hash, secret, latin1("key expansion"), seed, 128);
      assert.is(toHex(block), vector.key_block);
      // Any suite with this hash cuts its keys from the same block.
      const suites = CIPHER_SUITES.filter((row) => row.version === TLS12 && row.hash === hash);
      for (const row of suites) {
        const cut = keyBlock(provider, row, secret, clientRandom, serverRandom, true);
        const { client, server } = cut;
        const pieces = [client.macKey, server.macKey, client.key, server.key, client.iv, server.iv];
        const joined = concat(...pieces.map((piece) => piece ?? new Uint8Array(0)));
        const shared = Math.min(joined.length, 128);
        assert.is(
          toHex(joined.subarray(0, shared)),
          vector.key_block.slice(0, 2 * shared),
          row.name,
        );
        assert.is(client.encryptThenMac, row.mac !== null);
      }
    });
  }

  derive("master secret of RFC 5246 §8.1: both randoms, the client's first", () => {
    const [premaster, client, server] = [48, 32, 32].map((length, i) =>
      new Uint8Array(length).fill(i + 1),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const seed = concat(latin1("master secret"), client, server);
    assert.is(
      toHex(masterSecret(provider, "sha384", premaster, client, server)),
      toHex(slowPrf("sha384", premaster, seed, 48)),
    );
  });

  for (const [index, vector] of LABELS.entries()) {
    const { hash } = vector;
    if (!isHash(hash)) throw new Error(`no ${hash}`);
    derive(`HKDF-Expand-Label ${index}: ${hash}`, () => {
      const secret = fromHex(vector.secret);
      const context = fromHex(vector.context);
      const length = vector.output.length / 2;
      // The vectors take the label without "tls13 ", which shows that the twin is right.
      const twin = (name: string): string =>
        toHex(expand(provider, hash, secret, label(length, name, context), length));
      assert.is(twin(vector.label), vector.output);
      assert.is(
        toHex(expandLabel(provider, hash, secret, vector.label, context, length)),
        twin(`tls13 ${vector.label}`),
      );
    });
  }

  derive("HKDF-Expand over several blocks", () => {
    const key = new Uint8Array(32).fill(7);
    const info = latin1("info");
    let block = new Uint8Array(0);
    let all = new Uint8Array(0);
    for (let i = 1; i <= 4; i++) {
      const mac = createHmac("sha256", key).update(block).update(info).update(Uint8Array.of(i));
      block = new Uint8Array(mac.digest());
      all = new Uint8Array(concat(all, block));
    }
    for (const length of [1, 31, 32, 33, 64, 65, 128]) {
      assert.is(
        toHex(expand(provider, "sha256", key, info, length)),
        toHex(all.subarray(0, length)),
      );
    }
  });

  for (const vector of SCHEDULE) {
    const { hash } = vector;
    if (!isHash(hash)) throw new Error(`no ${hash}`);
    derive(`TLS 1.3 key schedule ${vector.id}: ${vector.mode}, ${hash}`, () => {
      const upTo = (...parts: string[]): Uint8Array =>
        provider.digest(hash, concat(...parts.map((hex) => fromHex(hex))));
      const ch = vector.transcript_client_hello;
      const sh = vector.transcript_server_hello;
      const sf = vector.transcript_server_finished;
      const cf = vector.transcript_client_finished;
      const optional = (hex: string | null): Uint8Array | null =>
        hex === null ? null : fromHex(hex);
      const early = new EarlySecret(provider, hash, optional(vector.psk));
      assert.is(
        toHex(early.clientEarlyTrafficSecret(upTo(ch))),
        vector.client_early_traffic_secret,
      );
      assert.is(toHex(early.earlyExporterSecret(upTo(ch))), vector.early_exporter_master_secret);
      const handshake = early.handshakeSecret(optional(vector.dhe));
      const hello = upTo(ch, sh);
      assert.is(
        toHex(handshake.clientHandshakeTrafficSecret(hello)),
        vector.client_handshake_traffic_secret,
      );
      assert.is(
        toHex(handshake.serverHandshakeTrafficSecret(hello)),
        vector.server_handshake_traffic_secret,
      );
      const main = handshake.mainSecret();
      const finished = upTo(ch, sh, sf);
      assert.is(
        toHex(main.clientApplicationTrafficSecret(finished)),
        vector.client_application_traffic_secret_0,
      );
      assert.is(
        toHex(main.serverApplicationTrafficSecret(finished)),
        vector.server_application_traffic_secret_0,
      );
      assert.is(toHex(main.exporterSecret(finished)), vector.exporter_master_secret);
      const all = upTo(ch, sh, sf, cf);
      assert.is(toHex(main.resumptionMainSecret(all)), vector.resumption_master_secret);
    });
  }

  derive("exporters: no context and an empty one differ in TLS 1.2 and not in TLS 1.3", () => {
    const secret = new Uint8Array(48).fill(5);
    const [client, server] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const name = latin1("EXPORTER-test");
    const twin = (...context: Uint8Array[]): string =>
      toHex(slowPrf("sha256", secret, concat(name, client, server, ...context), 70));
    const export12 = (context: Uint8Array | null): string =>
      toHex(exportKeyingMaterial12(provider, "sha256", secret, client, server, name, context, 70));
    assert.is(export12(null), twin());
    assert.is(export12(new Uint8Array(0)), twin(Uint8Array.of(0, 0)));
    assert.is(export12(latin1("abc")), twin(Uint8Array.of(0, 3), latin1("abc")));
    const export13 = (context: Uint8Array | null): string =>
      toHex(exportKeyingMaterial13(provider, "sha384", secret, name, context, 70));
    const sha384 = (data: Uint8Array): Uint8Array =>
      new Uint8Array(createHash("sha384").update(data).digest());
    const step = (key: Uint8Array, word: string, hash: Uint8Array, length: number): Uint8Array =>
      expand(provider, "sha384", key, label(length, `tls13 ${word}`, hash), length);
    const twin13 = (context: Uint8Array): string =>
      toHex(
        step(
          step(secret, "EXPORTER-test", sha384(new Uint8Array(0)), 48),
          "exporter",
          sha384(context),
          70,
        ),
      );
    assert.is(export13(null), twin13(new Uint8Array(0)));
    assert.is(export13(new Uint8Array(0)), twin13(new Uint8Array(0)));
    assert.is(export13(latin1("abc")), twin13(latin1("abc")));
  });

  derive("the next traffic secret", () => {
    const secret = new Uint8Array(32).fill(3);
    const info = label(32, "tls13 traffic upd", new Uint8Array(0));
    assert.is(
      toHex(nextTrafficSecret(provider, "sha256", secret)),
      toHex(expand(provider, "sha256", secret, info, 32)),
    );
  });

  derive.run();
}
