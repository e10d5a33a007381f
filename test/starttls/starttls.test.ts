/**
 * The exchanges before TLS against scripted servers: honest ones in pieces of any size, and hostile ones.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1, toHex } from "../../src/bytes/text.ts";
import type { StartTls, StartTlsStep } from "../../src/starttls/dialogue.ts";
import { startTlsFtp } from "../../src/starttls/ftp.ts";
import { startTlsIrc } from "../../src/starttls/irc.ts";
import { startTlsLdap } from "../../src/starttls/ldap.ts";
import { startTlsImap, startTlsLmtp, startTlsSmtp } from "../../src/starttls/mail.ts";
import { startTlsMysql } from "../../src/starttls/mysql.ts";
import { startTlsNntp } from "../../src/starttls/nntp.ts";
import { startTlsPostgres } from "../../src/starttls/postgres.ts";
import { START_TLS_PROTOCOLS, startTlsProtocol } from "../../src/starttls/protocols.ts";
import { startTlsSieve } from "../../src/starttls/sieve.ts";
import { startTlsTds, TdsHandshake } from "../../src/starttls/tds.ts";
import { startTlsXmpp } from "../../src/starttls/xmpp.ts";
import { bytes, CONVERSATIONS, type Conversation, mysqlGreeting, tdsAnswer } from "./scripts.ts";

const exchange = suite("starttls: exchanges");

const outputOf = (step: StartTlsStep): string => ("output" in step ? toHex(step.output) : "");

/** Hands over an answer, `chunk` bytes at a time, until the exchange ends. */
function give(negotiator: StartTls, answer: Uint8Array, chunk: number): StartTlsStep {
  let step: StartTlsStep = { state: "more", output: new Uint8Array(0) };
  for (let at = 0; at < answer.length && step.state === "more"; at += chunk) {
    assert.is(outputOf(step), "", "something was said before the answer was complete");
    step = negotiator.receive(answer.subarray(at, at + chunk));
  }
  return step;
}

/** Plays a conversation up to its last answer, which is `answer`. */
function play(
  { create, turns }: Conversation,
  answer: Uint8Array | null,
  chunk = 1e6,
): StartTlsStep {
  const negotiator = create();
  let step = negotiator.start();
  for (const [index, turn] of turns.entries()) {
    assert.is(step.state, "more");
    assert.is(outputOf(step), toHex(turn.ask));
    const isLast = index === turns.length - 1;
    step = give(negotiator, isLast ? (answer ?? turn.answer) : turn.answer, chunk);
  }
  return step;
}

function reasonOf(step: StartTlsStep): string {
  assert.is(step.state, "failed", `${step.state} instead of failed`);
  return step.state === "failed" ? step.reason : "";
}

/** The failure that an exchange comes to when the server says all this, whatever it is asked. */
function fate(negotiator: StartTls, ...answers: (string | Uint8Array)[]): string {
  let step = negotiator.start();
  for (const answer of answers) {
    if (step.state !== "more") break;
    step = negotiator.receive(bytes(answer));
  }
  return reasonOf(step);
}

for (const conversation of CONVERSATIONS) {
  const { name, turns, last, no, noReason } = conversation;
  const goAhead = turns.at(-1)?.answer ?? new Uint8Array(0);

  exchange(`${name}: an honest server, in pieces of any size`, () => {
    for (const chunk of [1, 2, 5, 1e6]) {
      const step = play(conversation, null, chunk);
      assert.is(step.state, "done");
      assert.is(outputOf(step), toHex(last));
      const said = concat(...turns.map((turn) => turn.answer));
      assert.is(step.state === "done" ? toHex(step.received) : "", toHex(said));
    }
  });

  exchange(`${name}: a server that says no`, () => {
    assert.is(reasonOf(play(conversation, no)), noReason);
  });

  exchange(`${name}: plaintext after the go-ahead is refused`, () => {
    const injected = concat(goAhead, latin1("X"));
    assert.is(reasonOf(play(conversation, injected)), "InjectedPlaintext");
    const command = concat(goAhead, latin1("RSET\r\n* OK injected\r\n"));
    assert.is(reasonOf(play(conversation, command)), "InjectedPlaintext");
  });

  exchange(`${name}: bytes after the end are TLS's`, () => {
    const negotiator = conversation.create();
    negotiator.start();
    for (const { answer } of turns) negotiator.receive(answer);
    assert.is(reasonOf(negotiator.receive(latin1("x"))), "Ended");
  });

  exchange(`${name}: a failure stays`, () => {
    const negotiator = conversation.create();
    negotiator.start();
    const first = negotiator.receive(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0a));
    const second = negotiator.receive(goAhead);
    assert.is(reasonOf(second), reasonOf(first));
  });

  exchange(`${name}: a server without end is refused, whatever it says`, () => {
    for (const filler of ["a", "\0", "<a>", "* x\r\n", "220-\r\n", "0\x84", "\x04\0\x10\0"]) {
      const negotiator = conversation.create();
      let step = negotiator.start();
      const chunk = latin1(filler.repeat(1024));
      let given = 0;
      while (step.state === "more" && given < 200_000) {
        step = negotiator.receive(chunk);
        given += chunk.length;
      }
      reasonOf(step);
    }
  });

  exchange(`${name}: every byte of an honest server changed`, () => {
    for (const [index, { answer }] of turns.entries())
      for (let at = 0; at < answer.length; at++)
        for (const change of [0x01, 0x80, 0xff]) {
          const changed = answer.slice();
          changed[at] = (changed[at] as number) ^ change;
          const negotiator = conversation.create();
          let step = negotiator.start();
          for (const [number, turn] of turns.entries())
            if (step.state === "more")
              step = negotiator.receive(number === index ? changed : turn.answer);
          assert.ok(["more", "done", "failed"].includes(step.state));
        }
  });
}

