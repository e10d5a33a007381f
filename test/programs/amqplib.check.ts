/**
 * amqplib against a server of ours (AMQP 0-9-1).
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { USER } from "./own-server.ts";
import { amqp } from "./own-servers.ts";

interface Channel {
  assertQueue(name: string): Promise<unknown>;
  sendToQueue(name: string, body: Buffer): boolean;
  get(name: string): Promise<{ content: Buffer } | false>;
  ack(message: object): void;
  close(): Promise<void>;
}
interface Connection extends NodeJS.EventEmitter {
  createChannel(): Promise<Channel>;
  close(): Promise<void>;
}
interface Amqp {
  connect(url: string, options: object): Promise<Connection>;
}

const LARGE = Buffer.alloc(900_000, "sealwire ");
let port = 0;

async function use(trust: Trust): Promise<void> {
  const { connect } = program<Amqp>("amqplib");
  const url = `amqps://${USER.name}:${USER.password}@localhost:${port}`;
  const connection = await connect(url, { ...trust, servername: "localhost" });
  const channel = await connection.createChannel();
  await channel.assertQueue("sealed");
  for (const body of [Buffer.from("small"), LARGE]) channel.sendToQueue("sealed", body);
  for (const body of [Buffer.from("small"), LARGE]) {
    const message = await channel.get("sealed");
    if (message === false) throw new Error("the queue is empty");
    assert.ok(message.content.equals(body));
    channel.ack(message);
  }
  assert.is(await channel.get("sealed"), false);
  await channel.close();
  await connection.close();
}

const tests = overSealwire("amqplib", async () => {
  const server = await amqp();
  port = server.port;
  return () => server.stop();
}, [{ name: "amqps", use }]);
tests.run();
