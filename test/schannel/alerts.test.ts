/**
 * Alerts that leave and arrive in real sessions (reference 4, 7.1): every row of the alert table, by SECQOP_WRAP_OOB_DATA
 * and by control token, before and after the handshake.
 */

import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { alertStatus } from "../../src/schannel/failure-status.ts";
import { SECQOP_WRAP_OOB_DATA } from "../../src/sspi/package-constants.ts";
import * as status from "../../src/sspi/security-status.ts";
import { rows, SECTIONS } from "../support/rows.ts";
import { connected, handshake, pair, sspi, VERSIONS, versionOnly } from "../support/session-kit.ts";
import { is } from "../support/sspi-kit.ts";

const alerts = rows("schannel: alerts");

const WARNING = 1;
const FATAL = 2;
const SHUTDOWN = 1;
const ALERT = 2;
const HELLO = latin1("hello");

const alertRecord = (level: number, description: number): Uint8Array =>
  Uint8Array.of(21, 3, 3, 0, 2, level, description);

/** The rows of 7.1 as numbers and names of statuses, out of the data. */
const TABLE = (SECTIONS.find((section) => section.id === "7.1")?.rows ?? []).flatMap(
  ({ id, text }) =>
    /^A\d+$/.test(id)
      ? [{ id, number: Number(id.slice(1)), expected: text.replace(/^.*: /, "") }]
      : [],
);
assert.is(TABLE.length, 26);

for (const { id, number, expected } of TABLE) {
  alerts.row(`7.1 ${id} X1, 2.5 R9, 4.1 A6`, `alert ${number}: ${expected}`, () => {
    assert.is(status.statusName(alertStatus(number)), expected);
    for (const version of VERSIONS) {
      for (const sender of ["client", "server"] as const) {
        const sides = connected(version);
        const receiver = sender === "client" ? sides.server : sides.client;
        receiver.receive(sides[sender].seal(Uint8Array.of(FATAL, number), SECQOP_WRAP_OOB_DATA));
        // user_canceled is not fatal in TLS 1.3, whatever its level.
        const fatal = !(version === "TLS 1.3" && number === 90);
        assert.is(status.statusName(receiver.open().code), fatal ? expected : "SEC_E_OK");
        const report = sspi.lastError(receiver.handle);
        assert.is(report?.alertReceived?.description, fatal ? number : undefined);
      }
    }
    for (const role of ["client", "server"] as const) {
      const sides = pair();
      sides.server.receive(sides.client.step());
      const answer = sides.server.step();
      const side = sides[role];
      assert.ok(answer.length > 0);
      // A server that answered in TLS 1.3 is bound by that version's rule.
      if (role === "server" && number === 90) continue;
      side.inbox = alertRecord(FATAL, number);
      side.step();
      assert.is(status.statusName(side.last.status), expected, role);
    }
  });
}

alerts.row("7.1 X2", "a warning during a TLS 1.2 handshake is passed over", () => {
  const { client, server } = pair(versionOnly("TLS 1.2"));
  server.receive(client.step());
  client.receive(alertRecord(WARNING, 112), server.step());
  server.receive(client.step());
  is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
  client.receive(server.step());
  client.step();
  is(client.last.status, status.SEC_E_OK);
});

alerts.row("7.1 X3", "close_notify during a handshake: SEC_E_ILLEGAL_MESSAGE", () => {
  const { client } = pair();
  client.step();
  client.receive(alertRecord(WARNING, 0));
  client.step();
  is(client.last.status, status.SEC_E_ILLEGAL_MESSAGE);
});