exchange("every protocol of the kit has a name, and tests", () => {
  const tested = new Set(CONVERSATIONS.map(({ name }) => name));
  for (const { name, negotiate, alpn } of START_TLS_PROTOCOLS) {
    assert.is(startTlsProtocol(name)?.name, name);
    assert.ok(negotiate === null || tested.has(name), name);
    assert.ok(negotiate !== null || alpn !== null, name);
    if (negotiate !== null) assert.is(negotiate("example.com").start().state, "more");
  }
  assert.is(startTlsProtocol("gopher"), undefined);
});

exchange("names that would end their line or attribute are refused", () => {
  assert.throws(() => startTlsSmtp("a\r\nMAIL FROM:<x>"), /not a name for EHLO/);
  assert.throws(() => startTlsSmtp("a b"), /not a name for EHLO/);
  assert.throws(() => startTlsLmtp("a\r\nMAIL FROM:<x>"), /not a name for LHLO/);
  assert.throws(() => startTlsXmpp("a'/><x y='"), /not an XMPP domain/);
});

exchange("smtp: not offered, and odd replies", () => {
  assert.is(fate(startTlsSmtp(), "220 hi\r\n", "250 mail\r\n"), "NotOffered");
  assert.is(fate(startTlsSmtp(), "220 hi\r\n", "250-STARTTLS\r\n250 mail\r\n"), "NotOffered");
  assert.is(fate(startTlsSmtp(), "554 no\r\n"), "UnexpectedAnswer");
  assert.is(fate(startTlsSmtp(), "hello\r\n"), "UnexpectedAnswer");
  assert.is(fate(startTlsSmtp(), "220 hi\r\n", "502 what\r\n"), "UnexpectedAnswer");
});

exchange("a server's words are quoted without control characters, and not too many", () => {
  const negotiator = startTlsSmtp();
  negotiator.start();
  const step = negotiator.receive(latin1(`554 \u001b[2J${"x".repeat(5000)}\r\n`));
  assert.is(step.state, "failed");
  const message = step.state === "failed" ? step.message : "";
  assert.ok(message.length < 250, message);
  assert.not.match(message, "\u001b");
});

exchange("imap: PREAUTH would go on in plaintext", () => {
  assert.is(fate(startTlsImap(), "* PREAUTH welcome\r\n"), "Refused");
  assert.is(fate(startTlsImap(), "* BYE busy\r\n"), "UnexpectedAnswer");
  assert.is(fate(startTlsImap(), "* OK\r\n", "other OK begin\r\n"), "UnexpectedAnswer");
});

exchange("lmtp: an SMTP server and one without STARTTLS are refused in the words of LMTP", () => {
  assert.is(fate(startTlsLmtp(), "220 hi\r\n", "250 mail\r\n"), "NotOffered");
  assert.is(fate(startTlsLmtp(), "220 hi\r\n", "500 what is LHLO\r\n"), "UnexpectedAnswer");
  const negotiator = startTlsLmtp();
  negotiator.start();
  const step = negotiator.receive(latin1("554 no\r\n"));
  assert.match(
    step.state === "failed" ? step.message : "",
    /^LMTP greeting: "554 no" instead of 220$/,
  );
});

