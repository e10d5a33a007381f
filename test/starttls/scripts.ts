/**
 * What honest servers say before TLS, protocol by protocol: the lines of a conversation, alternately theirs and ours.
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import type { StartTls } from "../../src/starttls/dialogue.ts";
import { startTlsFtp } from "../../src/starttls/ftp.ts";
import { startTlsIrc } from "../../src/starttls/irc.ts";
import { startTlsLdap } from "../../src/starttls/ldap.ts";
import { startTlsImap, startTlsLmtp, startTlsPop3, startTlsSmtp } from "../../src/starttls/mail.ts";
import { startTlsMysql } from "../../src/starttls/mysql.ts";
import { startTlsNntp } from "../../src/starttls/nntp.ts";
import { startTlsPostgres } from "../../src/starttls/postgres.ts";
import { startTlsSieve } from "../../src/starttls/sieve.ts";
import { startTlsTds } from "../../src/starttls/tds.ts";
import { startTlsXmpp } from "../../src/starttls/xmpp.ts";

/** One turn: what we send, then what the server answers. The first `ask` is empty where the server speaks first. */
export interface Turn {
  readonly ask: Uint8Array;
  readonly answer: Uint8Array;
}

export interface Conversation {
  /** As `connect --starttls` calls it. */
  readonly name: string;
  readonly create: () => StartTls;
  readonly turns: readonly Turn[];
  /** Sent with the go-ahead, after the last answer. */
  readonly last: Uint8Array;
  /** An answer in place of the last one that says no. */
  readonly no: Uint8Array;
  /** Reason of that failure. */
  readonly noReason: string;
}

const NOTHING = new Uint8Array(0);
const turn = (ask: string | Uint8Array, answer: string | Uint8Array): Turn => ({
  ask: bytes(ask),
  answer: bytes(answer),
});

export function bytes(what: string | Uint8Array): Uint8Array {
  return typeof what === "string" ? latin1(what) : what;
}

/** Protocol 10, version, thread id, scramble, filler, capabilities, collation, status, capabilities, lengths, scramble. */
export function mysqlGreeting(capabilities: number): Uint8Array {
  const payload = concat(
    latin1("\x0a8.0.36\0"),
    Uint8Array.of(1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0),
    Uint8Array.of(capabilities & 0xff, capabilities >> 8, 45, 2, 0, 0xff, 0xdf, 21),
    new Uint8Array(10),
    latin1("abcdefghijkl\0caching_sha2_password\0"),
  );
  return concat(Uint8Array.of(payload.length, 0, 0, 0), payload);
}

const MYSQL_REQUEST = concat(
  Uint8Array.of(32, 0, 0, 1, 0x00, 0x8a, 0, 0, 0, 0, 0, 1, 45),
  new Uint8Array(23),
);

/** An answer to PRELOGIN in packets of at most `room` bytes of data. */
export function tdsAnswer(encryption: number, room = 4000): Uint8Array {
  const data = Uint8Array.of(
    ...[0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 16, 0, 0, 0],
    encryption,
  );
  const packets: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += room) {
    const part = data.subarray(at, at + room);
    const end = at + room >= data.length ? 1 : 0;
    packets.push(Uint8Array.of(4, end, 0, 8 + part.length, 0, 0, 1, 0), part);
  }
  return concat(...packets);
}

