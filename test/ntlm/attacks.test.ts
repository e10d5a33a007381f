/**
 * What someone between the ends can do to NTLM: each attempt by its name, and each bit of tokens, data and signatures.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex } from "../../src/bytes/text.ts";
import * as bit from "../../src/ntlm/flags.ts";
import * as flag from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  acquire,
  contextsOf,
  type End,
  type Login,
  login,
  open,
  seal,
  serverOf,
  sign,
  sspi,
  text,
  turn,
  verify,
} from "../message/kit.ts";
import { numbers, randomBytes } from "../support/random.ts";

const USER = { user: "Ada", password: "Enchantress" };
const attacks = suite("ntlm: attacks");
const SEALS = flag.ISC_REQ_CONFIDENTIALITY;

const client = (contextReq: number = SEALS): End => ({
  credential: acquire("NTLM", 2, { User: USER.user, Domain: "DOM", Password: USER.password }),
  contextReq,
  targetName: "HTTP/host.example",
});
const server = (options = {}): End => ({ credential: serverOf(USER, options) });
const word = (token: Uint8Array, at: number): DataView =>
  new DataView(token.buffer, token.byteOffset + at, 4);

/** Clears flags of one of the tokens. */
const strip =
  (which: number, at: number, flags: number) =>
  (token: Uint8Array, number: number): Uint8Array => {
    if (number !== which) return token;
    const view = word(token, at);
    view.setUint32(0, view.getUint32(0, true) & ~flags, true);
    return token;
  };

const refused = ({ client: one, server: other }: Login): number =>
  [one, other].find(({ status: code }) => status.isFailure(code))?.status ?? status.SEC_E_OK;

attacks("downgrade: SIGN and SEAL stripped from NEGOTIATE, the client refuses", () => {
  const done = login(client(), server(), strip(0, 12, bit.SIGN | bit.SEAL));
  assert.is(refused(done), status.SEC_E_UNSUPPORTED_FUNCTION);
});

attacks("downgrade: SIGN and SEAL stripped from CHALLENGE, the client refuses", () => {
  const done = login(client(), server(), strip(1, 20, bit.SIGN | bit.SEAL));
  assert.is(refused(done), status.SEC_E_UNSUPPORTED_FUNCTION);
});

attacks("downgrade: 128 bit stripped, the client refuses", () => {
  const done = login(client(), server(), strip(1, 20, bit.KEY_128));
  assert.is(refused(done), status.SEC_E_UNSUPPORTED_FUNCTION);
});

attacks("downgrade: extended session security stripped, the server refuses to begin", () => {
  const done = login(client(), server(), strip(0, 12, bit.ESS));
  assert.is(done.server.status, status.SEC_E_UNSUPPORTED_FUNCTION);
});

attacks("downgrade: KEY_EXCH stripped, the MIC shows it", () => {
  const done = login(client(), server(), strip(1, 20, bit.KEY_EXCH));
  assert.is(done.server.status, status.SEC_E_MESSAGE_ALTERED);
  assert.is(done.server.reason, "WrongMic");
});

attacks("downgrade: flags of AUTHENTICATE stripped, the MIC shows it", () => {
  const done = login(client(), server(), strip(2, 60, bit.SEAL));
  assert.is(done.server.status, status.SEC_E_MESSAGE_ALTERED);
});

attacks("MIC removed: its bytes zeroed, SEC_E_MESSAGE_ALTERED", () => {
  const done = login(client(), server(), (token, number) => {
    if (number === 2) token.fill(0, 72, 88);
    return token;
  });
  assert.is(done.server.status, status.SEC_E_MESSAGE_ALTERED);
});

attacks("MIC removed: the time taken from the challenge, a server that wants one refuses", () => {
  const done = login(client(), server({ requireMic: true }), (token, number) => {
    if (number !== 1) return token;
    // The pair of the time becomes one that no client knows, so that the client sends no MIC.
    const at = token.length - 16;
    assert.is(word(token, at).getUint16(0, true), 7);
    token[at] = 0x20;
    return token;
  });
  assert.is(done.server.status, status.SEC_E_MESSAGE_ALTERED);
  assert.is(done.server.reason, "WrongMic");
});

