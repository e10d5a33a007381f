/**
 * `sealwire inspect`: every form of input, the recorded connections of OpenSSL field by field, and what is no TLS.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, latin1, toHex } from "../../src/bytes/text.ts";
import { fieldJson, fieldLines } from "../../src/cli/inspect/field.ts";
import { explain } from "../../src/cli/inspect/messages.ts";
import { WireView } from "../../src/cli/wire-view.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { type RecordedConnection, SCENARIOS } from "../support/openssl-traces.ts";
import { ipv4, ipv6, LINKS, pcap, pcapng, type Segment, segmentsOf } from "./captures.ts";
import { sealwire, temporaryFolder } from "./command.ts";
import { type Input, readInput } from "./inspect-input.ts";

const inspect = suite("cli: inspect");
const FOLDER = temporaryFolder();

const connectionOf = (id: string): RecordedConnection => {
  const connection = SCENARIOS.find((scenario) => scenario.id === id)?.connections[0];
  if (connection === undefined) throw new Error(`no scenario ${id}`);
  return connection;
};
const TLS12 = connectionOf("tls12-ecdhe-rsa-aes128-gcm");

/** What each side sent, as hex. */
function sides(input: Input, index = 0): { client: string; server: string } {
  const all = { client: "", server: "" };
  for (const { from, bytes } of input.conversations[index]?.chunks ?? []) all[from] += toHex(bytes);
  return all;
}

const SENT = { client: "", server: "" };
for (const { from, record } of TLS12.records) SENT[from] += record;
const SEGMENTS = segmentsOf(TLS12, 100);

inspect("captures of every link layer, IPv4 and IPv6", async () => {
  for (const [linkType] of LINKS)
    for (const network of [ipv4, ipv6]) {
      const packets = SEGMENTS.map(network);
      for (const file of [
        pcap(linkType, packets),
        pcap(linkType, packets, false),
        pcapng(linkType, packets, []),
      ]) {
        const input = await readInput(file);
        assert.is(input.form, "capture");
        assert.equal(sides(input), SENT);
      }
    }
});

inspect("segments out of order, twice, and overlapping", async () => {
  const [synClient, synServer, ...data] = SEGMENTS;
  assert.ok(synClient && synServer);
  const overlap = (segment: Segment): Segment[] => {
    const { from, offset } = segment;
    const before = data.find(
      (other) => other.from === from && other.offset + other.data.length === offset,
    );
    if (before === undefined) return [segment];
    return [{ from, offset: before.offset, data: concat(before.data, segment.data) }];
  };
  const shuffles = [
    [...data].reverse(),
    data.flatMap((segment) => [segment, segment]),
    data.flatMap(overlap),
  ];
  for (const shuffled of shuffles) {
    const packets = [synClient, synServer, ...shuffled].map(ipv4);
    assert.equal(sides(await readInput(pcap(1, packets))), SENT);
  }
});

inspect("without the begin of TCP, whoever speaks first is the client", async () => {
  assert.equal(sides(await readInput(pcap(1, SEGMENTS.slice(2).map(ipv4)))), SENT);
});

inspect("a gap is said, and what comes after it goes on with the next record", async () => {
  const lost = SEGMENTS.findIndex(({ from, offset }) => from === "server" && offset > 500);
  const input = await readInput(pcap(1, SEGMENTS.filter((_, index) => index !== lost).map(ipv4)));
  assert.is(sides(input).client, SENT.client);
  const server = sides(input).server;
  assert.match(input.conversations[0]?.notes.join() ?? "", /gap of 100 bytes of the server/);
  const last = TLS12.records.filter(({ from }) => from === "server").at(-1)?.record ?? "";
  assert.ok(server.endsWith(last));
  assert.ok(server.length < SENT.server.length);
});

inspect("a capture that began in the middle is followed from its first whole record", async () => {
  const [first] = SEGMENTS.filter(({ from, offset }) => from === "server" && offset > 700);
  assert.ok(first);
  const input = await readInput(pcap(1, SEGMENTS.slice(SEGMENTS.indexOf(first)).map(ipv4)));
  assert.match(input.conversations[0]?.notes.join() ?? "", "it began in the middle");
  assert.is(input.conversations[0]?.name, "192.0.2.1:50000 to 192.0.2.2:443");
  const { server } = sides(input);
  assert.ok(server.length > 0 && SENT.server.endsWith(server));
});

