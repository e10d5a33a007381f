/**
 * While one side waits for a helper anything can happen. What the helper brings, early, late or never, meets the state of then:
 * the answer is the documented one, the data of the peer is not lost, no fault of ours is reported, and nothing stays open.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { SCHANNEL_ALERT, SCHANNEL_SHUTDOWN } from "../../src/schannel/constants.ts";
import * as status from "../../src/sspi/security-status.ts";
import type { SspiSession, SspiSide } from "../support/sspi-session.ts";
import {
  called,
  keeping,
  ROWS,
  type Row,
  type Settling,
  type Waiting,
  waiting,
} from "./while-pending.ts";

const tests = suite("schannel: while a helper is waited for");
const DATA = latin1("before the end");
const FATAL = [SCHANNEL_ALERT, 2, 40] as const;
const USER_CANCELED = [SCHANNEL_ALERT, 1, 90] as const;
/** Turns of the loop after which a promise that hangs on none of the caller's has settled. */
const TURNS = 20;

/** How a session ends for the side that waited. */
type End =
  /** Both are connected, and data goes both ways. */
  | "connected"
  /** By us, with the status of a handshake that was ended. */
  | "given up"
  /** By our close_notify after the handshake; the peer may go on to send. */
  | "closed by us"
  /** The peer's close_notify or alert, in the handshake or behind it. */
  | "closed by the peer"
  | "aborted by the peer"
  /** With an alert of ours. */
  | "refused"
  | "deleted";

interface Event {
  readonly name: string;
  /** Where it can happen; default: everywhere. */
  readonly where?: (row: Row) => boolean;
  /** @returns bytes of data that the side is to be given, if it ends well or is closed */
  readonly happens: (open: Waiting) => Uint8Array | undefined;
  readonly end: (row: Row) => End;
  /** It ends the session at once, whether the helper ever answers or not. */
  readonly final?: true;
  /** The peer does it. */
  readonly peer?: true;
  /** What was armed leaves by the next call. */
  readonly arms?: true;
}

const post = ({ moment }: Row): boolean =>
  moment === "renegotiation" || moment === "after the handshake";

/** Our close: after an established handshake of TLS 1.3 it only says that we send no more. */
const closing = (row: Row): End =>
  row.moment === "after the handshake" ? "closed by us" : "given up";

function tell(open: Waiting, ...words: readonly number[]): void {
  const { session, side } = open;
  assert.is(side.control(...words), status.SEC_E_OK);
  const { code, sent } = called(side);
  const expected = open.established && side.connection().version === TLS13 && words.length === 1;
  is(code, expected ? status.SEC_E_OK : status.SEC_E_CONTEXT_EXPIRED);
  assert.ok(sent.length > 0, "the alert left");
  session.carry(side.role, sent);
}

/** Something of the peer arrives. */
function fromPeer({ session, peer }: Waiting, bytes: Uint8Array): void {
  session.carry(peer.role, bytes);
}

/** A record of data of the peer, if it can send any. */
function dataOfPeer(open: Waiting): Uint8Array {
  const { peer } = open;
  const { code, parts } = peer.encrypt(DATA);
  if (code !== status.SEC_E_OK) return new Uint8Array(0);
  for (const part of parts) fromPeer(open, part);
  return DATA;
}

