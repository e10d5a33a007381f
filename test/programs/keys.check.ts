/**
 * MQTT by keys agreed on outside TLS, as devices do it: mqtt over our socket against mosquitto with its psk_file, and mosquitto's
 * own clients through our server. Both versions, whichever the two agree on.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { start, stopAll } from "../interop/processes.ts";
import { VERSIONS } from "../node/kit.ts";
import { inVersion, listening, program, swapped } from "./kit.ts";
import { mosquittoByKey, mosquittoWith } from "./servers.ts";

const NAME = "meter-7";
const HEX = "000102030405060708090a0b0c0d0e0f";
const KEY = Buffer.from(HEX, "hex");
const HINT = "meters";
const TEXT = "12.5 kWh ".repeat(3000);

interface Mqtt extends NodeJS.EventEmitter {
  subscribeAsync(topic: string): Promise<unknown>;
  publishAsync(topic: string, message: string, options: object): Promise<unknown>;
  endAsync(): Promise<void>;
}

const keys = suite("programs: keys agreed on outside TLS");

for (const version of VERSIONS) {
  keys(`mqtt against mosquitto, ${version}`, async () => {
    const mqtt = program<{ connect(url: string, options: object): Mqtt }>("mqtt");
    const broker = await mosquittoByKey(NAME, HEX, HINT);
    const hints: unknown[] = [];
    const made = await swapped(async () => {
      const client = mqtt.connect(`mqtts://localhost:${broker.port}`, {
        host: "127.0.0.1",
        ciphers: "TLS_AES_128_GCM_SHA256:PSK",
        reconnectPeriod: 0,
        pskCallback: (hint: string | null) => {
          hints.push(hint);
          return { psk: KEY, identity: NAME };
        },
        ...inVersion(version),
      });
      await once(client, "connect");
      await client.subscribeAsync("meters/#");
      const message = once(client, "message");
      await client.publishAsync("meters/7", TEXT, { qos: 1 });
      const [topic, payload] = (await message) as [string, Buffer];
      assert.is(topic, "meters/7");
      assert.is(payload.toString(), TEXT);
      await client.endAsync();
    });
    assert.is(made.length, 1);
    assert.is(made[0]?.getProtocol(), version);
    assert.equal(made[0]?.getPeerCertificate(), {});
    assert.equal(hints, [version === "TLSv1.2" ? HINT : null]);
    await broker.program.stop();
  });
}

for (const ciphers of ["PSK", "kECDHEPSK", "kPSK+AESGCM"]) {
  keys(`mosquitto_sub and mosquitto_pub through our server, ${ciphers}`, async () => {
    const broker = await mosquittoWith();
    const suites: unknown[] = [];
    const server = ours.createServer(
      {
        ciphers,
        pskIdentityHint: HINT,
        pskCallback: (_socket, identity) => (identity === NAME ? KEY : null),
        ...inVersion("TLSv1.2"),
      },
      (socket) => {
        suites.push(socket.getCipher()?.name);
        const plain = connect(broker.port, "127.0.0.1");
        socket.pipe(plain).pipe(socket);
        for (const end of [socket, plain]) end.on("error", () => end.destroy());
      },
    );
    // A test that fails leaves it open.
    server.unref();
    const port = await listening(server);
    const common = [
      ...["-h", "127.0.0.1", "-p", String(port), "-t", "meters/7", "-d"],
      ...["--psk", HEX, "--psk-identity", NAME],
    ];
    // By itself it keeps its lines until it ends.
    const subscriber = start("stdbuf", ["-oL", "mosquitto_sub", ...common, "-C", "1"]);
    await subscriber.until(/Subscribed/);
    const publisher = start("mosquitto_pub", [...common, "-q", "1", "-m", "12.5 kWh"]);
    assert.is(await publisher.ended(), 0, publisher.output());
    await subscriber.until(/12\.5 kWh/);
    assert.is(await subscriber.ended(), 0, subscriber.output());
    assert.is(suites.length, 2);
    assert.match(String(suites[0]), /PSK/);
    // Another key of that name comes to nothing.
    const stranger = start("mosquitto_pub", [
      ...common.map((word) => (word === HEX ? HEX.replaceAll("0", "1") : word)),
      ...["-m", "0 kWh"],
    ]);
    assert.is.not(await stranger.ended(), 0);
    assert.is(suites.length, 2);
    server.close();
    await broker.program.stop();
  });
}

keys.after(stopAll);
keys.run();