attacks("AV pairs changed in CHALLENGE: SEC_E_MESSAGE_ALTERED by the MIC", () => {
  const done = login(client(), server(), (token, number) => {
    if (number === 1) token[56 + 16 + 4] = 0x41;
    return token;
  });
  assert.is(done.server.status, status.SEC_E_MESSAGE_ALTERED);
});

attacks("AV pairs changed in AUTHENTICATE: SEC_E_LOGON_DENIED by the proof", () => {
  const done = login(client(), server(), (token, number) => {
    if (number === 2) token[88 + 16 + 28 + 4] = 0x41;
    return token;
  });
  assert.is(done.server.status, status.SEC_E_LOGON_DENIED);
});

attacks("relay: an AUTHENTICATE for another challenge is denied", () => {
  const [one, other] = [client(), server()];
  const { tokens } = login(one, other);
  const first = turn("server", other, null, tokens[0] ?? null);
  const second = turn("server", other, first.context, tokens[2] ?? null);
  assert.is(second.status, status.SEC_E_LOGON_DENIED);
});

attacks("relay: a login over another channel is refused by its bindings", () => {
  const [one, other] = ["tls-server-end-point:1", "tls-server-end-point:2"].map(text);
  const done = login(
    { ...client(), bindings: one as Uint8Array },
    {
      ...server(),
      bindings: other as Uint8Array,
    },
  );
  assert.is(done.server.status, status.SEC_E_BAD_BINDINGS);
});

attacks(
  "replay: the same response at a server with the same challenge is seen by the cache",
  () => {
    const seen = new Set<string>();
    const add = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
    const options = {
      random: () => fromHex("0123456789abcdef"),
      clock: () => 1e12,
      replayCache: { add },
    };
    const end = server(options);
    const { server: first, tokens } = login(client(), end);
    assert.is(first.status, status.SEC_E_OK);
    const again = turn("server", end, null, tokens[0] ?? null);
    const replayed = turn("server", end, again.context, tokens[2] ?? null);
    assert.is(replayed.status, status.SEC_E_LOGON_DENIED);
    assert.is(replayed.reason, "Replayed");
  },
);

attacks("a wrong password, an unknown user, an empty response: SEC_E_LOGON_DENIED", () => {
  for (const given of [
    { User: "Ada", Password: "wrong" },
    { User: "Bob", Password: USER.password },
    { User: "Ada", Password: "" },
  ]) {
    const done = login({ credential: acquire("NTLM", 2, given) }, server());
    assert.is(done.server.status, status.SEC_E_LOGON_DENIED);
    assert.not.match(done.server.message, /wrong$|Enchantress/);
  }
});

attacks("each flipped bit of AUTHENTICATE is refused, or is one that nothing depends on", () => {
  const end = client();
  const length = login(end, server()).tokens[2]?.length ?? 0;
  assert.ok(length > 200);
  const DOCUMENTED: readonly number[] = [
    ...[status.SEC_E_INVALID_TOKEN, status.SEC_E_LOGON_DENIED, status.SEC_E_MESSAGE_ALTERED],
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ];
  for (let at = 0; at < 8 * length; at += at < 8 * 100 ? 1 : 5) {
    const done = login(end, server(), (token, number) => {
      if (number === 2) token[at >> 3] = (token[at >> 3] ?? 0) ^ (1 << (at & 7));
      return token;
    });
    assert.ok(DOCUMENTED.includes(done.server.status), `bit ${at}: ${done.server.status}`);
  }
});

attacks("tokens cut, lengthened, reordered and replaced by noise never throw", () => {
  const next = numbers(15);
  const { tokens } = login(client(), server());
  for (let round = 0; round < 3000; round++) {
    const token = (tokens[next(3)] ?? new Uint8Array()).slice();
    for (let i = next(4); i > 0; i--) token[next(token.length)] = next(256);
    const cut = next(3) === 0 ? token.subarray(0, next(token.length + 1)) : token;
    const given = next(20) === 0 ? randomBytes(next, next(200)) : cut;
    for (const role of ["client", "server"] as const) {
      const end = role === "client" ? client() : server();
      const first = turn(role, end, null, role === "client" ? null : (tokens[0] ?? null));
      const second = turn(role, end, first.context, given);
      assert.is.not(second.status, status.SEC_E_INTERNAL_ERROR, second.message);
      if (second.context !== null) sspi.deleteSecurityContext(second.context);
    }
  }
});

