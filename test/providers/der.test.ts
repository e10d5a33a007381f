/**
 * The DER reader that both providers read keys with: what is not DER is refused, and the writer is its inverse.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DecodeError } from "../../src/bytes/byte-reader.ts";
import {
  contextTag,
  DerReader,
  DerTag,
  derElement,
  derObjectIdentifier,
  derUnsigned,
} from "../../src/bytes/der.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import * as oids from "../../src/protocol/object-identifiers.ts";

const der = suite("DER");

/** What is read, an encoding, and the value in hex or text; null: refused. */
const ROWS: readonly [read: (reader: DerReader) => unknown, hex: string, value: unknown][] = [
  [(r) => toHex(r.unsigned()), "020100", "00"],
  [(r) => toHex(r.unsigned()), "02017f", "7f"],
  [(r) => toHex(r.unsigned()), "02020080", "80"],
  [(r) => toHex(r.unsigned()), "020180", null],
  [(r) => toHex(r.unsigned()), "0202007f", null],
  [(r) => toHex(r.unsigned()), "0200", null],
  [(r) => toHex(r.unsigned()), "030101", null],
  [(r) => r.smallInteger(), "02017f", 127],
  [(r) => r.smallInteger(), "02020080", null],
  [(r) => r.smallInteger(), "02020100", null],
  [(r) => toHex(r.bitString()), "030200ff", "ff"],
  [(r) => toHex(r.bitString()), "030207ff", null],
  [(r) => toHex(r.bitString()), "0300", null],
  [(r) => r.null(), "0500", undefined],
  [(r) => r.null(), "050100", null],
  [(r) => r.objectIdentifier(), "0600", null],
  [(r) => r.objectIdentifier(), "06028000", null],
  [(r) => r.objectIdentifier(), "0603550480", null],
  [(r) => r.objectIdentifier(), "060655ffffffff7f", null],
  [(r) => r.objectIdentifier(), `0621${"01".repeat(33)}`, null],
  [(r) => toHex(r.element(DerTag.OctetString)), "0480", null],
  [(r) => toHex(r.element(DerTag.OctetString)), "04", null],
  [(r) => toHex(r.element(DerTag.OctetString)), "", null],
  [(r) => toHex(r.element(DerTag.OctetString)), "0402ff", null],
  [(r) => toHex(r.element(DerTag.OctetString)), "048101ff", null],
  [(r) => toHex(r.element(DerTag.OctetString)), `04820080${"00".repeat(128)}`, null],
  [(r) => toHex(r.element(DerTag.OctetString)), "0484ffffffff00", null],
  [(r) => toHex(r.element(DerTag.OctetString)), "04850000000001ff", null],
  [(r) => r.element(0x1f), "1f0100", null],
  [(r) => r.optional(1), "0500", null],
  [(r) => r.end(), "00", null],
  [(r) => r.end(), "", undefined],
];

for (const [read, hex, value] of ROWS) {
  der(`${hex.slice(0, 24) || "nothing"}: ${value === null ? "refused or absent" : value}`, () => {
    let result: unknown;
    try {
      result = read(new DerReader(fromHex(hex)));
    } catch (error) {
      assert.instance(error, DecodeError);
      result = null;
    }
    assert.is(result, value);
  });
}

der("lengths around every step of the encoding come back", () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65535, 65536]) {
    const element = derElement(DerTag.OctetString, new Uint8Array(length).fill(7));
    const reader = new DerReader(element);
    assert.is(reader.element(DerTag.OctetString).length, length);
    reader.end();
    assert.throws(
      () => new DerReader(element.subarray(0, -1)).element(DerTag.OctetString),
      (error: unknown) => error instanceof DecodeError,
    );
  }
});

der("numbers come back without leading zeros", () => {
  for (const hex of ["00", "01", "7f", "80", "ff", "0100", "8000"]) {
    const encoded = derUnsigned(fromHex(`0000${hex}`));
    assert.is(toHex(new DerReader(encoded).unsigned()), hex);
  }
});

der("every object identifier of the registry comes back", () => {
  for (const oid of Object.values(oids))
    assert.is(new DerReader(derObjectIdentifier(oid)).objectIdentifier(), oid);
});

der("an optional element is read only where it stands", () => {
  const reader = new DerReader(derElement(contextTag(1), fromHex("0500")));
  assert.is(reader.optional(0), null);
  reader.optional(1)?.null();
  reader.end();
});

der.run();