for (const version of VERSIONS) {
  alerts.row("4.1 A1 A2 A4 A5", `${version}: an alert record, sized as two bytes`, () => {
    const { client, server } = connected(version);
    const buffers = client.sealed(Uint8Array.of(WARNING, 90), SECQOP_WRAP_OOB_DATA);
    const old = version === "TLS 1.2";
    assert.equal(
      buffers.map((buffer) => [buffer.BufferType, buffer.cbBuffer]),
      [
        [7, old ? 13 : 5],
        [1, 2],
        [6, old ? 16 : 17],
        [0, 0],
      ],
    );
    const record = concat(...buffers.map((buffer) => buffer.bytes));
    assert.is(record[0], old ? 21 : 23);
    server.receive(record, client.seal(HELLO));
    is(server.open().code, status.SEC_E_OK);
    assert.is(sspi.lastError(server.handle), null);
    assert.equal(server.open().content, HELLO);
  });

  alerts.row("4.1 A7", `${version}: nothing after close_notify or a fatal alert`, () => {
    for (const [level, description] of [
      [WARNING, 0],
      [FATAL, 40],
    ] as const) {
      const { client, server } = connected(version);
      client.seal(Uint8Array.of(level, description), SECQOP_WRAP_OOB_DATA);
      is(sspi.encryptAll(client.handle, HELLO).status, status.SEC_E_CONTEXT_EXPIRED);
      client.receive(server.seal(HELLO));
      is(client.open().code, level === FATAL ? status.SEC_E_CONTEXT_EXPIRED : status.SEC_E_OK);
    }
  });

  alerts.row("4.2 B1 B3 B4 B5, 4.3 D1 D2 D4 D5, 2.5 R6", `${version}: shutdown by token`, () => {
    const { client, server } = connected(version);
    is(client.control(SHUTDOWN), status.SEC_E_OK);
    const closing = client.step();
    is(client.last.status, status.SEC_E_OK);
    assert.is(closing.length, version === "TLS 1.2" ? 13 + 2 + 16 : 5 + 2 + 17);
    is(sspi.encryptAll(client.handle, HELLO).status, status.SEC_E_CONTEXT_EXPIRED);
    server.receive(closing, Uint8Array.of(1, 2, 3));
    const { code, buffers } = server.open();
    is(code, status.SEC_I_CONTEXT_EXPIRED);
    assert.equal(
      buffers.map((buffer) => buffer.BufferType),
      [7, 1, 6, 5],
    );
    assert.equal([buffers[1]?.cbBuffer, buffers[3]?.cbBuffer], [0, 3]);
    is(server.open().code, status.SEC_E_CONTEXT_EXPIRED);
    client.receive(server.seal(HELLO));
    assert.equal(client.open().content, HELLO, "E14: the peer's direction is still open");
    is(server.control(SHUTDOWN), status.SEC_E_OK);
    server.inbox = new Uint8Array(0);
    client.receive(server.step());
    is(client.open().code, status.SEC_I_CONTEXT_EXPIRED);
    for (const side of [client, server])
      is(sspi.deleteSecurityContext(side.handle), status.SEC_E_OK);
  });

  alerts.row("4.1 A8, 2.5 R10", `${version}: what a warning does`, () => {
    const { client, server } = connected(version);
    server.receive(client.seal(Uint8Array.of(WARNING, 49), SECQOP_WRAP_OOB_DATA));
    const { code, buffers } = server.open();
    if (version === "TLS 1.3") is(code, status.SEC_E_LOGON_DENIED);
    else {
      is(code, status.SEC_E_OK);
      assert.is(buffers[1]?.cbBuffer, 0);
    }
  });

  alerts.row("4.3 D3 D6, 8.2 P15", `${version}: the end of the transport`, () => {
    const { client, server } = connected(version);
    is(client.control(SHUTDOWN), status.SEC_E_OK);
    server.receive(client.step());
    is(server.open().code, status.SEC_I_CONTEXT_EXPIRED);
    is(sspi.endOfInput(server.handle), status.SEC_E_OK);
    assert.ok(server.seal(HELLO).length > 0, "our own direction stays open");
    is(sspi.endOfInput(client.handle), status.SEC_E_MESSAGE_ALTERED);
    assert.is(sspi.lastError(client.handle)?.reason, "TransportEnded");
    is(sspi.endOfInput(client.handle), status.SEC_E_CONTEXT_EXPIRED);
    client.receive(server.seal(HELLO));
    is(client.open().code, status.SEC_E_CONTEXT_EXPIRED);
    is(sspi.encryptAll(client.handle, HELLO).status, status.SEC_E_CONTEXT_EXPIRED);
    const abrupt = connected(version).client;
    abrupt.control(SHUTDOWN);
    assert.ok(abrupt.step().length > 0);
  });
}

