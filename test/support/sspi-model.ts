/**
 * A session under random calls, beside a small model of what must hold whatever is called: a known status and no
 * exception, one handle, a first failure that is repeated, refused calls that leave everything as it was, input that is
 * taken in whole records, once, and plaintext that arrives as it was sent and in order.
 */

import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { FAILURE_REASONS } from "../../src/protocol/failure.ts";
import { SECPKG_ATTR_STREAM_SIZES } from "../../src/sspi/attributes.ts";
import * as buffer from "../../src/sspi/buffer-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import type { EstablishResult } from "../../src/sspi/function-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import { SECQOP_WRAP_OOB_DATA } from "../../src/sspi/package-constants.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { type Numbers, pick, randomBytes } from "./random.ts";
import { assertUntouched, described, randomBuffers, snapshot } from "./random-buffers.ts";
import { sspi } from "./session-kit.ts";

type Role = "client" | "server";

const NONE = new Uint8Array(0);
const SMALL = 40;
/** Record header and explicit nonce. */
const NONCE_HEADER = 13;
const REASONS: ReadonlySet<string> = new Set(FAILURE_REASONS);

/** Answers to a call that is to be repeated with the same input. */
const AGAIN: readonly number[] = [
  status.SEC_I_INCOMPLETE_CREDENTIALS,
  status.SEC_I_ASYNC_CALL_PENDING,
  status.SEC_E_INCOMPLETE_MESSAGE,
];

/** Length of the first record, by its header alone; null: not even that is there. */
const recordLength = (bytes: Uint8Array): number | null =>
  bytes.length < 5 ? null : 5 + (((bytes[3] as number) << 8) | (bytes[4] as number));

/** True if `offset` is a border between records. */
function isBorder(bytes: Uint8Array, offset: number): boolean {
  let at = 0;
  while (at < offset) at += recordLength(bytes.subarray(at)) ?? offset + 1;
  return at === offset;
}

const known = (code: number, what: string): number => {
  assert.ok(
    Number.isInteger(code) && !status.statusName(code).startsWith("0x"),
    `${what}: ${code}`,
  );
  return code;
};

/** One side: what it holds, what waits for it, what it sent. */
class Side {
  readonly role: Role;
  readonly credential: CredentialHandle;
  context: ContextHandle | null = null;
  inbox: Uint8Array = NONE;
  /** Contents of records sent and not yet read by the other side. */
  readonly sent: Uint8Array[] = [];
  established = false;
  /** TLS 1.2 AES-GCM: explicit nonce of the last record, if nothing was sent by another function since. */
  nonce: bigint | null = null;
  failed: number | null = null;
  armed = false;
  deleted = false;
  contextReq = 0;

  constructor(role: Role, credential: CredentialHandle) {
    this.role = role;
    this.credential = credential;
  }
}

export class SspiModel {
  readonly client: Side;
  readonly server: Side;
  /** Calls of the face. */
  calls = 0;
  damaged = false;
  /** An alert or a shutdown left, or the transport was said to have ended. */
  ended = false;
  readonly #next: Numbers;

  constructor(
    next: Numbers,
    client: CredentialHandle,
    server: CredentialHandle,
    serverReq: number,
  ) {
    this.#next = next;
    this.client = new Side("client", client);
    this.server = new Side("server", server);
    this.server.contextReq = serverReq;
  }

  /** One random call, and the checks of what came of it. */
  step(): void {
    const next = this.#next;
    const side = next(2) === 0 ? this.client : this.server;
    const dice = next(100);
    if (dice < 34) this.#handshake(side, next(5) > 0);
    else if (dice < 56) this.#decrypt(side, next(5) > 0);
    else if (dice < 78) this.#encrypt(side, next(4) > 0);
    else if (dice < 97) this.#aside(side);
    else if (dice < 98 && next(3) === 0) this.#damage(side);
    else this.#control(side);
  }