const TDS_PRELOGIN = Uint8Array.of(
  ...[0x12, 1, 0, 47, 0, 0, 0, 0],
  ...[0, 0, 26, 0, 6, 1, 0, 32, 0, 1, 2, 0, 33, 0, 1, 3, 0, 34, 0, 4, 4, 0, 38, 0, 1, 0xff],
  ...[0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
);

const ldapMessage = (code: number): Uint8Array =>
  Uint8Array.of(0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, code, 4, 0, 4, 0);

const STREAM =
  "<?xml version='1.0'?><stream:stream from='example.com' id='a>b' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const XMPP_OPEN =
  "<?xml version='1.0'?><stream:stream to='example.com' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const XMPP_TLS = "urn:ietf:params:xml:ns:xmpp-tls";

export const CONVERSATIONS: readonly Conversation[] = [
  {
    name: "smtp",
    create: () => startTlsSmtp("client.example"),
    turns: [
      turn("", "220-mail.example ESMTP\r\n220 ready\r\n"),
      turn("EHLO client.example\r\n", "250-mail.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"),
      turn("STARTTLS\r\n", "220 go ahead\r\n"),
    ],
    last: NOTHING,
    no: bytes("454 TLS not available due to temporary reason\r\n"),
    noReason: "Refused",
  },
  {
    name: "lmtp",
    create: () => startTlsLmtp("client.example"),
    turns: [
      turn("", "220 mail.example LMTP ready\r\n"),
      turn("LHLO client.example\r\n", "250-mail.example\r\n250-STARTTLS\r\n250 PIPELINING\r\n"),
      turn("STARTTLS\r\n", "220 2.0.0 begin TLS\r\n"),
    ],
    last: NOTHING,
    no: bytes("454 4.7.0 not now\r\n"),
    noReason: "Refused",
  },
  {
    name: "sieve",
    create: startTlsSieve,
    turns: [
      turn(
        "",
        // RFC 5804 §2.6: strings may be literals, and a literal may hold what looks like an answer.
        '"IMPLEMENTATION" {10}\r\nOK "S\r\nOKK\r\n"SIEVE" "fileinto vacation"\r\n"STARTTLS"\r\n"VERSION" "1.0"\r\nOK (WARNINGS) "ready"\r\n',
      ),
      turn("STARTTLS\r\n", 'OK "begin TLS"\r\n'),
    ],
    last: NOTHING,
    no: bytes('NO "TLS is not there"\r\n'),
    noReason: "Refused",
  },
  {
    name: "nntp",
    create: startTlsNntp,
    turns: [
      turn("", "201 news.example ready, no posting\r\n"),
      turn("CAPABILITIES\r\n", "101 list:\r\nVERSION 2\r\nREADER\r\nSTARTTLS\r\n.\r\n"),
      turn("STARTTLS\r\n", "382 continue with TLS\r\n"),
    ],
    last: NOTHING,
    no: bytes("580 can not initiate TLS\r\n"),
    noReason: "Refused",
  },
  {
    name: "irc",
    create: startTlsIrc,
    turns: [
      turn(
        "STARTTLS\r\n",
        ":irc.example NOTICE * :*** Looking up your host name...\r\n:irc.example 670 * :STARTTLS successful, proceed with TLS handshake\r\n",
      ),
    ],
    last: NOTHING,
    no: bytes(":irc.example 691 * :STARTTLS failure\r\n"),
    noReason: "Refused",
  },
  {
    name: "imap",
    create: startTlsImap,
    turns: [
      turn("", "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"),
      turn("sealwire STARTTLS\r\n", "* CAPABILITY IMAP4rev1\r\nsealwire OK begin TLS\r\n"),
    ],
    last: NOTHING,
    no: bytes("sealwire BAD unknown command\r\n"),
    noReason: "Refused",
  },
  {
    name: "pop3",
    create: startTlsPop3,
    turns: [turn("", "+OK POP3 ready <1.2@example>\r\n"), turn("STLS\r\n", "+OK begin TLS\r\n")],
    last: NOTHING,
    no: bytes("-ERR no such command\r\n"),
    noReason: "Refused",
  },
  {
    name: "ftp",
    create: startTlsFtp,
    turns: [
      turn("", "220-Welcome\r\n 220 is not the end\r\nnor is this\r\n220 ready\r\n"),
      turn("AUTH TLS\r\n", "234 AUTH TLS OK.\r\n"),
    ],
    last: NOTHING,
    no: bytes("504 unknown\r\n"),
    noReason: "Refused",
  },
  {
    name: "ldap",
    create: startTlsLdap,
    turns: [
      turn(
        concat(
          Uint8Array.of(0x30, 0x1d, 2, 1, 1, 0x77, 0x18, 0x80, 0x16),
          latin1(["1", "3", "6", "1", "4", "1", "1466", "20037"].join(".")),
        ),
        // As Active Directory writes it: lengths of four bytes.
        Uint8Array.of(
          ...[0x30, 0x84, 0, 0, 0, 0x10, 2, 1, 1, 0x78, 0x84, 0, 0, 0, 7],
          ...[10, 1, 0, 4, 0, 4, 0],
        ),
      ),
    ],
    last: NOTHING,
    no: ldapMessage(52),
    noReason: "Refused",
  },
  {
    name: "xmpp",
    create: () => startTlsXmpp("example.com"),
    turns: [
      turn(
        XMPP_OPEN,
        `${STREAM}<stream:features><starttls xmlns='${XMPP_TLS}'><required/></starttls><mechanisms xmlns='x'><mechanism>PLAIN</mechanism></mechanisms></stream:features>`,
      ),
      turn(`<starttls xmlns='${XMPP_TLS}'/>`, `<proceed xmlns='${XMPP_TLS}'/>`),
    ],
    last: NOTHING,
    no: bytes(`<failure xmlns='${XMPP_TLS}'/></stream:stream>`),
    noReason: "Refused",
  },
  {
    name: "postgres",
    create: startTlsPostgres,
    turns: [turn(Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47), "S")],
    last: NOTHING,
    no: bytes("N"),
    noReason: "NotOffered",
  },
  {
    name: "mysql",
    create: () => startTlsMysql(),
    turns: [turn("", mysqlGreeting(0xffff))],
    last: MYSQL_REQUEST,
    no: mysqlGreeting(0xf7ff),
    noReason: "NotOffered",
  },
  {
    name: "tds",
    create: startTlsTds,
    turns: [turn(TDS_PRELOGIN, tdsAnswer(1))],
    last: NOTHING,
    no: tdsAnswer(2),
    noReason: "NotOffered",
  },
];