attacks("each flipped bit of data or signature is refused, and nothing is changed", () => {
  const [one, other] = contextsOf(login(client(), server()));
  const sealed = seal(one, text("attack at dawn"));
  const whole = sealed.token.length + sealed.data.length;
  for (let at = 0; at < 8 * whole; at++) {
    const changed = { token: sealed.token.slice(), data: sealed.data.slice() };
    const [part, place] = at >> 3 < 16 ? [changed.token, at >> 3] : [changed.data, (at >> 3) - 16];
    part[place] = (part[place] ?? 0) ^ (1 << (at & 7));
    const number = at >> 3 >= 12 && at >> 3 < 16;
    const opened = open(other, changed);
    const wanted = number ? status.SEC_E_OUT_OF_SEQUENCE : status.SEC_E_MESSAGE_ALTERED;
    assert.is(opened.status, wanted, `bit ${at}`);
    assert.equal(opened.data, changed.data, "no plaintext that was not verified");
  }
  assert.equal(open(other, sealed).data, text("attack at dawn"), "the true message still opens");
});

attacks("each flipped bit of a signature of MakeSignature is refused", () => {
  const [one, other] = contextsOf(login(client(flag.ISC_REQ_INTEGRITY), server()));
  const signature = sign(one, text("signed"));
  for (let at = 0; at < 128; at++) {
    const changed = signature.slice();
    changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
    const wanted = at >> 3 >= 12 ? status.SEC_E_OUT_OF_SEQUENCE : status.SEC_E_MESSAGE_ALTERED;
    assert.is(verify(other, text("signed"), changed), wanted);
  }
  assert.is(verify(other, text("Signed"), signature), status.SEC_E_MESSAGE_ALTERED);
  assert.is(verify(other, text("signed"), signature), status.SEC_E_OK);
});

attacks("messages replayed, reordered and dropped: SEC_E_OUT_OF_SEQUENCE", () => {
  const [one, other] = contextsOf(login(client(), server()));
  const [first, second, third] = ["one", "two", "three"].map((words) => seal(one, text(words)));
  if (first === undefined || second === undefined || third === undefined) throw new Error("none");
  assert.is(open(other, second).status, status.SEC_E_OUT_OF_SEQUENCE, "reordered");
  assert.is(open(other, first).status, status.SEC_E_OK);
  assert.is(open(other, first).status, status.SEC_E_OUT_OF_SEQUENCE, "replayed");
  assert.is(open(other, third).status, status.SEC_E_OUT_OF_SEQUENCE, "one was dropped");
  assert.is(open(other, second).status, status.SEC_E_OK);
  assert.is(open(other, third).status, status.SEC_E_OK);
  assert.is(open(one, second).status, status.SEC_E_OUT_OF_SEQUENCE, "reflected");
});

attacks("a message that is reflected to its sender is refused", () => {
  const [one] = contextsOf(login(client(), server()));
  assert.is(open(one, seal(one, text("mirror"))).status, status.SEC_E_MESSAGE_ALTERED);
});

attacks("a context without extended session security refuses what was changed, too", () => {
  const ntlm = { version1: "without-ess" } as const;
  const credential = acquire("NTLM", 2, {
    User: "Ada",
    Password: USER.password,
    sealwire: { ntlm },
  });
  const [one, other] = contextsOf(login({ credential, contextReq: SEALS }, server({ ntlm })));
  const sealed = seal(one, text("old"));
  for (let at = 0; at < 8 * 19; at++) {
    const changed = { token: sealed.token.slice(), data: sealed.data.slice() };
    const [part, place] = at >> 3 < 16 ? [changed.token, at >> 3] : [changed.data, (at >> 3) - 16];
    part[place] = (part[place] ?? 0) ^ (1 << (at & 7));
    const opened = open(other, changed);
    assert.is(opened.status, status.SEC_E_MESSAGE_ALTERED);
    assert.equal(opened.data, changed.data);
  }
  assert.equal(open(other, sealed).data, text("old"));
});

attacks.run();
