/**
 * DIGEST-MD5 against Cyrus SASL's sample programs, both roles: every quality of protection and every cipher that it has.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { SEC_E_OK, SEC_I_CONTINUE_NEEDED } from "../../src/sspi/security-status.ts";
import { acquire, open, seal, text, turn } from "../digest/kit.ts";
import { base64, framed, fromBase64, type Lines, program, unframed } from "./lines.ts";

const REALM = "localhost";
const USER = "chris";
const PASSWORD = "secret";
const checks = suite("messages: Cyrus SASL");

/** Bits by which Cyrus chooses: what it is asked for, and what is then spoken. Its 3DES has 112 bits. */
const LAYERS: readonly (readonly [string, number, DigestOptions])[] = [
  ["auth", 0, { qop: ["auth"] }],
  ["auth-int", 1, { qop: ["auth-int"] }],
  ["rc4-40", 40, { qop: ["auth-conf"], ciphers: ["rc4-40"] }],
  ["rc4-56", 56, { qop: ["auth-conf"], ciphers: ["rc4-56"] }],
  ["des", 55, { qop: ["auth-conf"], ciphers: ["des"] }],
  ["rc4", 128, { qop: ["auth-conf"], ciphers: ["rc4"] }],
];

const folder = mkdtempSync(join(tmpdir(), "sealwire-sasl-"));
checks.before(() => {
  const database = join(folder, "sasldb2");
  execFileSync("saslpasswd2", ["-p", "-c", "-f", database, "-u", REALM, USER], { input: PASSWORD });
  writeFileSync(
    join(folder, "sample.conf"),
    [
      "pwcheck_method: auxprop",
      "auxprop_plugin: sasldb",
      `sasldb_path: ${database}`,
      "mech_list: DIGEST-MD5",
      "",
    ].join("\n"),
  );
});
checks.after(() => rmSync(folder, { recursive: true, force: true }));

function cyrus(name: string, bits: number, more: readonly string[]): Lines {
  const least = Math.min(bits, 1);
  const range = bits > 1 ? `min=${bits},max=${bits}` : `min=${least},max=${bits}`;
  return program("stdbuf", ["-oL", name, "-m", "DIGEST-MD5", "-s", "imap", "-b", range, ...more], {
    SASL_CONF_PATH: folder,
  });
}

for (const [name, bits, digest] of LAYERS) {
  checks(`${name}: our client against sasl-sample-server`, async () => {
    const peer = cyrus("sasl-sample-server", bits, ["-d", REALM, "-u", REALM]);
    try {
      const credential = acquire(2, { User: USER, Password: PASSWORD, sealwire: { digest } });
      const end = { credential, targetName: `imap/${REALM}` };
      await peer.until(/^S: /);
      peer.send(`C: ${base64(text("DIGEST-MD5"))}`);
      const challenge = fromBase64((await peer.until(/^S: (.*)$/))[1] ?? "");
      const response = turn("client", end, null, challenge);
      assert.is(response.status, SEC_I_CONTINUE_NEEDED, response.message);
      peer.send(`C: ${base64(response.token)}`);
      const proof = fromBase64((await peer.until(/^S: (.*)$/))[1] ?? "");
      const last = turn("client", end, response.context, proof);
      assert.is(last.status, SEC_E_OK, last.message);
      peer.send("C: ");
      await peer.until(new RegExp(`Username: ${USER}`));
      const sent = fromBase64((await peer.until(/^S: (.*)$/))[1] ?? "");
      assert.equal(opened(last.context, sent, name), text("srv message 1\0"));
      peer.send(`C: ${base64(sealed(last.context, text("client message 1\0"), name))}`);
      await peer.until(/decoded message 'client message 1'/);
    } finally {
      peer.end();
    }
  });

  checks(`${name}: sasl-sample-client against our server`, async () => {
    const peer = cyrus("sasl-sample-client", bits, [
      "-n",
      REALM,
      "-a",
      USER,
      "-u",
      USER,
      "-r",
      REALM,
    ]);
    try {
      const lookup = ({ user }: { readonly user: string }): { password: string } | null =>
        user === USER ? { password: PASSWORD } : null;
      const credential = acquire(1, { Domain: REALM, sealwire: { lookup, digest } });
      const challenge = turn("server", { credential }, null, null);
      peer.send(`S: ${base64(text("DIGEST-MD5"))}`);
      await peer.until(/^C: /);
      peer.send(`S: ${base64(challenge.token)}`);
      peer.send(PASSWORD);
      const response = fromBase64((await peer.until(/^.*C: (.*)$/))[1] ?? "");
      const last = turn("server", { credential }, challenge.context, response);
      assert.is(last.status, SEC_E_OK, last.message);
      peer.send(`S: ${base64(last.token)}`);
      await peer.until(/Negotiation complete/);
      peer.send(`S: ${base64(sealed(last.context, text("srv message 1\0"), name))}`);
      await peer.until(/decoded message 'srv message 1'/);
      const sent = fromBase64((await peer.until(/^.*C: (.*)$/))[1] ?? "");
      assert.equal(opened(last.context, sent, name), text("client message 1\0"));
    } finally {
      peer.end();
    }
  });
}

function sealed(context: ContextHandle | null, data: Uint8Array, layer: string): Uint8Array {
  return layer === "auth" || context === null ? data : framed(seal(context, data));
}

function opened(context: ContextHandle | null, whole: Uint8Array, layer: string): Uint8Array {
  if (layer === "auth" || context === null) return whole;
  const { status, data } = open(context, unframed(whole));
  assert.is(status, SEC_E_OK);
  return data;
}

checks.run();
