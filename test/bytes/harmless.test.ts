/**
 * What peers and files say reaches messages harmless and short: the function, and every way into a message.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromLatin1, harmless, harmlessList, latin1, utf8Length } from "../../src/bytes/text.ts";
import { acceptAlpn } from "../../src/handshake/client/server-extensions.ts";
import type { HandshakeContext } from "../../src/handshake/handshake-context.ts";
import { pskNameText } from "../../src/handshake/pre-shared-key.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { encodeClientHello } from "../../src/wire/client-hello.ts";
import type { ExtensionValues } from "../../src/wire/extensions/registry.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { CONVERSATIONS } from "../starttls/scripts.ts";
import { acquire, functionsOf, SspiSide } from "../support/sspi-session.ts";

const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** A sequence that a terminal obeys, a new line of a log, C1's CSI, and a character that stands in no message of ours. */
const EVIL = "\u001b]0;¤\u0007\r\n\u009b2J";
const MARK = "¤";
/** Longest message: ours, and what it may quote. */
const MAX_MESSAGE = 700;

function assertHarmless(message: string | undefined, what: string): void {
  assert.type(message, "string", `${what}: there is a message`);
  const text = message ?? "";
  assert.not(HARMFUL.test(text), `${what}: ${JSON.stringify(text.slice(0, 300))}`);
  assert.ok(text.length <= MAX_MESSAGE, `${what}: ${text.length} characters`);
  assert.ok(text.split(MARK).length - 1 <= 200, `${what}: bytes of the peer`);
}

const tests = suite("messages: what a peer says");

tests("control and format characters are replaced, all others stay", () => {
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    const shown = harmless(character);
    assert.is(shown, HARMFUL.test(character) ? "?" : character, `U+${code.toString(16)}`);
  }
  assert.is(harmless("Müller 東京 😀 e\u0301"), "Müller 東京 😀 e\u0301");
  assert.is(harmless("a\u202eb\u2028c\u{e0041}d"), "a?b?c?d");
});

tests("at most 200 bytes of UTF-8 stay, and no half of a character", () => {
  for (const character of ["a", "é", "東", "😀", "\ud83d"]) {
    const shown = harmless(character.repeat(5000));
    assert.is(shown.at(-1), "…");
    const kept = shown.slice(0, -1);
    assert.ok(utf8Length(kept) <= 200 && Buffer.byteLength(kept) > 65, character);
    assert.not(HARMFUL.test(kept), character);
  }
  assert.is(harmless("a".repeat(200)), "a".repeat(200));
  assert.is(harmless("abc", 2), "ab…");
});

tests("a list has 200 bytes together, and says how many items are left out", () => {
  assert.is(harmlessList(["a", "b\u001b"]), "a, b?");
  assert.is(harmlessList(["abc", "d", "e"], 4), "abc and 2 more");
  const long = harmlessList(Array.from({ length: 9000 }, () => EVIL));
  assertHarmless(long, "list");
  assert.match(long, / and 89\d\d more$/);
});

const functions = functionsOf(nodeProvider);
const numbers = (length: number): number[] => Array.from({ length }, (_, i) => 0x5000 + i);
const BASE: ExtensionValues = { supportedVersions: [0x0304], alpn: ["h2"] };

/** What a server says about a ClientHello. */
function refusal(extensions: ExtensionValues, cipherSuites: readonly number[]): string | undefined {
  const hello = encodeClientHello({
    ...{ legacyVersion: 0x0303, random: new Uint8Array(32), sessionId: new Uint8Array(0) },
    ...{ cipherSuites, compressionMethods: new Uint8Array(1), extensions },
  });
  const server = new SspiSide(functions, "server", acquire(functions, "server"), { alpn: ["h2"] });
  server.receive(concat(Uint8Array.of(22, 3, 1, hello.length >> 8, hello.length & 0xff), hello));
  server.step();
  assert.ok(server.failed);
  return server.error?.message;
}

