/**
 * Buffer rules of the two handshake functions (reference 2.2, 2.3, 2.7, 4.2, 4.4) and what a call that must be repeated
 * keeps, over an engine that does as it is told.
 */
import * as assert from "uvu/assert";
import { TlsFailure } from "../../src/protocol/failure.ts";
import { applyControlToken, requestKeyUpdate } from "../../src/schannel/control-token.ts";
import { decryptMessage } from "../../src/schannel/decrypt-message.ts";
import { lastError } from "../../src/schannel/last-error.ts";
import * as buffer from "../../src/sspi/buffer-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { rows } from "../support/rows.ts";
import { desc, empty, FakeSide, fakeRecord, INBOUND, is, token } from "../support/sspi-kit.ts";

const establish = rows("schannel: establish context");
const HELLO = Uint8Array.of(22, 3, 1, 0, 1, 1);
const ALLOCATE = flags.ISC_REQ_ALLOCATE_MEMORY;

/** A client whose first flight is HELLO. */
function client(): FakeSide {
  const side = new FakeSide("client");
  side.engine.script.push(() => {
    side.engine.owe(HELLO);
    return { kind: "continue", consumed: 0 };
  });
  return side;
}

establish.row(
  "2.2 I1 N4 T7, 2.0 G2",
  "null input, an EMPTY of size 0, an EMPTY TOKEN: SEC_I_CONTINUE_NEEDED",
  () => {
    for (const input of [null, desc(empty()), desc(token()), desc(token(), empty())]) {
      const output = token(new Uint8Array(100));
      const answer = client().call({ input, output: desc(output) });
      is(answer.status, status.SEC_I_CONTINUE_NEEDED);
      assert.equal(output.bytes, HELLO);
      assert.ok(answer.context);
      assert.is(answer.expiry, 0n);
    }
  },
);

const OUTPUTS: readonly [row: string, title: string, SecBuffer[] | null, number, number][] = [
  ["O1", "null output", null, ALLOCATE, status.SEC_E_INVALID_TOKEN],
  ["O1", "no buffers", [], ALLOCATE, status.SEC_E_INVALID_TOKEN],
  ["O2", "no TOKEN", [new SecBuffer(buffer.SECBUFFER_DATA)], ALLOCATE, status.SEC_E_INVALID_TOKEN],
  ["O4", "EMPTY without ALLOCATE_MEMORY", [empty()], 0, status.SEC_E_INVALID_TOKEN],
  ["O3, 8.1 Q5", "EMPTY with ALLOCATE_MEMORY", [empty()], ALLOCATE, status.SEC_I_CONTINUE_NEEDED],
  ["O5", "TOKEN of size 0", [token()], 0, status.SEC_E_INSUFFICIENT_MEMORY],
  [
    "O5",
    "ALERT of size 0",
    [token(new Uint8Array(100)), new SecBuffer(buffer.SECBUFFER_ALERT)],
    0,
    status.SEC_E_INSUFFICIENT_MEMORY,
  ],
  ["O8", "TOKEN too small", [token(new Uint8Array(5))], 0, status.SEC_E_INSUFFICIENT_MEMORY],
  ["O7", "size but no memory: allocated", [token(null, 1)], 0, status.SEC_I_CONTINUE_NEEDED],
  [
    "O6",
    "memory is replaced by ours",
    [token(new Uint8Array(2))],
    ALLOCATE,
    status.SEC_I_CONTINUE_NEEDED,
  ],
];

for (const [row, title, buffers, contextReq, expected] of OUTPUTS) {
  establish.row(`2.2 ${row}`, `${title}: ${status.statusName(expected)}`, () => {
    const output = buffers === null ? null : desc(...buffers);
    const answer = client().call({ output, contextReq });
    is(answer.status, expected);
    assert.is(answer.context === undefined, status.isFailure(expected));
    if (!status.isFailure(expected)) {
      assert.equal(buffers?.[0]?.bytes, HELLO);
      assert.is(buffers?.[0]?.BufferType, buffer.SECBUFFER_TOKEN);
    } else assert.is(answer.error?.status, expected);
  });
}

establish.row("2.2 F1 F3, 8.1 Q6", "ret = 0x801C or (req and what is echoed)", () => {
  for (const [req, ret] of [
    [0, 0x801c],
    [0x80, 0x809c],
    [0x4000 | 0x400 | 0x100 | 0x80 | 0x80000 | 0x10000, 0x8c59c],
  ] as const) {
    assert.is(client().call({ contextReq: req }).contextAttr, ret);
  }
  for (const req of [flags.ISC_REQ_DELEGATE, flags.ISC_REQ_PROMPT_FOR_CREDS]) {
    is(client().call({ contextReq: req }).status, status.SEC_E_UNSUPPORTED_FUNCTION);
  }
});

