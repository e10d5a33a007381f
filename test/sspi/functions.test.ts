/**
 * The face over packages of any kind: handles, packages by name, and the safety net. The package here throws wherever it
 * can.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAllFunctions } from "../../src/sspi/all-functions.ts";
import { freeContextBuffer } from "../../src/sspi/free-context-buffer.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import type { AnySecurityPackage } from "../../src/sspi/security-package.ts";
import * as status from "../../src/sspi/security-status.ts";

const functions = suite("sspi: face");

const boom = (): never => {
  throw new Error("boom");
};

/** Acquires and establishes; everything else throws. */
const throwing: AnySecurityPackage = {
  info: {
    fCapabilities: 0,
    wVersion: 1,
    wRPCID: 0,
    cbMaxToken: 0,
    Name: "Throwing",
    Comment: "",
  },
  aliases: ["Boom"],
  acquireCredentialsHandle: () => ({ status: status.SEC_E_OK, credential: {} }),
  freeCredentialsHandle: () => status.SEC_E_OK,
  initializeSecurityContext: (call) =>
    call.context === null ? { status: status.SEC_E_OK, contextAttr: 0, context: {} } : boom(),
  initializeSecurityContextAsync: boom,
  queryCredentialsAttributes: boom,
  setCredentialsAttributes: boom,
  applyControlToken: boom,
  deleteSecurityContext: () => status.SEC_E_OK,
  encryptMessage: boom,
  decryptMessage: boom,
  makeSignature: boom,
  verifySignature: boom,
  queryContextAttributes: boom,
  setContextAttributes: boom,
  lastError: () => null,
  requestKeyUpdate: boom,
  endOfInput: boom,
};

const sspi: SspiFunctions = createAllFunctions(
  [throwing],
  [
    {
      packageName: throwing.info.Name,
      acceptSecurityContext: boom,
      acceptSecurityContextAsync: () => Promise.reject(new Error("boom")),
    },
  ],
);
const message = new SecBufferDesc([]);

function handles(): {
  credential: NonNullable<ReturnType<SspiFunctions["acquireCredentialsHandle"]>["credential"]>;
  context: NonNullable<ReturnType<SspiFunctions["initializeSecurityContext"]>["context"]>;
} {
  const { credential } = sspi.acquireCredentialsHandle({ package: "throwing", credentialUse: 2 });
  if (credential === undefined) throw new Error("no credential");
  const { context } = sspi.initializeSecurityContext({ credential });
  if (context === undefined) throw new Error("no context");
  return { credential, context };
}

functions("packages are found by name and alias, without regard to case", () => {
  assert.is(sspi.querySecurityPackageInfo("BOOM").packageInfo?.Name, "Throwing");
  for (const name of [null, undefined, "", "Kerberos"]) {
    assert.is(sspi.querySecurityPackageInfo(name).status, status.SEC_E_SECPKG_NOT_FOUND);
    const { status: code } = sspi.acquireCredentialsHandle({ package: name, credentialUse: 2 });
    assert.is(code, status.SEC_E_SECPKG_NOT_FOUND);
  }
  assert.is(sspi.enumerateSecurityPackages().packages.length, 1);
});

/** Every function that takes a context, with otherwise right arguments. */
const CALLS: readonly (readonly [
  string,
  (context: Parameters<SspiFunctions["lastError"]>[0]) => number,
])[] = [
  ["initializeSecurityContext", (context) => sspi.initializeSecurityContext({ context }).status],
  ["acceptSecurityContext", (context) => sspi.acceptSecurityContext({ context }).status],
  ["encryptMessage", (context) => sspi.encryptMessage(context, 0, message)],
  ["decryptMessage", (context) => sspi.decryptMessage(context, message)],
  ["makeSignature", (context) => sspi.makeSignature(context, 0, message)],
  ["verifySignature", (context) => sspi.verifySignature(context, message)],
  ["applyControlToken", (context) => sspi.applyControlToken(context, message)],
  ["queryContextAttributes", (context) => sspi.queryContextAttributes(context, 4).status],
  ["setContextAttributes", (context) => sspi.setContextAttributes(context, Number(4), {})],
  ["endOfInput", (context) => sspi.endOfInput(context)],
  ["requestKeyUpdate", (context) => sspi.requestKeyUpdate(context, { requestPeer: true })],
];

for (const [name, call] of CALLS) {
  functions(`${name}: what is thrown inside is SEC_E_INTERNAL_ERROR, and kept`, () => {
    const { context } = handles();
    assert.is(call(context), status.SEC_E_INTERNAL_ERROR);
    assert.is(sspi.lastError(context)?.reason, "InternalError");
  });

  functions(
    `${name}: G4 no handle, a dead one, one of the wrong kind: SEC_E_INVALID_HANDLE`,
    () => {
      const { credential, context } = handles();
      assert.is(sspi.deleteSecurityContext(context), status.SEC_E_OK);
      const wrong = [null, undefined, context, credential, {}, Object.create(context)];
      for (const handle of wrong) {
        assert.is(call(handle as typeof context), status.SEC_E_INVALID_HANDLE);
      }
    },
  );
}

functions("2.1 2.8 a second free or delete: SEC_E_INVALID_HANDLE", () => {
  const { credential, context } = handles();
  assert.is(sspi.freeCredentialsHandle(credential), status.SEC_E_OK);
  assert.is(sspi.freeCredentialsHandle(credential), status.SEC_E_INVALID_HANDLE);
  assert.is(sspi.deleteSecurityContext(context), status.SEC_E_OK);
  assert.is(sspi.deleteSecurityContext(context), status.SEC_E_INVALID_HANDLE);
  const { status: code } = sspi.initializeSecurityContext({ credential });
  assert.is(code, status.SEC_E_INVALID_HANDLE);
});

functions("the Async functions answer with a status too", async () => {
  const { credential, context } = handles();
  const first = await sspi.acceptSecurityContextAsync({ credential });
  assert.is(first.status, status.SEC_E_INTERNAL_ERROR);
  assert.is(first.context, undefined);
  const later = await sspi.initializeSecurityContextAsync({ context });
  assert.is(later.status, status.SEC_E_INTERNAL_ERROR);
  assert.is(later.context, context);
});

functions("freeContextBuffer takes the buffer or its memory", () => {
  const buffer = new SecBuffer(2, new Uint8Array(3));
  assert.is(freeContextBuffer(buffer), status.SEC_E_OK);
  assert.is(buffer.pvBuffer, null);
  assert.is(freeContextBuffer(new Uint8Array(1)), status.SEC_E_OK);
  assert.is(freeContextBuffer(null), status.SEC_E_INVALID_HANDLE);
});

functions.run();
