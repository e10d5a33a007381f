/**
 * OCSP responses and CRLs through `verifyChain`, good and bad ones, over both providers. A row is what is given, and the
 * reason that is answered, or "ok".
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createLoaders } from "../../src/api/loaders.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  extension,
  keyUsage,
  makeCertificate,
  makeKey,
  unknownExtension,
} from "../pki/certificate-maker.ts";
import * as make from "./evidence-maker.ts";

const trust = new TrustStore([make.root]);
type Given = Partial<Parameters<ReturnType<typeof createLoaders>["verifyChain"]>[0]>;
type Row = readonly [title: string, expected: string, given: Given];

const END: Given = { revocationCheck: "end-cert" };
const CHAIN: Given = { revocationCheck: "chain" };
const { HOUR, NOW, makeOcsp, makeCrl } = make;
const ocsp = (spec: make.OcspSpec, more: Given = END): Given => ({
  ocspResponse: makeOcsp(spec),
  ...more,
});
const crls = (...specs: readonly make.CrlSpec[]): Given => ({ crls: specs.map(makeCrl), ...END });

const responderKey = makeKey("p256");
const byResponder = (certificate: Uint8Array, signer = responderKey): make.OcspSpec => ({
  ...{ signer, responder: "Responder", certificates: [certificate] },
});
const placed = make.makeServer(
  make.crlPoint("http://a.test/1.crl"),
  make.ocspPlace("http://a.test/"),
);
const named = (...certificates: readonly Uint8Array[]): Given => ({
  chain: [...certificates, make.middle],
});
const must = make.makeServer(make.MUST_STAPLE);

const OCSP: readonly Row[] = [
  ["good", "ok", ocsp({})],
  ["good, by the responder's key", "ok", ocsp({ responder: null })],
  ["good, hashed with SHA-256", "ok", ocsp({ hash: "sha256" })],
  ["good, hashed with SHA-384", "ok", ocsp({ hash: "sha384" })],
  ["revoked", "CertificateRevoked", ocsp({ status: "revoked", reason: 1 })],
  ["revoked, and nothing has to be known", "CertificateRevoked", ocsp({ status: "revoked" }, {})],
  ["unknown", "NoRevocationInformation", ocsp({ status: "unknown" })],
  ["unknown, and nothing has to be known", "ok", ocsp({ status: "unknown" }, {})],
  ["not yet", "RevocationOffline", ocsp({ thisUpdate: NOW + HOUR, nextUpdate: NOW + 2 * HOUR })],
  ["within the skew of clocks", "ok", ocsp({ thisUpdate: NOW + 60_000 })],
  [
    "out of date",
    "RevocationOffline",
    ocsp({ thisUpdate: NOW - 3 * HOUR, nextUpdate: NOW - HOUR }),
  ],
  [
    "revoked and out of date",
    "ok",
    ocsp({ status: "revoked", nextUpdate: NOW - HOUR, thisUpdate: NOW - 2 * HOUR }, {}),
  ],
  ["without an end, fresh", "ok", ocsp({ nextUpdate: null })],
  [
    "without an end, old",
    "RevocationOffline",
    ocsp({ nextUpdate: null, thisUpdate: NOW - 25 * HOUR }),
  ],
  ["wrong signature", "BadOcspResponse", ocsp({ broken: true })],
  ["revoked by a wrong signature", "ok", ocsp({ status: "revoked", broken: true }, {})],
  ["signed by a stranger", "BadOcspResponse", ocsp({ signer: make.strangerKey })],
  ["about another certificate", "BadOcspResponse", ocsp({ serial: 4 })],
  [
    "about another issuer's",
    "BadOcspResponse",
    ocsp({ issuer: { name: "Root", key: make.rootKey } }),
  ],
  ["unknown critical extension", "RevocationOffline", ocsp({ critical: true })],
  ["try later", "RevocationOffline", { ocspResponse: make.ocspError(3), ...END }],
  ["malformed", "BadOcspResponse", { ocspResponse: Uint8Array.of(1, 2, 3), ...END }],
  ["malformed, and nothing has to be known", "ok", { ocspResponse: Uint8Array.of(1, 2, 3) }],
  ["cut off", "BadOcspResponse", { ocspResponse: makeOcsp().subarray(0, 90), ...END }],
  ["bytes after it", "BadOcspResponse", { ocspResponse: Uint8Array.of(...makeOcsp(), 0), ...END }],
  [
    "a responder of the issuer's",
    "ok",
    ocsp(byResponder(make.makeResponder(responderKey, make.middleKey))),
  ],
  [
    "a responder that another certified",
    "BadOcspResponse",
    ocsp(byResponder(make.makeResponder(responderKey, make.strangerKey))),
  ],
  [
    "a responder without the purpose",
    "BadOcspResponse",
    ocsp(byResponder(make.makeResponder(responderKey, make.middleKey, OID.serverAuth))),
  ],
  [
    "a responder for any purpose",
    "BadOcspResponse",
    ocsp(byResponder(make.makeResponder(responderKey, make.middleKey, OID.anyExtendedKeyUsage))),
  ],
  [
    "a responder out of date",
    "BadOcspResponse",
    ocsp(
      byResponder(make.makeResponder(responderKey, make.middleKey, OID.ocspSigning, NOW - HOUR)),
    ),
  ],
  [
    "a responder that did not sign",
    "BadOcspResponse",
    ocsp(byResponder(make.makeResponder(responderKey, make.middleKey), make.strangerKey)),
  ],
  ["none, and none was asked for", "NoRevocationInformation", END],
  ["none, though the certificate names places", "RevocationOffline", { ...END, ...named(placed) }],
  ["demanded and not there", "OcspResponseRequired", { ocspResponse: null, ...named(must) }],
  ["demanded and good", "ok", { ...ocsp({}, {}), ...named(must) }],
  [
    "demanded and malformed",
    "BadOcspResponse",
    { ocspResponse: new Uint8Array(9), ...named(must) },
  ],
  [
    "demanded and unknown",
    "OcspResponseRequired",
    { ...ocsp({ status: "unknown" }, {}), ...named(must) },
  ],
  ["demanded, where nobody was asked", "ok", named(must)],
];

const crlSigner = makeKey("p256");
const makeSigner = (signer: typeof crlSigner, usage = 0x02): Uint8Array =>
  makeCertificate({
    ...{ subject: "Lists", issuer: "Middle", key: crlSigner, signer },
    extensions: [keyUsage(usage)],
  });
const indirectLeaf = make.makeServer(make.crlPoint("http://a.test/1.crl", "Lists"));
const indirect = (
  signers: readonly Uint8Array[],
  revoked: make.CrlSpec["revoked"] = [],
): Given => ({
  ...crls({
    ...{ issuer: "Lists", signer: crlSigner, revoked },
    extensions: [make.scope({ indirect: true })],
  }),
  ...named(indirectLeaf),
  crlSigners: signers,
});
const ROOT_LIST: make.CrlSpec = { issuer: "Root", signer: make.rootKey };
const noCrlSign = makeCertificate({
  ...{ subject: "Middle", issuer: "Root", key: make.middleKey, signer: make.rootKey },
  extensions: [
    ...authorityExtensions(make.middleKey, make.rootKey).filter((_, i) => i !== 1),
    keyUsage(0x04),
  ],
});
const scoped = (
  fields: Parameters<typeof make.scope>[0],
  revoked: make.CrlSpec["revoked"] = [],
): Given => crls({ revoked, extensions: [make.scope(fields)] });
const REVOKED: make.CrlSpec["revoked"] = [{ serial: 3, reason: 1 }];

const CRLS: readonly Row[] = [
  ["not listed", "ok", crls({ revoked: [{ serial: 4 }] })],
  ["an empty list", "ok", crls({})],
  ["listed", "CertificateRevoked", crls({ revoked: [{ serial: 4 }, { serial: 3 }] })],
  [
    "listed, and nothing has to be known",
    "CertificateRevoked",
    { crls: [makeCrl({ revoked: REVOKED })] },
  ],
  ["on hold", "CertificateRevoked", crls({ revoked: [{ serial: 3, reason: 6 }] })],
  ["removed from the list", "ok", crls({ revoked: [{ serial: 3, reason: 8 }] })],
  ["out of date", "CrlExpired", crls({ nextUpdate: NOW - HOUR, thisUpdate: NOW - 2 * HOUR })],
  ["not yet", "CrlNotYetValid", crls({ thisUpdate: NOW + HOUR })],
  ["without an end", "RevocationOffline", crls({ nextUpdate: null })],
  ["wrong signature", "BadCrlSignature", crls({ broken: true })],
  [
    "listed by a wrong signature, and nothing has to be known",
    "ok",
    { crls: [makeCrl({ revoked: REVOKED, broken: true })], revocationCheck: "none" },
  ],
  ["another issuer's", "NoRevocationInformation", crls(ROOT_LIST)],
  [
    "an issuer that may not sign lists",
    "RevocationOffline",
    { ...crls({}), chain: [make.server, noCrlSign] },
  ],
  [
    "an entry with an unknown critical extension",
    "RevocationOffline",
    crls({ revoked: [{ serial: 9, critical: true }] }),
  ],
  ["only users", "ok", scoped({ only: "user" })],
  ["only users, listed", "CertificateRevoked", scoped({ only: "user" }, REVOKED)],
  ["only authorities", "NoRevocationInformation", scoped({ only: "ca" }, REVOKED)],
  ["only attributes", "NoRevocationInformation", scoped({ only: "attribute" }, REVOKED)],
  ["some reasons", "RevocationOffline", scoped({ reasons: 0x40 })],
  ["some reasons, listed", "CertificateRevoked", scoped({ reasons: 0x40 }, REVOKED)],
  [
    "of the point that the certificate names",
    "ok",
    { ...scoped({ url: "http://a.test/1.crl" }), ...named(placed) },
  ],
  [
    "of another point",
    "RevocationOffline",
    { ...scoped({ url: "http://a.test/2.crl" }, REVOKED), ...named(placed) },
  ],
  [
    "of a point, where the certificate names none",
    "NoRevocationInformation",
    scoped({ url: "http://a.test/1.crl" }),
  ],
  ["a delta", "UnusableCrl", crls({ extensions: [make.DELTA] })],
  ["an unknown critical extension", "UnusableCrl", crls({ extensions: [unknownExtension(true)] })],
  [
    "an unknown extension",
    "ok",
    crls({ extensions: [extension("1.2.3.4.5", false, new Uint8Array(0))] }),
  ],
  ["malformed", "UnusableCrl", { crls: [Uint8Array.of(0x30, 0)], ...END }],
  ["malformed PEM", "MalformedPem", { crls: ["-----BEGIN X509 CRL-----\n"], ...END }],
  ["indirect", "ok", indirect([makeSigner(make.middleKey)])],
  [
    "indirect, listed",
    "CertificateRevoked",
    indirect([makeSigner(make.middleKey)], [{ serial: 3, issuer: "Middle" }]),
  ],
  [
    "indirect, the serial number of another issuer's",
    "ok",
    indirect([makeSigner(make.middleKey)], [{ serial: 3, issuer: "Root" }, { serial: 3 }]),
  ],
  [
    "indirect, an entry's issuer holds for the next",
    "CertificateRevoked",
    indirect([makeSigner(make.middleKey)], [{ serial: 9, issuer: "Middle" }, { serial: 3 }]),
  ],
  ["indirect, signer unknown", "RevocationOffline", indirect([])],
  [
    "indirect, signer not the issuer's",
    "RevocationOffline",
    indirect([makeSigner(make.strangerKey)]),
  ],
  ["indirect, signer may not", "RevocationOffline", indirect([makeSigner(make.middleKey, 0x80)])],
  ["chain: every list there", "ok", { crls: [makeCrl(), makeCrl(ROOT_LIST)], ...CHAIN }],
  ["chain: the root's missing", "NoRevocationInformation", { crls: [makeCrl()], ...CHAIN }],
  [
    "chain: intermediate listed",
    "CertificateRevoked",
    { crls: [makeCrl(), makeCrl({ ...ROOT_LIST, revoked: [{ serial: 2 }] })], ...CHAIN },
  ],
  [
    "chain: the root lists itself",
    "CertificateRevoked",
    { crls: [makeCrl(), makeCrl({ ...ROOT_LIST, revoked: [{ serial: 1 }] })], ...CHAIN },
  ],
  [
    "end: the intermediate's list says revoked",
    "CertificateRevoked",
    { crls: [makeCrl(), makeCrl({ ...ROOT_LIST, revoked: [{ serial: 2 }] })], ...END },
  ],
  [
    "good by OCSP, revoked by CRL",
    "CertificateRevoked",
    { ...ocsp({}), crls: [makeCrl({ revoked: REVOKED })] },
  ],
  ["unknown by OCSP, good by CRL", "ok", { ...ocsp({ status: "unknown" }), crls: [makeCrl()] }],
];

for (const provider of [nodeProvider, portableProvider]) {
  const { verifyChain } = createLoaders(provider, () => NOW);
  for (const [family, rows] of Object.entries({ OCSP, CRL: CRLS })) {
    const tests = suite(`revocation, ${family}, ${provider.name}`);
    for (const [title, expected, given] of rows) {
      tests(title, () => {
        const chain = [make.server, make.middle];
        const result = verifyChain({
          chain,
          trust,
          name: "localhost",
          purpose: "server",
          ...given,
        });
        assert.is(result.reason ?? "ok", expected, result.message);
        if (!result.ok) assert.ok((result.message ?? "").length > 20);
      });
    }
    tests.run();
  }
}
