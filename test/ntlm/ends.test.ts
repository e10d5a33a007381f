/**
 * Client and server of NTLM against each other: what is negotiated, names, hashes, channel bindings, lookups.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ntHashOf, upperCase } from "../../src/ntlm/responses.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flag from "../../src/sspi/context-flags.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { SECQOP_WRAP_NO_ENCRYPT } from "../../src/sspi/package-constants.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  acquire,
  contextsOf,
  type End,
  login,
  open,
  seal,
  serverOf,
  sign,
  sspi,
  text,
  verify,
} from "../message/kit.ts";

const USER = { user: "Ada", password: "Enchantress" };
const ends = suite("ntlm: two ends");

const client = (contextReq = 0, more: Partial<End> = {}): End => ({
  credential: acquire("NTLM", 2, { User: USER.user, Domain: "DOM", Password: USER.password }),
  contextReq,
  targetName: "HTTP/host.example",
  ...more,
});
const server = (contextReq = 0, more: Partial<End> = {}): End => ({
  credential: serverOf(USER),
  contextReq,
  ...more,
});

function exchange(from: ContextHandle, to: ContextHandle): void {
  for (const words of ["first", "", "the third message"]) {
    const sealed = seal(from, text(words));
    const opened = open(to, sealed);
    assert.is(opened.status, status.SEC_E_OK);
    assert.equal(opened.data, text(words));
    assert.is(verify(to, text(words), sign(from, text(words))), status.SEC_E_OK);
  }
}

const REQUIREMENTS: readonly (readonly [string, number])[] = [
  ["confidentiality", flag.ISC_REQ_CONFIDENTIALITY],
  ["integrity", flag.ISC_REQ_INTEGRITY],
  ["replay detection", flag.ISC_REQ_REPLAY_DETECT],
  ["sequence detection", flag.ISC_REQ_SEQUENCE_DETECT],
  ["DCE style", flag.ISC_REQ_USE_DCE_STYLE],
  ["identify", flag.ISC_REQ_IDENTIFY | flag.ISC_REQ_CONFIDENTIALITY],
  ["everything", 0x1021e],
];

for (const [name, contextReq] of REQUIREMENTS) {
  ends(`${name}: messages go both ways`, () => {
    const done = login(client(contextReq), server());
    const [one, other] = contextsOf(done);
    exchange(one, other);
    exchange(other, one);
    const seals = flag.hasFlag(done.client.contextAttr, flag.ISC_RET_CONFIDENTIALITY);
    assert.is(sspi.lastQop(other), SECQOP_WRAP_NO_ENCRYPT, "a signature was the last");
    const sealed = seal(one, text("abc"));
    assert.is(seals, sealed.data[0] !== 0x61, "a context that signs never encrypts");
    assert.is(open(other, sealed).status, status.SEC_E_OK);
    assert.is(sspi.lastQop(other), seals ? 0 : SECQOP_WRAP_NO_ENCRYPT);
    assert.ok(flag.hasFlag(done.client.contextAttr, flag.ISC_RET_INTEGRITY));
    assert.ok(flag.hasFlag(done.server.contextAttr, flag.ASC_RET_INTEGRITY));
  });
}

ends("nothing asked for: SEC_E_QOP_NOT_SUPPORTED, and signatures are the constant", () => {
  const [one, other] = contextsOf(login(client(), server()));
  assert.throws(() => seal(one, text("abc")), /QOP_NOT_SUPPORTED/);
  assert.equal(sign(one, text("abc")), Uint8Array.of(1, ...new Uint8Array(15)));
  assert.is(verify(other, text("other"), sign(one, text("abc"))), status.SEC_E_OK);
});

ends("a sealing context leaves data clear with SECQOP_WRAP_NO_ENCRYPT", () => {
  const [one] = contextsOf(login(client(flag.ISC_REQ_CONFIDENTIALITY), server()));
  assert.equal(seal(one, text("abc"), SECQOP_WRAP_NO_ENCRYPT).data, text("abc"));
});

for (const options of [{ version1: true }, { version1: "without-ess" }] as const) {
  ends(`NTLMv1 (${options.version1}) works where both ends opt in`, () => {
    const sealwire = { ntlm: options };
    const User = USER.user;
    const credential = acquire("NTLM", 2, { User, Password: USER.password, sealwire });
    const contextReq = flag.ISC_REQ_CONFIDENTIALITY;
    const opted: End = { credential: serverOf(USER, { ntlm: options }) };
    const [one, other] = contextsOf(login({ credential, contextReq }, opted));
    exchange(one, other);
    exchange(other, one);
    const refusedBy = login({ credential, contextReq }, server());
    assert.ok(status.isFailure(refusedBy.server.status));
  });
}

ends("an NT hash takes the place of the password at both ends", () => {
  const ntHash = ntHashOf(USER.password);
  const credential = acquire("NTLM", 2, { User: USER.user, sealwire: { ntHash } });
  const lookup = (): { ntHash: Uint8Array } => ({ ntHash });
  const hashed: End = { credential: acquire("NTLM", 1, { sealwire: { lookup } }) };
  contextsOf(login({ credential }, hashed));
  assert.equal(ntHash, ntHashOf(USER.password), "the caller's own bytes stay");
});

ends("a user principal name goes with an empty domain; case of the user does not count", () => {
  const known = { user: "ada@example.org", password: "x" };
  const { credential } = {
    credential: acquire("NTLM", 2, { User: "Ada@EXAMPLE.org", Password: "x" }),
  };
  const [, context] = contextsOf(login({ credential }, { credential: serverOf(known) }));
  const { value } = sspi.queryContextAttributes(context, attribute.SEALWIRE_ATTR_AUTHENTICATION);
  assert.is(value?.user, "Ada@EXAMPLE.org");
  assert.is(value?.domain, "");
  assert.is(value?.mechanism, "NTLMv2");
});

ends("names beyond ASCII: one unit of upper case for one unit", () => {
  assert.is(upperCase("straße é я"), "STRAßE É Я");
  const known = { user: "Ünï", password: "p\u00e4ss \u{1f511}" };
  const credential = acquire("NTLM", 2, { User: "ünÏ", Password: known.password });
  contextsOf(login({ credential }, { credential: serverOf(known) }));
});

ends("an anonymous logon has to be asked for, and allowed", () => {
  const credential = acquire("NTLM", 2, {});
  const unasked = login({ credential }, server());
  assert.is(unasked.client.status, status.SEC_E_NO_CREDENTIALS);
  const contextReq = flag.ISC_REQ_NULL_SESSION | flag.ISC_REQ_CONFIDENTIALITY;
  const denied = login({ credential, contextReq }, server());
  assert.is(denied.server.status, status.SEC_E_LOGON_DENIED);
  const done = login({ credential, contextReq }, server(flag.ASC_REQ_ALLOW_NULL_SESSION));
  const [one, other] = contextsOf(done);
  exchange(one, other);
  assert.ok(flag.hasFlag(done.client.contextAttr, flag.ISC_RET_NULL_SESSION));
  assert.ok(flag.hasFlag(done.server.contextAttr, flag.ASC_RET_NULL_SESSION));
});

ends("attributes: names, target, key, sizes", () => {
  const [one, other] = contextsOf(login(client(flag.ISC_REQ_CONFIDENTIALITY), server()));
  for (const context of [one, other]) {
    const ask = <A extends Parameters<typeof sspi.queryContextAttributes>[1]>(
      number: A,
    ): ReturnType<typeof sspi.queryContextAttributes<A>>["value"] =>
      sspi.queryContextAttributes(context, number).value;
    assert.is(ask(attribute.SECPKG_ATTR_NAMES)?.sUserName, "DOM\\Ada");
    assert.is(ask(attribute.SECPKG_ATTR_NATIVE_NAMES)?.sServerName, "HTTP/host.example");
    const target = ask(attribute.SECPKG_ATTR_CLIENT_SPECIFIED_TARGET);
    assert.is(target?.sTargetName, "HTTP/host.example");
    assert.is(ask(attribute.SECPKG_ATTR_KEY_INFO)?.KeySize, 128);
    assert.is(ask(attribute.SECPKG_ATTR_PACKAGE_INFO)?.PackageInfo.Name, "NTLM");
    assert.equal(ask(attribute.SECPKG_ATTR_SIZES), {
      ...{ cbMaxToken: 2888, cbMaxSignature: 16 },
      ...{ cbBlockSize: 0, cbSecurityTrailer: 16 },
    });
    assert.ok((ask(attribute.SECPKG_ATTR_TARGET_INFORMATION)?.MarshalledTargetInfoLength ?? 0) > 0);
  }
  const keys = [one, other].map(
    (context) =>
      sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_SESSION_KEY).value?.SessionKey,
  );
  assert.equal(keys[0], keys[1]);
});

ends("a lookup may answer later, and the Async function goes on", async () => {
  const lookup = async (): Promise<{ password: string }> => ({ password: USER.password });
  const credential = acquire("NTLM", 1, { sealwire: { lookup } });
  const { client: first, server: second, tokens } = login(client(), { credential });
  assert.is(first.status, status.SEC_E_OK);
  assert.is(second.status, status.SEC_I_ASYNC_CALL_PENDING);
  const { SecBuffer, SecBufferDesc } = await import("../../src/sspi/sec-buffer.ts");
  const answer = await sspi.acceptSecurityContextAsync({
    context: second.context,
    input: new SecBufferDesc([new SecBuffer(2, tokens[2])]),
    output: new SecBufferDesc([new SecBuffer(2, new Uint8Array(100))]),
  });
  assert.is(answer.status, status.SEC_E_OK);
});

const ours = text("tls-server-end-point:0123456789abcdef");
const others = text("tls-server-end-point:fedcba9876543210");
const BINDINGS: readonly (readonly [
  string,
  Uint8Array | null,
  Uint8Array | null,
  number,
  string,
])[] = [
  ["the same", ours, ours, status.SEC_E_OK, "checked"],
  ["of another channel", others, ours, status.SEC_E_BAD_BINDINGS, "WrongBindings"],
  ["none at the client", null, ours, status.SEC_E_BAD_BINDINGS, "WrongBindings"],
  ["none at the server", ours, null, status.SEC_E_OK, "ignored"],
  ["none at all", null, null, status.SEC_E_OK, "ignored"],
];

for (const [name, atClient, atServer, code, word] of BINDINGS) {
  ends(`channel bindings, ${name}: ${status.statusName(code)}`, () => {
    const done = login(
      client(0, atClient === null ? {} : { bindings: atClient }),
      server(0, atServer === null ? {} : { bindings: atServer }),
    );
    assert.is(done.server.status, code);
    if (code !== status.SEC_E_OK) {
      assert.is(done.server.reason, word);
      return;
    }
    const { value } = sspi.queryContextAttributes(
      done.server.context,
      attribute.SEALWIRE_ATTR_AUTHENTICATION,
    );
    assert.is(value?.bindings, word);
  });
}

ends('channel bindings are not looked at with "ignore"', () => {
  const credential = serverOf(USER, { bindings: "ignore" });
  contextsOf(login(client(0, { bindings: others }), { credential, bindings: ours }));
});

ends("a server without lookup, a user without password: SEC_E_NO_CREDENTIALS", () => {
  for (const [credentialUse, authData] of [
    [1, {}],
    [2, { User: "Ada" }],
  ] as const) {
    const answer = sspi.acquireCredentialsHandle({ package: "NTLM", credentialUse, authData });
    assert.is(answer.status, status.SEC_E_NO_CREDENTIALS);
  }
});

for (const mechanism of ["NTLM", "Negotiate"]) {
  ends(
    `${mechanism}: tokens in Buffers of Node's pool stay the caller's, and are copied where they are kept`,
    () => {
      const given: Buffer[] = [];
      const sent: Buffer[] = [];
      const between = (token: Uint8Array): Uint8Array => {
        const buffer = Buffer.from(Buffer.from(token).toString("base64"), "base64");
        for (const earlier of given) earlier.fill(0xee);
        given.push(buffer);
        sent.push(Buffer.from(buffer));
        return buffer;
      };
      const credential = acquire(mechanism, 2, { User: USER.user, Password: USER.password });
      const contextReq = flag.ISC_REQ_CONFIDENTIALITY;
      const serving = { credential: serverOf(USER, {}, mechanism) };
      const [one, other] = contextsOf(login({ credential, contextReq }, serving, between));
      exchange(one, other);
      assert.equal(given.at(-1), sent.at(-1), "the last token was not written");
    },
  );
}

ends("datagrams are refused by name: SEC_E_UNSUPPORTED_FUNCTION", () => {
  const { client: refused } = login(client(flag.ISC_REQ_DATAGRAM), server());
  assert.is(refused.status, status.SEC_E_UNSUPPORTED_FUNCTION);
});

ends("a caller's randomness or clock that fails is a status", () => {
  const cases = [
    { random: () => new Uint8Array(1) },
    {
      random: (): Uint8Array => {
        throw new Error("empty");
      },
    },
    { clock: () => Number.NaN },
  ];
  for (const options of cases) {
    const credential = serverOf(USER, options);
    assert.is(login(client(), { credential }).server.status, status.SEC_E_INVALID_PARAMETER);
  }
});

ends("a credential that was freed goes on in its contexts", () => {
  const { credential } = client();
  const first = login({ credential }, server(), (token) => {
    sspi.freeCredentialsHandle(credential);
    return token;
  });
  assert.is(first.server.status, status.SEC_I_CONTINUE_NEEDED);
  assert.is(first.client.status, status.SEC_E_INVALID_HANDLE, "the dead handle was given again");
});

ends.run();
