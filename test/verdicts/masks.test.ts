/**
 * What could make one fault stand for another: a budget that ends, a verdict that was kept, a stricter profile, a third fault, a
 * leaf that is trusted itself, keys instead of authorities, and intermediates beyond the number that is looked at.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { ChainResult, Loaders } from "../../src/api/function-types.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  basicConstraints,
  makeCertificate,
  makeKey,
  nameConstraints,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { randomNumbers } from "../pki/chain-generator.ts";
import {
  chainWith,
  FAULTS,
  type FaultRow,
  type FaultyChain,
  HOST,
  PAIRS,
  titleOf,
  together,
} from "./fault-chains.ts";

type Request = Parameters<Loaders["verifyChain"]>[0];
const { verifyChain } = createSspi(nodeProvider);

function judged(
  { chain, roots, name, constraints, crls }: FaultyChain,
  options: Partial<Request> = {},
): ChainResult {
  return verifyChain({
    ...{ chain, name, crls, purpose: "server", ocspResponse: null, revocationCheck: "none" },
    trust: new TrustStore(roots, "basic", constraints),
    ...options,
  });
}

const reasonsOf = ({ faults }: ChainResult): string[] => faults.map(({ reason }) => reason);
const missing = (result: ChainResult, faults: readonly FaultRow[]): FaultRow[] =>
  faults.filter(({ reason }) => !reasonsOf(result).includes(reason));
const fault = (name: string): FaultRow => {
  const found = FAULTS.find((row) => row.name === name);
  if (found === undefined) throw new RangeError(`there is no fault named ${name}`);
  return found;
};
const OTHER_NAME = fault("another name");
const EXPIRED = fault("leaf: expired");

const masks = suite("verdicts: what could hide a fault");

masks("wherever the budget ends, both faults are there, or that it ended", () => {
  for (const pair of PAIRS.filter((both) => both.includes(OTHER_NAME) || both.includes(EXPIRED))) {
    const given = chainWith(...pair);
    for (let budget = 0; budget < 260; budget += 13) {
      const result = judged(given, { budget });
      const reasons = reasonsOf(result);
      assert.is(result.ok, false);
      const whole = missing(result, pair).length === 0;
      assert.ok(
        whole || reasons.includes("ChainTooCostly"),
        `${budget} ${titleOf(pair)}: ${reasons}`,
      );
    }
  }
});

masks("a wrong name stands alone only where the whole path was found", () => {
  const given = chainWith(OTHER_NAME);
  const seen = new Set<string>();
  for (let budget = 0; budget < 400; budget++) {
    const reasons = reasonsOf(judged(given, { budget }));
    const found = judged(chainWith(), { budget }).ok;
    assert.is(reasons.join() === "NameMismatch", found, `${budget}: ${reasons}`);
    seen.add(String(found));
  }
  assert.equal([...seen], ["false", "true"]);
});

masks("names and constraints that end the diagnosis do not hide what a root forbids", () => {
  const [root, sub, key] = [makeKey("p256"), makeKey("p256"), makeKey("p256")];
  const names = Array.from({ length: 200 }, (_, i) => `dns:${i.toString(36)}.example.com`);
  const anchor = makeCertificate({
    ...{ subject: "Root", issuer: "Root", key: root, signer: root },
    extensions: [...authorityExtensions(root, root), nameConstraints(["dns:example.org"], [])],
  });
  const leaf = makeCertificate({
    ...{ subject: "Leaf", issuer: "Sub", key, signer: sub },
    extensions: serverExtensions(sub, ...names),
  });
  const seen = new Set<string>();
  for (let count = 5; count < 400; count += count > 180 && count < 260 ? 1 : 5) {
    const excluded = Array.from({ length: count }, (_, i) => `dns:${i.toString(36)}.example.net`);
    const middle = makeCertificate({
      ...{ subject: "Sub", issuer: "Root", key: sub, signer: root },
      extensions: [...authorityExtensions(sub, root), nameConstraints([], excluded)],
    });
    const result = verifyChain({
      ...{ chain: [leaf, middle], trust: new TrustStore([anchor], "basic") },
      ...{ name: HOST, purpose: "server" },
    });
    const reasons = reasonsOf(result);
    const [first] = reasons;
    assert.ok(
      reasons.includes("NameMismatch") &&
        (reasons.includes("NameNotPermitted") || reasons.includes("ChainTooCostly")),
      `${count} constraints: ${reasons}`,
    );
    seen.add(String(first));
  }
  assert.equal([...seen].sort(), ["ChainTooCostly", "NameNotPermitted"]);
});

masks("a verdict that was kept hides neither the time, nor the name, nor a new list", () => {
  const given = chainWith(OTHER_NAME);
  const trust = new TrustStore(given.roots, "basic");
  const later = new Date(Date.UTC(2041, 0, 1));
  const { crls } = chainWith(fault("leaf: revoked"));
  const rows: readonly (readonly [Partial<Request>, readonly string[]])[] = [
    [{ name: HOST }, []],
    [{}, ["NameMismatch"]],
    [{ name: HOST, time: later }, ["CertificateExpired"]],
    [{ time: later }, ["CertificateExpired", "NameMismatch"]],
    [{ crls }, ["CertificateRevoked", "NameMismatch"]],
    [{ profile: "webpki" }, ["NameMismatch"]],
    [{ maxDepth: 1 }, ["PathTooLong", "NameMismatch"]],
    [{ name: HOST }, []],
  ];
  for (const [options, expected] of rows) {
    const result = judged(given, { trust, ...options });
    const title = `${Object.keys(options)}: ${reasonsOf(result)}`;
    assert.equal([...new Set(reasonsOf(result))], expected, title);
  }
});

masks("a strict profile adds its own faults and hides none of the others", () => {
  for (const profile of ["rfc5280", "webpki"] as const) {
    for (const pair of PAIRS.filter((_, index) => index % 3 === 0)) {
      const result = judged(chainWith(...pair), { profile });
      assert.is(result.ok, false);
      assert.equal(missing(result, pair), [], `${profile}: ${titleOf(pair)}`);
    }
  }
});

masks("three faults are all reported", () => {
  const random = randomNumbers(11);
  let judgedTriples = 0;
  while (judgedTriples < 300) {
    const triple = [0, 1, 2].map(() => FAULTS[Math.floor(random() * FAULTS.length)] ?? EXPIRED);
    if (!together(triple)) continue;
    judgedTriples++;
    const result = judged(chainWith(...triple));
    assert.equal(missing(result, triple), [], `${titleOf(triple)}: ${reasonsOf(result)}`);
    assert.is(result.ok, false);
  }
});

masks("a leaf that is in the trust store itself has to be good all the same", () => {
  const own = FAULTS.filter(
    ({ name, reason }) => name.startsWith("leaf: ") && reason !== "CertificateRevoked",
  );
  for (const row of own) {
    if (["BadCertificateSignature", "UnverifiedSignature"].includes(row.reason)) continue;
    const given = chainWith(row, OTHER_NAME);
    const result = judged({ ...given, roots: given.chain.slice(0, 1) });
    assert.equal(missing(result, [row, OTHER_NAME]), [], `${row.name}: ${reasonsOf(result)}`);
  }
});

masks("a store of keys alone reports the faults of the path to the key", () => {
  const shown = PAIRS.filter((pair) =>
    pair.every(({ name }) => /^(leaf|low|another)/.test(name) && !/revoked/.test(name)),
  );
  assert.ok(shown.length > 50);
  for (const pair of shown) {
    const given = chainWith(...pair);
    const pin = Buffer.from(given.keyIds.middle).toString("base64");
    const result = judged(given, { trust: new TrustStore([], "basic", { pins: [pin] }) });
    assert.equal(missing(result, pair), [], `${titleOf(pair)}: ${reasonsOf(result)}`);
    assert.is(result.ok, false);
  }
});

masks("more intermediates than are looked at are a fault beside the others", () => {
  const given = chainWith(OTHER_NAME, EXPIRED);
  const key = makeKey("p256");
  const filler = makeCertificate({
    ...{
      subject: "Filler",
      issuer: "Filler",
      key,
      signer: key,
      extensions: [basicConstraints(true)],
    },
  });
  const chain = [...given.chain, ...Array.from({ length: 300 }, () => filler)];
  const reasons = reasonsOf(judged({ ...given, chain }));
  assert.equal(reasons, ["ChainTooCostly", "CertificateExpired", "NameMismatch"]);
});

masks.run();