establish.row("2.3 S6", "ret = 0x1001C or (req and 0x8500); MUTUAL_AUTH is not reported", () => {
  const side = new FakeSide("server");
  const answer = side.call({
    contextReq: 0x8500 | flags.ASC_REQ_MUTUAL_AUTH,
    input: desc(token(HELLO), empty()),
  });
  assert.is(answer.contextAttr, 0x1851c);
});

establish.row("2.2 F4", "a credential of the wrong direction: SEC_E_INVALID_HANDLE", () => {
  is(client().call({ credential: INBOUND }).status, status.SEC_E_INVALID_HANDLE);
});

/** A context that waits for input, with an output buffer that must stay as it is. */
function later(): {
  side: FakeSide;
  context: NonNullable<ReturnType<FakeSide["call"]>["context"]>;
} {
  const side = client();
  const { context } = side.call();
  if (context === undefined) throw new Error("no context");
  return { side, context };
}

const LONG = fakeRecord(300, 22);
const PARTS: readonly [row: string, title: string, bytes: Uint8Array, missing: number][] = [
  ["T2", "no byte", new Uint8Array(0), 5],
  ["T2", "3 bytes", LONG.subarray(0, 3), 2],
  ["T3", "5 bytes", LONG.subarray(0, 5), 300],
  ["T3", "all but one", LONG.subarray(0, 304), 1],
];

for (const [row, title, bytes, missing] of PARTS) {
  establish.row(`2.2 ${row} O11`, `${title}: MISSING ${missing}, output untouched`, () => {
    const { side, context } = later();
    const output = token(new Uint8Array(50));
    const spare = empty();
    const answer = side.call({ context, input: desc(token(bytes), spare), output: desc(output) });
    is(answer.status, status.SEC_E_INCOMPLETE_MESSAGE);
    assert.equal([spare.BufferType, spare.cbBuffer], [buffer.SECBUFFER_MISSING, missing]);
    assert.is(output.cbBuffer, 50);
  });
}

establish.row("2.2 T1", "null input: SEC_E_INCOMPLETE_MESSAGE", () => {
  const { side, context } = later();
  is(side.call({ context }).status, status.SEC_E_INCOMPLETE_MESSAGE);
});

establish.row("2.3 S3 S4", "a partial ClientHello makes no context", () => {
  const side = new FakeSide("server");
  const answer = side.call({ input: desc(token(LONG.subarray(0, 100)), empty()) });
  is(answer.status, status.SEC_E_INCOMPLETE_MESSAGE);
  assert.is(answer.context, undefined);
});

establish.row("2.2 T4, 2.0 G5", "EMPTY with a size: SEC_E_INVALID_TOKEN, state unharmed", () => {
  const { side, context } = later();
  const before = side.engine.calls.length;
  const bad = desc(token(LONG), new SecBuffer(buffer.SECBUFFER_EMPTY, new Uint8Array(4)));
  is(side.call({ context, input: bad }).status, status.SEC_E_INVALID_TOKEN);
  assert.is(side.engine.calls.length, before);
  is(side.call({ context, input: desc(token(LONG)) }).status, status.SEC_I_CONTINUE_NEEDED);
});

establish.row(
  "2.2 T5 O12, 7.2 C1",
  "no TLS record: SEC_E_INVALID_TOKEN, TOKEN cbBuffer 0, and it stays so",
  () => {
    const { side, context } = later();
    const output = token(new Uint8Array(50));
    const garbage = desc(token(Uint8Array.of(0xfa, 1, 2, 3, 4, 5)), empty());
    is(
      side.call({ context, input: garbage, output: desc(output) }).status,
      status.SEC_E_INVALID_TOKEN,
    );
    assert.is(output.cbBuffer, 0);
    is(side.call({ context, input: desc(token(LONG)) }).status, status.SEC_E_INVALID_TOKEN);
  },
);

