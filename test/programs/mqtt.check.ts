/**
 * mqtt against mosquitto.
 */
import { once } from "node:events";
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust, type Version } from "./kit.ts";
import { mosquitto, type Running } from "./servers.ts";

interface Client extends NodeJS.EventEmitter {
  subscribeAsync(topic: string): Promise<unknown>;
  publishAsync(topic: string, message: string, options: object): Promise<unknown>;
  endAsync(): Promise<void>;
}

const LARGE = "sealwire ".repeat(100_000);
let brokers: Readonly<Record<Version, Running>>;

async function use(trust: Trust): Promise<void> {
  const mqtt = program<{ connect(url: string, options: object): Client }>("mqtt");
  const { port } = brokers[trust.maxVersion];
  const client = mqtt.connect(`mqtts://localhost:${port}`, {
    host: "127.0.0.1",
    servername: "localhost",
    reconnectPeriod: 0,
    ...trust,
  });
  try {
    await once(client, "connect");
    await client.subscribeAsync("sealwire/#");
    const message = once(client, "message");
    await client.publishAsync("sealwire/large", LARGE, { qos: 1 });
    const [topic, payload] = (await message) as [string, Buffer];
    assert.is(topic, "sealwire/large");
    assert.is(payload.toString(), LARGE);
  } finally {
    await client.endAsync();
  }
}

const tests = overSealwire("mqtt", async () => {
  brokers = { "TLSv1.2": await mosquitto("tlsv1.2"), "TLSv1.3": await mosquitto("tlsv1.3") };
  return async () => {
    for (const { program: broker } of Object.values(brokers)) await broker.stop();
  };
}, [{ name: "mqtts", use }]);
tests.run();
