/**
 * The recorded login of gss-ntlmssp inside SPNEGO, byte for byte, through the SSPI functions; and the codec of the tokens.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DecodeError } from "../../src/bytes/byte-reader.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import {
  NegState,
  readInit,
  readResponse,
  writeHint,
  writeMechanismList,
  writeResponse,
} from "../../src/negotiate/spnego.ts";
import { ISC_REQ_CONFIDENTIALITY, ISC_REQ_INTEGRITY } from "../../src/sspi/context-flags.ts";
import { SEC_E_OK, SEC_I_CONTINUE_NEEDED } from "../../src/sspi/security-status.ts";
import { acquire, fixedRandom, open, seal, sign, text, turn } from "../message/kit.ts";
import { fixture } from "../support/data.ts";
import { numbers, randomBytes } from "../support/random.ts";

interface Recorded {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly workstation: string;
  readonly target: string;
  readonly t1: string;
  readonly t2: string;
  readonly t3: string;
  readonly t4: string;
  readonly clientChallenge: string;
  readonly sessionKey: string;
  readonly client: readonly (readonly [string, string])[];
  readonly clientSignature: string;
  readonly server: readonly [string, string];
}

const { spnego: recorded } = fixture<{ spnego: Recorded }>("ntlm/vectors.json");
const spnego = suite("negotiate: recorded login");

spnego(
  "the client makes the tokens of gss-ntlmssp: MIC, bindings, mechListMIC, then messages",
  () => {
    const application = new Uint8Array(53);
    application.set(text("tls-server-end-point:"));
    for (let i = 0; i < 32; i++) application[21 + i] = i;
    const credential = acquire("Negotiate", 2, {
      User: recorded.user,
      Domain: recorded.domain,
      Password: recorded.password,
      sealwire: {
        workstation: recorded.workstation,
        random: fixedRandom(fromHex(recorded.clientChallenge), fromHex(recorded.sessionKey)),
      },
    });
    const end = {
      credential,
      contextReq: ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY,
      targetName: recorded.target,
      bindings: application,
    };
    const first = turn("client", end, null, null);
    assert.is(toHex(first.token), recorded.t1);
    assert.is(first.status, SEC_I_CONTINUE_NEEDED);
    const second = turn("client", end, first.context, fromHex(recorded.t2));
    assert.is(toHex(second.token), recorded.t3, second.message);
    assert.is(second.status, SEC_I_CONTINUE_NEEDED);
    const third = turn("client", end, second.context, fromHex(recorded.t4));
    assert.is(third.status, SEC_E_OK, third.message);
    assert.is(third.token.length, 0);
    if (third.context === null) throw new Error("no context");
    for (const [token, data] of recorded.client) {
      const sealed = seal(third.context, text("hello"));
      assert.is(toHex(sealed.token), token);
      assert.is(toHex(sealed.data), data);
    }
    assert.is(toHex(sign(third.context, text("hello"))), recorded.clientSignature);
    const [token, data] = recorded.server;
    const opened = open(third.context, { token: fromHex(token), data: fromHex(data) });
    assert.is(opened.status, SEC_E_OK);
    assert.equal(opened.data, text("world"));
  },
);

spnego("tokens are read as they were written", () => {
  const response = {
    state: NegState.RequestMic,
    mechanism: "1.3.6.1.4.1.311.2.2.10",
    responseToken: text("token"),
    mic: text("mic"),
  };
  assert.equal(readResponse(writeResponse(response)), response);
  const nothing = { state: null, mechanism: null, responseToken: null, mic: null };
  assert.equal(readResponse(writeResponse({})), nothing);
  const list = writeMechanismList(["1.2.3", "1.2.4"]);
  const hint = readInit(writeHint(list));
  assert.equal(hint.mechanisms, ["1.2.3", "1.2.4"]);
  assert.equal(hint.mechanismList, list);
  assert.is(hint.mechToken, null);
});

spnego("cut and changed tokens are refused or read, and nothing else is thrown", () => {
  const next = numbers(4178);
  for (let round = 0; round < 20_000; round++) {
    const token = fromHex([recorded.t1, recorded.t2, recorded.t4][next(3)] ?? "");
    for (let i = next(3); i > 0; i--) token[next(Math.min(60, token.length))] = next(256);
    const given = next(4) === 0 ? token.subarray(0, next(token.length)) : token;
    for (const read of [readInit, readResponse]) {
      try {
        read(next(50) === 0 ? randomBytes(next, next(40)) : given);
      } catch (error) {
        assert.instance(error, DecodeError);
      }
    }
  }
});

spnego("a list of more than 32 mechanisms is refused", () => {
  const many = Array.from({ length: 33 }, (_, i) => `1.2.${i}`);
  assert.throws(() => readInit(writeHint(writeMechanismList(many))), /more than 32/);
});

spnego.run();
