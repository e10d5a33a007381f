/**
 * Every record format on both providers: lengths as promised, adjacent and separate memory, one provider's records opened
 * by the other, every kind of damage refused without a trace, sequence numbers and nonces.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rangeOf } from "../../src/bytes/byte-range.ts";
import { toHex } from "../../src/bytes/text.ts";
import { CIPHER_SUITES, HASHES } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { ReadDirection, WriteDirection } from "../../src/record/direction.ts";
import { NonceXor } from "../../src/record/nonce.ts";
import { emptyRecord } from "../../src/record/protector.ts";
import { bodyLength } from "../../src/record/record-header.ts";
import { PAIRS, PROVIDERS } from "../providers/subjects.ts";
import { open, pattern, protection, reasonOf, seal } from "../support/record-kit.ts";

const LENGTHS = [0, 1, 15, 16, 17, 100, 16384];

/** Each suite, CBC ones with and without encrypt-then-MAC. */
const FORMATS = CIPHER_SUITES.flatMap((row) =>
  row.mac === null
    ? [{ row, etm: false, title: row.name }]
    : [
        { row, etm: false, title: `${row.name}, MAC-then-encrypt` },
        { row, etm: true, title: `${row.name}, encrypt-then-MAC` },
      ],
);

/** Header and largest trailer, from the RFCs alone. */
function sizes({ row, etm }: (typeof FORMATS)[number]): { header: number; trailer: number } {
  switch (row.format) {
    case "tls13":
      return { header: 5, trailer: 17 };
    case "chacha12":
      return { header: 5, trailer: 16 };
    case "gcm12":
      return { header: 13, trailer: 16 };
    case "cbc12": {
      const mac = HASHES[row.mac ?? "sha1"].length;
      // A whole block of padding at worst; what MAC-then-encrypt can reach depends on the content.
      return { header: 21, trailer: mac + (etm ? 16 : 16) };
    }
  }
}

/** Exact trailer of `length` bytes, from the RFCs alone. */
function exactTrailer(format: (typeof FORMATS)[number], length: number): number {
  const { row, etm } = format;
  if (row.format !== "cbc12") return sizes(format).trailer;
  const mac = HASHES[row.mac ?? "sha1"].length;
  const inside = length + (etm ? 0 : mac);
  return mac + (16 * (Math.floor(inside / 16) + 1) - inside);
}

const formats = suite("record: formats");

for (const provider of PROVIDERS) {
  for (const format of FORMATS) {
    const { row, etm, title } = format;
    formats(`${title}, ${provider.name}: lengths`, () => {
      const { sealer, opener } = protection(provider, row, etm);
      const { header, trailer } = sizes(format);
      assert.is(sealer.headerLength, header);
      assert.is(opener.headerLength, row.format === "tls13" ? 5 : header);
      assert.is(sealer.maximumTrailerLength, trailer);
      for (const [sequence, length] of LENGTHS.entries()) {
        assert.is(sealer.trailerLength(length), exactTrailer(format, length), `${length} bytes`);
        assert.ok(sealer.trailerLength(length) <= trailer);
        const content = pattern(length);
        const record = seal(sealer, ContentType.ApplicationData, sequence, content);
        assert.is(record[0], ContentType.ApplicationData);
        assert.is(bodyLength(record), record.length - RECORD_HEADER_LENGTH);
        const apart = seal(sealer, ContentType.ApplicationData, sequence, content, true);
        assert.is(toHex(apart), toHex(record), "three pieces of memory make the same record");
        const opened = open(opener, sequence, record);
        assert.is(opened.type, ContentType.ApplicationData);
        assert.is(toHex(opened.content), toHex(content));
      }
    });
  }
}

formats("the worked example: CBC with HMAC-SHA1, 100 bytes, 21 + 100 + 28", () => {
  for (const provider of PROVIDERS) {
    const row = CIPHER_SUITES.find((suite) => suite.mac === "sha1");
    if (row === undefined) throw new Error("no suite with HMAC-SHA1");
    const { sealer } = protection(provider, row);
    assert.equal([sealer.headerLength, sealer.trailerLength(100)], [21, 28]);
    assert.is(sealer.maximumTrailerLength, 36);
  }
});

for (const [first, second] of PAIRS) {
  formats(`records of ${first.name}, opened by ${second.name}`, () => {
    for (const { row, etm, title } of FORMATS) {
      const { sealer, opener } = protection(first, row, etm, second);
      const content = pattern(333);
      const record = seal(sealer, ContentType.Handshake, 5, content);
      assert.is(toHex(open(opener, 5, record).content), toHex(content), title);
    }
  });
}