alerts.row("8.2 P15", "the end of the transport during the handshake", () => {
  const { client } = pair();
  client.step();
  is(sspi.endOfInput(client.handle), status.SEC_E_MESSAGE_ALTERED);
  client.step();
  is(client.last.status, status.SEC_E_MESSAGE_ALTERED);
});

alerts.row("4.2 B2 B4, 2.7 X1 X2", "right after the first call: seven bytes, once", () => {
  for (const [words, bytes] of [
    [[SHUTDOWN], alertRecord(WARNING, 0)],
    [[ALERT, FATAL, 40], alertRecord(FATAL, 40)],
  ] as const) {
    const { client } = pair();
    client.step();
    is(client.control(...words), status.SEC_E_OK);
    assert.equal(client.step(), bytes);
    is(client.last.status, status.SEC_E_OK);
    client.step();
    is(client.last.status, status.SEC_E_INCOMPLETE_MESSAGE);
  }
});

alerts.row(
  "2.5 R11, 7.3 V4",
  "reordered or changed records: SEC_E_MESSAGE_ALTERED, alert 20",
  () => {
    for (const version of VERSIONS) {
      const { client, server } = connected(version);
      const first = client.seal(HELLO);
      server.receive(client.seal(HELLO), first);
      is(server.open().code, status.SEC_E_MESSAGE_ALTERED);
      const alert = server.step();
      is(server.last.status, status.SEC_E_MESSAGE_ALTERED);
      client.receive(alert);
      is(client.open().code, status.SEC_E_MESSAGE_ALTERED);
      assert.is(sspi.lastError(client.handle)?.alertReceived?.name, "bad_record_mac");
    }
  },
);

alerts.row("2.5 R13, 7.2 C10", "a record that is too long is refused by its header", () => {
  for (const [version, length] of [
    ["TLS 1.2", 16_384 + 2048],
    ["TLS 1.3", 16_384 + 256],
  ] as const) {
    for (const [over, expected] of [
      [0, status.SEC_E_INCOMPLETE_MESSAGE],
      [1, status.SEC_E_ILLEGAL_MESSAGE],
    ] as const) {
      const { server } = connected(version);
      const size = length + over;
      server.receive(Uint8Array.of(23, 3, 3, size >> 8, size & 0xff));
      is(server.open().code, expected);
    }
  }
});

alerts.row("2.5 R12", "what cannot be an encrypted record here: SEC_E_DECRYPT_FAILURE", () => {
  for (const version of VERSIONS) {
    for (const record of [
      Uint8Array.of(99, 3, 3, 0, 1, 0),
      Uint8Array.of(22, 3, 3, 0, 4, 0, 0, 0, 0),
      Uint8Array.of(20, 3, 3, 0, 1, 1),
      Uint8Array.of(23, 3, 3, 0, 3, 1, 2, 3),
    ]) {
      const { server } = connected(version);
      server.receive(record);
      is(server.open().code, status.SEC_E_DECRYPT_FAILURE);
      is(server.open().code, status.SEC_E_CONTEXT_EXPIRED);
    }
  }
});

alerts.row("2.0 G7", "after a failed handshake both functions say so for good", () => {
  const { client, server } = pair(versionOnly("TLS 1.2"), versionOnly("TLS 1.3"));
  assert.equal(handshake(client, server).at(-1), "SEC_E_UNSUPPORTED_FUNCTION");
  client.receive(alertRecord(FATAL, 70));
  for (let i = 0; i < 3; i++) {
    client.step();
    is(client.last.status, status.SEC_E_UNSUPPORTED_FUNCTION);
  }
  is(sspi.encryptAll(client.handle, HELLO).status, status.SEC_E_CONTEXT_EXPIRED);
});

alerts.run();
