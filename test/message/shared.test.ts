/**
 * What message packages share, through the SSPI functions, over a package that hardly does anything itself.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import type { SEC_WINNT_AUTH_IDENTITY } from "../../src/message/identity-types.ts";
import { createAllFunctions } from "../../src/sspi/all-functions.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as type from "../../src/sspi/buffer-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import { SECQOP_WRAP_NO_ENCRYPT, SECQOP_WRAP_OOB_DATA } from "../../src/sspi/package-constants.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import { addedPackage } from "../../src/sspi/security-package.ts";
import * as status from "../../src/sspi/security-status.ts";
import { ToyPackage } from "./toy-package.ts";

const shared = suite("message: what packages share");

const toy = new ToyPackage();
const sspi: SspiFunctions = createAllFunctions([], []);
assert.is(sspi.addSecurityPackage(addedPackage(toy)), status.SEC_E_OK);

function acquire(credentialUse: number, authData: SEC_WINNT_AUTH_IDENTITY = {}): CredentialHandle {
  const { credential, error } = sspi.acquireCredentialsHandle({
    package: "toy",
    credentialUse,
    authData,
  });
  if (credential === undefined) throw new Error(error?.message);
  return credential;
}

const tokens = (text: string): SecBufferDesc =>
  new SecBufferDesc([new SecBuffer(type.SECBUFFER_TOKEN, latin1(text))]);
const room = (bytes: number): SecBufferDesc =>
  new SecBufferDesc([new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(bytes))]);
const KNOWN = { sealwire: { lookup: () => ({ password: "x" }) } };

function establishedServer(): ContextHandle {
  const { status: code, context } = sspi.acceptSecurityContext({
    credential: acquire(1, KNOWN),
    input: tokens("hi"),
    output: room(10),
  });
  assert.is(code, status.SEC_E_OK);
  if (context === undefined) throw new Error("no context");
  return context;
}

shared("a package is added once; another of its name is refused", () => {
  assert.is(sspi.addSecurityPackage(addedPackage(toy)), status.SEC_E_OK);
  assert.is(sspi.addSecurityPackage(addedPackage(new ToyPackage())), status.SEC_E_CANNOT_INSTALL);
  assert.is(sspi.enumerateSecurityPackages().packages.length, 1);
  assert.is(sspi.querySecurityPackageInfo("DOLL").packageInfo?.Name, "Toy");
  const strange = [null, undefined, {}, { name: "Toy" }] as unknown[];
  for (const value of strange) {
    const code = sspi.addSecurityPackage(value as Parameters<typeof sspi.addSecurityPackage>[0]);
    assert.is(code, status.SEC_E_INVALID_PARAMETER);
  }
});

shared("a list of packages belongs to one set of functions", () => {
  assert.is(
    createAllFunctions([], []).querySecurityPackageInfo("Toy").status,
    status.SEC_E_SECPKG_NOT_FOUND,
  );
});

shared("a credential of a wrong form is refused, and a secret is not in the message", () => {
  const given = { Pasword: "secret" } as SEC_WINNT_AUTH_IDENTITY;
  const { status: code, error } = sspi.acquireCredentialsHandle({
    package: "Toy",
    credentialUse: 2,
    authData: given,
  });
  assert.is(code, status.SEC_E_INVALID_PARAMETER);
  assert.match(error?.message ?? "", /did you mean Password/);
  assert.not.match(error?.message ?? "", /secret/);
});

shared("a credential has the roles of its use alone", () => {
  const { status: code } = sspi.acceptSecurityContext({ credential: acquire(2), output: room(9) });
  assert.is(code, status.SEC_E_INVALID_HANDLE);
  const unused = sspi.acquireCredentialsHandle({ package: "Toy", credentialUse: 4 });
  assert.is(unused.status, status.SEC_E_NO_CREDENTIALS);
});

shared("output without room: SEC_E_INSUFFICIENT_MEMORY, and the call can be repeated", () => {
  const credential = acquire(2);
  const first = sspi.initializeSecurityContext({ credential, output: room(1) });
  assert.is(first.status, status.SEC_E_INSUFFICIENT_MEMORY);
  assert.is(first.context, undefined);
  const output = room(5);
  const { status: code } = sspi.initializeSecurityContext({ credential, output });
  assert.is(code, status.SEC_I_CONTINUE_NEEDED);
  assert.is(output.pBuffers[0]?.cbBuffer, 2);
});

shared("a lookup that answers later is waited for by the Async function", async () => {
  const later = { sealwire: { lookup: () => Promise.resolve({ password: "x" }) } };
  const call = { credential: acquire(1, later), input: tokens("hi"), output: room(10) };
  const { status: code, context } = sspi.acceptSecurityContext(call);
  assert.is(code, status.SEC_I_ASYNC_CALL_PENDING);
  assert.is(call.output.pBuffers[0]?.cbBuffer, 10, "nothing was written");
  const again = await sspi.acceptSecurityContextAsync({ ...call, context: context ?? null });
  assert.is(again.status, status.SEC_E_OK);
  assert.is(call.output.pBuffers[0]?.cbBuffer, 2);
  const once = await sspi.acceptSecurityContextAsync({ ...call, output: room(10) });
  assert.is(once.status, status.SEC_E_OK);
});

shared("a lookup that fails, throws or answers nonsense gives a status", async () => {
  const cases: [() => unknown, number][] = [
    [() => null, status.SEC_E_LOGON_DENIED],
    [() => Promise.resolve(null), status.SEC_E_LOGON_DENIED],
    [() => Promise.reject(new Error("no database")), status.SEC_E_INVALID_PARAMETER],
    [() => ({ ntHash: new Uint8Array(3) }), status.SEC_E_INVALID_PARAMETER],
    [() => 5, status.SEC_E_INVALID_PARAMETER],
  ];
  for (const [lookup, wanted] of cases) {
    const sealwire = { lookup } as NonNullable<SEC_WINNT_AUTH_IDENTITY["sealwire"]>;
    const credential = acquire(1, { sealwire });
    const call = { credential, input: tokens("hi"), output: room(10) };
    const answer = await sspi.acceptSecurityContextAsync(call);
    assert.is(answer.status, wanted, String(lookup));
    assert.is(answer.context, undefined);
    assert.ok(answer.error?.message);
  }
});

shared("messages before the handshake is finished: SEC_E_OUT_OF_SEQUENCE, nothing changed", () => {
  const { context } = sspi.initializeSecurityContext({ credential: acquire(2), output: room(10) });
  const data = new SecBuffer(type.SECBUFFER_DATA, latin1("abc"));
  const message = new SecBufferDesc([new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(1)), data]);
  assert.is(sspi.encryptMessage(context, 0, message), status.SEC_E_OUT_OF_SEQUENCE);
  assert.is(sspi.decryptMessage(context, message), status.SEC_E_OUT_OF_SEQUENCE);
  assert.is(sspi.makeSignature(context, 0, message), status.SEC_E_OUT_OF_SEQUENCE);
  assert.is(sspi.verifySignature(context, message), status.SEC_E_OUT_OF_SEQUENCE);
  assert.equal(data.bytes, latin1("abc"));
  assert.is(sspi.lastError(context)?.reason, "WrongState");
});

shared("buffers are found in any place, and each DATA by its attribute bits", () => {
  const context = establishedServer();
  const texts = ["left alone", "summed", "turned", "too"].map(latin1);
  const [plain, summed, ...rest] = texts;
  const padding = new SecBuffer(type.SECBUFFER_PADDING, new Uint8Array(1));
  const token = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(4));
  const message = new SecBufferDesc([
    new SecBuffer((type.SECBUFFER_DATA | type.SECBUFFER_READONLY) >>> 0, plain),
    new SecBuffer(type.SECBUFFER_DATA, rest[0]),
    padding,
    new SecBuffer(type.SECBUFFER_DATA | type.SECBUFFER_READONLY_WITH_CHECKSUM, summed),
    token,
    new SecBuffer(type.SECBUFFER_EMPTY),
    new SecBuffer(type.SECBUFFER_DATA, rest[1]),
  ]);
  assert.is(sspi.encryptMessage(context, 0, message), status.SEC_E_OK);
  assert.is(token.cbBuffer, 1, "the real length is written back");
  assert.is(padding.cbBuffer, 0);
  assert.equal(plain, latin1("left alone"));
  assert.equal(summed, latin1("summed"));
  assert.not.equal(rest[0], latin1("turned"));
  assert.not.equal(rest[1], latin1("too"));
  if (plain !== undefined) plain[0] = 0;
  assert.is(
    sspi.decryptMessage(context, message),
    status.SEC_E_OK,
    "a plain READONLY does not count",
  );
  assert.equal(rest[1], latin1("too"));
  if (summed !== undefined) summed[0] = 0;
  assert.is(sspi.verifySignature(context, message), status.SEC_E_MESSAGE_ALTERED);
});

shared("a stream is decrypted into DATA, which shows the caller's memory", () => {
  const stream = new SecBuffer(type.SECBUFFER_STREAM, Uint8Array.of(7, 0xfe, 0xfd));
  const data = new SecBuffer(type.SECBUFFER_DATA);
  const message = new SecBufferDesc([stream, data]);
  assert.is(sspi.decryptMessage(establishedServer(), message), status.SEC_E_OK);
  assert.equal(data.bytes, Uint8Array.of(1, 2));
  assert.is(data.pvBuffer?.buffer, stream.pvBuffer?.buffer);
});

const bad: readonly (readonly [string, SecBufferDesc | null])[] = [
  ["no descriptor", null],
  ["no buffer", new SecBufferDesc([])],
  ["no TOKEN", new SecBufferDesc([new SecBuffer(type.SECBUFFER_DATA, new Uint8Array(1))])],
  ["no DATA", new SecBufferDesc([new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(1))])],
  [
    "two TOKENs",
    new SecBufferDesc([
      new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(1)),
      new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(1)),
      new SecBuffer(type.SECBUFFER_DATA, new Uint8Array(1)),
    ]),
  ],
  [
    "cbBuffer beyond the memory",
    new SecBufferDesc([
      new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(1)),
      new SecBuffer(type.SECBUFFER_DATA, new Uint8Array(1), 2),
    ]),
  ],
];

for (const [name, message] of bad) {
  shared(`${name}: SEC_E_INVALID_TOKEN, in the words of the function`, () => {
    const context = establishedServer();
    assert.is(sspi.encryptMessage(context, 0, message), status.SEC_E_INVALID_TOKEN);
    assert.match(sspi.lastError(context)?.message ?? "", /^encryptMessage needs /);
    assert.is(sspi.decryptMessage(context, message), status.SEC_E_INVALID_TOKEN);
    assert.match(sspi.lastError(context)?.message ?? "", /^decryptMessage needs /);
  });
}

shared("a TOKEN without room: SEC_E_BUFFER_TOO_SMALL", () => {
  const message = new SecBufferDesc([
    new SecBuffer(type.SECBUFFER_TOKEN),
    new SecBuffer(type.SECBUFFER_DATA, latin1("abc")),
  ]);
  assert.is(sspi.encryptMessage(establishedServer(), 0, message), status.SEC_E_BUFFER_TOO_SMALL);
  assert.equal(message.pBuffers[1]?.bytes, latin1("abc"));
});

shared("fQOP is 0 or SECQOP_WRAP_NO_ENCRYPT, also as C has it", () => {
  const context = establishedServer();
  const message = (): SecBufferDesc =>
    new SecBufferDesc([
      new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(1)),
      new SecBuffer(type.SECBUFFER_DATA, latin1("abc")),
    ]);
  const wrong = [SECQOP_WRAP_OOB_DATA, 1, 2];
  for (const quality of wrong) {
    const code = sspi.encryptMessage(context, quality, message());
    assert.is(code, status.SEC_E_QOP_NOT_SUPPORTED);
  }
  for (const quality of [0, SECQOP_WRAP_NO_ENCRYPT, Number(SECQOP_WRAP_NO_ENCRYPT) | 0]) {
    assert.is(sspi.encryptMessage(context, quality, message()), status.SEC_E_OK);
  }
});

shared("lastQop reports what was only signed", () => {
  const context = establishedServer();
  assert.is(sspi.lastQop(context), 0);
  const message = new SecBufferDesc([
    new SecBuffer(type.SECBUFFER_TOKEN, Uint8Array.of(3)),
    new SecBuffer(type.SECBUFFER_DATA, Uint8Array.of(1, 2)),
  ]);
  assert.is(sspi.verifySignature(context, message), status.SEC_E_OK);
  assert.is(sspi.lastQop(context), SECQOP_WRAP_NO_ENCRYPT);
  assert.is(sspi.lastQop(null), 0);
});

shared("attributes: known, not known yet, and not of a message package", () => {
  const context = establishedServer();
  const { value: sizes } = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_SIZES);
  assert.equal(sizes, {
    ...{ cbMaxToken: 100, cbMaxSignature: 1 },
    ...{ cbBlockSize: 1, cbSecurityTrailer: 1 },
  });
  const { value: names } = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_NAMES);
  assert.is(names?.sUserName, "someone");
  const { value: key } = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_SESSION_KEY);
  assert.is(key?.SessionKeyLength, 3);
  const { status: code } = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_STREAM_SIZES);
  assert.is(code, status.SEC_E_UNSUPPORTED_FUNCTION);
  const { context: early } = sspi.initializeSecurityContext({
    credential: acquire(2),
    output: room(10),
  });
  for (const number of [attribute.SECPKG_ATTR_SIZES, attribute.SECPKG_ATTR_NAMES]) {
    assert.is(sspi.queryContextAttributes(early, number).status, status.SEC_E_OUT_OF_SEQUENCE);
  }
});

shared("what a package does not have is SEC_E_UNSUPPORTED_FUNCTION", () => {
  const context = establishedServer();
  const code = status.SEC_E_UNSUPPORTED_FUNCTION;
  assert.is(sspi.completeAuthToken(context, tokens("x")), code);
  assert.is(sspi.applyControlToken(context, tokens("x")), code);
  assert.is(sspi.requestKeyUpdate(context), code);
});

shared("a deleted context is wiped, and its handle is dead", () => {
  const context = establishedServer();
  const state = toy.last;
  assert.is(sspi.deleteSecurityContext(context), status.SEC_E_OK);
  assert.is(state?.wiped, true);
  assert.is(sspi.encryptMessage(context, 0, null), status.SEC_E_INVALID_HANDLE);
});

shared("a failed handshake ends the context: its messages are SEC_E_CONTEXT_EXPIRED", async () => {
  let known = true;
  const lookup = (): Promise<{ password: string } | null> =>
    Promise.resolve(known ? { password: "x" } : null);
  const call = { credential: acquire(1, { sealwire: { lookup } }), input: tokens("hi") };
  known = false;
  const { context } = sspi.acceptSecurityContext({ ...call, output: room(10) });
  await Promise.resolve();
  const answer = await sspi.acceptSecurityContextAsync({
    ...call,
    context: context ?? null,
    output: room(10),
  });
  assert.is(answer.status, status.SEC_E_LOGON_DENIED);
  assert.is(answer.context, context);
  assert.is(sspi.encryptMessage(context, 0, null), status.SEC_E_CONTEXT_EXPIRED);
  const repeated = sspi.acceptSecurityContext({ context: context ?? null, output: room(9) });
  assert.is(repeated.status, status.SEC_E_LOGON_DENIED);
});

shared.run();
