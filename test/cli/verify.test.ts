/**
 * `sealwire verify`: the verdict, its exit status, and the paths as text and as JSON.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ExplainedPath } from "../../src/api/portable.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { sealwire, temporaryFolder } from "./command.ts";

const folder = temporaryFolder();
const [rootKey, leafKey] = [makeKey("p256"), makeKey("p256")];
const file = (name: string, ...ders: readonly Uint8Array[]): string => {
  const path = join(folder, name);
  writeFileSync(path, ders.map((der) => toPem("CERTIFICATE", der)).join(""));
  return path;
};
const ca = file(
  "ca.pem",
  makeCertificate({
    ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
    extensions: authorityExtensions(rootKey, rootKey),
  }),
);
const chain = file(
  "chain.pem",
  makeCertificate({
    ...{ subject: "Leaf", issuer: "Root", key: leafKey, signer: rootKey },
    extensions: serverExtensions(rootKey, "dns:www.example.com"),
  }),
);
const common = ["verify", chain, "--ca", ca, "--time", "2030-06-01T12:00:00Z"];

const verify = suite("cli: verify");

verify("a chain that holds", async () => {
  const { status, stdout } = await sealwire([...common, "--name", "www.example.com"]);
  assert.is(status, 0);
  assert.match(
    stdout,
    /^accepted\npath 1\n {2}leaf {10}CN=Leaf until 2040-01-01\n {2}root {10}CN=Root/,
  );
});

verify("a chain that does not: why, with status 1", async () => {
  const { status, stdout } = await sealwire([...common, "--name", "other.example.com"]);
  assert.is(status, 1);
  assert.match(stdout, /^refused NameMismatch \(SEC_E_WRONG_PRINCIPAL\)\n/);
  assert.match(stdout, "the certificate is for www.example.com, not for other.example.com");
});

verify("as JSON, by the runtime's roots", async () => {
  const { status, stdout } = await sealwire(["verify", chain, "--json"]);
  assert.is(status, 1);
  const verdict = JSON.parse(stdout) as {
    reason: string;
    explain: { paths: readonly ExplainedPath[] };
  };
  assert.is(verdict.reason, "UnknownIssuer");
  assert.is(verdict.explain.paths[0]?.end, "no trusted issuer named CN=Root");
});

verify("wrong usage: status 2; a file that is none: 1", async () => {
  assert.is((await sealwire(["verify"])).status, 2);
  assert.is((await sealwire([...common, "--purpose", "guest"])).status, 2);
  assert.is((await sealwire([...common, "--profile", "loose"])).status, 2);
  assert.is((await sealwire(["verify", chain, "--time", "soon"])).status, 2);
  assert.is((await sealwire(["verify", join(folder, "nothing.pem")])).status, 1);
});

verify.run();
