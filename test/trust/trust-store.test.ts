/**
 * Trust stores: PEM, lazy ones, changes, pins, limits; verifyPeer that adds to and replaces the verdict; trust on first use.
 */
import { createHash } from "node:crypto";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { trustOnFirstUse } from "../../examples/trust-on-first-use.ts";
import { createLoaders } from "../../src/api/loaders.ts";
import { defaultTrustStore, systemTrustStore } from "../../src/api/node-trust-stores.ts";
import { CertificateParser } from "../../src/pki/certificate.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { isPinned, type TrustConstraints } from "../../src/pki/path/trust-constraints.ts";
import { TrustStore, trustStoreFromPem, trustStoreFromPins } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import { SEC_E_CERT_EXPIRED, statusName } from "../../src/sspi/security-status.ts";
import { TlsError } from "../../src/sspi/tls-error.ts";
import type { TestKey } from "../pki/certificate-maker.ts";
import * as make from "../revocation/evidence-maker.ts";
import { acquire, functionsOf, SspiSession, SspiSide } from "../support/sspi-session.ts";

const stores = suite("trust stores");
const providers = [nodeProvider, portableProvider];
const pinOf = ({ spki }: TestKey): string => createHash("sha256").update(spki).digest("base64");

function reasons(trust: TrustStore, chain = [make.server, make.middle]): string[] {
  return providers.map((provider) => {
    const { verifyChain } = createLoaders(provider, () => make.NOW);
    const request = { chain, trust, name: "localhost", purpose: "server" } as const;
    return verifyChain(request).reason ?? "ok";
  });
}

const both = (reason: string): string[] => [reason, reason];

stores("PEM, of one text or several", () => {
  const pem = toPem("CERTIFICATE", make.root);
  assert.equal(trustStoreFromPem(pem).anchors, [make.root]);
  assert.equal(trustStoreFromPem([pem, toPem("CERTIFICATE", make.middle)]).anchors.length, 2);
  assert.equal(reasons(trustStoreFromPem(`what it is\n${pem}\nand more`)), both("ok"));
  try {
    trustStoreFromPem("-----BEGIN CERTIFICATE-----\nMII");
    assert.unreachable();
  } catch (error) {
    assert.instance(error, TlsError);
    assert.is((error as TlsError).reason, "MalformedPem");
  }
});

stores("a lazy store is not asked before a chain is verified, and once", () => {
  let asked = 0;
  const trust = new TrustStore(() => {
    asked++;
    return [make.root];
  });
  acquire(functionsOf(nodeProvider), "client", { hRootStore: trust });
  assert.is(asked, 0);
  assert.equal(reasons(trust), both("ok"));
  assert.equal(reasons(trust), both("ok"));
  assert.is(asked, 1);
});

stores("the runtime's and the system's roots", () => {
  assert.is(defaultTrustStore().anchors.length, tls.rootCertificates.length);
  assert.is(defaultTrustStore(), defaultTrustStore());
  try {
    assert.ok(systemTrustStore().anchors.length > 0);
  } catch (error) {
    // A machine without a bundle says so clearly.
    assert.is((error as TlsError).reason, "NoTrustStore");
  }
});

stores("changes count from the next verification on, cached verdicts included", () => {
  const trust = new TrustStore([]);
  const { verifyChain } = createLoaders(nodeProvider, () => make.NOW);
  const chain = [make.server, make.middle];
  const answer = (): string => verifyChain({ chain, trust, purpose: "server" }).reason ?? "ok";
  const before = trust.generation;
  assert.is(answer(), "UnknownIssuer");
  trust.add(make.root);
  assert.is(answer(), "ok");
  trust.add(make.root);
  assert.is(trust.generation, before + 1);
  trust.remove(make.root);
  assert.is(answer(), "UnknownIssuer");
  assert.not.ok(trust.has(make.root));
});

stores("a pin may begin with a slash", () => {
  const digest = new Uint8Array(32).fill(0xff);
  const provider = { ...nodeProvider, digest: () => digest };
  const certificate = new CertificateParser(nodeProvider).parse(make.server);
  const pin = Buffer.from(digest).toString("base64");
  assert.is(pin[0], "/");
  for (const given of [pin, `sha256/${pin}`, `sha256//${pin}`])
    assert.ok(isPinned(provider, [given], certificate), given);
  for (const given of [pin.slice(1), `sha256///${pin}`, `/${pin}`, ""])
    assert.not(isPinned(provider, [given], certificate), given);
});

