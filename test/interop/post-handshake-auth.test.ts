/**
 * Post-handshake authentication (RFC 8446 §4.6.2) with OpenSSL, both roles: data, request, answer, data.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as entry from "../../src/api/node.ts";
import { testAuthority } from "./certificates.ts";
import { opensslClient, opensslServer } from "./openssl.ts";
import { connectOurs, listenOurs, ourCredential } from "./ours.ts";
import { hasCommand } from "./processes.ts";

const tests = suite("interop: post-handshake authentication and OpenSSL");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const line = (words: string): Uint8Array => Buffer.from(`${words}\n`);

if (hasCommand("openssl", "version")) {
  tests("client: s_server asks, we answer", async () => {
    const authority = testAuthority();
    const server = await opensslServer(
      [authority.server("p256")],
      ...["-tls1_3", "-CAfile", authority.file, "-state"],
    );
    const credential = ourCredential({
      ...{ role: "client", trust: authority.pem, identities: [authority.client("p256")] },
    });
    const pump = await connectOurs(server.port, { credential });
    await pump.write(line("before the request"));
    await server.until(/before the request/);
    server.child.stdin?.write("c\n");
    const reading = pump.read();
    await server.until(
      /read client certificate[\s\S]*read certificate verify[\s\S]*read finished/i,
    );
    await pump.write(line("after the answer"));
    await server.until(/after the answer/);
    server.child.stdin?.write("and back\n");
    assert.is(text((await reading) ?? new Uint8Array(0)), "and back\n");
    pump.close();
    await server.stop();
  });

  tests("server: we ask, s_client answers", async () => {
    const authority = testAuthority();
    const { certificateFile, keyFile } = authority.client("p256");
    const credential = ourCredential({
      ...{ role: "server", trust: authority.pem, identities: [authority.server("p256")] },
    });
    let subject: Uint8Array | undefined;
    const server = await listenOurs({ credential }, async (pump) => {
      await pump.handshake();
      assert.is(text((await pump.read()) ?? new Uint8Array(0)), "before the request\n");
      await pump.requestCertificate();
      await pump.write(line("asked"));
      assert.is(text((await pump.read()) ?? new Uint8Array(0)), "after the answer\n");
      const { value } = entry.queryContextAttributes(
        pump.context,
        entry.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
      );
      subject = value?.pbCertEncoded;
      await pump.shutdown();
    });
    const client = opensslClient(
      server.port,
      ...["-tls1_3", "-enable_pha", "-quiet", "-cert", certificateFile, "-key", keyFile],
    );
    client.child.stdin?.write("before the request\n");
    await client.until(/asked/);
    client.child.stdin?.write("after the answer\n");
    await server.next();
    await client.stop();
    server.close();
    const { chain } = entry.certContextFromPem(authority.client("p256").certificate);
    assert.equal(subject && Buffer.from(subject), Buffer.from(chain[0] ?? []));
  });
}

tests.run();
