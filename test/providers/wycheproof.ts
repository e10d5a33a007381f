/**
 * Wycheproof files as lists of cases, and the verdict that TLS wants of each: what Wycheproof leaves open
 * ("acceptable") is decided by its flags.
 */
import * as assert from "uvu/assert";
import { fixture } from "../support/data.ts";

/** Members that all kinds of cases have; bytes are in hex. */
export interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: "valid" | "invalid" | "acceptable";
}

interface File<Group, Test> {
  readonly testGroups: readonly (Group & { readonly tests: readonly (Test & Case)[] })[];
}

/** Flags of acceptable cases that TLS must refuse (RFC 8446 §7.4.2, §4.2.8.2; RFC 8017 §9.2). */
const REFUSED_FLAGS: readonly string[] = ["ZeroSharedSecret", "CompressedPoint", "MissingNull"];

/** True if the operation of the case must succeed with the output given there. */
export function mustSucceed(test: Case): boolean {
  if (test.result !== "acceptable") return test.result === "valid";
  return !test.flags.some((flag) => REFUSED_FLAGS.includes(flag));
}

/** How many cases of a file were looked at, and how many are of parameters that TLS does not have. */
export interface Count {
  checked: number;
  skipped: number;
}

/** The same, pinned per file; with `every`, of each so many cases only the first is looked at. */
export type Pinned = readonly [checked: number, skipped: number, every?: number];

/**
 * Runs `check` for every case of a file (name without "_test.json") and compares the counts.
 * @param check the outcome (true: succeeded with the right output), or null if the parameters are not of TLS
 */
export function checkFile<Group, Test>(
  name: string,
  [checked, skipped, every = 1]: Pinned,
  check: (group: Group, test: Test & Case) => boolean | null,
): void {
  const file = fixture<File<Group, Test>>(`wycheproof/${name}_test.json.gz`);
  const count: Count = { checked: 0, skipped: 0 };
  const wrong: string[] = [];
  let seen = 0;
  for (const group of file.testGroups)
    for (const test of group.tests) {
      if (seen++ % every !== 0) continue;
      const outcome = check(group, test);
      if (outcome === null) count.skipped++;
      else count.checked++;
      if (outcome !== null && outcome !== mustSucceed(test))
        wrong.push(`${test.tcId} ${test.result} [${test.flags.join(" ")}] ${test.comment}`);
    }
  assert.equal(wrong, []);
  assert.equal(count, { checked, skipped });
}

/** Our name of "SHA-256", or null for hashes that TLS does not use. */
export function hashName(name: string): "sha1" | "sha256" | "sha384" | "sha512" | null {
  const found = name.replace("-", "").toLowerCase();
  return found === "sha1" || found === "sha256" || found === "sha384" || found === "sha512"
    ? found
    : null;
}
