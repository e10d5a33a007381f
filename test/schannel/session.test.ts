/**
 * Whole sessions between two contexts in memory, TLS 1.3: the traces of reference 2.9, messages, alerts, key updates,
 * resumption, shutdown (4.3), client certificates (2.2, 2.3), attributes (5). The functions are those of the face.
 */
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import { applicationProtocolsBuffer } from "../../src/schannel/application-protocols.ts";
import { UNISP_NAME } from "../../src/schannel/constants.ts";
import type { SchannelAuthData } from "../../src/schannel/credential-types.ts";
import { applicationProtocolName } from "../../src/schannel/query-attributes.ts";
import { SchannelPackage } from "../../src/schannel/schannel-package.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import { createFace } from "../../src/sspi/face.ts";
import type { EstablishResult } from "../../src/sspi/face-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import {
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
  SECQOP_WRAP_OOB_DATA,
} from "../../src/sspi/package-constants.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { data, desc, empty, is, token } from "../support/face-kit.ts";
import {
  CLIENT_IDENTITY,
  PINNED_ENVIRONMENT,
  SERVER_IDENTITY,
  SERVER_PIN,
} from "../support/pinned-environment.ts";
import { rows } from "../support/rows.ts";

const sessions = rows("schannel: sessions, TLS 1.3");
const sspi = createFace([new SchannelPackage(PINNED_ENVIRONMENT)]);

type Auth = Partial<SchannelAuthData> & Record<string, unknown>;

function credential(role: "client" | "server", auth: Auth = {}): CredentialHandle {
  const own = role === "client" ? { hRootStore: SERVER_PIN } : { paCred: [SERVER_IDENTITY] };
  const answer = sspi.acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: role === "client" ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND,
    authData: { dwVersion: 5, ...own, ...auth },
  });
  if (answer.credential === undefined) throw new Error(answer.error?.message);
  return answer.credential;
}

/** One side with the bytes that wait for it. */
class Side {
  context: ContextHandle | undefined;
  inbox: Uint8Array = new Uint8Array(0);
  last: EstablishResult = { status: 0, contextAttr: 0 };
  readonly #role: "client" | "server";
  readonly #credential: CredentialHandle;
  readonly #contextReq: number;
  readonly #alpn: readonly string[];
  readonly #targetName: string;

  constructor(
    role: "client" | "server",
    credential: CredentialHandle,
    options: { contextReq?: number; alpn?: readonly string[]; targetName?: string } = {},
  ) {
    this.#role = role;
    this.#credential = credential;
    this.#contextReq = (options.contextReq ?? 0) | flags.ISC_REQ_ALLOCATE_MEMORY;
    this.#alpn = options.alpn ?? [];
    this.#targetName = options.targetName ?? "localhost";
  }

