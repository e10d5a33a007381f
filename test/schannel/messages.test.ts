/**
 * EncryptMessage and DecryptMessage: arrays before and after, row by row (reference 2.4, 2.5, 4.1), over an engine that does
 * as it is told.
 */
import * as assert from "uvu/assert";
import type { Opened } from "../../src/engine/engine.ts";
import type { SchannelContext } from "../../src/schannel/context.ts";
import { acquireCredential } from "../../src/schannel/credentials.ts";
import { decryptMessage } from "../../src/schannel/decrypt-message.ts";
import { encryptMessage } from "../../src/schannel/encrypt-message.ts";
import * as buffer from "../../src/sspi/buffer-types.ts";
import { SECPKG_CRED_OUTBOUND, SECQOP_WRAP_OOB_DATA } from "../../src/sspi/package-constants.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { FAKE_ENVIRONMENT } from "../support/fake-dependencies.ts";
import { FAKE_HEADER, FAKE_TRAILER } from "../support/fake-engine.ts";
import { rows } from "../support/rows.ts";
import { data, desc, empty, FakeSide, fakeRecord, is, token } from "../support/sspi-kit.ts";

const messages = rows("schannel: messages");

function connected(): { side: FakeSide; context: SchannelContext } {
  const side = new FakeSide("client");
  return { side, context: side.connected() };
}

const head = (length = FAKE_HEADER): SecBuffer => new SecBuffer(7, new Uint8Array(length));
const tail = (length = FAKE_TRAILER): SecBuffer => new SecBuffer(6, new Uint8Array(length));
const body = (length = 10): SecBuffer => data(new Uint8Array(length));
const readOnly = (): SecBuffer => new SecBuffer(buffer.SECBUFFER_READONLY + 1, new Uint8Array(4));
const place = (length: number): SecBuffer => token(new Uint8Array(length));

const ARRAYS: readonly (readonly [row: string, title: string, SecBuffer[], number])[] = [
  ["2.4 B1", "header, data, trailer, EMPTY", [head(), body(), tail(), empty()], status.SEC_E_OK],
  ["2.4 B2", "header, data, trailer", [head(), body(), tail()], status.SEC_E_OK],
  ["2.4 B3, 8.1 Q7", "TOKEN, DATA, TOKEN", [place(5), body(), place(17)], status.SEC_E_OK],
  ["2.4 E1", "no DATA", [head(), tail(), empty()], status.SEC_E_INVALID_TOKEN],
  ["2.4 E2", "two DATA", [head(), body(), body(), tail()], status.SEC_E_INVALID_TOKEN],
  ["2.4 E2", "no header", [body(), tail(), empty()], status.SEC_E_INVALID_TOKEN],
  ["2.4 E2", "no trailer", [head(), body(), empty()], status.SEC_E_INVALID_TOKEN],
  ["2.4 E2", "another order", [body(), head(), tail()], status.SEC_E_INVALID_TOKEN],
  ["2.4 E3", "17000 bytes", [head(), body(17000), tail()], status.SEC_E_ENCRYPT_FAILURE],
  ["2.4 E4", "short header", [head(4), body(), tail()], status.SEC_E_BUFFER_TOO_SMALL],
  ["2.4 E4", "short trailer", [head(), body(), tail(16)], status.SEC_E_BUFFER_TOO_SMALL],
  ["2.4 E6", "more room than needed", [head(50), body(), tail(50)], status.SEC_E_OK],
  ["2.4 E8", "empty DATA", [head(), data(), tail()], status.SEC_E_OK],
  [
    "2.0 G10",
    "READONLY DATA does not count",
    [head(), readOnly(), body(), tail()],
    status.SEC_E_OK,
  ],
];

for (const [id, title, buffers, expected] of ARRAYS) {
  messages.row(id, `${title}: ${status.statusName(expected)}`, () => {
    const { side, context } = connected();
    const types = buffers.map((item) => item.BufferType);
    const sizes = buffers.map((item) => item.cbBuffer);
    is(encryptMessage(context, 0, desc(...buffers)), expected);
    assert.equal(
      buffers.map((item) => item.BufferType),
      types,
    );
    if (expected === status.SEC_E_OK) {
      const used = buffers.filter((item) => [2, 6, 7].includes(item.BufferType));
      assert.equal(
        used.map((item) => item.cbBuffer),
        [FAKE_HEADER, FAKE_TRAILER],
      );
      assert.is(side.engine.calls.length, 1);
    } else {
      assert.equal(
        buffers.map((item) => item.cbBuffer),
        sizes,
        "E5",
      );
      assert.equal(side.engine.calls, [], "E5");
    }
  });
}

