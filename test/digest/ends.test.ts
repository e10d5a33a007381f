/**
 * Client and server of DIGEST-MD5 against each other: qualities of protection, ciphers, buffers, names, lookups.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromLatin1 } from "../../src/bytes/text.ts";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as type from "../../src/sspi/buffer-types.ts";
import * as flag from "../../src/sspi/context-flags.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { SECQOP_WRAP_NO_ENCRYPT } from "../../src/sspi/package-constants.ts";
import { SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  acquire,
  buffer,
  clientOf,
  contextsOf,
  type Form,
  login,
  open,
  room,
  seal,
  serverOf,
  sign,
  sspi,
  TARGET,
  text,
  turn,
  USER,
  verify,
} from "./kit.ts";

const ends = suite("digest: two ends of SASL");
const CONF = flag.ISC_REQ_CONFIDENTIALITY;
const CIPHERS = ["3des", "rc4", "des", "rc4-56", "rc4-40"] as const;
const FORMS: readonly Form[] = ["padding", "second data", "several data", "stream", "one data"];

function exchange(from: ContextHandle, to: ContextHandle): void {
  for (let length = 0; length < 40; length++) {
    const data = Uint8Array.from({ length }, (_, i) => i + length);
    for (const form of FORMS) {
      const opened = open(to, seal(from, data, form), form);
      assert.is(opened.status, status.SEC_E_OK, `${length} bytes, ${form}`);
      assert.equal(opened.data, data, `${length} bytes, ${form}`);
    }
    assert.is(verify(to, data, sign(from, data)), status.SEC_E_OK);
  }
}

for (const cipher of CIPHERS) {
  ends(
    `auth-conf with ${cipher}: messages of any length and buffers of any form go both ways`,
    () => {
      const digest: DigestOptions = { ciphers: [cipher] };
      const done = login(
        { credential: clientOf(digest), contextReq: CONF },
        { credential: serverOf(digest), contextReq: CONF },
      );
      const [one, other] = contextsOf(done);
      exchange(one, other);
      exchange(other, one);
      const sealed = seal(one, text("a message of some length"));
      assert.not(fromLatin1(sealed).includes("message"));
      open(other, sealed);
      assert.is(sspi.lastQop(other), 0);
      assert.ok(flag.hasFlag(done.client.contextAttr, flag.ISC_RET_CONFIDENTIALITY));
      assert.ok(flag.hasFlag(done.server.contextAttr, flag.ASC_RET_INTEGRITY));
    },
  );
}

for (const [name, req] of [
  ["INTEGRITY", flag.ISC_REQ_INTEGRITY],
  ["REPLAY_DETECT", flag.ISC_REQ_REPLAY_DETECT],
  ["SEQUENCE_DETECT", flag.ISC_REQ_SEQUENCE_DETECT],
] as const) {
  ends(`${name} asks for auth-int: messages are signed and stay clear`, () => {
    const asc = name === "INTEGRITY" ? flag.ASC_REQ_INTEGRITY : req;
    const [one, other] = contextsOf(
      login(
        { credential: clientOf(), contextReq: req },
        { credential: serverOf(), contextReq: asc },
      ),
    );
    exchange(one, other);
    exchange(other, one);
    const packet = seal(one, text("clear"));
    assert.is(packet.length, 5 + 16);
    assert.equal(packet.slice(0, 5), text("clear"));
    assert.is(open(other, packet).status, status.SEC_E_OK);
    assert.is(sspi.lastQop(other), SECQOP_WRAP_NO_ENCRYPT);
  });
}

ends("without flags it is auth: the message functions answer SEC_E_QOP_NOT_SUPPORTED", () => {
  const [one, other] = contextsOf(login({ credential: clientOf() }, { credential: serverOf() }));
  assert.throws(() => seal(one, text("x")), /QOP_NOT_SUPPORTED/);
  assert.throws(() => sign(other, text("x")), /QOP_NOT_SUPPORTED/);
  assert.is(open(other, new Uint8Array(32)).status, status.SEC_E_QOP_NOT_SUPPORTED);
});

ends("what is wanted and not offered is refused by the client", () => {
  const done = login({ credential: clientOf(), contextReq: CONF }, { credential: serverOf() });
  assert.is(done.client.status, status.SEC_E_QOP_NOT_SUPPORTED);
  const weak = login(
    { credential: clientOf(), contextReq: CONF },
    { credential: serverOf({ ciphers: ["rc4-40", "des"] }), contextReq: CONF },
  );
  assert.is(weak.client.status, status.SEC_E_ALGORITHM_MISMATCH);
  assert.match(weak.client.message, /sealwire\.digest\.ciphers/);
});

ends("sealwire.digest.qop orders what is taken; flags are the least", () => {
  const digest: DigestOptions = { qop: ["auth-conf", "auth-int", "auth"] };
  const [one] = contextsOf(
    login({ credential: clientOf(digest) }, { credential: serverOf(digest) }),
  );
  const { value } = sspi.queryContextAttributes(one, attribute.SEALWIRE_ATTR_AUTHENTICATION);
  assert.is(value?.mechanism, "DIGEST-MD5 auth-conf 3des");
  const excluded = turn(
    "client",
    { credential: clientOf({ qop: ["auth"] }), contextReq: CONF },
    null,
    null,
  );
  assert.is(excluded.status, status.SEC_E_QOP_NOT_SUPPORTED);
});

ends("fQOP and messageSeqNo other than 0 are refused, and nothing is changed", () => {
  const end = { contextReq: CONF };
  const [one, other] = contextsOf(
    login({ credential: clientOf(), ...end }, { credential: serverOf(), ...end }),
  );
  const data = text("data");
  const message = new SecBufferDesc([
    buffer(type.SECBUFFER_DATA, data),
    buffer(type.SECBUFFER_PADDING, new Uint8Array(24)),
  ]);
  assert.is(
    sspi.encryptMessage(one, SECQOP_WRAP_NO_ENCRYPT, message),
    status.SEC_E_QOP_NOT_SUPPORTED,
  );
  assert.is(sspi.encryptMessage(one, 0x40000000, message), status.SEC_E_QOP_NOT_SUPPORTED);
  assert.is(sspi.encryptMessage(one, 0, message, 1), status.SEC_E_OUT_OF_SEQUENCE);
  assert.is(sspi.decryptMessage(one, message, 1), status.SEC_E_OUT_OF_SEQUENCE);
  assert.equal(data, text("data"));
  assert.equal(open(other, seal(one, data)).data, data);
});

ends("buffers other than those of the page are refused before anything is encrypted", () => {
  const end = { contextReq: CONF };
  const [one, other] = contextsOf(
    login({ credential: clientOf(), ...end }, { credential: serverOf(), ...end }),
  );
  const data = text("data");
  const D = type.SECBUFFER_DATA;
  const P = type.SECBUFFER_PADDING;
  const READONLY = type.SECBUFFER_READONLY;
  const rows: readonly (readonly [string, number, readonly (readonly [number, number])[]])[] = [
    ["DATA alone", status.SEC_E_INVALID_TOKEN, [[D, 4]]],
    ["PADDING alone", status.SEC_E_INVALID_TOKEN, [[P, 24]]],
    [
      "TOKEN",
      status.SEC_E_INVALID_TOKEN,
      [
        [type.SECBUFFER_TOKEN, 24],
        [D, 4],
        [P, 24],
      ],
    ],
    [
      "short PADDING",
      status.SEC_E_BUFFER_TOO_SMALL,
      [
        [D, 4],
        [P, 17],
      ],
    ],
    [
      "short second DATA",
      status.SEC_E_BUFFER_TOO_SMALL,
      [
        [D, 4],
        [D, 17],
      ],
    ],
    [
      "read-only PADDING",
      status.SEC_E_INVALID_TOKEN,
      [
        [D, 4],
        [P | READONLY, 24],
      ],
    ],
    [
      "READONLY_WITH_CHECKSUM",
      status.SEC_E_INVALID_TOKEN,
      [
        [D, 4],
        [D | type.SECBUFFER_READONLY_WITH_CHECKSUM, 4],
        [P, 24],
      ],
    ],
  ];
  for (const [name, wanted, kinds] of rows) {
    const buffers = kinds.map(([kind, length]) =>
      buffer(kind, kind === D && length === 4 ? data : new Uint8Array(length)),
    );
    assert.is(sspi.encryptMessage(one, 0, new SecBufferDesc(buffers)), wanted, name);
  }
  assert.is(sspi.encryptMessage(one, 0, null), status.SEC_E_INVALID_TOKEN);
  assert.equal(data, text("data"));
  assert.equal(open(other, seal(one, data)).data, data);
});

ends("sizes and attributes are those of the chosen layer", () => {
  const rows = [
    ["3des", 24, 8],
    ["des", 24, 8],
    ["rc4", 16, 0],
  ] as const;
  for (const [cipher, cbSecurityTrailer, cbBlockSize] of rows) {
    const digest: DigestOptions = { ciphers: [cipher] };
    const end = { contextReq: CONF };
    const contexts = contextsOf(
      login({ credential: clientOf(digest), ...end }, { credential: serverOf(digest), ...end }),
    );
    for (const context of contexts) {
      const sizes = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_SIZES).value;
      assert.equal(sizes, { cbMaxToken: 4096, cbMaxSignature: 16, cbBlockSize, cbSecurityTrailer });
      assert.is(room(context), cbSecurityTrailer);
      const names = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_NAMES).value;
      assert.is(names?.sUserName, "chris@elwood.innosoft.com");
      const key = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_KEY_INFO).value;
      assert.is(key?.sSignatureAlgorithmName, "HMAC-MD5");
      const info = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_PACKAGE_INFO).value;
      assert.is(info?.PackageInfo.Name, "WDigest");
      assert.is(
        sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_STREAM_SIZES).status,
        status.SEC_E_UNSUPPORTED_FUNCTION,
      );
      assert.is(
        sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_SESSION_KEY).status,
        status.SEC_E_UNSUPPORTED_FUNCTION,
      );
    }
    const target = sspi.queryContextAttributes(
      contexts[1],
      attribute.SECPKG_ATTR_CLIENT_SPECIFIED_TARGET,
    );
    assert.is(target.value?.sTargetName, TARGET);
  }
});

ends("a packet longer than maxbuf is neither made nor accepted", () => {
  const end = { contextReq: CONF };
  const [one, other] = contextsOf(
    login(
      { credential: clientOf({ ciphers: ["rc4"] }), ...end },
      { credential: serverOf({ ciphers: ["rc4"], maxbuf: 100 }), ...end },
    ),
  );
  assert.is(open(other, seal(one, new Uint8Array(84))).status, status.SEC_E_OK);
  assert.throws(() => seal(one, new Uint8Array(85)), /INVALID_PARAMETER/);
  assert.is(open(other, new Uint8Array(101)).status, status.SEC_E_INVALID_TOKEN);
  assert.is(open(other, seal(one, new Uint8Array(84))).status, status.SEC_E_OK);
});

ends("names and passwords beyond ASCII and beyond ISO 8859-1 are the same at both ends", () => {
  for (const [User, Password] of [
    ["J\u00f6rg", "p\u00e4ss\u0020word"],
    ["\u0418\u0432\u0430\u043d", "\u{1f511}"],
    ['quote"back\\slash', ","],
  ] as const) {
    const lookup = ({ user }: { readonly user: string }): { password: string } | null =>
      user === User ? { password: Password } : null;
    const end = { contextReq: CONF };
    const [, other] = contextsOf(
      login(
        { credential: acquire(2, { User, Password }), ...end },
        { credential: acquire(1, { Domain: "r\u00e9alm", sealwire: { lookup } }), ...end },
      ),
    );
    const { value } = sspi.queryContextAttributes(other, attribute.SEALWIRE_ATTR_AUTHENTICATION);
    assert.is(value?.user, User);
    assert.is(value?.realm, "r\u00e9alm");
  }
});

ends("a lookup may answer later, and with H(user:realm:password)", async () => {
  const { nodeLegacyCrypto } = await import("../../src/providers/node/legacy-crypto.ts");
  const ha1 = nodeLegacyCrypto.md5(text("chris:elwood.innosoft.com:secret"));
  const credential = serverOf({}, { lookup: async () => ({ ha1 }) });
  const server = turn("server", { credential }, null, null);
  const client = turn("client", { credential: clientOf() }, null, server.token);
  const waits = turn("server", { credential }, server.context, client.token);
  assert.is(waits.status, status.SEC_I_ASYNC_CALL_PENDING);
  const output = buffer(type.SECBUFFER_TOKEN, new Uint8Array(500));
  const answer = await sspi.acceptSecurityContextAsync({
    credential,
    context: server.context,
    contextReq: 0,
    input: new SecBufferDesc([buffer(type.SECBUFFER_TOKEN, client.token)]),
    output: new SecBufferDesc([output]),
  });
  assert.is(answer.status, status.SEC_E_OK);
  const last = turn("client", { credential: clientOf() }, client.context, output.bytes);
  assert.is(last.status, status.SEC_E_OK);
  assert.equal(
    ha1,
    nodeLegacyCrypto.md5(text("chris:elwood.innosoft.com:secret")),
    "the caller's stays",
  );
});

ends("a wrong password and an unknown user are one refusal", () => {
  for (const more of [{ Password: "wrong" }, { User: "nobody" }]) {
    const { server } = login({ credential: clientOf({}, more) }, { credential: serverOf() });
    assert.is(server.status, status.SEC_E_LOGON_DENIED);
    assert.is(server.reason, "WrongPassword");
    assert.not.match(server.message, /wrong$|nobody|secret/);
  }
});

ends("flags that Digest does not have are refused", () => {
  for (const contextReq of [flag.ISC_REQ_DELEGATE, flag.ISC_REQ_PROMPT_FOR_CREDS]) {
    const answer = turn("client", { credential: clientOf(), contextReq }, null, null);
    assert.is(answer.status, status.SEC_E_UNSUPPORTED_FUNCTION);
  }
});

ends("credentials without what a role needs are refused", () => {
  const lookup = (): null => null;
  assert.throws(() => acquire(2, { User: "x" }), /needs User and Password/);
  assert.throws(() => acquire(2, { Password: "x" }), /needs User and Password/);
  assert.throws(() => acquire(1, { Domain: "x" }), /sealwire\.lookup/);
  assert.throws(() => acquire(1, { sealwire: { lookup } }), /realm/);
  assert.throws(
    () => acquire(1, { Domain: "x", sealwire: { lookup, bindings: "require" } }),
    /bindings/,
  );
  assert.throws(() => acquire(2, { ...USER, User: "a\r\nb" }), /control characters/);
  assert.throws(() => acquire(2, { ...USER, sealwire: { digest: { maxbuf: 16 } } }), /maxbuf/);
  assert.throws(() => acquire(2, { ...USER, sealwire: { digest: { ciphers: [] } } }), /not empty/);
});

ends("a server refuses a response for another host than its own", () => {
  const credential = serverOf({}, { names: { dnsComputer: "elwood.innosoft.com" } });
  contextsOf(login({ credential: clientOf() }, { credential }));
  const other = login({ credential: clientOf(), targetName: "imap/other.example" }, { credential });
  assert.is(other.server.status, status.SEC_E_LOGON_DENIED);
  const wrong = login({ credential: clientOf(), targetName: "no-host" }, { credential });
  assert.is(wrong.client.status, status.SEC_E_TARGET_UNKNOWN);
});

ends.run();
