/**
 * ClientHellos of real clients, Windows among them, given to our server over the face: each is answered by ServerHello,
 * HelloRetryRequest or the right alert, as its lists alone foretell.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import { fromHex } from "../../src/bytes/text.ts";
import { alertName } from "../../src/protocol/alert.ts";
import { CIPHER_SUITES, cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { NAMED_GROUPS, namedGroup } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES, signatureScheme } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { ASC_REQ_EXTENDED_ERROR } from "../../src/sspi/context-flags.ts";
import { decodeServerHello } from "../../src/wire/server-hello.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { fixture } from "../support/data.ts";
import { identity } from "../support/identities.ts";
import { acquire, functionsOf, SspiSide } from "../support/sspi-session.ts";
import { handshakeMessages } from "../wire/records.ts";

/** What another parser found in a message. Numbers in hex. */
interface Expectation {
  readonly legacy_version: string;
  readonly cipher_suites: readonly string[];
  readonly compression_methods: string;
  readonly supported_versions?: readonly string[];
  readonly supported_groups?: readonly string[];
  readonly signature_algorithms?: readonly string[];
  readonly key_shares?: readonly { readonly group: string }[];
  readonly ec_point_formats?: readonly number[];
}

interface Entry {
  readonly id: string;
  readonly client: string;
  readonly bytes: string;
  readonly expect: Expectation;
}

interface Flows {
  readonly flows: readonly {
    readonly id: string;
    readonly client_records: readonly { readonly bytes: string }[];
    readonly server_hello: { readonly version: string; readonly cipher_suite: string };
  }[];
}

const entries = (path: string): readonly Entry[] =>
  fixture<{ readonly entries: readonly Entry[] }>(path).entries;

const ENTRIES: readonly Entry[] = [
  ...entries("clienthello/bsd.json"),
  ...entries("clienthello/local.json"),
  ...entries("clienthello/schannel-tls13-quoted.json.gz"),
  ...entries("clienthello/lgpl-ndpi.json.gz"),
];

const FLOWS = fixture<Flows>("clienthello/schannel-flows.json.gz");

// The server has every group that is built, the hybrid ones too.
enablePostQuantum();

/** Everything that is built but SHA-1; no preference stands in the way of what a client has. */
const SERVER = {
  paCred: [identity("p256"), identity("rsa")],
  sealwire: {
    cipherSuites: CIPHER_SUITES.map((row) => row.code),
    supportedGroups: NAMED_GROUPS.filter((row) => row.name !== "x448").map((row) => row.code),
    signatureSchemes: SIGNATURE_SCHEMES.map((row) => row.code),
  },
};

const numbers = (list: readonly string[] | undefined): number[] =>
  (list ?? []).map((code) => Number.parseInt(code, 16));

/** What our server must answer, read off the lists: "1.3 …", "1.3 retry", "1.2 …" or an alert. */
function foretell(expect: Expectation): string {
  const versions = numbers(expect.supported_versions ?? [expect.legacy_version]);
  const legacy = Number.parseInt(expect.legacy_version, 16);
  const has = (version: number): boolean =>
    versions.includes(version) ||
    (expect.supported_versions === undefined && version === TLS12 && legacy > TLS12);
  if (has(TLS13)) return foretell13(expect);
  if (!has(TLS12)) return "protocol_version";
  return foretell12(expect);
}

function foretell13(expect: Expectation): string {
  const suites = numbers(expect.cipher_suites);
  const groups = numbers(expect.supported_groups);
  if (expect.compression_methods !== "00") return "illegal_parameter";
  if (expect.key_shares === undefined || groups.length === 0) return "missing_extension";
  const ours = (code: number): boolean => {
    const group = namedGroup(code);
    return group?.tls13 === true && group.name !== "x448";
  };
  const shares = numbers(expect.key_shares.map(({ group }) => group));
  // The tool that played fingerprints again draws GREASE anew for shares and groups, which no client does.
  if (shares.some((code) => !groups.includes(code))) return "illegal_parameter";
  if (!suites.some((code) => cipherSuite(code)?.version === TLS13)) return "handshake_failure";
  if (!groups.some(ours)) return "handshake_failure";
  return shares.some(ours) ? "1.3" : "1.3 retry";
}