  /** A handshake call with all that waits; returns the token. */
  step(credential: CredentialHandle | null = null): Uint8Array {
    const spare = empty();
    const buffers = [token(this.inbox), spare];
    const first = this.context === undefined;
    if (first && this.#alpn.length > 0) buffers.push(applicationProtocolsBuffer(this.#alpn));
    const output = empty();
    const call = {
      credential: credential ?? (first ? this.#credential : null),
      context: this.context ?? null,
      targetName: this.#targetName,
      contextReq: this.#contextReq,
      input: desc(...buffers),
      output: desc(output),
    };
    this.last =
      this.#role === "client"
        ? sspi.initializeSecurityContext(call)
        : sspi.acceptSecurityContext(call);
    this.context = this.last.context ?? this.context;
    if (this.last.status !== status.SEC_I_INCOMPLETE_CREDENTIALS) {
      this.inbox = spare.BufferType === 5 ? spare.bytes.slice() : new Uint8Array(0);
    }
    return output.bytes;
  }

  get handle(): ContextHandle {
    if (this.context === undefined) throw new Error("no context");
    return this.context;
  }

  receive(bytes: Uint8Array): void {
    this.inbox = Uint8Array.of(...this.inbox, ...bytes);
  }

  seal(content: Uint8Array, qop = 0): Uint8Array {
    const { value } = sspi.queryContextAttributes(this.handle, attribute.SECPKG_ATTR_STREAM_SIZES);
    const header = new SecBuffer(7, new Uint8Array(value?.cbHeader ?? 0));
    const body = data(content.slice());
    const trailer = new SecBuffer(6, new Uint8Array(value?.cbTrailer ?? 0));
    is(sspi.encryptMessage(this.handle, qop, desc(header, body, trailer, empty())), 0);
    return Uint8Array.of(...header.bytes, ...body.bytes, ...trailer.bytes);
  }

  /** Opens one record; keeps EXTRA. */
  open(): { code: number; content: Uint8Array } {
    const buffers = [data(this.inbox), empty(), empty(), empty()];
    const code = sspi.decryptMessage(this.handle, desc(...buffers));
    if (status.isFailure(code)) return { code, content: new Uint8Array(0) };
    const content = buffers.find((item) => item.BufferType === 1)?.bytes.slice();
    this.inbox = buffers.find((item) => item.BufferType === 5)?.bytes.slice() ?? new Uint8Array(0);
    return { code, content: content ?? new Uint8Array(0) };
  }
}

/** Handshakes; the statuses of all calls in order. */
function handshake(client: Side, server: Side): string[] {
  const trace: string[] = [];
  let sender = client;
  let receiver = server;
  for (let turn = 0; turn < 12; turn++) {
    const output = sender.step();
    trace.push(status.statusName(sender.last.status));
    if (status.isFailure(sender.last.status)) break;
    receiver.receive(output);
    if (receiver.inbox.length === 0) break;
    if (receiver.last.context !== undefined && receiver.last.status === status.SEC_E_OK) break;
    [sender, receiver] = [receiver, sender];
  }
  return trace;
}

function pair(clientAuth: Auth = {}, serverAuth: Auth = {}): { client: Side; server: Side } {
  const client = new Side("client", credential("client", clientAuth));
  const server = new Side("server", credential("server", serverAuth));
  return { client, server };
}

const HELLO = latin1("hello");

sessions.row("2.9", "the trace of a full handshake; the ticket is R8 and ISC takes it", () => {
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
});

sessions.row("2.4 2.5", "messages both ways, several records at once, empty ones", () => {
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
});

sessions.row("3.2", "stream sizes are what a record takes", () => {
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

sessions.row("4.1", "an alert by SECQOP_WRAP_OOB_DATA is read by its table", () => {
  const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
  handshake(client, server);
  server.receive(client.seal(Uint8Array.of(2, 49), SECQOP_WRAP_OOB_DATA));
  is(server.open().code, status.SEC_E_LOGON_DENIED);
  assert.is(sspi.lastError(server.handle)?.alertReceived?.name, "access_denied");
});

sessions.row("4.3", "shutdown: close_notify, SEC_I_CONTEXT_EXPIRED, then nothing", () => {
  const { client, server } = pair({}, { sealwire: { ticketCount: 0 } });
  handshake(client, server);
  is(sspi.applyControlToken(client.handle, desc(token(Uint8Array.of(1, 0, 0, 0)))), 0);
  server.receive(client.step());
  is(client.last.status, status.SEC_E_OK);
  is(server.open().code, status.SEC_I_CONTEXT_EXPIRED);
  is(server.open().code, status.SEC_E_CONTEXT_EXPIRED);
  assert.ok(server.seal(HELLO).length > 5, "E14");
});

sessions.row("2.10 KeyUpdate", "armed by requestKeyUpdate, answered before new data", () => {
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
});

sessions.row(
  "2.3 ALPN",
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
  "8.1 Q11 Q12",
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
  "6.2",
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
  "2.2 credentials",
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
  "3.1 pending",
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
  "5",
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