stores("pins without certificates: the keys themselves are trusted", () => {
  assert.equal(reasons(trustStoreFromPins([pinOf(make.serverKey)])), both("ok"));
  assert.equal(reasons(trustStoreFromPins([`sha256/${pinOf(make.serverKey)}`])), both("ok"));
  assert.equal(reasons(trustStoreFromPins([`sha256//${pinOf(make.middleKey)}`])), both("ok"));
  assert.equal(reasons(trustStoreFromPins([pinOf(make.strangerKey)])), both("UnknownIssuer"));
  const { verifyChain } = createLoaders(nodeProvider, () => make.NOW);
  const trust = trustStoreFromPins([pinOf(make.serverKey)]);
  const request = { chain: [make.server], trust, name: "other.test", purpose: "server" } as const;
  assert.is(verifyChain(request).reason, "NameMismatch");
});

stores("limits of a store", () => {
  const rows: readonly (readonly [TrustConstraints, string])[] = [
    [{}, "ok"],
    [{ pins: [pinOf(make.middleKey)] }, "ok"],
    [{ pins: [pinOf(make.strangerKey)] }, "UntrustedByConstraint"],
    [{ names: ["localhost"] }, "ok"],
    [{ names: ["host", "example.com"] }, "UntrustedByConstraint"],
    [{ purposes: ["server"] }, "ok"],
    [{ purposes: ["client"] }, "UntrustedByConstraint"],
    [{ issuedBefore: new Date(make.NOW) }, "ok"],
    [{ issuedBefore: new Date(Date.UTC(2019, 0)) }, "UntrustedByConstraint"],
  ];
  for (const [constraints, expected] of rows) {
    const trust = new TrustStore([make.root], "basic", constraints);
    assert.equal(reasons(trust), both(expected), JSON.stringify(constraints));
  }
});

function meet(key: TestKey, sealwire: SealwireOptions, trust: TrustStore | null): SspiSide {
  const functions = functionsOf(nodeProvider);
  const chain = [key === make.serverKey ? make.server : make.makeResponder(key, make.middleKey)];
  const privateKey = new Uint8Array(key.secret.export({ format: "der", type: "pkcs8" }));
  const clock = (): number => make.NOW;
  const server = acquire(functions, "server", {
    paCred: [{ chain, privateKey }],
    sealwire: { clock },
  });
  const client = acquire(functions, "client", {
    hRootStore: trust,
    sealwire: { clock, ...sealwire },
  });
  const session = new SspiSession(
    new SspiSide(functions, "client", client),
    new SspiSide(functions, "server", server),
  );
  session.handshake();
  return session.client;
}

stores("trust on first use", () => {
  const known = new Map<string, string>();
  const verifyPeer = trustOnFirstUse(known);
  assert.ok(meet(make.serverKey, { verifyPeer }, null).ready);
  assert.is(known.size, 1);
  assert.ok(meet(make.serverKey, { verifyPeer }, null).ready);
  const other = meet(make.strangerKey, { verifyPeer }, null);
  assert.is(other.error?.reason, "UnknownIssuer");
  assert.is(other.error?.alertSent?.name, "unknown_ca");
});

stores("verifyPeer adds to the verdict or replaces it, at once or later", async () => {
  const trust = new TrustStore([make.root, make.middle]);
  const refuse = () => ({ ok: false, status: SEC_E_CERT_EXPIRED, alert: 45 });
  const refused = meet(make.serverKey, { verifyPeer: refuse }, trust);
  assert.is(statusName(refused.last.status), "SEC_E_CERT_EXPIRED");
  assert.is(refused.error?.alertSent?.name, "certificate_expired");
  const seen: boolean[] = [];
  const keep: NonNullable<SealwireOptions["verifyPeer"]> = (_chain, { verdict }) => {
    seen.push(verdict.ok);
    return verdict.ok ? { ok: true } : { ok: false };
  };
  assert.ok(meet(make.serverKey, { verifyPeer: keep }, trust).ready);
  assert.is(
    meet(make.serverKey, { verifyPeer: keep }, new TrustStore([])).error?.reason,
    "UnknownIssuer",
  );
  assert.equal(seen, [true, false]);
  const later = meet(make.serverKey, { verifyPeer: async () => ({ ok: true }) }, null);
  assert.is(statusName(later.last.status), "SEC_I_ASYNC_CALL_PENDING");
  await later.stepAsync();
  assert.is(later.error, null);
});

stores.run();
