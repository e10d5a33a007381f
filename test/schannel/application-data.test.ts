/**
 * SECPKG_ATTR_APP_DATA and SECPKG_ATTR_SESSION_INFO belong to the session that a ticket or the store has proven, never to bytes
 * that a client wrote in clear.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { SECPKG_ATTR_APP_DATA, SECPKG_ATTR_SESSION_INFO } from "../../src/sspi/attributes.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import * as status from "../../src/sspi/security-status.ts";
import { is } from "../support/sspi-kit.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const tests = suite("schannel: application data of sessions");
const functions = functionsOf(nodeProvider);
const SESSION_ID_LENGTH = 32;
/** Record header, handshake header, version, random. */
const BEFORE_SESSION_ID = 5 + 4 + 2 + 32;

interface Kind {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly ticketCount: number;
}
const KINDS: readonly Kind[] = [
  { name: "TLS 1.3", version: TLS13, ticketCount: 1 },
  { name: "TLS 1.2, ticket", version: TLS12, ticketCount: 1 },
  { name: "TLS 1.2, session id", version: TLS12, ticketCount: 0 },
];

const set = (side: SspiSide, text: string): number =>
  functions.setContextAttributes(side.handle, SECPKG_ATTR_APP_DATA, {
    dwFlags: 7,
    cbAppData: text.length,
    pbAppData: new Uint8Array(Buffer.from(text)),
  });

function get(side: SspiSide): string {
  const { value } = functions.queryContextAttributes(side.handle, SECPKG_ATTR_APP_DATA);
  return Buffer.from(value?.pbAppData ?? []).toString();
}

function sessionId(side: SspiSide): string {
  const { value } = functions.queryContextAttributes(side.handle, SECPKG_ATTR_SESSION_INFO);
  return toHex((value?.rgbSessionId ?? new Uint8Array(0)).subarray(0, value?.cbSessionId));
}

for (const kind of KINDS) {
  /** The session id that a client's hello carries, or null for its own choice. */
  let forced: Uint8Array | null = null;
  const random = (length: number): Uint8Array =>
    forced !== null && length === SESSION_ID_LENGTH ? forced.slice() : nodeProvider.random(length);
  const client = (): CredentialHandle =>
    acquire(functions, "client", { ...versionOnly(kind.version), sealwire: { random } });
  const makeServer = (): CredentialHandle =>
    acquire(functions, "server", {
      ...versionOnly(kind.version),
      sealwire: { ticketCount: kind.ticketCount },
    });
  const connect = (from: CredentialHandle, to: CredentialHandle): SspiSession => {
    const one = new SspiSession(
      new SspiSide(functions, "client", from),
      new SspiSide(functions, "server", to),
    );
    one.handshake();
    for (const side of [one.client, one.server]) is(side.last.status, status.SEC_E_OK);
    one.drain(one.client);
    return one;
  };
  const idIn = (hello: Uint8Array | undefined): Uint8Array =>
    hello?.slice(BEFORE_SESSION_ID + 1, BEFORE_SESSION_ID + 1 + (hello[BEFORE_SESSION_ID] ?? 0)) ??
    new Uint8Array(0);

  tests(
    `${kind.name}: both ends find what the connection before it left, and its session id`,
    () => {
      const [from, to] = [client(), makeServer()];
      const first = connect(from, to);
      is(set(first.server, "of the server"), status.SEC_E_OK);
      is(set(first.client, "of the client"), status.SEC_E_OK);
      const ids = [sessionId(first.client), sessionId(first.server)];
      for (let round = 0; round < 2; round++) {
        const next = connect(from, to);
        assert.is(next.server.connection().resumed, true);
        assert.is(get(next.server), "of the server");
        assert.is(get(next.client), "of the client");
        assert.equal([sessionId(next.client), sessionId(next.server)], ids);
      }
    },
  );

  tests(`${kind.name}: a full handshake finds nothing`, () => {
    const to = makeServer();
    is(set(connect(client(), to).server, "somebody"), status.SEC_E_OK);
    const next = connect(client(), to);
    assert.is(get(next.server), "");
    assert.is(get(next.client), "");
  });

  for (const named of ["in the ServerHello", "in the ClientHello", "by SESSION_INFO"] as const) {
    tests(
      `${kind.name}: the id of another session, as it stands ${named}, finds nothing of it`,
      () => {
        const to = makeServer();
        const victims = client();
        is(set(connect(victims, to).server, "victim"), status.SEC_E_OK);
        const victim = connect(victims, to);
        assert.is(get(victim.server), "victim");
        const attacker = client();
        is(set(connect(attacker, to).server, "attacker"), status.SEC_E_OK);
        forced = {
          "in the ServerHello": () => idIn(victim.flights[1]?.bytes),
          "in the ClientHello": () => idIn(victim.flights[0]?.bytes),
          "by SESSION_INFO": () => new Uint8Array(Buffer.from(sessionId(victim.server), "hex")),
        }[named]();
        assert.is(forced.length, SESSION_ID_LENGTH);
        const again = connect(attacker, to);
        const fresh = connect(client(), to);
        forced = null;
        assert.is(get(again.server), again.server.connection().resumed ? "attacker" : "");
        assert.is(get(fresh.server), "");
        assert.is.not(sessionId(again.server), sessionId(victim.server));
        is(set(again.server, "attacker again"), status.SEC_E_OK);
        assert.is(get(victim.server), "victim");
      },
    );
  }
}

tests.run();
