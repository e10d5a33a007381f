/**
 * SecureSocket as a stream: data both ways, backpressure, half-close, ends, destruction at any moment, failures of the
 * transport, upgrades of a connection that carried plaintext.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SecureSocket, TlsError } from "../../src/entries/node.ts";
import {
  careless,
  closed,
  errorOf,
  memoryPair,
  OWN,
  pipe,
  read,
  secured,
  tcpPair,
  VERSIONS,
} from "./kit.ts";

const BIG = Buffer.alloc(3_000_000, "sealwire ");

for (const version of VERSIONS) {
  const stream = suite(`node: stream, ${version}`);
  const only = { minVersion: version, maxVersion: version };

  stream("data both ways, written before the handshake is done", async () => {
    const { client, server } = memoryPair(only);
    client.end(BIG);
    server.end("answer");
    const [up, down] = await Promise.all([read(server), read(client)]);
    assert.is(Buffer.compare(up, BIG), 0);
    assert.is(down.toString(), "answer");
    assert.is(client.getProtocol(), version);
  });

  stream("thousands of small writes arrive in order and share records", async () => {
    const { client, server, near } = memoryPair(only);
    await secured(client, server);
    let records = 0;
    const write = near.write.bind(near);
    near.write = ((chunk: Buffer, ...rest: never[]) => {
      for (let at = 0; at < chunk.length; at += 5 + chunk.readUInt16BE(at + 3)) records++;
      return write(chunk, ...rest);
    }) as typeof near.write;
    for (let i = 0; i < 5000; i++) client.write(`${i} `);
    client.end();
    const text = (await read(server)).toString();
    assert.is(text, Array.from({ length: 5000 }, (_, i) => `${i} `).join(""));
    assert.ok(records < 20, `${records} records`);
    server.destroy();
  });

  stream("a reader that stops stops the writer", async () => {
    const { client, server } = memoryPair(only);
    careless(server);
    await secured(client, server);
    let sent = 0;
    while (client.write(Buffer.alloc(10_000)) || sent < 400_000) {
      sent += 10_000;
      await new Promise((resolve) => setImmediate(resolve));
      if (client.writableNeedDrain) break;
    }
    for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(client.writableNeedDrain);
    assert.ok(server.readableLength < 400_000, `${server.readableLength} bytes wait at the reader`);
    server.resume();
    await once(client, "drain");
    client.destroy();
    server.destroy();
  });

  stream("half-close: each direction ends by itself", async () => {
    const { client, server } = memoryPair(
      { ...only, allowHalfOpen: true },
      { allowHalfOpen: true },
    );
    await secured(client, server);
    client.end("first");
    assert.is((await read(server)).toString(), "first");
    assert.ok(server.writable);
    server.write("second, ");
    server.end("after the other end");
    assert.is((await read(client)).toString(), "second, after the other end");
  });

  for (const requireCloseNotify of [false, true]) {
    const where = requireCloseNotify ? "is an error" : 'is "end", with `truncated`';
    stream(`the transport's end between two records ${where}`, async () => {
      const { client, server, far } = memoryPair({ ...only, requireCloseNotify });
      await secured(client, server);
      client.resume();
      assert.not(client.truncated);
      far.end();
      if (requireCloseNotify) assert.is(((await errorOf(client)) as TlsError).reason, "Truncated");
      else {
        await once(client, "end");
        // The Duplex underneath is half-open, and so is the socket over it.
        client.end();
      }
      assert.is(client.truncated, !requireCloseNotify);
      await closed(client);
      server.destroy();
    });

    stream(
      `inside a record it is an error, requireCloseNotify: ${requireCloseNotify}`,
      async () => {
        const { client, server, near, far } = memoryPair({ ...only, requireCloseNotify });
        await secured(client, server);
        client.resume();
        client.on("end", () => assert.unreachable());
        // Half of a record's header, as if the rest had been lost.
        near.push(Buffer.from([23, 3]));
        far.end();
        const error = (await errorOf(client)) as TlsError;
        assert.instance(error, TlsError);
        assert.is(error.reason, "Truncated");
        server.destroy();
      },
    );
  }

  stream("an error of the transport comes once, as it is", async () => {
    const { client, server, near } = memoryPair(only);
    careless(server);
    await secured(client, server);
    const errors: Error[] = [];
    client.on("error", (error) => errors.push(error));
    const cause = Object.assign(new Error("cable"), { code: "ECONNRESET" });
    near.destroy(cause);
    await closed(client);
    assert.is(errors.length, 1);
    assert.is(errors[0], cause);
    server.destroy();
  });

  stream("writes that cannot go are told so", async () => {
    const { client, server } = memoryPair(only);
    careless(server);
    const results: (Error | null | undefined)[] = [];
    client.write("never", (error) => results.push(error));
    careless(client);
    client.destroy(new Error("changed my mind"));
    await closed(client);
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(results.length, 1);
    assert.instance(results[0], Error);
    server.destroy();
  });

  for (const turns of [0, 1, 2, 3, 5, 8, 13]) {
    stream(`destroyed after ${turns} turns: no listener is left, nothing is thrown`, async () => {
      const { client, server, near, far } = memoryPair(only);
      careless(server);
      // The Duplex underneath is half-open, and so is the socket over it.
      server.resume().on("end", () => server.end());
      client.write("x");
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      client.destroy();
      await Promise.all([closed(server), closed(client)]);
      await new Promise((resolve) => setImmediate(resolve));
      for (const end of [near, far]) {
        assert.ok(end.destroyed);
        for (const event of ["data", "end", "drain", "error"]) {
          // A stream's own: Duplex ends its writing side where allowHalfOpen is off at its birth.
          assert.is(end.listenerCount(event), 0, event);
        }
      }
    });
  }

  stream("asyncDispose ends with close_notify", async () => {
    const { client, server } = memoryPair(only);
    await secured(client, server);
    const got = read(server);
    client.write("bye");
    await client[Symbol.asyncDispose]();
    assert.is((await got).toString(), "bye");
    assert.ok(client.destroyed);
  });

  stream("a transport that is closed before or at the begin is an error, not silence", async () => {
    const [gone] = pipe();
    gone.destroy();
    await closed(gone);
    const closing = pipe()[0];
    for (const transport of [gone, closing]) {
      const socket = new SecureSocket(transport, only);
      closing.destroy();
      assert.is((await errorOf(socket)).code, "ECONNRESET");
      assert.is(transport.listenerCount("error"), 0);
    }
  });

  stream("AbortSignal", async () => {
    const controller = new AbortController();
    const { client, server } = memoryPair({ ...only, signal: controller.signal });
    careless(server);
    setImmediate(() => controller.abort());
    const error = await errorOf(client);
    assert.is(error.name, "AbortError");
    server.destroy();
  });

  stream("handshakeTimeout", async () => {
    const [near] = pipe();
    const client = new SecureSocket(near, { ...only, handshakeTimeout: 20 });
    assert.is((await errorOf(client)).code, "ERR_TLS_HANDSHAKE_TIMEOUT");
  });

  stream("TLS in TLS", async () => {
    const outer = memoryPair(only);
    await secured(outer.client, outer.server);
    const client = new SecureSocket(outer.client, {
      ca: OWN.cert,
      servername: "localhost",
      ...only,
    });
    const server = new SecureSocket(outer.server, { ...OWN, isServer: true });
    client.end(BIG);
    assert.is(Buffer.compare(await read(server), BIG), 0);
    server.destroy();
  });

  stream("upgrade: bytes that came before are refused unless they are given", async () => {
    const { near, far, close } = await tcpPair();
    near.write("STARTTLS\r\nINJECTED");
    const [first] = (await once(far, "readable").then(() => [far.read(10) as Buffer])) as [Buffer];
    assert.is(first.toString(), "STARTTLS\r\n");
    assert.is(far.readableLength, 8);
    assert.throws(
      () => new SecureSocket(far, { ...OWN, isServer: true }),
      (error: TlsError) => error.reason === "BytesBeforeTls",
    );
    close();
  });

  stream("upgrade: with the leftover bytes given as `head`", async () => {
    const { near, far, close } = await tcpPair();
    // The client says its command and the ClientHello in one breath.
    near.write("GO\n");
    const client = new SecureSocket(near, { ca: OWN.cert, servername: "localhost", ...only });
    await once(far, "readable");
    let bytes = Buffer.alloc(0);
    while (bytes.length < 20) {
      bytes = Buffer.concat([bytes, (far.read() as Buffer | null) ?? Buffer.alloc(0)]);
      if (bytes.length < 20) await once(far, "readable");
    }
    const head = bytes.subarray(3);
    const server = new SecureSocket(far, { ...OWN, isServer: true, head });
    await secured(client, server);
    careless(client, server);
    client.end("in TLS");
    assert.is((await read(server)).toString(), "in TLS");
    close();
  });

  stream.run();
}
