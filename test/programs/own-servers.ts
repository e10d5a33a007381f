/**
 * Servers of ours for protocols whose servers are not on this machine: each speaks as much of its protocol as one user
 * needs who logs in, leaves something large and takes it back.
 */
import { once } from "node:events";
import * as https from "node:https";
import { Duplex } from "node:stream";
import { OWN } from "../node/kit.ts";
import { listening, program, type Version } from "./kit.ts";
import {
  expect,
  Fields,
  Gone,
  type OwnServer,
  serve,
  USER,
  u8,
  u16,
  u16le,
  u32,
  u32le,
  u64,
  u64le,
  upgraded,
  type Wire,
} from "./own-server.ts";

// HTTP

/** The answer to a request with a body is that body; everything needs the user's name and password. */
export async function web(): Promise<OwnServer> {
  const wanted = `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString("base64")}`;
  const server = https.createServer(OWN, (request, response) => {
    if (request.headers.authorization === wanted) request.pipe(response);
    else response.writeHead(401).end();
  });
  const port = await listening(server);
  return {
    port,
    stop: async () => {
      const over = once(server, "close");
      server.close();
      server.closeAllConnections();
      await over;
    },
  };
}

// NATS

/** @param first TLS from the first byte; otherwise behind the server's INFO */
export function nats(first: boolean): Promise<OwnServer> {
  const info = JSON.stringify({
    server_id: "tests",
    version: "2.10.0",
    proto: 1,
    max_payload: 2 ** 24,
    headers: true,
    tls_required: true,
    auth_required: true,
  });
  return serve(
    async (plain) => {
      plain.write(`INFO ${info}\r\n`);
      const wire = first ? plain : upgraded(plain.stream);
      const [verb, given] = split(await wire.line());
      expect("the first word", verb, "CONNECT");
      const { user, pass } = JSON.parse(given) as { user?: string; pass?: string };
      expect("the user", `${user} ${pass}`, `${USER.name} ${USER.password}`);
      const subscribers = new Map<string, string>();
      for (;;) {
        const [word, rest] = split(await wire.line());
        const words = rest.split(" ");
        if (word === "PING") wire.write("PONG\r\n");
        else if (word === "SUB") subscribers.set(words[0] ?? "", words.at(-1) ?? "");
        else if (word === "PUB") {
          const length = Number(words.at(-1));
          const payload = await wire.read(length + 2);
          const number = subscribers.get(words[0] ?? "");
          if (number !== undefined) wire.write(`MSG ${words[0]} ${number} ${length}\r\n`, payload);
        } else if (word !== "UNSUB" && word !== "PONG") throw new Error(`NATS: ${word}`);
      }
    },
    { tls: first },
  );
}

