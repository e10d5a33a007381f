/**
 * The smaller parts of the package: ALPN buffers (2.3), bindings (5), target names (2.2), ticket keys and exporters to
 * set (5), attributes before a handshake (2.6), who decides on a chain (6.2).
 */
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import { refusalFor, type Verdict } from "../../src/handshake/peer-identity.ts";
import { cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import {
  applicationProtocolsBuffer,
  parseApplicationProtocols,
} from "../../src/schannel/application-protocols.ts";
import { uniqueBindings } from "../../src/schannel/bindings.ts";
import { PeerVerifier, type ValidationMode } from "../../src/schannel/peer-verifier.ts";
import { queryContextAttributes } from "../../src/schannel/query-attributes.ts";
import {
  setContextAttributes,
  setCredentialsAttributes,
} from "../../src/schannel/set-attributes.ts";
import { sniOf, verifiedName } from "../../src/schannel/target-name.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import { Refusal } from "../../src/sspi/refusal.ts";
import * as status from "../../src/sspi/security-status.ts";
import { timeStamp, timeStampToMilliseconds } from "../../src/sspi/time-stamp.ts";
import { FAKE_LEAF } from "../support/fake-dependencies.ts";
import { rows } from "../support/rows.ts";
import { FakeSide, INBOUND, is, OUTBOUND } from "../support/sspi-kit.ts";

const parts = rows("schannel: parts");

parts.row("2.3 L1", "one list: ProtocolListsSize = 6 + size, cbBuffer = 10 + size", () => {
  const { bytes } = applicationProtocolsBuffer(["h2", "http/1.1"]);
  assert.is(bytes.length, 10 + 12);
  assert.equal(bytes.slice(0, 10), Uint8Array.of(18, 0, 0, 0, 2, 0, 0, 0, 12, 0));
  assert.equal(parseApplicationProtocols(bytes), ["h2", "http/1.1"]);
});

parts.row("2.3 L2", "NPN and None are skipped; damage is SEC_E_INVALID_TOKEN", () => {
  const list = (kind: number): number[] => [kind, 0, 0, 0, 3, 0, 2, 0x68, 0x32];
  const both = Uint8Array.from([27, 0, 0, 0, ...list(1), ...list(2), ...list(0)]);
  assert.equal(parseApplicationProtocols(both), ["h2"]);
  const { bytes } = applicationProtocolsBuffer(["h2"]);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(
      () => parseApplicationProtocols(bytes.subarray(0, length)),
      (error: unknown) => error instanceof Refusal && error.status === status.SEC_E_INVALID_TOKEN,
    );
  }
});

parts.row("5 X6 X8", "eight u32, the last two length and offset 32, then prefix and data", () => {
  const { BindingsLength, Bindings } = uniqueBindings(new Uint8Array(12).fill(5));
  assert.is(BindingsLength, 32 + 11 + 12);
  const header = new Uint8Array(32);
  header.set([23, 0, 0, 0, 32], 24);
  assert.equal(Bindings.slice(0, 32), header);
  assert.equal(Bindings.slice(32, 43), latin1("tls-unique:"));
});

const NAMES: readonly (readonly [target: string, sni: string | null, verified: string])[] = [
  ["Example.COM", "example.com", "example.com"],
  ["example.com.", "example.com", "example.com"],
  ["192.0.2.1", null, "192.0.2.1"],
  ["2001:DB8::1", null, "2001:db8::1"],
  ["[fe80::1%eth0]", null, "fe80::1"],
  ["under_score.example", "under_score.example", "under_score.example"],
  ["http/host", null, "http/host"],
  ["", null, ""],
];

parts.row("2.2 N1", "an IP literal is never sent as SNI; no trailing dot", () => {
  for (const [target, sni, verified] of NAMES) {
    assert.is(sniOf(target), sni, target);
    assert.is(verifiedName(target), verified, target);
  }
});

parts.row(
  "2.6 A1 A4 A5 A6, 3.2 Z12, 8.2 P19",
  "before the handshake: sizes 5, 0, 1; keys out of sequence; no peer certificate",
  () => {
    const context = new FakeSide("client").begun();
    assert.equal(queryContextAttributes(context, attribute.SECPKG_ATTR_STREAM_SIZES).value, {
      cbHeader: 5,
      cbTrailer: 0,
      cbMaximumMessage: 16384,
      cBuffers: 4,
      cbBlockSize: 16,
    });
    const cases: readonly (readonly [number, number])[] = [
      [attribute.SECPKG_ATTR_CONNECTION_INFO, status.SEC_E_OUT_OF_SEQUENCE],
      [attribute.SECPKG_ATTR_CIPHER_INFO, status.SEC_E_OUT_OF_SEQUENCE],
      [attribute.SECPKG_ATTR_KEYING_MATERIAL, status.SEC_E_OUT_OF_SEQUENCE],
      [attribute.SECPKG_ATTR_UNIQUE_BINDINGS, status.SEC_E_OUT_OF_SEQUENCE],
      [attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT, status.SEC_E_NO_CREDENTIALS],
      [attribute.SECPKG_ATTR_LOCAL_CERT_CONTEXT, status.SEC_E_NO_CREDENTIALS],
      [attribute.SECPKG_ATTR_CERT_CHECK_RESULT, status.SEC_E_NO_CREDENTIALS],
      [attribute.SECPKG_ATTR_NEGOTIATION_INFO, status.SEC_E_UNSUPPORTED_FUNCTION],
      [attribute.SECPKG_ATTR_SIZES, status.SEC_E_UNSUPPORTED_FUNCTION],
      [0x1234, status.SEC_E_UNSUPPORTED_FUNCTION],
    ];
    for (const [number, expected] of cases)
      is(queryContextAttributes(context, number).status, expected);
  },
);