const TLS12_HELLO: ExtensionValues = { renegotiationInfo: new Uint8Array(0) };
const ALPN = Array.from({ length: 40 }, () => EVIL.repeat(20));
const HELLOS: readonly (readonly [string, ExtensionValues, readonly number[]])[] = [
  ["ALPN, TLS 1.2", { ...TLS12_HELLO, alpn: ALPN }, [0xc02b]],
  ["cipher suites, TLS 1.2", TLS12_HELLO, numbers(8000)],
  ["cipher suites, TLS 1.3", { ...BASE, keyShare: [], supportedGroups: [29] }, numbers(7000)],
  ["versions", { supportedVersions: numbers(100) }, [0x1301]],
];

for (const [what, extensions, cipherSuites] of HELLOS)
  tests(`a server's message about ${what}`, () =>
    assertHarmless(refusal(extensions, cipherSuites), what),
  );

tests("a client's message about the server's ALPN name", () => {
  const context = { config: { alpnProtocols: ["h2"] }, facts: {} } as unknown as HandshakeContext;
  let message: string | undefined;
  try {
    acceptAlpn(context, [EVIL.repeat(20)]);
  } catch (error) {
    message = (error as Error).message;
  }
  assertHarmless(message, "ALPN");
});

tests("identities and hints of keys from outside TLS", () => {
  assertHarmless(pskNameText(latin1(EVIL.repeat(4000))), "identity");
  assertHarmless(pskNameText(latin1(MARK.repeat(4000))), "identity");
});

const { verifyChain } = createSspi(nodeProvider);
const [rootKey, otherKey, leafKey] = [makeKey("p256"), makeKey("p256"), makeKey("p256")];
const name = (letter: string): string => letter + EVIL.repeat(300);
const CHAINS: readonly (readonly [string, boolean, string])[] = [
  ["another name", true, "www.example.org"],
  ["no trusted root", false, "www.example.com"],
];

for (const [what, trusted, wanted] of CHAINS)
  tests(`a verdict on a chain with such names: ${what}`, () => {
    const roots = [
      makeCertificate({
        ...{ subject: name("r"), issuer: name("r"), key: rootKey, signer: rootKey },
        extensions: authorityExtensions(rootKey, rootKey),
      }),
    ];
    const middle = makeCertificate({
      ...{ subject: name("m"), issuer: name("r"), key: otherKey, signer: rootKey },
      extensions: authorityExtensions(otherKey, rootKey),
    });
    const names = Array.from({ length: 60 }, (_, i) => `dns:${"x".repeat(50)}${i}.example`);
    const leaf = makeCertificate({
      ...{ subject: name("l"), issuer: name("m"), key: leafKey, signer: otherKey },
      extensions: serverExtensions(otherKey, "dns:www.example.com", ...names),
    });
    const other = makeCertificate({
      ...{ subject: "Other", issuer: "Other", key: leafKey, signer: leafKey },
      extensions: authorityExtensions(leafKey, leafKey),
    });
    const verdict = verifyChain({
      ...{ chain: [leaf, middle], trust: new TrustStore(trusted ? roots : [other]), name: wanted },
      ...{ purpose: "server", time: NOON },
    });
    assert.not(verdict.ok);
    assertHarmless(verdict.message, what);
    assertHarmless(verdict.explain?.text, what);
  });

for (const { name: protocol, create, turns } of CONVERSATIONS) {
  tests(`STARTTLS of ${protocol}: no answer reaches a message as it is`, () => {
    let messages = 0;
    for (let bad = 0; bad < turns.length; bad++) {
      const { answer } = turns[bad] ?? { answer: new Uint8Array(0) };
      const text = fromLatin1(answer);
      for (const said of [EVIL.repeat(500), `${text.slice(0, 3)} ${EVIL.repeat(500)}`]) {
        const dialogue = create();
        let step = dialogue.start();
        for (const turn of turns.slice(0, bad)) step = dialogue.receive(turn.answer);
        step = dialogue.receive(concat(latin1(said.replaceAll("\n", "")), latin1("\r\n")));
        if (step.state !== "failed") continue;
        messages += 1;
        assertHarmless(step.message, `${protocol}, answer ${bad}`);
      }
    }
    assert.ok(messages > 0);
  });
}

tests.run();
