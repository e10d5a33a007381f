/**
 * What prints an object prints no secret of it: `util.inspect`, `JSON.stringify` and error messages, for whatever of the
 * entries holds a private key, a passphrase, a ticket key, a PSK or traffic keys.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as sspi from "../../src/api/node.ts";
import * as node from "../../src/entries/node.ts";
import * as web from "../../src/entries/streams.ts";

const shown = suite("secrets: shown");

const PASSPHRASE = "correct horse battery staple";
const TICKET_KEYS = Buffer.from(Array.from({ length: 48 }, (_, i) => (37 * i + 11) % 251));
const PSK = Buffer.from(Array.from({ length: 32 }, (_, i) => (91 * i + 5) % 253));
const made = sspi.selfSignedCertificate({ names: ["localhost"] });
const cert = made.certificatePem;
const keyObject = createPrivateKey(made.privateKeyPem);
const key = keyObject
  .export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: PASSPHRASE })
  .toString();
const scalar = Buffer.from(keyObject.export({ format: "jwk" }).d ?? "", "base64url");

/** A secret in each form in which something could print it. */
function forms(bytes: Buffer): string[] {
  const part = [...bytes.subarray(4, 10)];
  const hex = part.map((byte) => byte.toString(16).padStart(2, "0"));
  return [
    hex.join(""),
    hex.join(" "),
    part.join(","),
    part.join(", "),
    part.map((byte, i) => `"${i + 4}":${byte}`).join(),
    bytes.toString("base64").slice(8, 24),
    bytes.toString("latin1").slice(4, 10),
  ];
}

const pem = made.privateKeyPem.split("\n")[1]?.slice(0, 40) ?? "";
const SECRETS = [PASSPHRASE, pem, ...forms(scalar), ...forms(TICKET_KEYS), ...forms(PSK)];

function checkText(what: string, text: string): void {
  for (const secret of SECRETS) {
    assert.not.ok(text.replace(/\s+/g, " ").includes(secret), `${what} shows ${secret}`);
  }
}

function check(what: string, value: unknown): void {
  const options = { depth: 30, maxArrayLength: null, maxStringLength: null };
  checkText(`inspect of ${what}`, inspect(value, options));
  let text = "";
  try {
    text = JSON.stringify(value) ?? "";
  } catch (error) {
    // Sockets have circles, as those of node have, and times are big integers.
    assert.match((error as Error).message, /circular|BigInt/);
  }
  checkText(`JSON of ${what}`, text);
}

const context = (): node.SecureContext =>
  node.createSecureContext({ cert, key, passphrase: PASSPHRASE, ticketKeys: TICKET_KEYS });

const OBJECTS: Readonly<Record<string, () => unknown>> = {
  "selfSignedCertificate()": () => made,
  "certContextFromPem()": () => sspi.certContextFromPem(cert, key, PASSPHRASE),
  "certContextFromPem() of sealwire/web": () => web.certContextFromPem(cert, key, PASSPHRASE),
  "createSecureContext()": context,
  "createServer()": () => node.createServer({ secureContext: context(), ticketKeys: TICKET_KEYS }),
  "acquireCredentials()": () =>
    web.acquireCredentials({ role: "server", cert, key: made.privateKey }),
  "acquireCredentialsHandle()": () => {
    const answer = sspi.acquireCredentialsHandle({
      package: sspi.UNISP_NAME,
      credentialUse: sspi.SECPKG_CRED_BOTH,
      authData: {
        dwVersion: 5,
        paCred: [sspi.certContextFromPem(cert, key, PASSPHRASE)],
        sealwire: { preSharedKey: { identity: Buffer.from("me"), key: PSK } },
      },
    });
    assert.is(answer.status, sspi.SEC_E_OK);
    return answer;
  },
};

for (const [what, make] of Object.entries(OBJECTS)) {
  shown(`${what} shows no secret`, () => check(what, make()));
}

const REFUSED: Readonly<Record<string, () => unknown>> = {
  "a wrong passphrase": () => sspi.certContextFromPem(cert, key, `${PASSPHRASE.slice(1)}x`),
  "a key of another certificate": () =>
    sspi.certContextFromPem(
      sspi.selfSignedCertificate({ names: ["other"] }).certificatePem,
      key,
      PASSPHRASE,
    ),
  "a key that is cut off": () =>
    sspi.certContextFromPem(cert, made.privateKeyPem.replace(/.{20}\n-----END/, "\n-----END")),
  "a key for the certificate": () => sspi.certContextFromPem(made.privateKeyPem, cert),
  "ticket keys that are too long": () =>
    node.createSecureContext({ ticketKeys: Buffer.concat([TICKET_KEYS, TICKET_KEYS]) }),
  "a passphrase of a wrong type": () =>
    sspi.certContextFromPem(cert, key, { text: PASSPHRASE } as never),
};

for (const [what, fail] of Object.entries(REFUSED)) {
  shown(`the error for ${what} shows no secret`, () => {
    try {
      fail();
    } catch (error) {
      check(`the error for ${what}`, error);
      checkText(what, String((error as Error).stack));
      return;
    }
    assert.unreachable("it is refused");
  });
}

shown("an open connection shows no secret, on either side", async () => {
  const server = node.createServer({ secureContext: context() });
  const accepted = new Promise<node.SecureSocket>((resolve) =>
    server.once("secureConnection", resolve),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const lines: string[] = [];
  const client = node.connect({ port, ca: cert, host: "127.0.0.1", servername: "localhost" });
  client.on("keylog", (line: Buffer) => lines.push(line.toString()));
  await new Promise((resolve) => client.once("secureConnect", resolve));
  const socket = await accepted;
  const secrets = lines.map((line) => Buffer.from(line.trim().split(" ")[2] ?? "", "hex"));
  assert.ok(secrets.length > 3);
  for (const [what, value] of Object.entries({ client, socket, server })) {
    check(what, value);
    const text = inspect(value, { depth: 30, maxArrayLength: null });
    for (const secret of secrets.flatMap(forms)) assert.not.ok(text.includes(secret), what);
  }
  client.destroy();
  socket.destroy();
  server.close();
});

shown("a loaded key is still what it was: bytes that sign, and JSON that says how many", () => {
  const { privateKey } = sspi.certContextFromPem(cert, key, PASSPHRASE) as unknown as {
    privateKey: Buffer;
  };
  assert.instance(privateKey, Uint8Array);
  const read = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  assert.ok(new X509Certificate(cert).checkPrivateKey(read));
  assert.is(JSON.stringify(privateKey), `"[secret, ${privateKey.length} bytes]"`);
});

shown.run();
