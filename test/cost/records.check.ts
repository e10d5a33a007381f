/**
 * What a peer costs by records and messages: one byte in each record, one byte in each piece, lists as long as a message
 * allows, before and after the handshake.
 */
import { suite } from "uvu";
import * as node from "../../src/api/node.ts";
import { concat, concatAll } from "../../src/bytes/byte-arrays.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { Joiner } from "../../src/record/joiner.ts";
import { PlaintextQueue } from "../../src/session/plaintext-queue.ts";
import { type SessionEvents, TlsSession } from "../../src/session/tls-session.ts";
import { decodeClientHello } from "../../src/wire/client-hello.ts";
import { credentialOf, End, TRUST } from "../session/session-pair.ts";
import { bounded, linear } from "./growth.ts";

const tests = suite("cost: records and messages");

const quiet: SessionEvents = {
  send: () => undefined,
  data: () => undefined,
  secure: () => undefined,
  closed: () => undefined,
  failed: () => undefined,
  resumed: () => undefined,
};
const LARGE = { limits: { handshakeMessage: 1 << 24 } };

const record = (type: number, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(type, 3, 3, content.length >> 8, content.length & 0xff), content);
const pieces = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.slice(i * size, (i + 1) * size),
  );
const message = (type: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(4 + length);
  bytes.set([type, length >> 16, (length >> 8) & 0xff, length & 0xff]);
  return bytes;
};
/** A ClientHello that is announced as twice as long as what comes. */
const halfHello = (length: number): Uint8Array => message(1, 2 * length).subarray(0, length);
const inRecordsOfOne = (bytes: Uint8Array): Uint8Array =>
  concatAll(Array.from(bytes, (byte) => record(22, Uint8Array.of(byte))));

const server = (sealwire: node.SealwireOptions): TlsSession =>
  new TlsSession(
    { functions: node, role: "server", credential: credentialOf(node, "server", { sealwire }) },
    quiet,
  );

for (const [choice, more] of [
  ["", {}],
  [", selectProtocol", { selectProtocol: () => "h2" }],
] as const) {
  for (const size of [1, 7, 1000, Number.POSITIVE_INFINITY]) {
    linear(
      tests,
      `ClientHello${choice} in records of one byte, pieces of ${size}`,
      2000,
      (length) => {
        const bytes = inRecordsOfOne(halfHello(length));
        const chunks = pieces(bytes, Math.min(size, bytes.length));
        return () => {
          const pump = server({ ...LARGE, ...more });
          for (const chunk of chunks) pump.receive(chunk.slice());
        };
      },
    );
  }
}

linear(tests, "one record in pieces of one byte", 2000, (length) => {
  const chunks = pieces(record(22, halfHello(length)), 1);
  return () => {
    const pump = server(LARGE);
    for (const chunk of chunks) pump.receive(chunk.slice());
  };
});

linear(tests, "joiner: many messages in records of one byte", 5000, (length) => {
  const content = concatAll(Array.from({ length: length / 5 }, () => message(4, 1)));
  return () => {
    const joiner = new Joiner(1000);
    for (const byte of content) {
      joiner.push(Uint8Array.of(byte));
      while (joiner.next() !== null);
    }
  };
});

/** A secure pair; what `from` seals is kept. */
function connected(version: typeof TLS12 | typeof TLS13): { from: TlsSession; to: TlsSession } {
  const server = new End({
    ...{ functions: node, role: "server" },
    credential: credentialOf(node, "server", {
      version,
      sealwire: { transparentPostHandshake: true },
    }),
  });
  const client = new End({
    ...{ functions: node, role: "client", targetName: "localhost" },
    credential: credentialOf(node, "client", {
      version,
      hRootStore: TRUST,
      sealwire: { transparentPostHandshake: true },
    }),
  });
  client.other = server;
  server.other = client;
  client.pump.start();
  if (!client.pump.secure || !server.pump.secure) throw new Error("no handshake");
  client.received = server.received = new Uint8Array(0);
  return { from: client.pump, to: server.pump };
}

function sealed(pump: TlsSession, bytes: Uint8Array, fragment: number): Uint8Array {
  const queue = new PlaintextQueue();
  queue.push(bytes);
  pump.maxFragment = fragment;
  const records = pump.seal(queue);
  if (records === null) throw new Error("nothing sealed");
  return records;
}

for (const version of [TLS12, TLS13] as const) {
  const name = version === TLS12 ? "TLS 1.2" : "TLS 1.3";
  linear(tests, `${name}: data in records of one byte, sealed and opened`, 500, (length) => {
    const { from, to } = connected(version);
    return () => to.receive(sealed(from, new Uint8Array(length), 1));
  });
  linear(tests, `${name}: a record of data in pieces of one byte`, 1000, (length) => {
    const { from, to } = connected(version);
    return () => {
      for (const piece of pieces(sealed(from, new Uint8Array(length), 16384), 1)) to.receive(piece);
    };
  });
}

linear(tests, "data to be sent that was given byte by byte", 20_000, (length) => {
  const byte = new Uint8Array(1);
  return () => {
    const queue = new PlaintextQueue();
    for (let i = 0; i < length; i++) queue.push(byte);
    const target = new Uint8Array(16);
    while (queue.length > 0) queue.take(target, 0, Math.min(16, queue.length));
  };
});

/** The body of a ClientHello with these extensions. */
function hello(
  suites: number,
  ...extensions: readonly (readonly [number, Uint8Array])[]
): Uint8Array {
  const writer = new ByteWriter();
  writer.u16(0x0303).bytes(new Uint8Array(32)).vector(1, new Uint8Array(0));
  // The last of them is one that there is.
  const codes = new Uint8Array(2 * suites).fill(0x13);
  codes[codes.length - 1] = 0x01;
  writer.vector(2, codes);
  writer.vector(1, new Uint8Array(1));
  writer.vector(2, () => {
    for (const [type, data] of extensions) writer.u16(type).vector(2, data);
  });
  return writer.finish();
}