const plain = (): ReturnType<typeof desc> => desc(head(), body(), tail(), empty());

messages.row(
  "2.0 G5",
  "counts that are no whole number, or beyond the memory, are refused unseen",
  () => {
    for (const count of [Number.NaN, 2.5, -1, 11, Number.POSITIVE_INFINITY]) {
      const { side, context } = connected();
      const odd = new SecBuffer(buffer.SECBUFFER_DATA, new Uint8Array(10), count);
      is(encryptMessage(context, 0, desc(head(), odd, tail())), status.SEC_E_INVALID_TOKEN);
      is(decryptMessage(context, desc(odd, empty(), empty(), empty())), status.SEC_E_INVALID_TOKEN);
      assert.equal(side.engine.calls, []);
    }
    for (const count of [Number.NaN, -1]) {
      const { side, context } = connected();
      const odd = new SecBuffer(7, new Uint8Array(FAKE_HEADER), count);
      is(encryptMessage(context, 0, desc(odd, body(), tail())), status.SEC_E_BUFFER_TOO_SMALL);
      assert.equal(side.engine.calls, []);
    }
  },
);

messages.row("2.4 E10", "any other quality of protection: SEC_E_QOP_NOT_SUPPORTED", () => {
  for (const fQOP of [1, 0x80000001, SECQOP_WRAP_OOB_DATA + 1]) {
    is(encryptMessage(connected().context, fQOP, plain()), status.SEC_E_QOP_NOT_SUPPORTED);
  }
});

messages.row("2.0 G3", "no descriptor, or another ulVersion: SEC_E_INVALID_TOKEN", () => {
  const { context } = connected();
  const other = plain();
  other.ulVersion = 1;
  for (const message of [null, other]) {
    is(encryptMessage(context, 0, message), status.SEC_E_INVALID_TOKEN);
    is(decryptMessage(context, message), status.SEC_E_INVALID_TOKEN);
  }
});

messages.row("2.4 E12", "closed or failed: SEC_E_CONTEXT_EXPIRED", () => {
  const { side, context } = connected();
  side.engine.writeClosed = true;
  is(encryptMessage(context, 0, plain()), status.SEC_E_CONTEXT_EXPIRED);
});

messages.row("2.4 E13", "handshake not finished: SEC_E_OUT_OF_SEQUENCE", () => {
  is(encryptMessage(new FakeSide("client").begun(), 0, plain()), status.SEC_E_OUT_OF_SEQUENCE);
});

messages.row("2.4 E14", "after the peer's close_notify we may go on sending", () => {
  const { side, context } = connected();
  side.engine.peerClosed = true;
  is(encryptMessage(context, 0, plain()), status.SEC_E_OK);
});

messages.row("2.4 E5", "a key that may protect no more: SEC_E_ENCRYPT_FAILURE", () => {
  const { side, context } = connected();
  side.engine.mayNotSeal = true;
  is(encryptMessage(context, 0, plain()), status.SEC_E_ENCRYPT_FAILURE);
  assert.is(context.error?.reason, "KeyUsageLimit");
});

const alertOf = (...bytes: number[]): ReturnType<typeof desc> =>
  desc(head(), data(Uint8Array.from(bytes)), tail(), empty());

messages.row("4.1 A3", "an alert needs two bytes and level 1 or 2", () => {
  for (const bytes of [[], [1], [0, 0], [3, 40], [1, 0, 0]]) {
    const { context } = connected();
    is(
      encryptMessage(context, SECQOP_WRAP_OOB_DATA, alertOf(...bytes)),
      status.SEC_E_INVALID_TOKEN,
    );
  }
});

messages.row(
  "4.1 A7",
  "after close_notify or a fatal alert nothing is sent; after a fatal one nothing is read",
  () => {
    for (const [level, description, reads] of [
      [1, 0, true],
      [2, 40, false],
    ] as const) {
      const { context } = connected();
      is(
        encryptMessage(context, SECQOP_WRAP_OOB_DATA, alertOf(level, description)),
        status.SEC_E_OK,
      );
      is(encryptMessage(context, 0, plain()), status.SEC_E_CONTEXT_EXPIRED);
      const input = desc(data(fakeRecord(30)), empty(), empty(), empty());
      is(decryptMessage(context, input), reads ? status.SEC_E_OK : status.SEC_E_CONTEXT_EXPIRED);
    }
  },
);

