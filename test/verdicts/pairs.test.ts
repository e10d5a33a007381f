/**
 * Every pair of faults of a chain, by `verifyChain` and `sealwire verify`: both faults are in the verdict, and nobody who
 * tolerates one of them accepts the chain.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi, type Sspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import { verifyCommand } from "../../src/cli/verify-command.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { FAILURE_REASONS, gravityOf } from "../../src/protocol/failure.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { temporaryFolder } from "../cli/command.ts";
import {
  chainWith,
  FAULTS,
  type FaultRow,
  type FaultyChain,
  PAIRS,
  titleOf,
} from "./fault-chains.ts";

const node = createSspi(nodeProvider);
const portable = createSspi(portableProvider);

function judged(sspi: Sspi, { chain, roots, name, constraints, crls }: FaultyChain): ChainResult {
  return sspi.verifyChain({
    ...{ chain, name, crls, purpose: "server", ocspResponse: null, revocationCheck: "none" },
    trust: new TrustStore(roots, "basic", constraints),
  });
}

/** What is wrong with a verdict on a chain that has these faults, or null. */
function complaint(result: ChainResult, faults: readonly FaultRow[]): string | null {
  const reasons = result.faults.map(({ reason }) => reason);
  const [first] = result.faults;
  if (result.ok || first === undefined) return "accepted";
  if (result.reason !== first.reason) return `${result.reason} is not the first of ${reasons}`;
  const missing = faults.filter(({ reason }) => !reasons.includes(reason));
  if (missing.length > 0) return `${titleOf(missing)} is not among ${reasons}`;
  if (faults.length > 1 && new Set(faults).size > 1) {
    const different = new Set(faults.map(({ reason }) => reason)).size;
    const tolerant = faults.find(({ reason }) => reasons.every((own) => own === reason));
    if (different > 1 && tolerant !== undefined)
      return `accepted by who tolerates ${tolerant.name}`;
    if (different === 1 && reasons.length < 2) return `one fault for two: ${reasons}`;
  }
  const order = result.faults.map(({ reason }) =>
    gravityOf(FAILURE_REASONS.find((known) => known === reason) ?? "InternalError"),
  );
  return order.every((weight, i) => i === 0 || (order[i - 1] ?? 0) <= weight)
    ? null
    : `not the gravest first: ${reasons}`;
}

const pairs = suite("verdicts: pairs of faults");

pairs("there are at least 25 faults, of all kinds", () => {
  assert.ok(FAULTS.length >= 25, `${FAULTS.length}`);
  assert.ok(PAIRS.length >= 500, `${PAIRS.length}`);
  assert.is(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
});

pairs("a chain without a fault is accepted", () => {
  assert.equal(judged(node, chainWith()).faults, []);
  assert.is(judged(portable, chainWith()).ok, true);
});

pairs("one fault is reported, and no other", () => {
  for (const fault of FAULTS) {
    const result = judged(node, chainWith(fault));
    assert.equal(complaint(result, [fault]), null, fault.name);
    assert.equal(
      [...new Set(result.faults.map(({ reason }) => reason))],
      [fault.reason],
      fault.name,
    );
    assert.is(judged(portable, chainWith(fault)).reason, fault.reason, fault.name);
  }
});

pairs("two faults are both reported, and who tolerates one does not accept", () => {
  const wrong = PAIRS.flatMap((pair) => {
    const problem = complaint(judged(node, chainWith(...pair)), pair);
    return problem === null ? [] : [`${titleOf(pair)}: ${problem}`];
  });
  assert.equal(wrong, []);
});

pairs("a path that nobody signed is never called trusted", () => {
  for (const pair of PAIRS) {
    const unsigned = pair.some(({ reason }) =>
      ["BadCertificateSignature", "UnverifiedSignature", "ChainTooCostly"].includes(reason),
    );
    if (!unsigned) continue;
    const { explain } = judged(node, chainWith(...pair));
    assert.not(
      explain.paths.some(({ trusted }) => trusted),
      titleOf(pair),
    );
  }
});

pairs("sealwire verify refuses each pair and prints both faults", async () => {
  const folder = temporaryFolder();
  const file = (name: string, ders: readonly Uint8Array[], label = "CERTIFICATE"): string => {
    const path = join(folder, name);
    writeFileSync(path, ders.map((der) => toPem(label, der)).join(""));
    return path;
  };
  for (const pair of PAIRS) {
    // What the command has no option for.
    if (pair.some(({ ofStore, reason }) => ofStore || reason === "OcspResponseRequired")) continue;
    const { chain, roots, name, crls } = chainWith(...pair);
    const list = crls.length === 0 ? [] : ["--crl", file("crl.pem", crls, "X509 CRL")];
    const parameters = [file("chain.pem", chain), "--ca", file("ca.pem", roots), "--name", name];
    let text = "";
    const out = { write: (chunk: string) => (text += chunk), isTTY: false };
    const status = await verifyCommand.run(
      parseArguments([...parameters, ...list], verifyCommand.options),
      { stdin: process.stdin, stdout: out as never, stderr: out as never, environment: {} },
    );
    assert.is(status, 1, titleOf(pair));
    for (const { reason, name: title } of pair) {
      assert.match(text, `  ${reason}: `, `${titleOf(pair)}: ${title}`);
    }
  }
});

pairs.run();
