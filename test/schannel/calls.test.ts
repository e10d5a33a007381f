/**
 * Rules of the functions over real sessions: handles, interleaving, memory, what a call consumes, what can be repeated
 * (reference 2.0 to 2.5, 2.8, 8.1, 8.2).
 */

import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import * as a from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import { freeContextBuffer } from "../../src/sspi/free-context-buffer.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  applicationKeys13,
  messagesOf,
  openWith,
  recordsOf,
  sealWith,
} from "../support/record-surgery.ts";
import { rows } from "../support/rows.ts";
import {
  connected,
  credential,
  handshake,
  pair,
  Side,
  sspi,
  VERSIONS,
  versionOnly,
} from "../support/session-kit.ts";
import { data, desc, empty, is, token } from "../support/sspi-kit.ts";

const calls = rows("schannel: calls");

const HELLO = latin1("hello");
const ALLOCATE = flags.ISC_REQ_ALLOCATE_MEMORY;

calls.row("2.0 G4, 2.1 D1, 2.7 T1, 2.8 D1", "dead handles and none at all", () => {
  const { client } = connected("TLS 1.3");
  const { handle } = client;
  is(sspi.deleteSecurityContext(handle), status.SEC_E_OK);
  for (const context of [handle, null, undefined]) {
    is(sspi.deleteSecurityContext(context), status.SEC_E_INVALID_HANDLE);
    is(sspi.encryptMessage(context, 0, desc()), status.SEC_E_INVALID_HANDLE);
    is(sspi.decryptMessage(context, desc()), status.SEC_E_INVALID_HANDLE);
    is(sspi.applyControlToken(context, desc()), status.SEC_E_INVALID_HANDLE);
    is(sspi.endOfInput(context), status.SEC_E_INVALID_HANDLE);
    is(sspi.initializeSecurityContext({ context }).status, status.SEC_E_INVALID_HANDLE);
  }
  const acquired = credential("client");
  is(sspi.freeCredentialsHandle(acquired), status.SEC_E_OK);
  is(sspi.freeCredentialsHandle(acquired), status.SEC_E_INVALID_HANDLE);
  is(sspi.initializeSecurityContext({ credential: acquired }).status, status.SEC_E_INVALID_HANDLE);
});

calls.row(
  "2.8 D2, 2.1 D2, 8.1 Q11",
  "deletion in any state; a credential freed under its contexts",
  () => {
    const handle = credential("client");
    const begun = new Side("client", handle);
    begun.step();
    is(sspi.deleteSecurityContext(begun.handle), status.SEC_E_OK);
    const client = new Side("client", handle);
    const server = new Side("server", credential("server"));
    server.receive(client.step());
    is(sspi.freeCredentialsHandle(handle), status.SEC_E_OK);
    client.receive(server.step());
    server.receive(client.step());
    server.step();
    is(server.last.status, status.SEC_E_OK);
    const { client: failed } = pair();
    failed.step();
    failed.receive(Uint8Array.of(22, 3, 3, 0, 4, 14, 0, 0, 0));
    failed.step();
    is(sspi.deleteSecurityContext(failed.handle), status.SEC_E_OK);
  },
);

