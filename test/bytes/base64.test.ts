/**
 * Base64 and PEM: against node's own, and what is refused.
 */
import { randomBytes } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromBase64, toBase64 } from "../../src/bytes/base64.ts";
import { pemBlocks, toPem } from "../../src/pki/files/pem.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";

const base64 = suite("bytes: base64");

base64("every length up to 200, there and back", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = new Uint8Array(randomBytes(length));
    const text = Buffer.from(bytes).toString("base64");
    assert.is(toBase64(bytes), text);
    assert.equal(fromBase64(text), bytes);
  }
});

base64("every byte and every digit", () => {
  const bytes = Uint8Array.from({ length: 768 }, (_, i) => (i * 67) & 0xff);
  assert.is(toBase64(bytes), Buffer.from(bytes).toString("base64"));
  assert.equal(fromBase64(toBase64(bytes)), bytes);
});

base64("what is none", () => {
  for (const text of [
    ...["A", "AA", "AAA", "AAAAA", "=", "==", "===", "====", "A===", "AA=", "AA=A", "=AAA"],
    ...["AAAA====", "AA==AAAA", "AAAA=", "AA A", "AAA\n", "AAA-", "AAA_", "AAA\u00e9", "AAA\u0141"],
    ...["\u0000AAA", "AAA\uff21", "\ud83d\ude00AA"],
  ]) {
    assert.is(fromBase64(text), null, JSON.stringify(text));
  }
});

base64("bits that belong to no byte may be anything", () => {
  assert.equal(fromBase64("QR=="), fromBase64("QQ=="));
  assert.equal(fromBase64("QUJ="), fromBase64("QUI="));
});

const armoured = (body: string): string => `-----BEGIN X-----\n${body}\n-----END X-----\n`;

base64("PEM: white space anywhere, lines of any length", () => {
  const der = new Uint8Array(randomBytes(1000));
  const text = toBase64(der);
  assert.ok(
    toPem("X", der)
      .split("\n")
      .every((line) => line.length <= 64),
  );
  for (const body of [
    text,
    text.replace(/.{7}/g, "$& "),
    text.replace(/.{3}/g, "$&\n"),
    text.replace(/.{64}/g, "  $&\t\r\n"),
  ]) {
    assert.equal(pemBlocks(armoured(body))[0]?.der, der);
  }
  assert.equal(pemBlocks(toPem("X", der))[0]?.der, der);
});

base64("PEM: what is not base64 is refused by its label", () => {
  for (const body of ["AAA", "AAAA*AAA", "AA==AA==", "AAAA="]) {
    assert.throws(
      () => pemBlocks(armoured(body)),
      (error: unknown) =>
        error instanceof TlsFailure && error.reason === "MalformedPem" && /"X"/.test(error.message),
    );
  }
});

base64.run();