/** A list with its length before it. */
const list = (length: number, ...item: number[]): Uint8Array => {
  const count = Math.floor(length / item.length);
  const bytes = new Uint8Array(2 + count * item.length);
  bytes.set([(bytes.length - 2) >> 8, (bytes.length - 2) & 0xff]);
  for (let i = 0; i < count; i++) bytes.set(item, 2 + i * item.length);
  return bytes;
};
const extensions = (length: number): (readonly [number, Uint8Array])[] =>
  Array.from({ length: length / 4 }, (_, i) => [0x4000 + i, new Uint8Array(0)] as const);

const HELLOS: readonly (readonly [string, (length: number) => Uint8Array])[] = [
  ["cipher suites", (length) => hello(length / 2)],
  ["extensions that nobody knows", (length) => hello(1, ...extensions(length))],
  ["ALPN names of one byte", (length) => hello(1, [16, list(length, 1, 97)])],
  ["groups", (length) => hello(1, [10, list(length, 0x50, 0)])],
  ["signature schemes", (length) => hello(1, [13, list(length, 0x50, 0)])],
  ["key shares of one byte", (length) => hello(1, [51, list(length, 0x50, 0, 0, 1, 7)])],
];
for (const [what, make] of HELLOS)
  linear(tests, `decoding a ClientHello: ${what}`, 4000, (length) => {
    const body = make(length);
    return () => {
      try {
        decodeClientHello(body);
      } catch {
        // A refusal may cost no more.
      }
    };
  });

/** Lists that are looked up in one another. */
const codes = (length: number, first = 0x5000): number[] =>
  Array.from({ length: Math.floor(length / 2) }, (_, i) => first + i);
const codeList = (length: number, ...last: number[]): Uint8Array => {
  const writer = new ByteWriter();
  writer.vector(2, () => {
    for (const code of [...codes(length), ...last]) writer.u16(code);
  });
  return writer.finish();
};
const shares = (length: number): Uint8Array => {
  const writer = new ByteWriter();
  writer.vector(2, () => {
    for (const group of codes(length).reverse()) writer.u16(group).vector(2, Uint8Array.of(1));
  });
  return writer.finish();
};
const identities = (length: number): Uint8Array => {
  const writer = new ByteWriter();
  const count = Math.floor(length / 50);
  writer.vector(2, () => {
    for (let i = 0; i < count; i++) writer.vector(2, new Uint8Array(8)).u32(i);
  });
  writer.vector(2, () => {
    for (let i = 0; i < count; i++) writer.vector(1, new Uint8Array(32));
  });
  return writer.finish();
};
const VERSIONS_13 = [43, Uint8Array.of(2, 3, 4)] as const;
const GROUPS = [10, list(2, 0, 29)] as const;
const SCHEMES = [13, list(2, 4, 3)] as const;
const NO_SHARES = [51, Uint8Array.of(0, 0)] as const;
const PSK_MODES = [45, Uint8Array.of(1, 1)] as const;

/** What a server does with a whole ClientHello: it refuses it, or answers. */
const WHOLE: readonly (readonly [string, (length: number) => Uint8Array])[] = [
  ["cipher suites", (length) => hello(length / 2, VERSIONS_13, GROUPS, SCHEMES, NO_SHARES)],
  ["groups", (length) => hello(1, VERSIONS_13, [10, codeList(length, 29)], SCHEMES, NO_SHARES)],
  [
    "groups, and a share for each",
    (length) =>
      hello(1, VERSIONS_13, [10, codeList(length / 4.5)], SCHEMES, [51, shares(length / 4.5)]),
  ],
  [
    "signature schemes, and as many for certificates",
    (length) =>
      hello(
        1,
        VERSIONS_13,
        GROUPS,
        NO_SHARES,
        [13, codeList(length / 2, 0x0403)],
        [50, codeList(length / 2)],
      ),
  ],
  [
    "PSK identities that nobody knows",
    (length) =>
      hello(1, VERSIONS_13, GROUPS, SCHEMES, NO_SHARES, PSK_MODES, [41, identities(length)]),
  ],
  [
    "ALPN names",
    (length) => hello(1, VERSIONS_13, GROUPS, SCHEMES, NO_SHARES, [16, list(length, 1, 97)]),
  ],
  [
    "extensions that nobody knows",
    (length) => hello(1, VERSIONS_13, GROUPS, SCHEMES, NO_SHARES, ...extensions(length)),
  ],
  [
    "groups and schemes of TLS 1.2",
    (length) =>
      hello(length / 4, [10, codeList(length / 4, 29)], [13, codeList(length / 4, 0x0403)]),
  ],
];
for (const [what, make] of WHOLE)
  linear(tests, `a server's answer to a ClientHello: ${what}`, 8000, (length) => {
    const body = make(length);
    const bytes = concatAll(
      pieces(concat(Uint8Array.of(1, 0, body.length >> 8, body.length & 0xff), body), 16384).map(
        (piece) => record(22, piece),
      ),
    );
    return () => server({ ...LARGE, selectProtocol: () => null }).receive(bytes.slice());
  });

bounded(tests, "200 connections that send 60,000 bytes of a ClientHello and nothing more", () => {
  const bytes = concatAll(pieces(halfHello(60_000), 16384).map((piece) => record(22, piece)));
  return Array.from({ length: 200 }, () => {
    const pump = server(LARGE);
    pump.receive(bytes.slice());
    return pump;
  });
});

tests.run();
