/**
 * The hybrid groups where nobody has brought ML-KEM: asked in a process that never had it.
 */
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { SEC_E_ALGORITHM_MISMATCH, SEC_E_OK } from "../../src/sspi/security-status.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import type { Said } from "./without-ml-kem.ts";

/** Where node:crypto has ML-KEM nothing has to be brought. */
const IS_NATIVE = "encapsulate" in crypto;

const without = suite("schannel: without ML-KEM");

without("hybrid groups are refused by name as long as nobody brings ML-KEM", () => {
  const program = fileURLToPath(
    new URL(`./without-ml-kem${extname(import.meta.url)}`, import.meta.url),
  );
  const said = JSON.parse(
    execFileSync(process.execPath, [program], { encoding: "utf8" }),
  ) as readonly Said[];
  assert.is(said.length, PROVIDERS.length * NAMED_GROUPS.length);
  for (const { provider, kind, status, reason, message } of said) {
    if (provider === "node" && IS_NATIVE) continue;
    if (kind !== "hybrid") assert.is(status, SEC_E_OK);
    else {
      assert.is(status, SEC_E_ALGORITHM_MISMATCH);
      assert.is(reason, "PostQuantumNotEnabled");
      assert.match(message, "enablePostQuantum()");
    }
  }
});

without.run();
