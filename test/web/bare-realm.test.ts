/**
 * `sealwire` in a realm that has the language and nothing else: no Node, no DOM, no randomness but what is given.
 */
import vm from "node:vm";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selfSignedCertificate } from "../../src/entries/streams.ts";
import { ROOT } from "../support/data.ts";

const realm = suite<{ run: (program: string) => unknown }>("web: a bare realm", {
  run: () => null,
});

realm.before(async (context) => {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "./build/src/entries/sspi.js"', resolveDir: ROOT },
    ...{ bundle: true, format: "iife", globalName: "sealwire", platform: "neutral" },
    ...{ target: "es2022", write: false, external: ["node-forge"], logLevel: "error" },
  });
  const made = selfSignedCertificate({ names: ["localhost"] });
  const der = [made.certificate, made.privateKey].map((bytes) => [...bytes]);
  const identity = { der, pem: [made.certificatePem, made.privateKeyPem] };
  const globals = vm.createContext(
    { identity },
    { codeGeneration: { strings: false, wasm: false } },
  );
  vm.runInContext(outputFiles[0]?.text ?? "", globals);
  context.run = (program) => vm.runInContext(program, globals);
});

realm("without randomness a client is told what to give", ({ run }) => {
  const found = run(`
    globalThis.start = (sealwireOptions) => {
      const { SecBuffer, SecBufferDesc } = sealwire;
      const { credential } = sealwire.acquireCredentialsHandle({
        package: sealwire.UNISP_NAME,
        credentialUse: sealwire.SECPKG_CRED_OUTBOUND,
        authData: { dwVersion: 5, sealwire: sealwireOptions },
      });
      const { status, error } = sealwire.initializeSecurityContext({
        credential,
        targetName: "localhost",
        contextReq: sealwire.ISC_REQ_ALLOCATE_MEMORY,
        output: new SecBufferDesc([new SecBuffer(sealwire.SECBUFFER_TOKEN)]),
      });
      return sealwire.statusName(status) + " " + (error?.message ?? "");
    };
    start({})`);
  assert.match(found as string, /^SEC_E_\w+ .*getRandomValues/);
});

realm("with randomness of its own it begins", ({ run }) => {
  const found = run(`
    let n = 1;
    const next = () => (n = (n * 1103515245 + 12345) & 0x7fffffff) >> 16;
    globalThis.draw = (bytes) => bytes.map(next);
    start({ random: (length) => draw(new Uint8Array(length)) })`);
  assert.is(found, "SEC_I_CONTINUE_NEEDED ");
});

/** Names in UTF-8 included. */
const HANDSHAKE = `
    globalThis.crypto = { getRandomValues: (bytes) => (bytes.set(draw(bytes)), bytes) };
    const { SecBuffer, SecBufferDesc } = sealwire;
    const acquire = (credentialUse, settings) =>
      sealwire.acquireCredentialsHandle({
        package: sealwire.UNISP_NAME,
        credentialUse,
        authData: { dwVersion: 5, ...settings },
      }).credential;
    const client = acquire(sealwire.SECPKG_CRED_OUTBOUND, { hRootStore });
    const server = acquire(sealwire.SECPKG_CRED_INBOUND, { paCred: [own] });
    const step = (call, credential, context, token) => {
      const output = new SecBuffer(sealwire.SECBUFFER_TOKEN);
      const buffers = [
        new SecBuffer(sealwire.SECBUFFER_TOKEN, token),
        new SecBuffer(sealwire.SECBUFFER_EMPTY),
      ];
      const answer = call({
        credential,
        context,
        targetName: "localhost",
        contextReq: sealwire.ISC_REQ_ALLOCATE_MEMORY,
        input: new SecBufferDesc(buffers),
        output: new SecBufferDesc([output]),
      });
      return { ...answer, token: output.bytes };
    };
    const { initializeSecurityContext, acceptSecurityContext } = sealwire;
    let mine = step(initializeSecurityContext, client, undefined, new Uint8Array(0));
    let theirs = step(acceptSecurityContext, server, undefined, mine.token);
    mine = step(initializeSecurityContext, client, mine.context, theirs.token);
    theirs = step(acceptSecurityContext, server, theirs.context, mine.token);
    [mine, theirs].map(({ status, error }) => sealwire.statusName(status) + (error?.message ?? "")).join()`;

for (const [form, identity] of [
  [
    "DER",
    `const [certificate, privateKey] = identity.der.map((bytes) => Uint8Array.from(bytes));
    const hRootStore = new sealwire.TrustStore([certificate]);
    const own = { chain: [certificate], privateKey };`,
  ],
  [
    "PEM",
    `const [certificate, privateKey] = identity.pem;
    const hRootStore = sealwire.trustStoreFromPem(certificate);
    const own = sealwire.certContextFromPem(certificate, privateKey);`,
  ],
] as const) {
  realm(`a whole handshake, of ${form}`, ({ run }) => {
    assert.is(
      run(`(() => { ${identity} ${HANDSHAKE.replace("[mine", "return [mine")} })()`),
      "SEC_E_OK,SEC_E_OK",
    );
  });
}

realm("a certificate of its own, as PEM, and a pin", ({ run }) => {
  const found = run(`
    const { certificatePem } = sealwire.selfSignedCertificate({ names: ["localhost"] });
    const { anchors } = sealwire.trustStoreFromPem(certificatePem);
    sealwire.trustStoreFromPins(["sha256/AAAA"]);
    anchors.length + certificatePem.slice(0, 27)`);
  assert.is(found, "1-----BEGIN CERTIFICATE-----");
});

realm.run();