const EVENTS: readonly Event[] = [
  { name: "nothing", happens: () => undefined, end: () => "connected" },
  {
    name: "our close",
    happens: (open) => {
      tell(open, SCHANNEL_SHUTDOWN);
      return open.established && open.side.connection().version === TLS13
        ? dataOfPeer(open)
        : undefined;
    },
    end: closing,
    final: true,
  },
  {
    name: "our close behind data of the peer",
    where: ({ moment }) => moment === "after the handshake",
    happens: (open) => {
      const data = dataOfPeer(open);
      tell(open, SCHANNEL_SHUTDOWN);
      return data;
    },
    end: closing,
    final: true,
  },
  {
    name: "our fatal alert",
    happens: (open) => {
      assert.is(open.side.control(...FATAL), status.SEC_E_OK);
      const { code, sent } = called(open.side);
      assert.ok(code === status.SEC_E_OK || code === status.SEC_E_CONTEXT_EXPIRED);
      open.session.carry(open.side.role, sent);
    },
    end: () => "given up",
    final: true,
  },
  {
    name: "our warning",
    arms: true,
    happens: (open) => {
      assert.is(open.side.control(...USER_CANCELED), status.SEC_E_OK);
    },
    end: () => "connected",
  },
  {
    name: "the peer's close_notify",
    peer: true,
    happens: (open) => {
      const data = dataOfPeer(open);
      open.peer.control(SCHANNEL_SHUTDOWN);
      fromPeer(open, called(open.peer).sent);
      return data;
    },
    end: () => "closed by the peer",
  },
  {
    name: "a fatal alert of the peer",
    peer: true,
    happens: (open) => {
      open.peer.control(...FATAL);
      fromPeer(open, called(open.peer).sent);
    },
    end: () => "aborted by the peer",
  },
  { name: "data of the peer", peer: true, happens: dataOfPeer, end: () => "connected" },
  {
    name: "our key update",
    happens: ({ side, established }) => {
      const code = side.functions.requestKeyUpdate(side.handle, { requestPeer: true });
      if (!established) is(code, status.SEC_E_OUT_OF_SEQUENCE);
      else assert.ok(code !== status.SEC_E_INTERNAL_ERROR);
    },
    end: () => "connected",
  },
  {
    name: "the peer's key update",
    peer: true,
    where: ({ version }) => version === TLS13,
    happens: (open) => {
      const { peer } = open;
      if (peer.functions.requestKeyUpdate(peer.handle, { requestPeer: true }) !== status.SEC_E_OK)
        return;
      fromPeer(open, called(peer).sent);
      return dataOfPeer(open);
    },
    end: () => "connected",
  },
  {
    name: "a wish to renegotiate, in the clear",
    where: (row) => row.version === TLS12 && row.role === "client" && !post(row),
    happens: (open) => {
      fromPeer(open, Uint8Array.of(ContentType.Handshake, 3, 3, 0, 4, 0, 0, 0, 0));
    },
    end: () => "connected",
  },
  {
    name: "a wish to renegotiate where there is none",
    where: (row) => row.peerBegan && (row.version === TLS13 || row.role === "server" || post(row)),
    happens: (open) => {
      fromPeer(open, Uint8Array.of(ContentType.Handshake, 3, 3, 0, 4, 0, 0, 0, 0));
    },
    end: () => "refused",
  },
  {
    name: "a record of no type",
    happens: (open) => {
      fromPeer(open, Uint8Array.of(99, 3, 3, 0, 1, 0));
    },
    end: () => "refused",
  },
  {
    name: "a record that nobody sealed",
    happens: (open) => {
      fromPeer(
        open,
        Uint8Array.of(ContentType.ApplicationData, 3, 3, 0, 40, ...new Array(40).fill(7)),
      );
    },
    end: () => "refused",
  },
  {
    name: "delete",
    happens: ({ side }) => {
      is(side.functions.deleteSecurityContext(side.handle), status.SEC_E_OK);
    },
    end: () => "deleted",
    final: true,
  },
];