for (const version of VERSIONS) {
  calls.row(
    "2.0 G8",
    `${version}: two contexts and both directions, interleaved at any point`,
    () => {
      const sessions = [connected(version), connected(version)];
      const sent: Uint8Array[] = [];
      const got: Uint8Array[] = [];
      for (let i = 0; i < 200; i++) {
        for (const [n, { client, server }] of sessions.entries()) {
          const content = Uint8Array.of(n, i, i * 7);
          const back = Uint8Array.of(n, i, i * 3);
          server.receive(client.seal(content));
          client.receive(server.seal(back));
          sent.push(content, back);
          if (i % 3 === 0) continue;
          while (server.inbox.length > 0) got.push(server.open().content);
          while (client.inbox.length > 0) got.push(client.open().content);
        }
      }
      for (const { client, server } of sessions) {
        while (server.inbox.length > 0) got.push(server.open().content);
        while (client.inbox.length > 0) got.push(client.open().content);
      }
      const order = (list: Uint8Array[]): string[] => list.map((bytes) => bytes.join()).sort();
      assert.equal(order(got), order(sent));
    },
  );

  calls.row("2.0 G6, 2.5 R2", `${version}: incomplete messages change nothing`, () => {
    const { client, server } = connected(version);
    const record = client.seal(HELLO);
    for (let length = 0; length < record.length; length++) {
      server.inbox = record.slice(0, length);
      is(server.open().code, status.SEC_E_INCOMPLETE_MESSAGE);
      assert.equal(server.inbox, record.subarray(0, length));
    }
    server.inbox = record;
    assert.equal(server.open().content, HELLO);
  });

  calls.row("2.5 B5 B6 S5", `${version}: five buffers, EMPTY with a size, in place`, () => {
    const { client, server } = connected(version);
    const record = client.seal(HELLO);
    const buffers = [data(record), new SecBuffer(0, new Uint8Array(4)), empty(), empty(), empty()];
    is(sspi.decryptMessage(server.handle, desc(...buffers)), status.SEC_E_OK);
    assert.is(buffers[1]?.pvBuffer?.buffer, record.buffer);
    assert.equal(record.subarray(buffers[0]?.cbBuffer, (buffers[0]?.cbBuffer ?? 0) + 5), HELLO);
  });

  calls.row(
    "2.2 T6 X3 O9, 8.1 Q10 Q4",
    `${version}: record by record, with and without EMPTY`,
    () => {
      for (const withSpare of [true, false]) {
        const { client, server } = pair(versionOnly(version));
        server.receive(client.step());
        const flight = recordsOf(server.step());
        const seen: string[] = [];
        for (const record of flight) {
          const output = token();
          const spare = empty();
          const answer = sspi.initializeSecurityContext({
            context: client.handle,
            contextReq: ALLOCATE,
            input: withSpare ? desc(token(record), spare) : desc(token(record)),
            output: desc(output),
          });
          is(
            answer.status,
            record === flight.at(-1) && version === "TLS 1.3" ? 0 : status.SEC_I_CONTINUE_NEEDED,
          );
          assert.is(answer.context, client.handle, "N3");
          assert.is(spare.BufferType, 0);
          seen.push(output.cbBuffer === 0 ? "empty" : "token");
        }
        // TLS 1.3: the compatibility record leaves when ServerHello is taken.
        if (version === "TLS 1.3") assert.is(seen.shift(), "token");
        assert.equal(seen.filter((what) => what === "token").length, 1);
        assert.is(seen.at(-1), "token");
      }
    },
  );

  calls.row(
    "2.2 X4, 8.2 P8",
    `${version}: application data in a handshake call does no harm`,
    () => {
      const { client, server } = connected(version);
      server.receive(client.seal(HELLO));
      const kept = server.inbox.slice();
      server.step();
      is(server.last.status, status.SEC_E_INVALID_TOKEN);
      server.inbox = kept;
      assert.equal(server.open().content, HELLO);
    },
  );

  calls.row("2.2 X3 T2 T3, 8.1 Q3, 2.0 G6", `${version}: a handshake byte by byte`, () => {
    const { client, server } = pair(versionOnly(version), { sealwire: { ticketCount: 0 } });
    let bytes = client.step();
    for (let turn = 0; bytes.length > 0; turn++) {
      const side = turn % 2 === 0 ? server : client;
      const answers: Uint8Array[] = [];
      for (const byte of bytes) {
        side.receive(Uint8Array.of(byte));
        answers.push(side.step());
        assert.ok(side.inbox.length === 0 || side.last.status === status.SEC_E_INCOMPLETE_MESSAGE);
      }
      bytes = concat(...answers);
    }
    is(client.last.status, status.SEC_E_OK);
    is(server.last.status, status.SEC_E_OK);
    server.receive(client.seal(HELLO));
    assert.equal(server.open().content, HELLO);
  });
}

