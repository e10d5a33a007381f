/**
 * Errors whose words programs compare: the same name, message, code, library and reason as those of node:tls.
 */
import { once } from "node:events";
import { type AddressInfo, Socket } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import * as nodeTls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { selfSignedCertificate } from "../../src/entries/sspi-node.ts";

type Tls = Pick<typeof nodeTls, "createSecureContext" | "TLSSocket" | "connect" | "createServer">;
const own = selfSignedCertificate({ names: ["localhost"] });
const PEM = { cert: own.certificatePem, key: own.privateKeyPem };
const STACKS: readonly Tls[] = [nodeTls, ours as unknown as Tls];
const SHOWN = ["name", "message", "code", "library", "reason"] as const;

function shown(error: unknown, members: readonly (typeof SHOWN)[number][]): object {
  const fields = error as Record<string, unknown>;
  return Object.fromEntries(members.map((name) => [name, fields[name]]));
}

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const tests = suite("node: errors in the words of node:tls");

tests("exportKeyingMaterial before the handshake is finished", () => {
  const [theirs, actual] = STACKS.map((tls) => {
    const socket = new tls.TLSSocket(new PassThrough(), { isServer: false });
    socket.on("error", () => {});
    const error = thrownBy(() => socket.exportKeyingMaterial(32, "label", Buffer.of(1)));
    socket.destroy();
    return shown(error, ["name", "message", "code"]);
  });
  assert.equal(actual, theirs);
});

tests("an unknown secureProtocol", () => {
  const [theirs, actual] = STACKS.map((tls) =>
    shown(
      thrownBy(() => tls.createSecureContext({ secureProtocol: "no_such_method" })),
      ["name", "message", "code"],
    ),
  );
  assert.equal(actual, theirs);
});

tests("renegotiate in TLS 1.3", async () => {
  const answers = await Promise.all(
    STACKS.map(async (tls) => {
      const server = tls.createServer({ ...PEM, minVersion: "TLSv1.3" });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const client = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
      await once(client, "secureConnect");
      const error = await new Promise((resolve) => client.renegotiate({}, resolve));
      client.destroy();
      server.close();
      return shown(error, SHOWN);
    }),
  );
  assert.equal(answers[1], answers[0]);
});

tests("checkServerIdentity for what is not a name", () => {
  const certificate = { subject: { CN: "*n.b.com" } } as nodeTls.PeerCertificate;
  for (const name of ["\n.b.com", "a b", "", "x\u0000y"]) {
    const [theirs, actual] = [nodeTls, ours].map((tls) =>
      shown(tls.checkServerIdentity(name, certificate), ["message", "code", "reason"]),
    );
    assert.equal(actual, theirs, JSON.stringify(name));
  }
});

tests("a hint for pre-shared keys that is too long", async () => {
  const [theirs, actual] = await Promise.all(
    STACKS.map(async (tls) => {
      const server = tls.createServer({
        ciphers: "PSK+HIGH",
        pskCallback: () => null,
        pskIdentityHint: "h".repeat(257),
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const client = nodeTls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
      const failed = once(client, "error");
      const [error] = await once(server, "tlsClientError");
      await failed;
      server.close();
      return shown(error, ["name", "message", "code"]);
    }),
  );
  assert.equal(actual, theirs);
});

tests("a connection is a net.Socket for instanceof, and has members of its own only", () => {
  const socket = new ours.SecureSocket(new PassThrough());
  socket.on("error", () => {});
  assert.ok(socket instanceof Socket);
  assert.ok(socket instanceof Duplex);
  assert.is(Reflect.get(socket, "_handle"), undefined);
  assert.is(socket.write.toString(), Duplex.prototype.write.toString());
  socket.destroy();
  assert.not.ok(new PassThrough() instanceof Socket);
});

tests.run();