  /** Neither side can do anything any more. */
  get over(): boolean {
    return [this.client, this.server].every((side) => side.failed !== null || side.deleted);
  }

  /** Right calls until nothing waits any more; then all that was sent has arrived. */
  drain(): void {
    if (this.damaged || this.ended) return;
    for (let i = 0; i < 400; i++) {
      for (const side of [this.client, this.server]) {
        if (side.failed !== null || side.deleted || side.inbox.length === 0) continue;
        this.#decrypt(side, true, true);
        this.#handshake(side, true, true);
      }
      if (this.client.inbox.length === 0 && this.server.inbox.length === 0) break;
    }
    for (const [from, to] of this.#directions()) {
      if (from.failed !== null || to.failed !== null || to.deleted || !to.established) continue;
      assert.is(from.sent.length, 0, `${to.role} has read all records`);
      assert.is(to.inbox.length, 0, `${to.role} has read all bytes`);
    }
  }

  #directions(): readonly (readonly [Side, Side])[] {
    return [
      [this.client, this.server],
      [this.server, this.client],
    ];
  }

  #peerOf(side: Side): Side {
    return side === this.client ? this.server : this.client;
  }

  #call<Result>(what: string, call: () => Result): Result {
    this.calls++;
    try {
      return call();
    } catch (error) {
      throw new Error(`${what} threw: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  #handshake(side: Side, right: boolean, whole = false): void {
    const next = this.#next;
    const bytes = side.inbox.slice(
      0,
      whole || next(2) === 0 ? side.inbox.length : next(side.inbox.length + 1),
    );
    const allocate = right ? whole || next(4) > 0 : next(2) === 0;
    const inputs = right
      ? [new SecBuffer(buffer.SECBUFFER_TOKEN, bytes), new SecBuffer(buffer.SECBUFFER_EMPTY)]
      : randomBuffers(next, bytes);
    const outputs = right
      ? [
          new SecBuffer(
            allocate ? buffer.SECBUFFER_EMPTY : buffer.SECBUFFER_TOKEN,
            allocate ? null : new Uint8Array(next(3000)),
          ),
        ]
      : randomBuffers(next, new Uint8Array(next(2000)));
    if (right && next(6) === 0)
      outputs.push(new SecBuffer(buffer.SECBUFFER_ALERT, new Uint8Array(60)));
    const contextReq =
      side.contextReq +
      (allocate ? flags.ISC_REQ_ALLOCATE_MEMORY : 0) +
      (right
        ? 0
        : pick(next, [0, 0, 0x80, 0x4000, flags.ISC_REQ_DELEGATE, flags.ISC_REQ_MESSAGES]));
    const call = {
      credential: side.context === null || next(8) === 0 ? side.credential : null,
      context: side.context,
      targetName: "localhost",
      contextReq,
      input: right ? new SecBufferDesc(inputs) : described(next, inputs),
      output: right ? new SecBufferDesc(outputs) : described(next, outputs),
    };
    const before = [snapshot(inputs), snapshot(outputs)] as const;
    const wrongFunction = !right && next(20) === 0;
    const initialize = (side.role === "client") !== wrongFunction;
    const answer = this.#call("handshake", () =>
      initialize ? sspi.initializeSecurityContext(call) : sspi.acceptSecurityContext(call),
    );
    known(answer.status, "handshake");
    if (side.deleted) {
      assert.is(answer.status, status.SEC_E_INVALID_HANDLE);
      return;
    }
    if (side.context !== null)
      assert.ok(answer.context === side.context || wrongFunction, "one handle");
    assertUntouched(inputs, before[0], "input", true);
    if (side.context === null && !wrongFunction) {
      assert.is(
        answer.context === undefined,
        status.isFailure(answer.status),
        "a context exists or not",
      );
      side.context = answer.context ?? null;
    }
    const given = call.input === null ? NONE : firstToken(inputs, before[0]);
    const shown = { inputs, outputs, before, given };
    this.#settle(side, answer, shown, right && allocate);
  }

  #settle(
    side: Side,
    answer: EstablishResult,
    made: {
      readonly inputs: readonly SecBuffer[];
      readonly outputs: readonly SecBuffer[];
      readonly before: readonly [Before, Before];
      /** Content of the input TOKEN. */
      readonly given: Uint8Array;
    },
    rightAndRoomy: boolean,
  ): void {
    const { inputs, outputs, before, given } = made;
    const code = answer.status;
    if (code === status.SEC_E_OK || code === status.SEC_I_CONTINUE_NEEDED) {
      assert.is(side.failed, null, "a failed context does not go on");
      const extra = inputs.find(
        (item, i) =>
          item.BufferType === buffer.SECBUFFER_EXTRA &&
          before[0][i]?.type !== buffer.SECBUFFER_EXTRA,
      );
      const consumed = side.armed ? 0 : given.length - (extra?.cbBuffer ?? 0);
      // A random TOKEN is no part of the stream; nothing of it can be taken without failing.
      const ours = startsWith(side.inbox, given.subarray(0, consumed));
      assert.ok(
        consumed >= 0 && ours && isBorder(side.inbox, consumed),
        `whole records: ${consumed}`,
      );
      side.inbox = side.inbox.subarray(consumed);
      side.armed = false;
      if (code === status.SEC_E_OK) side.established = true;
      this.#emit(side, tokenOf(outputs, before[1]));
      return;
    }
    if (AGAIN.includes(code)) {
      assertUntouched(outputs, before[1], status.statusName(code));
      return;
    }
    const { reason = "" } = answer.error ?? {};
    const harmless =
      !REASONS.has(reason) ||
      (code === status.SEC_E_INVALID_TOKEN && reason === "UnexpectedRecord") ||
      (code === status.SEC_E_UNSUPPORTED_FUNCTION && reason === "ForbiddenValue");
    if (harmless) {
      assertUntouched(outputs, before[1], reason);
      assertUntouched(inputs, before[0], reason);
      if (rightAndRoomy && side.failed !== null)
        assert.is(code, side.failed, "the first failure again");
      return;
    }
    if (side.context !== null) {
      side.failed ??= code;
      assert.is(
        status.statusName(code),
        status.statusName(side.failed),
        "the first failure is repeated",
      );
    }
    this.#emit(side, concat(tokenOf(outputs, before[1]), alertOf(outputs, before[1])));
  }

  #emit(side: Side, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    side.nonce = null;
    const peer = this.#peerOf(side);
    peer.inbox = concat(peer.inbox, bytes);
  }

  #encrypt(side: Side, right: boolean): void {
    const next = this.#next;
    const { value } = sspi.queryContextAttributes(side.context, SECPKG_ATTR_STREAM_SIZES);
    const { cbHeader = 5, cbTrailer = 20 } = value ?? {};
    const alert = next(right ? 400 : 12) === 0;
    const content = alert
      ? Uint8Array.of(1 + next(2), next(120))
      : randomBytes(next, next(60) === 0 ? 16_380 + next(10) : next(SMALL));
    const spare = (): number => (next(8) === 0 ? pick(next, [-1, -3, 2]) : 0);
    const buffers = right
      ? [
          new SecBuffer(
            buffer.SECBUFFER_STREAM_HEADER,
            new Uint8Array(Math.max(0, cbHeader + spare())),
          ),
          new SecBuffer(buffer.SECBUFFER_DATA, content.slice()),
          new SecBuffer(
            buffer.SECBUFFER_STREAM_TRAILER,
            new Uint8Array(Math.max(0, cbTrailer + spare())),
          ),
          new SecBuffer(buffer.SECBUFFER_EMPTY),
        ]
      : randomBuffers(next, content);
    const descriptor = right ? new SecBufferDesc(buffers) : described(next, buffers);
    const qop = alert ? SECQOP_WRAP_OOB_DATA : right || next(8) > 0 ? 0 : next(5);
    const before = snapshot(buffers);
    const code = known(
      this.#call("encryptMessage", () =>
        sspi.encryptMessage(side.context, qop, descriptor, next(3)),
      ),
      "encryptMessage",
    );
    if (code !== status.SEC_E_OK) {
      assertUntouched(buffers, before, "refused encryptMessage");
      assert.ok(status.isFailure(code));
      if (right && side.context !== null && !side.deleted && side.failed !== null)
        assert.is(code, status.SEC_E_CONTEXT_EXPIRED, "nothing is sent after a failure");
      return;
    }
    assert.ok(side.established && side.failed === null && !side.deleted, "a living session");
    const [header, data, trailer] = recordParts(buffers, before);
    const plain = (before[buffers.indexOf(data)]?.bytes ?? NONE).slice(0, data.cbBuffer);
    if (qop === 0) side.sent.push(plain);
    else if (plain[0] === 2 || plain[1] === 0) this.ended = true;
    const last = side.nonce;
    this.#emit(side, concat(header.bytes, data.bytes, trailer.bytes));
    if (header.cbBuffer !== NONCE_HEADER) return;
    side.nonce = Buffer.from(header.bytes).readBigUInt64BE(5);
    // Refused calls in between have used up no sequence number.
    if (last !== null) assert.is(side.nonce, last + 1n, "the sequence number");
  }

  #decrypt(side: Side, right: boolean, whole = false): void {
    const next = this.#next;
    const bytes = side.inbox.slice(
      0,
      whole || next(2) === 0 ? side.inbox.length : next(side.inbox.length + 1),
    );
    const buffers = right
      ? [
          new SecBuffer(buffer.SECBUFFER_DATA, bytes),
          ...[0, 0, 0].map((type) => new SecBuffer(type)),
        ]
      : randomBuffers(next, bytes);
    if (right && next(4) === 0) rotate(buffers, 1 + next(3));
    const descriptor = right ? new SecBufferDesc(buffers) : described(next, buffers);
    const before = snapshot(buffers);
    const code = known(
      this.#call("decryptMessage", () => sspi.decryptMessage(side.context, descriptor)),
      "decryptMessage",
    );
    const input = buffers.findIndex((_, i) => isDataSlot(before[i]?.type ?? 0));
    const given = (before[input]?.bytes ?? NONE).slice(0, before[input]?.count);
    if (code === status.SEC_E_INCOMPLETE_MESSAGE) {
      assertUntouched(buffers, before, "incomplete", true);
      const length = recordLength(given);
      const missing = buffers.filter(
        (item, i) =>
          item.BufferType === buffer.SECBUFFER_MISSING &&
          before[i]?.type !== buffer.SECBUFFER_MISSING,
      );
      assert.equal(
        missing.map((item) => item.cbBuffer),
        new Array(2).fill(length === null ? 5 - given.length : length - given.length),
      );
      return;
    }
    const opened: readonly number[] = [
      status.SEC_E_OK,
      status.SEC_I_CONTEXT_EXPIRED,
      status.SEC_I_RENEGOTIATE,
    ];
    if (!opened.includes(code)) {
      const refused: readonly number[] = [
        ...[status.SEC_E_INVALID_TOKEN, status.SEC_E_CONTEXT_EXPIRED, status.SEC_E_OUT_OF_SEQUENCE],
        status.SEC_E_INVALID_HANDLE,
      ];
      if (refused.includes(code)) assertUntouched(buffers, before, "refused decryptMessage");
      else side.failed ??= code;
      return;
    }
    assert.ok(side.failed === null && !side.deleted, "a living session");
    const part = (type: number): SecBuffer | undefined =>
      buffers.find((item, i) => item.BufferType === type && before[i]?.type !== type);
    const header = part(buffer.SECBUFFER_STREAM_HEADER);
    const trailer = part(buffer.SECBUFFER_STREAM_TRAILER);
    const data = buffers.find(
      (item, i) => item.BufferType === buffer.SECBUFFER_DATA && i !== input,
    );
    const extra = part(buffer.SECBUFFER_EXTRA)?.cbBuffer ?? 0;
    const consumed = (header?.cbBuffer ?? 0) + (data?.cbBuffer ?? 0) + (trailer?.cbBuffer ?? 0);
    assert.is(consumed + extra, given.length, "header, data, trailer and EXTRA are the input");
    if (consumed > 0) assert.is(consumed, recordLength(given), "one record");
    else assert.is(code, status.SEC_I_RENEGOTIATE);
    if (consumed === 0) assert.equal(buffers[input]?.BufferType, buffer.SECBUFFER_STREAM_HEADER);
    assert.ok(startsWith(side.inbox, given.subarray(0, consumed)), "from the stream");
    side.inbox = side.inbox.subarray(consumed);
    const peer = this.#peerOf(side);
    const content = data?.bytes ?? NONE;
    if (content.length > 0 || peer.sent[0]?.length === 0) {
      const expected = peer.sent.shift();
      assert.ok(
        expected !== undefined && Buffer.compare(expected, content) === 0,
        "the content that was sent",
      );
    }
  }

  #control(side: Side): void {
    const next = this.#next;
    const words = pick(next, [
      [1],
      [2, 1, 100],
      [2, 2, next(130)],
      [3, 1 + next(2)],
      [0],
      [9],
      [2, 1],
      [2, 9, 9],
    ]);
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    const right = next(3) === 0;
    const buffers = right
      ? [new SecBuffer(buffer.SECBUFFER_TOKEN, bytes)]
      : randomBuffers(next, bytes.subarray(0, next(13)));
    const descriptor = right ? new SecBufferDesc(buffers) : described(next, buffers);
    const before = snapshot(buffers);
    const code = this.#call("applyControlToken", () =>
      sspi.applyControlToken(side.context, descriptor),
    );
    known(code, "applyControlToken");
    assertUntouched(buffers, before, "applyControlToken");
    const type = before[0]?.bytes?.[0];
    if (code === status.SEC_E_OK && side.failed === null && (type === 1 || type === 2)) {
      side.armed = true;
      this.ended = true;
    }
  }

  /** Functions that take no part in the stream. */
  #aside(side: Side): void {
    const next = this.#next;
    const { context } = side;
    const junk = (): unknown =>
      pick<unknown>(next, [
        ...[null, 7, "text", {}, { pbAppData: NONE }],
        { pszLabel: "x", cbKeyingMaterial: next(90) },
      ]);
    const attribute = (): number =>
      next(4) === 0 ? next(0x10000) : pick(next, [next(40), 0x50 + next(0x28)]);
    const query = (): number => sspi.queryContextAttributes(context, attribute()).status;
    const calls: readonly (() => number)[] = [
      ...[query, query, query, query],
      () => sspi.setContextAttributes(context, attribute(), junk()),
      () => sspi.queryCredentialsAttributes(side.credential, attribute()).status,
      () => sspi.setCredentialsAttributes(null, attribute(), junk()),
      () => sspi.makeSignature(context, next(3), described(next, randomBuffers(next, NONE))),
      () => sspi.verifySignature(context, described(next, randomBuffers(next, NONE))),
      () =>
        sspi.acquireCredentialsHandle({
          package: "Schannel",
          credentialUse: next(6),
          authData: junk(),
        }).status,
      () => sspi.requestKeyUpdate(context, { requestPeer: next(2) === 0 }),
      () => sspi.lastError(context)?.status ?? status.SEC_E_OK,
    ];
    const call = pick(next, calls);
    known(this.#call(String(call), call), String(call));
    if (next(400) === 0) this.#delete(side);
    if (next(400) === 0) this.#end(side);
  }

  #delete(side: Side): void {
    if (side.context === null || side.deleted) return;
    known(
      this.#call("deleteSecurityContext", () => sspi.deleteSecurityContext(side.context)),
      "delete",
    );
    side.deleted = true;
  }

  #end(side: Side): void {
    const code = this.#call("endOfInput", () => sspi.endOfInput(side.context));
    known(code, "endOfInput");
    this.ended = true;
    if (code === status.SEC_E_MESSAGE_ALTERED) side.failed ??= code;
  }

  /** Bytes on their way are changed, cut out, doubled or put in. */
  #damage(side: Side): void {
    const next = this.#next;
    const { inbox } = side;
    if (inbox.length === 0) return;
    this.calls++;
    this.damaged = true;
    const at = next(inbox.length);
    const until = Math.min(inbox.length, at + 1 + next(20));
    const [head, middle, rest] = [inbox.slice(0, at), inbox.slice(at, until), inbox.slice(until)];
    const flipped = middle.slice();
    flipped[0] = (flipped[0] as number) ^ (1 << next(8));
    side.inbox = concat(
      head,
      ...pick(next, [[flipped], [flipped], [], [middle, middle], [randomBytes(next, 6), middle]]),
      rest,
    );
  }
}

const isDataSlot = (type: number): boolean =>
  buffer.bufferType(type) === buffer.SECBUFFER_DATA && !buffer.isReadOnly(type);

const startsWith = (whole: Uint8Array, start: Uint8Array): boolean =>
  Buffer.compare(whole.subarray(0, start.length), start) === 0;

function rotate(buffers: SecBuffer[], by: number): void {
  buffers.push(...buffers.splice(0, by));
}

type Before = ReturnType<typeof snapshot>;

/** Bytes of the first input TOKEN. */
function firstToken(inputs: readonly SecBuffer[], before: Before): Uint8Array {
  const index = inputs.findIndex(
    (_, i) => buffer.bufferType(before[i]?.type ?? 0) === buffer.SECBUFFER_TOKEN,
  );
  const { bytes = null, count = 0 } = before[index] ?? {};
  return bytes?.subarray(0, count) ?? NONE;
}

/** What the output TOKEN holds: the first TOKEN that may be written, else the first EMPTY that became one. */
function tokenOf(outputs: readonly SecBuffer[], before: Before): Uint8Array {
  const writable = outputs.filter((_, i) => !buffer.isReadOnly(before[i]?.type ?? 0));
  const own = (type: number): SecBuffer | undefined =>
    writable.find((item) => buffer.bufferType(before[outputs.indexOf(item)]?.type ?? -1) === type);
  return (own(buffer.SECBUFFER_TOKEN) ?? own(buffer.SECBUFFER_EMPTY))?.bytes ?? NONE;
}

function alertOf(outputs: readonly SecBuffer[], before: Before): Uint8Array {
  const found = outputs.find((_, i) => {
    const type = before[i]?.type ?? 0;
    return !buffer.isReadOnly(type) && buffer.bufferType(type) === buffer.SECBUFFER_ALERT;
  });
  return found?.bytes ?? NONE;
}

/** Header, data and trailer of an array that was accepted. */
function recordParts(
  buffers: readonly SecBuffer[],
  before: Before,
): [SecBuffer, SecBuffer, SecBuffer] {
  const all = (type: number): SecBuffer[] =>
    buffers.filter((_, i) => {
      const given = before[i]?.type ?? 0;
      return !buffer.isReadOnly(given) && buffer.bufferType(given) === type;
    });
  const [data] = all(buffer.SECBUFFER_DATA);
  const [header] = all(buffer.SECBUFFER_STREAM_HEADER);
  const [trailer] = all(buffer.SECBUFFER_STREAM_TRAILER);
  const [first, second] = all(buffer.SECBUFFER_TOKEN);
  const parts = [header ?? first, data, trailer ?? second];
  for (const part of parts) assert.ok(part !== undefined, "a record has three parts");
  return parts as [SecBuffer, SecBuffer, SecBuffer];
}
