/**
 * Names: which host a certificate is for, and what name constraints make of it.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { formatIp, ipBytes, matchesHost } from "../../src/pki/path/host-name.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  nameConstraints,
  serverExtensions,
} from "./certificate-maker.ts";

const hosts = suite("pki: host names");

const dns = (pattern: string, host: string): boolean =>
  matchesHost({ dnsNames: [pattern], ipAddresses: [] }, host);

for (const [pattern, host, ok] of [
  ["www.example.com", "www.example.com", true],
  ["www.EXAMPLE.com", "WWW.example.COM", true],
  ["www.example.com", "www.example.com.", true],
  ["www.example.com.", "www.example.com", true],
  ["www.example.com.", "www.example.com.", true],
  ["*.example.com.", "www.example.com", true],
  ["www.example.com..", "www.example.com", false],
  [".", "localhost", false],
  ["example.com", "www.example.com", false],
  ["*.example.com", "www.example.com", true],
  ["*.example.com", "xn--bcher-kva.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", ".example.com", false],
  ["*.example.com", "a.b.example.com", false],
  ["w*.example.com", "www.example.com", false],
  ["*w.example.com", "www.example.com", false],
  ["www.*.com", "www.example.com", false],
  ["*.*.com", "www.example.com", false],
  ["*.*.com", "*.*.com", false],
  ["*.example.com", "*.example.com", false],
  ["*.com", "example.com", false],
  ["*", "localhost", false],
  ["*", "*", false],
  ["localhost", "localhost", true],
  ["under_score.example.com", "under_score.example.com", true],
  ["192.0.2.1", "192.0.2.1", false],
  ["192.0.2.1", "192.0.2.1.", false],
  ["192.0.2.01", "192.0.2.01", false],
  ["0xc0000201", "0xc0000201", false],
  ["*.0.2.1", "192.0.2.1", false],
  ["xn--bcher-kva.example", "bücher.example", true],
  ["XN--BCHER-KVA.example", "BÜCHER.example", true],
  ["bücher.example", "bücher.example", false],
  ["*.example.com", "bücher.example.com", true],
  ["www.example.com", "ｗｗｗ.example.com", true],
  ["a.example.com", "a。example．com｡", true],
  ["*.example.com", "a。b.example.com", false],
  ["*.example.com", "a｡b.example.com", false],
  ["*.example.com", "ä/b.example.com", false],
  ["*.example.com", "ä@b.example.com", false],
  ["example.com", "exam\u00adple.com", true],
  ["127.0.0.1", "１２７.0.0.1", false],
  ["*.example.com", "\ud800.example.com", false],
  ["*.example.com", `${"ü".repeat(64)}.example.com`, false],
  ["", "", false],
] as const) {
  hosts(`${pattern || "nothing"} is ${ok ? "" : "not "}for ${host || "nothing"}`, () => {
    assert.is(dns(pattern, host), ok);
  });
}

hosts("addresses are matched by iPAddress alone", () => {
  const only = (address: string) => ({
    dnsNames: [address],
    ipAddresses: [ipBytes(address) ?? new Uint8Array(0)],
  });
  assert.ok(matchesHost(only("192.0.2.1"), "192.0.2.1"));
  assert.not(matchesHost(only("192.0.2.1"), "192.0.2.2"));
  assert.ok(matchesHost(only("2001:db8::1"), "[2001:DB8:0::1]"));
  assert.not(matchesHost(only("::ffff:192.0.2.1"), "192.0.2.1"));
});

for (const text of [
  "1.2.3",
  "1.2.3.4.5",
  "256.0.0.1",
  "01.2.3.4",
  "1:2:3:4:5:6:7",
  ":::",
  "1::2::3",
  "12345::",
  "::1.2.3.256",
  "1.2.3.4::",
  "fe80::1%eth0",
  "g::",
]) {
  hosts(`${text} is no address`, () => assert.is(ipBytes(text), null));
}

for (const [text, canonical] of [
  ["192.0.2.1", "192.0.2.1"],
  ["::", "::"],
  ["0:0:0:0:0:0:0:1", "::1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
] as const) {
  hosts(`${text} is written ${canonical} (RFC 5952)`, () => {
    assert.is(formatIp(ipBytes(text) ?? new Uint8Array(0)), canonical);
  });
}

hosts.run();

const constraints = suite("pki: name constraints");
const { verifyChain } = createSspi(nodeProvider);
const [rootKey, leafKey] = [makeKey("p256"), makeKey("p256")];

/** Is a leaf of these names good under a root with these constraints? */
function within(
  permitted: readonly string[],
  excluded: readonly string[],
  names: readonly string[],
  subject: string | null = null,
): boolean {
  const root = makeCertificate({
    ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
    extensions: [...authorityExtensions(rootKey, rootKey), nameConstraints(permitted, excluded)],
  });
  const leaf = makeCertificate({
    ...{ subject, issuer: "Root", key: leafKey, signer: rootKey },
    extensions: serverExtensions(rootKey, ...names),
  });
  return verifyChain({
    chain: [leaf],
    trust: new TrustStore([root]),
    purpose: "server",
    time: NOON,
  }).ok;
}

