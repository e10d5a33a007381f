/**
 * Every record of RFC 8448 opens to what the RFC says and is sealed again to the same bytes, by each tier of AEADs.
 */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rangeOf } from "../../src/bytes/byte-range.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import { trafficKeys } from "../../src/crypto/key-schedule-13.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { createOpener, createSealer } from "../../src/record/protection.ts";
import { emptyRecord } from "../../src/record/protector.ts";
import { TIERS } from "../providers/subjects.ts";
import { RFC8448, RFC8448_SUITE } from "../support/rfc8448-traces.ts";

const TYPES = {
  handshake: ContentType.Handshake,
  application_data: ContentType.ApplicationData,
  alert: ContentType.Alert,
  change_cipher_spec: ContentType.ChangeCipherSpec,
} as const;

const noRandom = (): never => {
  throw new Error("TLS 1.3 records need no randomness");
};

for (const provider of TIERS) {
  const tests = suite(`record: RFC 8448, ${provider.name}`);

  for (const trace of RFC8448) {
    tests(`${trace.id}: every record`, () => {
      let protectedRecords = 0;
      for (const { type, key, seq, payload, record } of trace.records) {
        if (key === undefined) {
          assert.is(record.slice(2 * RECORD_HEADER_LENGTH), payload);
          continue;
        }
        protectedRecords++;
        const secret = fromHex(trace.traffic_keys[key]?.secret ?? "");
        const keys = trafficKeys(provider, RFC8448_SUITE, secret);
        const opener = createOpener(provider, keys);
        const bytes = fromHex(record);
        const found = emptyRecord();
        opener.open(seq ?? 0, bytes, found);
        assert.is(found.type, TYPES[type]);
        const content = bytes.subarray(found.start, found.start + found.length);
        assert.is(toHex(content), payload);

        const sealer = createSealer(provider, keys, noRandom);
        const header = new Uint8Array(sealer.headerLength);
        const data = fromHex(payload);
        const trailer = new Uint8Array(sealer.trailerLength(data.length));
        sealer.seal(TYPES[type], seq ?? 0, rangeOf(header), rangeOf(data), rangeOf(trailer));
        assert.is(toHex(header) + toHex(data) + toHex(trailer), record);

        opener.restore(seq ?? 0, bytes);
        assert.is(toHex(bytes), record, "restored");
      }
      assert.ok(protectedRecords >= 4, `${protectedRecords} protected records`);
    });
  }

  tests.run();
}
