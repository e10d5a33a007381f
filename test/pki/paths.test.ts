/**
 * Path building and the checks on a path, on certificates made for the case: what is found among wrong ways, which problem
 * is told, what it costs at most.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import type { ChainRequest } from "../../src/pki/path/chain-request.ts";
import { MAX_PATH_STEPS } from "../../src/pki/path/work-budget.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { statusName } from "../../src/sspi/security-status.ts";
import {
  authorityExtensions,
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateSpec,
  certificatePolicies,
  extendedKeyUsage,
  inhibitAnyPolicy,
  keyUsage,
  makeCertificate,
  makeKey,
  NOON,
  nameConstraints,
  policyConstraints,
  policyMappings,
  serverExtensions,
  subjectAltName,
  subjectKeyIdentifier,
  type TestKey,
  unknownExtension,
} from "./certificate-maker.ts";

const { verifyChain } = createSspi(nodeProvider);
const HOST = "www.example.com";
const PAST = Date.UTC(2025, 0, 2);
const [rootKey, middleKey, lowKey, leafKey] = [0, 1, 2, 3].map(() => makeKey("p256")) as [
  TestKey,
  TestKey,
  TestKey,
  TestKey,
];

type Change = Partial<CertificateSpec>;

const root = (change: Change = {}): Uint8Array =>
  makeCertificate({
    ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
    extensions: authorityExtensions(rootKey, rootKey),
    ...change,
  });
const middle = (change: Change = {}): Uint8Array =>
  makeCertificate({
    ...{ subject: "Middle", issuer: "Root", key: middleKey, signer: rootKey },
    extensions: authorityExtensions(middleKey, rootKey),
    ...change,
  });
const leaf = (change: Change = {}): Uint8Array =>
  makeCertificate({
    ...{ subject: HOST, issuer: "Middle", key: leafKey, signer: middleKey },
    extensions: serverExtensions(middleKey, `dns:${HOST}`),
    ...change,
  });

function check(
  chain: readonly Uint8Array[],
  change: Partial<ChainRequest> & { readonly roots?: readonly Uint8Array[] } = {},
): ChainResult {
  const { roots = [root()], ...request } = change;
  return verifyChain({
    ...{ chain, trust: new TrustStore(roots), name: HOST, purpose: "server", time: NOON },
    ...request,
  });
}

function refused(result: ChainResult, reason: string, status: string, message: RegExp): void {
  assert.is(result.ok, false, result.explain.text);
  assert.is(result.reason, reason, result.message);
  assert.is(statusName(result.status), status);
  assert.match(result.message ?? "", message);
}

const building = suite("pki: path building");

building("leaf, intermediate, root; the path is returned, leaf first", () => {
  const [own, other, anchor] = [leaf(), middle(), root()];
  const result = check([own, other], { roots: [anchor] });
  assert.is(result.ok, true, result.message);
  assert.equal(
    result.path?.map((der) => Buffer.from(der)),
    [own, other, anchor].map((der) => Buffer.from(der)),
  );
});

building(
  "misordered, doubled, superfluous, unreadable certificates and the root itself do no harm",
  () => {
    const stranger = makeCertificate({
      ...{ subject: "Stranger", issuer: "Stranger", key: lowKey, signer: lowKey },
      extensions: authorityExtensions(lowKey, lowKey),
    });
    const chain = [leaf(), root(), stranger, Uint8Array.of(1, 2, 3), leaf(), middle(), middle()];
    const result = check(chain);
    assert.is(result.ok, true, result.message);
    assert.match(result.explain.text, "certificate 4 of the chain is of no use");
  },
);

building(
  "an expired or otherwise bad certificate of the same authority does not hide the good one",
  () => {
    const bad: Change[] = [
      { notAfter: PAST },
      { extensions: [basicConstraints(false)] },
      {
        extensions: [...authorityExtensions(middleKey, rootKey), extendedKeyUsage(OID.clientAuth)],
      },
      {
        extensions: [
          ...authorityExtensions(middleKey, rootKey),
          nameConstraints([], ["dns:example.com"]),
        ],
      },
      { extensions: [...authorityExtensions(middleKey, rootKey), unknownExtension(true)] },
      { hash: "sha1" },
      { brokenSignature: true },
    ];
    for (const change of bad) {
      assert.is(check([leaf(), middle(change)]).ok, false, JSON.stringify(change));
      assert.is(check([leaf(), middle(change), middle()]).ok, true, JSON.stringify(change));
    }
  },
);

building("cross-signed: any root that is trusted will do", () => {
  const oldKey = makeKey("p256");
  const crossed = makeCertificate({
    ...{ subject: "Root", issuer: "Old Root", key: rootKey, signer: oldKey },
    extensions: authorityExtensions(rootKey, oldKey),
  });
  const oldRoot = makeCertificate({
    ...{ subject: "Old Root", issuer: "Old Root", key: oldKey, signer: oldKey },
    extensions: authorityExtensions(oldKey, oldKey),
  });
  const chain = [leaf(), crossed, middle()];
  assert.is(check(chain, { roots: [oldRoot] }).path?.length, 4);
  assert.is(check(chain, { roots: [root()] }).path?.length, 3);
  assert.is(check(chain, { roots: [root({ notAfter: PAST }), oldRoot] }).path?.length, 4);
});

building("several roots with one name: the key decides", () => {
  const namesake = (): Uint8Array => {
    const key = makeKey("p256");
    return root({ key, signer: key, extensions: [basicConstraints(true)] });
  };
  assert.is(check([leaf(), middle()], { roots: [namesake(), namesake(), root()] }).ok, true);
  const result = check([leaf(), middle()], { roots: [namesake()] });
  refused(
    result,
    "BadCertificateSignature",
    "SEC_E_CERT_UNKNOWN",
    /signature of CN=Root on CN=Middle is wrong/,
  );
});

building("names of issuers are compared without case, spaces and string type", () => {
  assert.is(check([leaf({ issuer: " MIDDLE" }), middle({ issuer: "rOOt" })]).ok, true);
});

building("a leaf that is itself trusted needs no issuer", () => {
  const own = leaf({ issuer: HOST, signer: leafKey });
  assert.is(check([own], { roots: [own] }).ok, true);
  const trustedLeaf = leaf();
  assert.equal(check([trustedLeaf], { roots: [trustedLeaf] }).path?.length, 1);
  refused(
    check([own], { roots: [root()] }),
    "UnknownIssuer",
    "SEC_E_UNTRUSTED_ROOT",
    /leads to no trusted authority.*self-signed and not in the trust store/,
  );
});

building("two authorities that sign each other and nobody else end at once", () => {
  const ring = [
    middle({ issuer: "Low", signer: lowKey }),
    makeCertificate({
      ...{ subject: "Low", issuer: "Middle", key: lowKey, signer: middleKey },
      extensions: authorityExtensions(lowKey, middleKey),
    }),
  ];
  const result = check([leaf(), ...ring]);
  refused(result, "UnknownIssuer", "SEC_E_UNTRUSTED_ROOT", /no trusted/);
  assert.ok(result.explain.steps < 1000, `${result.explain.steps} steps`);
});

building("a chain made to explode ends within the budget, with a clear refusal", () => {
  // Every certificate could have issued every other: one name, one key, a hundred serial numbers and path lengths.
  const swarm = Array.from({ length: 100 }, (_, i) => {
    const key = i % 2 === 0 ? middleKey : lowKey;
    const signer = i % 4 < 2 ? middleKey : lowKey;
    return makeCertificate({
      ...{ subject: `Swarm ${i % 10}`, issuer: `Swarm ${(i * 7 + 3) % 10}`, key, signer },
      serial: Uint8Array.of(1, i),
      extensions: [basicConstraints(true), subjectAltName(`dns:${i}.example`)],
    });
  });
  const own = leaf({ issuer: "Swarm 1", extensions: [subjectAltName(`dns:${HOST}`)] });
  const result = check([own, ...swarm]);
  assert.is(result.ok, false);
  assert.ok(result.explain.steps <= 1.1 * MAX_PATH_STEPS, `${result.explain.steps} steps`);
  const small = check([own, ...swarm], { budget: 100 });
  refused(small, "ChainTooCostly", "SEC_E_CERT_UNKNOWN", /within 100 steps of work/);
  assert.is(check([leaf(), middle()], { budget: 100 }).ok, false);
  assert.is(check([leaf(), middle()], { budget: 150 }).ok, true);
});

building("names and constraints in their thousands are paid for", () => {
  const many = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `dns:host-${i}.example.org`);
  const own = leaf({ extensions: serverExtensions(middleKey, ...many(2000), `dns:${HOST}`) });
  const constrained = middle({
    extensions: [...authorityExtensions(middleKey, rootKey), nameConstraints([], many(2000))],
  });
  const result = check([own, constrained]);
  refused(result, "ChainTooCostly", "SEC_E_CERT_UNKNOWN", /steps of work/);
});

building("more than 256 certificates beside the leaf are not looked at", () => {
  const chain = [leaf(), ...Array.from({ length: 257 }, () => middle())];
  refused(check(chain), "ChainTooCostly", "SEC_E_CERT_UNKNOWN", /at most 256/);
});

building("path length and depth count authorities that are not self-issued", () => {
  const low = (change: Change = {}): Uint8Array =>
    makeCertificate({
      ...{ subject: "Low", issuer: "Middle", key: lowKey, signer: middleKey },
      extensions: authorityExtensions(lowKey, middleKey),
      ...change,
    });
  const own = leaf({ issuer: "Low", signer: lowKey });
  const narrow = (length: number): Uint8Array =>
    middle({
      extensions: [
        basicConstraints(true, length),
        keyUsage(0x06),
        subjectKeyIdentifier(middleKey),
        authorityKeyIdentifier(rootKey),
      ],
    });
  assert.is(check([own, low(), narrow(1)]).ok, true);
  refused(
    check([own, low(), narrow(0)]),
    "PathTooLong",
    "SEC_E_CERT_UNKNOWN",
    /allows 0 authorities below it, here are 1/,
  );
  assert.is(check([own, low(), middle()], { maxDepth: 2 }).ok, true);
  refused(
    check([own, low(), middle()], { maxDepth: 1 }),
    "PathTooLong",
    "SEC_E_CERT_UNKNOWN",
    /more than 1 intermediate/,
  );
  const renewed = makeCertificate({
    ...{ subject: "Middle", issuer: "Middle", key: lowKey, signer: middleKey },
    extensions: authorityExtensions(lowKey, middleKey),
  });
  assert.is(check([leaf({ signer: lowKey }), renewed, narrow(0)], { maxDepth: 1 }).ok, true);
});

building.run();

const telling = suite("pki: which problem is told");

telling("the gravest fault is the reason: signature, root, rule, time, usage, name", () => {
  const everything: Change = {
    notAfter: PAST,
    extensions: [
      extendedKeyUsage(OID.clientAuth),
      subjectAltName("dns:other.example"),
      unknownExtension(true),
    ],
    brokenSignature: true,
  };
  const signed = { ...everything, brokenSignature: false };
  const other = subjectAltName("dns:other.example");
  const known = { extensions: [extendedKeyUsage(OID.clientAuth), other] };
  const steps: [Change, string, string][] = [
    [everything, "BadCertificateSignature", "SEC_E_CERT_UNKNOWN"],
    [signed, "UnknownCriticalExtension", "SEC_E_CERT_UNKNOWN"],
    [{ ...signed, ...known }, "CertificateExpired", "SEC_E_CERT_EXPIRED"],
    [known, "WrongCertificateUsage", "SEC_E_CERT_WRONG_USAGE"],
    [{ extensions: [other] }, "NameMismatch", "SEC_E_WRONG_PRINCIPAL"],
  ];
  refused(
    check([leaf(everything)]),
    "UnknownIssuer",
    "SEC_E_UNTRUSTED_ROOT",
    /CN=Middle is not in the trust store/,
  );
  for (const [change, reason, status] of steps)
    refused(check([leaf(change), middle()]), reason, status, /./);
});

telling("validity counts whole seconds, both ends inclusive", () => {
  const at = NOON.getTime();
  const own = leaf({ notBefore: at, notAfter: at });
  const when = (offset: number): ChainResult =>
    check([own, middle()], { time: new Date(at + offset) });
  assert.is(when(0).ok, true);
  assert.is(when(999).ok, true);
  refused(
    when(1000),
    "CertificateExpired",
    "SEC_E_CERT_EXPIRED",
    /expired 2030-06-01 12:00:00 UTC/,
  );
  refused(
    when(-1),
    "CertificateNotYetValid",
    "SEC_E_CERT_EXPIRED",
    /valid from 2030-06-01 12:00:00 UTC on/,
  );
});

telling("keys and signatures that are too weak or of no accepted kind", () => {
  const weak = makeKey("rsa1024");
  const cases: [Uint8Array, string, RegExp][] = [
    [leaf({ key: weak }), "WeakCertificateKey", /RSA key of CN=www.example.com has 1024 bits/],
    [
      leaf({ hash: "sha1" }),
      "UnverifiedSignature",
      /signed with ECDSA with SHA-1, which is not accepted/,
    ],
  ];
  for (const [own, reason, message] of cases) {
    refused(check([own, middle()]), reason, "SEC_E_CERT_UNKNOWN", message);
  }
  assert.is(check([leaf({ key: makeKey("ed25519") }), middle()]).ok, true);
  assert.match(
    check([leaf({ key: makeKey("ed25519") }), middle()], { profile: "webpki" }).message ?? "",
    /ed25519/,
  );
});

telling("a certificate that cannot be read", () => {
  refused(
    check([leaf().subarray(1)]),
    "MalformedCertificate",
    "SEC_E_CERT_UNKNOWN",
    /cannot be read/,
  );
});

telling("every path that was tried, as a line and as data", () => {
  const result = check([leaf(), middle({ notAfter: PAST }), middle({ issuer: "Nobody" })]);
  assert.match(
    result.explain.text,
    /^chain: leaf CN=www.example.com → intermediate CN=Middle → root CN=Root \(CN=Middle expired 2025-01-02 00:00:00 UTC\); other path: leaf CN=www.example.com → intermediate CN=Middle → no trusted issuer named CN=Nobody$/,
  );
  const { paths } = JSON.parse(JSON.stringify(result.explain)) as typeof result.explain;
  assert.is(paths.length, 2);
  assert.equal(
    paths[0]?.certificates.map(({ role }) => role),
    ["leaf", "intermediate", "root"],
  );
  assert.is(paths[0]?.problems[0]?.reason, "CertificateExpired");
});

telling("text of a peer is harmless on a terminal", () => {
  const result = check([leaf({ issuer: "\u001b[31mred\u202e" })]);
  assert.match(result.message ?? "", "CN=?[31mred? is not");
});

telling("a request that makes no sense is answered, not thrown", () => {
  const nonsense = { chain: "none", trust: {}, purpose: "any" } as unknown as ChainRequest;
  refused(verifyChain(nonsense), "InvalidArgument", "SEC_E_INVALID_PARAMETER", /TrustStore/);
  refused(check([]), "CertificateRefused", "SEC_E_CERT_UNKNOWN", /empty/);
  const throws = (): boolean => {
    throw new Error("no list today");
  };
  const wild = leaf({
    subject: "example.com",
    extensions: serverExtensions(middleKey, "dns:*.example.com"),
  });
  refused(
    check([wild, middle()], { profile: "webpki", isPublicSuffix: throws }),
    "InternalError",
    "SEC_E_INTERNAL_ERROR",
    /no list today/,
  );
});

telling.run();

const policies = suite("pki: certificate policies");
const [gold, silver] = ["1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2"] as const;
const withPolicies = (...extra: Uint8Array[]): Uint8Array =>
  middle({ extensions: [...authorityExtensions(middleKey, rootKey), ...extra] });
const leafWith = (...extra: Uint8Array[]): Uint8Array =>
  leaf({ extensions: [...serverExtensions(middleKey, `dns:${HOST}`), ...extra] });

for (const [title, authority, own, ok] of [
  ["none is needed", withPolicies(), leafWith(), true],
  [
    "different ones matter only if one is required",
    withPolicies(certificatePolicies(gold)),
    leafWith(certificatePolicies(silver)),
    true,
  ],
  [
    "required and the same",
    withPolicies(certificatePolicies(gold), policyConstraints(0, null)),
    leafWith(certificatePolicies(gold)),
    true,
  ],
  [
    "required and different",
    withPolicies(certificatePolicies(gold), policyConstraints(0, null)),
    leafWith(certificatePolicies(silver)),
    false,
  ],
  [
    "required and absent",
    withPolicies(certificatePolicies(gold), policyConstraints(0, null)),
    leafWith(),
    false,
  ],
  [
    "required later than the path is long",
    withPolicies(policyConstraints(2, null)),
    leafWith(),
    true,
  ],
  ["required by the leaf itself", withPolicies(), leafWith(policyConstraints(0, null)), false],
  [
    "any policy above",
    withPolicies(certificatePolicies(OID.anyPolicy), policyConstraints(0, null)),
    leafWith(certificatePolicies(gold)),
    true,
  ],
  [
    "any policy in the leaf",
    withPolicies(certificatePolicies(gold), policyConstraints(0, null)),
    leafWith(certificatePolicies(OID.anyPolicy)),
    true,
  ],
  [
    "any policy inhibited",
    withPolicies(certificatePolicies(gold), policyConstraints(0, null), inhibitAnyPolicy(0)),
    leafWith(certificatePolicies(OID.anyPolicy)),
    false,
  ],
  [
    "mapped",
    withPolicies(
      certificatePolicies(gold),
      policyConstraints(0, null),
      policyMappings([gold, silver]),
    ),
    leafWith(certificatePolicies(silver)),
    true,
  ],
  [
    "mapped away",
    withPolicies(
      certificatePolicies(gold),
      policyConstraints(0, null),
      policyMappings([gold, silver]),
    ),
    leafWith(certificatePolicies(gold)),
    false,
  ],
  [
    "any policy is not mapped",
    withPolicies(certificatePolicies(gold), policyMappings([OID.anyPolicy, silver])),
    leafWith(certificatePolicies(silver)),
    false,
  ],
] as const) {
  policies(title, () => {
    const result = check([own, authority]);
    assert.is(result.ok, ok, result.message ?? result.explain.text);
  });
}

policies.run();
