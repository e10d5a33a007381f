/**
 * ApplyControlToken, row by row (reference 2.7).
 */
import * as assert from "uvu/assert";
import { applyControlToken } from "../../src/schannel/control-token.ts";
import { SecBuffer, type SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { rows } from "../support/rows.ts";
import { desc, empty, FakeSide, is, token } from "../support/sspi-kit.ts";

const control = rows("schannel: control tokens");

const words = (...numbers: number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(numbers).buffer);

const CASES: readonly (readonly [row: string, title: string, SecBufferDesc | null, number])[] = [
  ["T2", "null descriptor", null, status.SEC_E_INTERNAL_ERROR],
  ["T3", "no buffer", desc(), status.SEC_E_INVALID_TOKEN],
  ["T3", "a second, EMPTY buffer", desc(token(words(1)), empty()), status.SEC_E_INVALID_TOKEN],
  ["T4", "an ALERT buffer", desc(new SecBuffer(17, words(1))), status.SEC_E_INVALID_TOKEN],
  ["T4", "a DATA buffer", desc(new SecBuffer(1, words(1))), status.SEC_E_INVALID_TOKEN],
  ["T5", "3 bytes", desc(token(new Uint8Array(3))), status.SEC_E_UNSUPPORTED_FUNCTION],
  ["T6", "SHUTDOWN", desc(token(words(1))), status.SEC_E_OK],
  ["T6", "SHUTDOWN with extra bytes", desc(token(words(1, 9, 9))), status.SEC_E_OK],
  ["T7", "ALERT", desc(token(words(2, 1, 0))), status.SEC_E_OK],
  ["T8", "ALERT with 8 bytes", desc(token(words(2, 1))), status.SEC_E_INVALID_TOKEN],
  ["T8", "ALERT that cannot be sent", desc(token(words(2, 7, 0))), status.SEC_E_INVALID_TOKEN],
  ["T9", "SESSION", desc(token(words(3, 2))), status.SEC_E_OK],
  ["T10", "SESSION with 4 bytes", desc(token(words(3))), status.SEC_E_INVALID_TOKEN],
  ["T11", "RENEGOTIATE", desc(token(words(0))), status.SEC_E_UNSUPPORTED_FUNCTION],
  ["T11", "an unknown type", desc(token(words(77))), status.SEC_E_UNSUPPORTED_FUNCTION],
];

for (const [row, title, input, expected] of CASES) {
  control.row(`2.7 ${row}`, `${title}: ${status.statusName(expected)}`, () => {
    is(applyControlToken(new FakeSide("client").begun(), input), expected);
  });
}

control.row("2.7 T9, 1.8 V1, 6.5 V4", "SESSION switches resumption off and on", () => {
  const side = new FakeSide("server");
  const context = side.begun();
  applyControlToken(context, desc(token(words(3, 2))));
  applyControlToken(context, desc(token(words(3, 1))));
  assert.equal(side.engine.calls, ["resumable false", "resumable true"]);
});

control.run();
