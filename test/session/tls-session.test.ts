/**
 * The caller's loop without I/O, for both entries and both versions: handshake in pieces, data, closing, failures with
 * their alerts, promises, key updates.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ASC_REQ_ALLOCATE_MEMORY,
  ASC_REQ_MUTUAL_AUTH,
  SECBUFFER_TOKEN,
  SecBuffer,
  SecBufferDesc,
  trustStoreFromPem,
} from "../../src/api/node.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { PlaintextQueue } from "../../src/session/plaintext-queue.ts";
import {
  ENTRIES,
  type End,
  OWN,
  pair,
  pattern,
  recordLengths,
  SELF_SIGNED,
} from "./session-pair.ts";

const same = (actual: Uint8Array, expected: Uint8Array): void =>
  assert.ok(Buffer.compare(actual, expected) === 0, `${actual.length} of ${expected.length} bytes`);

const settled = async (end: End): Promise<void> => {
  const limit = AbortSignal.timeout(30_000);
  while (end.pump.busy && !limit.aborted) await new Promise((resolve) => setImmediate(resolve));
  assert.not(end.pump.busy);
};

for (const { name, entry } of ENTRIES) {
  for (const version of [TLS12, TLS13] as const) {
    const pumps = suite(`transports: pump, ${name}, ${version === TLS12 ? "TLS 1.2" : "TLS 1.3"}`);

    for (const piece of [Number.POSITIVE_INFINITY, 1, 7, 1000]) {
      pumps(`a session in pieces of ${piece} bytes`, () => {
        const { client, server } = pair(entry, version, { piece });
        client.pump.start();
        assert.equal(client.events, ["secure"]);
        assert.equal(server.events, ["secure"]);
        assert.is(client.pump.connection?.version, version);
        const up = pattern(40_000);
        const down = pattern(100, 2);
        client.write(up);
        same(server.received, up);
        server.write(down);
        same(client.received, down);
        client.close();
        assert.equal(server.events, ["secure", "closed"]);
        // Half closed: the other direction still works.
        server.write(down);
        assert.is(client.received.length, 200);
        server.close();
        assert.equal(client.events, ["secure", "closed"]);
        client.pump.end();
        server.pump.end();
        assert.is(client.error ?? server.error, null);
        assert.is(client.pump.close(), null);
        client.pump.dispose();
        server.pump.dispose();
        assert.is(client.pump.context, null);
      });
    }

    pumps("small writes share a record, large ones are cut", () => {
      const { client, server } = pair(entry, version);
      client.pump.start();
      const pieces = Array.from({ length: 500 }, (_, i) => pattern(100, i + 1));
      const sealed = client.write(...pieces);
      const lengths = recordLengths(sealed);
      assert.is(lengths.length, 4);
      assert.ok(lengths.slice(0, 3).every((length) => length > 16384 && length < 16384 + 64));
      same(server.received, Buffer.concat(pieces));
      client.pump.maxFragment = 512;
      assert.is(recordLengths(client.write(pattern(2000))).length, 4);
      assert.is(server.received.length, 52_000);
    });

    pumps("a limit leaves the rest in the queue", () => {
      const { client, server } = pair(entry, version);
      client.pump.start();
      const queue = new PlaintextQueue();
      queue.push(pattern(1000));
      queue.push(pattern(30_000, 2));
      const first = client.pump.seal(queue, 20_000);
      assert.is(queue.length, 11_000);
      const second = client.pump.seal(queue);
      if (first === null || second === null) throw new Error("nothing was sealed");
      client.send(first);
      client.send(second);
      assert.is(queue.length, 0);
      same(server.received, Buffer.concat([pattern(1000), pattern(30_000, 2)]));
      assert.is(client.pump.seal(queue)?.length, 0);
    });

    pumps("an end of the transport without close_notify is an error", () => {
      const { client, server } = pair(entry, version);
      client.held = [];
      client.pump.start();
      client.pump.end();
      assert.is(client.error?.code, "ECONNRESET");
      assert.is(client.error?.reason, "ClosedDuringHandshake");
      const late = pair(entry, version);
      late.client.pump.start();
      late.server.pump.end();
      assert.is(late.server.error?.reason, "Truncated");
      assert.is(late.server.error?.code, "ERR_SSL_UNEXPECTED_EOF_WHILE_READING");
      assert.is(late.server.pump.secure, false);
      assert.equal(server.events, []);
    });

    pumps("a certificate that is not trusted: alert and error on both sides", () => {
      const stranger = entry.selfSignedCertificate({ names: ["stranger"] });
      const { client, server } = pair(entry, version, {
        client: { hRootStore: trustStoreFromPem(stranger.certificatePem) },
      });
      client.pump.start();
      assert.is(client.error?.reason, "UnknownIssuer");
      assert.is(client.error?.alert?.name, "unknown_ca");
      assert.is(server.error?.code, "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
      assert.is(server.events.length, 1);
    });

    pumps("another name: code of node, alert bad_certificate", () => {
      const { client, server } = pair(entry, version, { targetName: "other.example" });
      client.pump.start();
      assert.is(client.error?.code, "ERR_TLS_CERT_ALTNAME_INVALID");
      assert.is(server.error?.code, "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE");
    });

    pumps("no common application protocol", () => {
      const alpn = { client: ["h2"], server: ["http/1.1"] };
      const { client, server } = pair(entry, version, { alpn });
      client.pump.start();
      assert.is(server.error?.code, "ERR_SSL_NO_APPLICATION_PROTOCOL");
      assert.is(client.error?.alert?.name, "no_application_protocol");
    });

    pumps("an altered record: bad_record_mac to the peer, an error here", () => {
      const { client, server } = pair(entry, version);
      client.pump.start();
      client.held = [];
      const sealed = client.write(pattern(100)).slice();
      sealed[40] = (sealed[40] ?? 0) ^ 1;
      client.held = null;
      client.deliver(sealed);
      assert.is(server.error?.code, "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
      assert.is(client.error?.code, "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC");
      assert.is(server.received.length, 0);
      assert.is(server.pump.seal(new PlaintextQueue()), null);
    });

    pumps("no TLS at all", () => {
      const { server } = pair(entry, version);
      server.pump.receive(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
      assert.is(server.error?.reason, "NotTls");
      assert.equal(server.sent, []);
    });

    pumps("a key that signs by promise", async () => {
      const signer = {
        sign: async (scheme: number, content: Uint8Array): Promise<Uint8Array> => {
          assert.type(scheme, "number");
          await new Promise((resolve) => setImmediate(resolve));
          const { createPrivateKey, sign } = await import("node:crypto");
          return sign("sha256", content, createPrivateKey(SELF_SIGNED.privateKeyPem));
        },
      };
      const { client, server } = pair(entry, version, {
        server: { paCred: [{ chain: OWN.chain, privateKey: signer }] },
        piece: 100,
      });
      client.pump.start();
      assert.ok(server.pump.busy);
      assert.equal(server.events, []);
      await settled(server);
      assert.equal(client.events, ["secure"]);
      assert.ok(server.events.includes("secure"));
      assert.ok(server.events.includes("resumed"));
      client.write(pattern(10));
      same(server.received, pattern(10));
    });

    if (version === TLS13) {
      for (const how of ["at once", "never", "failing"]) {
        pumps(`closed while a signature is waited for, ${how}: data behind it comes`, async () => {
          const waits: (() => void)[] = [];
          const sign = (): Promise<Uint8Array> =>
            new Promise((resolve, reject) => {
              if (how === "at once") waits.push(() => resolve(new Uint8Array(70)));
              if (how === "failing") waits.push(() => reject(new Error("it went away")));
            });
          const { client, server } = pair(entry, version, {
            client: { paCred: [{ chain: OWN.chain, privateKey: { sign } }] },
            server: { sealwire: { ticketCount: 0 } },
          });
          client.pump.start();
          assert.equal([client.events, server.events], [["secure"], ["secure"]]);
          const output = new SecBuffer(SECBUFFER_TOKEN);
          entry.acceptSecurityContext({
            context: server.pump.context,
            contextReq: ASC_REQ_MUTUAL_AUTH | ASC_REQ_ALLOCATE_MEMORY,
            output: new SecBufferDesc([output]),
          });
          // The request and data of the server come in one piece.
          server.held = [];
          const record = server.write(pattern(10));
          server.held = null;
          client.pump.receive(Uint8Array.of(...output.bytes, ...record));
          assert.ok(client.pump.busy);
          const before = client.sent.length;
          client.close();
          for (const settle of waits) settle();
          await settled(client);
          same(client.received, pattern(10));
          assert.is(client.sent.length, before + 1, "one close_notify");
          assert.equal(server.events, ["secure", "closed"]);
          server.write(pattern(20, 2));
          same(client.received.subarray(10), pattern(20, 2));
          server.close();
          assert.equal(client.events, ["secure", "resumed", "closed"]);
        });
      }
    }

    pumps("disposed of while a promise is waited for: nothing comes any more", async () => {
      let answer: ((signature: Uint8Array) => void) | null = null;
      const signer = {
        sign: (): Promise<Uint8Array> =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      };
      const { client, server } = pair(entry, version, {
        server: { paCred: [{ chain: OWN.chain, privateKey: signer }] },
      });
      client.pump.start();
      server.pump.dispose();
      (answer as ((signature: Uint8Array) => void) | null)?.(new Uint8Array(70));
      await settled(server);
      assert.equal(server.events, []);
      assert.is(server.pump.context, null);
    });

    pumps("exported keying material is the same on both sides", () => {
      const { client, server } = pair(entry, version);
      client.pump.start();
      const mine = client.pump.exportKeyingMaterial(32, "EXPORTER-test", pattern(5));
      same(server.pump.exportKeyingMaterial(32, "EXPORTER-test", pattern(5)), mine);
      const early = pair(entry, version).client;
      assert.throws(() => early.pump.exportKeyingMaterial(32, "EXPORTER-test"));
    });

    pumps("aborted: the peer gets the alert", () => {
      const { client, server } = pair(entry, version);
      client.pump.start();
      client.pump.abort(80);
      assert.is(server.error?.code, "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR");
      assert.is(client.error, null);
      assert.is(client.pump.secure, false);
    });

    if (version === TLS13) {
      pumps("key updates of both sides, asked for and not", () => {
        const { client, server } = pair(entry, version);
        client.pump.start();
        for (const requestPeer of [false, true]) {
          client.pump.renewKeys(requestPeer);
          server.pump.renewKeys(requestPeer);
          client.write(pattern(50));
          server.write(pattern(50));
        }
        assert.is(server.received.length, 100);
        assert.is(client.received.length, 100);
        assert.is(client.error ?? server.error, null);
      });
    } else {
      pumps("key updates are refused", () => {
        const { client } = pair(entry, version);
        client.pump.start();
        assert.throws(
          () => client.pump.renewKeys(false),
          (error: { code?: string }) => error.code === "SEC_E_UNSUPPORTED_FUNCTION",
        );
      });
    }

    pumps.run();
  }
}
