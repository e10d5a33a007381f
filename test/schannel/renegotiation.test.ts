/**
 * TLS 1.2: the traces of reference 2.9, renegotiation both ways (2.10, 2.5 R7), and what must not change in it (8.1 Q15,
 * 8.2 P9).
 */

import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import * as a from "../../src/sspi/attributes.ts";
import {
  ASC_REQ_MUTUAL_AUTH,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_USE_SUPPLIED_CREDS,
} from "../../src/sspi/context-flags.ts";
import type { SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { CLIENT_IDENTITY, SERVER_IDENTITY } from "../support/pinned-dependencies.ts";
import { keysOf12, openWith, recordsOf, sealWith } from "../support/record-surgery.ts";
import { rows } from "../support/rows.ts";
import {
  type Auth,
  connected,
  credential,
  type Pair,
  pair,
  sspi,
  versionOnly,
} from "../support/session-kit.ts";
import { desc, is, token } from "../support/sspi-kit.ts";

const renegotiation = rows("schannel: sessions, TLS 1.2");

const HELLO = latin1("hello");
const HELLO_REQUEST = Uint8Array.of(0, 0, 0, 0);
const WILLING: Auth = { sealwire: { allowRenegotiation: true } };
const REFUSAL = [2, 1, 100] as const;

renegotiation.row("2.9 M1 M2 M3 M4 M5, 2.2 T7 T8", "who sends what, and the statuses", () => {
  const { client, server } = pair(versionOnly("TLS 1.2"));
  const types = (bytes: Uint8Array): number[] => recordsOf(bytes).map((record) => record[0] ?? 0);
  const hello = client.step();
  is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
  assert.equal(types(hello), [22]);
  server.receive(hello);
  const flight = server.step();
  is(server.last.status, status.SEC_I_CONTINUE_NEEDED);
  assert.equal(flight.subarray(-4), Uint8Array.of(14, 0, 0, 0), "ServerHelloDone");
  client.receive(flight);
  const exchange = client.step();
  is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
  assert.equal(types(exchange), [22, 20, 22]);
  server.receive(exchange);
  const last = server.step();
  is(server.last.status, status.SEC_E_OK);
  assert.equal(types(last).slice(-2), [20, 22]);
  client.receive(last);
  assert.is(client.step().length, 0);
  is(client.last.status, status.SEC_E_OK);
});

/** Goes on until nobody has anything to say. */
function settle({ client, server }: Pair, first: Uint8Array): void {
  let bytes = first;
  let [from, to] = [client, server];
  for (let turn = 0; bytes.length > 0 && turn < 10; turn++) {
    to.receive(bytes);
    bytes = to.step();
    if (status.isFailure(to.last.status)) return;
    [from, to] = [to, from];
  }
}

const requested = (sides: Pair): void => {
  const request = sides.server.step();
  is(sides.server.last.status, status.SEC_I_CONTINUE_NEEDED);
  assert.is(request.length, 33);
  sides.client.receive(request);
  const { code, buffers } = sides.client.open();
  is(code, status.SEC_I_RENEGOTIATE);
  assert.equal(
    buffers.map((buffer) => [buffer.BufferType, buffer.cbBuffer]),
    [
      [7, 13],
      [1, 0],
      [6, 20],
      [0, 0],
    ],
  );
  is(sides.client.open().code, status.SEC_E_CONTEXT_EXPIRED);
};

renegotiation.row(
  "2.10 W1 W2 W8, 2.5 R7 S2 S3 R14, 2.2 I5",
  "the server asks, the client begins, data flows again",
  () => {
    const inputs: (SecBufferDesc | null)[] = [null, desc(token())];
    for (const input of inputs) {
      const sides = connected("TLS 1.2", {}, WILLING);
      requested(sides);
      const output = token();
      const answer = sspi.initializeSecurityContext({
        context: sides.client.handle,
        targetName: "localhost",
        contextReq: ISC_REQ_ALLOCATE_MEMORY,
        input,
        output: desc(output),
      });
      is(answer.status, status.SEC_I_CONTINUE_NEEDED);
      assert.is(output.bytes[0], 22);
      is(sspi.encryptAll(sides.client.handle, HELLO).status, status.SEC_E_OUT_OF_SEQUENCE);
      settle(sides, output.bytes);
      is(sides.client.last.status, status.SEC_E_OK);
      is(sides.server.last.status, status.SEC_E_OK);
      sides.server.receive(sides.client.seal(HELLO));
      assert.equal(sides.server.open().content, HELLO);
      sides.client.receive(sides.server.seal(HELLO));
      assert.equal(sides.client.open().content, HELLO);
    }
  },
);

renegotiation.row("2.10 W7", "not wanted: no_renegotiation, and the session goes on", () => {
  const sides = connected("TLS 1.2", {}, WILLING);
  requested(sides);
  is(sides.client.control(...REFUSAL), status.SEC_E_OK);
  sides.server.receive(sides.client.step(), sides.client.seal(HELLO));
  is(sides.server.open().code, status.SEC_E_OK);
  assert.equal(sides.server.open().content, HELLO);
  sides.client.receive(sides.server.seal(HELLO));
  assert.equal(sides.client.open().content, HELLO);
});

renegotiation.row(
  "2.10 W2",
  "what the server's caller asked for is granted without an option",
  () => {
    const sides = connected("TLS 1.2", {}, {});
    requested(sides);
    settle(sides, sides.client.step());
    is(sides.server.last.status, status.SEC_E_OK);
    is(sides.client.last.status, status.SEC_E_OK);
    sides.server.receive(sides.client.seal(HELLO));
    assert.equal(sides.server.open().content, HELLO);
  },
);

renegotiation.row("2.2 N2 K4, 2.10 W1", "a new credential is honoured in a renegotiation", () => {
  const sides = pair(
    { ...versionOnly("TLS 1.2"), dwSessionLifespan: -1 },
    WILLING,
    { contextReq: ISC_REQ_USE_SUPPLIED_CREDS },
    { contextReq: ASC_REQ_MUTUAL_AUTH },
  );
  const remote = (): number =>
    sspi.queryContextAttributes(sides.server.handle, a.SECPKG_ATTR_REMOTE_CERT_CONTEXT).status;
  settle(sides, sides.client.step());
  is(remote(), status.SEC_E_NO_CREDENTIALS);
  requested(sides);
  settle(sides, sides.client.step(credential("client", { paCred: [CLIENT_IDENTITY] })));
  is(sides.client.last.status, status.SEC_E_OK);
  is(remote(), status.SEC_E_OK);
});

renegotiation.row("8.2 P9", "another certificate in a renegotiation is refused", () => {
  const chain = [...SERVER_IDENTITY.chain];
  const changing = { ...WILLING, paCred: [{ ...SERVER_IDENTITY, chain }] };
  const sides = connected("TLS 1.2", {}, changing);
  chain[0] = CLIENT_IDENTITY.chain[0] ?? new Uint8Array(0);
  requested(sides);
  settle(sides, sides.client.step());
  is(sides.client.last.status, status.SEC_E_ILLEGAL_MESSAGE);
  assert.is(sspi.lastError(sides.client.handle)?.reason, "RenegotiatedIdentityChanged");
});

renegotiation.row("8.1 Q15", "renegotiated ALPN stays what it was", () => {
  const sides = pair(versionOnly("TLS 1.2"), WILLING, { alpn: ["h2"] }, { alpn: ["h2"] });
  settle(sides, sides.client.step());
  requested(sides);
  settle(sides, sides.client.step());
  is(sides.client.last.status, status.SEC_E_OK);
  const { ProtocolId } = sides.client.value(a.SECPKG_ATTR_APPLICATION_PROTOCOL);
  assert.equal(ProtocolId.subarray(0, 2), latin1("h2"));
});

renegotiation.row("8.1 Q16", "HelloRequest in the record of Finished is rejected", () => {
  const lines: string[] = [];
  const sealwire = { keyLog: (line: string): number => lines.push(line) };
  const { client, server } = pair({ ...versionOnly("TLS 1.2"), sealwire });
  const hello = client.step();
  server.receive(hello);
  const flight = server.step();
  client.receive(flight);
  server.receive(client.step());
  const records = recordsOf(server.step());
  const finished = records.pop() ?? new Uint8Array(0);
  const keys = keysOf12(lines, 0xc02c, hello, flight).server;
  const content = concat(openWith(keys, 0, finished), HELLO_REQUEST);
  client.receive(...records, sealWith(keys, 0, 22, content));
  client.step();
  is(client.last.status, status.SEC_E_ILLEGAL_MESSAGE);
});

renegotiation.row("8.1 Q17", "a TLS 1.2 server answers a TLS 1.3 hello with TLS 1.2", () => {
  const { client, server } = pair({}, versionOnly("TLS 1.2"));
  settle({ client, server }, client.step());
  is(client.last.status, status.SEC_E_OK);
  assert.is(client.value(a.SEALWIRE_ATTR_CONNECTION).version, 0x0303);
});

renegotiation.run();
