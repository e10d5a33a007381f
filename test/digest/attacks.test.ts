/**
 * What someone between the ends, or a hostile peer, can do to Digest: flips, replays, cut and changed tokens, random calls.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromLatin1, latin1 } from "../../src/bytes/text.ts";
import { unpadded } from "../../src/digest/padding.ts";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import * as flag from "../../src/sspi/context-flags.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { numbers } from "../support/random.ts";
import {
  clientOf,
  contextsOf,
  login,
  open,
  seal,
  serverOf,
  sign,
  sspi,
  text,
  turn,
  verify,
} from "./kit.ts";

const attacks = suite("digest: attacks");
const CONF = flag.ISC_REQ_CONFIDENTIALITY;
const CIPHERS = ["3des", "rc4", "des", "rc4-56", "rc4-40"] as const;
const LAYERS = [...CIPHERS, "auth-int"] as const;

function pair(layer: (typeof LAYERS)[number]): readonly [ContextHandle, ContextHandle] {
  const digest: DigestOptions =
    layer === "auth-int" ? { qop: ["auth-int"] } : { ciphers: [layer], qop: ["auth-conf"] };
  return contextsOf(login({ credential: clientOf(digest) }, { credential: serverOf(digest) }));
}

for (const layer of LAYERS) {
  attacks(
    `${layer}: each flipped bit of a packet is refused, and the packet itself is accepted afterwards`,
    () => {
      const [one, other] = pair(layer);
      open(other, seal(one, text("before")));
      const packet = seal(one, text("the message"));
      for (let bit = 0; bit < 8 * packet.length; bit++) {
        const changed = packet.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const opened = open(other, changed);
        const isNumber = bit >> 3 >= packet.length - 4;
        const wanted = isNumber ? status.SEC_E_OUT_OF_SEQUENCE : status.SEC_E_MESSAGE_ALTERED;
        assert.is(opened.status, wanted, `bit ${bit}`);
        assert.equal(opened.data, changed, "the caller's memory stays");
      }
      assert.equal(open(other, packet), { status: status.SEC_E_OK, data: text("the message") });
    },
  );

  attacks(`${layer}: repeated, dropped and reordered packets are refused`, () => {
    const [one, other] = pair(layer);
    const [first, second, third] = ["1", "2", "3"].map((words) => seal(one, text(words)));
    if (!first || !second || !third) throw new Error("three packets");
    assert.is(open(other, second).status, status.SEC_E_OUT_OF_SEQUENCE);
    assert.is(open(other, first).status, status.SEC_E_OK);
    assert.is(open(other, first).status, status.SEC_E_OUT_OF_SEQUENCE);
    assert.is(open(other, third).status, status.SEC_E_OUT_OF_SEQUENCE);
    assert.is(open(other, second).status, status.SEC_E_OK);
    assert.is(open(one, third).status, status.SEC_E_OUT_OF_SEQUENCE);
    assert.is(open(other, third).status, status.SEC_E_OK);
  });

  attacks(`${layer}: packets of every length that are cut or not packets are refused`, () => {
    const [one, other] = pair(layer);
    const packet = seal(one, text("a message of thirty-one bytes.."));
    for (let length = 0; length < packet.length; length++) {
      assert.is(open(other, packet.subarray(0, length)).status !== status.SEC_E_OK, true);
      assert.ok(status.isFailure(open(other, new Uint8Array(length)).status));
    }
    assert.is(open(other, packet).status, status.SEC_E_OK);
    assert.is(open(one, seal(other, text("back"))).status, status.SEC_E_OK);
  });
}

attacks("a packet that goes back to its sender is refused", () => {
  const [one, other] = pair("auth-int");
  const packet = seal(one, text("mirror"));
  assert.is(open(one, packet).status, status.SEC_E_MESSAGE_ALTERED);
  assert.is(open(other, packet).status, status.SEC_E_OK);
});

attacks("signatures: each flipped bit, other data and repeats are refused", () => {
  const [one, other] = pair("rc4");
  const signature = sign(one, text("data"));
  for (let bit = 0; bit < 8 * signature.length; bit++) {
    const changed = signature.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.ok(status.isFailure(verify(other, text("data"), changed)));
  }
  assert.is(verify(other, text("date"), signature), status.SEC_E_MESSAGE_ALTERED);
  assert.is(verify(other, text("data"), signature.subarray(1)), status.SEC_E_MESSAGE_ALTERED);
  assert.is(verify(other, text("data"), signature), status.SEC_E_OK);
  assert.is(verify(other, text("data"), signature), status.SEC_E_OUT_OF_SEQUENCE);
});

attacks(
  "padding: every value of every byte has one status, and the hashes take as many blocks",
  () => {
    const blocks = (length: number): number => Math.ceil((length + 13) / 64);
    for (let length = 16; length <= 160; length += 8) {
      const totals = new Set<number>();
      for (let value = 0; value < 256; value++) {
        const clear = new Uint8Array(length).fill(value);
        const found = unpadded(clear);
        const isRight = value >= 1 && value <= 8 && value <= length - 10;
        assert.is(found.fault === 0, isRight, `${length} bytes, ${value}`);
        if (isRight) assert.is(found.length, length - 10 - value);
        assert.ok(found.length >= 0 && found.balance >= 0);
        totals.add(blocks(found.length) + blocks(found.balance));
      }
      assert.is(totals.size, 1, `${length} bytes`);
    }
  },
);

attacks("a server without the password cannot prove itself", () => {
  const done = login({ credential: clientOf() }, { credential: serverOf() }, (token, number) =>
    number === 2 ? latin1(`rspauth=${"0".repeat(32)}`) : token,
  );
  assert.is(done.client.status, status.SEC_E_MESSAGE_ALTERED);
  assert.is(done.client.reason, "WrongProof");
});

attacks("a response for another challenge is refused", () => {
  const credential = serverOf();
  const first = turn("server", { credential }, null, null);
  const second = turn("server", { credential }, null, null);
  const client = turn("client", { credential: clientOf() }, null, first.token);
  assert.is(
    turn("server", { credential }, second.context, client.token).status,
    status.SEC_E_LOGON_DENIED,
  );
  const right = turn("server", { credential }, first.context, client.token);
  assert.is(right.status, status.SEC_E_OK);
  const again = turn("server", { credential }, first.context, client.token);
  assert.is(again.status, status.SEC_E_OUT_OF_SEQUENCE);
});

const CHANGES: readonly (readonly [string, RegExp, string, number])[] = [
  ["another user", /username="[^"]*"/, 'username="root"', status.SEC_E_LOGON_DENIED],
  ["another realm", /realm="[^"]*"/, 'realm="other"', status.SEC_E_LOGON_DENIED],
  ["another nonce", /([,])nonce="[^"]*"/, '$1nonce="AAAA"', status.SEC_E_LOGON_DENIED],
  ["another target", /digest-uri="[^"]*"/, 'digest-uri="smtp/x"', status.SEC_E_LOGON_DENIED],
  ["an authorization identity", /$/, ',authzid="root"', status.SEC_E_LOGON_DENIED],
  ["a quality that was not offered", /qop=auth-conf/, "qop=auth", status.SEC_E_QOP_NOT_SUPPORTED],
  [
    "a cipher that was not offered",
    /cipher=3des/,
    "cipher=rc4-40",
    status.SEC_E_ALGORITHM_MISMATCH,
  ],
  ["another count", /nc=00000001/, "nc=00000002", status.SEC_E_INVALID_TOKEN],
  ["two nonces", /$/, ',nonce="x"', status.SEC_E_INVALID_TOKEN],
  ["two responses", /$/, ",response=0", status.SEC_E_INVALID_TOKEN],
  ["two counts", /$/, ",nc=00000001", status.SEC_E_INVALID_TOKEN],
  ["two ciphers", /$/, ",cipher=3des", status.SEC_E_INVALID_TOKEN],
  ["maxbuf of 16", /maxbuf=\d+/, "maxbuf=16", status.SEC_E_INVALID_TOKEN],
  ["maxbuf of nine digits", /maxbuf=\d+/, "maxbuf=100000000", status.SEC_E_INVALID_TOKEN],
  ["another charset", /charset=utf-8/, "charset=utf-7", status.SEC_E_INVALID_TOKEN],
  ["no username", /username="[^"]*",/, "", status.SEC_E_INVALID_TOKEN],
  ["no cnonce", /cnonce="[^"]*",/, "", status.SEC_E_INVALID_TOKEN],
  ["an open quote", /$/, ',x="', status.SEC_E_INVALID_TOKEN],
  ["a name without a value", /$/, ",x", status.SEC_E_INVALID_TOKEN],
  ["bytes after a value", /qop=auth-conf/, "qop=auth-conf x", status.SEC_E_INVALID_TOKEN],
  ["a token of more than 4096 bytes", /$/, `,x="${"x".repeat(4096)}"`, status.SEC_E_INVALID_TOKEN],
  ["a user that is not UTF-8", /username="[^"]*"/, 'username="\xff"', status.SEC_E_INVALID_TOKEN],
];
for (const [name, from, to, wanted] of CHANGES) {
  attacks(`a response with ${name}: ${status.statusName(wanted)}`, () => {
    const end = { contextReq: CONF };
    const done = login(
      { credential: clientOf(), ...end },
      { credential: serverOf(), ...end },
      (token, number) => (number === 1 ? latin1(fromLatin1(token).replace(from, to)) : token),
    );
    assert.is(done.server.status, wanted, done.server.message);
  });
}

const STRANGE: readonly (readonly [string, (challenge: string) => string])[] = [
  [
    "bare and quoted values the other way round",
    (text) =>
      text
        .replace(/charset=utf-8/, 'charset="utf-8"')
        .replace(/algorithm=md5-sess/, 'algorithm="md5-sess"')
        .replace(/maxbuf=(\d+)/, 'maxbuf="$1"')
        .replace(/realm="([^"]*)"/, "realm=$1"),
  ],
  [
    "empty elements and white space",
    (text) => ` ,, ${text.replaceAll(/,(?=[a-z]+=)/g, " ,\r\n\t, ")} ,`,
  ],
  ["escaped characters", (text) => text.replace(/realm="e/, 'realm="\\e')],
  ["unknown directives, also twice", (text) => `${text},x=1,x=2`],
  ["names in upper case", (text) => text.replace(/realm=/, "REALM=").replace(/nonce=/, "Nonce=")],
  ["the scheme in front", (text) => `Digest ${text}`],
];
for (const [name, change] of STRANGE) {
  attacks(`a challenge with ${name} is understood`, () => {
    const end = { contextReq: CONF };
    contextsOf(
      login(
        { credential: clientOf(), ...end },
        { credential: serverOf(), ...end },
        (token, number) => (number === 0 ? latin1(change(fromLatin1(token))) : token),
      ),
    );
  });
}

attacks("challenges and responses that are cut or changed never throw and never log in", () => {
  const random = numbers(15);
  const credential = clientOf();
  const end = { contextReq: CONF };
  const server = { credential: serverOf(), ...end };
  const challenge = turn("server", server, null, null).token;
  for (let length = 0; length < challenge.length; length++) {
    turn("client", { credential, ...end }, null, challenge.subarray(0, length));
  }
  for (let round = 0; round < 3000; round++) {
    const began = turn("server", server, null, null);
    const which = round % 2;
    const done = login({ credential, ...end }, server, (token, number) => {
      if (number !== which) return token;
      const changed = token.slice();
      for (let i = 0; i <= random(3); i++) changed[random(changed.length)] = random(256);
      return changed;
    });
    const isSame = done.server.status === status.SEC_E_OK;
    if (isSame && which === 1) assert.is(done.client.status, status.SEC_E_OK);
    sspi.deleteSecurityContext(began.context ?? done.server.context ?? never());
  }
});

function never(): never {
  throw new Error("no context");
}

attacks("random calls of the message functions answer statuses", () => {
  const random = numbers(31);
  const known = new Set(Object.values(status).filter((value) => typeof value === "number"));
  const kinds = [0, 1, 1, 1, 2, 3, 9, 10, 14, 0x80000001, 0x10000001, 0x80000009, 0x8000000a];
  for (const layer of LAYERS) {
    const contexts = pair(layer);
    for (let round = 0; round < 3000; round++) {
      const buffers = Array.from(
        { length: random(5) },
        () => new SecBuffer(kinds[random(kinds.length)] ?? 0, new Uint8Array(random(48))),
      );
      const message = random(50) === 0 ? null : new SecBufferDesc(buffers);
      const context = contexts[random(2)] ?? contexts[0];
      const quality = random(20) === 0 ? random(3) : 0;
      const number = random(20) === 0 ? random(3) : 0;
      const answers = [
        () => sspi.encryptMessage(context, quality, message, number),
        () => sspi.decryptMessage(context, message, number),
        () => sspi.makeSignature(context, quality, message, number),
        () => sspi.verifySignature(context, message, number),
      ];
      const answer = answers[random(4)]?.();
      assert.ok(answer !== undefined && known.has(answer), String(answer));
      assert.is.not(answer, status.SEC_E_INTERNAL_ERROR);
    }
  }
});

attacks("a deleted context answers SEC_E_INVALID_HANDLE", () => {
  const [one, other] = pair("3des");
  const packet = seal(one, text("x"));
  sspi.deleteSecurityContext(other);
  assert.is(open(other, packet).status, status.SEC_E_INVALID_HANDLE);
});

attacks.run();
