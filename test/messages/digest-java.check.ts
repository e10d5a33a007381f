/**
 * DIGEST-MD5 against OpenJDK's SASL, both roles: every cipher, many messages, so that streams and chains run on.
 */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { isFailure, SEC_E_MESSAGE_ALTERED, SEC_E_OK } from "../../src/sspi/security-status.ts";
import { acquire, open, seal, type Turn, turn } from "../digest/kit.ts";
import { ROOT } from "../support/data.ts";
import { numbers, randomBytes } from "../support/random.ts";
import { base64, fromBase64, type Lines, program } from "./lines.ts";

const HOST = "host.example";
const checks = suite("messages: OpenJDK's SASL");
const CIPHERS = ["3des", "rc4", "des", "rc4-56", "rc4-40"] as const;
const USERS: readonly (readonly [string, string])[] = [
  ["chris", "secret"],
  ["J\u00f6rg", "p\u00e4ss"],
  ["\u0418\u0432\u0430\u043d", "\u043f\u0430\u0440\u043e\u043b\u044c"],
];

interface Case {
  readonly digest: DigestOptions;
  readonly qop: string;
  readonly cipher: string;
}
const CASES: readonly (readonly [string, Case])[] = [
  ["auth", { digest: { qop: ["auth"] }, qop: "auth", cipher: "" }],
  ["auth-int", { digest: { qop: ["auth-int"] }, qop: "auth-int", cipher: "" }],
  ...CIPHERS.map((cipher): readonly [string, Case] => [
    cipher,
    { digest: { qop: ["auth-conf"], ciphers: [cipher] }, qop: "auth-conf", cipher },
  ]),
];

function java(
  role: string,
  { qop, cipher }: Case,
  [user, password]: readonly [string, string],
): Lines {
  const source = join(ROOT, "test", "messages", "peers", "DigestPeer.java");
  return program("java", [source, role, qop, cipher, user, password, HOST], { LC_ALL: "C.UTF-8" });
}

async function ask(peer: Lines, kind: string, bytes: Uint8Array): Promise<Uint8Array> {
  peer.send(`${kind} ${base64(bytes)}`);
  const [, word, rest = ""] = await peer.until(/^([=!]) (.*)$/);
  if (word === "!") throw new Error(rest);
  return fromBase64(rest);
}

/** Messages of many lengths both ways, and one that is changed. */
async function exchange(peer: Lines, context: ContextHandle): Promise<void> {
  const next = numbers(2831);
  // Java makes an empty packet of an empty message.
  for (let length = 1; length < 70; length++) {
    const data = randomBytes(next, length < 40 ? length : next(60_000));
    assert.equal(await ask(peer, "U", seal(context, data)), data, `${length}: to Java`);
    const packet = await ask(peer, "W", data);
    const changed = packet.slice();
    changed[0] = (changed[0] ?? 0) ^ 1;
    assert.is(open(context, changed).status, SEC_E_MESSAGE_ALTERED);
    const opened = open(context, packet);
    assert.is(opened.status, SEC_E_OK, `${length}: from Java`);
    assert.equal(opened.data, data);
  }
}

async function ourClient(
  peer: Lines,
  digest: DigestOptions,
  [User, Password]: readonly [string, string],
): Promise<Turn> {
  const end = {
    credential: acquire(2, { User, Password, sealwire: { digest } }),
    targetName: `imap/${HOST}`,
  };
  const challenge = await ask(peer, "T", new Uint8Array(0));
  const response = turn("client", end, null, challenge);
  if (isFailure(response.status)) return response;
  return turn("client", end, response.context, await ask(peer, "T", response.token));
}

async function ourServer(
  peer: Lines,
  digest: DigestOptions,
  [known, password]: readonly [string, string],
): Promise<Turn> {
  const lookup = ({ user }: { readonly user: string }): { password: string } | null =>
    user === known ? { password } : null;
  const credential = acquire(1, { Domain: HOST, sealwire: { lookup, digest } });
  const challenge = turn("server", { credential }, null, null);
  const response = await ask(peer, "T", challenge.token);
  const last = turn("server", { credential }, challenge.context, response);
  if (last.status === SEC_E_OK) await ask(peer, "T", last.token);
  return last;
}

for (const [name, one] of CASES) {
  for (const [role, run] of [
    ["client", ourClient],
    ["server", ourServer],
  ] as const) {
    checks(`${name}: our ${role}`, async () => {
      const user = USERS[0] ?? ["", ""];
      const peer = java(role === "client" ? "server" : "client", one, user);
      try {
        const { status, context, message } = await run(peer, one.digest, user);
        assert.is(status, SEC_E_OK, message);
        if (one.qop !== "auth" && context !== null) await exchange(peer, context);
      } finally {
        peer.end();
      }
    });
  }
}

for (const user of USERS.slice(1)) {
  checks(`the user ${user[0]} at both ends`, async () => {
    const one: Case = { digest: { qop: ["auth-int"] }, qop: "auth-int", cipher: "" };
    for (const [role, run] of [
      ["server", ourClient],
      ["client", ourServer],
    ] as const) {
      const peer = java(role, one, user);
      try {
        const { status, message } = await run(peer, one.digest, user);
        assert.is(status, SEC_E_OK, `Java is the ${role}: ${message}`);
      } finally {
        peer.end();
      }
    }
  });
}

checks("a wrong password is refused by our server and by Java's", async () => {
  const one: Case = { digest: { qop: ["auth"] }, qop: "auth", cipher: "" };
  const client = java("client", one, ["chris", "wrong"]);
  const server = java("server", one, ["chris", "wrong"]);
  try {
    const { reason } = await ourServer(client, one.digest, ["chris", "secret"]);
    assert.is(reason, "WrongPassword");
    const failure = await ourClient(server, one.digest, ["chris", "secret"]).catch(String);
    assert.match(String(failure), /SaslException/);
  } finally {
    client.end();
    server.end();
  }
});

checks.run();
