/**
 * Certificates that we make: we and OpenSSL read every one, whatever the names and dates, and what no certificate can have is
 * refused with a sentence. Dates of every year are read as they were written (RFC 5280 §4.1.2.5).
 */
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { DerReader, DerTag, derElement } from "../../src/bytes/der.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { CertificateParser, readTime } from "../../src/pki/certificate.ts";
import { makeSelfSignedCertificate } from "../../src/pki/make-certificate.ts";
import { formatIp } from "../../src/pki/path/host-name.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { TlsError } from "../../src/sspi/tls-error.ts";

const made = suite("pki: certificates that we make");
const NOW = Date.UTC(2026, 10, 30, 12);
const DAY = 24 * 3600 * 1000;
const long = `${`${"a".repeat(60)}.`.repeat(4)}example`;

/** names; what the certificate holds; a host that it is for. */
const GOOD: readonly (readonly [names: string[], held: string[], host: string])[] = [
  [["localhost"], ["localhost"], "localhost"],
  [["example.com", "*.example.com"], ["example.com", "*.example.com"], "www.example.com"],
  [["*.example.com"], ["*.example.com"], "www.example.com"],
  [["bücher.example"], ["xn--bcher-kva.example"], "bücher.example"],
  [["*.bücher.example"], ["*.xn--bcher-kva.example"], "a.bücher.example"],
  [["日本語。example"], ["xn--wgv71a119e.example"], "日本語.example"],
  [["example.com."], ["example.com"], "example.com"],
  [["a_b.example.com"], ["a_b.example.com"], "a_b.example.com"],
  [["127.0.0.1", "::1"], ["127.0.0.1", "::1"], "::1"],
  [["[2001:db8::1]"], ["2001:db8::1"], "2001:db8::1"],
  [[long], [long], long],
  [["a".repeat(63)], ["a".repeat(63)], "a".repeat(63)],
  [["EXAMPLE.com"], ["EXAMPLE.com"], "example.com"],
  [["1.example.com"], ["1.example.com"], "1.example.com"],
];

const BAD: readonly (readonly unknown[])[] = [
  [],
  [""],
  [" "],
  ["a b"],
  ["a..b"],
  ["."],
  ["*"],
  ["a.*.example.com"],
  ["w*.example.com"],
  ["-a.example"],
  ["a".repeat(64)],
  [`${"a.".repeat(127)}bc`],
  ["ä/b"],
  ["\ud800"],
  ["a\0b"],
  ["a\nb"],
  ["https://example.com"],
  ["example.com:443"],
  ["1.2.3"],
  ["1.2.3.256"],
  ["me@example.com"],
  ["good.example", "not good"],
  [17],
  [null],
];

const DAYS: readonly (readonly [days: number, clock: number])[] = [
  [0, NOW],
  [1, NOW],
  [30.5, NOW],
  [365, Date.UTC(2049, 5, 1)],
  [1, Date.UTC(2049, 11, 31, 23, 59, 59)],
  [365, Date.UTC(2050, 0, 1)],
  [36500, NOW],
  [2_900_000, NOW],
  [1, Date.UTC(1949, 11, 31)],
  [30, Date.UTC(1969, 11, 20)],
  [1, new Date("1000-01-02T00:00:00Z").getTime()],
  [1, new Date("0001-01-03T00:00:00Z").getTime()],
];