const BAD_INPUTS: readonly (readonly [row: string, title: string, SecBuffer[]])[] = [
  ["B1", "fewer than 4 buffers", [body(), empty(), empty()]],
  ["B2", "no DATA", [empty(), empty(), empty(), empty()]],
  ["B3", "two DATA", [body(), body(), empty(), empty(), empty()]],
  ["B4", "two EMPTY", [body(), empty(), empty(), token()]],
];

for (const [row, title, buffers] of BAD_INPUTS) {
  messages.row(`2.5 ${row}`, `${title}: SEC_E_INVALID_TOKEN`, () => {
    const { side, context } = connected();
    is(decryptMessage(context, desc(...buffers)), status.SEC_E_INVALID_TOKEN);
    assert.equal(side.engine.calls, []);
  });
}

/** Decrypts and shows the array afterwards as [type, size] pairs. */
function opened(
  input: Uint8Array,
  finds: Opened["kind"] = "data",
  side: FakeSide = new FakeSide("client"),
): { code: number; array: [number, number][]; buffers: SecBuffer[]; context: SchannelContext } {
  const context = side.connected();
  side.engine.finds = finds;
  const buffers = [data(input), empty(), empty(), empty()];
  const code = decryptMessage(context, desc(...buffers));
  return { code, array: buffers.map((b) => [b.BufferType, b.cbBuffer]), buffers, context };
}

const RECORD = fakeRecord(40);

for (const [row, length, missing] of [
  ["2.5 R1, 8.1 Q2", 0, 5],
  ["2.5 R1", 4, 1],
  ["2.5 R2", 5, 40],
  ["2.5 R2, 8.1 Q2", 44, 1],
] as const) {
  messages.row(row, `${length} bytes: MISSING ${missing} in two slots`, () => {
    const { code, array } = opened(RECORD.slice(0, length));
    is(code, status.SEC_E_INCOMPLETE_MESSAGE);
    assert.equal(array, [
      [4, missing],
      [4, missing],
      [0, 0],
      [0, 0],
    ]);
  });
}

messages.row(
  "2.5 R3 S2 S5",
  "a whole record: header, data, trailer as views that sum to it",
  () => {
    const input = RECORD.slice();
    const { code, array, buffers } = opened(input);
    is(code, status.SEC_E_OK);
    assert.equal(array, [
      [7, 5],
      [1, 23],
      [6, 17],
      [0, 0],
    ]);
    let offset = 0;
    for (const item of buffers.slice(0, 3)) {
      assert.is(item.pvBuffer?.buffer, input.buffer);
      assert.is(item.pvBuffer?.byteOffset, offset);
      offset += item.cbBuffer;
    }
    assert.is(offset, input.length);
  },
);

messages.row("2.5 R4, 8.1 Q1", "bytes behind the record: EXTRA at its end", () => {
  const { array, buffers } = opened(Uint8Array.of(...RECORD, 23, 3));
  assert.equal(array, [
    [7, 5],
    [1, 23],
    [6, 17],
    [5, 2],
  ]);
  assert.is(buffers[3]?.pvBuffer?.byteOffset, RECORD.length);
});

for (const [row, kind, expected] of [
  ["2.5 R6", "closed", status.SEC_I_CONTEXT_EXPIRED],
  ["2.5 R7", "renegotiate", status.SEC_I_RENEGOTIATE],
  ["2.5 R10", "warning", status.SEC_E_OK],
] as const) {
  messages.row(
    `${row} S3 S8`,
    `${kind}: ${status.statusName(expected)}, content counted in TRAILER`,
    () => {
      const { code, array } = opened(Uint8Array.of(...RECORD, 23), kind);
      is(code, expected);
      assert.equal(array, [
        [7, 5],
        [1, 0],
        [6, 40],
        [5, 1],
      ]);
    },
  );
}

messages.row("2.5 R8 S9", "post-handshake: SEC_I_RENEGOTIATE, the whole tail is EXTRA", () => {
  const { code, array, buffers } = opened(Uint8Array.of(...RECORD, 23), "post-handshake");
  is(code, status.SEC_I_RENEGOTIATE);
  assert.equal(array, [
    [7, 0],
    [1, 0],
    [6, 0],
    [5, 46],
  ]);
  assert.is(buffers[3]?.pvBuffer?.byteOffset, 0);
});

