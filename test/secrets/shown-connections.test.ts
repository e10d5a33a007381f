/**
 * Whatever a connection leaves in the hands of its program shows no secret of it, however it is printed or copied: the secrets are
 * those of the connection's own key log, and those that it was given. Of every class that an entry exports there is an instance.
 */
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as sspi from "../../src/api/node.ts";
import * as bare from "../../src/api/portable.ts";
import * as small from "../../src/entries/client.ts";
import * as node from "../../src/entries/node.ts";
import * as web from "../../src/entries/streams.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import { careless, memoryPair, OWN, secured, VERSIONS } from "../node/kit.ts";
import { identity } from "../support/identities.ts";
import { acquire, SspiSession, SspiSide, versionOnly } from "../support/sspi-session.ts";
import { linked } from "../web/web-kit.ts";

const shown = suite("secrets: shown by connections");

const PASSPHRASE = "correct horse battery staple";
const TICKET_KEYS = Buffer.from(Array.from({ length: 48 }, (_, i) => (37 * i + 11) % 251));
const PSK = Buffer.from(Array.from({ length: 32 }, (_, i) => (91 * i + 5) % 253));

/** The secret scalar of a private key in PEM. */
function scalarOf(pem: string): Buffer {
  return Buffer.from(createPrivateKey(pem).export({ format: "jwk" }).d ?? "", "base64url");
}

/** A secret in each form in which something could print it, white space aside. */
function forms(secret: Buffer): string[] {
  const part = [...secret.subarray(4, 10)];
  const hex = part.map((byte) => byte.toString(16).padStart(2, "0"));
  return [
    ...[hex.join(""), hex.join("").toUpperCase(), hex.join(":"), part.join(",")],
    ...[part.map((byte, i) => `"${i + 4}":${byte}`).join(), hex.map((two) => `0x${two}`).join()],
    part.map((byte, i) => `['${i + 4}',${byte}]`).join(),
    secret.toString("base64").slice(8, 20),
    secret.toString("base64url").slice(8, 20),
    secret.toString("latin1").slice(4, 10),
  ];
}

const WHOLE = { maxArrayLength: null, maxStringLength: null, breakLength: 200 };
const deep = (value: unknown): string =>
  inspect(value, { ...WHOLE, showHidden: true, depth: Number.POSITIVE_INFINITY });

/** Each way to look at a value, as text; what cannot be done says why. */
const VIEWS: Readonly<Record<string, (value: unknown) => string>> = {
  inspect: (value) => inspect(value, { ...WHOLE, depth: 30 }),
  "inspect with all that is hidden": deep,
  "JSON.stringify": (value) => JSON.stringify(value) ?? "",
  String: (value) => String(value),
  "Object.entries": (value) => deep(Object.entries(value as object)),
  structuredClone: (value) => deep(structuredClone(value)),
  "a copy by spread": (value) => deep({ ...(value as object) }),
};

/** What says that a view is not possible at all: circles, functions, methods. */
const NOT_POSSIBLE = /circular|BigInt|DataCloneError|needs transfer/;

function check(what: string, value: unknown, secrets: readonly Buffer[]): void {
  assert.ok(secrets.length > 0);
  const texts = [PASSPHRASE, ...secrets.flatMap(forms)];
  for (const [view, look] of Object.entries(VIEWS)) {
    let text: string;
    try {
      text = look(value);
    } catch (error) {
      const { name, message } = error as Error;
      text = `${name}: ${message}`;
      assert.match(text, NOT_POSSIBLE, `${view} of ${what}`);
    }
    for (const form of [text, text.replace(/\s+/g, "")]) {
      const found = texts.find((secret) => form.includes(secret));
      assert.is(found, undefined, `${view} of ${what} shows ${found}`);
    }
  }
}

/** The secrets of lines of a key log. */
const logged = (lines: readonly string[]): Buffer[] =>
  lines.map((line) => Buffer.from(line.trim().split(" ")[2] ?? "", "hex"));

/** By class: that it was looked at. */
const seen = new Set<unknown>();

function checkAll(objects: Readonly<Record<string, unknown>>, secrets: readonly Buffer[]): void {
  for (const [what, value] of Object.entries(objects)) {
    seen.add((value as object).constructor);
    check(what, value, secrets);
  }
}

/** The errors of a connection that fails after its secrets are there. */
function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.unreachable("it is refused");
}

shown("the forms are found where they are shown", () => {
  for (const show of [deep, (value: unknown) => JSON.stringify(value), VIEWS["Object.entries"]]) {
    const text = show?.({ secret: PSK, more: [...PSK] }).replace(/\s+/g, "") ?? "";
    assert.ok(forms(PSK).some((form) => text.includes(form)));
  }
  for (const value of [PSK, { text: PSK.toString("base64") }, [...PSK]]) {
    let found = "";
    try {
      check("a secret", value, [PSK]);
    } catch (error) {
      found = (error as Error).message;
    }
    assert.match(found, / of a secret shows /);
  }
});