exchange(
  "nntp: servers that do not offer STARTTLS, do not know CAPABILITIES, or are others",
  () => {
    assert.is(fate(startTlsNntp(), "200 hi\r\n", "101 list\r\nREADER\r\n.\r\n"), "NotOffered");
    assert.is(fate(startTlsNntp(), "200 hi\r\n", "500 what\r\n"), "NotOffered");
    assert.is(fate(startTlsNntp(), "200 hi\r\n", "400 busy\r\n"), "UnexpectedAnswer");
    assert.is(fate(startTlsNntp(), "502 not you\r\n"), "UnexpectedAnswer");
    const offer = "101 list\r\nSTARTTLS\r\n.\r\n";
    assert.is(fate(startTlsNntp(), "200 hi\r\n", offer, "502 already active\r\n"), "Refused");
    assert.is(fate(startTlsNntp(), "200 hi\r\n", offer, "hello\r\n"), "UnexpectedAnswer");
  },
);

exchange("sieve: not offered, turned away, other servers, a literal without end", () => {
  assert.is(fate(startTlsSieve(), '"SIEVE" "fileinto"\r\nOK\r\n'), "NotOffered");
  assert.is(fate(startTlsSieve(), 'BYE "too many"\r\n'), "Refused");
  assert.is(fate(startTlsSieve(), '"STARTTLS"\r\nNO\r\n'), "Refused");
  assert.is(fate(startTlsSieve(), "* OK IMAP ready\r\n"), "UnexpectedAnswer");
  assert.is(fate(startTlsSieve(), "OKAY\r\n"), "UnexpectedAnswer");
  assert.is(fate(startTlsSieve(), `"A" {99999}\r\n${"x".repeat(40_000)}`), "TooLong");
  // STARTTLS inside of a literal is not an offer.
  assert.is(fate(startTlsSieve(), '"A" {12}\r\n\r\n"STARTTLS"\r\nOK\r\n'), "NotOffered");
});

exchange(
  "irc: a ping is answered, other lines are passed over, no and other servers end it",
  () => {
    const negotiator = startTlsIrc();
    negotiator.start();
    const step = negotiator.receive(
      latin1("@time=now :irc.example NOTICE AUTH :hi\r\nPING :abc\r\n"),
    );
    assert.is(outputOf(step), toHex(latin1("PONG :abc\r\n")));
    assert.is(negotiator.receive(latin1(":irc.example 670 * :go\r\n")).state, "done");
    assert.is(
      fate(startTlsIrc(), ":irc.example 421 * STARTTLS :Unknown command\r\n"),
      "NotOffered",
    );
    assert.is(fate(startTlsIrc(), ":irc.example 451 * :Register first\r\n"), "NotOffered");
    assert.is(fate(startTlsIrc(), "ERROR :Closing link\r\n"), "Refused");
    assert.is(fate(startTlsIrc(), "SSH-2.0-OpenSSH_9.2\r\n"), "UnexpectedAnswer");
  },
);

exchange("ftp: wait a moment", () => {
  const negotiator = startTlsFtp();
  negotiator.start();
  const step = negotiator.receive(latin1("120 in a minute\r\n220 ready\r\n"));
  assert.is(step.state, "more");
  assert.is(fate(startTlsFtp(), "421 busy\r\n"), "UnexpectedAnswer");
});

exchange("ldap: other messages and impossible lengths", () => {
  const answers: [number[], string][] = [
    [[0x30, 12, 2, 1, 2, 0x78, 7, 10, 1, 0, 4, 0, 4, 0], "UnexpectedAnswer"],
    [[0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0], "UnexpectedAnswer"],
    [[0x30, 12, 2, 1, 1, 0x78, 9, 10, 1, 0, 4, 0, 4, 0], "UnexpectedAnswer"],
    [[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], "TooLong"],
    [[0x30, 0x85, 0, 0, 0, 0, 1], "UnexpectedAnswer"],
    [[0x30, 0x80], "UnexpectedAnswer"],
    [[0x16, 3, 1], "UnexpectedAnswer"],
  ];
  for (const [answer, reason] of answers)
    assert.is(fate(startTlsLdap(), Uint8Array.from(answer)), reason);
});

