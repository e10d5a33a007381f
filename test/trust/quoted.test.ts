/**
 * No message repeats more than 200 bytes of what a peer or a file says: words of 10,000 bytes are put wherever they fit, and
 * counted in whatever is said of them.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as node from "../../src/api/node.ts";
import { latin1, MAX_QUOTED } from "../../src/bytes/text.ts";
import {
  authorityExtensions,
  certificatePolicies,
  extension,
  makeCertificate,
  makeKey,
  NOON,
  nameConstraints,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { CONVERSATIONS } from "../starttls/scripts.ts";

const quoted = suite("messages that quote");

/** Two letters that stand nowhere in our own words. */
const MARK = "qz";
const WORD = MARK.repeat(5000);
const HOST = "www.example.com";

function checkQuotes(text: string, where: string): void {
  const marks = text.split(MARK).length - 1;
  assert.ok(marks * MARK.length <= MAX_QUOTED, `${where}: ${marks * MARK.length} bytes: ${text}`);
}

const [rootKey, otherKey] = [makeKey("p256"), makeKey("p256")];
const root = makeCertificate({
  ...{ subject: `Root ${WORD}`, issuer: `Root ${WORD}`, key: rootKey, signer: rootKey },
  extensions: authorityExtensions(rootKey, rootKey),
});
const LONG_OID = `1.2.${"3.".repeat(2000)}4`;
const leaf = (
  issuer: string,
  signer: typeof rootKey,
  ...extensions: readonly Uint8Array[]
): Uint8Array =>
  makeCertificate({ ...{ subject: WORD, issuer, key: otherKey, signer }, extensions });
const names = (...all: readonly string[]): Uint8Array[] => serverExtensions(rootKey, ...all);
const sub = (...more: readonly Uint8Array[]): Uint8Array =>
  makeCertificate({
    ...{ subject: `Sub ${WORD}`, issuer: `Root ${WORD}`, key: otherKey, signer: rootKey },
    extensions: [...authorityExtensions(otherKey, rootKey), ...more],
  });
const ROOT_NAME = `Root ${WORD}`;

const CHAINS: Readonly<Record<string, readonly Uint8Array[]>> = {
  "a wrong DNS name": [leaf(ROOT_NAME, rootKey, ...names(`dns:${WORD}.example`))],
  "many wrong DNS names": [
    leaf(ROOT_NAME, rootKey, ...names(...Array.from({ length: 99 }, (_, i) => `dns:${MARK}${i}`))),
  ],
  "an unknown issuer": [leaf(WORD, otherKey, ...names(`dns:${HOST}`))],
  "a forged signature": [leaf(ROOT_NAME, otherKey, ...names(`dns:${HOST}`))],
  "an issuer that is not an authority": [
    leaf(WORD, otherKey, ...names(`dns:${HOST}`)),
    leaf(ROOT_NAME, rootKey, ...names(`dns:${WORD}`)),
  ],
  "a name constraint": [
    leaf(`Sub ${WORD}`, otherKey, ...names(`dns:${HOST}`, `dns:${WORD}.org`)),
    sub(nameConstraints([`dns:${WORD}.net`], [`dns:${WORD}.org`])),
  ],
  "an e-mail constraint": [
    leaf(`Sub ${WORD}`, otherKey, ...names(`dns:${HOST}`, `email:${WORD}@example.org`)),
    sub(nameConstraints([], ["email:example.org"])),
  ],
  "unknown critical extensions": [
    leaf(
      ROOT_NAME,
      rootKey,
      ...names(`dns:${HOST}`),
      ...Array.from({ length: 50 }, (_, i) => extension(`1.2.3.${i}`, true, new Uint8Array(2))),
    ),
  ],
  policies: [leaf(ROOT_NAME, rootKey, ...names(`dns:${HOST}`), certificatePolicies(LONG_OID))],
};

const trust = new node.TrustStore([root]);
for (const profile of ["basic", "rfc5280", "webpki"] as const)
  for (const [what, chain] of Object.entries(CHAINS))
    quoted(`${profile}: ${what}: each message has at most 200 bytes of the certificates`, () => {
      const verdict = node.verifyChain({
        ...{ chain, trust, profile, name: HOST, purpose: "server", time: NOON },
      });
      checkQuotes(verdict.message ?? "", "message");
      const faults = "faults" in verdict ? (verdict.faults ?? []) : [];
      for (const { reason, message } of faults) checkQuotes(message, reason);
      if (what !== "policies") assert.is(verdict.ok, false);
    });

/** Lines that servers could say, with a long word in them. */
const LINES = [
  "220 W\r\n",
  "500 W\r\n",
  "220-W\r\n500 W\r\n",
  "* BYE W\r\n",
  "-ERR W\r\n",
  "W\r\n",
];
for (const { name, create } of CONVERSATIONS)
  for (const line of [...LINES, "<failure W/>", "<stream:stream W>"])
    quoted(`STARTTLS of ${name}: ${JSON.stringify(line)} is quoted with at most 200 bytes`, () => {
      const dialogue = create();
      let step = dialogue.start();
      if (step.state === "more") step = dialogue.receive(latin1(line.replaceAll("W", WORD)));
      checkQuotes(JSON.stringify(step), "step");
    });

const FILES: readonly string[] = [
  `-----BEGIN ${MARK.toUpperCase().repeat(30)}-----\nAAAA\n`,
  `-----BEGIN CERTIFICATE-----\n${WORD}!\n-----END CERTIFICATE-----\n`,
  `-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${WORD},00\n\nAAAA\n-----END EC PRIVATE KEY-----\n`,
  WORD,
  `./${MARK.repeat(400)}`,
];
for (const file of FILES)
  quoted(`a file that begins with ${JSON.stringify(file.slice(0, 40))} is quoted shortly`, () => {
    for (const read of [
      () => node.trustStoreFromPem(file),
      () => node.certContextFromPem(file, file),
      () => node.certContextFromPem(file, file, WORD),
    ]) {
      let message = "";
      try {
        read();
      } catch (error) {
        ({ message } = error as Error);
      }
      assert.ok(message.length > 10, "it is refused");
      checkQuotes(message, "error");
    }
  });

quoted.run();