calls.row("2.2 N3 N4 T8 O10", "the same handle, times, and an ALERT buffer without alert", () => {
  const { client, server } = pair();
  server.receive(client.step());
  assert.is(client.last.expiry, 0n);
  const { handle } = client;
  const alert = new SecBuffer(17, new Uint8Array(30));
  const output = token();
  const answer = sspi.initializeSecurityContext({
    context: handle,
    contextReq: ALLOCATE,
    input: desc(token(server.step()), empty()),
    output: desc(output, alert),
  });
  is(answer.status, status.SEC_E_OK);
  assert.is(answer.context, handle);
  assert.equal([alert.cbBuffer, alert.pvBuffer], [0, null]);
  assert.ok(output.cbBuffer > 0);
});

calls.row("2.2 I1, 2.3 S1", "option buffers alone, or behind TOKEN and EMPTY", () => {
  for (const order of [0, 1]) {
    const alpn = new SecBuffer(18, Uint8Array.from([9, 0, 0, 0, 2, 0, 0, 0, 3, 0, 2, 0x68, 0x32]));
    const output = token();
    const first = sspi.initializeSecurityContext({
      credential: credential("client"),
      targetName: "localhost",
      contextReq: ALLOCATE,
      input: order === 0 ? desc(alpn) : desc(token(), empty(), alpn),
      output: desc(output),
    });
    is(first.status, status.SEC_I_CONTINUE_NEEDED);
    const server = new Side("server", credential("server"), { alpn: ["h2"] });
    server.receive(output.bytes);
    const flight = server.step();
    const protocol = (): number => server.value(a.SECPKG_ATTR_APPLICATION_PROTOCOL).ProtoNegoStatus;
    assert.is(protocol(), 0, "nothing is proven yet");
    const finished = token();
    const second = sspi.initializeSecurityContext({
      context: first.context,
      contextReq: ALLOCATE,
      input: desc(token(flight), empty()),
      output: desc(finished),
    });
    is(second.status, status.SEC_E_OK);
    server.receive(finished.bytes);
    server.step();
    assert.is(protocol(), 1);
  }
});

calls.row(
  "2.3 S2 S5, 2.9 N4",
  "server output: TOKEN, ALERT, further EMPTY; SEC_E_OK with a token",
  () => {
    const { client, server } = pair();
    server.receive(client.step());
    client.receive(server.step());
    const finished = client.step();
    const output = [empty(), new SecBuffer(17), empty()];
    const answer = sspi.acceptSecurityContext({
      context: server.handle,
      contextReq: flags.ASC_REQ_ALLOCATE_MEMORY,
      input: desc(token(finished), empty()),
      output: desc(...output),
    });
    is(answer.status, status.SEC_E_OK);
    assert.equal(
      output.map((buffer) => buffer.BufferType),
      [2, 17, 0],
    );
    assert.ok((output[0]?.cbBuffer ?? 0) > 0);
    assert.is(output[1]?.cbBuffer, 0);
  },
);

calls.row("2.3 S11", "an inbound credential without certificate", () => {
  const server = new Side("server", credential("server", { paCred: [] }));
  server.receive(pair().client.step());
  server.step();
  is(server.last.status, status.SEC_E_NO_CREDENTIALS);
  assert.is(server.context, undefined);
});

calls.row(
  "2.3 S3 S4, 8.2 P18",
  "a partial ClientHello, then the whole one, both without context",
  () => {
    const { client, server } = pair();
    const hello = client.step();
    server.receive(hello.subarray(0, 100));
    server.step();
    is(server.last.status, status.SEC_E_INCOMPLETE_MESSAGE);
    assert.is(server.context, undefined);
    server.receive(hello.subarray(100));
    server.step();
    is(server.last.status, status.SEC_I_CONTINUE_NEEDED);
  },
);

