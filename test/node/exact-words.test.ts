/**
 * Errors whose words programs compare: the same name, message, code, library and reason as those of node:tls.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
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

tests.run();
