/**
 * What openssl's own authority and responder make: CRLs of `openssl ca -gencrl`, responses of `openssl ocsp` from an index
 * file, signed by the authority and by a delegate.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createLoaders } from "../../src/api/loaders.ts";
import { pemBlocks } from "../../src/pki/files/pem.ts";
import { trustStoreFromPem } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";

const folder = mkdtempSync(join(tmpdir(), "sealwire-revocation-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const openssl = (...words: string[]): void => {
  execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
};
const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);

write("index.txt", "");
write("serial", "1000\n");
write("crlnumber", "01\n");
write(
  "ca.cnf",
  `[ca]
default_ca = this
[this]
database = index.txt
new_certs_dir = .
serial = serial
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
[any]
commonName = supplied
[server]
subjectAltName = DNS:localhost
[responder]
extendedKeyUsage = OCSPSigning
`,
);
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function issue(name: string, extensions: string): void {
  openssl(
    "req",
    "-new",
    ...NEW_KEY,
    "-keyout",
    `${name}.key`,
    "-subj",
    `/CN=${name}`,
    "-out",
    "csr",
  );
  const words = ["-config", "ca.cnf", "-batch", "-notext", "-extensions", extensions];
  openssl("ca", ...words, "-in", "csr", "-out", `${name}.pem`);
}

openssl(
  ...["req", "-x509", "-new", ...NEW_KEY, "-keyout", "ca.key", "-subj", "/CN=Authority"],
  ...["-days", "30", "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
);
issue("good", "server");
issue("bad", "server");
issue("responder", "responder");
openssl("ca", "-config", "ca.cnf", "-revoke", "bad.pem", "-crl_reason", "keyCompromise");
openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.pem");
openssl("crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der");

/** Response of the offline responder about a certificate. */
function response(name: string, signer: "ca" | "responder", ...words: string[]): Uint8Array {
  openssl("ocsp", "-issuer", "ca.pem", "-cert", `${name}.pem`, "-no_nonce", "-reqout", "request");
  openssl(
    ...["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", `${signer}.pem`],
    ...["-rkey", `${signer}.key`, "-reqin", "request", "-respout", "response", ...words],
  );
  return bytes("response");
}

const tests = suite("revocation as openssl makes it");

for (const provider of [nodeProvider, portableProvider]) {
  const { verifyChain } = createLoaders(provider, Date.now);
  const trust = trustStoreFromPem(text("ca.pem"));
  const verify = (name: string, given: Partial<Parameters<typeof verifyChain>[0]>): string => {
    const chain = pemBlocks(text(`${name}.pem`)).map(({ der }) => der);
    const request = { chain, trust, name: "localhost", purpose: "server" } as const;
    const result = verifyChain({ ...request, revocationCheck: "end-cert", ...given });
    return result.reason ?? "ok";
  };

  tests(`CRL, PEM and DER, ${provider.name}`, () => {
    for (const crl of [text("crl.pem"), bytes("crl.der")]) {
      assert.is(verify("good", { crls: [crl] }), "ok");
      assert.is(verify("bad", { crls: [crl] }), "CertificateRevoked");
    }
  });

  tests(`OCSP, ${provider.name}`, () => {
    for (const signer of ["ca", "responder"] as const) {
      for (const words of [[], ["-ndays", "2"], ["-resp_key_id"]]) {
        const good = response("good", signer, ...words);
        assert.is(verify("good", { ocspResponse: good }), "ok", `${signer} ${words}`);
        assert.is(verify("bad", { ocspResponse: good }), "BadOcspResponse");
        const bad = response("bad", signer, ...words);
        assert.is(verify("bad", { ocspResponse: bad }), "CertificateRevoked");
        assert.is(verify("good", { ocspResponse: bad }), "BadOcspResponse");
      }
    }
  });
}

tests.run();