establish.row(
  "2.2 T9 I2 X1 X2, 8.1 Q3",
  "bytes left over become EXTRA, the tail of the input and no copy",
  () => {
    const { side, context } = later();
    const input = Uint8Array.of(...LONG, 22, 3, 3);
    const spare = empty();
    const answer = side.call({ context, input: desc(token(input), spare) });
    is(answer.status, status.SEC_I_CONTINUE_NEEDED);
    assert.equal([spare.BufferType, spare.cbBuffer], [buffer.SECBUFFER_EXTRA, 3]);
    assert.is(spare.pvBuffer?.buffer, input.buffer);
    assert.is(spare.pvBuffer?.byteOffset, LONG.length);
  },
);

establish.row(
  "2.2 T10 I3",
  "without an EMPTY: SEC_E_INVALID_TOKEN, and the call can be repeated with one",
  () => {
    const { side, context } = later();
    const input = Uint8Array.of(...LONG, 22, 3, 3);
    is(side.call({ context, input: desc(token(input)) }).status, status.SEC_E_INVALID_TOKEN);
    const received = side.engine.calls.length;
    const spare = empty();
    is(
      side.call({ context, input: desc(token(input), spare) }).status,
      status.SEC_I_CONTINUE_NEEDED,
    );
    assert.is(spare.cbBuffer, 3);
    assert.is(side.engine.calls.length, received, "the engine took the record once");
  },
);

establish.row(
  "2.2 O8 F2, 2.0 G5",
  "a token that does not fit: nothing written, nothing lost, the call repeated",
  () => {
    const { side, context } = later();
    side.engine.script.push(() => {
      side.engine.owe(new Uint8Array(60).fill(7));
      return { kind: "done", consumed: LONG.length };
    });
    const small = token(new Uint8Array(59));
    const spare = empty();
    const call = { context, input: desc(token(LONG), spare) };
    const refused = side.call({ ...call, output: desc(small) });
    is(refused.status, status.SEC_E_INSUFFICIENT_MEMORY);
    assert.is(refused.contextAttr, 0x1c);
    assert.equal(small.bytes, new Uint8Array(59));
    const other = side.call({ context, input: desc(token(fakeRecord(400, 22)), empty()) });
    is(other.status, status.SEC_E_INVALID_TOKEN);
    const large = token(new Uint8Array(60));
    is(side.call({ ...call, output: desc(large) }).status, status.SEC_E_OK);
    assert.equal(large.bytes, new Uint8Array(60).fill(7));
    assert.is(side.engine.calls.filter((name) => name.startsWith("receive")).length, 1);
  },
);

establish.row(
  "2.2 K1",
  "SEC_I_INCOMPLETE_CREDENTIALS once; the repeated call goes on behind the same bytes",
  () => {
    const { side, context } = later();
    side.engine.script.push(
      () => ({ kind: "credential-wanted", consumed: LONG.length }),
      (rest) => {
        assert.is(rest.length, 0);
        return { kind: "continue", consumed: 0 };
      },
    );
    const output = token(new Uint8Array(50));
    const call = { context, input: desc(token(LONG), empty()), output: desc(output) };
    is(side.call(call).status, status.SEC_I_INCOMPLETE_CREDENTIALS);
    assert.is(output.cbBuffer, 50);
    is(side.call(call).status, status.SEC_I_CONTINUE_NEEDED);
    assert.ok(side.engine.calls.includes("supply none"));
  },
);

establish.row(
  "8.2 P20",
  "SEC_I_ASYNC_CALL_PENDING keeps what was taken; the next call skips it",
  () => {
    const { side, context } = later();
    side.engine.script.push(
      () => ({ kind: "pending", consumed: LONG.length, promise: Promise.resolve() }),
      () => ({ kind: "done", consumed: 0 }),
    );
    const input = Uint8Array.of(...LONG, 23, 3, 3);
    const spare = empty();
    const call = { context, input: desc(token(input), spare) };
    is(side.call(call).status, status.SEC_I_ASYNC_CALL_PENDING);
    assert.is(spare.BufferType, buffer.SECBUFFER_EMPTY);
    is(side.call(call).status, status.SEC_E_OK);
    assert.is(spare.cbBuffer, 3);
  },
);

const ALERT = Uint8Array.of(21, 3, 3, 0, 2, 2, 50);
const failing = (req: number, withAlert: boolean): { token: SecBuffer; alert: SecBuffer } => {
  const { side, context } = later();
  side.engine.script.push(() => ({
    kind: "failed",
    consumed: 0,
    failure: side.engine.refuse(new TlsFailure("MalformedMessage", "cut short")),
  }));
  const out = { token: token(new Uint8Array(50)), alert: new SecBuffer(17, new Uint8Array(50)) };
  const output = withAlert ? desc(out.token, out.alert) : desc(out.token);
  const answer = side.call({ context, contextReq: req, input: desc(token(LONG)), output });
  is(answer.status, status.SEC_E_ILLEGAL_MESSAGE);
  assert.is(answer.error?.reason, "MalformedMessage");
  assert.equal(answer.error, lastError(context));
  assert.is(answer.error?.alertSent?.name, "decode_error");
  return out;
};

