/**
 * A second opinion: what our strict reader and pkijs (over asn1js) both read, they must read alike, field by field. Where one
 * refuses what the other reads, the case belongs to a class below, which says why; a class that nothing fits fails as well.
 */
import { rootCertificates } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import { CertificateParser } from "../../src/pki/certificate.ts";
import { pemBlocks } from "../../src/pki/files/pem.ts";
import { readCrl } from "../../src/pki/revocation/crl.ts";
import { readOcspResponse } from "../../src/pki/revocation/ocsp-response.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as make from "../revocation/evidence-maker.ts";
import { fixture } from "../support/data.ts";
import { makeKey, unknownExtension } from "./certificate-maker.ts";
import {
  ourCertificate,
  ourCrl,
  ourOcsp,
  type Reading,
  theirCertificate,
  theirCrl,
  theirOcsp,
} from "./second-opinion.ts";
import { betterTlsCases, limboCases, type X509Case } from "./x509-cases.ts";

interface RefusalClass {
  readonly why: string;
  /** Ours refuses with this message: there is nothing that only pkijs refuses. */
  readonly ours: RegExp;
  /** pkijs refuses as well. */
  readonly theirs: boolean;
}

const REFUSALS: readonly RefusalClass[] = [
  {
    why: "RFC 5280 §4.2: an extension is there once; pkijs keeps both",
    ...{ ours: /the extension 2\.5\.29\.17 is there twice/, theirs: false },
  },
  {
    why: "RFC 5280 §4.1.1.2: the algorithm stands inside and outside of what is signed and must be the same; pkijs keeps both",
    ...{ ours: /inside and outside are not the same/, theirs: false },
  },
  {
    why: "ours is strict about authorityInfoAccess; pkijs does not throw and keeps the failure beside the extension",
    ...{ ours: /tag 109 at offset 0, expected 48/, theirs: false },
  },
  {
    why: "RFC 5280 §4.2.1.6: an address has 4 or 16 bytes; pkijs takes any",
    ...{ ours: /subjectAltName: an address of \d+ bytes/, theirs: false },
  },
  {
    why: "a name of no form that there is, for both",
    ...{ ours: /GeneralName: there is no form with tag/, theirs: true },
  },
  {
    why: "a subjectAltName that is no DER, for both",
    ...{ ours: /tag 101 at offset 0, expected 48/, theirs: true },
  },
  {
    why: "a delta says nothing without its base, which is not supported; pkijs leaves that to its caller",
    ...{ ours: /is a delta CRL/, theirs: false },
  },
  {
    why: "RFC 5280 §5.2: a list with an unknown critical extension is not used; pkijs leaves that to its caller",
    ...{ ours: /unknown critical extension/, theirs: false },
  },
  {
    why: "ours refuses bytes after the end; asn1js passes over them",
    ...{ ours: /bytes after the end/, theirs: false },
  },
  {
    why: "cut off, for both",
    ...{ ours: /does not fit its surroundings|it ends at offset/, theirs: true },
  },
  {
    why: "a version that does not exist; pkijs counts on",
    ...{ ours: /there is no version/, theirs: false },
  },
  {
    why: "a month that does not exist; pkijs makes January of the next year of it",
    ...{
      ours: /a month, day, hour, minute or second that does not exist/,
      theirs: false,
    },
  },
  {
    why: "ours reads DER; asn1js reads BER, here a length that is not in its shortest form",
    ...{ ours: /a length is not in its shortest form/, theirs: false },
  },
];

const met = new Set<RefusalClass>();

function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** Both read it alike, or the refusal is of a class. @returns whether both read it */
function compare(id: string, ours: () => Reading, theirs: () => Reading): boolean {
  const [one, other] = [attempt(ours), attempt(theirs)];
  if (!(one instanceof Error || other instanceof Error)) {
    assert.equal(one, other, `${id}: read differently`);
    return true;
  }
  const message = one instanceof Error ? one.message : null;
  const refused = other instanceof Error;
  const fitting = REFUSALS.find(
    (item) => message !== null && item.theirs === refused && item.ours.test(message),
  );
  const said = `ours: ${message ?? "read"}; theirs: ${refused ? other.message : "read"}`;
  assert.ok(fitting, `${id}: a refusal of no known class; ${said}`);
  if (fitting) met.add(fitting);
  return false;
}

const parser = new CertificateParser(nodeProvider);
const compareCertificate = (id: string, der: Uint8Array): boolean =>
  compare(
    id,
    () => ourCertificate(parser.parse(der)),
    () => theirCertificate(der),
  );

/** Every certificate once. @returns how many both read */
function compareChains(cases: readonly X509Case[]): number {
  const seen = new Set<string>();
  let both = 0;
  for (const { id, chain, trusted } of cases) {
    for (const der of [...chain, ...trusted]) {
      const key = toHex(der);
      if (seen.has(key)) continue;
      seen.add(key);
      if (compareCertificate(id, der)) both++;
    }
  }
  return both;
}

const tests = suite("pki: second opinion");
const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const limbo = limboCases();

tests("x509-limbo: both readers agree on the certificates", () => {
  assert.ok(compareChains(limbo) > 500);
});

tests("x509-limbo: both readers agree on the CRLs", () => {
  const lists = limbo.flatMap(({ id, crls }) => crls.map((der) => ({ id, der })));
  assert.ok(lists.length > 3);
  for (const { id, der } of lists) compareCrl(id, der);
});

/** One case in so many of BetterTLS, and those that hold malformed names. */
const EVERY = 40;
const MALFORMED = /::tc(8894|9034|9121|9396)$/;

