/**
 * Names that are not ASCII: mapped to A-labels before they are sent or compared, or refused, wherever a caller names a host.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { asciiHost, isPreferredName } from "../../src/protocol/host-name.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as status from "../../src/sspi/security-status.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { messagesOf, recordsOf } from "../support/record-surgery.ts";
import { acquire, functionsOf, SspiSide } from "../support/sspi-session.ts";

const names = suite("engine: names of hosts");
const functions = functionsOf(nodeProvider);

/** Null: it cannot be mapped. */
const MAPPED: readonly (readonly [name: string, ascii: string | null])[] = [
  ["bücher.example", "xn--bcher-kva.example"],
  ["BÜCHER.Example", "xn--bcher-kva.example"],
  ["ｅｘａｍｐｌｅ．com", "example.com"],
  ["a。b.example.com", "a.b.example.com"],
  ["a．b｡example.com", "a.b.example.com"],
  ["straße.example", "xn--strae-oqa.example"],
  ["日本語.example", "xn--wgv71a119e.example"],
  ["ä.example。", "xn--4ca.example"],
  ["ä/b.example", null],
  ["ä@b.example", null],
  ["ä:443", null],
  ["ä%2e.example", null],
  ["ä b.example", null],
  ["１２７.0.0.1", null],
  ["。", null],
  ["\ud800.example", null],
  [`${"ü".repeat(64)}.example`, null],
  [`${"ü.".repeat(200)}example`, null],
];

for (const [name, ascii] of MAPPED) {
  const outcome = ascii === null ? "refused" : `sent as ${ascii}`;
  names(`${JSON.stringify(name).slice(0, 60)} is ${outcome}`, () => {
    const client = new SspiSide(functions, "client", acquire(functions, "client"), {
      targetName: name,
    });
    const [record] = recordsOf(client.step());
    if (ascii === null) {
      assert.is(client.last.status, status.SEC_E_TARGET_UNKNOWN);
      assert.is(client.error?.reason, "TargetNameNotAscii");
      assert.ok((client.error?.message.length ?? 0) < 400);
      return;
    }
    const [message] = messagesOf((record ?? new Uint8Array(0)).subarray(RECORD_HEADER_LENGTH));
    const body = (message ?? new Uint8Array(0)).subarray(HANDSHAKE_HEADER_LENGTH);
    assert.is(decodeClientHello(body).extensions.serverName, ascii);
  });

  names(`sealwire.serverName ${JSON.stringify(name).slice(0, 60)} is ${outcome}`, () => {
    const make = () => acquire(functions, "client", { sealwire: { serverName: name } });
    if (ascii === null) {
      assert.throws(make, /serverName .* is not a DNS name/);
      return;
    }
    const client = new SspiSide(functions, "client", make(), { targetName: "other.example" });
    const [record = new Uint8Array(0)] = recordsOf(client.step());
    const [message = new Uint8Array(0)] = messagesOf(record.subarray(RECORD_HEADER_LENGTH));
    const { serverName } = decodeClientHello(message.subarray(HANDSHAKE_HEADER_LENGTH)).extensions;
    assert.is(serverName, ascii);
  });
}

names("a runtime without URL maps nothing", () => {
  const scope = globalThis as { URL?: unknown };
  const { URL: parser } = scope;
  try {
    scope.URL = undefined;
    assert.is(asciiHost("bücher.example"), null);
    assert.is(asciiHost("www.example.com"), "www.example.com");
  } finally {
    scope.URL = parser;
  }
});

names("a wildcard is mapped with its star", () => {
  assert.is(asciiHost("*.bücher.example"), "*.xn--bcher-kva.example");
  assert.is(asciiHost("*ü.example"), null);
});

for (const [name, good] of [
  ["example.com", true],
  ["1.example.com", true],
  ["a-b.example", true],
  ["xn--bcher-kva.example", true],
  ["localhost", true],
  ["a_b.example", false],
  ["-a.example", false],
  ["a-.example", false],
  ["example.com.", false],
  ["192.0.2.1", false],
  ["a..b", false],
  ["", false],
  [" ", false],
] as const) {
  names(`${JSON.stringify(name)} is ${good ? "" : "not "}in the preferred syntax`, () => {
    assert.is(isPreferredName(name), good);
  });
}

names.run();