for (const [permitted, excluded, name, ok] of [
  ["dns:example.com", "", "dns:example.com", true],
  ["dns:example.com", "", "dns:a.b.EXAMPLE.com", true],
  ["dns:example.com", "", "dns:notexample.com", false],
  ["dns:example.com", "", "dns:*.example.com", true],
  ["dns:a.example.com", "", "dns:*.example.com", false],
  ["dns:", "", "dns:anything.org", true],
  ["", "dns:", "dns:anything.org", false],
  ["", "dns:example.com", "dns:example.org", true],
  ["", "dns:example.com", "dns:www.example.com", false],
  ["", "dns:a.example.com", "dns:*.example.com", false],
  ["", "dns:b.a.example.com", "dns:*.example.com", true],
  ["dns:example.com", "", "dns:.example.com", false],
  ["dns:example.com", "", "dns:w*.example.com", false],
  ["dns:.example.com", "", "dns:www.example.com", true],
  ["dns:*.example.com", "", "dns:www.example.com", false],
  ["dns:.example.com", "", "dns:example.com", false],
  ["dns:.example.com", "", "dns:a.b.EXAMPLE.com", true],
  ["dns:.EXAMPLE.com", "", "dns:a.example.com", true],
  ["dns:.example.com", "", "dns:notexample.com", false],
  ["dns:.example.com", "", "dns:*.example.com", true],
  ["dns:.example.com", "", "dns:*.a.example.com", true],
  ["dns:.example.com", "", "dns:*.com", false],
  ["dns:.a.example.com", "", "dns:*.example.com", false],
  ["dns:.com", "", "dns:example.com", true],
  ["dns:.", "", "dns:example.com", false],
  ["dns:..example.com", "", "dns:a.example.com", false],
  ["", "dns:.example.com", "dns:www.example.com", false],
  ["", "dns:.example.com", "dns:example.com", true],
  ["", "dns:.example.com", "dns:*.example.com", false],
  ["", "dns:.a.example.com", "dns:*.example.com", true],
  ["", "dns:.", "dns:example.com", false],
  ["dns:example.com", "", "dns:www.example.com.", false],
  ["", "dns:example.com", "dns:www.example.com.", false],
  ["dns:example.com", "", "ip:192.0.2.1", true],
  ["ip:192.0.2.0/255.255.255.0", "", "ip:192.0.2.77", true],
  ["ip:192.0.2.0/255.255.255.0", "", "ip:192.0.3.77", false],
  ["", "ip:192.0.2.0/255.255.255.0", "ip:192.0.2.77", false],
  ["ip:192.0.2.0/255.255.255.0", "", "ip:2001:db8::1", false],
  ["ip:2001:db8::/ffff:ffff::", "", "ip:192.0.2.1", false],
  ["", "ip:192.0.2.0/255.255.255.0", "ip:2001:db8::1", true],
  ["ip:2001:db8::/ffff:ffff::", "", "ip:2001:db8::1", true],
  ["ip:192.0.2.0/255.0.255.0", "", "ip:192.0.2.1", false],
  ["ip:192.0.2.0", "", "ip:192.0.2.0", false],
  ["email:example.com", "", "email:me@example.com", true],
  ["email:example.com", "", "email:me@sub.example.com", false],
  ["email:.example.com", "", "email:me@sub.example.com", true],
  ["email:.", "", "email:me@example.com", false],
  ["", "email:", "email:me@example.com", false],
  ["", "uri:", "uri:https://www.example.com/", false],
  ["email:.example.com", "", "email:me@example.com", false],
  ["uri:.example.com", "", "uri:https://example.com/", false],
  ["email:me@example.com", "", "email:me@EXAMPLE.com", true],
  ["email:me@example.com", "", "email:ME@example.com", false],
  ["email:a@b@example.com", "", "dns:example.com", false],
  ["email:example.com", "", "email:nonsense", false],
  ["uri:.example.com", "", "uri:https://me@www.example.com:8080/path", true],
  ["uri:example.com", "", "uri:https://www.example.com/", false],
  ["uri:example.com", "", "uri:https://192.0.2.1/", false],
  ["uri:example.com", "", "uri:mailto", false],
  ["cn:Example", "", "cn:example", true],
  ["cn:Example", "", "cn:Other", false],
] as const) {
  const words = [permitted && `permitted ${permitted}`, excluded && `excluded ${excluded}`];
  constraints(`${words.filter(Boolean).join(", ")}: ${name} is ${ok ? "" : "not "}good`, () => {
    const list = (text: string): string[] => (text === "" ? [] : [text]);
    assert.is(within(list(permitted), list(excluded), [name]), ok);
  });
}

constraints("every name must be good, and the subject counts as a directory name", () => {
  assert.is(within(["dns:example.com"], [], ["dns:example.com", "dns:example.org"]), false);
  assert.is(
    within(["dns:example.com", "dns:example.org"], [], ["dns:example.com", "dns:example.org"]),
    true,
  );
  assert.is(within(["cn:Example"], [], ["dns:example.com"], "Other"), false);
  assert.is(within(["cn:Example"], [], ["dns:example.com"], "Example"), true);
  assert.is(within([], ["cn:Example"], ["dns:example.com"], "EXAMPLE"), false);
});

constraints.run();
