/**
 * ECDSA signatures between DER and r beside s: leading zeros, numbers with the highest bit, and what is refused.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DecodeError } from "../../src/bytes/byte-reader.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import { ecdsaFromDer, ecdsaToDer } from "../../src/crypto/ecdsa-encoding.ts";
import type { CurveName } from "../../src/protocol/signature-scheme.ts";

const forms = suite("crypto: forms of ECDSA signatures");

/** r and s as numbers in hex, and the two INTEGERs that they are. */
const NUMBERS: readonly (readonly [number: string, integer: string])[] = [
  ["00", "020100"],
  ["01", "020101"],
  ["7f", "02017f"],
  ["80", "02020080"],
  ["0123", "02020123"],
  ["ff".repeat(31), `022000${"ff".repeat(31)}`],
  [`7f${"00".repeat(31)}`, `02207f${"00".repeat(31)}`],
  ["ff".repeat(32), `022100${"ff".repeat(32)}`],
];
const LENGTHS: Readonly<Record<CurveName, number>> = {
  secp256r1: 32,
  secp384r1: 48,
  secp521r1: 66,
};

for (const [curve, length] of Object.entries(LENGTHS) as [CurveName, number][]) {
  forms(`${curve}: there and back`, () => {
    for (const [r, integerR] of NUMBERS)
      for (const [s, integerS] of NUMBERS) {
        const content = integerR + integerS;
        const der = `30${(content.length / 2).toString(16).padStart(2, "0")}${content}`;
        const sideBySide = r.padStart(2 * length, "0") + s.padStart(2 * length, "0");
        assert.is(toHex(ecdsaFromDer(fromHex(der), curve)), sideBySide);
        assert.is(toHex(ecdsaToDer(fromHex(sideBySide))), der);
      }
  });
}

forms("the longest of P-521 has a length in two bytes", () => {
  const sideBySide = "01".padEnd(132, "f").repeat(2);
  const der = toHex(ecdsaToDer(fromHex(sideBySide)));
  assert.is(der.slice(0, 6), "308188");
  assert.is(toHex(ecdsaFromDer(fromHex(der), "secp521r1")), sideBySide);
});

forms("what is no signature is refused", () => {
  const wrong = [
    ...["", "30", "3000", "3003020101", "3006020101020101ff"],
    ...["3009020101020101020101", "300702020001020101", "3006020181020101", "3106020101020101"],
    `3026022101${"00".repeat(32)}020101`,
  ];
  for (const der of wrong)
    assert.throws(
      () => ecdsaFromDer(fromHex(der), "secp256r1"),
      (error: unknown) => error instanceof DecodeError,
      der,
    );
});

forms.run();
