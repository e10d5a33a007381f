/**
 * signature_algorithms_cert (RFC 8446 §4.2.3): a side that narrows what it takes in the handshake says that certificates
 * may be signed with more; one that does not sends nothing.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { certificateRequest } from "../../src/handshake/server/tls13/certificate-request.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { SIGNATURE_SCHEMES, type SignatureScheme } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { decodeCertificateRequest13 } from "../../src/wire/certificate-request.ts";
import { type ClientHello, decodeClientHello } from "../../src/wire/client-hello.ts";
import { configuration } from "../support/configurations.ts";
import { messagesOf, recordsOf } from "../support/record-surgery.ts";
import { type Auth, makeSession, versionOnly } from "../support/sspi-session.ts";

const schemes = suite("engine: schemes of certificates");

const codes = (rows: readonly SignatureScheme[]): number[] => rows.map(({ code }) => code);
const DEFAULT = SIGNATURE_SCHEMES.filter((scheme) => scheme.enabledByDefault);
const RSA_PSS_SHA256 = 0x0804;

function helloOf(auth: Auth): ClientHello {
  const session = makeSession(nodeProvider, nodeProvider, { client: auth });
  const [record = new Uint8Array(0)] = recordsOf(session.client.step());
  const [message = new Uint8Array(0)] = messagesOf(record.subarray(RECORD_HEADER_LENGTH));
  return decodeClientHello(message.subarray(HANDSHAKE_HEADER_LENGTH));
}

for (const [name, version] of [
  ["TLS 1.3", TLS13],
  ["TLS 1.2", TLS12],
] as const) {
  schemes(`${name}: a client with one scheme lists the others for certificates`, () => {
    const sealwire = { signatureSchemes: [RSA_PSS_SHA256] };
    const { extensions } = helloOf({ ...versionOnly(version), sealwire });
    assert.equal(extensions.signatureAlgorithms, [RSA_PSS_SHA256]);
    assert.equal(extensions.signatureAlgorithmsCert, codes(DEFAULT));
  });

  schemes(`${name}: a client with every scheme has nothing to add`, () => {
    assert.is(helloOf(versionOnly(version)).extensions.signatureAlgorithmsCert, undefined);
  });
}

const requested = (signatureSchemes: readonly SignatureScheme[]) => {
  const config = configuration("server", { signatureSchemes });
  const message = certificateRequest(config, new Uint8Array(0));
  return decodeCertificateRequest13(message.subarray(HANDSHAKE_HEADER_LENGTH)).extensions;
};

schemes("a server's request does as much", () => {
  const one = DEFAULT.filter(({ code }) => code === RSA_PSS_SHA256);
  assert.equal(requested(one).signatureAlgorithms, [RSA_PSS_SHA256]);
  assert.equal(requested(one).signatureAlgorithmsCert, codes(DEFAULT));
  assert.is(requested(DEFAULT).signatureAlgorithmsCert, undefined);
});

schemes.run();