messages.row("2.5 R14", "unanswered, closed, failed: SEC_E_CONTEXT_EXPIRED", () => {
  for (const kind of ["post-handshake", "renegotiate", "closed", "failed"] as const) {
    const { context } = opened(RECORD.slice(), kind);
    const again = desc(data(RECORD.slice()), empty(), empty(), empty());
    is(decryptMessage(context, again), status.SEC_E_CONTEXT_EXPIRED);
  }
});

messages.row(
  "2.5 R11",
  "authentication fails: SEC_E_MESSAGE_ALTERED; the next call sends the alert",
  () => {
    const side = new FakeSide("client");
    const { code, context } = opened(RECORD.slice(), "failed", side);
    is(code, status.SEC_E_MESSAGE_ALTERED);
    const output = token(new Uint8Array(50));
    is(side.call({ context, output: desc(output) }).status, status.SEC_E_MESSAGE_ALTERED);
    assert.equal(output.bytes, Uint8Array.of(21, 3, 3, 0, 2, 2, 50));
    is(side.call({ context, output: desc(output) }).status, status.SEC_E_MESSAGE_ALTERED);
    assert.is(output.cbBuffer, 0);
  },
);

messages.row("2.5 R12", "no record: SEC_E_DECRYPT_FAILURE, for good", () => {
  const { code, context } = opened(new Uint8Array(20));
  is(code, status.SEC_E_DECRYPT_FAILURE);
  assert.is(context.failedStatus, status.SEC_E_DECRYPT_FAILURE);
});

messages.row("2.5 S6", "DATA in any slot; EMPTY slots are filled in order", () => {
  const { context } = connected();
  const buffers = [empty(), empty(), data(Uint8Array.of(...RECORD, 23)), empty(), empty()];
  is(decryptMessage(context, desc(...buffers)), status.SEC_E_OK);
  assert.equal(
    buffers.map((item) => item.BufferType),
    [1, 6, 7, 5, 0],
  );
});

const transparent = acquireCredential(FAKE_ENVIRONMENT, {
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, sealwire: { transparentPostHandshake: true } },
});

messages.row("8.2 P5", "transparent: a ticket is taken inside, SEC_E_OK with no data", () => {
  const side = new FakeSide("client", transparent);
  const { code, array } = opened(Uint8Array.of(...RECORD, 23), "post-handshake", side);
  is(code, status.SEC_E_OK);
  assert.equal(array, [
    [7, 0],
    [1, 0],
    [6, 45],
    [5, 1],
  ]);
});

messages.row("3.2", "decryptToNewMemory: the input stays, DATA is elsewhere", () => {
  const credential = acquireCredential(FAKE_ENVIRONMENT, {
    credentialUse: SECPKG_CRED_OUTBOUND,
    authData: { dwVersion: 5, sealwire: { decryptToNewMemory: true } },
  });
  const input = Uint8Array.of(...RECORD, 23);
  const { code, array, buffers } = opened(input, "data", new FakeSide("client", credential));
  is(code, status.SEC_E_OK);
  const length = RECORD.length - FAKE_HEADER - FAKE_TRAILER;
  assert.equal(array, [
    [7, FAKE_HEADER],
    [1, length],
    [6, FAKE_TRAILER],
    [5, 1],
  ]);
  const [first, second, third, fourth] = buffers.map((item) => item.pvBuffer);
  assert.equal(second, RECORD.subarray(FAKE_HEADER, FAKE_HEADER + length));
  assert.is.not(second?.buffer, input.buffer);
  for (const shown of [first, third, fourth]) assert.is(shown?.buffer, input.buffer);
  assert.equal(input, Uint8Array.of(...RECORD, 23));
});

messages.row(
  "8.2 P5",
  "transparent: what must be answered goes the long way, and nothing overtakes it",
  () => {
    const side = new FakeSide("client", transparent);
    side.engine.script.push(() => {
      side.engine.owe(Uint8Array.of(1, 2, 3));
      return { kind: "done", consumed: RECORD.length };
    });
    const { code, buffers, context } = opened(RECORD.slice(), "post-handshake", side);
    is(code, status.SEC_I_RENEGOTIATE);
    is(encryptMessage(context, 0, plain()), status.SEC_E_OUT_OF_SEQUENCE);
    const output = token(new Uint8Array(50));
    const input = desc(token(buffers[3]?.bytes ?? null), empty());
    is(side.call({ context, input, output: desc(output) }).status, status.SEC_E_OK);
    assert.equal(output.bytes, Uint8Array.of(1, 2, 3));
    is(encryptMessage(context, 0, plain()), status.SEC_E_OK);
  },
);

messages.run();