inspect("what was said before TLS is left out, and told", async () => {
  const before = { client: latin1("STARTTLS\r\n"), server: latin1("220 hi\r\n220 go\r\n") };
  const shifted = SEGMENTS.map((segment) =>
    segment.syn ? segment : { ...segment, offset: segment.offset + before[segment.from].length },
  );
  const spoken = (["server", "client"] as const).map((from) => ({
    from,
    offset: 0,
    data: before[from],
  }));
  const packets = [...shifted.slice(0, 2), ...spoken, ...shifted.slice(2)].map(ipv4);
  const input = await readInput(pcap(1, packets));
  assert.equal(sides(input), SENT);
  assert.match(input.conversations[0]?.notes.join() ?? "", "10 bytes of the client before TLS");
});

inspect("the key log inside of a pcapng file", async () => {
  const packets = SEGMENTS.map(ipv4);
  const { keyLog } = await readInput(pcapng(1, packets, TLS12.keylog));
  assert.equal(keyLog.slice(0, -1), TLS12.keylog);
});

inspect(
  "captures that are cut off at any byte tell what came before, and that they are",
  async () => {
    const packets = SEGMENTS.map(ipv4);
    for (const file of [pcap(1, packets), pcapng(1, packets, TLS12.keylog)]) {
      const whole = sides(await readInput(file));
      for (let end = 900; end < file.length; end += 7) {
        const input = await readInput(file.subarray(0, end));
        assert.ok(whole.client.startsWith(sides(input).client));
        assert.ok(whole.server.startsWith(sides(input).server));
        assert.ok(input.notes.length === 0 || /is cut off/.test(input.notes.join()));
      }
    }
  },
);

inspect("a capture tells the same in pieces of any size", async () => {
  const file = pcapng(1, SEGMENTS.map(ipv4), TLS12.keylog);
  for (const piece of [1, 7, 100, 4096])
    assert.equal(sides(await readInput(file, piece)), SENT, String(piece));
});

inspect("records in binary, hex in all its forms, and bare messages", async () => {
  const hello = TLS12.records[0]?.record ?? "";
  const bytes = fromHex(hello);
  const pairs = hello.match(/../g) ?? [];
  const rows = <T>(list: readonly T[], size: number): T[][] =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
      list.slice(i * size, i * size + size),
    );
  const offset = (index: number): string => (16 * index).toString(16).padStart(8, "0");
  const fours = hello.match(/..?.?.?/g) ?? [];
  const texts = [
    hello,
    hello.toUpperCase(),
    pairs.join(":"),
    rows(pairs, 16)
      .map((row) => row.join(" "))
      .join("\r\n"),
    pairs.map((pair) => `0x${pair}`).join(", "),
    `# a comment\n> ${hello}\n`,
    rows(fours, 8)
      .map((row, index) => `${offset(index)}: ${row.join(" ").padEnd(39)}  ................`)
      .join("\n"),
    rows(pairs, 16)
      .map(
        (row, index) =>
          `${offset(index)}  ${row.slice(0, 8).join(" ")}  ${row.slice(8).join(" ")}  |${".".repeat(row.length)}|`,
      )
      .join("\n"),
  ];
  for (const text of texts) {
    const input = await readInput(latin1(text));
    assert.is(input.form, "hex", text.slice(0, 40));
    assert.equal(sides(input), { client: hello, server: "" }, text.slice(0, 80));
  }
  assert.equal(sides(await readInput(bytes)), { client: hello, server: "" });
  const bare = sides(await readInput(bytes.subarray(5)));
  assert.is(bare.client, `1603030083${hello.slice(10)}`);
});

inspect("a flat file of both sides: hellos tell whose the bytes are", async () => {
  const flight = TLS12.records.slice(0, 6);
  const input = await readInput(concat(...flight.map(({ record }) => fromHex(record))));
  const wanted = { client: "", server: "" };
  for (const { from, record } of flight) wanted[from] += record;
  assert.equal(sides(input), wanted);
});