tests("BetterTLS: both readers agree on a sample of the certificates", () => {
  const cases = ["pathbuilding-dev.json.gz", "nameconstraints-dev.json.gz"].flatMap(betterTlsCases);
  const sample = cases.filter(({ id }, index) => index % EVERY === 0 || MALFORMED.test(id));
  assert.ok(compareChains(sample) > 100);
});

tests("the roots that node brings", () => {
  assert.ok(rootCertificates.length > 100);
  for (const pem of rootCertificates) {
    for (const { der } of pemBlocks(pem)) assert.ok(compareCertificate("a root", der));
  }
});

tests("our identities", () => {
  type Identities = Readonly<Record<string, { readonly certificate: string }>>;
  const identities = Object.entries(fixture<Identities>("identities/identities.json"));
  assert.ok(identities.length > 8);
  for (const [name, { certificate }] of identities) {
    assert.ok(compareCertificate(name, base64(certificate)), name);
  }
});

/** The bytes after a replacement in their hexadecimal form, which must find what it replaces. */
function edited(der: Uint8Array, from: RegExp, to: string): Uint8Array {
  const text = toHex(der);
  assert.ok(from.test(text), `${from} is not in the encoding`);
  return new Uint8Array(Buffer.from(text.replace(from, to), "hex"));
}

tests("certificates that ours refuses", () => {
  const { server } = make;
  for (const [title, der] of [
    ["cut off", server.subarray(0, -1)],
    ["bytes after it", Uint8Array.of(...server, 0)],
    ["a month 13", edited(server, /(170d.{4})3031(?=.*170d)/, "$13133")],
    ["a version 4", edited(server, /a003020102/, "a003020103")],
    ["a length with a zero before it", Uint8Array.of(0x30, 0x83, 0, ...server.subarray(2))],
  ] as const) {
    assert.not(compareCertificate(title, der), title);
  }
});

interface StoredCorpus {
  readonly corpora: Readonly<Record<string, readonly string[]>>;
}

/** What the fuzzer begins with. */
function stored(name: string): Uint8Array[] {
  const files = fixture<StoredCorpus>("corpora/pki/corpus.json").corpora[name] ?? [];
  assert.ok(files.length > 0, name);
  return files.map(base64);
}

tests("certificates that the fuzzer begins with", () => {
  for (const der of stored("certificates")) compareCertificate("of the corpus", der);
});

function compareCrl(id: string, der: Uint8Array): boolean {
  const theirs = attempt(() => theirCrl(der));
  return compare(
    id,
    () => ourCrl(readCrl(der), theirs instanceof Error ? [] : theirs.keys),
    () => {
      if (theirs instanceof Error) throw theirs;
      return theirs.reading;
    },
  );
}

const ISSUER = { issuer: "Lists", signer: makeKey("p256") };
const { NOW, HOUR, scope } = make;

/** One of each kind that the tests of revocation make. */
const GOOD_CRLS: readonly make.CrlSpec[] = [
  {},
  { revoked: [{ serial: 4 }, { serial: 3, reason: 6 }, { serial: 0x7f, reason: 8 }] },
  { revoked: [{ serial: 0x80 }, { serial: 0xff, reason: 1 }] },
  { nextUpdate: null, thisUpdate: NOW + HOUR, broken: true },
  { extensions: [scope({ only: "user" })] },
  { extensions: [scope({ reasons: 0x40, url: "http://a.test/1.crl" })] },
  { extensions: [unknownExtension(false)] },
  {
    ...ISSUER,
    revoked: [{ serial: 3 }, { serial: 9, issuer: "Middle" }, { serial: 3 }],
    extensions: [scope({ indirect: true })],
  },
];
const REFUSED_CRLS: readonly make.CrlSpec[] = [
  { extensions: [make.DELTA] },
  { extensions: [unknownExtension(true)] },
  { revoked: [{ serial: 9, critical: true }] },
];

tests("CRLs", () => {
  for (const spec of GOOD_CRLS) assert.ok(compareCrl(JSON.stringify(spec), make.makeCrl(spec)));
  for (const spec of REFUSED_CRLS) {
    assert.not(compareCrl(JSON.stringify(spec), make.makeCrl(spec)));
  }
  for (const der of stored("CRLs")) compareCrl("of the corpus", der);
});

const compareOcsp = (id: string, der: Uint8Array): boolean =>
  compare(
    id,
    () => ourOcsp(readOcspResponse(der)),
    () => theirOcsp(der),
  );

const OCSP: readonly make.OcspSpec[] = [
  {},
  { responder: null, hash: "sha256", nextUpdate: null },
  { hash: "sha384", status: "revoked" },
  { status: "revoked", reason: 1, serial: 0x80, critical: true },
  { status: "unknown", broken: true },
  { ...{ signer: make.strangerKey, responder: "Responder" }, certificates: [make.server] },
  { certificates: [make.server, make.middle], issuer: { name: "Root", key: make.rootKey } },
];

tests("OCSP responses", () => {
  for (const spec of OCSP) assert.ok(compareOcsp(JSON.stringify(spec), make.makeOcsp(spec)));
  assert.ok(compareOcsp("try later", make.ocspError(3)));
  const whole = make.makeOcsp();
  assert.not(compareOcsp("cut off", whole.subarray(0, 90)));
  assert.not(compareOcsp("bytes after it", Uint8Array.of(...whole, 0)));
  for (const der of stored("OCSP responses")) compareOcsp("of the corpus", der);
});

tests("no class of refusals without a case", () => {
  const idle = REFUSALS.filter((item) => !met.has(item));
  assert.equal(
    idle.map((item) => item.why),
    [],
  );
});

tests.run();
