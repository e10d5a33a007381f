/**
 * The chain that is sent: `ca` completes it, as OpenSSL does, and its anchor stays at home.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SecureSocketOptions } from "../../src/entries/node.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { memoryPair, secured } from "./kit.ts";

const tests = suite("node: the chain that is sent");

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

const keys = [0, 1, 2, 3].map(() => makeKey("p256"));
const [rootKey, highKey, lowKey, leafKey] = keys as [
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
];
const made = (
  subject: string,
  issuer: string,
  key: typeof rootKey,
  signer: typeof rootKey,
): string =>
  pem(
    makeCertificate({
      ...{ subject, issuer, key, signer },
      notBefore: Date.now() - 86_400_000,
      notAfter: Date.now() + 86_400_000,
      extensions:
        subject === "leaf"
          ? serverExtensions(signer, "dns:localhost")
          : authorityExtensions(key, signer),
    }),
  );
const root = made("root", "root", rootKey, rootKey);
const high = made("high", "root", highKey, rootKey);
const low = made("low", "high", lowKey, highKey);
const leaf = made("leaf", "low", leafKey, lowKey);
const key = leafKey.secret.export({ format: "pem", type: "pkcs8" }) as string;

const CASES: readonly (readonly [string, SecureSocketOptions, number])[] = [
  ["each intermediate of `ca` is sent", { cert: leaf, ca: [low, high] }, 3],
  ["the order of `ca` does not matter", { cert: leaf, ca: [high, root, low] }, 3],
  ["what `cert` holds is not sent twice", { cert: leaf + low, ca: [high, low] }, 3],
  ["one text of several certificates is as good", { cert: leaf, ca: root + high + low }, 3],
  ["bytes are as good as text", { cert: leaf, ca: Buffer.from(low + high) }, 3],
];

for (const isClient of [false, true]) {
  for (const [title, options, length] of CASES) {
    tests(`${title}, by a ${isClient ? "client" : "server"}`, async () => {
      const peer = { cert: leaf + low + high, key };
      const { client, server } = memoryPair(
        {
          ca: root,
          servername: "localhost",
          ...(isClient ? { ...options, ca: [root].concat(options.ca as never), key } : {}),
        },
        {
          ...(isClient
            ? { ...peer, requestCert: true, ca: root, rejectUnauthorized: false }
            : { ...options, key }),
        },
      );
      await secured(client, server);
      let seen = 1;
      let one = (isClient ? server : client).getPeerCertificate(true);
      while (one.issuerCertificate !== undefined && one.issuerCertificate !== one) {
        one = one.issuerCertificate;
        seen++;
      }
      // The receiver adds the anchor, which it has.
      assert.is(seen, length + 1);
      client.destroy();
      server.destroy();
    });
  }
}

tests.run();
