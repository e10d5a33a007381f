/**
 * mongodb against a server of ours.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust, type Version } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { mongo } from "./own-servers.ts";

interface Collection {
  insertMany(documents: object[]): Promise<{ insertedCount: number }>;
  find(): { toArray(): Promise<{ text: string }[]> };
  drop(): Promise<boolean>;
}
interface Client {
  connect(): Promise<unknown>;
  db(name: string): { collection(name: string): Collection };
  close(): Promise<void>;
}

const LARGE = "sealwire ".repeat(100_000);
let servers: Readonly<Record<Version, OwnServer>>;

async function use({ ca, maxVersion }: Trust): Promise<void> {
  const { MongoClient } = program<{ MongoClient: new (url: string, options: object) => Client }>(
    "mongodb",
  );
  const { name, password } = USER;
  const client = new MongoClient(
    `mongodb://${name}:${password}@localhost:${servers[maxVersion].port}/?authMechanism=PLAIN`,
    {
      ...(ca === undefined ? {} : { ca }),
      tls: true,
      directConnection: true,
      serverApi: "1",
      serverMonitoringMode: "poll",
      serverSelectionTimeoutMS: 1000,
      maxPoolSize: 1,
    },
  );
  try {
    await client.connect();
    const collection = client.db("tests").collection("sealed");
    const texts = ["small", LARGE];
    const { insertedCount } = await collection.insertMany(texts.map((text) => ({ text })));
    assert.is(insertedCount, texts.length);
    const found = await collection.find().toArray();
    assert.equal(
      found.map(({ text }) => text),
      texts,
    );
    await collection.drop();
  } finally {
    await client.close();
  }
}

const tests = overSealwire(
  "mongodb",
  async () => {
    servers = { "TLSv1.2": await mongo("TLSv1.2"), "TLSv1.3": await mongo("TLSv1.3") };
    return async () => {
      for (const server of Object.values(servers)) await server.stop();
    };
  },
  // One connection watches the server.
  [{ name: "tls", resumed: [false, false], use }],
);
tests.run();