function foretell12(expect: Expectation): string {
  const groups = expect.supported_groups === undefined ? [0x17] : numbers(expect.supported_groups);
  const schemes = numbers(expect.signature_algorithms ?? ["0201", "0203"]);
  if (expect.ec_point_formats !== undefined && !expect.ec_point_formats.includes(0))
    return "illegal_parameter";
  const curve = groups.some((code) => {
    const kind = namedGroup(code)?.kind;
    return kind !== undefined && kind !== "finite-field" && code !== 0x1e;
  });
  const signs = (type: "ec" | "rsa"): boolean =>
    schemes.some((code) => signatureScheme(code)?.keyType === type);
  const served = numbers(expect.cipher_suites).some((code) => {
    const row = cipherSuite(code);
    if (row === undefined || row.version !== TLS12) return false;
    if (row.keyExchange === "rsa") return true;
    if (row.keyExchange === "ecdhe" && !curve) return false;
    return signs(row.authentication === "ecdsa" ? "ec" : "rsa");
  });
  return served ? "1.2" : "handshake_failure";
}

/** Malformed on purpose or by the tool that played them again: a PSK without identities. */
const isMalformed = (answer: string): boolean => answer === "decode_error";

for (const provider of PROVIDERS) {
  const tests = suite(`engine: real clients, ${provider.name}`);
  const functions = functionsOf(provider);
  const credential = acquire(functions, "server", SERVER);

  /** The server's answer in one word or two, and its ServerHello. */
  const answer = (hello: Uint8Array): { readonly text: string; readonly suite: number | null } => {
    const server = new SspiSide(functions, "server", credential, {
      contextReq: ASC_REQ_EXTENDED_ERROR,
    });
    server.receive(hello);
    const output = server.step();
    if (server.failed) {
      const { error } = server;
      assert.is.not(error?.reason, "InternalError", error?.message ?? "");
      return { text: error?.alertSent?.name ?? "no alert", suite: null };
    }
    assert.is(output[0], ContentType.Handshake);
    const first = handshakeMessages([output])[0];
    if (first === undefined) throw new Error("nothing came");
    const { isRetry, cipherSuite: code, extensions } = decodeServerHello(first.body);
    functions.deleteSecurityContext(server.handle);
    return {
      text: `${extensions.selectedVersion === TLS13 ? "1.3" : "1.2"}${isRetry ? " retry" : ""}`,
      suite: code,
    };
  };

  const found: Record<string, number> = {};
  for (const { id, client, bytes, expect } of ENTRIES) {
    tests(`${id}: ${client}`, () => {
      const { text, suite: chosen } = answer(fromHex(bytes));
      found[text] = (found[text] ?? 0) + 1;
      if (isMalformed(text)) return;
      assert.is(text, foretell(expect));
      if (chosen !== null)
        assert.ok(expect.cipher_suites.includes(chosen.toString(16).padStart(4, "0")));
    });
  }

  for (const flow of FLOWS.flows) {
    tests(`flow ${flow.id}`, () => {
      const first = fromHex(flow.client_records[0]?.bytes ?? "");
      const theirs = flow.server_hello.version;
      const { text } = answer(first);
      // Where Windows spoke TLS 1.2 or 1.3 we do; what was older is refused.
      const old = Number.parseInt(theirs, 16) < TLS12;
      if (old) assert.ok(text === "protocol_version" || text.startsWith("1."), text);
      else assert.ok(text.startsWith("1."), text);
    });
  }

  tests("every kind of answer was given, and few messages are malformed", () => {
    assert.ok((found["1.3"] ?? 0) > 30, JSON.stringify(found));
    assert.ok((found["1.2"] ?? 0) > 20, JSON.stringify(found));
    assert.ok((found["protocol_version"] ?? 0) > 0, JSON.stringify(found));
    assert.ok((found["decode_error"] ?? 0) <= 4, JSON.stringify(found));
    assert.is(alertName(70), "protocol_version");
  });

  tests.run();
}
