/**
 * Whole sessions between two contexts in memory, TLS 1.3: the traces of reference 2.9, messages, alerts, key updates,
 * resumption, shutdown (4.3), client certificates (2.2, 2.3), attributes (5). The functions are those of the face.
 */
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import { applicationProtocolName } from "../../src/schannel/query-attributes.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import { SECQOP_WRAP_OOB_DATA } from "../../src/sspi/package-constants.ts";
import * as status from "../../src/sspi/security-status.ts";
import { CLIENT_IDENTITY, SERVER_IDENTITY } from "../support/pinned-dependencies.ts";
import { rows } from "../support/rows.ts";
import { credential, handshake, pair, Side, sspi } from "../support/session-kit.ts";
import { desc, empty, is, token } from "../support/sspi-kit.ts";

const sessions = rows("schannel: sessions, TLS 1.3");

const HELLO = latin1("hello");

sessions.row(
  "2.9 N1 N2 N3 N4 N5, 8.1 Q9 Q10",
  "the trace of a full handshake; the ticket is R8 and ISC takes it",
  () => {
    const { client, server } = pair();
    assert.equal(handshake(client, server), [
      "SEC_I_CONTINUE_NEEDED",
      "SEC_I_CONTINUE_NEEDED",
      "SEC_E_OK",
      "SEC_E_OK",
    ]);
    is(client.open().code, status.SEC_I_RENEGOTIATE);
    assert.is(client.step().length, 0);
    is(client.last.status, status.SEC_E_OK);
    assert.is(client.inbox.length, 0);
  },
);

sessions.row(
  "2.4 E6 E8, 2.5 R3 R4 R5 S1, 8.1 Q8",
  "messages both ways, several records at once, empty ones",
  () => {
    const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
    handshake(client, server);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      to.receive(
        Uint8Array.of(...from.seal(HELLO), ...from.seal(new Uint8Array(0)), ...from.seal(HELLO)),
      );
      assert.equal(
        [to.open().content, to.open().content, to.open().content],
        [HELLO, new Uint8Array(0), HELLO],
      );
      is(to.open().code, status.SEC_E_INCOMPLETE_MESSAGE);
    }
  },
);

sessions.row("3.2 Z1, 3.1 V6", "stream sizes are what a record takes", () => {
  const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
  handshake(client, server);
  const { value } = sspi.queryContextAttributes(client.handle, attribute.SECPKG_ATTR_STREAM_SIZES);
  assert.equal(value, {
    cbHeader: 5,
    cbTrailer: 17,
    cbMaximumMessage: 16384,
    cBuffers: 4,
    cbBlockSize: 16,
  });
  assert.is(client.seal(new Uint8Array(16384)).length, 5 + 16384 + 17);
});

sessions.row("4.1 A1, 2.5 R9", "an alert by SECQOP_WRAP_OOB_DATA is read by its table", () => {
  const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
  handshake(client, server);
  server.receive(client.seal(Uint8Array.of(2, 49), SECQOP_WRAP_OOB_DATA));
  is(server.open().code, status.SEC_E_LOGON_DENIED);
  assert.is(sspi.lastError(server.handle)?.alertReceived?.name, "access_denied");
});

sessions.row(
  "4.3 D1 D2 D4, 2.5 R6 R14, 2.4 E14",
  "shutdown: close_notify, SEC_I_CONTEXT_EXPIRED, then nothing",
  () => {
    const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
    handshake(client, server);
    is(sspi.applyControlToken(client.handle, desc(token(Uint8Array.of(1, 0, 0, 0)))), 0);
    server.receive(client.step());
    is(client.last.status, status.SEC_E_OK);
    is(server.open().code, status.SEC_I_CONTEXT_EXPIRED);
    is(server.open().code, status.SEC_E_CONTEXT_EXPIRED);
    assert.ok(server.seal(HELLO).length > 5, "E14");
  },
);