parts.row(
  "5 SESSION_TICKET_KEYS",
  "1 to 16 keys, ids of 16 bytes, 32 to 64 bytes of material; inbound only",
  () => {
    const key = (id: number, size: number): object => ({
      TicketInfoVersion: 0,
      KeyId: new Uint8Array(id),
      KeyingMaterial: new Uint8Array(64),
      KeyingMaterialSize: size,
    });
    const set = (...list: object[]): number =>
      setCredentialsAttributes(INBOUND, attribute.SECPKG_ATTR_SESSION_TICKET_KEYS, {
        cSessionTicketKeys: list.length,
        pSessionTicketKeys: list,
      });
    is(set(key(16, 32), key(16, 64)), status.SEC_E_OK);
    for (const bad of [
      [],
      [key(15, 32)],
      [key(16, 31)],
      [key(16, 65)],
      Array(17).fill(key(16, 32)),
    ]) {
      is(set(...bad), status.SEC_E_INVALID_PARAMETER);
    }
    const { SECPKG_ATTR_SESSION_TICKET_KEYS } = attribute;
    is(
      setCredentialsAttributes(OUTBOUND, SECPKG_ATTR_SESSION_TICKET_KEYS, {}),
      status.SEC_E_UNSUPPORTED_FUNCTION,
    );
  },
);

parts.row(
  "5 KEYING_MATERIAL_INFO",
  "the label loses its NUL; reserved labels and lengths of 0 are refused",
  () => {
    const context = new FakeSide("client").begun();
    const set = (pszLabel: string, cbKeyingMaterial: number): number =>
      setContextAttributes(context, attribute.SECPKG_ATTR_KEYING_MATERIAL_INFO, {
        pszLabel,
        cbKeyingMaterial,
      });
    is(set("EXPORTER-test\0", 32), status.SEC_E_OK);
    assert.is(context.keyingMaterialInfo?.pszLabel, "EXPORTER-test");
    is(set("", 32), status.SEC_E_OK);
    is(set("EXPORTER-test", 0), status.SEC_E_INVALID_PARAMETER);
    context.engine.facts.version = TLS12;
    is(set("key expansion", 32), status.SEC_E_INVALID_PARAMETER);
    is(set("EXPORTER-test", 0xffff), status.SEC_E_OK);
    context.engine.facts.version = TLS13;
    context.engine.facts.suite = cipherSuite(0x1301) ?? null;
    is(set("key expansion", 255 * 32), status.SEC_E_OK);
    is(set("key expansion", 255 * 32 + 1), status.SEC_E_INVALID_PARAMETER);
    is(set("x".repeat(249), 32), status.SEC_E_OK);
    is(set("x".repeat(250), 32), status.SEC_E_INVALID_PARAMETER);
    assert.match(context.error?.message ?? "", /the label has 250 bytes; at most 249/);
  },
);

parts.row("2.3 S12", "expiry is a FILETIME", () => {
  assert.is(timeStamp(0), 116_444_736_000_000_000n);
  assert.is(timeStampToMilliseconds(timeStamp(1_700_000_000_000)), 1_700_000_000_000);
});

const UNTRUSTED: Verdict = refusalFor({ reason: "UnknownIssuer", message: "unknown" });
const judge = (
  mode: ValidationMode,
  builtin: Verdict,
  name: string | null = "localhost",
  verifyPeer: ConstructorParameters<typeof PeerVerifier>[2] = null,
): PeerVerifier & { answer?: Verdict } => {
  const verifier: PeerVerifier & { answer?: Verdict } = new PeerVerifier(
    mode,
    { verify: () => builtin },
    verifyPeer,
    true,
  );
  const request = {
    chain: [FAKE_LEAF],
    purpose: "server",
    name,
    time: 0,
    ocspResponse: null,
  } as const;
  const answer = verifier.verify(request);
  if (!(answer instanceof Promise)) verifier.answer = answer;
  return verifier;
};

parts.row(
  "6.2 V1 V2 V3, 1.7 E_SCH_CRED_NO_SERVERNAME_CHECK",
  "automatic refuses, deferred keeps the result, manual does not look",
  () => {
    assert.is(judge("enforce", UNTRUSTED).answer?.ok, false);
    assert.is(judge("enforce", { ok: true }, null).answer?.ok, false, "no name to check");
    const deferred = judge("defer", UNTRUSTED);
    assert.is(deferred.answer?.ok, true);
    assert.equal(deferred.answer, { ok: true, explain: undefined, deferred: UNTRUSTED });
    const manual = judge("skip", UNTRUSTED);
    assert.is(manual.answer?.ok, true);
    assert.is(manual.judges, false);
  },
);

parts.row("8.2 P16 P17", "has the last word, and may name status, alert and reason", () => {
  assert.is(judge("enforce", UNTRUSTED, "localhost", () => ({ ok: true })).answer?.ok, true);
  const refused = judge("enforce", { ok: true }, "localhost", () => ({ ok: false, alert: 49 }));
  const { answer } = refused;
  assert.ok(answer !== undefined && !answer.ok);
  assert.is(answer.reason, "CertificateRefused");
  assert.equal([answer.alert, answer.status], [49, status.SEC_E_LOGON_DENIED]);
});

parts.run();