function is(actual: number, expected: number, why = ""): void {
  assert.is(status.statusName(actual), status.statusName(expected), why);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** No fault of ours, ever. */
function sound(side: SspiSide): void {
  const told = side.last.error?.reason === "AlertReceived";
  if (!told) assert.is.not(side.last.status, status.SEC_E_INTERNAL_ERROR);
  assert.is.not(side.last.error?.reason, "InternalError", side.last.error?.message);
}

/** Calls again until nothing is waited for. */
async function goOn({ session, side }: Waiting): Promise<void> {
  for (let turns = 0; turns < TURNS; turns++) {
    session.carry(side.role, side.step());
    if (side.last.status !== status.SEC_I_ASYNC_CALL_PENDING) return;
    await turn();
  }
  assert.unreachable("a promise that settled is still waited for");
}

interface Read {
  readonly data: Uint8Array;
  readonly code: number;
}

/** All that a side can read, and the status at the end. */
function read(session: SspiSession, side: SspiSide): Read {
  const data: number[] = [];
  for (let calls = 0; calls < 50; calls++) {
    if (side.inbox.length === 0) return { data: Uint8Array.from(data), code: status.SEC_E_OK };
    const { code, content } = side.open();
    assert.is.not(side.error?.reason, "InternalError", side.error?.message);
    data.push(...content);
    if (code === status.SEC_I_RENEGOTIATE) {
      session.carry(side.role, side.step());
      sound(side);
      if (side.failed) return { data: Uint8Array.from(data), code: side.last.status };
    } else if (code !== status.SEC_E_OK) return { data: Uint8Array.from(data), code };
  }
  return assert.unreachable("reading does not end") as never;
}

/** Lets both go on until nothing moves; data that comes between is read. */
function finish(open: Waiting): Uint8Array {
  const { session, side } = open;
  const data: number[] = [];
  for (let turns = 0; turns < 10; turns++) {
    const interleaved = open.established && side.inbox[0] === ContentType.ApplicationData;
    if (interleaved && !side.ready && !side.failed) {
      const { code, content } = side.open();
      if (code !== status.SEC_E_OK) break;
      data.push(...content);
    }
    session.run();
    for (const one of [session.client, session.server]) sound(one);
  }
  return Uint8Array.from(data);
}

/** Data goes both ways. */
function connected(open: Waiting, data: Uint8Array, came: Uint8Array): void {
  const { session, side, peer } = open;
  assert.ok(side.ready, `${status.statusName(side.last.status)} ${side.error?.message}`);
  assert.ok(peer.ready, `${status.statusName(peer.last.status)} ${peer.error?.message}`);
  const rest = read(session, side);
  is(rest.code, status.SEC_E_OK, side.error?.message);
  assert.equal(Uint8Array.of(...came, ...rest.data), data);
  for (let round = 0; round < 2; round++) {
    assert.equal(session.send(side.role, DATA), DATA);
    assert.equal(session.send(peer.role, DATA), DATA);
  }
}

function check(row: Row, open: Waiting, end: End, data: Uint8Array, came: Uint8Array): void {
  const { session, side, peer } = open;
  switch (end) {
    case "connected":
      connected(open, data, came);
      return;
    case "deleted":
      is(called(side).code, status.SEC_E_INVALID_HANDLE);
      assert.is(called(side).sent.length, 0);
      return;
    case "given up": {
      const { code, sent } = called(side);
      assert.ok(status.isFailure(code) || row.moment === "after the handshake");
      assert.is(sent.length, 0, "nothing more is sent");
      assert.is.not(side.encrypt(DATA).code, status.SEC_E_OK);
      ended(session, peer);
      return;
    }
    case "closed by us": {
      const { data: rest, code } = read(session, side);
      is(code, status.SEC_E_OK, side.error?.message);
      assert.equal(Uint8Array.of(...came, ...rest), data);
      is(side.encrypt(DATA).code, status.SEC_E_CONTEXT_EXPIRED);
      // The peer still sends, and closes when it likes.
      is(read(session, peer).code, status.SEC_I_CONTEXT_EXPIRED);
      session.carry(peer.role, peer.seal(DATA));
      assert.equal(read(session, side), { data: DATA, code: status.SEC_E_OK });
      peer.control(SCHANNEL_SHUTDOWN);
      session.carry(peer.role, called(peer).sent);
      is(read(session, side).code, status.SEC_I_CONTEXT_EXPIRED);
      return;
    }
    case "closed by the peer":
      if (side.failed) assert.is(side.error?.reason, "ClosedDuringHandshake", side.error?.message);
      else {
        const { data: rest, code } = read(session, side);
        is(code, status.SEC_I_CONTEXT_EXPIRED, side.error?.message);
        assert.equal(Uint8Array.of(...came, ...rest), data);
      }
      return;
    case "aborted by the peer":
      if (!side.failed) read(session, side);
      assert.is(side.error?.reason, "AlertReceived", side.error?.message);
      return;
    case "refused":
      if (!side.failed) {
        assert.ok(status.isFailure(read(session, side).code));
        session.carry(side.role, called(side).sent);
      }
      // What is no TLS at all is not answered in TLS.
      if (side.error?.reason === "NotTls") return;
      assert.ok(side.error?.alertSent, `${side.error?.reason} ${side.error?.message}`);
      ended(session, peer);
  }
}

/** The peer was told why. */
function ended(session: SspiSession, peer: SspiSide): void {
  if (!peer.failed && !peer.ready) session.carry(peer.role, peer.step());
  sound(peer);
  if (peer.failed) return;
  const { code } = read(session, peer);
  assert.ok(code !== status.SEC_E_OK, "the peer learns of the end");
}

/** A server that is shown a certificate after the handshake reads on behind its own close_notify: with what it thinks of it. */
function isFinal({ role, moment }: Row, { name, final }: Event): boolean {
  const reads = role === "server" && moment === "after the handshake";
  return final === true && !(reads && name.startsWith("our close"));
}

type Answering = Settling | "never answers";
const ANSWERS: readonly Answering[] = ["answers", "fails", "never answers"];

/** What the helper's failure makes of an end. */
function endOf(row: Row, event: Event, how: Answering): End | "failed" {
  if (how !== "fails" || isFinal(row, event) || row.optional) return event.end(row);
  return "failed";
}

async function play(row: Row, event: Event, how: Answering, async: boolean): Promise<void> {
  const open = waiting(row);
  const { session, side, held } = open;
  const call = async ? side.stepAsync() : null;
  const data = event.happens(open) ?? new Uint8Array(0);
  if (how !== "never answers") held.settle(how);
  await turn();
  if (event.name === "delete") {
    if (call !== null) {
      await settled(call);
      is(side.last.status, status.SEC_E_INVALID_HANDLE);
    }
    check(row, open, "deleted", data, new Uint8Array(0));
    return;
  }
  if (how === "never answers" && !isFinal(row, event)) {
    assert.is(side.step().length, 0);
    is(side.last.status, status.SEC_I_ASYNC_CALL_PENDING);
    side.functions.deleteSecurityContext(side.handle);
    if (call !== null) await settled(call);
    return;
  }
  if (call !== null) session.carry(row.role, await settled(call));
  else await goOn(open);
  sound(side);
  if (event.arms === true && !side.failed) session.carry(row.role, called(side).sent);
  const came = side.failed ? new Uint8Array(0) : await finishing(open);
  const end = endOf(row, event, how);
  if (end === "failed") {
    assert.ok(side.failed, status.statusName(side.last.status));
    assert.is(side.error?.reason, "HelperFailed", side.error?.message);
    ended(session, open.peer);
  } else check(row, open, end, data, came);
}

/** A renegotiation or a full handshake after a failed resumption may ask again: at once now. */
async function finishing(open: Waiting): Promise<Uint8Array> {
  if (open.side.last.status === status.SEC_I_ASYNC_CALL_PENDING) await goOn(open);
  return finish(open);
}

/** What a call brings that waits for nobody of the caller's any more. */
async function settled<T>(call: Promise<T>): Promise<T> {
  let over = false;
  const done = call.finally(() => {
    over = true;
  });
  for (let turns = 0; turns < TURNS && !over; turns++) await turn();
  assert.ok(over, "nothing is waited for any more");
  return done;
}

for (const row of ROWS) {
  for (const event of EVENTS) {
    if (event.where?.(row) === false || (event.peer === true && !row.peerBegan)) continue;
    for (const how of ANSWERS) {
      for (const async of [false, true]) {
        const title = `${row.name}, ${async ? "waiting call" : "repeated call"}: ${event.name}; the helper ${how}`;
        tests(title, () => play(row, event, how, async));
      }
    }
  }
}

// What is only told something is never waited for, so nothing that happens then meets it.
for (const version of [TLS12, TLS13]) {
  for (const role of ["client", "server"] as const) {
    for (const how of ANSWERS) {
      const title = `sessionStore.set, ${role}, TLS 1.${version - 0x0301}: our close while it is open; it ${how}`;
      tests(title, async () => {
        const open = keeping(role, version);
        const { session, side, peer, held } = open;
        assert.ok(side.ready && peer.ready, `${side.error?.message} ${peer.error?.message}`);
        assert.is(read(session, side).code, status.SEC_E_OK);
        session.carry(peer.role, peer.seal(DATA));
        assert.is(side.control(SCHANNEL_SHUTDOWN), status.SEC_E_OK);
        const { code, sent } = called(side);
        is(code, status.SEC_E_OK);
        session.carry(role, sent);
        if (how !== "never answers") held.settle(how);
        await turn();
        assert.equal(read(session, side), { data: DATA, code: status.SEC_E_OK });
        is(read(session, peer).code, status.SEC_I_CONTEXT_EXPIRED);
        peer.control(SCHANNEL_SHUTDOWN);
        session.carry(peer.role, called(peer).sent);
        is(read(session, side).code, status.SEC_I_CONTEXT_EXPIRED);
      });
    }
  }
}

tests.run();
