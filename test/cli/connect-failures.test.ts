/**
 * `sealwire connect` where it cannot work: peers of other protocols, silence, alerts, files with secrets, encrypted keys.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testAuthority } from "../interop/certificates.ts";
import { freePort } from "../interop/processes.ts";
import { type Outcome, sealwire, temporaryFolder } from "./command.ts";

const connect = suite("cli: connect, failures");
const FOLDER = temporaryFolder();
const client = testAuthority().client("p256");

/** An outcome of exit status 1 with one line on stderr. */
function refused({ status, stdout, stderr }: Outcome): string {
  assert.is(status, 1, stderr);
  assert.is(stdout, "");
  assert.match(stderr, /^sealwire connect: [^\n]+\n$/);
  return stderr;
}

/** What servers of other protocols say, and what is said of them. */
const OTHERS: readonly (readonly [string, string, string])[] = [
  ["HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP without TLS here"],
  ["SSH", "SSH-2.0-OpenSSH_9.2\r\n", "speaks SSH here"],
  ["SMTP", "220 mail.example ESMTP\r\n", "--starttls smtp"],
  ["FTP", "220 (vsFTPd 3.0.3)\r\n", "--starttls ftp"],
  ["IMAP", "* OK ready\r\n", "--starttls imap"],
  ["POP3", "+OK ready\r\n", "--starttls pop3"],
  ["MySQL", "\u004a\0\0\0\n8.0.36\0", "--starttls mysql"],
  ["an escape sequence", "hey\u001b]0;owned\u0007\r\n", "hey?]0;owned?"],
];

for (const [name, greeting, wanted] of OTHERS)
  connect(`a server that speaks ${name} is named, with the place`, async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(greeting);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as { port: number };
    const stderr = refused(await sealwire(["connect", `127.0.0.1:${port}`]));
    assert.match(stderr, wanted);
    assert.match(stderr, `127.0.0.1:${port}`);
    server.close();
  });

connect(
  "a server that says nothing ends it after --timeout, before and in STARTTLS too",
  async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as { port: number };
    const target = `127.0.0.1:${port}`;
    const silent = refused(await sealwire(["connect", target, "--timeout", "1"]));
    assert.match(silent, `connected to ${target}, and it said nothing for 1 s`);
    const starttls = ["connect", target, "--starttls", "smtp", "--timeout", "1"];
    assert.match(refused(await sealwire(starttls)), "smtp did not get to TLS within 1 s");
    const proxied = ["connect", "localhost:1", "--proxy", `http://${target}`, "--timeout", "1"];
    assert.match(refused(await sealwire(proxied)), "did not connect to localhost:1 within 1 s");
    for (const socket of sockets) socket.destroy();
    server.close();
  },
);

connect("an alert of any level before the end is named, with what we offered", async () => {
  for (const level of [1, 2]) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(Uint8Array.of(21, 3, 3, 0, 2, level, 40)));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as { port: number };
    const stderr = refused(await sealwire(["connect", `127.0.0.1:${port}`]));
    assert.match(stderr, "handshake_failure");
    assert.match(stderr, "we offered TLS 1.3 and TLS 1.2 with the suites TLS_AES_256_GCM_SHA384");
    server.close();
  }
});

connect(
  "files with secrets: an existing one that others may read is refused, new ones are 600",
  async () => {
    for (const option of ["--keylog", "--session"]) {
      const file = join(FOLDER, `wide${option}`);
      writeFileSync(file, "", { mode: 0o644 });
      assert.match(refused(await sealwire(["connect", "localhost:1", option, file])), "mode 644");
      const missing = join(FOLDER, "nowhere", "x");
      const stderr = refused(await sealwire(["connect", "localhost:1", option, missing]));
      assert.match(stderr, "nowhere/x cannot be written: its folder does not exist");
    }
  },
);

connect("--json: a failure is one line of JSON, usage too", async () => {
  const failed = await sealwire(["connect", `127.0.0.1:${await freePort()}`, "--json"]);
  assert.is(failed.status, 1);
  const said = JSON.parse(failed.stderr) as Record<string, unknown>;
  assert.is(said["ok"], false);
  assert.is(said["reason"], "ECONNREFUSED");
  const wrong = await sealwire(["connect", "--json"]);
  assert.is(wrong.status, 2);
  assert.is((JSON.parse(wrong.stderr) as Record<string, unknown>)["exitCode"], 2);
});

connect("keys that are encrypted in any manner, with the passphrase from anywhere", async () => {
  const secret = join(FOLDER, "secret.txt");
  writeFileSync(secret, "secret\n");
  const forms: readonly (readonly string[])[] = [
    ["ec", "-aes256", "-in", client.keyFile, "-passout", "pass:secret"],
    ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-in", client.keyFile, "-passout", "pass:secret"],
    ["pkcs8", "-topk8", "-v2", "aes-192-cbc", "-in", client.keyFile, "-passout", "pass:secret"],
  ];
  const sources = ["secret", "pass:secret", "env:SEALWIRE_TEST_SECRET", `file:${secret}`];
  for (const [index, form] of forms.entries()) {
    const key = join(FOLDER, `encrypted${index}.key`);
    execFileSync("openssl", [...form, "-out", key], { stdio: "pipe" });
    const own = ["--cert", client.certificateFile, "--key", key];
    for (const source of index === 0 ? sources : sources.slice(0, 1)) {
      const { status, stderr } = await sealwire(
        ["connect", `127.0.0.1:${await freePort()}`, ...own, "--passphrase", source],
        { environment: { SEALWIRE_TEST_SECRET: "secret" } },
      );
      assert.is(status, 1);
      assert.match(stderr, "nothing listens there", `${form[0]} ${source}`);
    }
    const without = refused(await sealwire(["connect", "localhost:1", ...own]));
    assert.match(without, "give the passphrase with --passphrase");
    assert.match(without, key);
  }
});

connect.run();