sessions.row(
  "2.10 W4 W5 W8, 2.5 R14",
  "armed by requestKeyUpdate, answered before new data",
  () => {
    const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
    handshake(client, server);
    is(sspi.requestKeyUpdate(client.handle, { requestPeer: true }), 0);
    server.receive(Uint8Array.of(...client.step(), ...client.seal(HELLO)));
    is(server.open().code, status.SEC_I_RENEGOTIATE);
    is(server.open().code, status.SEC_E_CONTEXT_EXPIRED);
    client.receive(server.step());
    is(server.last.status, status.SEC_E_OK);
    assert.equal(server.open().content, HELLO);
    is(client.open().code, status.SEC_I_RENEGOTIATE);
    assert.is(client.step().length, 0);
    client.receive(server.seal(HELLO));
    assert.equal(client.open().content, HELLO);
  },
);

sessions.row(
  "2.3 S8 S9, 7.2 C8",
  "the server's order decides; nothing common is SEC_E_APPLICATION_PROTOCOL_MISMATCH",
  () => {
    const connect = (alpn: string[]): { client: Side; server: Side; trace: string[] } => {
      const client = new Side("client", credential("client"), { alpn });
      const server = new Side("server", credential("server"), { alpn: ["h2", "http/1.1"] });
      return { client, server, trace: handshake(client, server) };
    };
    const { client } = connect(["http/1.1", "h2"]);
    const { value } = sspi.queryContextAttributes(
      client.handle,
      attribute.SECPKG_ATTR_APPLICATION_PROTOCOL,
    );
    assert.is(value && applicationProtocolName(value), "h2");
    assert.equal(connect(["spdy"]).trace, [
      "SEC_I_CONTINUE_NEEDED",
      "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
    ]);
  },
);

sessions.row(
  "8.1 Q11 Q12, 6.5 V1, 2.1 D2",
  "a second session on the same credentials is resumed; a freed one does no harm",
  () => {
    const clientCredential = credential("client");
    const serverCredential = credential("server");
    for (const resumed of [0, 1]) {
      const client = new Side("client", clientCredential);
      const server = new Side("server", serverCredential);
      handshake(client, server);
      if (resumed === 1) {
        sspi.freeCredentialsHandle(clientCredential);
        sspi.freeCredentialsHandle(serverCredential);
      }
      while (client.inbox.length > 0) {
        is(client.open().code, status.SEC_I_RENEGOTIATE);
        client.step();
      }
      for (const side of [client, server]) {
        const { value } = sspi.queryContextAttributes(
          side.handle,
          attribute.SECPKG_ATTR_SESSION_INFO,
        );
        assert.is(value?.dwFlags, resumed);
      }
      server.receive(client.seal(HELLO));
      assert.equal(server.open().content, HELLO);
    }
  },
);

sessions.row(
  "6.2 V1, 7.2 C13 C15",
  "an unknown server, a wrong name: the status, and the alert under EXTENDED_ERROR",
  () => {
    for (const [auth, targetName, expected] of [
      [{ hRootStore: null }, "localhost", "SEC_E_UNTRUSTED_ROOT"],
      [{}, "other.example", "SEC_E_WRONG_PRINCIPAL"],
    ] as const) {
      const client = new Side("client", credential("client", auth), {
        targetName,
        contextReq: flags.ISC_REQ_EXTENDED_ERROR,
      });
      const server = new Side("server", credential("server"));
      server.receive(client.step());
      client.receive(server.step());
      const alert = client.step();
      assert.is(status.statusName(client.last.status), expected);
      assert.ok(alert.length > 0);
      server.receive(alert);
      server.step();
      assert.ok(status.isFailure(server.last.status));
      assert.ok(sspi.lastError(server.handle)?.alertReceived !== undefined);
    }
  },
);

sessions.row(
  "2.2 K1 K3 N2, 2.3 S7",
  "asked for a certificate: SEC_I_INCOMPLETE_CREDENTIALS once, then none or the new one",
  () => {
    for (const given of [null, credential("client", { paCred: [CLIENT_IDENTITY] })]) {
      const client = new Side("client", credential("client"));
      const server = new Side("server", credential("server"), {
        contextReq: flags.ASC_REQ_MUTUAL_AUTH,
      });
      server.receive(client.step());
      client.receive(server.step());
      assert.is(client.step().length, 0);
      is(client.last.status, status.SEC_I_INCOMPLETE_CREDENTIALS);
      server.receive(client.step(given));
      is(client.last.status, status.SEC_E_OK);
      client.receive(server.step());
      is(server.last.status, status.SEC_E_OK);
      const remote = sspi.queryContextAttributes(
        server.handle,
        attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
      );
      is(remote.status, given === null ? status.SEC_E_NO_CREDENTIALS : status.SEC_E_OK);
      if (given !== null) assert.equal(remote.value?.pbCertEncoded, CLIENT_IDENTITY.chain[0]);
    }
  },
);

