/**
 * The command line as a whole: help, exit statuses, and the demo with and without OpenSSL.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { sealwire, temporaryFolder } from "./command.ts";

const main = suite("cli: main");

main("without arguments: the overview on stderr, status 2; with --help on stdout, 0", async () => {
  const nothing = await sealwire([]);
  assert.is(nothing.status, 2);
  assert.is(nothing.stdout, "");
  for (const word of ["--help", "-h", "help"]) {
    const { status, stdout, stderr } = await sealwire([word]);
    assert.is(status, 0);
    assert.is(stderr, "");
    assert.is(stdout, nothing.stderr);
    for (const { usage } of COMMANDS) assert.match(stdout, `sealwire ${usage}`);
  }
});

main("a command that is not there", async () => {
  const { status, stderr } = await sealwire(["conect"]);
  assert.is(status, 2);
  assert.match(stderr, 'there is no command "conect"; there are demo, connect, scan, serve');
});

for (const { name, load } of COMMANDS)
  main(`${name} --help: every option on a line, none over 100 columns`, async () => {
    const { status, stdout, stderr } = await sealwire([name, "--help"]);
    assert.is(status, 0);
    assert.is(stderr, "");
    assert.match(stdout, `usage: sealwire ${name}`);
    const { options } = await load();
    for (const option of options) assert.match(stdout, `\n  --${option.name}`);
    for (const line of stdout.split("\n")) assert.ok(line.length <= 100, line);
  });

main("demo: both versions, both roles, against OpenSSL", async () => {
  const { status, stdout, stderr } = await sealwire(["demo"]);
  assert.is(status, 0, stderr);
  for (const heading of [
    "TLS 1.2, we are the client",
    "TLS 1.2, we are the server",
    "TLS 1.3, we are the client",
    "TLS 1.3, we are the server",
  ])
    assert.match(stdout, heading);
  for (const text of [
    "The peer is OpenSSL",
    "header 13, trailer 16, maximum 16384",
    "header 5, trailer 17, maximum 16384",
    "SECQOP_WRAP_OOB_DATA",
    "openssl s_server got fatal handshake_failure",
    "openssl s_client got fatal handshake_failure",
    "65,536 bytes there and back",
    "8 sessions, 524,288 bytes, every one as it was sent.",
  ])
    assert.match(stdout, text);
  assert.not.match(stdout, "a protected record");
  assert.not.match(stdout, "\u001b");
  assert.is((stdout.match(/resumed +yes/g) ?? []).length, 4);
});

main("demo without openssl: our own peer, and it says so", async () => {
  const bin = join(temporaryFolder(), "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  const { status, stdout } = await sealwire(["demo"], { environment: { PATH: bin } });
  assert.is(status, 0);
  assert.match(stdout, "There is no openssl on this machine");
  assert.match(stdout, "every one as it was sent");
});

main("demo --json: what happened, for machines", async () => {
  for (const options of [["--ours"], ["--tls1.3"]]) {
    const { status, stdout } = await sealwire(["demo", "--json", ...options]);
    assert.is(status, 0);
    const { ok, openssl, sessions } = JSON.parse(stdout);
    assert.is(ok, true);
    assert.is(openssl === null, options[0] === "--ours");
    for (const session of sessions) {
      assert.is(session.echoed, 65_536);
      assert.is(session.alertSeen, "fatal handshake_failure");
      const { header, data, trailer } = session.record;
      const { cbHeader, cbTrailer } = session.facts.streamSizes;
      assert.is(header.length, 2 * cbHeader);
      assert.is(trailer.length, 2 * cbTrailer);
      assert.is(data.length, 2 * session.plaintext.length);
    }
  }
});

main("demo: colours where they are wanted; arguments are too many", async () => {
  const { stdout } = await sealwire(["demo", "--ours", "--tls1.3"], {
    environment: { FORCE_COLOR: "1" },
  });
  assert.match(stdout, "\u001b[36m");
  assert.is((await sealwire(["demo", "now"])).status, 2);
});

main.run();