for (const provider of [nodeProvider, portableProvider]) {
  const { verifyChain } = createSspi(provider);
  for (const [names, held, host] of GOOD) {
    made(`${provider.name}: ${names.join(", ").slice(0, 50)} is read by us and by OpenSSL`, () => {
      const options = { names, days: 30, clock: () => NOW };
      const { certificate, certificatePem } = makeSelfSignedCertificate(provider, options);
      const parsed = new CertificateParser(provider).parse(certificate);
      assert.equal([...parsed.dnsNames, ...parsed.ipAddresses.map(formatIp)], held);
      const openssl = new X509Certificate(certificatePem);
      const texts = openssl.subjectAltName?.split(", ").map((text) => text.replace(/^.*?:/, ""));
      assert.is(texts?.length, held.length);
      assert.ok(openssl.verify(openssl.publicKey));
      for (const profile of ["basic", "rfc5280"] as const) {
        const strict = profile === "rfc5280" && names.some((name) => name.includes("_"));
        const verdict = verifyChain({
          ...{ chain: [certificate], trust: new TrustStore([certificate]), profile, name: host },
          ...{ purpose: "server", time: new Date(NOW) },
        });
        assert.is(verdict.ok, !strict, verdict.message);
      }
    });
  }

  // GnuTLS does not read a key without it.
  made(`${provider.name}: the private key carries its public key`, () => {
    const options = { names: ["localhost"], days: 30, clock: () => NOW };
    const { privateKeyPem, certificatePem } = makeSelfSignedCertificate(provider, options);
    const bytes = createPrivateKey(privateKeyPem).export({ format: "der", type: "pkcs8" });
    assert.equal(bytes.toString("base64"), privateKeyPem.replace(/-----[^-]*-----|\s/g, ""));
    const info = new DerReader(bytes).sequence();
    info.smallInteger();
    info.element(DerTag.Sequence);
    const key = new DerReader(info.element(DerTag.OctetString)).sequence();
    key.smallInteger();
    key.element(DerTag.OctetString);
    const { x, y } = new X509Certificate(certificatePem).publicKey.export({ format: "jwk" });
    const point = [x, y].map((coordinate) => Buffer.from(coordinate as string, "base64url"));
    const held = key.optional(1)?.bitString() ?? [];
    assert.equal([...held], [4, ...Buffer.concat(point)]);
  });

  for (const names of BAD) {
    made(`${provider.name}: ${JSON.stringify(names).slice(0, 50)} is refused in words`, () => {
      const options = { names: names as string[], days: 30, clock: () => NOW };
      assert.throws(
        () => makeSelfSignedCertificate(provider, options),
        (error: unknown) =>
          error instanceof TlsError &&
          error.reason === "InvalidOption" &&
          /^selfSignedCertificate: /.test(error.message) &&
          error.message.length < 500,
      );
    });
  }

  for (const [days, clock] of DAYS) {
    const from = new Date(clock).toISOString();
    made(`${provider.name}: ${days} days from ${from} on are written and read right`, () => {
      const options = { names: ["localhost"], days, clock: () => clock };
      const { certificate } = makeSelfSignedCertificate(provider, options);
      const { notBefore, notAfter } = new CertificateParser(provider).parse(certificate);
      const second = (time: number): number => Math.floor(time / 1000) * 1000;
      assert.equal([notBefore, notAfter], [second(clock - DAY), second(clock + days * DAY)]);
      const dates = execFileSync("openssl", ["x509", "-inform", "DER", "-noout", "-dates"], {
        input: certificate,
        encoding: "utf8",
      });
      const year = (time: number): string => String(new Date(time).getUTCFullYear());
      const [first = "", last = ""] = dates.trim().split("\n");
      assert.match(first, new RegExp(`\\b0*${year(notBefore)} GMT$`));
      assert.match(last, new RegExp(`\\b0*${year(notAfter)} GMT$`));
    });
  }

  for (const days of [-2, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
    made(`${provider.name}: ${days} days are refused in words`, () => {
      const options = { names: ["localhost"], days, clock: () => NOW };
      assert.throws(() => makeSelfSignedCertificate(provider, options), /days: /);
    });
  }
}

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** Null: not a time. */
const TIMES: readonly (readonly [tag: number, text: string, iso: string | null])[] = [
  [UTC_TIME, "500101000000Z", "1950-01-01T00:00:00.000Z"],
  [UTC_TIME, "991231235959Z", "1999-12-31T23:59:59.000Z"],
  [UTC_TIME, "000229000000Z", "2000-02-29T00:00:00.000Z"],
  [UTC_TIME, "491231235959Z", "2049-12-31T23:59:59.000Z"],
  [GENERALIZED_TIME, "00000101000000Z", "0000-01-01T00:00:00.000Z"],
  [GENERALIZED_TIME, "00500101000000Z", "0050-01-01T00:00:00.000Z"],
  [GENERALIZED_TIME, "00990228235959Z", "0099-02-28T23:59:59.000Z"],
  [GENERALIZED_TIME, "19491231235959Z", "1949-12-31T23:59:59.000Z"],
  [GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00.000Z"],
  [GENERALIZED_TIME, "24000229000000Z", "2400-02-29T00:00:00.000Z"],
  [GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59.000Z"],
  [UTC_TIME, "010229000000Z", null],
  [UTC_TIME, "001301000000Z", null],
  [UTC_TIME, "000001000000Z", null],
  [UTC_TIME, "000100000000Z", null],
  [UTC_TIME, "000101240000Z", null],
  [UTC_TIME, "000101006000Z", null],
  [UTC_TIME, "000101000060Z", null],
  [UTC_TIME, "0001010000Z", null],
  [UTC_TIME, "000101000000+0000", null],
  [UTC_TIME, "20000101000000Z", null],
  [GENERALIZED_TIME, "000101000000Z", null],
  [GENERALIZED_TIME, "21000229000000Z", null],
  [GENERALIZED_TIME, "20500101000000.5Z", null],
  [GENERALIZED_TIME, "20500101000000", null],
];

for (const [tag, text, iso] of TIMES) {
  made(
    `${tag === UTC_TIME ? "UTCTime" : "GeneralizedTime"} ${text} is ${iso ?? "not a time"}`,
    () => {
      const read = (): number => readTime(new DerReader(derElement(tag, latin1(text))));
      if (iso === null) assert.throws(read, /a time/);
      else assert.is(new Date(read()).toISOString(), iso);
    },
  );
}

made.run();
