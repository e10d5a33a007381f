/**
 * Post-handshake authentication (RFC 8446 §4.6.2) in memory: a server asks by a call without input and with
 * ASC_REQ_MUTUAL_AUTH, the client answers after SEC_I_RENEGOTIATE.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { SECPKG_ATTR_REMOTE_CERT_CONTEXT } from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { Gate, slowIdentity } from "../support/deferred.ts";
import { type IdentityName, identity } from "../support/identities.ts";
import { desc, empty, is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  makeSession,
  type SspiSession,
} from "../support/sspi-session.ts";

const PROVIDERS = [nodeProvider, portableProvider];
const KINDS: readonly IdentityName[] = ["p256", "rsa", "ed25519"];
const DATA = latin1("between request and answer");

/** The server's call that asks; what it sends is carried. */
function ask({ server }: SspiSession, carry: (token: Uint8Array) => void): number {
  const output = empty();
  const answer = server.functions.acceptSecurityContext({
    context: server.handle,
    contextReq: flags.ASC_REQ_MUTUAL_AUTH | flags.ASC_REQ_ALLOCATE_MEMORY,
    output: desc(output),
  });
  carry(output.bytes);
  return answer.status;
}

function begun(
  provider: (typeof PROVIDERS)[number],
  client: Auth,
  server: Auth = {},
  contextReq = flags.ISC_REQ_USE_SUPPLIED_CREDS,
): SspiSession {
  const session = makeSession(provider, provider, { client, server, clientSide: { contextReq } });
  session.handshake();
  assert.ok(session.client.ready && session.server.ready);
  session.drain(session.client);
  return session;
}

const asked = (session: SspiSession): number =>
  ask(session, (token) => session.carry("server", token));

const leafAtServer = ({ server }: SspiSession): Uint8Array | null => {
  const answer = server.functions.queryContextAttributes(
    server.handle,
    SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  );
  return answer.status === status.SEC_E_OK ? (answer.value?.pbCertEncoded ?? null) : null;
};

function statusOfLeaf({ server }: SspiSession): number {
  return server.functions.queryContextAttributes(server.handle, SECPKG_ATTR_REMOTE_CERT_CONTEXT)
    .status;
}

/** A certificate that nobody trusts. */
function acquireUntrusted(provider: (typeof PROVIDERS)[number]) {
  const made = functionsOf(provider).selfSignedCertificate({ names: ["stranger"] });
  return { chain: [made.certificate], privateKey: made.privateKey };
}

for (const provider of PROVIDERS) {
  const tests = suite(`post-handshake authentication: ${provider.name}`);

  for (const kind of KINDS)
    tests(`${kind}: data before the answer, data after it, twice`, () => {
      const session = begun(provider, { paCred: [identity(kind)] });
      is(status.SEC_E_NO_CREDENTIALS, statusOfLeaf(session));
      for (let round = 0; round < 2; round++) {
        is(asked(session), status.SEC_E_OK);
        // The client has not seen the request yet; what it sends first is data.
        assert.equal(session.send("client", DATA), DATA);
        assert.equal(session.drain(session.client), new Uint8Array(0));
        assert.equal(session.drain(session.server), new Uint8Array(0));
        assert.equal(leafAtServer(session), identity(kind).chain[0]);
        assert.equal(session.send("client", DATA), DATA);
        assert.equal(session.send("server", DATA), DATA);
      }
    });

  tests("a key update between request and answer", () => {
    const session = begun(provider, { paCred: [identity("p256")] });
    asked(session);
    const { client } = session;
    is(client.functions.requestKeyUpdate(client.handle, { requestPeer: true }), status.SEC_E_OK);
    session.carry("client", client.step());
    session.drain(session.server);
    session.drain(client);
    session.drain(session.server);
    assert.equal(leafAtServer(session), identity("p256").chain[0]);
    assert.equal(session.send("client", DATA), DATA);
  });

  tests("the client's key takes its time: nothing is sent early, nothing is lost", async () => {
    const gate = new Gate();
    const session = begun(provider, { paCred: [slowIdentity("p256", gate, provider)] });
    asked(session);
    const { client } = session;
    is(client.open().code, status.SEC_I_RENEGOTIATE);
    for (let again = 0; again < 3; again++) {
      assert.is(client.step().length, 0);
      is(client.last.status, status.SEC_I_ASYNC_CALL_PENDING);
    }
    assert.is(gate.visits, 1);
    const flights = session.flights.length;
    gate.open();
    session.carry("client", await client.stepAsync());
    is(client.last.status, status.SEC_E_OK);
    assert.is(session.flights.length, flights + 1);
    assert.equal(session.drain(session.server), new Uint8Array(0));
    assert.equal(leafAtServer(session), identity("p256").chain[0]);
    assert.equal(session.send("client", DATA), DATA);
    assert.equal(session.send("server", DATA), DATA);
  });

  tests("a client without a certificate answers with an empty one", () => {
    const session = begun(provider, { sealwire: { postHandshakeAuth: true } });
    asked(session);
    session.drain(session.client);
    session.drain(session.server);
    assert.is(leafAtServer(session), null);
    assert.equal(session.send("client", DATA), DATA);
  });

  tests("the caller is asked for a certificate, once", () => {
    const session = begun(provider, { sealwire: { postHandshakeAuth: true } }, {}, 0);
    asked(session);
    const { client } = session;
    is(client.open().code, status.SEC_I_RENEGOTIATE);
    assert.is(client.step().length, 0);
    is(client.last.status, status.SEC_I_INCOMPLETE_CREDENTIALS);
    const supplied = acquire(client.functions, "client", { paCred: [identity("p384")] });
    session.carry("client", client.step(supplied));
    is(client.last.status, status.SEC_E_OK);
    session.drain(session.server);
    assert.equal(leafAtServer(session), identity("p384").chain[0]);
  });

  tests("transparent: the client answers when the handshake function is called", () => {
    const transparentPostHandshake = true;
    const session = begun(
      provider,
      { paCred: [identity("p256")], sealwire: { transparentPostHandshake } },
      { sealwire: { transparentPostHandshake } },
    );
    asked(session);
    session.drain(session.client);
    session.drain(session.server);
    assert.equal(leafAtServer(session), identity("p256").chain[0]);
    assert.equal(session.send("client", DATA), DATA);
    assert.equal(session.send("server", DATA), DATA);
  });

  tests("a client that did not offer it cannot be asked, and the connection lives", () => {
    const session = begun(provider, {});
    is(asked(session), status.SEC_E_UNSUPPORTED_FUNCTION);
    assert.equal(session.send("client", DATA), DATA);
    assert.equal(session.send("server", DATA), DATA);
  });

  tests("offering can be switched off although there is a certificate", () => {
    const session = begun(provider, {
      paCred: [identity("p256")],
      sealwire: { postHandshakeAuth: false },
    });
    is(asked(session), status.SEC_E_UNSUPPORTED_FUNCTION);
  });

  tests("asking twice before the answer sends one request", () => {
    const session = begun(provider, { paCred: [identity("p256")] });
    asked(session);
    const lengths: number[] = [];
    ask(session, (token) => lengths.push(token.length));
    assert.equal(lengths, [0]);
  });

  tests("an untrusted certificate is refused with the alert for it", () => {
    const other = acquireUntrusted(provider);
    const session = begun(provider, { paCred: [other] }, { sealwire: {} });
    asked(session);
    session.drain(session.client);
    assert.throws(() => session.drain(session.server));
    assert.is(session.server.error?.alertSent?.name, "unknown_ca");
  });

  tests.run();
}
