/**
 * What certificates of strangers cost before anybody vouches for them: names, alternatives, constraints, policies, chains of
 * any order, revocation lists.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { parserOver } from "../../src/api/loaders.ts";
import { chainVerification } from "../../src/api/verify-chain.ts";
import { concatAll } from "../../src/bytes/byte-arrays.ts";
import { DerTag, derElement, derObjectIdentifier } from "../../src/bytes/der.ts";
import { utf8 } from "../../src/bytes/text.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  certificatePolicies,
  commonName,
  extension,
  makeCertificate,
  makeKey,
  NOON,
  nameConstraints,
  serverExtensions,
  signed,
} from "../pki/certificate-maker.ts";
import {
  generalizedTime,
  HOUR,
  middleKey as issuerKey,
  middle,
  NOW,
  root,
  server,
} from "../revocation/evidence-maker.ts";
import { bounded, constant, linear } from "./growth.ts";

const tests = suite("cost: certificates");
const { verifyChain } = createSspi(nodeProvider);
const HOST = "www.example.com";
const [rootKey, leafKey] = [makeKey("p256"), makeKey("p256")];
const anchor = makeCertificate({
  ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
  extensions: authorityExtensions(rootKey, rootKey),
});
const trust = new TrustStore([anchor]);
let serials = 0;

/** A new certificate each time, so that no cache knows it. */
const leaf = (
  subject: string,
  names: readonly string[],
  ...more: readonly Uint8Array[]
): Uint8Array =>
  makeCertificate({
    ...{ subject, issuer: "Root", key: leafKey, signer: rootKey },
    serial: Uint8Array.of(1, (++serials >> 16) & 0xff, (serials >> 8) & 0xff, serials & 0xff),
    extensions: [...serverExtensions(rootKey, ...names), ...more],
  });

function judge(
  chain: readonly Uint8Array[],
  name: string = HOST,
  store: TrustStore = trust,
  verify: typeof verifyChain = verifyChain,
): unknown {
  return verify({ chain, trust: store, name, purpose: "server", time: NOON });
}

/** Certificates that nobody has seen, by a verifier of its own: measured is the first look at them, whatever fits a cache. */
function fresh(make: () => readonly Uint8Array[], name?: string): () => unknown {
  const ready = Array.from({ length: 24 }, make);
  let next = 0;
  return () =>
    judge(
      ...([ready[next++ % ready.length] ?? [], name, trust] as const),
      chainVerification(parserOver(nodeProvider), () => NOON.getTime()),
    );
}

const some = (length: number, item: (index: number) => string): string[] =>
  Array.from({ length }, (_, index) => item(index));

for (const [what, character] of [
  ["letters", "a"],
  ["combining marks", "\u0316\u0301"],
  ["ligatures that become many", "\ufdfa"],
  ["blanks", " "],
] as const)
  linear(tests, `a common name of ${what}`, 600, (length) =>
    fresh(() => [leaf(character.repeat(length), [`dns:${HOST}`])], "other.example"),
  );

linear(tests, "alternative names", 60, (length) =>
  fresh(() => [
    leaf(
      "x",
      some(length, (i) => `dns:${i}.example.org`),
    ),
  ]),
);
linear(tests, "policies", 60, (length) =>
  fresh(() => [
    leaf("x", [`dns:${HOST}`], certificatePolicies(...some(length, (i) => `1.2.3.${i}`))),
  ]),
);
linear(tests, "extensions that nobody knows", 60, (length) =>
  fresh(() => [
    leaf(
      "x",
      [`dns:${HOST}`],
      ...Array.from({ length }, (_, i) => extension(`1.2.3.4.${i}`, false, new Uint8Array(1))),
    ),
  ]),
);

/** A sub-authority with n constraints over a leaf with n names: a budget ends their product. */
linear(tests, "name constraints and names, as many of each", 40, (length) => {
  const middleKey = makeKey("p256");
  return fresh(() => [
    makeCertificate({
      ...{ subject: HOST, issuer: "Sub", key: leafKey, signer: middleKey },
      serial: Uint8Array.of(2, (++serials >> 8) & 0xff, serials & 0xff),
      extensions: serverExtensions(middleKey, ...some(length, (i) => `dns:${i}.example.com`)),
    }),
    makeCertificate({
      ...{ subject: "Sub", issuer: "Root", key: middleKey, signer: rootKey },
      serial: Uint8Array.of(3, (++serials >> 8) & 0xff, serials & 0xff),
      extensions: [
        ...authorityExtensions(middleKey, rootKey),
        nameConstraints(
          [],
          some(length, (i) => `dns:x${i}.example.net`),
        ),
      ],
    }),
  ]);
});

/** All intermediates have one name, so that each could have issued each. */
linear(tests, "intermediates that could all have issued one another", 12, (length) => {
  const keys = Array.from({ length }, () => makeKey("p256"));
  const last = keys[0] ?? rootKey;
  const chain = [
    makeCertificate({
      ...{ subject: HOST, issuer: "Same", key: leafKey, signer: last },
      extensions: [serverExtensions(last, `dns:${HOST}`)[3] ?? new Uint8Array(0)],
    }),
    ...keys.map((key, i) =>
      makeCertificate({
        ...{ subject: "Same", issuer: "Same", key, signer: keys[(i + 1) % length] ?? key },
        extensions: authorityExtensions(key, key).slice(0, 2),
      }),
    ),
  ];
  return () => judge(chain);
});

/** The entry of a revocation list, with a serial number of four bytes. */
const entry = (serial: number): Uint8Array =>
  derElement(
    DerTag.Sequence,
    derElement(DerTag.Integer, Uint8Array.of(1, serial >> 16, (serial >> 8) & 0xff, serial & 0xff)),
    derElement(DerTag.UtcTime, utf8("250101000000Z")),
  );

let numbers = 0;
/** A list of the issuer of `server` with that many entries, different from all before. */
function longList(length: number): Uint8Array {
  const ecdsaWithSha256 = derElement(DerTag.Sequence, derObjectIdentifier("1.2.840.10045.4.3.2"));
  const entries = Array.from({ length }, (_, i) => entry(i));
  const tbs = derElement(
    DerTag.Sequence,
    derElement(DerTag.Integer, Uint8Array.of(1)),
    ecdsaWithSha256,
    commonName("Middle"),
    generalizedTime(NOW - HOUR),
    generalizedTime(NOW + HOUR + 1000 * ++numbers),
    derElement(DerTag.Sequence, concatAll(entries)),
  );
  return signed(tbs, issuerKey, { hash: "sha256", broken: false });
}

const evidenceTrust = new TrustStore([root]);
function ask(crls: readonly Uint8Array[]): void {
  const { ok, message } = verifyChain({
    ...{ chain: [server, middle], trust: evidenceTrust, name: "localhost", purpose: "server" },
    ...{ time: NOON, crls, revocationCheck: "end-cert" },
  });
  assert.ok(ok, message);
}

linear(tests, "reading a revocation list", 3000, (length) => {
  const lists = Array.from({ length: 6 }, () => longList(length));
  let next = 0;
  return () => ask([lists[next++ % lists.length] ?? new Uint8Array(0)]);
});

constant(tests, "asking a revocation list that was read", 3000, (length) => {
  const crls = Object.freeze([longList(length)]);
  ask(crls);
  return () => ask(crls);
});

bounded(tests, "a flood of certificates with thousands of names", () => {
  const names = some(900, (i) => `dns:${i}`);
  for (let i = 0; i < 400; i++) judge([leaf(`flood ${i}`, names)]);
  return trust;
});

tests.run();