for (const version of VERSIONS) {
  shown(`sealwire/node, ${version}: sockets, server, contexts, errors`, async () => {
    const lines: string[] = [];
    const context = node.createSecureContext({
      ...OWN,
      ...{ passphrase: PASSPHRASE, ticketKeys: TICKET_KEYS },
    });
    const server = node.createServer({ secureContext: context, ticketKeys: TICKET_KEYS });
    server.addContext("other.example", { ...OWN });
    const { client, server: peer } = memoryPair(
      { minVersion: version, maxVersion: version },
      { secureContext: context },
    );
    for (const end of [client, peer]) {
      end.on("keylog", (line: Buffer) => lines.push(line.toString("latin1")));
    }
    careless(client, peer);
    await secured(client, peer);
    peer.write("data");
    await once(client, "data");
    const secrets = [...logged(lines), TICKET_KEYS, scalarOf(OWN.key)];
    assert.ok(secrets.length >= 4);
    const objects = {
      ...{ client, peer, server, context, events: client.eventNames() },
      error: errorOf(() => client.setServername("late")),
      "a framed exchange": new node.TdsHandshake(),
      "a framed stream": new node.TdsHandshakeStream(memoryPair().near),
    };
    checkAll(objects, secrets);
    const failed = once(client, "error");
    client.destroy(new Error("ended by the test"));
    checkAll({ failure: (await failed)[0] }, secrets);
    checkAll({ client, peer }, secrets);
    peer.destroy();
  });
}

for (const [name, version] of [["TLSv1.2", TLS12] as const, ["TLSv1.3", TLS13] as const]) {
  shown(`the SSPI functions, ${name}: handles, answers, stores, buffers, errors`, () => {
    const lines: string[] = [];
    const keyLog = (line: string): number => lines.push(line);
    const auth = (own: object): object => ({
      ...versionOnly(version),
      sealwire: { keyLog, ...own },
    });
    const clientCredential = acquire(sspi, "client", auth({}));
    const serverCredential = acquire(sspi, "server", auth({}));
    const session = new SspiSession(
      new SspiSide(sspi, "client", clientCredential),
      new SspiSide(sspi, "server", serverCredential),
    );
    session.handshake();
    assert.is(session.client.error?.message, undefined);
    assert.ok(session.client.ready && session.server.ready);
    session.send("server", Buffer.from("data"));
    const { context, last } = session.client;
    const secrets = logged(lines);
    const attributes = Object.entries(attribute).flatMap(([which, number]) => {
      // What a program asks for by these names are secrets.
      if (/KEYING|SESSION_KEY|TICKET_KEYS|EAP_KEY/.test(which) || typeof number !== "number")
        return [];
      return [[which, sspi.queryContextAttributes(session.client.handle, number as 1)] as const];
    });
    const wrong = new SspiSide(sspi, "client", clientCredential, {
      targetName: "wrong.invalid",
    });
    const failed = new SspiSession(wrong, new SspiSide(sspi, "server", serverCredential));
    failed.handshake();
    assert.ok(wrong.failed, JSON.stringify([wrong.last.status, wrong.error]));
    secrets.push(...logged(lines));
    checkAll(
      {
        ...{ clientCredential, serverCredential, context, last, error: wrong.error },
        ...Object.fromEntries(attributes),
        buffer: new sspi.SecBuffer(sspi.SECBUFFER_EMPTY),
        description: new sspi.SecBufferDesc([new sspi.SecBuffer(sspi.SECBUFFER_EMPTY)]),
        identity: identity("p256").chain,
        trust: sspi.trustStoreFromPem(OWN.cert),
      },
      secrets,
    );
    sspi.deleteSecurityContext(session.client.handle);
    sspi.freeCredentialsHandle(clientCredential);
    checkAll({ clientCredential, context }, secrets);
  });
}

for (const [entry, library] of [
  ["sealwire/web", web] as const,
  ["sealwire/client", small] as const,
])
  for (const version of VERSIONS)
    shown(`${entry}, ${version}: sessions, credentials, errors`, async () => {
      const lines: string[] = [];
      const keyLog = (line: string): number => lines.push(line);
      const [left, right] = linked();
      const { cert, key } = OWN;
      const over = new AbortController();
      const { signal } = over;
      const credential = web.acquireCredentials({ role: "server", cert, key, keyLog });
      const server = web.secure(right, { role: "server", credential, signal });
      const client = library.secure(left, {
        ...{ serverName: "localhost", ca: library.trustStoreFromPem(OWN.cert), keyLog, signal },
        versions: [version],
      });
      const [facts, other] = await Promise.all([client.opened, server.opened]);
      const secrets = [...logged(lines), scalarOf(key)];
      assert.ok(secrets.length >= 2);
      const trust = library.trustStoreFromPem(OWN.cert);
      const tds = new library.TdsHandshake();
      checkAll({ client, server, credential, facts, other, trust, tds }, secrets);
      over.abort();
      const [error] = await Promise.all(
        [client.closed, server.closed].map((end) => end.catch((e) => e)),
      );
      checkAll({ error, client, server }, secrets);
    });

shown("an external PSK is shown by no credential, context or error", () => {
  const preSharedKey = { identity: Buffer.from("me"), key: PSK };
  const objects = (["client", "server"] as const).map((role) =>
    acquire(sspi, role, { sealwire: { preSharedKey } }),
  );
  const side = new SspiSide(
    sspi,
    "client",
    acquire(sspi, "client", { sealwire: { preSharedKey } }),
  );
  side.step();
  const refused = errorOf(() =>
    acquire(sspi, "client", {
      sealwire: { preSharedKey: { ...preSharedKey, key: PSK.subarray(0, 12) } },
    }),
  );
  checkAll({ ...objects, context: side.context, last: side.last, refused }, [PSK]);
});

shown("of each exported class an instance was looked at", () => {
  const missing = [bare, sspi, node, web, small].flatMap((entry) =>
    Object.entries(entry).flatMap(([name, value]) => {
      const isClass =
        typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
      return isClass && !seen.has(value) ? [name] : [];
    }),
  );
  assert.equal(missing, []);
});

shown.run();