sessions.row(
  "8.2 P14 P20",
  "promises: the Async twin goes on where the plain call stopped",
  async () => {
    const serverCredential = credential("server", {
      paCred: [],
      sealwire: { selectCredential: async () => SERVER_IDENTITY },
    });
    const client = new Side("client", credential("client"));
    const output = empty();
    const call = {
      credential: serverCredential,
      contextReq: flags.ASC_REQ_ALLOCATE_MEMORY,
      input: desc(token(client.step()), empty()),
      output: desc(output),
    };
    const pending = sspi.acceptSecurityContext(call);
    is(pending.status, status.SEC_I_ASYNC_CALL_PENDING);
    assert.equal([output.BufferType, output.cbBuffer], [0, 0]);
    const settled = await sspi.acceptSecurityContextAsync({ ...call, context: pending.context });
    is(settled.status, status.SEC_I_CONTINUE_NEEDED);
    assert.is(settled.context, pending.context);
    client.receive(output.bytes);
    client.step();
    is(client.last.status, status.SEC_E_OK);
    const anew = await sspi.acceptSecurityContextAsync({ ...call, output: desc(empty()) });
    is(anew.status, status.SEC_I_CONTINUE_NEEDED);
  },
);

sessions.row("8.2 P5", "transparent: tickets and plain KeyUpdates vanish in decryptMessage", () => {
  const { client, server } = pair({ sealwire: { transparentPostHandshake: true } });
  handshake(client, server);
  is(sspi.requestKeyUpdate(server.handle, { requestPeer: false }), 0);
  client.receive(Uint8Array.of(...server.step(), ...server.seal(HELLO)));
  const codes: string[] = [];
  let content: Uint8Array = new Uint8Array(0);
  while (client.inbox.length > 0) {
    const record = client.open();
    codes.push(status.statusName(record.code));
    content = Uint8Array.of(...content, ...record.content);
  }
  assert.equal(codes, ["SEC_E_OK", "SEC_E_OK", "SEC_E_OK"]);
  assert.equal(content, HELLO);
});

sessions.row(
  "5 CIPHER_INFO KEYING_MATERIAL ENDPOINT_BINDINGS X9",
  "CIPHER_INFO and CONNECTION_INFO of the default suite, bindings, exporter",
  () => {
    const { client, server } = pair();
    handshake(client, server);
    const info = sspi.queryContextAttributes(
      client.handle,
      attribute.SECPKG_ATTR_CIPHER_INFO,
    ).value;
    assert.equal(
      [info?.dwProtocol, info?.dwCipherSuite, info?.szCipher, info?.dwCipherLen, info?.szHash],
      [0x0304, 0x1302, "AES", 256, ""],
    );
    assert.equal([info?.szExchange, info?.szCertificate, info?.dwKeyType], ["ECDH", "ECDSA", 0x1d]);
    const material = [client, server].map((side) => {
      sspi.setContextAttributes(side.handle, attribute.SECPKG_ATTR_KEYING_MATERIAL_INFO, {
        pszLabel: "EXPORTER-test",
        cbKeyingMaterial: 40,
      });
      const bindings = sspi.queryContextAttributes(
        side.handle,
        attribute.SECPKG_ATTR_ENDPOINT_BINDINGS,
      );
      const unique = sspi.queryContextAttributes(
        side.handle,
        attribute.SECPKG_ATTR_UNIQUE_BINDINGS,
      );
      is(unique.status, status.SEC_E_UNSUPPORTED_FUNCTION);
      const key = sspi.queryContextAttributes(side.handle, attribute.SECPKG_ATTR_KEYING_MATERIAL);
      return [bindings.value, key.value];
    });
    assert.equal(material[0], material[1]);
  },
);

sessions.run();