exchange("xmpp: what is no offer", () => {
  const open = "<stream:stream xmlns='jabber:client'>";
  const fates: [string, string][] = [
    [`${open}<stream:features/>`, "NotOffered"],
    [`${open}<stream:features><starttls xmlns='urn:other'/></stream:features>`, "NotOffered"],
    [
      `${open}<stream:features><x><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></x></stream:features>`,
      "NotOffered",
    ],
    [`${open}<stream:error><host-unknown/></stream:error>`, "Refused"],
    [`${open}<message/>`, "UnexpectedAnswer"],
    ["<!DOCTYPE x>", "UnexpectedAnswer"],
    ["<html>", "UnexpectedAnswer"],
  ];
  for (const [answer, reason] of fates)
    assert.is(fate(startTlsXmpp("example.com"), answer), reason);
});

exchange("postgres: an error's text is not shown", () => {
  const negotiator = startTlsPostgres();
  negotiator.start();
  const step = negotiator.receive(latin1("EVERYTHING IS FINE, LOG IN HERE"));
  assert.is(reasonOf(step), "Refused");
  assert.not.match(step.state === "failed" ? step.message : "", "LOG IN");
  assert.is(fate(startTlsPostgres(), "H"), "UnexpectedAnswer");
});

exchange("mysql: the flags of the caller, CLIENT_SSL added; errors; other servers", () => {
  const negotiator = startTlsMysql({ capabilities: 0x81, collation: 8 });
  negotiator.start();
  const step = negotiator.receive(mysqlGreeting(0xffff));
  assert.is(outputOf(step).slice(0, 26), "20000001810800000000000108");
  assert.is(fate(startTlsMysql(), "\x09\0\0\0\xff\x10\x04too many"), "Refused");
  assert.is(fate(startTlsMysql(), "\x03\0\0\0\x0aab"), "UnexpectedAnswer");
  assert.is(fate(startTlsMysql(), "\x05\0\0\0\x09abc\0"), "UnexpectedAnswer");
  assert.is(fate(startTlsMysql(), "HTTP/1.1"), "TooLong");
});

exchange("tds: an answer in several packets; servers without encryption; other servers", () => {
  const negotiator = startTlsTds();
  negotiator.start();
  assert.is(negotiator.receive(tdsAnswer(3, 5)).state, "done");
  assert.is(fate(startTlsTds(), tdsAnswer(0)), "NotOffered");
  assert.is(fate(startTlsTds(), tdsAnswer(9)), "UnexpectedAnswer");
  assert.is(fate(startTlsTds(), Uint8Array.of(4, 1, 0, 9, 0, 0, 1, 0, 0xff)), "UnexpectedAnswer");
  assert.is(fate(startTlsTds(), Uint8Array.of(21, 3, 3, 0, 2, 2, 80, 0)), "UnexpectedAnswer");
  assert.is(fate(startTlsTds(), Uint8Array.of(4, 1, 0, 7, 0, 0, 1, 0)), "UnexpectedAnswer");
});

exchange("tds: the handshake's frames there and back, in pieces of any size", () => {
  const flights = [100, 1, 4088, 4089, 12_000].map((length) =>
    Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff),
  );
  for (const chunk of [1, 7, 4096, 1e6]) {
    const sender = new TdsHandshake();
    const receiver = new TdsHandshake();
    for (const flight of flights) {
      const wire = sender.wrap(flight);
      assert.is(wire.length, flight.length + 8 * Math.ceil(flight.length / 4088));
      const parts: Uint8Array[] = [];
      for (let at = 0; at < wire.length; at += chunk) {
        const found = receiver.unwrap(wire.subarray(at, at + chunk));
        assert.ok(found.ok);
        if (found.ok) parts.push(found.tls.slice());
      }
      assert.is(toHex(concat(...parts)), toHex(flight));
    }
    sender.finish();
    const bare = Uint8Array.of(0x17, 3, 3, 0, 1, 9);
    assert.is(toHex(sender.wrap(bare)), toHex(bare));
    const wire = concat(new TdsHandshake().wrap(Uint8Array.of(1, 2)), bare);
    const found = receiver.unwrap(wire);
    assert.is(found.ok ? toHex(found.tls) : "", `0102${toHex(bare)}`);
    const more = receiver.unwrap(Uint8Array.of(4, 5));
    assert.is(more.ok ? toHex(more.tls) : "", "0405");
  }
});

exchange("tds: other packets during the handshake are refused", () => {
  for (const packet of [
    [4, 1, 0, 9, 0, 0, 1, 0, 7],
    [0x12, 1, 0, 7, 0, 0, 1, 0],
  ])
    assert.not(new TdsHandshake().unwrap(Uint8Array.from(packet)).ok);
});

exchange.run();