establish.row(
  "4.4 H1 H2, 8.2 P1",
  "with EXTENDED_ERROR the alert is in TOKEN, or in ALERT if there is one",
  () => {
    assert.equal(failing(flags.ISC_REQ_EXTENDED_ERROR, false).token.bytes, ALERT);
    const both = failing(flags.ISC_REQ_EXTENDED_ERROR, true);
    assert.equal(both.alert.bytes, ALERT);
    assert.is(both.token.cbBuffer, 0);
  },
);

establish.row("4.4 H3, 7.2 X1", "without it a failing call produces no output", () => {
  const both = failing(0, true);
  assert.is(both.alert.cbBuffer, 0);
  assert.is(both.token.cbBuffer, 0);
});

establish.row("2.0 G7", "the first error is repeated; messages are expired", () => {
  const { side, context } = later();
  side.engine.failure = new TlsFailure("BadFinished", "wrong");
  is(side.call({ context }).status, status.SEC_E_DECRYPT_FAILURE);
  is(side.call({ context, input: desc(token(LONG)) }).status, status.SEC_E_DECRYPT_FAILURE);
  const buffers = desc(new SecBuffer(1, fakeRecord(40)), empty(), empty(), empty());
  is(decryptMessage(context, buffers), status.SEC_E_CONTEXT_EXPIRED);
});

const control = (...words: number[]): ReturnType<typeof desc> =>
  desc(token(new Uint8Array(Uint32Array.from(words).buffer)));

establish.row(
  "2.7 X1 X2, 2.2 I4, 4.2 B2 B3",
  "an armed alert leaves whatever the input, once, and disarms",
  () => {
    for (const input of [null, desc(token(new Uint8Array(40).fill(0xfa)))]) {
      const { side, context } = later();
      is(applyControlToken(context, control(1)), status.SEC_E_OK);
      is(applyControlToken(context, control(1)), status.SEC_E_OK);
      const output = token(new Uint8Array(50));
      is(side.call({ context, input, output: desc(output) }).status, status.SEC_E_OK);
      assert.equal(output.bytes, Uint8Array.of(21, 3, 3, 0, 2, 1, 0));
      is(side.call({ context }).status, status.SEC_E_INCOMPLETE_MESSAGE);
    }
  },
);

establish.row("2.7 X3", "a later token replaces an armed one; without room it stays armed", () => {
  const { side, context } = later();
  applyControlToken(context, control(1));
  applyControlToken(context, control(2, 2, 40));
  const none = side.call({ context, output: desc(token(new Uint8Array(6))) });
  is(none.status, status.SEC_E_INSUFFICIENT_MEMORY);
  const output = token(new Uint8Array(7));
  is(side.call({ context, output: desc(output) }).status, status.SEC_E_OK);
  assert.equal(output.bytes, Uint8Array.of(21, 3, 3, 0, 2, 2, 40));
});

establish.row("2.10 W5", "arms; the next call emits it and leaves the input as EXTRA", () => {
  const side = new FakeSide("client");
  const context = side.connected();
  side.engine.facts.version = 0x0304;
  is(requestKeyUpdate(context, true), status.SEC_E_OK);
  const spare = empty();
  const answer = side.call({ context, input: desc(token(LONG), spare) });
  is(answer.status, status.SEC_E_OK);
  assert.is(spare.cbBuffer, LONG.length);
  assert.ok(side.engine.calls.includes("updateKeys true"));
  side.engine.facts.version = 0x0303;
  is(requestKeyUpdate(context, true), status.SEC_E_UNSUPPORTED_FUNCTION);
});

establish.row(
  "2.10 W1",
  "TLS 1.2: the call after SEC_I_RENEGOTIATE begins the renegotiation",
  () => {
    const side = new FakeSide("client");
    const context = side.connected();
    side.engine.facts.version = 0x0303;
    context.unanswered = "renegotiation";
    side.engine.script.push(() => ({ kind: "continue", consumed: 0 }));
    is(side.call({ context }).status, status.SEC_I_CONTINUE_NEEDED);
    assert.equal(side.engine.calls, ["renegotiate 0"]);
  },
);

establish.run();