function split(line: string): readonly [word: string, rest: string] {
  const at = line.indexOf(" ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

// AMQP 0-9-1

const shortString = (text: string): Buffer => Buffer.concat([u8(text.length), Buffer.from(text)]);
const longString = (text: string): Buffer => Buffer.concat([u32(text.length), Buffer.from(text)]);

export function amqp(): Promise<OwnServer> {
  const FRAME_MAX = 16_384;
  const queues = new Map<string, { properties: Buffer; body: Buffer }[]>();
  return serve(
    async (wire) => {
      expect("the header", (await wire.read(8)).toString("latin1"), "AMQP\0\0\x09\x01");
      const frame = (type: number, channel: number, payload: Buffer): void =>
        wire.write(u8(type), u16(channel), u32(payload.length), payload, u8(0xce));
      const method = (channel: number, id: string, ...fields: readonly Buffer[]): void => {
        const [kind, number] = id.split(".").map(Number) as [number, number];
        frame(1, channel, Buffer.concat([u16(kind), u16(number), ...fields]));
      };
      const read = async (): Promise<{ type: number; channel: number; payload: Buffer }> => {
        const header = new Fields(await wire.read(7));
        const [type, channel, size] = [header.u8(), header.u16(), header.u32()];
        const payload = await wire.read(size);
        expect("the end of a frame", (await wire.read(1))[0], 0xce);
        return { type, channel, payload };
      };
      method(0, "10.10", u8(0), u8(9), u32(0), longString("PLAIN"), longString("en_US"));
      let target = "";
      for (;;) {
        const { type, channel, payload } = await read();
        if (type === 8) continue;
        if (type === 2) {
          const header = new Fields(payload);
          header.take(4);
          const length = header.u64();
          const body: Buffer[] = [];
          for (let held = 0; held < length; held += body.at(-1)?.length ?? 0)
            body.push((await read()).payload);
          const message = { properties: payload.subarray(12), body: Buffer.concat(body) };
          queues.get(target)?.push(message);
          continue;
        }
        const fields = new Fields(payload);
        const short = (): string => fields.take(fields.u8()).toString();
        const id = `${fields.u16()}.${fields.u16()}`;
        if (id === "10.11") {
          fields.take(fields.u32());
          expect("the mechanism", short(), "PLAIN");
          const answer = fields.take(fields.u32()).toString();
          expect("the user", answer, `\0${USER.name}\0${USER.password}`);
          method(0, "10.30", u16(10), u32(FRAME_MAX), u16(0));
        } else if (id === "10.40") method(0, "10.41", shortString(""));
        else if (id === "10.50") method(0, "10.51");
        else if (id === "20.10") method(channel, "20.11", longString(""));
        else if (id === "20.40") method(channel, "20.41");
        else if (id === "50.10") {
          fields.u16();
          const name = short();
          if (!queues.has(name)) queues.set(name, []);
          method(channel, "50.11", shortString(name), u32(queues.get(name)?.length ?? 0), u32(0));
        } else if (id === "60.40") {
          fields.u16();
          short();
          target = short();
        } else if (id === "60.70") {
          fields.u16();
          const name = short();
          const message = queues.get(name)?.shift();
          if (message === undefined) {
            method(channel, "60.72", shortString(""));
            continue;
          }
          const { properties, body } = message;
          method(channel, "60.71", u64(1), u8(0), shortString(""), shortString(name), u32(0));
          frame(2, channel, Buffer.concat([u16(60), u16(0), u64(body.length), properties]));
          for (let at = 0; at < body.length; at += FRAME_MAX - 8)
            frame(3, channel, body.subarray(at, at + FRAME_MAX - 8));
        } else if (id !== "10.31" && id !== "60.80") throw new Error(`AMQP: method ${id}`);
      }
    },
    { tls: true },
  );
}

// Kafka

const kafkaString = (text: string): Buffer => Buffer.concat([u16(text.length), Buffer.from(text)]);
const kafkaArray = (rows: readonly Buffer[]): Buffer => Buffer.concat([u32(rows.length), ...rows]);

/** A broker with every topic that is asked for, of one partition; `records` are the batches that it was given. */
export async function kafka(): Promise<OwnServer & { readonly records: Buffer[] }> {
  const records: Buffer[] = [];
  let port = 0;
  /** The key of a request, the versions that are spoken. */
  const spoken = [
    [0, 3, 3],
    [3, 1, 1],
    [17, 1, 1],
    [18, 0, 2],
    [36, 0, 0],
  ] as const;
  const server = await serve(
    async (wire) => {
      let known = false;
      for (;;) {
        const fields = new Fields(await wire.read((await wire.read(4)).readUInt32BE()));
        const [key, version, correlation] = [fields.u16(), fields.u16(), fields.u32()];
        const string = (): string | null => {
          const length = fields.i16();
          return length < 0 ? null : fields.take(length).toString();
        };
        string();
        const answer = (...parts: readonly Buffer[]): void => {
          const body = Buffer.concat([u32(correlation), ...parts]);
          wire.write(u32(body.length), body);
        };
        if (key === 18) {
          const rows = spoken.map((row) => Buffer.concat(row.map((number) => u16(number))));
          answer(u16(0), kafkaArray(rows), version > 0 ? u32(0) : Buffer.alloc(0));
        } else if (key === 17) {
          expect("the mechanism", string(), "PLAIN");
          answer(u16(0), kafkaArray([kafkaString("PLAIN")]));
        } else if (key === 36) {
          // The authorization identity in front may stay empty.
          const [, name, password] = fields.take(fields.u32()).toString().split("\0");
          expect("the user", `${name} ${password}`, `${USER.name} ${USER.password}`);
          known = true;
          answer(u16(0), u16(0xffff), u32(0));
        } else if (!known) throw new Error(`Kafka: request ${key} of a stranger`);
        else if (key === 3) {
          const count = fields.u32();
          const names = Array.from({ length: count === 0xffff_ffff ? 0 : count }, string);
          const broker = [u32(0), kafkaString("localhost"), u32(port), u16(0xffff)];
          const one = kafkaArray([u32(0)]);
          const partition = Buffer.concat([u16(0), u32(0), u32(0), one, one]);
          const topics = names.map((name) =>
            Buffer.concat([u16(0), kafkaString(name ?? ""), u8(0), kafkaArray([partition])]),
          );
          answer(kafkaArray([Buffer.concat(broker)]), u32(0), kafkaArray(topics));
        } else if (key === 0) {
          string();
          fields.take(6);
          expect("the number of topics", fields.u32(), 1);
          const topic = kafkaString(string() ?? "");
          expect("the number of partitions", fields.u32(), 1);
          const index = u32(fields.u32());
          records.push(fields.take(fields.u32()));
          const partition = [index, u16(0), u64(records.length - 1), u64(0)];
          const partitions = kafkaArray([Buffer.concat(partition)]);
          answer(kafkaArray([Buffer.concat([topic, partitions])]), u32(0));
        } else throw new Error(`Kafka: request ${key}`);
      }
    },
    { tls: true },
  );
  port = server.port;
  return { ...server, records };
}

// MongoDB

type Document = Record<string, unknown>;
interface Bson {
  serialize(document: Document): Uint8Array;
  deserialize(bytes: Uint8Array, options: object): Document;
}

/** OP_MSG only, which is all that a client with a `serverApi` speaks. The server says the version: the client cannot. */
export function mongo(version: Version): Promise<OwnServer> {
  const { serialize, deserialize } = program<Bson>("bson");
  const OP_MSG = 2013;
  const read = (bytes: Buffer): Document =>
    deserialize(bytes, { promoteBuffers: true, promoteLongs: true });
  const collections = new Map<string, Document[]>();
  return serve(
    async (wire) => {
      let known = false;
      for (;;) {
        const header = await wire.read(16);
        const body = await wire.read(header.readInt32LE() - 16);
        expect("the operation", header.readInt32LE(12), OP_MSG);
        let command: Document = {};
        const lists: Document = {};
        for (let at = 4; at < body.length; ) {
          const kind = body[at++];
          const end = at + body.readInt32LE(at);
          if (kind === 0) command = read(body.subarray(at, end));
          else {
            const zero = body.indexOf(0, at + 4);
            const documents: Document[] = [];
            for (let from = zero + 1; from < end; from += body.readInt32LE(from))
              documents.push(read(body.subarray(from, from + body.readInt32LE(from))));
            lists[body.toString("utf8", at + 4, zero)] = documents;
          }
          at = end;
        }
        const run = { ...command, ...lists };
        const [name] = Object.keys(command) as [string];
        const answer = (): Document => {
          if (name === "hello" || name === "isMaster") return MONGO_HELLO;
          if (name === "saslStart") {
            const payload = run["payload"] as Buffer;
            expect("the user", payload.toString(), `\0${USER.name}\0${USER.password}`);
            known = true;
            return { conversationId: 1, done: true, payload: Buffer.alloc(0) };
          }
          if (!known) throw new Error(`MongoDB: ${name} of a stranger`);
          const collection = `${run["$db"] as string}.${run[name] as string}`;
          const held = collections.get(collection) ?? [];
          if (name === "insert") {
            const documents = run["documents"] as Document[];
            collections.set(collection, [...held, ...documents]);
            return { n: documents.length };
          }
          if (name === "find") return { cursor: { id: 0n, ns: collection, firstBatch: held } };
          if (name === "drop") collections.delete(collection);
          else if (name !== "endSessions") throw new Error(`MongoDB: ${name}`);
          return {};
        };
        const reply = Buffer.concat([u32le(0), u8(0), serialize({ ...answer(), ok: 1 })]);
        const request = header.subarray(4, 8);
        wire.write(u32le(16 + reply.length), u32le(1), request, u32le(OP_MSG), reply);
      }
    },
    { tls: true, version },
  );
}

const MONGO_HELLO: Document = {
  isWritablePrimary: true,
  helloOk: true,
  maxBsonObjectSize: 2 ** 24,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
};

// TDS

const TDS_PRELOGIN = 0x12;
const TDS_ANSWER = 0x04;
const TDS_LOGIN = 0x10;
const TDS_BATCH = 0x01;
const TDS_PACKET = 4096;
const ucs2 = (text: string): Buffer => Buffer.from(text, "utf16le");
const tdsName = (text: string): Buffer => Buffer.concat([u8(text.length), ucs2(text)]);

/** @param strict TDS 8, TLS from the first byte; otherwise TDS 7.4, whose handshake travels in PRELOGIN messages */
export function tds(strict: boolean): Promise<OwnServer> {
  return serve(
    async (plain) => {
      const first = await tdsMessage(plain);
      expect("the first message", first.type, TDS_PRELOGIN);
      tdsWrite(plain, TDS_ANSWER, tdsPrelogin(strict));
      const wire = strict ? plain : upgraded(new TdsTunnel(plain));
      const login = await tdsMessage(wire);
      expect("the second message", login.type, TDS_LOGIN);
      const field = (at: number): Buffer => {
        const [from, length] = [login.data.readUInt16LE(at), login.data.readUInt16LE(at + 2)];
        return login.data.subarray(from, from + 2 * length);
      };
      const clear = (byte: number): number => ((byte ^ 0xa5) << 4) | ((byte ^ 0xa5) >> 4);
      const password = Buffer.from(field(44).map(clear)).toString("utf16le");
      const given = `${field(40).toString("utf16le")} ${password}`;
      expect("the user", given, `${USER.name} ${USER.password}`);
      const done = Buffer.concat([u8(0xfd), u16le(0), u16le(0), u64le(0)]);
      // Version 7.4, or 8.0.
      const version = strict ? u32(0x0800_0000) : u32(0x7400_0004);
      const accepted = Buffer.concat([u8(1), version, tdsName("tests"), u32(0x1000_0000)]);
      tdsWrite(wire, TDS_ANSWER, u8(0xad), u16le(accepted.length), accepted, done);
      for (;;) {
        const { type, data } = await tdsMessage(wire);
        expect("a message", type, TDS_BATCH);
        const text = data.subarray(data.readUInt32LE()).toString("utf16le");
        const isQuery = text.startsWith("select");
        tdsWrite(wire, TDS_ANSWER, isQuery ? tdsRow(text) : Buffer.alloc(0), done);
      }
    },
    strict ? { tls: true, alpn: "tds/8.0" } : { tls: false },
  );
}

/** Version, encryption, no instance, no thread, no MARS. */
function tdsPrelogin(strict: boolean): Buffer {
  const values = [Buffer.of(16, 0, 0, 0, 0, 0), u8(strict ? 0 : 1), u8(0), u32(0), u8(0)];
  let offset = 5 * values.length + 1;
  const table = values.map((value, i) => {
    const row = Buffer.concat([u8(i), u16(offset), u16(value.length)]);
    offset += value.length;
    return row;
  });
  return Buffer.concat([...table, u8(0xff), ...values]);
}

/** One row: the length of a text, and the text. */
function tdsRow(text: string): Buffer {
  const value = ucs2(text);
  const column = Buffer.concat([u32le(0), u16le(0)]);
  return Buffer.concat([
    ...[u8(0x81), u16le(2), column, Buffer.of(0x26, 4), tdsName("length")],
    ...[column, u8(0xe7), u16le(0xffff), Buffer.alloc(5), tdsName("text")],
    ...[u8(0xd1), u8(4), u32le(text.length)],
    ...[u64le(value.length), u32le(value.length), value, u32le(0)],
  ]);
}

async function tdsMessage(wire: Wire): Promise<{ type: number; data: Buffer }> {
  const parts: Buffer[] = [];
  for (;;) {
    const header = await wire.read(8);
    parts.push(await wire.read(header.readUInt16BE(2) - 8));
    if (((header[1] as number) & 1) === 1)
      return { type: header[0] as number, data: Buffer.concat(parts) };
  }
}

function tdsWrite(wire: Wire, type: number, ...data: readonly Buffer[]): void {
  const all = Buffer.concat(data);
  const room = TDS_PACKET - 8;
  for (let at = 0; at === 0 || at < all.length; at += room) {
    const part = all.subarray(at, at + room);
    const last = at + room >= all.length;
    wire.write(u8(type), u8(last ? 1 : 0), u16(part.length + 8), u16(0), u8(1), u8(0), part);
  }
}

/** What carries TLS in PRELOGIN messages, until the client sends a record without one. */
class TdsTunnel extends Duplex {
  readonly #wire: Wire;
  #raw = false;
  #waiting: Buffer[] = [];

  constructor(wire: Wire) {
    super();
    this.#wire = wire;
    this.#receive().catch((error: unknown) =>
      this.destroy(error instanceof Gone ? undefined : (error as Error)),
    );
  }

  async #receive(): Promise<void> {
    for (;;) {
      const header = await this.#wire.read(5);
      this.#raw ||= header[0] !== TDS_PRELOGIN;
      if (this.#raw) {
        this.push(Buffer.concat([header, await this.#wire.read(header.readUInt16BE(3))]));
      } else {
        await this.#wire.read(3);
        this.push(await this.#wire.read(header.readUInt16BE(2) - 8));
      }
    }
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    if (this.#raw) this.#wire.write(bytes);
    else {
      // One message for each message: what is written together leaves together.
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push(bytes);
    }
    done();
  }

  #flush(): void {
    tdsWrite(this.#wire, TDS_PRELOGIN, ...this.#waiting);
    this.#waiting = [];
  }

  override _final(done: () => void): void {
    this.#wire.stream.end();
    done();
  }
}