for (const provider of PROVIDERS) {
  for (const { row, etm, title } of FORMATS) {
    formats(`${title}, ${provider.name}: opened into new memory, the record stays`, () => {
      const { sealer, opener } = protection(provider, row, etm);
      for (const length of [0, 1, 100, 5000]) {
        const record = seal(sealer, ContentType.ApplicationData, 9, pattern(length));
        const before = toHex(record);
        const found = emptyRecord();
        opener.open(9, record, found, false);
        assert.is(toHex(record), before);
        assert.equal([found.type, found.length], [ContentType.ApplicationData, length]);
        assert.is(found.start, sealer.headerLength, "as if it lay in the record");
        const content = found.memory.subarray(found.offset, found.offset + length);
        assert.is(toHex(content), toHex(pattern(length)));
        found.memory.fill(0);
        assert.is(toHex(record), before, "no shared memory");
        record[record.length - 1] = (record.at(-1) as number) ^ 1;
        assert.is(
          reasonOf(() => opener.open(9, record, found, false)),
          "BadRecordMac",
        );
      }
    });

    formats(
      `${title}, ${provider.name}: every flipped bit and every wrong length is refused`,
      () => {
        const { sealer, opener } = protection(provider, row, etm);
        const record = seal(sealer, ContentType.ApplicationData, 3, pattern(20));
        const refused = (bytes: Uint8Array, sequence: number, what: string): void => {
          const before = toHex(bytes);
          const reason = reasonOf(() => open(opener, sequence, bytes));
          assert.ok(
            reason === "BadRecordMac" ||
              reason === "RecordTooShort" ||
              reason === "UnexpectedRecord",
            `${what}: ${reason}`,
          );
          assert.is(toHex(bytes), before, `${what}: the record is as it was`);
        };
        for (let at = 0; at < record.length; at++) {
          // The length of a TLS 1.2 record counts what is there; version and length are the framing's business.
          if (at >= 1 && at < RECORD_HEADER_LENGTH && row.format !== "tls13") continue;
          const bytes = record.slice();
          bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
          // In TLS 1.2 the type is under the MAC; a type that exists is refused there.
          refused(bytes, 3, `byte ${at}`);
        }
        for (let length = RECORD_HEADER_LENGTH; length < record.length; length++) {
          const bytes = record.slice(0, length);
          bytes[3] = (length - RECORD_HEADER_LENGTH) >> 8;
          bytes[4] = (length - RECORD_HEADER_LENGTH) & 0xff;
          refused(bytes, 3, `${length} bytes`);
        }
        for (const sequence of [0, 2, 4, 2 ** 32 + 3])
          refused(record.slice(), sequence, "sequence");
        const opened = open(opener, 3, record);
        assert.is(opened.content.length, 20);
      },
    );
  }
}

formats("the nonce is the IV xor the sequence number, also above 32 bits", () => {
  const iv = pattern(12, 0xf0);
  const nonce = new NonceXor(iv);
  const number = BigInt(`0x${toHex(iv)}`);
  for (const sequence of [
    0,
    1,
    255,
    256,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 48 + 5,
    2 ** 53 - 1,
  ]) {
    const twin = (number ^ BigInt(sequence)).toString(16).padStart(24, "0");
    assert.is(toHex(nonce.at(sequence)), twin, `${sequence}`);
  }
  assert.is(toHex(nonce.at(0)), toHex(iv));
});

formats("sequence numbers above 32 bits protect and open", () => {
  for (const provider of PROVIDERS) {
    for (const { row, etm, title } of FORMATS) {
      const { sealer, opener } = protection(provider, row, etm);
      const records = [1, 2 ** 32 + 1].map((sequence) =>
        seal(sealer, ContentType.ApplicationData, sequence, pattern(8)),
      );
      assert.is.not(toHex(records[0] as Uint8Array), toHex(records[1] as Uint8Array), title);
      assert.is(open(opener, 2 ** 32 + 1, records[1] as Uint8Array).content.length, 8, title);
    }
  }
});

for (const provider of PROVIDERS) {
  for (const { row, etm, title } of FORMATS) {
    formats(`${title}, ${provider.name}: a refused record does not count`, () => {
      const { sealer, opener } = protection(provider, row, etm);
      const write = new WriteDirection();
      const read = new ReadDirection();
      write.install(sealer);
      read.install(opener);
      const next = (): Uint8Array => {
        const header = new Uint8Array(write.headerLength);
        const data = pattern(10);
        const trailer = new Uint8Array(write.trailerLength(data.length));
        write.seal(ContentType.ApplicationData, rangeOf(header), rangeOf(data), rangeOf(trailer));
        return Uint8Array.of(...header, ...data, ...trailer);
      };
      const opened = emptyRecord();
      for (let count = 0; count < 3; count++) {
        const record = next();
        const damaged = record.slice();
        damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
        assert.is(
          reasonOf(() => read.open(damaged, opened)),
          "BadRecordMac",
        );
        assert.is(read.sequence, count);
        read.open(record, opened);
        assert.is(read.sequence, count + 1);
        assert.is(
          reasonOf(() => read.open(record.slice(), opened)),
          "BadRecordMac",
          "replayed",
        );
        assert.is(write.sequence, count + 1);
      }
    });
  }
}

formats("a key that is used up protects nothing more, and the sequence number stays", () => {
  const row = CIPHER_SUITES[0];
  const provider = PROVIDERS[0];
  if (row === undefined || provider === undefined) throw new Error("nothing to test");
  const { sealer } = protection(provider, row);
  const write = new WriteDirection();
  write.install({
    headerLength: sealer.headerLength,
    maximumTrailerLength: sealer.maximumTrailerLength,
    blockLength: sealer.blockLength,
    recordLimit: 3,
    trailerLength: (length) => sealer.trailerLength(length),
    seal: (type, sequence, header, data, trailer) =>
      sealer.seal(type, sequence, header, data, trailer),
    wipe: () => sealer.wipe(),
  });
  const next = (): void =>
    write.seal(
      ContentType.ApplicationData,
      rangeOf(new Uint8Array(write.headerLength)),
      rangeOf(new Uint8Array(0)),
      rangeOf(new Uint8Array(write.trailerLength(0))),
    );
  assert.is(write.exhausted, false);
  next();
  assert.is(write.exhausted, true, "one for a KeyUpdate and one for an alert are kept");
  next();
  next();
  assert.is(reasonOf(next), "KeyUsageLimit");
  assert.is(write.sequence, 3);
});

formats.run();