for (const { id, connections } of SCENARIOS)
  inspect(`${id}: every message is explained`, async () => {
    for (const connection of connections) {
      const view = new WireView(nodeProvider);
      for (const line of connection.keylog) view.keyLog(line);
      for (const { from, record } of connection.records)
        for (const { events } of view.push(from, fromHex(record)))
          for (const event of events) {
            const fields = explain(event);
            const lines = fields.flatMap((item) => fieldLines(item, 4, (text) => text));
            assert.not.match(lines.join("\n"), "cannot be decoded");
            assert.ok(
              fields.length > 0 || /Done|EndOfEarlyData|EncryptedExtensions/.test(event.name),
            );
            assert.ok(JSON.stringify(fields.map(fieldJson)).length > 0);
          }
    }
  });

inspect("messages changed at any byte are told as far as they can be", async () => {
  for (const { connections } of SCENARIOS.slice(0, 3))
    for (const { from, record } of connections[0]?.records.slice(0, 4) ?? [])
      for (let at = 5; at < record.length / 2; at += 3) {
        const bytes = fromHex(record);
        bytes[at] = (bytes[at] as number) ^ 0xff;
        const view = new WireView(nodeProvider);
        for (const { events } of view.push(from, bytes)) for (const event of events) explain(event);
      }
});

/** Runs the command on a file with these bytes. */
async function run(
  name: string,
  bytes: Uint8Array | string,
  ...options: string[]
): ReturnType<typeof sealwire> {
  const file = join(FOLDER, name);
  writeFileSync(file, bytes);
  return sealwire(["inspect", file, ...options]);
}

inspect("the command: a capture with its key log, brief, JSON", async () => {
  const keylog = join(FOLDER, "keys.log");
  writeFileSync(keylog, TLS12.keylog.join("\n"));
  const capture = pcap(1, SEGMENTS.map(ipv4));
  const closed = await run("a.pcap", capture);
  assert.is(closed.status, 0, closed.stderr);
  assert.match(closed.stdout, "192.0.2.1:50000 to 192.0.2.2:443");
  assert.match(closed.stdout, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  assert.match(closed.stdout, "there is no key log: give one with --keylog FILE");
  assert.not.match(closed.stdout, "application keys");
  assert.not.match(closed.stdout, "hello co");
  const opened = await run("a.pcap", capture, "--keylog", keylog);
  assert.match(opened.stdout, "hello co");
  const brief = await run("a.pcap", capture, "--brief", "--keylog", keylog);
  assert.not.match(brief.stdout, "cipher_suites");
  assert.match(brief.stdout, "  Finished 16 bytes");
  const json = await run("b.pcapng", pcapng(113, SEGMENTS.map(ipv6), TLS12.keylog), "--json");
  const { form, connections } = JSON.parse(json.stdout);
  assert.is(form, "capture");
  assert.is(connections.length, 1);
  assert.is(connections[0].records.length, TLS12.records.length);
  assert.is(connections[0].records.at(-1).messages[0].name, "alert warning close_notify");
});

inspect("the command: half a record is told", async () => {
  const { status, stdout } = await run("half.bin", fromHex(SENT.client).subarray(0, 150));
  assert.is(status, 0);
  assert.match(stdout, /14 bytes of the client at 136 make no whole record/);
});

inspect("the command: what is no TLS, no file, no argument", async () => {
  for (const [name, bytes] of [
    ["letter", "Dear Sir"],
    ["empty", ""],
    ["zeros", new Uint8Array(64)],
    ["other.pcap", pcap(1, [])],
    ["cut.pcap", pcap(1, SEGMENTS.map(ipv4)).subarray(0, 200)],
  ] as const) {
    const { status, stdout, stderr } = await run(name, bytes);
    assert.is(status, 1, name);
    assert.is(stdout, "");
    assert.match(stderr, /^sealwire inspect: [^\n]+\n$/);
  }
  const missing = await sealwire(["inspect", join(FOLDER, "missing")]);
  assert.is(missing.status, 1);
  assert.match(missing.stderr, "there is no such file");
  for (const parameters of [[], ["a", "b"]])
    assert.is((await sealwire(["inspect", ...parameters])).status, 2);
});

inspect.run();
