/**
 * TLS 1.2 renegotiation as a stranger might have it: wishes without end, application data amid the handshake (RFC 5246 §6.2.1)
 * and between the parts of a message.
 */
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import type { TrafficKeys } from "../../src/crypto/traffic-keys.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as status from "../../src/sspi/security-status.ts";
import { keysOf12, openWith, sealWith } from "../support/record-surgery.ts";
import { rows } from "../support/rows.ts";
import { type Pair, pair, versionOnly } from "../support/session-kit.ts";
import { is } from "../support/sspi-kit.ts";

const wishes = rows("schannel: wishes to renegotiate");

const HELLO = latin1("hello");
const HELLO_REQUEST = Uint8Array.of(0, 0, 0, 0);
const REFUSAL = [2, 1, 100] as const;
const SUITE = 0xc02c;

/** A pair whose handshake is done, and the keys of both sides, of which one record each was used. */
function established(
  client: SealwireOptions,
  server: SealwireOptions = {},
): Pair & { readonly keys: Readonly<Record<"client" | "server", TrafficKeys>> } {
  const lines: string[] = [];
  const sides = pair(
    { ...versionOnly("TLS 1.2"), sealwire: { keyLog: (line) => lines.push(line), ...client } },
    { sealwire: { ticketCount: 0, cipherSuites: [SUITE], ...server } },
  );
  const hello = sides.client.step();
  sides.server.receive(hello);
  const flight = sides.server.step();
  sides.client.receive(flight);
  sides.server.receive(sides.client.step());
  sides.client.receive(sides.server.step());
  sides.client.step();
  is(sides.client.last.status, status.SEC_E_OK);
  return { ...sides, keys: keysOf12(lines, SUITE, hello, flight) };
}

for (const most of [0, 3]) {
  wishes.row("2.10 W7", `a client refuses ${most} HelloRequests, one more ends the session`, () => {
    const { client, keys } = established({ limits: { refusedRenegotiations: most } });
    for (let wish = 0; wish < most; wish++) {
      client.receive(sealWith(keys.server, wish + 1, ContentType.Handshake, HELLO_REQUEST));
      is(client.open().code, status.SEC_I_RENEGOTIATE);
      is(client.control(...REFUSAL), status.SEC_E_OK);
      assert.ok(client.step().length > 0);
    }
    client.receive(sealWith(keys.server, most + 1, ContentType.Handshake, HELLO_REQUEST));
    is(client.open().code, status.SEC_E_ILLEGAL_MESSAGE);
    assert.is(client.error?.reason, "TooManyRenegotiations");
  });

  for (const how of ["by the engine", "by a control token"]) {
    wishes.row("2.10 W2", `a server refuses ${most} ClientHellos ${how}, one more ends it`, () => {
      const { client, server, keys } = established({}, { limits: { refusedRenegotiations: most } });
      // The ClientHello of a client that was asked, as anybody could send it without being asked.
      client.receive(sealWith(keys.server, 1, ContentType.Handshake, HELLO_REQUEST));
      is(client.open().code, status.SEC_I_RENEGOTIATE);
      const hello = openWith(keys.client, 1, client.step());
      for (let wish = 0; wish < most; wish++) {
        server.receive(sealWith(keys.client, wish + 1, ContentType.Handshake, hello));
        is(server.open().code, status.SEC_I_RENEGOTIATE);
        if (how === "by a control token") is(server.control(...REFUSAL), status.SEC_E_OK);
        const alert = openWith(keys.server, wish + 1, server.step());
        is(server.last.status, status.SEC_E_OK);
        assert.equal(alert, Uint8Array.of(1, 100));
      }
      server.receive(sealWith(keys.client, most + 1, ContentType.Handshake, hello));
      is(server.open().code, status.SEC_E_ILLEGAL_MESSAGE);
      assert.is(server.error?.reason, "TooManyRenegotiations");
    });
  }
}

wishes.row("2.10 W1", "data before the answer to our ClientHello is given out", () => {
  const { client, server } = established({});
  client.receive(server.step());
  is(client.open().code, status.SEC_I_RENEGOTIATE);
  server.receive(client.step());
  const data = server.seal(HELLO);
  client.receive(data, server.step());
  const kept = client.inbox.slice();
  client.step();
  is(client.last.status, status.SEC_E_INVALID_TOKEN);
  assert.is(client.error?.reason, "UnexpectedRecord");
  client.inbox = kept;
  assert.equal(client.open().content, HELLO);
  server.receive(client.step());
  is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
  client.receive(server.step());
  client.step();
  is(client.last.status, status.SEC_E_OK);
  server.receive(client.seal(HELLO));
  assert.equal(server.open().content, HELLO);
});

wishes.row("2.10 W1", "data behind a record of the handshake is left as EXTRA", () => {
  const { client, keys } = established({});
  client.receive(sealWith(keys.server, 1, ContentType.Handshake, HELLO_REQUEST));
  is(client.open().code, status.SEC_I_RENEGOTIATE);
  client.step();
  // A HelloRequest amid the handshake is passed over: a whole message.
  const data = sealWith(keys.server, 3, ContentType.ApplicationData, HELLO);
  client.receive(sealWith(keys.server, 2, ContentType.Handshake, HELLO_REQUEST), data);
  client.step();
  is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
  assert.equal(client.inbox, data);
  assert.equal(client.open().content, HELLO);
});

for (const split of [1, 3, 4, 20]) {
  wishes.row("2.10 W1", `data behind ${split} bytes of a ServerHello is refused`, () => {
    const { client, keys } = established({});
    client.receive(sealWith(keys.server, 1, ContentType.Handshake, HELLO_REQUEST));
    is(client.open().code, status.SEC_I_RENEGOTIATE);
    client.step();
    const part = concat(Uint8Array.of(2, 0, 0, 80), new Uint8Array(80)).subarray(0, split);
    client.receive(sealWith(keys.server, 2, ContentType.Handshake, part));
    client.step();
    is(client.last.status, status.SEC_I_CONTINUE_NEEDED);
    client.receive(sealWith(keys.server, 3, ContentType.ApplicationData, HELLO));
    is(client.open().code, status.SEC_E_DECRYPT_FAILURE);
    assert.match(client.error?.message ?? "", /between the parts of a handshake message/);
  });
}

wishes.run();
