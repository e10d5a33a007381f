/**
 * HTTP Digest (RFC 7616): Authorization and Authentication-Info through the SSPI functions.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromLatin1, latin1, toHex, utf8 } from "../../src/bytes/text.ts";
import { ALGORITHMS, algorithmOf, userHash } from "../../src/digest/http.ts";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import { nodeDigestHashes } from "../../src/providers/node/digest-hashes.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flag from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { numbers } from "../support/random.ts";
import {
  acquire,
  clientOf,
  contextsOf,
  type End,
  type Login,
  login,
  open,
  serverOf,
  sign,
  sspi,
  text,
  turn,
  verify,
} from "./kit.ts";

const http = suite("digest: HTTP");
const HTTP = flag.ISC_REQ_HTTP;
const URI = "/dir/index.html?a=1";

const body = (name: (typeof ALGORITHMS)[number], words: string): string => {
  const environment = { crypto: nodeLegacyCrypto, hashes: nodeDigestHashes };
  return toHex(algorithmOf(environment, name).hash(text(words)));
};

function logIn(digest: DigestOptions = {}, more: Partial<End> = {}): Login {
  return login(
    { credential: clientOf(), contextReq: HTTP, targetName: URI, parameters: ["GET"], ...more },
    { credential: serverOf(digest), contextReq: HTTP, parameters: ["GET", URI] },
  );
}

for (const name of ALGORITHMS) {
  http(`${name}: a login, its proof, and further requests with counting numbers`, () => {
    const done = logIn({ algorithms: [name] });
    const [client, server] = contextsOf(done);
    const [, , info] = done.tokens;
    assert.is(verify(client, null, info ?? text("")), status.SEC_E_OK);
    for (let count = 2; count < 12; count++) {
      const request = ["POST", `/${count}`];
      const authorization = sign(client, null, request);
      assert.match(fromLatin1(authorization), `nc=${count.toString(16).padStart(8, "0")}`);
      assert.is(verify(server, null, authorization, request), status.SEC_E_OK);
      assert.is(verify(client, null, sign(server, null)), status.SEC_E_OK);
    }
    const { value } = sspi.queryContextAttributes(server, attribute.SEALWIRE_ATTR_AUTHENTICATION);
    assert.is(value?.user, "chris");
    assert.is(value?.mechanism, `${name} auth`);
  });

  http(`${name}: auth-int covers the bodies of requests and of answers`, () => {
    const digest: DigestOptions = { algorithms: [name], qop: ["auth-int"] };
    const first = body(name, "first");
    const done = login(
      {
        credential: clientOf({ qop: ["auth-int"] }),
        contextReq: HTTP,
        targetName: URI,
        parameters: ["PUT", first],
      },
      { credential: serverOf(digest), contextReq: HTTP, parameters: ["PUT", URI, first] },
    );
    const [client, server] = contextsOf(done);
    assert.is(done.server.token.length, 0, "the answer's body is not known yet");
    const answer = ["PUT", URI, body(name, "answer")];
    assert.is(verify(client, null, sign(server, null, answer), answer), status.SEC_E_OK);
    const other = ["PUT", URI, body(name, "other")];
    assert.is(
      verify(client, null, sign(server, null, answer), other),
      status.SEC_E_MESSAGE_ALTERED,
    );
    const request = ["PUT", "/two", body(name, "second")];
    const authorization = sign(client, null, request);
    const changed = ["PUT", "/two", body(name, "third")];
    assert.is(verify(server, null, authorization, changed), status.SEC_E_MESSAGE_ALTERED);
    assert.is(verify(server, null, authorization, request), status.SEC_E_OK);
  });
}

http("a request that is repeated or moved is refused, and the next one is accepted", () => {
  const [client, server] = contextsOf(logIn());
  const request = ["GET", "/a"];
  const [two, three] = [sign(client, null, request), sign(client, null, request)];
  assert.is(verify(server, null, three, request), status.SEC_E_OK);
  assert.is(verify(server, null, two, request), status.SEC_E_OUT_OF_SEQUENCE);
  assert.is(verify(server, null, three, request), status.SEC_E_OUT_OF_SEQUENCE);
  assert.is(verify(server, null, sign(client, null, request), request), status.SEC_E_OK);
});

http("a request with another method, URI, user or response is refused", () => {
  const [client, server] = contextsOf(logIn());
  const request = ["GET", "/a"];
  const authorization = sign(client, null, request);
  assert.is(verify(server, null, authorization, ["PUT", "/a"]), status.SEC_E_MESSAGE_ALTERED);
  assert.is(verify(server, null, authorization, ["GET", "/b"]), status.SEC_E_INVALID_TOKEN);
  const changes: readonly (readonly [RegExp, string])[] = [
    [/username="chris"/, 'username="root"'],
    [/nonce="/, 'nonce="A'],
    [/response="./, 'response="x'],
    [/qop=auth/, "qop=auth-int"],
    [/nc=00000002/, "nc=00000003"],
    [/cnonce="/, 'cnonce="A'],
    [/opaque="/, 'opaque="A'],
    [/realm="/, 'realm="A'],
  ];
  for (const [from, to] of changes) {
    const changed = latin1(fromLatin1(authorization).replace(from, to));
    assert.ok(status.isFailure(verify(server, null, changed, request)), String(from));
  }
  assert.is(verify(server, null, authorization, request), status.SEC_E_OK);
});

http("the server's nextnonce is taken, and the count begins anew", () => {
  const done = logIn();
  const [client] = contextsOf(done);
  const info = fromLatin1(done.tokens[2] ?? text(""));
  assert.is(verify(client, null, text(`${info},nextnonce="next"`)), status.SEC_E_OK);
  const next = fromLatin1(sign(client, null, ["GET", "/"]));
  assert.match(next, 'nonce="next"');
  assert.match(next, "nc=00000001");
});

http("an Authorization for a nonce that is gone is answered with a new one that says so", () => {
  const done = logIn();
  const credential = serverOf();
  const answer = turn("server", { credential, contextReq: HTTP }, null, done.tokens[1] ?? null);
  assert.is(answer.status, status.SEC_I_CONTINUE_NEEDED);
  assert.match(fromLatin1(answer.token), "stale=true");
});

http("user names beyond ASCII travel as username*, as a hash, or in UTF-8", () => {
  const User = "J\u00e4s\u00f8n Doe";
  const realm = "api@example.org";
  const environment = { crypto: nodeLegacyCrypto, hashes: nodeDigestHashes };
  const hashed = userHash(algorithmOf(environment, "SHA-256"), utf8(User), latin1(realm));
  const questions: unknown[] = [];
  const lookup = (question: {
    readonly user: string;
    readonly isUserHash?: boolean;
  }): { password: string; user?: string } | null => {
    questions.push(question.isUserHash ?? false);
    if (question.isUserHash) return question.user === hashed ? { user: User, password: "x" } : null;
    return question.user === User ? { password: "x" } : null;
  };
  for (const [userhash, form] of [
    [false, "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe"],
    [true, `username="${hashed}",userhash=true`],
  ] as const) {
    const server = acquire(1, { Domain: realm, sealwire: { lookup, digest: { userhash } } });
    const done = login(
      {
        credential: acquire(2, { User, Password: "x" }),
        contextReq: HTTP,
        targetName: URI,
        parameters: ["GET"],
      },
      { credential: server, contextReq: HTTP, parameters: ["GET", URI] },
    );
    const [client, context] = contextsOf(done);
    assert.match(fromLatin1(done.tokens[1] ?? text("")), form);
    const { value } = sspi.queryContextAttributes(context, attribute.SEALWIRE_ATTR_AUTHENTICATION);
    assert.is(value?.user, User);
    const request = ["GET", "/again"];
    assert.is(verify(context, null, sign(client, null, request), request), status.SEC_E_OK);
  }
  assert.equal(questions, [false, true]);
});

http("algorithms: those that the client does not allow, or nobody knows, are refused", () => {
  const strict = { credential: clientOf({ algorithms: ["SHA-256"] }) };
  assert.is(logIn({ algorithms: ["MD5"] }, strict).client.status, status.SEC_E_ALGORITHM_MISMATCH);
  const end: End = {
    credential: clientOf(),
    contextReq: HTTP,
    targetName: URI,
    parameters: ["GET"],
  };
  const strange = text('realm="r",nonce="n",qop="auth",algorithm=SHA3');
  assert.is(turn("client", end, null, strange).status, status.SEC_E_ALGORITHM_MISMATCH);
  const old = turn("client", end, null, text('realm="r",nonce="n"'));
  assert.is(old.status, status.SEC_E_QOP_NOT_SUPPORTED, "RFC 2069, without qop");
});

http("confidentiality, missing parameters and messages are refused", () => {
  const end: End = {
    credential: clientOf(),
    contextReq: HTTP,
    targetName: URI,
    parameters: ["GET"],
  };
  const seals = { ...end, contextReq: HTTP | flag.ISC_REQ_CONFIDENTIALITY };
  assert.is(turn("client", seals, null, null).status, status.SEC_E_QOP_NOT_SUPPORTED);
  const challenge = text('realm="r",nonce="n",qop="auth"');
  const without = turn("client", { ...end, parameters: [] }, null, challenge);
  assert.is(without.status, status.SEC_E_INVALID_TOKEN);
  assert.match(without.message, /PKG_PARAMS/);
  const split = turn("client", { ...end, parameters: ["GET\r\nX: y"] }, null, challenge);
  assert.is(split.status, status.SEC_E_INVALID_TOKEN);
  const [client] = contextsOf(logIn());
  assert.is(open(client, new Uint8Array(20)).status, status.SEC_E_UNSUPPORTED_FUNCTION);
});

http("wrong passwords are refused as unknown users are", () => {
  for (const more of [{ Password: "wrong" }, { User: "nobody" }]) {
    const { server } = logIn({}, { credential: clientOf({}, more) });
    assert.is(server.status, status.SEC_E_LOGON_DENIED);
    assert.is(server.reason, "WrongPassword");
  }
});

http("headers that are cut or changed never throw, and never log in as somebody else", () => {
  const next = numbers(7616);
  const [client, server] = contextsOf(logIn());
  const request = ["GET", "/a"];
  for (let round = 0; round < 3000; round++) {
    const authorization = sign(client, null, request);
    const changed = authorization.slice(0, next(4) === 0 ? next(authorization.length) : undefined);
    for (let i = 0; i <= next(3); i++) {
      if (changed.length > 0) changed[next(changed.length)] = next(256);
    }
    const answer = verify(server, null, changed, request);
    assert.is.not(answer, status.SEC_E_INTERNAL_ERROR);
  }
  const { value } = sspi.queryContextAttributes(server, attribute.SEALWIRE_ATTR_AUTHENTICATION);
  assert.is(value?.user, "chris");
});

http.run();