calls.row("2.0 G9, 8.1 Q14", "allocated output stays the caller's until it is freed", () => {
  const output = token();
  const handle = credential("client");
  const first = sspi.initializeSecurityContext({
    credential: handle,
    targetName: "localhost",
    contextReq: ALLOCATE,
    output: desc(output),
  });
  const copy = output.bytes.slice();
  const server = new Side("server", credential("server"));
  server.receive(output.bytes);
  const answer = server.step();
  const second = token();
  sspi.initializeSecurityContext({
    context: first.context ?? null,
    contextReq: ALLOCATE,
    input: desc(token(answer), empty()),
    output: desc(second),
  });
  assert.equal(output.bytes, copy);
  const memory = second.pvBuffer;
  is(freeContextBuffer(second), status.SEC_E_OK);
  assert.equal([second.pvBuffer, second.cbBuffer], [null, 0]);
  is(freeContextBuffer(memory), status.SEC_E_OK);
  is(freeContextBuffer(new SecBuffer(17)), status.SEC_E_OK);
  is(freeContextBuffer(null), status.SEC_E_INVALID_HANDLE);
});

calls.row("2.2 I3 I2", "TOKEN alone, if it holds exactly what is needed", () => {
  const { client, server } = pair();
  server.receive(client.step());
  const answer = sspi.initializeSecurityContext({
    context: client.handle,
    contextReq: ALLOCATE,
    input: desc(token(server.step())),
    output: desc(token()),
  });
  is(answer.status, status.SEC_E_OK);
});

calls.row("2.5 S4", "padding and inner type count in TRAILER", () => {
  const lines: string[] = [];
  const { client, server } = connected("TLS 1.3", {
    sealwire: { keyLog: (line) => lines.push(line) },
  });
  const { dwCipherSuite } = client.value(a.SECPKG_ATTR_CIPHER_INFO);
  const keys = applicationKeys13(lines, dwCipherSuite, "CLIENT");
  // The sealer's own type, 0, becomes padding behind the type that stands in the content.
  const inner = Uint8Array.of(...HELLO, 23, ...new Uint8Array(10));
  server.receive(sealWith(keys, 0, 0, inner));
  const { code, buffers, content } = server.open();
  is(code, status.SEC_E_OK);
  assert.equal(content, HELLO);
  assert.equal(
    buffers.slice(0, 3).map((buffer) => buffer.cbBuffer),
    [5, 5, 1 + 11 + 16],
  );
});

calls.row(
  "2.10 W3 W6, 2.5 R8 S9, 8.1 Q9",
  "two records of tickets: one SEC_I_RENEGOTIATE each",
  () => {
    const lines: string[] = [];
    const keyLog = (line: string): number => lines.push(line);
    const { client, server } = pair({ sealwire: { keyLog } }, { sealwire: { ticketCount: 2 } });
    handshake(client, server);
    const { dwCipherSuite } = client.value(a.SECPKG_ATTR_CIPHER_INFO);
    const keys = applicationKeys13(lines, dwCipherSuite, "SERVER");
    const tickets = messagesOf(openWith(keys, 0, client.inbox));
    assert.is(tickets.length, 2);
    const records = tickets.map((ticket, sequence) => sealWith(keys, sequence, 22, ticket));
    client.inbox = concat(...records, sealWith(keys, 2, 23, HELLO));
    for (const record of records) {
      const before = client.inbox.slice();
      const { code, buffers } = client.open();
      is(code, status.SEC_I_RENEGOTIATE);
      assert.equal([buffers[1]?.cbBuffer, buffers[3]?.cbBuffer], [0, before.length]);
      assert.equal(buffers[3]?.bytes, before, "still encrypted");
      assert.is(client.step().length, 0);
      is(client.last.status, status.SEC_E_OK);
      assert.is(client.inbox.length, before.length - record.length);
    }
    assert.equal(client.open().content, HELLO);
  },
);

calls.row("2.9 N1 N3", "TLS 1.3: the compatibility ChangeCipherSpec comes before Finished", () => {
  const { client, server } = pair();
  const hello = client.step();
  assert.equal(
    recordsOf(hello).map((record) => record[0]),
    [22],
  );
  server.receive(hello);
  client.receive(server.step());
  const records = recordsOf(client.step());
  assert.equal(
    records.map((record) => record[0]),
    [20, 23],
  );
  assert.equal(concat(...records).subarray(0, 6), Uint8Array.of(20, 3, 3, 0, 1, 1));
});

calls.run();
