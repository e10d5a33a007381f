/**
 * kafkajs against a broker of ours, by the swap and by its hook.
 */
import * as assert from "uvu/assert";
import { type Connect, overSealwire, program, type Trust } from "./kit.ts";
import { USER } from "./own-server.ts";
import { kafka } from "./own-servers.ts";

interface Producer {
  connect(): Promise<void>;
  send(batch: object): Promise<{ baseOffset: string }[]>;
  disconnect(): Promise<void>;
}
interface Hooked {
  host: string;
  port: number;
  onConnect(): void;
}

const LARGE = Buffer.alloc(900_000, "sealwire ");
let broker: Awaited<ReturnType<typeof kafka>>;

async function use(trust: Trust, hook?: Connect): Promise<void> {
  const { Kafka, logLevel } = program<{
    Kafka: new (options: object) => { producer(options: object): Producer };
    logLevel: { NOTHING: number };
  }>("kafkajs");
  const client = new Kafka({
    brokers: [`localhost:${broker.port}`],
    ssl: trust,
    sasl: { mechanism: "plain", username: USER.name, password: USER.password },
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    ...(hook === undefined
      ? {}
      : {
          socketFactory: ({ host, port, onConnect }: Hooked) =>
            hook({ host, port, servername: host, ...trust }, onConnect),
        }),
  });
  const producer = client.producer({ retry: { retries: 0 } });
  try {
    await producer.connect();
    const before = broker.records.length;
    for (const value of ["small", LARGE]) {
      await producer.send({ topic: "sealed", messages: [{ key: "key", value }] });
    }
    const [small, large] = broker.records.slice(before);
    assert.ok(small?.includes("small"));
    assert.ok(large?.includes(LARGE));
  } finally {
    await producer.disconnect();
  }
}

const tests = overSealwire("kafkajs", async () => {
  broker = await kafka();
  return () => broker.stop();
}, [
  { name: "ssl", use: (trust) => use(trust) },
  { name: "socketFactory", byHook: true, use },
]);
tests.run();
