/**
 * Records made or changed between two sides with the keys of a key log, for what no honest side would send.
 */
import { rangeOf } from "../../src/bytes/byte-range.ts";
import { keyBlock } from "../../src/crypto/key-schedule-12.ts";
import { trafficKeys } from "../../src/crypto/key-schedule-13.ts";
import type { TrafficKeys } from "../../src/crypto/traffic-keys.ts";
import { type CipherSuite, cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { createOpener, createSealer } from "../../src/record/protection.ts";
import { emptyRecord } from "../../src/record/protector.ts";

/** One record of any type under some keys. */
export function sealWith(
  keys: TrafficKeys,
  sequence: number,
  type: number,
  content: Uint8Array,
): Uint8Array {
  const sealer = createSealer(nodeProvider, keys, (length) => nodeProvider.random(length));
  const { headerLength } = sealer;
  const end = headerLength + content.length;
  const record = new Uint8Array(end + sealer.trailerLength(content.length));
  record.set(content, headerLength);
  sealer.seal(
    type,
    sequence,
    rangeOf(record.subarray(0, headerLength)),
    rangeOf(record.subarray(headerLength, end)),
    rangeOf(record.subarray(end)),
  );
  return record;
}

/** Content of a record under some keys. */
export function openWith(keys: TrafficKeys, sequence: number, record: Uint8Array): Uint8Array {
  const found = emptyRecord();
  const copy = record.slice();
  createOpener(nodeProvider, keys).open(sequence, copy, found);
  return copy.slice(found.start, found.start + found.length);
}

const secretOf = (lines: readonly string[], label: string): Uint8Array => {
  const line = lines.find((item) => item.startsWith(`${label} `));
  if (line === undefined) throw new Error(`no ${label} in the key log`);
  return new Uint8Array(Buffer.from(line.split(" ")[2] ?? "", "hex"));
};

const suiteOf = (code: number): CipherSuite => {
  const suite = cipherSuite(code);
  if (suite === undefined) throw new Error(`suite ${code} is not built`);
  return suite;
};

/** TLS 1.3: application keys of one side. */
export function applicationKeys13(
  lines: readonly string[],
  code: number,
  side: "CLIENT" | "SERVER",
): TrafficKeys {
  return trafficKeys(nodeProvider, suiteOf(code), secretOf(lines, `${side}_TRAFFIC_SECRET_0`));
}

/** TLS 1.2: keys of both sides out of the key log and the two plain hello records. */
export function keysOf12(
  lines: readonly string[],
  code: number,
  clientHello: Uint8Array,
  serverHello: Uint8Array,
): Readonly<Record<"client" | "server", TrafficKeys>> {
  const random = (record: Uint8Array): Uint8Array => record.subarray(11, 43);
  const master = secretOf(lines, "CLIENT_RANDOM");
  const suite = suiteOf(code);
  return keyBlock(nodeProvider, suite, master, random(clientHello), random(serverHello), false);
}

/** Whole records of a stream of bytes. */
export function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 5 + ((bytes[at + 3] as number) << 8) + (bytes[at + 4] as number);
    records.push(bytes.slice(at, at + length));
    at += length;
  }
  return records;
}

/** Whole handshake messages of the content of a record. */
export function messagesOf(content: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < content.length; ) {
    const [, high = 0, middle = 0, low = 0] = content.subarray(at, at + 4);
    const length = 4 + (high << 16) + (middle << 8) + low;
    messages.push(content.slice(at, at + length));
    at += length;
  }
  return messages;
}
