/**
 * DIGEST-MD5 against GNU SASL, both roles. Its server's command offers auth alone.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import { SEC_E_OK } from "../../src/sspi/security-status.ts";
import { acquire, turn } from "../digest/kit.ts";
import { base64, fromBase64, type Lines, program } from "./lines.ts";

const HOST = "localhost";
const USER = "chris";
const PASSWORD = "secret";
const checks = suite("messages: GNU SASL");

function gsasl(role: "client" | "server", qop: string): Lines {
  const names = ["--service=imap", `--hostname=${HOST}`, `--realm=${HOST}`];
  const account = [
    `--authentication-id=${USER}`,
    `--authorization-id=${USER}`,
    `--password=${PASSWORD}`,
  ];
  const layer = [`--quality-of-protection=${qop}`];
  return program("stdbuf", [
    "-oL",
    "gsasl",
    `--${role}`,
    "--mechanism=DIGEST-MD5",
    ...names,
    ...account,
    ...layer,
  ]);
}

for (const qop of ["auth", "auth-int"] as const) {
  const digest: DigestOptions = { qop: [qop] };
  const name = qop === "auth" ? "qop-auth" : "qop-int";
  if (qop === "auth")
    checks("auth: our client", async () => {
      const peer = gsasl("server", name);
      try {
        const credential = acquire(2, { User: USER, Password: PASSWORD, sealwire: { digest } });
        const end = { credential, targetName: `imap/${HOST}` };
        const challenge = fromBase64((await peer.until(/^([A-Za-z0-9+/=]{20,})$/))[1] ?? "");
        const response = turn("client", end, null, challenge);
        peer.send(base64(response.token));
        const proof = fromBase64((await peer.until(/^([A-Za-z0-9+/=]{20,})$/))[1] ?? "");
        const last = turn("client", end, response.context, proof);
        assert.is(last.status, SEC_E_OK, last.message);
      } finally {
        peer.end();
      }
    });

  checks(`${qop}: our server`, async () => {
    const peer = gsasl("client", name);
    try {
      const lookup = (): { password: string } => ({ password: PASSWORD });
      const credential = acquire(1, { Domain: HOST, sealwire: { lookup, digest } });
      const challenge = turn("server", { credential }, null, null);
      peer.send(base64(challenge.token));
      const response = fromBase64((await peer.until(/^([A-Za-z0-9+/=]{20,})$/))[1] ?? "");
      const last = turn("server", { credential }, challenge.context, response);
      assert.is(last.status, SEC_E_OK, last.message);
      peer.send(base64(last.token));
      await peer.until(/^$|authentication|complete/i);
    } finally {
      peer.end();
    }
  });
}

checks.run();
